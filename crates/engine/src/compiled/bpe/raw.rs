//! Tokens of a byte-level vocabulary as the bytes of text that they stand for.

use super::super::bytelevel;
use super::super::packed::{PackedMap, SHORT, pack};
use super::super::vocab::Vocab;

/// The bytes of all tokens, one after the other.
pub(super) struct Raw {
    bytes: Vec<u8>,
    /// Where the token of an id begins, and its length; nothing for one that stands for no bytes, or that is not.
    spans: Vec<Option<(u32, u32)>>,
}

impl Raw {
    pub(super) fn new(vocab: &Vocab) -> Self {
        let mut bytes = Vec::with_capacity(vocab.len() * 8);
        let mut span = |id| {
            let start = bytes.len();
            let known = bytelevel::append_bytes(vocab.token_bytes(id)?, &mut bytes);
            // A vocabulary has no more bytes than 32 bits count.
            let (start, length) = (
                u32::try_from(start).ok()?,
                u32::try_from(bytes.len() - start).ok()?,
            );
            known.then_some((start, length))
        };
        let spans = (0u32..).take(vocab.id_end()).map(&mut span).collect();
        Self { bytes, spans }
    }

    /// The bytes of tokens by id, nothing for those that stand for none.
    pub(super) fn tokens(&self) -> impl Iterator<Item = Option<&[u8]>> {
        let bytes = |(start, length)| &self.bytes[start as usize..(start + length) as usize];
        self.spans.iter().map(move |span| span.map(bytes))
    }

    /// Ids by the bytes of tokens.
    pub(super) fn map(&self) -> PackedMap {
        let is_short = |length: u32| length != 0 && length as usize <= SHORT;
        let spans = self.spans.iter().flatten();
        let mut map = PackedMap::with_capacity(spans.filter(|span| is_short(span.1)).count());
        // No two tokens stand for the same bytes.
        map.fill((0u32..).zip(&self.spans).filter_map(|(id, span)| {
            let (start, length) = (*span)?;
            let (from, to) = (start as usize, (start + length) as usize);
            let key = if is_short(length) {
                pack(&self.bytes, from, to - from)
            } else {
                0
            };
            Some((key, &self.bytes[from..to], id))
        }));
        map
    }

    /// The length of the longest.
    pub(super) fn longest(&self) -> usize {
        self.tokens().flatten().map(<[u8]>::len).max().unwrap_or(0)
    }
}
