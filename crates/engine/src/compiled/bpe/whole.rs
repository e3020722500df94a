//! Tokens as the bytes of text that they stand for.

use super::super::bytelevel;
use super::super::packed::{PackedMap, SHORT, pack};
use super::super::vocab::Vocab;

/// Ids by the bytes of text that a token stands for, and the length of the longest of these.
pub(super) fn whole(vocab: &Vocab, byte_level: bool) -> (PackedMap, usize) {
    let mut bytes = Vec::new();
    let mut spans = Vec::with_capacity(vocab.len());
    for id in (0u32..).take(vocab.id_end()) {
        let Some(token) = vocab.token(id) else { continue };
        let start = bytes.len();
        if !byte_level {
            bytes.extend_from_slice(token.as_bytes());
        } else if !bytelevel::append_bytes(token, &mut bytes) {
            continue;
        }
        spans.push((start, bytes.len() - start, id));
    }
    let is_short = |length: usize| length != 0 && length <= SHORT;
    let mut map = PackedMap::with_capacity(spans.iter().filter(|span| is_short(span.1)).count());
    // No two tokens stand for the same bytes.
    map.fill(spans.iter().map(|&(start, length, id)| {
        let key = if is_short(length) { pack(&bytes, start, length) } else { 0 };
        (key, &bytes[start..start + length], id)
    }));
    (map, spans.iter().map(|span| span.1).max().unwrap_or(0))
}
