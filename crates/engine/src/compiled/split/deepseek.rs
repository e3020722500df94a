//! The words of `DeepSeek` V3:
//! `` [!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]* ``
//! `|\s*[\r\n]+|\s+(?!\S)|\s+`; what none matches stays in between.

use super::super::unicode::{Classes, LETTERS, MARKS, NEWLINES, PUNCTUATIONS, SPACES, SYMBOLS};
use super::cl100k::spaces;
use super::run_of;

#[inline(always)]
pub(super) fn run(
    classes: &Classes,
    text: &[u8],
    from: usize,
    to: usize,
    piece: &mut impl FnMut(usize, usize),
) {
    let (mut start, mut at) = (from, from);
    while at < to {
        match next(classes, text, at, to) {
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
#[inline(always)]
fn next(classes: &Classes, text: &[u8], from: usize, to: usize) -> Result<usize, usize> {
    let (first, width) = classes.at(text, from);
    let at = from + width;
    if first & (LETTERS | MARKS) != 0 {
        return Ok(run_of(classes, LETTERS | MARKS, text, at, to));
    }
    let (second, second_width) = if at < to {
        classes.at(text, at)
    } else {
        (SPACES, 0)
    };
    let byte = text[from];
    if first & (PUNCTUATIONS | SYMBOLS) != 0 {
        if byte.is_ascii_punctuation() && at < to && text[at].is_ascii_alphabetic() {
            let mut end = at;
            while end < to && text[end].is_ascii_alphabetic() {
                end += 1;
            }
            return Ok(end);
        }
        return Ok(symbols(classes, text, at, to));
    }
    if second & (LETTERS | MARKS) != 0 && first & NEWLINES == 0 {
        return Ok(run_of(classes, LETTERS | MARKS, text, at + second_width, to));
    }
    if byte == b' ' && second & (PUNCTUATIONS | SYMBOLS) != 0 {
        return Ok(symbols(classes, text, at, to));
    }
    if first & SPACES != 0 {
        Ok(spaces(classes, text, from, to))
    } else {
        Err(at)
    }
}

#[inline]
fn symbols(classes: &Classes, text: &[u8], at: usize, to: usize) -> usize {
    let end = run_of(classes, PUNCTUATIONS | SYMBOLS, text, at, to);
    run_of(classes, NEWLINES, text, end, to)
}
