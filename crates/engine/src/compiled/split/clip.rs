//! `<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`; the rest goes.

use super::super::unicode::{Classes, LETTERS, NUMBERS, SPACES};
use super::gpt2::contraction;
use super::{letters, run_without};

/// With `then_gpt2` its pieces are cut by GPT-2's pattern: of these only the special tokens have more than one kind of
/// character.
#[inline(always)]
pub(super) fn run(
    classes: &Classes,
    text: &[u8],
    mut from: usize,
    to: usize,
    then_gpt2: bool,
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
        } else if let Some(end) = token(&text[..to], from) {
            if then_gpt2 {
                piece(from, from + 2);
                piece(from + 2, end - 2);
                from = end - 2;
            }
            end
        } else {
            symbols(classes, text, from, to)
        };
        piece(from, end);
        from = end;
    }
}

/// The end of a special token at `from`.
fn token(text: &[u8], from: usize) -> Option<usize> {
    let rest = text.get(from..).filter(|rest| rest.starts_with(b"<|"))?;
    let tokens: [&[u8]; 2] = [b"<|startoftext|>", b"<|endoftext|>"];
    let token = tokens.into_iter().find(|token| rest.starts_with(token))?;
    Some(from + token.len())
}

fn symbols(classes: &Classes, text: &[u8], from: usize, to: usize) -> usize {
    if text[from] == b'\'' {
        let length = contraction(text, from, to);
        if length > 0 {
            return from + length;
        }
    }
    run_without(classes, SPACES | LETTERS | NUMBERS, text, from, to)
}
