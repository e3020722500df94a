//! How much of a piece each of its tokens covers.

use super::super::vocab::Vocab;
use super::alphabet::{Alphabet, Chars, META};
use super::{Bpe, NONE};
use crate::compiled::packed::pack;
use crate::compiled::unicode::decode;

impl Bpe {
    /// Appends the number of bytes of `piece` that each of its `ids` covers.
    pub(in super::super) fn spans(&self, vocab: &Vocab, piece: &[u8], ids: &[u32], out: &mut Vec<usize>) {
        match &self.alphabet {
            Alphabet::Bytes { last, .. } => {
                let start = out.len();
                // A character for each byte.
                out.extend(
                    ids.iter()
                        .map(|&id| vocab.token(id).map_or(0, |token| token.chars().count())),
                );
                if last.is_some()
                    && let Some(end) = out[start..].last_mut()
                {
                    *end = end.saturating_sub(self.suffix_chars);
                }
            }
            Alphabet::Chars(chars) => {
                let start = out.len();
                if !chars.quick_spans(vocab, piece, ids, out) {
                    out.truncate(start);
                    chars.spans(vocab, piece, ids, out);
                }
            }
        }
    }
}

impl Chars {
    /// Tokens that are written as they stand in the text, but for ▁, or stand for a byte; false where it is not so.
    fn quick_spans(&self, vocab: &Vocab, piece: &[u8], ids: &[u32], out: &mut Vec<usize>) -> bool {
        if self.last.is_some() {
            return false;
        }
        let mut at = 0;
        for &id in ids {
            let Some(token) = vocab.token(id).filter(|_| Some(id) != self.unk) else {
                return false;
            };
            let length = if self.bytes.is_some() && token.len() == 6 && token.starts_with("<0x") {
                1
            } else if self.meta_space && token.contains(META) {
                covered(token, piece.get(at..).unwrap_or_default())
            } else {
                token.len()
            };
            at += length;
            out.push(length);
        }
        at == piece.len()
    }

    /// By the symbols that the tokens were merged from: their texts, one after the other, are the tokens' texts.
    #[cold]
    fn spans(&self, vocab: &Vocab, piece: &[u8], ids: &[u32], out: &mut Vec<usize>) {
        let mut symbols = Vec::new();
        self.lengths(piece, &mut symbols);
        let written = |id: u32| vocab.token(id).map_or(0, str::len);
        let mut symbols = symbols.into_iter();
        for &id in ids {
            let mut left = written(id);
            let mut covered = 0;
            while left > 0 {
                let Some((symbol, length)) = symbols.next() else {
                    break;
                };
                left = left.saturating_sub(written(symbol).max(1));
                covered += length;
            }
            out.push(covered);
        }
    }

    /// The first symbols of a piece, each with the bytes it stands for.
    fn lengths(&self, piece: &[u8], out: &mut Vec<(u32, usize)>) {
        let mut unknown: Option<(u32, usize)> = None;
        let mut at = 0;
        while at < piece.len() {
            let (code, width) = decode(piece, at);
            let end = (at + width).min(piece.len());
            let id = match &self.last {
                Some(last) if end >= piece.len() => last.get_packed(pack(piece, at, width)),
                _ if code < 128 => Some(self.ascii[code as usize]).filter(|&id| id != NONE),
                _ => self.wide.get_packed(pack(piece, at, width)),
            };
            if let Some(id) = id {
                out.extend(unknown.take());
                out.push((id, width));
            } else if let Some(bytes) = &self.bytes {
                out.extend(piece[at..end].iter().map(|&byte| (bytes[usize::from(byte)], 1)));
            } else if let Some(unk) = self.unk {
                let before = if self.fuse_unk {
                    unknown.map_or(0, |(_, length)| length)
                } else {
                    out.extend(unknown.take());
                    0
                };
                unknown = Some((unk, before + width));
            }
            at = end;
        }
        out.extend(unknown);
    }
}

/// How many bytes at the start of `text` a token stands for: a blank there may be its ▁.
fn covered(token: &str, text: &[u8]) -> usize {
    let mut at = 0;
    for character in token.chars() {
        at += match text.get(at) {
            Some(b' ') if character == META => 1,
            _ => character.len_utf8(),
        };
    }
    at
}
