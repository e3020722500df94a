//! GPT-4's pattern and its relatives:
//! `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`

use super::super::unicode::{Classes, LETTERS, MARKS, NEWLINES, NUMBERS, SPACES};
use super::{blocks, common_word, letters, number, run_of, run_without};

/// What differs between the models that use the pattern.
#[expect(
    clippy::struct_excessive_bools,
    reason = "how alternatives are written, each for itself"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Flavor {
    /// The most digits of a number.
    pub(super) digits: usize,
    pub(super) contractions: bool,
    /// Marks are letters (Qwen 3.5).
    pub(super) marks: bool,
    /// Line ends behind punctuation belong to it.
    pub(super) tail: bool,
    /// White space at the end of the text is one piece, whether it has line ends or not.
    pub(super) whole_end: bool,
}

impl Flavor {
    /// What words are made of.
    #[inline(always)]
    fn words(self) -> u16 {
        if self.marks { LETTERS | MARKS } else { LETTERS }
    }
}

#[inline(always)]
pub(super) fn run(
    classes: &Classes,
    text: &[u8],
    from: usize,
    to: usize,
    flavor: Flavor,
    piece: &mut impl FnMut(usize, usize),
) {
    let starts = |bytes: &_, length| blocks::cl100k(bytes, length, classes, flavor);
    let next = |from| next(classes, text, from, to, flavor);
    blocks::run(text, from, to, starts, next, piece);
}

/// The length of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at an apostrophe, or 0. Oniguruma folds U+017F to `s`.
#[inline]
pub(super) fn contraction(text: &[u8], at: usize, to: usize) -> usize {
    match text[at + 1..to] {
        [b's' | b't' | b'm' | b'd' | b'S' | b'T' | b'M' | b'D', ..] => 2,
        [b'r' | b'v' | b'R' | b'V', b'e' | b'E', ..] | [b'l' | b'L', b'l' | b'L', ..] | [0xC5, 0xBF, ..] => 3,
        _ => 0,
    }
}

#[inline(always)]
fn next(classes: &Classes, text: &[u8], from: usize, to: usize, flavor: Flavor) -> usize {
    if let Some(end) = common_word(text, from, to) {
        return end;
    }
    let words = flavor.words();
    let (first, width) = classes.at(text, from);
    let at = from + width;
    if first & words != 0 {
        return letters(classes, words, text, at, to);
    }
    let byte = text[from];
    if byte == b'\'' && flavor.contractions {
        let length = contraction(text, from, to);
        if length > 0 {
            return from + length;
        }
    }
    if first & NUMBERS != 0 {
        return number(classes, text, at, to, flavor.digits - 1);
    }
    let (second, second_width) = if at < to {
        classes.at(text, at)
    } else {
        (SPACES, 0)
    };
    if second & words != 0 && first & NEWLINES == 0 {
        return letters(classes, words, text, at + second_width, to);
    }
    if first & SPACES == 0 || (byte == b' ' && second & (SPACES | words | NUMBERS) == 0) {
        let end = run_without(classes, SPACES | words | NUMBERS, text, at, to);
        return if flavor.tail {
            run_of(classes, NEWLINES, text, end, to)
        } else {
            end
        };
    }
    if flavor.whole_end && run_of(classes, SPACES, text, at, to) == to {
        return to;
    }
    spaces(classes, text, from, to)
}

/// `\s*[\r\n]+|\s+(?!\S)|\s+` at white space: up to its last line end if it has one, else as in GPT-2.
#[inline]
pub(super) fn spaces(classes: &Classes, text: &[u8], from: usize, to: usize) -> usize {
    let (mut at, mut last, mut newline) = (from, from, from);
    while at < to {
        let (set, width) = classes.at(text, at);
        if set & SPACES == 0 {
            break;
        }
        last = at;
        at += width;
        if set & NEWLINES != 0 {
            newline = at;
        }
    }
    if newline > from {
        newline
    } else if at == to || last == from {
        at
    } else {
        last
    }
}
