//! Characters: decoding, and the classes that patterns ask for, as Oniguruma 6.9 knows them.

pub(super) mod stages;

use std::sync::LazyLock;

use stages::{BLOCK, Runs, Stages};

/// The general categories that patterns distinguish, in the low four bits of a class.
pub(super) const UPPER: u8 = 1;
pub(super) const LOWER: u8 = 2;
pub(super) const TITLE: u8 = 3;
pub(super) const MODIFIER: u8 = 4;
pub(super) const OTHER_LETTER: u8 = 5;
pub(super) const MARK: u8 = 6;
pub(super) const NUMBER: u8 = 7;
pub(super) const PUNCTUATION: u8 = 8;
pub(super) const SYMBOL: u8 = 9;

/// Sets of categories: bit `n` is category `n`, and two more bits for white space and line ends.
pub(super) const LETTERS: u16 = 1 << UPPER | 1 << LOWER | 1 << TITLE | 1 << MODIFIER | 1 << OTHER_LETTER;
pub(super) const NUMBERS: u16 = 1 << NUMBER;
pub(super) const MARKS: u16 = 1 << MARK;
pub(super) const PUNCTUATIONS: u16 = 1 << PUNCTUATION;
pub(super) const SYMBOLS: u16 = 1 << SYMBOL;
pub(super) const SPACES: u16 = 1 << 14;
pub(super) const NEWLINES: u16 = 1 << 15;

/// How `onig` answers `\p{…}` and `\s`, for all code points: a category, and 16 for `\s`.
static CLASS_RUNS: Runs<1> = Runs::new(include_bytes!("classes.bin"));

/// Sets by code point.
pub(super) struct Classes {
    ascii: [u16; 256],
    /// Of characters of up to two bytes.
    two: Box<[u16; TWO]>,
    sets: Stages,
}

/// So many characters have one byte or two.
const TWO: usize = 0x800;

static CLASSES: LazyLock<Classes> = LazyLock::new(Classes::build);

/// The classes; hold on to the reference rather than asking again.
pub(super) fn classes() -> &'static Classes {
    &CLASSES
}

fn set_of(class: u8) -> u16 {
    let category = class & 15;
    let spaces = if class & 16 == 0 { 0 } else { SPACES };
    spaces | if category == 0 { 1 } else { 1 << category }
}

impl Classes {
    fn build() -> Self {
        let mut sets = Stages::new(
            CLASS_RUNS.iter().map(|(length, [class])| (length, set_of(class))),
            1,
        );
        let mut ascii = [0; 256];
        if let Some(first) = sets.first() {
            for newline in [b'\n', b'\r'] {
                first[usize::from(newline)] |= NEWLINES;
            }
            ascii[..BLOCK].copy_from_slice(first);
        }
        let mut two = Box::new([0; TWO]);
        for (code, set) in (0..).zip(two.iter_mut()) {
            *set = sets.of(code);
        }
        Self { ascii, two, sets }
    }

    /// The set of a code point.
    #[inline]
    pub(super) fn of(&self, code: u32) -> u16 {
        self.sets.of(code)
    }

    /// The set and width of the character at `at`, which lies inside valid UTF-8.
    #[inline(always)]
    pub(super) fn at(&self, text: &[u8], at: usize) -> (u16, usize) {
        let byte = text[at];
        if byte < 0x80 {
            (self.ascii[usize::from(byte)], 1)
        } else {
            self.wide(text, at)
        }
    }

    #[inline]
    fn wide(&self, text: &[u8], at: usize) -> (u16, usize) {
        let (code, width) = decode(text, at);
        if width == 2 {
            return (self.of_two(code), 2);
        }
        (self.of(code), width)
    }

    /// The set of a code point that has two bytes.
    #[inline(always)]
    pub(super) fn of_two(&self, code: u32) -> u16 {
        self.two[code as usize % TWO]
    }
}

/// The runs of code points of the same set: first, last and set.
pub(super) fn runs() -> impl Iterator<Item = (u32, u32, u16)> {
    let mut start = 0;
    CLASS_RUNS.iter().filter_map(move |(length, [class])| {
        let first = start;
        start += u32::try_from(length).ok()?;
        Some((first, start.checked_sub(1)?, set_of(class)))
    })
}

/// The code point and width of the character at `at`, which lies inside valid UTF-8.
#[inline(always)]
pub(super) fn decode(text: &[u8], at: usize) -> (u32, usize) {
    let byte = |offset: usize| u32::from(text.get(at + offset).copied().unwrap_or(0));
    let first = byte(0);
    if first < 0x80 {
        (first, 1)
    } else if first < 0xE0 {
        ((first & 0x1F) << 6 | byte(1) & 0x3F, 2)
    } else if first < 0xF0 {
        ((first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | byte(2) & 0x3F, 3)
    } else {
        (
            (first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | byte(3) & 0x3F,
            4,
        )
    }
}

// What the characters are to the `unicode_categories` crate, which the reference asks.
const IS_OTHER: u8 = 1;
const IS_NONSPACING: u8 = 1 << 1;
const IS_PUNCTUATION: u8 = 1 << 2;

static CATEGORY_RUNS: Runs<1> = Runs::new(include_bytes!("categories.bin"));

static CATEGORIES: LazyLock<Stages> = LazyLock::new(|| {
    Stages::new(
        CATEGORY_RUNS.iter().map(|(length, [bits])| (length, bits.into())),
        0,
    )
});

fn has_category(c: char, bit: u8) -> bool {
    CATEGORIES.of(c.into()) & u16::from(bit) != 0
}

/// Whether a character is a control, a format character, a surrogate, for private use or not assigned.
pub(super) fn is_other(c: char) -> bool {
    has_category(c, IS_OTHER)
}

/// Whether a character is a mark without a width of its own.
pub(super) fn is_nonspacing_mark(c: char) -> bool {
    has_category(c, IS_NONSPACING)
}

/// Whether a character is punctuation.
pub(super) fn is_punctuation(c: char) -> bool {
    has_category(c, IS_PUNCTUATION)
}

#[cfg(test)]
mod tests;
