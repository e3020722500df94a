//! Safe cuts: between two characters that no merge joins, a piece can be cut without changing its ids.
//!
//! A merge that crosses a place has a left side that ends with the character before it and a right side that begins
//! with the one after. Where no merge has such sides, what is left and right of the place merges independently, in
//! the same order as it would alone.

use super::super::packed::Seeds;

/// The pairs of characters that some merge joins. It may hold more than those (a filter), never less.
pub(in super::super) struct Joins {
    ascii: [u128; 128],
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
            ascii: [0; 128],
            filter: vec![0; bits / 64],
            shift: 64 - bits.trailing_zeros(),
            multiplier: Seeds::get().high,
            bytes: incomplete.then(|| Box::new([[0; 2]; 256])),
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "shifted to fewer bits than the filter has"
    )]
    #[inline(always)]
    fn bit(&self, left: u32, right: u32) -> (usize, u32) {
        let key = (u64::from(left) << 32) | u64::from(right);
        let product = u128::from(key) * u128::from(self.multiplier | (1 << 63));
        let folded = ((product as u64) ^ ((product >> 64) as u64)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let bit = folded >> self.shift;
        ((bit / 64) as usize, (bit % 64) as u32)
    }

    /// Some merge joins these characters.
    pub(in super::super) fn add(&mut self, left: u32, right: u32) {
        if left < 128 && right < 128 {
            self.ascii[left as usize] |= 1 << right;
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
            return self.ascii[left as usize] & (1 << right) != 0;
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
