//! Pre-tokenizers: text to pieces, as ranges of bytes.
//!
//! A pipeline is a list of stages; each cuts the pieces of the one before. The patterns of well-known models are
//! recognised by how their alternatives are written, and run as hand-written scanners.

mod blocks;
mod bytes;
mod cl100k;
mod clip;
mod deepseek;
mod digits;
mod gpt2;
mod kinds;
mod matches;
mod o200k;
mod parse;
mod runs;

use std::sync::Arc;

use super::file::Behavior;
use super::pretokenize_words::{Words, cut_words};
use super::regex::Machine;
use super::unicode::{Classes, NUMBERS};

pub(super) use kinds::{beginning, first_of};
pub(super) use parse::{Plan, plan, stage};

/// One way to cut a piece.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
    Gpt2,
    /// The same between numeric characters, which stand alone (or in runs).
    Gpt2BetweenDigits { single: bool },
    /// GPT-4's pattern.
    Cl100k(cl100k::Flavor),
    /// GPT-4o's pattern.
    O200k(o200k::Flavor),
    /// CLIP's pattern; what it does not match goes. Then perhaps GPT-2's.
    Clip { then_gpt2: bool },
    /// All of the pre-tokenizer of `DeepSeek` V3.
    DeepSeekV3,
    /// Its words.
    DeepSeek,
    /// `\p{N}{1,n}`, the rest in between.
    Numbers { digits: usize },
    /// Runs of characters of a kind, the rest in between.
    Runs(runs::Kind),
    /// Each numeric character alone (or runs of them), the rest in between.
    Digits { single: bool },
    /// The same for characters that stand for bytes.
    ByteDigits { single: bool },
    /// `[0-9][0-9][0-9]`, the rest in between.
    ThreeDigits,
    /// `(?=(\d{3})+(?!\d))`: before each three digits, counted from the end of a number. The automaton is `\d+`.
    Thousands(Arc<Machine>),
    /// `\d{1,3}(?=(?:\d{3})*\b)`, the rest in between.
    Groups(Arc<digits::Groups>),
    /// Runs of punctuation, the rest in between.
    Punctuation,
    /// Each punctuation mark, with what becomes of it.
    Marks(Behavior),
    /// Words by the classes of their characters; white space goes.
    Words(Words),
    /// Matches of any other pattern.
    Matches(Arc<matches::Matches>),
}

impl Stage {
    /// Calls `piece` for each piece of `text[from..to]`, in order.
    #[inline(always)]
    fn run(
        &self,
        classes: &Classes,
        text: &[u8],
        from: usize,
        to: usize,
        piece: &mut impl FnMut(usize, usize),
    ) {
        match self {
            Self::Gpt2 => gpt2::run(classes, text, from, to, piece),
            Self::Gpt2BetweenDigits { single } => {
                gpt2::run_between_digits(classes, text, from, to, *single, piece);
            }
            Self::Cl100k(flavor) => cl100k::run(classes, text, from, to, *flavor, piece),
            Self::O200k(flavor) => o200k::run(classes, text, from, to, *flavor, piece),
            Self::Clip { then_gpt2 } => clip::run(classes, text, from, to, *then_gpt2, piece),
            Self::DeepSeekV3 => deepseek::run_all(classes, text, from, to, piece),
            Self::DeepSeek => deepseek::run(classes, text, from, to, piece),
            Self::Numbers { digits } => digits::numbers(classes, text, from, to, *digits, piece),
            Self::Runs(kind) => runs::run(classes, *kind, text, from, to, piece),
            Self::Digits { single } => digits::characters(classes, text, from, to, *single, piece),
            Self::ByteDigits { single } => digits::bytes(text, from, to, *single, piece),
            Self::ThreeDigits => digits::three(text, from, to, piece),
            Self::Thousands(numbers) => digits::thousands(numbers, text, from, to, piece),
            Self::Groups(groups) => groups.run(text, from, to, piece),
            Self::Punctuation => runs::punctuation(text, from, to, piece),
            Self::Marks(behavior) => matches::punctuation(*behavior, text, from, to, piece),
            Self::Words(words) => match std::str::from_utf8(&text[from..to]) {
                Ok(text) => cut_words(*words, text, &mut |start, end| piece(from + start, from + end)),
                // Nothing cuts characters before: `parse` sees to it.
                Err(_) => piece(from, to),
            },
            Self::Matches(matches) => matches.run(text, from, to, piece),
        }
    }
}

/// Cuts `text[from..to]` by all stages and calls `piece` for each piece that remains; none is empty.
#[inline(always)]
pub(super) fn run(
    stages: &[Stage],
    classes: &Classes,
    text: &[u8],
    from: usize,
    to: usize,
    piece: &mut impl FnMut(usize, usize),
) {
    match stages {
        [] => {
            if from < to {
                piece(from, to);
            }
        }
        [Stage::Cl100k(flavor)] => cl100k::run(classes, text, from, to, *flavor, piece),
        [Stage::Gpt2] => gpt2::run(classes, text, from, to, piece),
        [Stage::Gpt2BetweenDigits { single }] => {
            gpt2::run_between_digits(classes, text, from, to, *single, piece);
        }
        [Stage::O200k(flavor)] => o200k::run(classes, text, from, to, *flavor, piece),
        [Stage::DeepSeekV3] => deepseek::run_all(classes, text, from, to, piece),
        _ => {
            if from < to {
                nested(stages, classes, text, from, to, kinds::of(&text[from..to]), piece);
            }
        }
    }
}

