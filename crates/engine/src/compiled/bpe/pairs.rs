//! Which pair of adjacent tokens merges, with which rank, into what.

use bytemuck::{Pod, Zeroable};
use wide::u32x4;

use super::super::Declined;
use super::super::packed::Seeds;
use super::super::pages::Table;
use super::super::prefetch::prefetch;
use super::super::vocab::MAX_ID;

/// No merge.
pub(in super::super) const NONE: u32 = u32::MAX;

/// Ranks are ordered together with positions in small integers, see `merge`.
pub(in super::super) const MAX_RANK: u32 = (1 << 22) - 2;

/// The rank of a pair that does not merge: behind all others, also there.
pub(in super::super) const NO_RANK: u32 = (1 << 24) - 1;

/// What a pair becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(in super::super) struct Merge {
    /// [`NO_RANK`] when the pair does not merge.
    pub(in super::super) rank: u32,
    pub(in super::super) result: u32,
}

impl Merge {
    pub(in super::super) const NONE: Self = Self {
        rank: NO_RANK,
        result: NONE,
    };
}

/// How many bits of the filter there are for a pair, at least.
const FILTER_BITS: usize = 6;

const WAYS: usize = 4;

/// How many pairs are added together: their buckets are fetched at once rather than one after the other.
const AHEAD: usize = 32;

/// In the key of every pair: no id reaches so far, and so no pair has the key of what is free.
const USED: u64 = 1 << 63;

/// The key of nothing that is there.
pub(super) const NO_KEY: u64 = u64::MAX;

/// Four pairs in a cache line: whatever the answer, it takes one trip to memory. The halves of keys stand apart, so
/// that all four are compared at once.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Bucket {
    /// 0 where nothing is.
    lefts: [u32; WAYS],
    rights: [u32; WAYS],
    merges: [Merge; WAYS],
}

/// Set in the last result of a bucket that had to send pairs to the next. Ids have fewer bits.
const OVERFLOWS: u32 = 1 << 31;

impl Bucket {
    /// Which of the four a key is, as a bit.
    #[expect(clippy::cast_possible_truncation, reason = "the halves of a key")]
    #[inline(always)]
    fn find(&self, key: u64) -> u32 {
        let lefts = u32x4::new(self.lefts).simd_eq(u32x4::splat((key >> 32) as u32));
        let rights = u32x4::new(self.rights).simd_eq(u32x4::splat(key as u32));
        (lefts & rights).to_bitmask()
    }

    #[inline(always)]
    fn overflows(&self) -> bool {
        self.merges[WAYS - 1].result & OVERFLOWS != 0
    }
}

/// A hash scaled to a table's size.
#[expect(clippy::cast_possible_truncation, reason = "less than `size`")]
#[inline(always)]
fn scaled(hash: u64, size: usize) -> usize {
    ((u128::from(hash) * size as u128) >> 64) as usize
}

/// A key's hash, of which the higher bits count: a lower one hangs on few bits of the key.
#[inline(always)]
fn hash(key: u64, multiplier: u64) -> u64 {
    key.wrapping_mul(multiplier)
}

/// How far to the right the hash's bits for a filter of `size` words, a power of two, stand: those of a word, then those
/// of a bit in it.
#[inline]
fn filter_shift(size: usize) -> u32 {
    u64::BITS - u64::BITS.ilog2() - size.ilog2()
}

/// A hash's place in a filter.
#[inline(always)]
fn filter_place(hash: u64, shift: u32) -> (usize, u64) {
    let place = hash >> (shift & 63);
    ((place >> 6) as usize, place & 63)
}

/// Adds a pair, or gives one that is there another merge.
#[expect(clippy::cast_possible_truncation, reason = "the halves of a key")]
#[inline(always)]
fn insert(buckets: &mut [Bucket], home: usize, key: u64, merge: Merge) {
    let mut home = home;
    loop {
        let bucket = &mut buckets[home];
        let free = bucket.lefts.iter().position(|&left| left == 0);
        let known = Some(bucket.find(key)).filter(|&found| found != 0);
        let known = known.map(|found| found.trailing_zeros() as usize);
        if let Some(place) = known.or(free) {
            (bucket.lefts[place], bucket.rights[place]) = ((key >> 32) as u32, key as u32);
            let overflows = bucket.merges[place].result & OVERFLOWS;
            bucket.merges[place] = merge;
            bucket.merges[place].result |= overflows;
            return;
        }
        bucket.merges[WAYS - 1].result |= OVERFLOWS;
        home = if home + 1 == buckets.len() { 0 } else { home + 1 };
    }
}

/// An exact map from (left, right) to a merge.
pub(in super::super) struct Pairs {
    buckets: Table<Bucket>,
    /// A bit for each pair, where others may have theirs too: most pairs that are asked for do not merge, and this is
    /// small enough to be near.
    filter: Vec<u64>,
    shift: u32,
    multiplier: u64,
    /// How many merges the file has.
    given: usize,
}

