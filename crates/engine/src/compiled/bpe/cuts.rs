//! Safe cuts: between two characters that no merge joins, a piece can be cut without changing its ids.
//!
//! A merge that crosses a place has a left side that ends with the character before it and a right side that begins
//! with the one after. Where no merge has such sides, what is left and right of the place merges independently, in
//! the same order as it would alone.

use wide::u8x16;

use super::super::normalize::scan::{BLOCK, block};
use super::super::packed::Seeds;
use super::super::unicode::decode;
use super::META;

/// The pairs of characters that some merge joins. It may hold more than those (a filter), never less.
pub(in super::super) struct Joins {
    /// By left character, a bit for each right one.
    ascii: [[u64; 2]; 128],
    filter: Vec<u64>,
    shift: u32,
    multiplier: u64,
    /// Pairs of bytes over which some merge of incomplete characters reaches; none in a vocabulary of characters.
    bytes: Option<Box<[[u128; 2]; 256]>>,
}

impl Joins {
    pub(in super::super) fn new(merges: usize, incomplete: bool) -> Self {
        let bits = (merges * 8).clamp(64, 1 << 22).next_power_of_two();
        Self {
            ascii: [[0; 2]; 128],
            filter: vec![0; bits / 64],
            shift: 64 - bits.trailing_zeros(),
            multiplier: Seeds::get().high,
            bytes: incomplete.then(|| Box::new([[0; 2]; 256])),
        }
    }

    #[inline(always)]
    fn bit(&self, left: u32, right: u32) -> (usize, u32) {
        let key = (u64::from(left) << 32) | u64::from(right);
        // The higher bits hang on all of the key.
        let bit = key.wrapping_mul(self.multiplier | (1 << 63)) >> self.shift;
        ((bit / 64) as usize, (bit % 64) as u32)
    }

    /// Some merge joins these characters.
    pub(in super::super) fn add(&mut self, left: u32, right: u32) {
        if left < 128 && right < 128 {
            self.ascii[left as usize][right as usize >> 6] |= 1 << (right & 63);
        } else {
            let (word, bit) = self.bit(left, right);
            self.filter[word] |= 1 << bit;
        }
    }

    /// Some merge of incomplete characters joins these bytes.
    pub(in super::super) fn add_bytes(&mut self, left: u8, right: u8) {
        if let Some(bytes) = &mut self.bytes {
            bytes[usize::from(left)][usize::from(right >> 7)] |= 1 << (right & 127);
        }
    }

    #[inline(always)]
    pub(in super::super) fn joins(&self, left: u32, right: u32) -> bool {
        if left < 128 && right < 128 {
            return self.ascii[left as usize][right as usize >> 6] >> (right & 63) & 1 != 0;
        }
        let (word, bit) = self.bit(left, right);
        self.filter[word] & (1 << bit) != 0
    }

    #[inline(always)]
    pub(in super::super) fn joins_bytes(&self, left: u8, right: u8) -> bool {
        match &self.bytes {
            Some(bytes) => bytes[usize::from(left)][usize::from(right >> 7)] & (1 << (right & 127)) != 0,
            None => false,
        }
    }
}

/// What the bytes of a block are; bit `n` is byte `n`.
#[derive(Clone, Copy, Default)]
struct Marks {
    /// Letters of ASCII, and characters of two bytes from U+00C0 on, of which nearly all are.
    letters: u64,
    uppers: u64,
    lowers: u64,
    blanks: u64,
    /// The first of two bytes.
    twos: u64,
    /// Bytes inside of characters.
    inside: u64,
}

/// The bytes after those of a mask, the first of them after those of the block `before`.
#[inline(always)]
fn after(mask: u64, before: u64) -> u64 {
    mask << 1 | before >> 63
}

impl Marks {
    /// Reads a block that comes after the one `before`.
    #[inline(always)]
    fn read(bytes: &[u8; BLOCK], before: &Self) -> Self {
        let mut marks = Self::default();
        for (index, lanes) in bytes.as_chunks::<16>().0.iter().enumerate() {
            let lanes = u8x16::new(*lanes);
            let within = |first, last| lanes.simd_eq(lanes.max(u8x16::splat(first)).min(u8x16::splat(last)));
            let mask = |lanes: u8x16| u64::from(lanes.to_bitmask()) << (16 * index);
            marks.uppers |= mask(within(b'A', b'Z'));
            marks.lowers |= mask(within(b'a', b'z'));
            marks.blanks |= mask(lanes.simd_eq(u8x16::splat(b' ')));
            marks.inside |= mask(within(0x80, 0xBF));
            marks.twos |= mask(within(0xC3, 0xDF));
        }
        let twos = marks.twos | marks.inside & after(marks.twos, before.twos);
        marks.letters = marks.uppers | marks.lowers | twos;
        marks
    }

