//! Characters: decoding, and the classes that patterns ask for, as Oniguruma 6.9 knows them.

use std::sync::LazyLock;

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

/// Run lengths over all code points: each a varint length and a class (category, and 16 for `\s`), classes as the
/// `onig` crate answers `\p{…}` and `\s`. The test `classes_are_those_of_oniguruma` holds it equal and can write it.
static RUNS: &[u8] = include_bytes!("classes.bin");

/// Sets by code point, in two stages.
pub(super) struct Classes {
    ascii: [u16; 256],
    blocks: Vec<u16>,
    sets: Vec<[u16; BLOCK]>,
}

/// Code points that share an entry of the first stage.
const BLOCK: usize = 128;

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
        let mut ascii = [0; 256];
        let mut blocks = Vec::with_capacity(0x11_0000 / BLOCK);
        let mut sets: Vec<[u16; BLOCK]> = Vec::new();
        // Where the blocks are that hold one class only.
        let mut plain = [None; 32];
        let mut block = [1; BLOCK];
        let mut filled = 0;
        let mut runs = RUNS.iter();
        let last = [(0x11_0000, 0)];
        for (mut length, class) in std::iter::from_fn(|| next_run(&mut runs)).chain(last) {
            let set = set_of(class);
            while length > 0 && blocks.len() < 0x11_0000 / BLOCK {
                let count = length.min(BLOCK - filled);
                block[filled..filled + count].fill(set);
                filled += count;
                length -= count;
                if filled < BLOCK {
                    break;
                }
                filled = 0;
                if blocks.is_empty() {
                    for newline in [b'\n', b'\r'] {
                        block[usize::from(newline)] |= NEWLINES;
                    }
                    ascii[..BLOCK].copy_from_slice(&block);
                }
                let mut unused = None;
                let known = if count == BLOCK {
                    &mut plain[usize::from(class & 31)]
                } else {
                    &mut unused
                };
                let index = *known.get_or_insert_with(|| {
                    sets.push(block);
                    sets.len() - 1
                });
                blocks.push(u16::try_from(index).unwrap_or(0));
            }
        }
        Self { ascii, blocks, sets }
    }

    /// The set of a code point.
    #[inline]
    pub(super) fn of(&self, code: u32) -> u16 {
        let block = self.blocks.get((code >> 7) as usize).copied().unwrap_or(0);
        self.sets[usize::from(block)][(code & 127) as usize]
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
        (self.of(code), width)
    }
}

/// The runs of code points of the same set: first, last and set.
pub(super) fn runs() -> impl Iterator<Item = (u32, u32, u16)> {
    let mut runs = RUNS.iter();
    let mut start = 0;
    std::iter::from_fn(move || {
        let (length, class) = next_run(&mut runs)?;
        let first = start;
        start += u32::try_from(length).ok()?;
        Some((first, start.checked_sub(1)?, set_of(class)))
    })
}

fn next_run<'a>(runs: &mut impl Iterator<Item = &'a u8>) -> Option<(usize, u8)> {
    let mut length = 0usize;
    let mut shift = 0;
    loop {
        let byte = *runs.next()?;
        length |= usize::from(byte & 127) << shift;
        if byte < 128 {
            return Some((length, *runs.next()?));
        }
        shift += 7;
    }
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

#[cfg(test)]
mod tests;
