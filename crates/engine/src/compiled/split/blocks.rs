//! Pieces of 64 bytes at once: the classes of characters become masks of bits, and where pieces begin is worked out for
//! all of them together.
//!
//! None of the patterns looks back, so where a piece begins nothing before it matters: a block is read from the start
//! of a piece on. What cannot be decided inside of it is left to the next block or, where that does not help, to the
//! scanner that takes one piece at a time.

use super::super::unicode::{
    Classes, LETTERS, LOWER, MARKS, NUMBERS, PUNCTUATIONS, SPACES, SYMBOLS, TITLE, UPPER,
};
use super::bytes::{BLOCK, Bytes};
use super::deepseek::is_han;
use super::digits::NO_NUMBERS;
use super::{cl100k, o200k};

/// A block of which less can be decided is not worth its while.
const LEAST: u32 = 12;

/// From so many bytes on, what is left of a text is worth a block.
const PADDED: usize = 24;

/// What a pattern makes of characters of several bytes.
#[derive(Clone, Copy)]
enum Wide {
    /// Letters are one thing, and what is neither letter nor number nor white space is another.
    Letters,
    /// The same, where nothing may be a number to anybody.
    Numbered,
    /// As in `Letters`, where marks are letters.
    Marked,
    /// As in `Letters`, where letters have a case or none, and marks go with the letters before them.
    Cased,
    /// Marks are letters, and letters of Chinese and Japanese are another thing.
    DeepSeek,
}

/// What a character of several bytes is in a block.
enum Role {
    Letter,
    Upper,
    /// A letter that stands with both cases.
    Uncased,
    Han,
    Other,
    /// It ends the block.
    End,
}

impl Wide {
    /// What a character of the classes `set` is, behind a letter or not.
    #[inline(always)]
    fn role(self, code: u32, set: u16, behind_letter: bool) -> Role {
        let is = |wanted: u16| set & wanted != 0;
        match self {
            Self::Letters | Self::Numbered if is(LETTERS) => Role::Letter,
            Self::Numbered if !is(NO_NUMBERS & !SPACES) => Role::End,
            Self::Marked if is(LETTERS | MARKS) => Role::Letter,
            Self::Cased if is(1 << LOWER) => Role::Letter,
            Self::Cased if is(1 << UPPER) => Role::Upper,
            // A mark alone can be what stands before a word, and can begin it.
            Self::Cased if is(1 << TITLE) || is(MARKS) && !behind_letter => Role::End,
            Self::Cased if is(LETTERS | MARKS) => Role::Uncased,
            Self::Letters | Self::Marked | Self::Cased if is(NUMBERS | SPACES) => Role::End,
            Self::DeepSeek if is_han(code) && is(LETTERS) => Role::Han,
            Self::DeepSeek if is_han(code) => Role::End,
            Self::DeepSeek if is(LETTERS | MARKS) => Role::Letter,
            // What is neither is left over between matches.
            Self::DeepSeek if !is(PUNCTUATIONS | SYMBOLS) => Role::End,
            Self::Letters | Self::Numbered | Self::Marked | Self::Cased | Self::DeepSeek => Role::Other,
        }
    }
}

/// What the bytes of a block are; bit `n` is byte `n`. No bit is set from `limit` on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'a> {
    bytes: &'a [u8; BLOCK],
    /// Letters; one of several bytes has as many bits.
    letters: u64,
    /// Letters that are upper case.
    uppers: u64,
    /// Letters without a case, and marks behind letters.
    uncased: u64,
    /// Letters of Chinese and Japanese, where they are no other letters.
    han: u64,
    /// Bytes of other characters but their first ones.
    inside: u64,
    /// `[A-Za-z]`
    ascii: u64,
    digits: u64,
    /// `[\r\n]`
    newlines: u64,
    /// White space that is no line end.
    blanks: u64,
    /// The blank itself.
    spaces: u64,
    apostrophes: u64,
    slashes: u64,
    controls: u64,
    /// All else.
    others: u64,
    /// How many bytes were looked at.
    limit: u32,
}

/// The bits below `end`.
#[inline(always)]
fn below(end: u32) -> u64 {
    if end < 64 { (1 << end) - 1 } else { u64::MAX }
}

/// The first bit of each run of ones.
#[inline(always)]
fn firsts(mask: u64) -> u64 {
    mask & !(mask << 1)
}