    /// Where a cut is thought of, after a block `before`: at the characters that neither go on with a word nor begin one
    /// after a blank, nor with `runs` are blanks after a blank.
    #[inline(always)]
    fn places(&self, before: &Self, runs: bool) -> u64 {
        let humps = self.uppers & after(self.lowers, before.lowers);
        let on = self.letters & after(self.letters, before.letters) & !humps;
        let behind = if runs {
            self.letters | self.blanks
        } else {
            self.letters
        };
        !(self.inside | on | behind & after(self.blanks, before.blanks))
    }
}

/// Cuts text where no merge joins two characters and, with `words`, before each blank or ▁.
///
/// Not everywhere that no merge joins them: inside of a word there is seldom such a place, and it is not looked for.
#[inline]
pub(in super::super) fn cut(joins: &Joins, words: bool, text: &[u8], piece: &mut impl FnMut(usize, usize)) {
    let mut start = 0;
    let mut before = Marks::default();
    let runs = !words && joins.joins(u32::from(' '), u32::from(' '));
    // The end of the character that was looked at last.
    let (mut left, mut end) = (0, 0);
    for base in (0..text.len()).step_by(BLOCK) {
        let marks = Marks::read(&block(text, base, 0), &before);
        let mut places = marks.places(&before, runs);
        before = marks;
        let left_over = text.len() - base;
        if left_over < BLOCK {
            places &= (1 << left_over) - 1;
        }
        if base == 0 {
            // There is nothing before it.
            places &= !1;
        }
        while places != 0 {
            let at = base + places.trailing_zeros() as usize;
            places &= places - 1;
            if end != at {
                left = character_before(text, at);
            }
            let (right, width) = decode(text, at);
            if !joins.joins(left, right) || (words && is_blank(right)) {
                piece(start, at);
                start = at;
            }
            (left, end) = (right, at + width);
        }
    }
    if start < text.len() {
        piece(start, text.len());
    }
}

/// The character that ends before `at`, which is not 0.
#[inline(always)]
fn character_before(text: &[u8], at: usize) -> u32 {
    let last = text[at - 1];
    if last < 0x80 {
        return u32::from(last);
    }
    let start = (at.saturating_sub(4)..at)
        .rev()
        .find(|&start| text[start] & 0xC0 != 0x80);
    decode(text, start.unwrap_or(at - 1)).0
}

/// A blank, or what a vocabulary has for one.
#[inline(always)]
pub(in super::super) fn is_blank(code: u32) -> bool {
    code == u32::from(' ') || code == u32::from(META)
}

#[cfg(test)]
mod tests {
    use super::{Joins, cut, is_blank};

    /// Numbers that look random.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (self.0 >> 33) as usize % end
        }
    }

    const CHARACTERS: [char; 24] = [
        'a', 'b', 'z', 'A', 'Z', '0', '9', '.', '(', '{', '@', '[', '`', ' ', '\t', '\u{7F}', 'é', 'Я', '÷',
        '\u{A0}', '\u{7FF}', '\u{2581}', '中', '🙂',
    ];

    fn is_letter(character: char) -> bool {
        character.is_ascii_alphabetic() || ('\u{C0}'..='\u{7FF}').contains(&character)
    }

    /// Whether there may be a place between two characters that is not looked at.
    fn is_overlooked(left: char, right: char) -> bool {
        let hump = left.is_ascii_lowercase() && right.is_ascii_uppercase();
        is_letter(right) && (left == ' ' || is_letter(left) && !hump)
    }

    #[test]
    fn text_is_cut_where_nothing_joins_it() {
        let mut numbers = Numbers(1);
        for round in 0..3_000 {
            let mut joins = Joins::new(CHARACTERS.len(), false);
            for _ in 0..round % 400 {
                let mut one = || u32::from(CHARACTERS[numbers.below(CHARACTERS.len())]);
                let (left, right) = (one(), one());
                joins.add(left, right);
            }
            // Some of few kinds of characters, so that there are runs.
            let kinds = 1 + numbers.below(CHARACTERS.len());
            let first = numbers.below(CHARACTERS.len());
            let length = numbers.below(200);
            let mut one = || CHARACTERS[(first + numbers.below(kinds)) % CHARACTERS.len()];
            let text: String = (0..length).map(|_| one()).collect();
            for words in [false, true] {
                let mut end = 0;
                let mut places = Vec::new();
                cut(&joins, words, text.as_bytes(), &mut |from, to| {
                    assert!(from == end && from < to);
                    end = to;
                    places.push(from);
                });
                assert_eq!(end, text.len());
                let mut before = None;
                for (place, right) in text.char_indices() {
                    let Some(left) = before.replace(right) else {
                        continue;
                    };
                    let blank = words && is_blank(u32::from(right));
                    let may = blank || !joins.joins(u32::from(left), u32::from(right));
                    let is_cut = places.contains(&place);
                    assert!(may || !is_cut, "{text:?} at {place}");
                    assert!(
                        is_cut || !may || is_overlooked(left, right),
                        "{text:?} at {place}"
                    );
                    assert!(!(is_cut && is_overlooked(left, right)), "{text:?} at {place}");
                }
            }
        }
    }
}
