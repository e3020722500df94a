//! Short byte strings packed into integers, and exact maps keyed by them.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use bytemuck::{Pod, Zeroable};

use super::long::LongMap;
use super::pages::Table;
use super::prefetch::prefetch;

/// The longest string that packs into 16 bytes; the sixteenth holds the length.
pub(super) const SHORT: usize = 15;

/// How many entries are worked on together: their buckets are fetched at once rather than one after the other.
/// They are counted by the bits of a `u32`.
const BATCH: usize = 32;

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
        None => tail(&text[at..at + length]),
    };
    (word & MASKS[length & 15]) | ((length as u128) << 120)
}

/// The bytes of a short text after which nothing can be read.
#[cold]
#[inline(never)]
fn tail(text: &[u8]) -> u128 {
    let low = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0, |word, &byte| word << 8 | u128::from(byte))
    };
    match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        // The two halves may overlap: the bytes that both have are the same.
        (Some(first), Some(last)) => {
            let shift = 8 * (text.len().saturating_sub(8) & 15);
            u128::from(u64::from_le_bytes(*first)) | (u128::from(u64::from_le_bytes(*last)) << shift)
        }
        _ => low(text),
    }
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

const WAYS: usize = 3;

/// Three keys and their numbers in a cache line: whatever the answer, it takes one trip to memory. A key of 0, which
/// no string but the empty one could have, is free.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Bucket {
    keys: [u128; WAYS],
    values: [u32; WAYS],
    /// Not 0 where keys had to go to the next bucket.
    overflows: u32,
}

impl Bucket {
    /// The number of a key that is here, or any, and whether it is here: which of them it is cannot be foreseen, so
    /// that nothing branches.
    #[inline(always)]
    fn find(&self, key: u128) -> (u32, bool) {
        let [first, second, third] = self.keys;
        let place = usize::from(second == key) + 2 * usize::from(third == key);
        (self.values[place % WAYS], place != 0 || first == key)
    }
}

#[inline(always)]
fn home(key: u128, seeds: &Seeds, buckets: usize) -> usize {
    (((hash(key, seeds) >> 32) * buckets as u64) >> 32) as usize
}

#[inline(always)]
fn after(home: usize, buckets: usize) -> usize {
    if home + 1 < buckets { home + 1 } else { 0 }
}

/// Adds a string; false when it was there already.
#[inline(always)]
fn insert_packed(buckets: &mut [Bucket], seeds: &Seeds, key: u128, value: u32) -> bool {
    let mut home = home(key, seeds, buckets.len());
    loop {
        let bucket = &mut buckets[home];
        for (known, place) in bucket.keys.iter_mut().zip(&mut bucket.values) {
            if *known == key {
                return false;
            }
            if *known == 0 {
                *known = key;
                *place = value;
                return true;
            }
        }
        bucket.overflows = 1;
        home = after(home, buckets.len());
    }
}

/// Byte strings to numbers: a flat table for short strings, another for long ones. Whole keys are compared.
pub(super) struct PackedMap {
    buckets: Table<Bucket>,
    seeds: Seeds,
    long: LongMap,
}

impl PackedMap {
    /// A map with room for `short` strings of at most [`SHORT`] bytes.
    pub(super) fn with_capacity(short: usize) -> Self {
        Self {
            buckets: Table::new(short * 4 / 7 + 6),
            seeds: Seeds::get(),
            long: LongMap::default(),
        }
    }

    /// Adds a string; false when it was there already (then its number stays).
    pub(super) fn insert(&mut self, text: &[u8], value: u32) -> bool {
        if text.len() > SHORT || text.is_empty() {
            return self.long.insert(text, value);
        }
        insert_packed(&mut self.buckets, &self.seeds, pack(text, 0, text.len()), value)
    }

