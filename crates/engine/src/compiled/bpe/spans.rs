//! How much of a piece each of its tokens covers.

use super::super::bytelevel;
use super::super::vocab::Vocab;
use super::alphabet::{Alphabet, Chars, META};
use super::{Bpe, NONE};
use crate::compiled::packed::pack;
use crate::compiled::unicode::decode;

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
            Alphabet::Bytes { last, .. } if self.complete || last.is_some() => {
                let mut at = 0;
                for (index, &id) in ids.iter().enumerate() {
                    // A character for each byte.
                    let mut length = vocab.token(id).map_or(0, |token| token.chars().count());
                    if last.is_some() && index + 1 == ids.len() {
                        length = length.saturating_sub(self.suffix_chars);
                    }
                    out.push((at, at + length));
                    at += length;
                }
            }
            Alphabet::Bytes { .. } => written_spans(vocab, piece, ids, out),
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

/// Where the vocabulary lacks bytes: tokens are then counted, as they are written, from the start of the piece as it
/// is written, those bytes included.
#[cold]
fn written_spans(vocab: &Vocab, piece: &[u8], ids: &[u32], out: &mut Vec<(usize, usize)>) {
    let mut places = Vec::with_capacity(2 * piece.len());
    for (place, &byte) in piece.iter().enumerate() {
        places.resize(places.len() + bytelevel::char_of(byte).len_utf8(), place);
    }
    let place = |at: usize| places.get(at).copied().unwrap_or(piece.len());
    let mut at = 0;
    for &id in ids {
        let end = at + vocab.token(id).map_or(0, str::len).max(1);
        out.push((place(at), place(end - 1) + 1));
        at = end;
    }
}

impl Chars {
    /// Tokens that are written as they stand in the text, but for ▁, or stand for a byte; false where it is not so.
    fn quick_spans(&self, vocab: &Vocab, piece: &[u8], ids: &[u32], out: &mut Vec<(usize, usize)>) -> bool {
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
            out.push((at, at + length));
            at += length;
        }
        at == piece.len()
    }

    /// By the symbols that the tokens were merged from: their texts, one after the other, are the tokens' texts.
    #[cold]
    fn spans(&self, vocab: &Vocab, piece: &[u8], ids: &[u32], out: &mut Vec<(usize, usize)>) {
        let mut symbols = Vec::new();
        self.lengths(piece, &mut symbols);
        let written = |id: u32| vocab.token(id).map_or(0, str::len);
        let mut symbols = symbols.into_iter();
        let mut at = 0;
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
            out.push((at, at + covered));
            at += covered;
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
