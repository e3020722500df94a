//! Characters that merging always completes before anything else touches their bytes: it may begin with them whole.
//!
//! A character qualifies when its bytes alone merge into one token, all in merges of lower rank than any merge that
//! has this token on a side. Where besides no merge reaches over either edge of the character while it is incomplete
//! (`Joins::joins_bytes`), its bytes merge among themselves, independently of all others; no merge that needs the
//! whole character is due before the last of them, since the lowest rank always goes first.

use super::super::bytelevel;
use super::super::unicode::decode;
use super::super::vocab::Vocab;
use super::cuts::Joins;
use super::load::Merges;
use super::pairs::{NO_RANK, NONE, Pairs};

const PAGE: usize = 64;

/// Tokens by character, in pages.
pub(super) struct Atoms {
    pages: Vec<u16>,
    ids: Vec<[u32; PAGE]>,
}

impl Atoms {
    pub(super) fn new(vocab: &Vocab, merges: &Merges, pairs: &Pairs, bytes: &[u32; 256]) -> Self {
        let mut atoms = Self {
            pages: vec![0; 0x11_0000 / PAGE],
            ids: vec![[NONE; PAGE]],
        };
        let mut first_use = vec![NONE; vocab.id_end()];
        for (rank, &(left, right, _)) in (0u32..).zip(&merges.merges) {
            for side in [left, right] {
                let first = &mut first_use[side as usize];
                *first = rank.min(*first);
            }
        }
        let mut text = Vec::new();
        for id in (0u32..).take(vocab.id_end()) {
            // A byte above 127 is written as a character of two bytes. Those that characters begin with, C2 to F4, are
            // written as themselves.
            let may_be_one =
                |token: &&[u8]| matches!(token, [0xC3, 0x82..=0xB4, ..]) && matches!(token.len(), 4 | 6 | 8);
            let Some(token) = vocab.token_bytes(id).filter(may_be_one) else {
                continue;
            };
            text.clear();
            if !bytelevel::append_bytes(token, &mut text) {
                continue;
            }
            let Some(code) = std::str::from_utf8(&text).ok().and_then(only_char) else {
                continue;
            };
            if last_rank(&text, id, pairs, bytes).is_some_and(|last| last < first_use[id as usize]) {
                atoms.set(code, id);
            }
        }
        atoms
    }

    fn set(&mut self, code: u32, id: u32) {
        let place = code as usize / PAGE;
        if self.pages[place] == 0 {
            let Ok(page) = u16::try_from(self.ids.len()) else {
                return;
            };
            self.pages[place] = page;
            self.ids.push([NONE; PAGE]);
        }
        self.ids[usize::from(self.pages[place])][code as usize % PAGE] = id;
    }

    #[inline(always)]
    fn get(&self, code: u32) -> u32 {
        let page = self.pages.get(code as usize / PAGE).copied().unwrap_or(0);
        self.ids[usize::from(page)][code as usize % PAGE]
    }

    /// Calls `symbol` with the first symbols of a piece, each with the byte that it is, or 256.
    #[inline]
    pub(super) fn symbols(
        &self,
        joins: &Joins,
        bytes: &[u32; 256],
        piece: &[u8],
        mut symbol: impl FnMut(u32, usize),
    ) {
        let mut at = 0;
        while at < piece.len() {
            let byte = piece[at];
            if byte < 0x80 {
                symbol(bytes[usize::from(byte)], usize::from(byte));
                at += 1;
                continue;
            }
            let (code, width) = whole(piece, at).unwrap_or((u32::MAX, 1));
            let end = at + width;
            let id = self.get(code);
            let free_before = at == 0 || !joins.joins_bytes(piece[at - 1], byte);
            let free_after = end == piece.len() || !joins.joins_bytes(piece[end - 1], piece[end]);
            if id != NONE && free_before && free_after {
                symbol(id, 256);
            } else {
                for &byte in &piece[at..end] {
                    symbol(bytes[usize::from(byte)], usize::from(byte));
                }
            }
            at = end;
        }
    }
}

/// The character at `at`, unless the piece does not hold all of it: `Digits` cuts the characters that stand for bytes.
#[inline(always)]
fn whole(piece: &[u8], at: usize) -> Option<(u32, usize)> {
    let (code, width) = decode(piece, at);
    (piece[at] >= 0xC0 && at + width <= piece.len()).then_some((code, width))
}

fn only_char(text: &str) -> Option<u32> {
    let mut characters = text.chars();
    let character = characters.next().map(u32::from);
    characters.next().is_none().then_some(character)?
}

/// The highest rank of the merges that make `text` the token `id`; nothing when they make something else of it.
fn last_rank(text: &[u8], id: u32, pairs: &Pairs, bytes: &[u32; 256]) -> Option<u32> {
    let mut symbols: Vec<u32> = text.iter().map(|&byte| bytes[usize::from(byte)]).collect();
    let mut last = 0;
    while symbols.len() > 1 {
        let (place, merge) = symbols
            .windows(2)
            .map(|pair| pairs.get(pair[0], pair[1]))
            .enumerate()
            .min_by_key(|(_, merge)| merge.rank)?;
        if merge.rank == NO_RANK {
            return None;
        }
        last = last.max(merge.rank);
        symbols[place] = merge.result;
        symbols.remove(place + 1);
    }
    (symbols == [id]).then_some(last)
}
