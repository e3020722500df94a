//! How much of a piece each of its tokens covers.

use super::super::vocab::{FAILS, Vocab};
use super::Bpe;
use super::alphabet::{Alphabet, Chars, META};

impl Bpe {
    /// Appends the bytes of `piece` that each of its `ids` covers, from and to.
    pub(in super::super) fn spans(
        &self,
        vocab: &Vocab,
        piece: &[u8],
        ids: &[u32],
        out: &mut Vec<(usize, usize)>,
    ) {
        match &self.alphabet {
            // Nothing is unknown: what is one token is all of the piece.
            Alphabet::Bytes { complete: true, .. } if ids.len() == 1 => out.push((0, piece.len())),
            Alphabet::Bytes { complete: true, .. } => {
                let mut at = 0;
                for (index, &id) in ids.iter().enumerate() {
                    // A character for each byte.
                    let mut length = vocab.token(id).map_or(0, |token| token.chars().count());
                    if index > 0 {
                        length = length.saturating_sub(self.prefix.characters);
                    }
                    if index + 1 == ids.len() {
                        length = length.saturating_sub(self.suffix.characters);
                    }
                    out.push((at, at + length));
                    at += length;
                }
            }
            Alphabet::Bytes { .. } => self.written_spans(vocab, piece, ids, out),
            Alphabet::Chars(chars) => {
                let start = out.len();
                if !chars.quick_spans(vocab, piece, ids, out) {
                    out.truncate(start);
                    self.written_spans(vocab, piece, ids, out);
                }
            }
        }
    }

    /// By symbols, which are counted as they are written, from the start of the piece as it is written; what vanishes
    /// counts there.
    #[cold]
    fn written_spans(&self, vocab: &Vocab, piece: &[u8], ids: &[u32], out: &mut Vec<(usize, usize)>) {
        if ids.len() == 1 && self.whole_id(piece).is_some() {
            return out.push((0, piece.len()));
        }
        // It ends in an error all the same.
        if ids.contains(&FAILS) {
            return out.extend(ids.iter().map(|_| (0, piece.len())));
        }
        let places = self.alphabet.places(piece);
        let place = |at: usize| places.get(at).copied().unwrap_or(piece.len());
        let start = out.len();
        self.symbol_spans(vocab, piece, ids, out);
        for span in &mut out[start..] {
            *span = (place(span.0), place(span.1.max(span.0 + 1) - 1) + 1);
        }
    }

    /// The texts of the symbols that tokens were merged from are, one after the other, the tokens' texts, but for the
    /// prefix of each that was not the first.
    fn symbol_spans(&self, vocab: &Vocab, piece: &[u8], ids: &[u32], out: &mut Vec<(usize, usize)>) {
        let mut symbols = Vec::new();
        self.alphabet.each(piece, |id, length| symbols.push((id, length)));
        let written = |id: u32| vocab.token(id).map_or(0, str::len);
        let mut symbols = symbols.into_iter();
        let mut at = 0;
        for &id in ids {
            let mut left = written(id);
            let (mut covered, mut prefix) = (0, 0);
            while left > 0 {
                let Some((symbol, length)) = symbols.next() else {
                    break;
                };
                left = left.saturating_sub(written(symbol).saturating_sub(prefix).max(1));
                prefix = self.prefix.bytes;
                covered += length;
            }
            out.push((at, at + covered));
            at += covered;
        }
    }
}

impl Chars {
    /// Tokens that are written as they stand in the text, but for ▁, or stand for a byte; false where it is not so.
    fn quick_spans(&self, vocab: &Vocab, piece: &[u8], ids: &[u32], out: &mut Vec<(usize, usize)>) -> bool {
        if self.ends.is_some() || self.vanishes {
            return false;
        }
        let mut at = 0;
        for &id in ids {
            let Some(token) = vocab.token(id).filter(|_| Some(id) != self.unknown.id) else {
                return false;
            };
            let length = if self.bytes.is_some() && token.len() == 6 && token.starts_with("<0x") {
                1
            } else if self.meta_space && token.contains(META) {
                covered(token, piece.get(at..).unwrap_or_default())
            } else {
                token.len()
            };
            out.push((at, at + length));
            at += length;
        }
        at == piece.len()
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