/// The runs of ones in `mask` that begin at `firsts`: adding their first bits carries through them.
#[inline(always)]
fn runs_from(mask: u64, firsts: u64) -> u64 {
    mask & !mask.wrapping_add(firsts)
}

impl<'a> Block<'a> {
    /// The classes of a block that begins with a character and has `length` bytes of text; nothing when too little of it
    /// can be decided.
    #[inline(always)]
    fn read(bytes: &'a [u8; BLOCK], length: u32, classes: &Classes, wide: Wide) -> Option<Self> {
        let read = Bytes::read(bytes);
        let mut block = Self {
            bytes,
            letters: read.uppers | read.lowers,
            uppers: read.uppers,
            uncased: 0,
            han: 0,
            inside: 0,
            ascii: read.uppers | read.lowers,
            digits: read.digits,
            newlines: read.newlines,
            blanks: read.white & !read.newlines,
            spaces: read.spaces,
            apostrophes: read.apostrophes,
            slashes: read.slashes,
            controls: read.controls,
            others: 0,
            limit: 64,
        };
        if length < block.limit {
            block.shorten(length);
        }
        if read.wide != 0 {
            block.widen(read.wide, classes, wide);
            if block.limit < LEAST {
                return None;
            }
        }
        let known = block.letters | block.han | block.digits | block.newlines | block.blanks;
        block.others = !known & below(block.limit);
        Some(block)
    }

    /// Code point, classes and width of a character of several bytes, which may reach beyond the block: then the first two
    /// are any.
    #[inline(always)]
    fn character(&self, classes: &Classes, at: u32) -> (u32, u16, u32) {
        let byte = |offset| u32::from(self.bytes[(at + offset) as usize % BLOCK]);
        let more = |offset| byte(offset) & 0x3F;
        let first = byte(0);
        if first < 0xE0 {
            let code = (first & 0x1F) << 6 | more(1);
            (code, classes.of_two(code), 2)
        } else if first < 0xF0 {
            let code = (first & 0x0F) << 12 | more(1) << 6 | more(2);
            (code, classes.of(code), 3)
        } else {
            let code = (first & 0x07) << 18 | more(1) << 12 | more(2) << 6 | more(3);
            (code, classes.of(code), 4)
        }
    }

    /// Adds the characters of several bytes, up to the first one that ends the block.
    #[inline(always)]
    fn widen(&mut self, mut wide: u64, classes: &Classes, kind: Wide) {
        while wide != 0 {
            let at = wide.trailing_zeros();
            let (code, set, width) = self.character(classes, at);
            if at + width > 64 {
                return self.shorten(at);
            }
            let bits = ((1 << width) - 1) << at;
            match kind.role(code, set, self.letters << 1 >> at & 1 != 0) {
                Role::Letter => self.letters |= bits,
                Role::Upper => {
                    self.letters |= bits;
                    self.uppers |= bits;
                }
                Role::Uncased => {
                    self.letters |= bits;
                    self.uncased |= bits;
                }
                Role::Han => self.han |= bits,
                Role::Other => self.inside |= bits & bits << 1,
                Role::End => return self.shorten(at),
            }
            wide &= !bits;
        }
    }

    /// Forgets what comes from `limit` on.
    #[inline]
    fn shorten(&mut self, limit: u32) {
        let known = below(limit);
        self.letters &= known;
        self.uppers &= known;
        self.uncased &= known;
        self.han &= known;
        self.inside &= known;
        self.ascii &= known;
        self.digits &= known;
        self.newlines &= known;
        self.blanks &= known;
        self.spaces &= known;
        self.apostrophes &= known;
        self.slashes &= known;
        self.controls &= known;
        self.others &= known;
        self.limit = limit;
    }

    /// Keeps the starts up to the beginning of white space that reaches the end: inside of it they depend on what
    /// comes after.
    #[inline(always)]
    fn decided(&self, starts: u64) -> u64 {
        let white = self.blanks | self.newlines;
        let run = (white << (64 - self.limit)).leading_ones();
        starts & below(self.limit - run + 1)
    }

    /// Where numbers of at most `digits` digits begin.
    #[inline(always)]
    fn numbers(&self, digits: usize) -> u64 {
        let numbers = self.digits;
        if digits == 1 {
            return numbers;
        }
        let mut starts = firsts(numbers);
        // More digits than a block has are as many as one likes.
        let Some(digits) = u32::try_from(digits).ok().filter(|&digits| digits < 64) else {
            return starts;
        };
        let inside = (1..=digits).fold(numbers, |inside, back| inside & numbers << back);
        let mut next = starts << digits & inside;
        while next != 0 {
            starts |= next;
            next = next << digits & inside;
        }
        starts
    }

