//! Which pair of adjacent tokens merges, with which rank, into what.

use super::super::Declined;
use super::super::packed::Seeds;
use super::super::vocab::MAX_ID;

/// No merge.
pub(in super::super) const NONE: u32 = u32::MAX;

/// Ranks are ordered together with positions in small integers, see `merge`.
pub(in super::super) const MAX_RANK: u32 = (1 << 22) - 2;

const EMPTY: u64 = u64::MAX;
const ID_BITS: u32 = 21;
const RANK_BITS: u32 = 22;

/// An exact map from (left, right) to a rank: entries of 64 bits, in front of them a filter of one bit a slot that
/// answers most of the pairs that do not merge from a smaller memory.
pub(in super::super) struct Pairs {
    filter: Vec<u64>,
    filter_shift: u32,
    entries: Vec<u64>,
    shift: u32,
    multiplier: u64,
    results: Vec<u32>,
}

impl Pairs {
    /// Builds from merges in order of rank: (left, right, result). The last rank of a repeated pair counts.
    pub(in super::super) fn new(merges: &[(u32, u32, u32)]) -> Result<Self, Declined> {
        if merges.len() > MAX_RANK as usize {
            return Err(Declined::new("more merges than the tables hold"));
        }
        debug_assert!(merges.iter().all(|merge| merge.0 <= MAX_ID && merge.1 <= MAX_ID));
        let slots = (merges.len() * 3 / 2).max(16).next_power_of_two();
        let filter_bits = (merges.len() * 12).max(64).next_power_of_two();
        let mut pairs = Self {
            filter: vec![0; filter_bits / 64],
            filter_shift: 64 - filter_bits.trailing_zeros(),
            entries: vec![EMPTY; slots],
            shift: 64 - slots.trailing_zeros(),
            multiplier: Seeds::get().low,
            results: merges.iter().map(|merge| merge.2).collect(),
        };
        for (rank, &(left, right, _)) in (0u32..).zip(merges) {
            pairs.insert(left, right, rank);
        }
        Ok(pairs)
    }

    #[inline(always)]
    fn hash(&self, left: u32, right: u32) -> u64 {
        let key = (u64::from(left) << 32) | u64::from(right);
        let product = u128::from(key) * u128::from(self.multiplier | (1 << 63));
        #[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
        let folded = (product as u64) ^ ((product >> 64) as u64);
        folded.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "shifted to fewer bits than a slot number has"
    )]
    fn insert(&mut self, left: u32, right: u32, rank: u32) {
        let hash = self.hash(left, right);
        let bit = hash.rotate_left(20) >> self.filter_shift;
        self.filter[(bit / 64) as usize] |= 1 << (bit % 64);
        let key = (u64::from(left) << ID_BITS | u64::from(right)) << RANK_BITS;
        let mask = self.entries.len() - 1;
        let mut slot = (hash >> self.shift) as usize;
        while self.entries[slot] != EMPTY && self.entries[slot] >> RANK_BITS != key >> RANK_BITS {
            slot = (slot + 1) & mask;
        }
        self.entries[slot] = key | u64::from(rank);
    }

    /// The rank of the merge of two tokens, or [`NONE`].
    #[expect(
        clippy::cast_possible_truncation,
        reason = "shifted to fewer bits than a slot number has"
    )]
    #[inline]
    pub(in super::super) fn rank(&self, left: u32, right: u32) -> u32 {
        let hash = self.hash(left, right);
        let bit = hash.rotate_left(20) >> self.filter_shift;
        if self.filter[(bit / 64) as usize] & (1 << (bit % 64)) == 0 {
            return NONE;
        }
        let key = u64::from(left) << ID_BITS | u64::from(right);
        let mask = self.entries.len() - 1;
        let mut slot = (hash >> self.shift) as usize;
        loop {
            let entry = self.entries[slot];
            if entry >> RANK_BITS == key {
                return (entry & ((1 << RANK_BITS) - 1)) as u32;
            }
            if entry == EMPTY {
                return NONE;
            }
            slot = (slot + 1) & mask;
        }
    }

    /// The ranks of all pairs of first symbols of bytes: by left byte, then right byte.
    pub(in super::super) fn of_bytes(&self, ids: &[u32; 256]) -> Vec<u32> {
        let mut ranks = vec![NONE; 1 << 16];
        for (left, row) in ids.iter().zip(ranks.chunks_exact_mut(256)) {
            for (right, rank) in ids.iter().zip(row) {
                if *left != NONE && *right != NONE {
                    *rank = self.rank(*left, *right);
                }
            }
        }
        ranks
    }

    /// What the merge of a rank makes.
    #[inline]
    pub(in super::super) fn result(&self, rank: u32) -> u32 {
        self.results[rank as usize]
    }
}
