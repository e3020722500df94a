//! The keys under which words are kept in the piece cache.

use crate::compiled::cache::Cache;
use crate::compiled::packed::{SHORT, pack};

/// Words of up to 31 bytes are kept: [`SHORT`] in one half of a key, the others in two.
const LONG: usize = 16 + SHORT;
/// A word written after `▁` differs from the same bytes alone; lengths leave this bit free.
const PREFIXED: u128 = 1 << 126;

/// A word as the cache knows it.
#[derive(Clone, Copy)]
pub(super) enum Key {
    Short(u128),
    Long([u128; 2]),
    /// Too long to keep.
    None,
}

impl Key {
    /// The key of `text[start..end]`.
    #[inline(always)]
    pub(super) fn new(text: &[u8], start: usize, end: usize, prefixed: bool) -> Self {
        let length = end - start;
        let prefix = if prefixed { PREFIXED } else { 0 };
        if length <= SHORT {
            Self::Short(pack(text, start, length) | prefix)
        } else if length <= LONG {
            let first = text[start..]
                .first_chunk()
                .map_or(0, |bytes| u128::from_le_bytes(*bytes));
            Self::Long([first, pack(text, start + 16, length - 16) | prefix])
        } else {
            Self::None
        }
    }

    /// Appends the ids of the word if it is kept.
    #[inline(always)]
    pub(super) fn get(self, cache: &Cache, out: &mut Vec<u32>) -> bool {
        match self {
            Self::Short(key) => cache.get_short(key, out),
            Self::Long(key) => cache.get_long(key, out),
            Self::None => false,
        }
    }

    /// Keeps the ids of the word, if they fit.
    pub(super) fn put(self, cache: &mut Cache, ids: &[u32]) {
        match self {
            Self::Short(key) => cache.put_short(key, ids),
            Self::Long(key) => cache.put_long(key, ids),
            Self::None => {}
        }
    }
}