/// Stages one inside the other, for a piece with bytes of these kinds, which not all of them look for. The recursion is
/// over a list that the file gives and `plan` bounds.
fn nested(
    stages: &[Stage],
    classes: &Classes,
    text: &[u8],
    from: usize,
    to: usize,
    kinds: u16,
    piece: &mut dyn FnMut(usize, usize),
) {
    let Some(first) = stages.iter().position(|stage| stage.looks_for() & kinds != 0) else {
        return piece(from, to);
    };
    let (stage, rest) = (&stages[first], &stages[first + 1..]);
    let whole = (from, to);
    stage.run(classes, text, from, to, &mut |from, to| {
        if rest.is_empty() {
            return piece(from, to);
        }
        let kinds = if (from, to) == whole {
            kinds
        } else {
            kinds::of(&text[from..to])
        };
        nested(rest, classes, text, from, to, kinds, piece);
    });
}

/// The end of the run of characters of `set` from `at`.
#[inline(always)]
fn run_of(classes: &Classes, set: u16, text: &[u8], mut at: usize, to: usize) -> usize {
    while at < to {
        let (found, width) = classes.at(text, at);
        if found & set == 0 {
            break;
        }
        at += width;
    }
    at
}

/// The end of a run of at most `most` numeric characters from `at`.
#[inline(always)]
fn number(classes: &Classes, text: &[u8], mut at: usize, to: usize, most: usize) -> usize {
    for _ in 0..most {
        if at >= to {
            break;
        }
        let (set, width) = classes.at(text, at);
        if set & NUMBERS == 0 {
            break;
        }
        at += width;
    }
    at
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * ONES;

/// In the high bit of each byte: whether it lies in `first..=last`, which are ASCII. No sum of seven bits carries over.
#[inline(always)]
fn within(word: u64, first: u8, last: u8) -> u64 {
    let low = word & !HIGH;
    (low + (0x80 - u64::from(first)) * ONES) & !(low + (0x7F - u64::from(last)) * ONES) & !word & HIGH
}

/// The end of a word of one to seven ASCII letters at `from`, or behind a blank there, after which comes an ASCII
/// character that is none: most words of most texts. Nothing for all others.
#[inline(always)]
fn common_word(text: &[u8], from: usize, to: usize) -> Option<usize> {
    let at = from + usize::from(text[from] == b' ');
    let word = u64::from_le_bytes(*text.get(at..)?.first_chunk::<8>()?);
    let other = within(word | (0x20 * ONES), b'a', b'z') ^ HIGH;
    let end = at + (other.trailing_zeros() / 8) as usize;
    // The first byte that is no letter: 0x80 in the word where it is not ASCII.
    let stops = other & other.wrapping_neg() & !word;
    (stops > 0x80 && end < to).then_some(end)
}

/// The same for `[A-Z]?[a-z]+` before a character that is neither an apostrophe nor a letter.
#[inline(always)]
fn common_cased_word(text: &[u8], from: usize, to: usize) -> Option<usize> {
    let at = from + usize::from(text[from] == b' ');
    let word = u64::from_le_bytes(*text.get(at..)?.first_chunk::<8>()?);
    // The first letter may be of either case.
    let other = within(word | 0x20, b'a', b'z') ^ HIGH;
    let end = at + (other.trailing_zeros() / 8) as usize;
    let stops = other & other.wrapping_neg() & !word;
    if stops <= 0x80 || end >= to || text[end] == b'\'' || text[end].is_ascii_uppercase() {
        return None;
    }
    Some(end)
}

/// The end of the run of ASCII characters of `first..=last` from `at`, eight at a time.
#[inline(always)]
fn ascii_run(text: &[u8], mut at: usize, to: usize, first: u8, last: u8) -> usize {
    while let Some(bytes) = text.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let other = within(u64::from_le_bytes(*bytes), first, last) ^ HIGH;
        if other != 0 {
            return (at + (other.trailing_zeros() / 8) as usize).min(to);
        }
        at += 8;
    }
    while at < to && (first..=last).contains(&text[at]) {
        at += 1;
    }
    at.min(to)
}

/// The end of the run of characters of `words`, which has all letters, from `at`: ASCII letters eight at a time.
#[inline(always)]
fn letters(classes: &Classes, words: u16, text: &[u8], mut at: usize, to: usize) -> usize {
    while let Some(bytes) = text.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let other = within(u64::from_le_bytes(*bytes) | (0x20 * ONES), b'a', b'z') ^ HIGH;
        if other == 0 {
            at += 8;
            continue;
        }
        at += (other.trailing_zeros() / 8) as usize;
        if at >= to {
            return to;
        }
        if text[at] < 0x80 {
            return at;
        }
        // Among letters of other scripts looking for ASCII ones would be in vain.
        return run_of(classes, words, text, at, to);
    }
    run_of(classes, words, text, at.min(to), to)
}

/// The end of the run of characters outside of `set` from `at`.
#[inline(always)]
fn run_without(classes: &Classes, set: u16, text: &[u8], mut at: usize, to: usize) -> usize {
    while at < to {
        let (found, width) = classes.at(text, at);
        if found & set != 0 {
            break;
        }
        at += width;
    }
    at
}

#[cfg(test)]
mod tests;
