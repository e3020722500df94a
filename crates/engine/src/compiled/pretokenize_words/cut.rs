//! Cutting text into pieces: masks for 64 bytes at a time, characters beyond ASCII one by one.

use std::marker::PhantomData;

use super::classes::{Class, Mode};
use crate::compiled::normalize::scan::{BLOCK, block, char_at, mask};

/// Pieces that a batch holds at least, where the text has them.
const BATCH: usize = 128;
/// A block starts at most one piece a byte, and one more may be left open from before.
const ROOM: usize = BATCH + BLOCK + 2;

/// Where some pieces start and end; the last start may still wait for its end.
pub(super) struct Batch {
    starts: [usize; ROOM],
    ends: [usize; ROOM],
    started: usize,
    ended: usize,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            starts: [0; ROOM],
            ends: [0; ROOM],
            started: 0,
            ended: 0,
        }
    }
}

impl Batch {
    /// Drops all pieces.
    pub(super) fn reset(&mut self) {
        (self.started, self.ended) = (0, 0);
    }

    /// The complete pieces.
    #[inline]
    pub(super) fn pieces(&self) -> impl Iterator<Item = (usize, usize)> {
        self.starts
            .iter()
            .copied()
            .zip(self.ends[..self.ended.min(self.started)].iter().copied())
    }

    /// Drops the complete pieces and keeps an open one.
    fn clear(&mut self) {
        let open = self.started.saturating_sub(self.ended).min(1);
        if open == 1 {
            self.starts[0] = self.starts[self.started - 1];
        }
        self.started = open;
        self.ended = 0;
    }

    #[inline(always)]
    fn push(&mut self, base: usize, mut starts: u64, mut ends: u64) {
        while starts != 0 {
            self.starts[self.started] = base + starts.trailing_zeros() as usize;
            self.started += 1;
            starts &= starts - 1;
        }
        while ends != 0 {
            self.ends[self.ended] = base + ends.trailing_zeros() as usize;
            self.ended += 1;
            ends &= ends - 1;
        }
    }

    pub(super) fn end(&mut self, at: usize) {
        self.ends[self.ended] = at;
        self.ended += 1;
    }
}

/// Cuts by the class of each character.
pub(super) struct Cuts<'a, M> {
    text: &'a str,
    at: usize,
    last: Last,
    mode: PhantomData<M>,
}

/// Bits for the bytes of a block. Of a character of several bytes the first one has a bit at first.
#[derive(Clone, Copy, Default)]
struct Masks {
    word: u64,
    other: u64,
    alone: u64,
}

/// Which of them is the last character of the block before, which may reach into the next one.
#[derive(Clone, Copy, Default)]
struct Last {
    word: u64,
    other: u64,
    alone: u64,
}

/// Gives the bytes inside of characters, which are `inside`, the bits of those before them. `last` is the bit of a character
/// that began before the block.
#[inline(always)]
fn spread(firsts: u64, inside: u64, last: u64) -> u64 {
    // Adding carries through them.
    let second = (firsts << 1 | last) & inside;
    firsts | inside & !inside.wrapping_add(second)
}

