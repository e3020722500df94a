//! `<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`; the rest goes.

use super::super::unicode::{Classes, LETTERS, NUMBERS, SPACES};
use super::gpt2::contraction;
use super::{letters, run_without};

#[inline(always)]
pub(super) fn run(
    classes: &Classes,
    text: &[u8],
    mut from: usize,
    to: usize,
    piece: &mut impl FnMut(usize, usize),
) {
    while from < to {
        let (set, width) = classes.at(text, from);
        let at = from + width;
        let end = if set & LETTERS != 0 {
            letters(classes, LETTERS, text, at, to)
        } else if set & NUMBERS != 0 {
            at
        } else if set & SPACES != 0 {
            from = at;
            continue;
        } else {
            symbols(classes, text, from, to)
        };
        piece(from, end);
        from = end;
    }
}

fn symbols(classes: &Classes, text: &[u8], from: usize, to: usize) -> usize {
    let rest = &text[from..to];
    for token in ["<|startoftext|>", "<|endoftext|>"] {
        if rest.starts_with(token.as_bytes()) {
            return from + token.len();
        }
    }
    if rest[0] == b'\'' {
        let length = contraction(text, from, to);
        if length > 0 {
            return from + length;
        }
    }
    run_without(classes, SPACES | LETTERS | NUMBERS, text, from, to)
}
