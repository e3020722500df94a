//! Numbers on their own.

use super::super::bytelevel;
use super::super::regex::Machine;
use super::super::unicode::{Classes, LETTERS, MARKS, NUMBERS, PUNCTUATIONS, SPACES, SYMBOLS, decode};
use super::number;

/// `\p{N}{1,n}`, and what stands in between.
#[inline]
pub(super) fn numbers(
    classes: &Classes,
    text: &[u8],
    from: usize,
    to: usize,
    digits: usize,
    piece: &mut impl FnMut(usize, usize),
) {
    let (mut start, mut at) = (from, from);
    while at < to {
        let (set, width) = classes.at(text, at);
        if set & NUMBERS == 0 {
            at += width;
            continue;
        }
        if start < at {
            piece(start, at);
        }
        let end = number(classes, text, at + width, to, digits - 1);
        piece(at, end);
        (start, at) = (end, end);
    }
    if start < to {
        piece(start, to);
    }
}

/// No number to anybody: a test looks at all of them.
pub(super) const NO_NUMBERS: u16 = LETTERS | MARKS | PUNCTUATIONS | SYMBOLS | SPACES;

fn is_numeric(classes: &Classes, code: u32) -> bool {
    classes.of(code) & NO_NUMBERS == 0 && char::from_u32(code).is_some_and(char::is_numeric)
}

/// Numeric characters as Rust knows them, each alone or in runs, and what stands in between.
#[inline]
pub(super) fn characters(
    classes: &Classes,
    text: &[u8],
    from: usize,
    to: usize,
    single: bool,
    piece: &mut impl FnMut(usize, usize),
) {
    kinds(from, to, single, piece, |at| numeric(classes, text, at));
}

/// Whether the character at `at` is numeric to Rust, and its width.
#[inline(always)]
pub(super) fn numeric(classes: &Classes, text: &[u8], at: usize) -> (bool, usize) {
    let byte = text[at];
    if byte < 0x80 {
        return (byte.is_ascii_digit(), 1);
    }
    let (code, width) = decode(text, at);
    (is_numeric(classes, code), width)
}

/// The end of the run of characters from `at` that are numeric, or are not.
pub(super) fn run(classes: &Classes, text: &[u8], mut at: usize, to: usize, numeric: bool) -> usize {
    while at < to {
        let (is_numeric, width) = self::numeric(classes, text, at);
        if is_numeric != numeric {
            break;
        }
        at += width;
    }
    at
}

/// The same of the characters that stand for bytes.
#[inline]
pub(super) fn bytes(text: &[u8], from: usize, to: usize, single: bool, piece: &mut impl FnMut(usize, usize)) {
    kinds(from, to, single, piece, |at| {
        let byte = text[at];
        (
            if byte < 0x80 {
                byte.is_ascii_digit()
            } else {
                bytelevel::char_of(byte).is_numeric()
            },
            1,
        )
    });
}

#[inline(always)]
fn kinds(
    from: usize,
    to: usize,
    single: bool,
    piece: &mut impl FnMut(usize, usize),
    kind: impl Fn(usize) -> (bool, usize),
) {
    let (mut start, mut at, mut inside) = (from, from, false);
    while at < to {
        let (numeric, width) = kind(at);
        if start < at && (numeric != inside || (numeric && single)) {
            piece(start, at);
            start = at;
        }
        inside = numeric;
        at += width;
    }
    if start < to {
        piece(start, to);
    }
}

/// Before each three characters of a run that `numbers` finds, counted from its end.
pub(super) fn thousands(
    numbers: &Machine,
    text: &[u8],
    from: usize,
    to: usize,
    piece: &mut impl FnMut(usize, usize),
) {
    let mut start = from;
    numbers.each_match(text, from, to, &mut |first, end| {
        start = threes(text, start, first, end, piece);
    });
    if start < to {
        piece(start, to);
    }
}

/// Cuts before each three characters of `text[first..end]`, counted from its end. The piece at hand starts at `start`;
/// where the last one starts, which is still open.
fn threes(
    text: &[u8],
    mut start: usize,
    first: usize,
    end: usize,
    piece: &mut impl FnMut(usize, usize),
) -> usize {
    let is_first = |at: &usize| text[*at] & 0xC0 != 0x80;
    let mut left = (first..end).filter(is_first).count();
    for at in (first..end).filter(is_first) {
        if left % 3 == 0 && start < at {
            piece(start, at);
            start = at;
        }
        left -= 1;
    }
    start
}

/// `\d{1,3}(?=(?:\d{3})*\b)` and what stands in between: a number behind which no word goes on, in threes from its end.
#[derive(Debug)]
pub(in super::super) struct Groups {
    /// `\d+`
    numbers: Machine,
    /// `\w`
    word: Machine,
}

impl Groups {
    pub(super) fn new() -> Option<Self> {
        Some(Self {
            numbers: Machine::regex(r"\d+")?,
            word: Machine::regex(r"\w")?,
        })
    }

    pub(super) fn run(&self, text: &[u8], from: usize, to: usize, piece: &mut impl FnMut(usize, usize)) {
        let mut start = from;
        self.numbers.each_match(text, from, to, &mut |first, end| {
            if self.word.match_at_start(&text[end..to]) > 0 {
                return;
            }
            if start < first {
                piece(start, first);
            }
            let last = threes(text, first, first, end, piece);
            piece(last, end);
            start = end;
        });
        if start < to {
            piece(start, to);
        }
    }
}

/// `[0-9][0-9][0-9]`, and what stands in between.
#[inline]
pub(super) fn three(text: &[u8], from: usize, to: usize, piece: &mut impl FnMut(usize, usize)) {
    let (mut start, mut at) = (from, from);
    while at + 3 <= to {
        if !text[at..at + 3].iter().all(u8::is_ascii_digit) {
            at += 1;
            continue;
        }
        if start < at {
            piece(start, at);
        }
        piece(at, at + 3);
        at += 3;
        start = at;
    }
    if start < to {
        piece(start, to);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::unicode::classes;
    use super::NO_NUMBERS;

    #[test]
    fn what_is_no_number_is_not_numeric() {
        let wrong = ('\0'..=char::MAX)
            .find(|&character| character.is_numeric() && classes().of(character.into()) & NO_NUMBERS != 0);
        assert_eq!(wrong, None);
    }
}