    /// Where pieces begin by `\s*[\r\n]+|\s+(?!\S)|\s+`; the last blank before a character is one, whether it goes
    /// with it or not. Line ends right after others belong to those where they are their tail.
    #[inline(always)]
    fn white(&self, tail: bool) -> u64 {
        let behind = if tail { self.newlines & self.others << 1 } else { 0 };
        let eaten = runs_from(self.newlines, behind);
        let white = self.blanks | self.newlines;
        let mut starts = firsts(white & !eaten) | self.blanks & !(white >> 1);
        let indents = self.blanks & self.newlines << 1;
        if indents != 0 {
            starts |= indents & !self.blanks_before_newlines();
        }
        starts
    }

    /// The runs of blanks after which a line end comes.
    #[inline]
    fn blanks_before_newlines(&self) -> u64 {
        let blanks = self.blanks.reverse_bits();
        runs_from(blanks, blanks & self.newlines.reverse_bits() << 1).reverse_bits()
    }

    /// Where `[^\r\n\p{L}\p{N}]?\p{L}+| ?[^\s\p{L}\p{N}]+` begin, without the blanks before.
    #[inline(always)]
    fn words(&self) -> u64 {
        let letters = firsts(self.letters);
        // Behind a blank, others are no part of a word.
        let others = firsts(self.others) & !(self.spaces << 1);
        // What comes after the first one: adding carries through the bytes inside of it.
        let after = self.inside.wrapping_add(others << 1) & !self.inside;
        letters & !(after | self.blanks << 1) | others
    }

    /// Goes through apostrophes that may begin `'s` or the like: `contraction` gives its length, and it becomes a
    /// piece from `from` on (its own start, or one that is no start any more).
    #[inline(always)]
    fn contractions(
        &self,
        starts: &mut u64,
        places: u64,
        inside: bool,
        contraction: impl Fn(&[u8], usize, usize) -> usize,
    ) {
        let mut places = places;
        let mut end = 64;
        while places != 0 {
            let at = places.trailing_zeros();
            places &= places - 1;
            if at + 2 >= self.limit {
                // What follows may lie beyond.
                *starts &= below(at + u32::from(!inside));
                return;
            }
            if inside && at == end {
                // There the one before has ended, and a piece begins.
                continue;
            }
            #[expect(clippy::cast_possible_truncation, reason = "at most 3")]
            let length = contraction(self.bytes, at as usize, BLOCK) as u32;
            if length > 0 {
                end = at + length;
                *starts &= !(below(end) & !below(at + u32::from(!inside)));
                *starts |= below(end + 1) & !below(end) & below(self.limit);
            }
        }
    }
}

/// Where pieces begin in a block by GPT-2's pattern.
#[inline(always)]
pub(super) fn gpt2(bytes: &[u8; BLOCK], length: u32, classes: &Classes) -> u64 {
    let Some(block) = Block::read(bytes, length, classes, Wide::Letters) else {
        return 0;
    };
    let white = block.blanks | block.newlines;
    let others = firsts(block.others);
    let mut starts = (firsts(block.letters) | firsts(block.digits) | others) & !(block.spaces << 1);
    starts |= firsts(white) | white & !(white >> 1);
    starts = block.decided(starts);
    let places = block.apostrophes & others & !(block.spaces << 1);
    if places != 0 {
        block.contractions(&mut starts, places, false, super::gpt2::contraction);
    }
    starts
}

/// The same where `Digits` comes first, which makes each numeric character a piece, or each run of them: what stands
/// before one stands at the end of a text.
#[inline(always)]
pub(super) fn gpt2_between_digits(bytes: &[u8; BLOCK], length: u32, classes: &Classes, single: bool) -> u64 {
    let Some(block) = Block::read(bytes, length, classes, Wide::Numbered) else {
        return 0;
    };
    let white = block.blanks | block.newlines;
    let others = firsts(block.others);
    let mut starts = (firsts(block.letters) | others) & !(block.spaces << 1);
    // There the last blank stays with those before it.
    starts |= firsts(white) | white & !(white >> 1) & !(block.digits >> 1);
    starts |= if single {
        block.digits
    } else {
        firsts(block.digits)
    };
    starts = block.decided(starts);
    let places = block.apostrophes & others & !(block.spaces << 1);
    if places != 0 {
        block.contractions(&mut starts, places, false, super::gpt2::contraction);
    }
    starts
}

