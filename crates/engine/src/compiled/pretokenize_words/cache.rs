//! A bounded map from pieces to their ids. Whole keys are compared; a full place makes room for the newer piece.

use crate::compiled::packed::{SHORT, Seeds, hash, pack};

/// Pieces of up to 31 bytes are kept: [`SHORT`] in a small slot, the others in a large one.
const LONG: usize = 16 + SHORT;
const SMALL_BITS: u32 = 15;
const LARGE_BITS: u32 = 13;
const SMALL_IDS: usize = 3;
const LARGE_IDS: usize = 7;
/// A piece written after `▁` differs from the same bytes alone.
const PREFIXED: u128 = 1 << 126;

/// Two slots share a cache line: the newer piece first.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Small([SmallSlot; 2]);

#[derive(Clone, Copy)]
struct SmallSlot {
    /// 0: free. No piece packs to 0, for the empty one is never kept without its prefix.
    key: u128,
    ids: [u32; SMALL_IDS],
    count: u32,
}

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Large {
    key: [u128; 2],
    ids: [u32; LARGE_IDS],
    count: u32,
}

const NO_SMALL: Small = Small([SmallSlot { key: 0, ids: [0; SMALL_IDS], count: 0 }; 2]);
const NO_LARGE: Large = Large { key: [0; 2], ids: [0; LARGE_IDS], count: 0 };

/// The cache: about 1.5 MB, for one thread at a time.
pub(crate) struct WordCache {
    small: Box<[Small]>,
    large: Box<[Large]>,
    seeds: Seeds,
}

/// A piece as the cache knows it.
#[derive(Clone, Copy)]
pub(super) enum Key {
    Small { key: u128, place: usize },
    Large { key: [u128; 2], place: usize },
    /// Too long to keep.
    None,
}

impl Default for WordCache {
    fn default() -> Self {
        Self {
            small: vec![NO_SMALL; 1 << (SMALL_BITS - 1)].into(),
            large: vec![NO_LARGE; 1 << LARGE_BITS].into(),
            seeds: Seeds::get(),
        }
    }
}

impl WordCache {
    /// The key of `text[start..end]`.
    #[expect(clippy::cast_possible_truncation, reason = "shifted to the bits of a place")]
    #[inline(always)]
    pub(super) fn key(&self, text: &[u8], start: usize, end: usize, prefixed: bool) -> Key {
        let length = end - start;
        let prefix = if prefixed { PREFIXED } else { 0 };
        if length <= SHORT {
            let key = pack(text, start, length) | prefix;
            Key::Small { key, place: (hash(key, &self.seeds) >> (65 - SMALL_BITS)) as usize }
        } else if length <= LONG {
            self.long_key(text, start, length, prefix)
        } else {
            Key::None
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "shifted to the bits of a place")]
    #[inline(never)]
    fn long_key(&self, text: &[u8], start: usize, length: usize, prefix: u128) -> Key {
        let first = text[start..].first_chunk().map_or(0, |bytes| u128::from_le_bytes(*bytes));
        let second = pack(text, start + 16, length - 16) | prefix;
        let mixed = hash(first, &self.seeds);
        let place = hash(second ^ (u128::from(mixed) << 32), &self.seeds) >> (64 - LARGE_BITS);
        Key::Large { key: [first, second], place: place as usize }
    }

    /// Appends the ids of a piece that is kept.
    #[inline(always)]
    pub(super) fn get(&self, key: &Key, out: &mut Vec<u32>) -> bool {
        match key {
            Key::Small { key, place } => {
                let Some(pair) = self.small.get(*place) else { return false };
                let slot = if pair.0[0].key == *key {
                    &pair.0[0]
                } else if pair.0[1].key == *key {
                    &pair.0[1]
                } else {
                    return false;
                };
                out.push(slot.ids[0]);
                if slot.count > 1 {
                    out.extend(slot.ids[1..].iter().take(slot.count as usize - 1));
                }
                true
            }
            Key::Large { key, place } => {
                let Some(slot) = self.large.get(*place) else { return false };
                if slot.key != *key {
                    return false;
                }
                out.extend(slot.ids.iter().take(slot.count as usize));
                true
            }
            Key::None => false,
        }
    }

    /// Keeps the ids of a piece, if they fit.
    pub(super) fn put(&mut self, key: &Key, ids: &[u32]) {
        let Ok(count) = u32::try_from(ids.len()) else { return };
        match key {
            Key::Small { key, place } if (1..=SMALL_IDS).contains(&ids.len()) => {
                let Some(Small([newer, older])) = self.small.get_mut(*place) else { return };
                let mut slot = SmallSlot { key: *key, ids: [0; SMALL_IDS], count };
                slot.ids[..ids.len()].copy_from_slice(ids);
                *older = std::mem::replace(newer, slot);
            }
            Key::Large { key, place } if ids.len() <= LARGE_IDS => {
                let Some(slot) = self.large.get_mut(*place) else { return };
                *slot = Large { key: *key, ids: [0; LARGE_IDS], count };
                slot.ids[..ids.len()].copy_from_slice(ids);
            }
            _ => {}
        }
    }
}
