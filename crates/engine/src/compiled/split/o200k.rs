//! GPT-4o's pattern and its relatives:
//! `[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?`
//! `|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?`
//! `|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`

use super::super::unicode::{
    Classes, LETTERS, LOWER, MARKS, MODIFIER, NEWLINES, NUMBERS, OTHER_LETTER, SPACES, TITLE, UPPER,
};
use super::blocks;
use super::cl100k::{contraction, spaces};
use super::{ascii_run, common_cased_word, number, run_of, run_without};

/// What differs between the models that use the pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Flavor {
    /// The most digits of a number.
    pub(super) digits: usize,
    pub(super) contractions: bool,
    /// Slashes behind punctuation belong to it, as line ends do.
    pub(super) slashes: bool,
}

/// Letters without case and marks: in both halves of a word.
const BOTH: u16 = 1 << MODIFIER | 1 << OTHER_LETTER | MARKS;
const UPPERS: u16 = 1 << UPPER | 1 << TITLE | BOTH;
const LOWERS: u16 = 1 << LOWER | BOTH;

#[inline(always)]
pub(super) fn run(
    classes: &Classes,
    text: &[u8],
    from: usize,
    to: usize,
    flavor: Flavor,
    piece: &mut impl FnMut(usize, usize),
) {
    let starts = |bytes: &_, length| blocks::o200k(bytes, length, classes, flavor);
    let next = |from| next(classes, text, from, to, flavor);
    blocks::run(text, from, to, starts, next, piece);
}

#[inline(always)]
fn next(classes: &Classes, text: &[u8], from: usize, to: usize, flavor: Flavor) -> usize {
    if let Some(end) = common_cased_word(text, from, to) {
        return end;
    }
    let (first, width) = classes.at(text, from);
    let at = from + width;
    let (second, _) = if at < to {
        classes.at(text, at)
    } else {
        (SPACES, 0)
    };
    // The optional character before a word; a mark can be that and can begin the word itself.
    let prefixed = first & (LETTERS | NUMBERS | NEWLINES) == 0 && second & (LETTERS | MARKS) != 0;
    if prefixed || first & (LETTERS | MARKS) != 0 {
        let word = if prefixed { at } else { from };
        // Where a mark might be the prefix, a word without lower-case letters leaves it alone instead.
        let mut end = if first & MARKS == 0 {
            ascii_word(text, word, to)
        } else {
            None
        };
        if let Some(end) = end
            && text.get(end) != Some(&b'\'')
        {
            return end;
        }
        if end.is_none() {
            end = lower_end(classes, text, word, to);
        }
        if end.is_none() && prefixed && first & MARKS != 0 {
            end = lower_end(classes, text, from, to);
        }
        let end = end.unwrap_or_else(|| run_of(classes, UPPERS, text, word, to));
        return if flavor.contractions && text.get(end) == Some(&b'\'') && end < to {
            end + contraction(text, end, to)
        } else {
            end
        };
    }
    if first & NUMBERS != 0 {
        return number(classes, text, at, to, flavor.digits - 1);
    }
    if first & SPACES == 0 || (text[from] == b' ' && second & (SPACES | LETTERS | NUMBERS) == 0) {
        let mut end = run_without(classes, SPACES | LETTERS | NUMBERS, text, at, to);
        while end < to && (matches!(text[end], b'\r' | b'\n') || flavor.slashes && text[end] == b'/') {
            end += 1;
        }
        return end;
    }
    spaces(classes, text, from, to)
}

/// Where a word ends that begins with ASCII letters and has no others; nothing when it goes on or is none.
#[inline(always)]
fn ascii_word(text: &[u8], word: usize, to: usize) -> Option<usize> {
    let upper = if text[word].is_ascii_uppercase() {
        ascii_run(text, word + 1, to, b'A', b'Z')
    } else {
        word
    };
    let end = ascii_run(text, upper, to, b'a', b'z');
    (end > word && (end == to || text[end] < 0x80)).then_some(end)
}

/// Where `UPPERS* LOWERS+` ends from `word`; nothing when it does not match.
#[inline(always)]
fn lower_end(classes: &Classes, text: &[u8], word: usize, to: usize) -> Option<usize> {
    let mut at = word;
    let mut both_end = None;
    while at < to {
        let (set, width) = classes.at(text, at);
        if set & UPPERS == 0 {
            if set & LOWERS != 0 {
                return Some(run_of(classes, LOWERS, text, at + width, to));
            }
            break;
        }
        at += width;
        if set & BOTH != 0 {
            both_end = Some(at);
        }
    }
    // Without a lower-case letter the first half gives back up to a character of both halves.
    both_end
}
