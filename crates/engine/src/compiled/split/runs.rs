//! Runs of characters of one kind, and what stands in between.

use memchr::memchr2;

use super::super::unicode::{self, Classes, LETTERS, PUNCTUATIONS, SPACES, decode};
use super::{letters, run_of};

/// The kinds that models split by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    /// `[\r\n]`, each alone.
    Newline,
    /// `\s?\p{L}+`
    Letters,
    /// `\s?\p{P}+`
    Punctuation,
    /// `[一-龥぀-ゟ゠-ヿ]+`
    Han,
    /// `[一-龥ࠀ-一가-퟿]+`
    EastAsian,
}

#[inline]
pub(super) fn run(
    classes: &Classes,
    kind: Kind,
    text: &[u8],
    from: usize,
    to: usize,
    piece: &mut impl FnMut(usize, usize),
) {
    let (mut start, mut at) = (from, from);
    while at < to {
        match next(classes, kind, text, at, to) {
            Ok(end) => {
                if start < at {
                    piece(start, at);
                }
                piece(at, end);
                (start, at) = (end, end);
            }
            Err(after) => at = after,
        }
    }
    if start < to {
        piece(start, to);
    }
}

/// The end of the match at `from`, or where to look next.
#[inline]
fn next(classes: &Classes, kind: Kind, text: &[u8], from: usize, to: usize) -> Result<usize, usize> {
    match kind {
        Kind::Newline => match memchr2(b'\r', b'\n', &text[from..to]) {
            Some(0) => Ok(from + 1),
            Some(place) => Err(from + place),
            None => Err(to),
        },
        Kind::Letters => {
            let end = |at| letters(classes, LETTERS, text, at, to);
            after_space(classes, LETTERS, text, from, to, end)
        }
        Kind::Punctuation => {
            let end = |at| run_of(classes, PUNCTUATIONS, text, at, to);
            after_space(classes, PUNCTUATIONS, text, from, to, end)
        }
        Kind::Han => range(
            text,
            from,
            to,
            |code| matches!(code, 0x4E00..=0x9FA5 | 0x3040..=0x30FF),
        ),
        Kind::EastAsian => range(
            text,
            from,
            to,
            |code| matches!(code, 0x0800..=0x9FA5 | 0xAC00..=0xD7FF),
        ),
    }
}

/// A run of characters of `set`, behind white space or not; `end` says where one ends of which something was seen.
#[inline(always)]
fn after_space(
    classes: &Classes,
    set: u16,
    text: &[u8],
    from: usize,
    to: usize,
    end: impl Fn(usize) -> usize,
) -> Result<usize, usize> {
    let (first, width) = classes.at(text, from);
    let at = from + width;
    if first & set != 0 {
        return Ok(end(at));
    }
    if first & SPACES != 0 && at < to {
        let (second, width) = classes.at(text, at);
        if second & set != 0 {
            return Ok(end(at + width));
        }
    }
    Err(at)
}

#[inline]
fn range(text: &[u8], from: usize, to: usize, inside: impl Fn(u32) -> bool) -> Result<usize, usize> {
    let mut at = from;
    while at < to {
        let (code, width) = decode(text, at);
        if !inside(code) {
            return if at > from { Ok(at) } else { Err(at + width) };
        }
        at += width;
    }
    Ok(at)
}

/// Whether a character is punctuation to the `Punctuation` pre-tokenizer, and its width.
#[inline(always)]
pub(super) fn is_punctuation(text: &[u8], at: usize) -> (bool, usize) {
    let byte = text[at];
    if byte < 0x80 {
        return (byte.is_ascii_punctuation(), 1);
    }
    let (code, width) = decode(text, at);
    let is_punctuation = char::from_u32(code).is_some_and(unicode::is_punctuation);
    (is_punctuation, width)
}

/// Runs of punctuation as the `Punctuation` pre-tokenizer knows it, and what stands in between.
#[inline]
pub(super) fn punctuation(text: &[u8], from: usize, to: usize, piece: &mut impl FnMut(usize, usize)) {
    let (mut start, mut at, mut inside) = (from, from, false);
    while at < to {
        let (is_punctuation, width) = is_punctuation(text, at);
        if start < at && is_punctuation != inside {
            piece(start, at);
            start = at;
        }
        inside = is_punctuation;
        at += width;
    }
    if start < to {
        piece(start, to);
    }
}
