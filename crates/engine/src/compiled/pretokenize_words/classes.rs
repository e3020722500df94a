//! What a character is to the word splitters, from the Unicode tables that the reference engine uses.

use std::sync::LazyLock;

use regex_syntax::hir::{Class as HirClass, ClassUnicode, HirKind};

use crate::compiled::normalize::pages::{Pages, fill_each};
use crate::compiled::unicode::is_punctuation;

/// What a splitter does with a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Ends a piece and belongs to none.
    Removed,
    /// Runs of these are pieces.
    Word,
    /// A piece of its own.
    Isolated,
    /// Runs of these are pieces too, apart from runs of `Word`.
    Other,
}

/// A way of cutting text by the class of each character. The byte tests are for ASCII only; where none holds, it is part
/// of a word.
pub(super) trait Mode {
    /// Whether runs of `Other` exist.
    const HAS_OTHER: bool;
    fn is_removed(byte: u8) -> bool;
    fn is_isolated(byte: u8) -> bool;
    fn is_other(byte: u8) -> bool;
    /// Whether all characters beyond ASCII are part of words that begin with this byte. That is known of most letters.
    fn is_plain(first: u8) -> bool;
    /// The class of a character beyond ASCII.
    fn class(c: char) -> Class;
}

const WHITESPACE: u32 = 1;
const PUNCTUATION: u32 = 1 << 1;
const REGEX_WORD: u32 = 1 << 2;
const REGEX_SPACE: u32 = 1 << 3;

#[inline(always)]
fn is_space(byte: u8) -> bool {
    // U+0009 to U+000D; U+001C to U+001F are not white space to Rust.
    byte == b' ' || byte.wrapping_sub(9) < 5
}

/// `BertPreTokenizer`: white space goes, punctuation stands alone.
pub(super) struct BertWords;

impl Mode for BertWords {
    const HAS_OTHER: bool = false;
    #[inline(always)]
    fn is_removed(byte: u8) -> bool {
        is_space(byte)
    }
    #[inline(always)]
    fn is_isolated(byte: u8) -> bool {
        byte.is_ascii_punctuation()
    }
    #[inline(always)]
    fn is_other(_: u8) -> bool {
        false
    }
    #[inline(always)]
    fn is_plain(first: u8) -> bool {
        matches!(first, 0xC3..=0xCC | 0xCF..=0xD4 | 0xE4..=0xE9 | 0xEB..=0xEE)
    }
    #[inline(always)]
    fn class(c: char) -> Class {
        match facts(c) & (WHITESPACE | PUNCTUATION) {
            0 => Class::Word,
            PUNCTUATION => Class::Isolated,
            _ => Class::Removed,
        }
    }
}

/// `WhitespaceSplit`: white space goes.
pub(super) struct SpacedWords;

impl Mode for SpacedWords {
    const HAS_OTHER: bool = false;
    #[inline(always)]
    fn is_removed(byte: u8) -> bool {
        is_space(byte)
    }
    #[inline(always)]
    fn is_isolated(_: u8) -> bool {
        false
    }
    #[inline(always)]
    fn is_other(_: u8) -> bool {
        false
    }
    #[inline(always)]
    fn is_plain(first: u8) -> bool {
        !matches!(first, 0xC2 | 0xE1..=0xE3)
    }
    #[inline(always)]
    fn class(c: char) -> Class {
        if facts(c) & WHITESPACE == 0 {
            Class::Word
        } else {
            Class::Removed
        }
    }
}

/// `Punctuation` with behaviour `Isolated`: punctuation stands alone, nothing goes.
pub(super) struct PunctuatedText;

impl Mode for PunctuatedText {
    const HAS_OTHER: bool = false;
    #[inline(always)]
    fn is_removed(_: u8) -> bool {
        false
    }
    #[inline(always)]
    fn is_isolated(byte: u8) -> bool {
        byte.is_ascii_punctuation()
    }
    #[inline(always)]
    fn is_other(_: u8) -> bool {
        false
    }
    #[inline(always)]
    fn is_plain(first: u8) -> bool {
        BertWords::is_plain(first)
    }
    #[inline(always)]
    fn class(c: char) -> Class {
        if facts(c) & PUNCTUATION == 0 {
            Class::Word
        } else {
            Class::Isolated
        }
    }
}

/// `Whitespace`: the regex `\w+|[^\w\s]+`.
pub(super) struct RegexWords;

impl Mode for RegexWords {
    const HAS_OTHER: bool = true;
    #[inline(always)]
    fn is_removed(byte: u8) -> bool {
        is_space(byte)
    }
    #[inline(always)]
    fn is_isolated(_: u8) -> bool {
        false
    }
    #[inline(always)]
    fn is_other(byte: u8) -> bool {
        !(byte.is_ascii_alphanumeric() || byte == b'_' || is_space(byte))
    }
    #[inline(always)]
    fn is_plain(first: u8) -> bool {
        matches!(first, 0xC4..=0xCA | 0xD0..=0xD1 | 0xE5..=0xE9 | 0xEB..=0xEC)
    }
    #[inline(always)]
    fn class(c: char) -> Class {
        let facts = facts(c);
        if facts & REGEX_WORD != 0 {
            Class::Word
        } else if facts & REGEX_SPACE != 0 {
            Class::Removed
        } else {
            Class::Other
        }
    }
}

static PAGES: Pages = Pages::new();

#[inline(always)]
fn facts(c: char) -> u32 {
    PAGES.get(c, |start, words| {
        fill_each(start, words, |c| {
            let flag = |is: bool, bit: u32| if is { bit } else { 0 };
            flag(c.is_whitespace(), WHITESPACE)
                | flag(is_punctuation(c) || c.is_ascii_punctuation(), PUNCTUATION)
                | flag(contains(&REGEX_CLASSES.0, c), REGEX_WORD)
                | flag(contains(&REGEX_CLASSES.1, c), REGEX_SPACE)
        });
    })
}

/// The regex crate's `\w` and `\s`.
static REGEX_CLASSES: LazyLock<(ClassUnicode, ClassUnicode)> =
    LazyLock::new(|| (regex_class(r"\w"), regex_class(r"\s")));

fn regex_class(pattern: &str) -> ClassUnicode {
    match regex_syntax::parse(pattern).map(regex_syntax::hir::Hir::into_kind) {
        Ok(HirKind::Class(HirClass::Unicode(class))) => class,
        _ => ClassUnicode::empty(),
    }
}

fn contains(class: &ClassUnicode, c: char) -> bool {
    let ranges = class.ranges();
    let place = ranges.partition_point(|range| range.end() < c);
    ranges.get(place).is_some_and(|range| range.start() <= c)
}

#[cfg(test)]
mod tests {
    use super::{BertWords, Class, Mode, PunctuatedText, RegexWords, SpacedWords};

    fn check<M: Mode>() {
        let mut plain = 0;
        for c in '\u{80}'..='\u{10FFFF}' {
            if M::is_plain(c.to_string().as_bytes()[0]) {
                assert_eq!(M::class(c), Class::Word, "{c:?}");
                plain += 1;
            }
        }
        assert!(plain > 20_000);
    }

    #[test]
    fn plain_characters_are_of_words() {
        check::<BertWords>();
        check::<SpacedWords>();
        check::<PunctuatedText>();
        check::<RegexWords>();
    }
}
