//! `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`

use super::super::unicode::{Classes, LETTERS, NUMBERS, SPACES};
use super::{blocks, common_word, digits, letters, run_of, run_without};

#[inline(always)]
pub(super) fn run(
    classes: &Classes,
    text: &[u8],
    from: usize,
    to: usize,
    piece: &mut impl FnMut(usize, usize),
) {
    let next = |from| next(classes, text, from, to);
    blocks::run(
        text,
        from,
        to,
        |bytes, length| blocks::gpt2(bytes, length, classes),
        next,
        piece,
    );
}

/// What stands between numeric characters, which are pieces by themselves or in runs: `Digits` comes first, so that white
/// space before one stands at the end of a text.
#[inline(always)]
pub(super) fn run_between_digits(
    classes: &Classes,
    text: &[u8],
    from: usize,
    to: usize,
    single: bool,
    piece: &mut impl FnMut(usize, usize),
) {
    // Where the part ends that was looked at last: nothing is looked at twice.
    let mut known = from;
    let next = |from| {
        if let Some(end) = common_word(text, from, to) {
            return end;
        }
        if known <= from {
            let (is_number, width) = digits::numeric(classes, text, from);
            known = if is_number && single {
                from + width
            } else {
                digits::run(classes, text, from, to, is_number)
            };
        }
        // A number is cut as well: not all that is numeric to Rust is so to Oniguruma.
        next(classes, text, from, known)
    };
    let starts = |bytes: &_, length| blocks::gpt2_between_digits(bytes, length, classes, single);
    blocks::run(text, from, to, starts, next, piece);
}

/// The length of `'s`, `'t`, `'re` and so on at an apostrophe, or 0.
#[inline]
pub(super) fn contraction(text: &[u8], at: usize, to: usize) -> usize {
    match text[at + 1..to] {
        [b's' | b't' | b'm' | b'd', ..] => 2,
        [b'r' | b'v', b'e', ..] | [b'l', b'l', ..] => 3,
        _ => 0,
    }
}

#[inline(always)]
fn next(classes: &Classes, text: &[u8], from: usize, to: usize) -> usize {
    if let Some(end) = common_word(text, from, to) {
        return end;
    }
    let (first, first_width) = classes.at(text, from);
    let byte = text[from];
    if byte == b'\'' {
        let length = contraction(text, from, to);
        if length > 0 {
            return from + length;
        }
    }
    // The optional blank belongs to what follows it, when that is not white space.
    let (set, at) = if byte == b' ' && from + 1 < to {
        let (second, width) = classes.at(text, from + 1);
        (second, from + 1 + width)
    } else {
        (first, from + first_width)
    };
    if set & LETTERS != 0 {
        letters(classes, LETTERS, text, at, to)
    } else if set & NUMBERS != 0 {
        run_of(classes, NUMBERS, text, at, to)
    } else if set & SPACES == 0 {
        run_without(classes, SPACES | LETTERS | NUMBERS, text, at, to)
    } else {
        spaces(classes, text, from, to)
    }
}

/// `\s+(?!\S)|\s+` at white space: all of it at the end of the text, else all but its last character, of which there
/// must be something left.
#[inline]
pub(super) fn spaces(classes: &Classes, text: &[u8], from: usize, to: usize) -> usize {
    let (mut at, mut last) = (from, from);
    while at < to {
        let (set, width) = classes.at(text, at);
        if set & SPACES == 0 {
            return if last == from { at } else { last };
        }
        last = at;
        at += width;
    }
    to
}