impl<'a, M: Mode> Cuts<'a, M> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            last: Last::default(),
            mode: PhantomData,
        }
    }

    /// Fills `batch` with the next pieces; false when the text is at its end (the batch may still hold some).
    #[inline]
    pub(super) fn fill(&mut self, batch: &mut Batch) -> bool {
        batch.clear();
        while batch.started < BATCH {
            if self.at >= self.text.len() {
                return false;
            }
            self.block(batch);
            self.at += BLOCK;
            if self.at >= self.text.len() {
                self.finish(batch);
                return false;
            }
        }
        true
    }

    #[inline(always)]
    fn block(&mut self, batch: &mut Batch) {
        let bytes = block(self.text.as_bytes(), self.at, b' ');
        let wide = mask(&bytes, |byte| byte >= 0x80);
        let alone = mask(&bytes, M::is_isolated) & !wide;
        let mut no_word = wide | alone | mask(&bytes, M::is_removed);
        let mut other = 0;
        if M::HAS_OTHER {
            other = mask(&bytes, M::is_other) & !wide;
            no_word |= other;
        }
        let word = !no_word;
        let mut masks = Masks { word, other, alone };
        let last = self.last;
        let after = if wide == 0 {
            self.last.alone = alone >> 63;
            alone << 1 | last.alone
        } else {
            let inside = wide & mask(&bytes, |byte| byte & 0xC0 == 0x80);
            self.wide(&bytes, wide & !inside, &mut masks);
            masks.word = spread(masks.word, inside, last.word);
            if M::HAS_OTHER {
                masks.other = spread(masks.other, inside, last.other);
            }
            // No character has 64 bytes.
            self.last.alone = masks.alone >> (63 - (!inside).leading_zeros() % 64) & 1;
            inside.wrapping_add(masks.alone << 1 | last.alone) & !inside
        };
        let Masks { word, other, alone } = masks;
        let word_before = word << 1 | last.word;
        let other_before = other << 1 | last.other;
        let starts = word & !word_before | other & !other_before | alone;
        let ends = !word & word_before | !other & other_before | after;
        batch.push(self.at, starts, ends);
        self.last.word = word >> 63;
        self.last.other = other >> 63;
    }

    /// Adds the characters beyond ASCII that begin in the block.
    #[inline]
    fn wide(&self, bytes: &[u8; BLOCK], firsts: u64, masks: &mut Masks) {
        let plain = mask(bytes, M::is_plain) & firsts;
        masks.word |= plain;
        let mut places = firsts & !plain;
        while places != 0 {
            let index = places.trailing_zeros();
            let bit = places & places.wrapping_neg();
            places &= places - 1;
            match M::class(char_at(self.text, self.at + index as usize)) {
                Class::Removed => {}
                Class::Word => masks.word |= bit,
                Class::Other => masks.other |= bit,
                Class::Isolated => masks.alone |= bit,
            }
        }
    }

    /// Closes the piece that runs to the end of the text. The filler behind the text is a space, which ends
    /// pieces by itself wherever white space is no part of one.
    fn finish(&mut self, batch: &mut Batch) {
        let length = self.text.len();
        // Pieces that the filler made or prolonged.
        while batch.started > 0 && batch.starts[batch.started - 1] >= length {
            batch.started -= 1;
        }
        while batch.ended > 0 && batch.ends[batch.ended - 1] > length {
            batch.ended -= 1;
        }
        if batch.started > batch.ended {
            batch.end(length);
        }
    }
}

/// Cuts at every space and before every `▁`, as Metaspace does: what stands between them is a piece's content.
pub(super) struct SpaceCuts<'a> {
    text: &'a str,
    at: usize,
    /// The byte before the block was a space.
    after_space: u64,
    /// The text holds `▁` itself, three bytes that cut like a space.
    marks: bool,
}

/// The character that stands for a space.
pub(super) const MARK: &str = "\u{2581}";

impl<'a> SpaceCuts<'a> {
    /// Cuts `text`; also whether its first piece follows no space.
    pub(super) fn new(text: &'a str, batch: &mut Batch) -> (Self, bool) {
        let marks = memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_some();
        let bare = !text.starts_with([' ', '\u{2581}']) && !text.is_empty();
        if bare {
            batch.starts[0] = 0;
            batch.started = 1;
        }
        (
            Self {
                text,
                at: 0,
                after_space: 0,
                marks,
            },
            bare,
        )
    }

    /// Fills `batch` with the next pieces; false when the text is at its end (the batch may still hold some).
    #[inline]
    pub(super) fn fill(&mut self, batch: &mut Batch) -> bool {
        if self.at > 0 {
            batch.clear();
        }
        while batch.started < BATCH {
            if self.at >= self.text.len() {
                self.finish(batch);
                return false;
            }
            if self.marks {
                self.mark(batch);
            } else {
                self.block(batch);
            }
        }
        true
    }

    #[inline(always)]
    fn block(&mut self, batch: &mut Batch) {
        let bytes = block(self.text.as_bytes(), self.at, b'a');
        let spaces = mask(&bytes, |byte| byte == b' ');
        let starts = (spaces << 1) | self.after_space;
        // A space at the very start ends nothing.
        let ends = if batch.started == 0 && self.at == 0 {
            spaces & !1
        } else {
            spaces
        };
        batch.push(self.at, starts, ends);
        self.after_space = spaces >> 63;
        self.at += BLOCK;
    }

    /// The piece up to the next space or mark, and the start of the one after it.
    fn mark(&mut self, batch: &mut Batch) {
        let rest = &self.text[self.at..];
        match rest.find([' ', '\u{2581}']) {
            Some(found) => {
                if self.at + found > 0 {
                    batch.end(self.at + found);
                }
                let width = if rest.as_bytes()[found] == b' ' {
                    1
                } else {
                    MARK.len()
                };
                self.at += found + width;
                batch.starts[batch.started] = self.at;
                batch.started += 1;
            }
            None => self.at = self.text.len(),
        }
    }

    fn finish(&mut self, batch: &mut Batch) {
        let length = self.text.len();
        if self.after_space == 1 {
            // The last byte of the last block was a space: nothing follows it.
            self.after_space = 0;
            batch.starts[batch.started] = length;
            batch.started += 1;
        }
        if batch.started > batch.ended {
            batch.end(length);
        }
    }
}