impl Pairs {
    /// Builds from merges in order of rank: (left, right, result). The last rank of a repeated pair counts.
    pub(in super::super) fn new(merges: &[(u32, u32, u32)]) -> Result<Self, Declined> {
        if merges.len() > MAX_RANK as usize {
            return Err(Declined::new("more merges than the tables hold"));
        }
        debug_assert!(merges.iter().all(|merge| merge.0 <= MAX_ID && merge.1 <= MAX_ID));
        let mut buckets = Table::new(merges.len() * 9 / 20 + 1);
        let mut filter = vec![0u64; (merges.len() * FILTER_BITS / 64 + 1).next_power_of_two()];
        let shift = filter_shift(filter.len());
        let multiplier = Seeds::get().low | (1 << 63);
        let table: &mut [Bucket] = &mut buckets;
        let mut hashes = [0; AHEAD];
        let chunks = merges.chunks(AHEAD);
        for (first, chunk) in (0u32..).step_by(AHEAD).zip(chunks) {
            for (hash, &(left, right, _)) in hashes.iter_mut().zip(chunk) {
                *hash = self::hash(Self::key(left, right), multiplier);
                prefetch(table, scaled(*hash, table.len()));
            }
            for ((rank, &(left, right, result)), hash) in (first..).zip(chunk).zip(hashes) {
                let (word, bit) = filter_place(hash, shift);
                filter[word] |= 1 << bit;
                let home = scaled(hash, table.len());
                insert(table, home, Self::key(left, right), Merge { rank, result });
            }
        }
        Ok(Self {
            buckets,
            filter,
            shift,
            multiplier,
            given: merges.len(),
        })
    }

    /// A pair as a number.
    #[inline(always)]
    pub(super) fn key(left: u32, right: u32) -> u64 {
        u64::from(left) << 32 | u64::from(right) | USED
    }

    /// What asks for pairs.
    #[inline(always)]
    pub(in super::super) fn lookup(&self) -> Lookup<'_> {
        Lookup {
            buckets: &self.buckets,
            filter: &self.filter,
            shift: self.shift,
            multiplier: self.multiplier,
        }
    }

    /// What two tokens merge into.
    #[inline]
    pub(in super::super) fn get(&self, left: u32, right: u32) -> Merge {
        self.lookup().get(left, right)
    }

    /// The merges of all pairs of first symbols: by left one, then right one.
    pub(in super::super) fn of_firsts<const N: usize>(&self, ids: &[u32; N]) -> Vec<Merge> {
        let lookup = self.lookup();
        let mut merges = vec![Merge::NONE; N * N];
        for (left, row) in ids.iter().zip(merges.chunks_exact_mut(N)) {
            for (right, merge) in ids.iter().zip(row) {
                let key = Self::key(*left, *right);
                let hash = lookup.hash(key);
                if *left != NONE && *right != NONE && lookup.may_merge(hash) {
                    *merge = lookup.get_from(lookup.home_of(hash), key);
                }
            }
        }
        merges
    }

    /// The pairs in order of rank; nothing where a pair stood in the file more than once.
    #[expect(clippy::cast_possible_truncation, reason = "the halves of a key")]
    pub(in super::super) fn in_order(&self) -> Option<Vec<(u32, u32)>> {
        let mut pairs = vec![(NONE, NONE); self.given];
        let mut count = 0;
        for (key, merge) in self.entries() {
            let pair = key & !USED;
            *pairs.get_mut(merge.rank as usize)? = ((pair >> 32) as u32, pair as u32);
            count += 1;
        }
        (count == pairs.len()).then_some(pairs)
    }

    /// Whether each pair stood in the file once.
    pub(in super::super) fn are_distinct(&self) -> bool {
        self.entries().count() == self.given
    }

    /// Pairs as keys, with what they merge into, in no order.
    fn entries(&self) -> impl Iterator<Item = (u64, Merge)> + '_ {
        self.buckets.iter().flat_map(|bucket| {
            (0..WAYS)
                .filter(|&place| bucket.lefts[place] != 0)
                .map(move |place| {
                    let key = u64::from(bucket.lefts[place]) << 32 | u64::from(bucket.rights[place]);
                    let merge = bucket.merges[place];
                    let result = merge.result & !OVERFLOWS;
                    (key, Merge { result, ..merge })
                })
        })
    }
}

/// The tables of [`Pairs`], near at hand.
#[derive(Clone, Copy)]
pub(in super::super) struct Lookup<'a> {
    buckets: &'a [Bucket],
    filter: &'a [u64],
    shift: u32,
    multiplier: u64,
}

impl Lookup<'_> {
    #[inline(always)]
    pub(super) fn hash(self, key: u64) -> u64 {
        hash(key, self.multiplier)
    }

    /// The bucket where a pair is looked for first, by its hash.
    #[inline(always)]
    pub(super) fn home_of(self, hash: u64) -> usize {
        scaled(hash, self.buckets.len())
    }

    /// Whether a pair may merge at all, by its hash.
    #[inline(always)]
    pub(super) fn may_merge(self, hash: u64) -> bool {
        let (word, bit) = filter_place(hash, self.shift);
        self.filter.get(word).copied().unwrap_or_default() >> bit & 1 != 0
    }

    /// Asks for a bucket.
    #[inline(always)]
    pub(super) fn prefetch(self, home: usize) {
        prefetch(self.buckets, home);
    }

    /// What two tokens merge into.
    #[inline]
    pub(in super::super) fn get(self, left: u32, right: u32) -> Merge {
        let key = Pairs::key(left, right);
        let hash = self.hash(key);
        if self.may_merge(hash) {
            self.get_from(self.home_of(hash), key)
        } else {
            Merge::NONE
        }
    }

    /// The same when the key and its bucket are known.
    #[inline(always)]
    pub(super) fn get_from(self, mut home: usize, key: u64) -> Merge {
        loop {
            let Some(bucket) = self.buckets.get(home) else {
                return Merge::NONE;
            };
            // Which of them it is cannot be foreseen: no branches.
            let found = bucket.find(key);
            let mut merge = bucket.merges[found.trailing_zeros() as usize % WAYS];
            merge.result &= !OVERFLOWS;
            merge.rank = if found == 0 { NO_RANK } else { merge.rank };
            if !(found == 0 && bucket.overflows()) {
                return merge;
            }
            home = if home + 1 == self.buckets.len() {
                0
            } else {
                home + 1
            };
        }
    }
}
