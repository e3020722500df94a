//! Short byte strings packed into integers, and exact maps keyed by them.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

/// The longest string that packs into 16 bytes; the sixteenth holds the length.
pub(super) const SHORT: usize = 15;

/// Seeds drawn once a process, so that no file or text can aim at a table's slots.
#[derive(Clone, Copy)]
pub(super) struct Seeds {
    pub(super) low: u64,
    pub(super) high: u64,
}

static SEEDS: LazyLock<Seeds> = LazyLock::new(|| {
    let state = RandomState::new();
    Seeds {
        low: state.hash_one(1u8) | 1,
        high: state.hash_one(2u8) | 1,
    }
});

impl Seeds {
    /// This process's seeds.
    pub(super) fn get() -> Self {
        *SEEDS
    }
}

const MASKS: [u128; 16] = {
    let mut masks = [0; 16];
    let mut length = 0;
    while length < 16 {
        masks[length] = (1u128 << (8 * length)) - 1;
        length += 1;
    }
    masks
};

/// Packs `text[at..at + length]`, `length` at most [`SHORT`]. Distinct strings give distinct keys.
#[inline(always)]
pub(super) fn pack(text: &[u8], at: usize, length: usize) -> u128 {
    let word = match text.get(at..at + 16).and_then(|bytes| bytes.first_chunk::<16>()) {
        Some(bytes) => u128::from_le_bytes(*bytes),
        None => tail(text, at),
    };
    (word & MASKS[length & 15]) | ((length as u128) << 120)
}

#[cold]
fn tail(text: &[u8], at: usize) -> u128 {
    let mut bytes = [0; 16];
    let rest = &text[at..];
    let length = rest.len().min(16);
    bytes[..length].copy_from_slice(&rest[..length]);
    u128::from_le_bytes(bytes)
}

/// Packs the concatenation of two packed strings, or nothing when it is too long.
#[inline]
pub(super) fn join(left: u128, right: u128) -> Option<u128> {
    let (left_length, right_length) = ((left >> 120) as usize, (right >> 120) as usize);
    let length = left_length + right_length;
    if length > SHORT {
        return None;
    }
    Some(
        (left & MASKS[left_length & 15])
            | ((right & MASKS[right_length & 15]) << (8 * left_length))
            | ((length as u128) << 120),
    )
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the halves of a key and of a product"
)]
#[inline(always)]
pub(super) fn hash(key: u128, seeds: &Seeds) -> u64 {
    let product = u128::from(key as u64 ^ seeds.low) * u128::from((key >> 64) as u64 ^ seeds.high);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Byte strings to numbers: a flat table for short strings, a hash map for long ones. Whole keys are compared.
pub(super) struct PackedMap {
    keys: Vec<u128>,
    values: Vec<u32>,
    shift: u32,
    seeds: Seeds,
    long: HashMap<Box<[u8]>, u32>,
}

impl PackedMap {
    /// A map with room for `short` strings of at most [`SHORT`] bytes.
    pub(super) fn with_capacity(short: usize) -> Self {
        let slots = (short * 2).max(16).next_power_of_two();
        Self {
            keys: vec![0; slots],
            values: vec![0; slots],
            shift: 64 - slots.trailing_zeros(),
            seeds: Seeds::get(),
            long: HashMap::new(),
        }
    }

    /// Adds a string; false when it was there already (then its number stays).
    pub(super) fn insert(&mut self, text: &[u8], value: u32) -> bool {
        if text.len() > SHORT {
            return self.long.insert(text.into(), value).is_none();
        }
        let key = pack(text, 0, text.len());
        if key == 0 {
            // The empty string: its key is the mark of a free slot.
            return self.long.insert(Box::default(), value).is_none();
        }
        let mask = self.keys.len() - 1;
        let mut slot = self.slot(key);
        while self.keys[slot] != 0 {
            if self.keys[slot] == key {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        self.keys[slot] = key;
        self.values[slot] = value;
        true
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "shifted to fewer bits than a slot number has"
    )]
    #[inline(always)]
    fn slot(&self, key: u128) -> usize {
        (hash(key, &self.seeds) >> self.shift) as usize
    }

    /// Loads a slot that will be asked for: loads that nothing waits for overlap.
    #[expect(clippy::cast_possible_truncation, reason = "only loaded")]
    #[inline(always)]
    pub(super) fn touch(&self, key: u128) -> u64 {
        self.keys[self.slot(key)] as u64
    }

    /// The number of a packed string that is not empty.
    #[inline]
    pub(super) fn get_packed(&self, key: u128) -> Option<u32> {
        let mask = self.keys.len() - 1;
        let mut slot = self.slot(key);
        loop {
            let found = self.keys[slot];
            if found == key {
                return Some(self.values[slot]);
            }
            if found == 0 {
                return None;
            }
            slot = (slot + 1) & mask;
        }
    }

    /// The number of a string.
    #[inline]
    pub(super) fn get(&self, text: &[u8]) -> Option<u32> {
        if text.len() > SHORT || text.is_empty() {
            return self.long.get(text).copied();
        }
        self.get_packed(pack(text, 0, text.len()))
    }
}
