//! An exact map from byte strings to numbers, its keys in one buffer.

use super::packed::Seeds;

/// Where a key is, and its number.
#[derive(Clone, Copy)]
struct Entry {
    hash: u64,
    start: usize,
    length: usize,
    value: u32,
}

/// Byte strings of any length to numbers. Whole keys are compared.
#[derive(Default)]
pub(super) struct LongMap {
    /// One more than the place of an entry; 0 is free. As many as a power of two, at most half of them taken.
    slots: Vec<u32>,
    entries: Vec<Entry>,
    text: Vec<u8>,
}

/// A hash of bytes that depends on the process's seeds.
#[inline]
pub(super) fn hash_bytes(text: &[u8], seeds: &Seeds) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "the halves of a product")]
    let mix = |sum: u64, word: u64| {
        let product = u128::from(sum ^ word ^ seeds.low) * u128::from(seeds.high ^ word.rotate_left(32));
        (product as u64) ^ ((product >> 64) as u64)
    };
    let (words, rest) = text.as_chunks::<8>();
    let sum = words.iter().fold(seeds.high, |sum, word| {
        mix(sum.rotate_left(23), u64::from_le_bytes(*word))
    });
    let rest = rest.iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
    mix(mix(sum.rotate_left(23), rest), text.len() as u64)
}

impl LongMap {
    /// Adds a string; false when it was there already (then its number stays).
    pub(super) fn insert(&mut self, text: &[u8], value: u32) -> bool {
        if self.entries.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let hash = hash_bytes(text, &Seeds::get());
        let (slot, found) = self.find(text, hash);
        // A place that does not fit stands for a text that is not there; files are smaller than that.
        let (None, Ok(place)) = (found, u32::try_from(self.entries.len() + 1)) else {
            return false;
        };
        self.slots[slot] = place;
        self.entries.push(Entry {
            hash,
            start: self.text.len(),
            length: text.len(),
            value,
        });
        self.text.extend_from_slice(text);
        true
    }

    /// The number of a string.
    pub(super) fn get(&self, text: &[u8]) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        self.find(text, hash_bytes(text, &Seeds::get())).1
    }

    /// The slot of a string, and its number when it is there.
    fn find(&self, text: &[u8], hash: u64) -> (usize, Option<u32>) {
        let mask = self.slots.len() - 1;
        let mut slot = start(hash) & mask;
        while let Some(place) = (self.slots[slot] as usize).checked_sub(1) {
            let entry = &self.entries[place];
            if entry.hash == hash && &self.text[entry.start..entry.start + entry.length] == text {
                return (slot, Some(entry.value));
            }
            slot = (slot + 1) & mask;
        }
        (slot, None)
    }

    #[cold]
    fn grow(&mut self) {
        let count = (self.slots.len() * 2).max(16);
        self.slots = vec![0; count];
        for (place, entry) in (1u32..).zip(&self.entries) {
            let mut slot = start(entry.hash) & (count - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (count - 1);
            }
            self.slots[slot] = place;
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "masked to the table's size")]
#[inline(always)]
fn start(hash: u64) -> usize {
    hash as usize
}