    /// Adds many strings, each with its key or, for a long or empty one, 0 and its bytes. The number of one that was
    /// there already.
    pub(super) fn fill<'a>(&mut self, entries: impl Iterator<Item = (u128, &'a [u8], u32)>) -> Option<u32> {
        let mut batch = [(0, 0); BATCH];
        let mut count = 0;
        for (key, text, value) in entries {
            if key == 0 {
                if !self.long.insert(text, value) {
                    return Some(value);
                }
                continue;
            }
            batch[count] = (key, value);
            count += 1;
            if count == BATCH {
                if let Some(value) = self.flush(&batch) {
                    return Some(value);
                }
                count = 0;
            }
        }
        self.flush(&batch[..count])
    }

    fn flush(&mut self, batch: &[(u128, u32)]) -> Option<u32> {
        let buckets = &mut *self.buckets;
        for &(key, _) in batch {
            prefetch(buckets, home(key, &self.seeds, buckets.len()));
        }
        batch
            .iter()
            .find_map(|&(key, value)| (!insert_packed(buckets, &self.seeds, key, value)).then_some(value))
    }

    /// The numbers of many packed strings that are not empty, in `found`; whether all are there.
    pub(super) fn get_all(&self, keys: &[u128], found: &mut [u32]) -> bool {
        let buckets = &*self.buckets;
        let mut all = true;
        for (keys, found) in keys.chunks(BATCH).zip(found.chunks_mut(BATCH)) {
            let mut elsewhere = 0u32;
            for (place, (&key, value)) in keys.iter().zip(&mut *found).enumerate() {
                let (number, is_here) = buckets[home(key, &self.seeds, buckets.len())].find(key);
                *value = number;
                elsewhere |= u32::from(!is_here) << place;
            }
            while elsewhere != 0 {
                let place = elsewhere.trailing_zeros() as usize;
                elsewhere &= elsewhere - 1;
                match self.get_packed(keys[place]) {
                    Some(number) => found[place] = number,
                    None => all = false,
                }
            }
        }
        all
    }

    /// Asks for the bucket of a packed string.
    #[inline(always)]
    pub(super) fn prefetch(&self, key: u128) {
        prefetch(&self.buckets, home(key, &self.seeds, self.buckets.len()));
    }

    /// The number of a packed string that is not empty.
    #[inline]
    pub(super) fn get_packed(&self, key: u128) -> Option<u32> {
        let buckets = &*self.buckets;
        let mut home = home(key, &self.seeds, buckets.len());
        loop {
            let bucket = &buckets[home];
            let (value, is_here) = bucket.find(key);
            if is_here {
                return Some(value);
            }
            if bucket.overflows == 0 {
                return None;
            }
            home = after(home, buckets.len());
        }
    }

    /// The number of a string.
    #[inline]
    pub(super) fn get(&self, text: &[u8]) -> Option<u32> {
        if text.len() > SHORT || text.is_empty() {
            return self.long.get(text);
        }
        self.get_packed(pack(text, 0, text.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::{PackedMap, SHORT, join, pack};

    #[test]
    fn a_key_does_not_depend_on_what_follows() {
        let text = b"abcdefghijklmnopqrstuvwxyz";
        for length in 0..=SHORT {
            for at in 0..=text.len() - length {
                let alone = pack(&text[at..at + length], 0, length);
                assert_eq!(pack(text, at, length), alone);
                let mut bytes = alone.to_le_bytes();
                assert_eq!(usize::from(std::mem::take(&mut bytes[15])), length);
                assert_eq!(&bytes[..length], &text[at..at + length]);
                assert!(bytes[length..].iter().all(|&byte| byte == 0));
                for left in 0..=length {
                    let (left, right) = text[at..at + length].split_at(left);
                    assert_eq!(
                        join(pack(left, 0, left.len()), pack(right, 0, right.len())),
                        Some(alone)
                    );
                }
            }
        }
    }

    #[test]
    fn keeps_every_string_once() {
        let texts: Vec<String> = (0..5_000)
            .map(|number: u32| "x".repeat(number as usize % 40) + &number.to_string())
            .collect();
        let short = texts.iter().filter(|text| text.len() <= SHORT).count();
        let mut one_by_one = PackedMap::with_capacity(short);
        let mut at_once = PackedMap::with_capacity(short);
        for (value, text) in (0..).zip(&texts) {
            assert!(one_by_one.insert(text.as_bytes(), value));
        }
        let keyed = (0..).zip(&texts).map(|(value, text)| {
            let key = if text.len() <= SHORT {
                pack(text.as_bytes(), 0, text.len())
            } else {
                0
            };
            (key, text.as_bytes(), value)
        });
        assert_eq!(at_once.fill(keyed.clone()), None);
        assert!(at_once.fill(keyed.clone()).is_some());
        for (value, text) in (0..).zip(&texts) {
            assert_eq!(one_by_one.get(text.as_bytes()), Some(value));
            assert_eq!(at_once.get(text.as_bytes()), Some(value));
        }
        assert_eq!(at_once.get(b"none"), None);
        assert_eq!(at_once.get(b""), None);
        let keys: Vec<u128> = keyed
            .clone()
            .map(|(key, ..)| key)
            .filter(|&key| key != 0)
            .collect();
        let values: Vec<u32> = keyed.filter(|entry| entry.0 != 0).map(|entry| entry.2).collect();
        let mut found = vec![0; keys.len()];
        assert!(at_once.get_all(&keys, &mut found));
        assert_eq!(found, values);
        assert!(!at_once.get_all(&[keys[0], pack(b"none", 0, 4)], &mut [0; 2]));
    }
}
