//! Merging several short pieces at once: while one waits for a pair to come from memory, so do the others.

use super::merge::{code, first_of, place_of};
use super::pairs::{Lookup, Merge, NONE, Pairs};

/// How many pieces are merged together.
const LANES: usize = 16;

const DEAD: i32 = i32::MAX;

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
    /// The pairs that are being looked up, by their left places; `PLACES` for none.
    places: [usize; 2],
    keys: [u64; 2],
    hashes: [u64; 2],
}

impl<const PLACES: usize> Lane<PLACES> {
    pub(super) const EMPTY: Self = Self {
        piece: 0,
        symbols: [NONE; PLACES],
        codes: [DEAD; PLACES],
        results: [NONE; PLACES],
        alive: 0,
        places: [PLACES; 2],
        keys: [0; 2],
        hashes: [0; 2],
    };

    /// Begins with `symbols[..count]`; the pairs are set by the caller.
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

    /// Merges the pair of the lowest rank and begins to look up its neighbours; false when there is none.
    #[inline(always)]
    fn step(&mut self, pairs: Lookup<'_>) -> bool {
        let best = first_of(&self.codes);
        if best == DEAD {
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
        self.places = [PLACES; 2];
        if after != 0 {
            let next = self.symbols[after.trailing_zeros() as usize % PLACES];
            self.ask(0, place, Pairs::key(merged, next), pairs);
        }
        if before != 0 {
            let previous = before.ilog2() as usize % PLACES;
            self.codes[previous] = DEAD;
            self.ask(1, previous, Pairs::key(self.symbols[previous], merged), pairs);
        }
        true
    }

    /// Begins to look up the pair at `place`.
    #[inline(always)]
    fn ask(&mut self, side: usize, place: usize, key: u64, pairs: Lookup<'_>) {
        self.places[side] = place;
        self.keys[side] = key;
        self.hashes[side] = pairs.hash(key);
        pairs.prefetch_filter(self.hashes[side]);
    }

    /// Goes on with the pairs that may merge.
    #[inline(always)]
    fn narrow(&mut self, pairs: Lookup<'_>) {
        for side in 0..2 {
            if self.places[side] < PLACES {
                if pairs.may_merge(self.hashes[side]) {
                    pairs.prefetch(pairs.home_of(self.hashes[side]));
                } else {
                    self.places[side] = PLACES;
                }
            }
        }
    }

    /// Takes the answers.
    #[inline(always)]
    fn take(&mut self, pairs: Lookup<'_>) {
        for side in 0..2 {
            let place = self.places[side];
            if place < PLACES {
                let merge = pairs.get_from(pairs.home_of(self.hashes[side]), self.keys[side]);
                self.set(place, merge);
            }
        }
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

/// Pieces to be merged.
pub(super) trait Work<const PLACES: usize> {
    /// Fills a lane with another piece; false when there is none.
    fn next(&mut self, lane: &mut Lane<PLACES>) -> bool;

    /// Takes a piece that is merged.
    fn done(&mut self, lane: &Lane<PLACES>);
}

/// Merges pieces until none is left; `lanes` is memory that is used again.
pub(super) fn merge_all<const PLACES: usize>(
    pairs: Lookup<'_>,
    lanes: &mut Vec<Lane<PLACES>>,
    work: &mut impl Work<PLACES>,
) {
    lanes.resize(LANES, Lane::EMPTY);
    let mut count = 0;
    let mut more = true;
    loop {
        while more && count < LANES {
            more = work.next(&mut lanes[count]);
            count += usize::from(more);
        }
        if count == 0 {
            return;
        }
        let mut lane = 0;
        while lane < count {
            if lanes[lane].step(pairs) {
                lane += 1;
            } else {
                work.done(&lanes[lane]);
                count -= 1;
                lanes[lane] = lanes[count];
            }
        }
        for lane in &mut lanes[..count] {
            lane.narrow(pairs);
        }
        for lane in &mut lanes[..count] {
            lane.take(pairs);
        }
    }
}
