//! Merging a very long piece with the pairs in buckets, one for each rank.
//!
//! A heap over a piece of a megabyte fits into no cache, and each of its steps waits for memory. A merge hardly ever
//! brings up a pair of its own rank or a lower one, since a token is part of merges that come after those that make
//! it. So ranks are worked off in order, and the pairs of a bucket from left to right; where a lower rank does come up,
//! the rest of the bucket waits until it is done.

use super::pairs::{NONE, Pairs};

/// Shorter pieces are merged with a heap, which then is small.
pub(super) const FROM: usize = 1 << 12;

/// In longer pieces places could not be counted with 32 bits as often as they may have to wait.
const LONGEST: u32 = 1 << 28;

/// How often, for each place, places may have to wait once more: a file made for it could have them wait for ever.
const PATIENCE: usize = 4;

/// A place that waits in a bucket, and the next one.
#[derive(Clone, Copy)]
struct Waiting {
    place: u32,
    next: u32,
}

/// Places by the rank of the pair that begins there.
struct Buckets {
    first: Vec<u32>,
    /// The buckets that hold something, a bit for each.
    full: Vec<u64>,
    waiting: Vec<Waiting>,
}

impl Buckets {
    fn new(ranks: usize, places: usize) -> Self {
        Self {
            first: vec![NONE; ranks],
            full: vec![0; ranks / 64 + 1],
            waiting: Vec::with_capacity(places * 2),
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a place waits at most seven times, and there are fewer than `LONGEST`"
    )]
    #[inline(always)]
    fn add(&mut self, rank: u32, place: u32) {
        if rank == NONE {
            return;
        }
        let head = &mut self.first[rank as usize];
        let next = std::mem::replace(head, self.waiting.len() as u32);
        self.waiting.push(Waiting { place, next });
        self.full[rank as usize / 64] |= 1 << (rank % 64);
    }

    /// The lowest rank from `rank` on that has places, which go to `places` in order.
    fn take(&mut self, rank: u32, places: &mut Vec<u32>) -> Option<u32> {
        places.clear();
        let mut word = rank as usize / 64;
        let mut bits = self.full.get(word)? & (u64::MAX << (rank % 64));
        while bits == 0 {
            word += 1;
            bits = *self.full.get(word)?;
        }
        self.full[word] &= !(bits & bits.wrapping_neg());
        let rank = u32::try_from(word * 64).ok()? + bits.trailing_zeros();
        let mut at = std::mem::replace(&mut self.first[rank as usize], NONE);
        while at != NONE {
            let Waiting { place, next } = self.waiting[at as usize];
            places.push(place);
            at = next;
        }
        places.sort_unstable();
        Some(rank)
    }
}

/// A symbol and its neighbours, side by side in memory: places far apart are visited one after the other.
#[derive(Clone, Copy)]
#[repr(align(16))]
struct Place {
    symbol: u32,
    next: u32,
    previous: u32,
}

/// As `merge::merge_long`; the ids remain in `symbols`. False where the ranks come in no order: `symbols` then are those
/// so far, to be merged on in another way.
pub(super) fn merge(pairs: &Pairs, symbols: &mut Vec<u32>) -> bool {
    let Some(count) = u32::try_from(symbols.len()).ok().filter(|&count| count < LONGEST) else {
        return false;
    };
    let mut patience = symbols.len() * PATIENCE;
    let mut buckets = Buckets::new(pairs.given(), symbols.len());
    // From the end, so that the chains run from left to right.
    for place in (1..count).rev() {
        let right = place as usize;
        let rank = pairs.get(symbols[right - 1], symbols[right]).rank;
        buckets.add(rank, place - 1);
    }
    let mut all: Vec<Place> = symbols
        .iter()
        .zip(0..)
        .map(|(&symbol, place): (_, u32)| Place {
            symbol,
            next: place + 1,
            previous: place.wrapping_sub(1),
        })
        .collect();
    let mut places = Vec::new();
    let mut from = 0;
    let mut done = true;
    while let Some(rank) = buckets.take(from, &mut places) {
        if places.len() > patience {
            done = false;
            break;
        }
        from = rank + 1;
        // All places of a bucket have the same pair, unless it has changed since.
        let mut wanted = None;
        for (index, &place) in places.iter().enumerate() {
            let at = all[place as usize];
            let Some(&right) = all.get(at.next as usize).filter(|_| at.symbol != NONE) else {
                continue;
            };
            let pair = (at.symbol, right.symbol);
            let merged = match wanted {
                Some((known, merged)) if known == pair => merged,
                Some(_) => continue,
                None => {
                    let merge = pairs.get(pair.0, pair.1);
                    if merge.rank != rank {
                        continue;
                    }
                    wanted = Some((pair, merge.result));
                    merge.result
                }
            };
            all[at.next as usize].symbol = NONE;
            let here = &mut all[place as usize];
            (here.symbol, here.next) = (merged, right.next);
            let mut lowest = NONE;
            if let Some(after) = all.get_mut(right.next as usize) {
                after.previous = place;
                lowest = pairs.get(merged, after.symbol).rank;
                buckets.add(lowest, place);
            }
            if let Some(before) = all.get(at.previous as usize) {
                let rank = pairs.get(before.symbol, merged).rank;
                lowest = lowest.min(rank);
                buckets.add(rank, at.previous);
            }
            if lowest <= rank {
                let rest = &places[index + 1..];
                patience = patience.saturating_sub(rest.len());
                rest.iter().rev().for_each(|&place| buckets.add(rank, place));
                from = lowest;
                break;
            }
        }
    }
    symbols.clear();
    let living = all.iter().map(|place| place.symbol);
    symbols.extend(living.filter(|&symbol| symbol != NONE));
    done
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::super::merge::{Workspace, merge_with_heap};
    use super::*;

    struct Random(u64);

    impl Random {
        fn below(&mut self, end: u32) -> u32 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            u32::try_from((self.0 >> 33) % u64::from(end)).unwrap()
        }
    }

    #[test]
    fn agrees_with_the_heap() {
        let mut random = Random(0x5EED);
        let (mut finished, mut all) = (0, 0);
        for letters in [1, 2, 3, 8] {
            for _ in 0..40 {
                // Merges of tokens that are there, now and then into one that has been part of others already.
                let mut merges: Vec<(u32, u32, u32)> = Vec::new();
                let mut tokens = letters;
                for _ in 0..60 {
                    let pair = (random.below(tokens), random.below(tokens));
                    if merges.iter().any(|merge| (merge.0, merge.1) == pair) {
                        continue;
                    }
                    let again = random.below(4) == 0;
                    merges.push((pair.0, pair.1, if again { random.below(tokens) } else { tokens }));
                    tokens += u32::from(!again);
                }
                let pairs = Pairs::new(&merges).unwrap();
                for length in [1, 2, 3, 50, 2000] {
                    let mut symbols: Vec<u32> = (0..length).map(|_| random.below(letters)).collect();
                    let mut workspace = Workspace::default();
                    workspace.symbols.extend_from_slice(&symbols);
                    merge_with_heap(&pairs, &mut workspace);
                    workspace.symbols.retain(|&symbol| symbol != NONE);
                    finished += usize::from(merge(&pairs, &mut symbols));
                    let mut rest = Workspace::default();
                    rest.symbols.extend_from_slice(&symbols);
                    merge_with_heap(&pairs, &mut rest);
                    rest.symbols.retain(|&symbol| symbol != NONE);
                    assert_eq!(rest.symbols, workspace.symbols);
                    all += 1;
                }
            }
        }
        // Both ends were come to.
        assert!(finished > all / 2 && finished < all, "{finished} of {all}");
    }
}
