//! Kinds of bytes: what a piece has none of, no stage need look for.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::super::file::Behavior;
use super::Stage;
use super::matches::Wanted;
use super::runs::Kind;

const LETTER: u16 = 1;
const DIGIT: u16 = 1 << 1;
/// `\p{P}` and `\p{S}` of ASCII.
const PUNCTUATION: u16 = 1 << 2;
const SYMBOL: u16 = 1 << 3;
const BLANK: u16 = 1 << 4;
const NEWLINE: u16 = 1 << 5;
const OTHER: u16 = 1 << 6;
/// Of a character beyond ASCII.
const WIDE: u16 = 1 << 7;

const ALL: u16 = u16::MAX;

/// The kind of each byte.
const KINDS: [u16; 256] = {
    let mut kinds = [WIDE; 256];
    let mut byte = 0;
    while byte < 0x80u8 {
        kinds[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'$' | b'+' | b'<' | b'=' | b'>' | b'^' | b'`' | b'|' | b'~' => SYMBOL,
            b'!'..=b'~' => PUNCTUATION,
            b' ' => BLANK,
            b'\r' | b'\n' => NEWLINE,
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
};

/// The kinds of a piece's bytes.
#[inline(always)]
pub(super) fn of(piece: &[u8]) -> u16 {
    piece
        .iter()
        .fold(0, |kinds, &byte| kinds | KINDS[usize::from(byte)])
}

/// Where the first byte of one of `kinds` is.
#[inline(always)]
pub(in super::super) fn first_of(text: &[u8], kinds: u16) -> Option<usize> {
    text.iter()
        .position(|&byte| KINDS[usize::from(byte)] & kinds != 0)
}

/// The kinds of bytes that a match of a pattern can begin with, and perhaps more.
pub(in super::super) fn beginning(pattern: &Hir) -> u16 {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.first().map_or(0, |&byte| KINDS[usize::from(byte)]),
        HirKind::Class(Class::Unicode(class)) => class.ranges().iter().fold(0, |kinds, range| {
            kinds | within(u32::from(range.start()), u32::from(range.end()))
        }),
        HirKind::Class(Class::Bytes(class)) => class.ranges().iter().fold(0, |kinds, range| {
            kinds | within(range.start().into(), range.end().into())
        }),
        HirKind::Repetition(repetition) => beginning(&repetition.sub),
        HirKind::Capture(capture) => beginning(&capture.sub),
        HirKind::Alternation(all) => all.iter().fold(0, |kinds, one| kinds | beginning(one)),
        HirKind::Concat(all) => {
            let mut kinds = 0;
            for one in all {
                kinds |= beginning(one);
                if one.properties().minimum_len() != Some(0) {
                    break;
                }
            }
            kinds
        }
    }
}

/// The kinds of the characters of a range.
fn within(first: u32, last: u32) -> u16 {
    let kinds = (0..0x80).zip(KINDS);
    let ascii = kinds.filter(|(code, _)| (first..=last).contains(code));
    let wide = if last >= 0x80 { WIDE } else { 0 };
    ascii.fold(wide, |kinds, (_, kind)| kinds | kind)
}

impl Stage {
    /// Kinds of bytes without any of which it leaves a piece as it is.
    #[inline(always)]
    pub(super) fn looks_for(&self) -> u16 {
        match self {
            Self::Numbers { .. }
            | Self::Digits { .. }
            | Self::ByteDigits { .. }
            | Self::Thousands(_)
            | Self::Groups(_) => DIGIT | WIDE,
            Self::ThreeDigits => DIGIT,
            Self::Runs(Kind::Newline) => NEWLINE,
            Self::Runs(Kind::Letters) => LETTER | WIDE,
            Self::Runs(Kind::Punctuation) => PUNCTUATION | WIDE,
            Self::Runs(Kind::Han | Kind::EastAsian) => WIDE,
            Self::Punctuation | Self::Marks(_) => PUNCTUATION | SYMBOL | WIDE,
            // What is no match goes.
            Self::Matches(matches) if matches.behavior == Behavior::Removed && matches.invert => ALL,
            Self::Matches(matches) => match &matches.wanted {
                Wanted::Pattern(machine) => machine.kinds(),
                Wanted::Text(finder) => of(&finder.needle()[..1]),
            },
            Self::Gpt2
            | Self::Gpt2BetweenDigits { .. }
            | Self::Cl100k(_)
            | Self::O200k(_)
            | Self::Clip { .. }
            | Self::DeepSeekV3
            | Self::DeepSeek
            | Self::Words(_) => ALL,
        }
    }
}