/// The same by GPT-4's pattern.
#[inline(always)]
pub(super) fn cl100k(bytes: &[u8; BLOCK], length: u32, classes: &Classes, flavor: cl100k::Flavor) -> u64 {
    let wide = if flavor.marks { Wide::Marked } else { Wide::Letters };
    let Some(block) = Block::read(bytes, length, classes, wide) else {
        return 0;
    };
    let mut starts = block.decided(block.words() | block.numbers(flavor.digits) | block.white(flavor.tail));
    let places = block.apostrophes & firsts(block.others) & !(block.spaces << 1);
    if flavor.contractions && places != 0 {
        block.contractions(&mut starts, places, false, super::cl100k::contraction);
    }
    starts
}

/// The same by GPT-4o's pattern.
#[inline(always)]
pub(super) fn o200k(bytes: &[u8; BLOCK], length: u32, classes: &Classes, flavor: o200k::Flavor) -> u64 {
    let Some(mut block) = Block::read(bytes, length, classes, Wide::Cased) else {
        return 0;
    };
    // `[\r\n/]*` could go on. And what is upper case behind a letter without case belongs to the same word if another
    // letter comes that is not.
    let slashes = if flavor.slashes { block.slashes } else { 0 };
    let open = slashes & block.newlines << 1 | block.uppers & block.uncased << 1;
    if open != 0 {
        block.shorten(open.trailing_zeros());
    }
    let humps = block.uppers & (block.letters & !block.uppers) << 1;
    let mut starts = block.decided(block.words() | humps | block.numbers(flavor.digits) | block.white(true));
    let places = block.apostrophes & block.letters << 1;
    if flavor.contractions && places != 0 {
        block.contractions(&mut starts, places, true, super::cl100k::contraction);
    }
    starts
}

/// The same by the three patterns of `DeepSeek` V3: numbers and runs of [`is_han`] are cut off first, and so what stands
/// before one stands at the end of a text.
#[inline(always)]
pub(super) fn deepseek(bytes: &[u8; BLOCK], length: u32, classes: &Classes) -> u64 {
    let Some(mut block) = Block::read(bytes, length, classes, Wide::DeepSeek) else {
        return 0;
    };
    // They are no part of what is matched.
    if block.controls != 0 {
        block.shorten(block.controls.trailing_zeros());
        if block.limit < LEAST {
            return 0;
        }
    }
    let others = firsts(block.others) & !(block.spaces << 1);
    // One alone takes the ASCII letters behind it, and no more of the word.
    let taken = runs_from(block.ascii, block.ascii & others << 1);
    let mut starts = firsts(block.letters) & !(block.blanks << 1) & !taken;
    starts |= others | taken << 1 & block.letters & !block.ascii | block.numbers(3) | firsts(block.han);
    // There the last blank stays with those before it.
    let white = block.blanks | block.newlines;
    let last = block.blanks & !(white >> 1) & (block.digits | block.han) >> 1 & white << 1;
    starts |= block.white(true) & !last | last & block.newlines << 1;
    block.decided(starts)
}

/// Cuts `text[from..to]` into pieces: `starts` gives those that begin in a block with so many bytes of text, `next` the
/// end of one piece.
#[inline(always)]
pub(super) fn run(
    text: &[u8],
    mut from: usize,
    to: usize,
    starts: impl Fn(&[u8; BLOCK], u32) -> u64,
    mut next: impl FnMut(usize) -> usize,
    piece: &mut impl FnMut(usize, usize),
) {
    let text = &text[..to];
    let mut padded;
    while from < to {
        let rest = &text[from..];
        let block = if let Some(bytes) = rest.first_chunk::<BLOCK>() {
            Some((bytes, BLOCK))
        } else if rest.len() >= PADDED {
            padded = [0; BLOCK];
            padded[..rest.len()].copy_from_slice(rest);
            Some((&padded, rest.len()))
        } else {
            None
        };
        if let Some((bytes, length)) = block {
            let base = from;
            // The first piece begins where the block does.
            #[expect(clippy::cast_possible_truncation, reason = "at most 64")]
            let mut starts = starts(bytes, length as u32) & !1;
            while starts != 0 {
                let end = base + starts.trailing_zeros() as usize;
                piece(from, end);
                from = end;
                starts &= starts - 1;
            }
            if from > base {
                continue;
            }
        }
        let end = next(from);
        piece(from, end);
        from = end;
    }
}
