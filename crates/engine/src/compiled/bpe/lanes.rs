//! Merging several short pieces at once: while one waits for a pair to come from memory, so do the others.

use super::merge::{DEAD, code, first_of, place_of};
use super::pairs::{Lookup, Merge, NO_KEY, NONE, Pairs};

/// How many pieces are merged together.
const LANES: usize = 16;

/// One piece, of a symbol for each of up to `PLACES - 1` bytes; the last place is never used. `PLACES` is a power of
/// two, at most 32.
#[derive(Clone, Copy)]
pub(super) struct Lane<const PLACES: usize> {
    /// What the caller knows the piece by.
    pub(super) piece: usize,
    pub(super) symbols: [u32; PLACES],
    codes: [i32; PLACES],
    results: [u32; PLACES],
    alive: u32,
}

impl<const PLACES: usize> Lane<PLACES> {
    const EMPTY: Self = Self {
        piece: 0,
        symbols: [NONE; PLACES],
        codes: [DEAD; PLACES],
        results: [NONE; PLACES],
        alive: 0,
    };

    /// Begins with `symbols[..count]`; the pairs are set by the caller.
    #[inline(always)]
    pub(super) fn begin(&mut self, piece: usize, count: usize) {
        self.piece = piece;
        self.codes = [DEAD; PLACES];
        self.alive = (1 << count.min(PLACES - 1)) - 1;
    }

    #[inline(always)]
    pub(super) fn set(&mut self, place: usize, merge: Merge) {
        self.codes[place % PLACES] = code(merge.rank, place);
        self.results[place % PLACES] = merge.result;
    }

    /// Merges the pair of the lowest rank and asks for its neighbours; false when there is none.
    #[inline(always)]
    fn step(&mut self, asks: &mut Asks<'_>) -> bool {
        let best = first_of(&self.codes);
        if best >= DEAD {
            return false;
        }
        let place = place_of(best) % PLACES;
        let above = self.alive & (u32::MAX << place << 1);
        let right = above.trailing_zeros() as usize % PLACES;
        let merged = self.results[place];
        self.symbols[place] = merged;
        self.codes[place] = DEAD;
        self.codes[right] = DEAD;
        self.alive &= !(1 << right);
        let after = above & above.wrapping_sub(1);
        let before = self.alive & ((1 << place) - 1);
        // Where there is no neighbour, a place that is not one stands for it: what it is asked is not wanted.
        let next = self.symbols[after.trailing_zeros() as usize % PLACES];
        asks.add(after != 0, place, Pairs::key(merged, next));
        let previous = before.checked_ilog2().map_or(PLACES - 1, |place| place as usize) % PLACES;
        self.codes[previous] = DEAD;
        asks.add(before != 0, previous, Pairs::key(self.symbols[previous], merged));
        true
    }

    /// The ids that remain, and how many they are.
    pub(super) fn ids(&self) -> ([u32; PLACES], usize) {
        let mut ids = [0; PLACES];
        let mut count = 0;
        let mut alive = self.alive;
        while alive != 0 {
            ids[count % PLACES] = self.symbols[alive.trailing_zeros() as usize % PLACES];
            alive &= alive - 1;
            count += 1;
        }
        (ids, count)
    }
}

/// A pair that was asked for.
#[derive(Clone, Copy)]
struct Ask {
    key: u64,
    home: u32,
    lane: u16,
    /// Where its left side stands.
    place: u16,
}

/// Room for those of all lanes.
const ASKS: usize = 512;

/// The pairs that are on their way from memory.
pub(super) struct Asks<'a> {
    pairs: Lookup<'a>,
    list: &'a mut [Ask; ASKS],
    count: usize,
    lane: usize,
}

impl Asks<'_> {
    /// Asks for a pair of the lane at hand, unless it is not `wanted` or does not merge.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "there are fewer buckets, lanes and places"
    )]
    #[inline(always)]
    pub(super) fn add(&mut self, is_wanted: bool, place: usize, key: u64) {
        let hash = self.pairs.hash(key);
        let home = self.pairs.home_of(hash);
        let merges = is_wanted & self.pairs.may_merge(hash);
        // Half of them do, which cannot be foreseen: no branches.
        self.list[self.count % ASKS] = Ask {
            key,
            home: home as u32,
            lane: self.lane as u16,
            place: place as u16,
        };
        self.count += usize::from(merges);
        self.pairs.prefetch(if merges { home } else { 0 });
    }

    /// Takes the answers.
    #[inline(always)]
    fn take<const PLACES: usize>(&mut self, lanes: &mut [Lane<PLACES>; LANES]) {
        for ask in &self.list[..self.count % ASKS] {
            let merge = self.pairs.get_from(ask.home as usize, ask.key);
            lanes[usize::from(ask.lane) % LANES].set(usize::from(ask.place), merge);
        }
        self.count = 0;
    }
}

/// Memory that is used again.
pub(super) struct Lanes<const PLACES: usize> {
    lanes: Box<[Lane<PLACES>; LANES]>,
    asks: Box<[Ask; ASKS]>,
}

impl<const PLACES: usize> Default for Lanes<PLACES> {
    fn default() -> Self {
        let ask = Ask {
            key: NO_KEY,
            home: 0,
            lane: 0,
            place: 0,
        };
        Self {
            lanes: Box::new([Lane::EMPTY; LANES]),
            asks: Box::new([ask; ASKS]),
        }
    }
}

/// Pieces to be merged.
pub(super) trait Work<const PLACES: usize> {
    /// Fills a lane with another piece; false when there is none.
    fn next(&mut self, lane: &mut Lane<PLACES>, asks: &mut Asks<'_>) -> bool;

    /// Takes a piece that is merged.
    fn done(&mut self, lane: &Lane<PLACES>);
}

/// Merges pieces until none is left.
pub(super) fn merge_all<const PLACES: usize>(
    pairs: Lookup<'_>,
    Lanes { lanes, asks }: &mut Lanes<PLACES>,
    work: &mut impl Work<PLACES>,
) {
    const { assert!(PLACES * LANES <= ASKS) };
    let mut asks = Asks {
        pairs,
        list: asks,
        count: 0,
        lane: 0,
    };
    let mut count = 0;
    let mut more = true;
    while more && count < LANES {
        asks.lane = count;
        more = work.next(&mut lanes[count], &mut asks);
        count += usize::from(more);
    }
    while count > 0 {
        asks.take(lanes);
        let mut lane = 0;
        while lane < count {
            asks.lane = lane;
            if !lanes[lane].step(&mut asks) {
                work.done(&lanes[lane]);
                // Its place is the next piece's, or that of the last lane, which has not been looked at yet.
                more = more && work.next(&mut lanes[lane], &mut asks);
                if !more {
                    count -= 1;
                    lanes[lane] = lanes[count];
                    continue;
                }
            }
            lane += 1;
        }
    }
}
