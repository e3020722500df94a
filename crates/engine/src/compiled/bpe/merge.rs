//! Merging the symbols of one piece: always the pair of the lowest rank, of these the leftmost.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use bytemuck::cast;
use wide::f32x4;

use super::pairs::{Merge, NO_RANK, NONE, Pairs};
use super::seams;

/// Pieces of up to so many symbols are merged in fixed places under a mask of 64 bits.
pub(in super::super) const SMALL: usize = 64;

/// From this code on there is no merge.
pub(super) const DEAD: i32 = LEAST + (NO_RANK << 6).cast_signed();

/// The lowest code. As numbers with a point these and all greater ones are ordered as they are; lower ones would stand
/// for numbers so small that a processor may be told to take them for 0.
const LEAST: i32 = 1 << 23;

/// Buffers that long pieces are merged in, kept between calls.
#[derive(Default)]
pub(in super::super) struct Workspace {
    pub(in super::super) symbols: Vec<u32>,
    next: Vec<u32>,
    previous: Vec<u32>,
    heap: BinaryHeap<Reverse<u64>>,
}

impl Workspace {
    /// Links each place with its neighbours; how many there are, if they can be counted.
    fn link(&mut self) -> Option<u32> {
        let count = u32::try_from(self.symbols.len()).ok()?;
        self.next.clear();
        self.next.extend(1..=count);
        self.previous.clear();
        self.previous.push(NONE);
        self.previous.extend(0..count.saturating_sub(1));
        Some(count)
    }

    /// Gives back what a long piece took.
    pub(in super::super) fn shrink(&mut self, kept: usize) {
        if self.symbols.capacity() > kept {
            *self = Self::default();
        }
    }
}

/// The symbols of a small piece in fixed places.
pub(in super::super) struct Small {
    pub(in super::super) symbols: [u32; SMALL],
    /// By place, what the pair with the next living place merges into.
    codes: [i32; SMALL],
    results: [u32; SMALL],
}

impl Small {
    pub(in super::super) fn new() -> Self {
        Self {
            symbols: [0; SMALL],
            codes: [DEAD; SMALL],
            results: [0; SMALL],
        }
    }

    /// Says what the pair of `place` and the one after it merges into.
    #[inline(always)]
    pub(in super::super) fn set(&mut self, place: usize, merge: Merge) {
        self.codes[place] = code(merge.rank, place);
        self.results[place] = merge.result;
    }
}

/// Merges the first `count` symbols (at most [`SMALL`]) in place; the pairs are set. Returns the mask of the places
/// that remain.
#[inline]
pub(in super::super) fn merge_small(pairs: &Pairs, small: &mut Small, count: usize) -> u64 {
    debug_assert!((1..=SMALL).contains(&count));
    let Small {
        symbols,
        codes,
        results,
    } = small;
    let lanes = count.next_multiple_of(8).min(SMALL);
    let mut alive = if count == SMALL {
        u64::MAX
    } else {
        (1 << count) - 1
    };
    loop {
        let best = first_of(&codes[..lanes]);
        if best >= DEAD {
            return alive;
        }
        let place = place_of(best);
        let above = alive & (u64::MAX << place) & !(1 << place);
        let right = (above.trailing_zeros() & 63) as usize;
        let merged = results[place];
        symbols[place] = merged;
        codes[right] = DEAD;
        alive &= !(1 << right);
        let after = above & (above - 1);
        let before = alive & ((1 << place) - 1);
        // Both are asked for before either answer is looked at.
        let next = if after == 0 {
            Merge::NONE
        } else {
            pairs.get(merged, symbols[(after.trailing_zeros() & 63) as usize])
        };
        if before != 0 {
            let previous = before.ilog2() as usize;
            let merge = pairs.get(symbols[previous], merged);
            codes[previous] = code(merge.rank, previous);
            results[previous] = merge.result;
        }
        codes[place] = code(next.rank, place);
        results[place] = next.result;
    }
}

/// The lowest code, by comparing them as `f32`: that is one instruction on every x86-64, unlike for integers.
#[inline(always)]
pub(super) fn first_of(codes: &[i32]) -> i32 {
    let (chunks, _) = codes.as_chunks::<4>();
    let codes = chunks.iter().map(|&chunk| cast(chunk));
    let lowest = codes.fold(cast([DEAD; 4]), |best: f32x4, codes| best.fast_min(codes));
    let [first, second, third, last] = lowest.to_array();
    let [first, second, ..] = f32x4::new([third, last, first, second])
        .fast_min(lowest)
        .to_array();
    cast(if first < second { first } else { second })
}

/// A pair's code orders by rank, then by place: a rank has 22 bits and a place 6.
#[expect(clippy::cast_possible_truncation, reason = "a place has six bits")]
#[inline(always)]
pub(super) fn code(rank: u32, place: usize) -> i32 {
    LEAST + (rank << 6 | place as u32).cast_signed()
}

/// The place of a code.
#[inline(always)]
pub(super) fn place_of(code: i32) -> usize {
    (code.cast_unsigned() & 63) as usize
}

/// Merges `workspace.symbols` of any length; the ids remain in `workspace.symbols`, dead places are `NONE`.
pub(in super::super) fn merge_long(pairs: &Pairs, workspace: &mut Workspace) {
    if !seams::merge(pairs, &mut workspace.symbols) {
        merge_with_heap(pairs, workspace);
    }
}

/// The same in O(n log n).
pub(super) fn merge_with_heap(pairs: &Pairs, workspace: &mut Workspace) {
    let Some(count) = workspace.link() else {
        return;
    };
    let Workspace {
        symbols,
        next,
        previous,
        heap,
    } = workspace;
    let mut queue = std::mem::take(heap).into_vec();
    queue.clear();
    for place in 1..count {
        let rank = pairs
            .get(symbols[place as usize - 1], symbols[place as usize])
            .rank;
        if rank != NO_RANK {
            queue.push(Reverse(u64::from(rank) << 32 | u64::from(place - 1)));
        }
    }
    *heap = BinaryHeap::from(queue);
    #[expect(clippy::cast_possible_truncation, reason = "the halves of an entry")]
    while let Some(Reverse(entry)) = heap.pop() {
        let (rank, place) = ((entry >> 32) as u32, entry as u32);
        let (at, right) = (place as usize, next[place as usize]);
        if symbols[at] == NONE || right >= count {
            continue;
        }
        // The entry is stale when the pair at this place has changed since.
        let merge = pairs.get(symbols[at], symbols[right as usize]);
        if merge.rank != rank {
            continue;
        }
        let merged = merge.result;
        symbols[at] = merged;
        symbols[right as usize] = NONE;
        let after = next[right as usize];
        next[at] = after;
        if after < count {
            previous[after as usize] = place;
            let rank = pairs.get(merged, symbols[after as usize]).rank;
            if rank != NO_RANK {
                heap.push(Reverse(u64::from(rank) << 32 | u64::from(place)));
            }
        }
        let before = previous[at];
        if before != NONE {
            let rank = pairs.get(symbols[before as usize], merged).rank;
            if rank != NO_RANK {
                heap.push(Reverse(u64::from(rank) << 32 | u64::from(before)));
            }
        }
    }
}
