//! The words of `DeepSeek` V3:
//! `` [!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]* ``
//! `|\s*[\r\n]+|\s+(?!\S)|\s+`; what none matches stays in between.

use super::super::unicode::{
    Classes, LETTERS, MARKS, NEWLINES, NUMBERS, PUNCTUATIONS, SPACES, SYMBOLS, decode,
};
use super::cl100k::spaces;
use super::{blocks, common_word, number, run_of};

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

/// All of its pre-tokenizer: `\p{N}{1,3}`, `[一-龥぀-ゟ゠-ヿ]+` and the words, each in what the one before left.
#[inline(always)]
pub(super) fn run_all(
    classes: &Classes,
    text: &[u8],
    from: usize,
    to: usize,
    piece: &mut impl FnMut(usize, usize),
) {
    // Where the part ends that was looked at last: nothing is looked at twice.
    let mut known = from;
    let next = |from| {
        if let Some(end) = common_word(text, from, to) {
            return end;
        }
        if classes.at(text, from).0 & NUMBERS != 0 {
            return number(classes, text, from, to, 3);
        }
        if known <= from {
            known = part(classes, text, from, to);
        }
        first(classes, text, from, known)
    };
    blocks::run(
        text,
        from,
        to,
        |bytes, length| blocks::deepseek(bytes, length, classes),
        next,
        piece,
    );
}

/// `[一-龥぀-ゟ゠-ヿ]`
#[inline(always)]
pub(super) fn is_han(code: u32) -> bool {
    matches!(code, 0x4E00..=0x9FA5 | 0x3040..=0x30FF)
}

/// The end of the part at `from`, which is no number: up to a number, and all Han or none.
#[inline]
fn part(classes: &Classes, text: &[u8], from: usize, to: usize) -> usize {
    let han = is_han(decode(text, from).0);
    let mut at = from;
    while at < to {
        let (set, width) = classes.at(text, at);
        if set & NUMBERS != 0 || is_han(decode(text, at).0) != han {
            break;
        }
        at += width;
    }
    at
}

/// The end of the first piece of a part: a match, or what stands before one.
#[inline]
fn first(classes: &Classes, text: &[u8], from: usize, to: usize) -> usize {
    let mut at = from;
    while at < to {
        match next(classes, text, at, to) {
            Ok(end) if at == from => return end,
            Ok(_) => return at,
            Err(after) => at = after,
        }
    }
    to
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
