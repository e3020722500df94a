//! The pieces that the cache does not have, for `merge_all`.

use super::super::cache::Cache;
use super::chunk::LONG_KEY;
use super::holes::Holes;
use super::lanes::{Asks, Lane, Work};
use super::{Bpe, LONG_LANE, SHORT_LANE, long_key};

/// The pieces that the cache does not have.
pub(super) struct Missing<'a> {
    pub(super) bpe: &'a Bpe,
    pub(super) text: &'a [u8],
    pub(super) cache: &'a mut Cache,
    pub(super) symbols: &'a mut Vec<u32>,
    pub(super) holes: &'a mut Holes,
    pub(super) next: usize,
}

/// The short ones.
impl Work<SHORT_LANE> for Missing<'_> {
    fn next(&mut self, lane: &mut Lane<SHORT_LANE>, asks: &mut Asks<'_>) -> bool {
        while let Some(hole) = self.holes.list.get(self.next) {
            let (index, key) = (self.next, hole.key);
            let (from, to) = (hole.from, hole.to);
            self.next += 1;
            // The same piece may have been merged since it was looked for.
            if key == LONG_KEY
                || self.holes.knows(index)
                || self
                    .holes
                    .fill(index, |_, found| self.cache.get_short(key, found))
            {
                continue;
            }
            self.bpe
                .begin(&self.text[from..to], index, self.symbols, lane, asks);
            return true;
        }
        false
    }

    fn done(&mut self, lane: &Lane<SHORT_LANE>) {
        let (ids, count) = lane.ids();
        self.holes.fill(lane.piece, |hole, found| {
            self.cache.put_short(hole.key, &ids[..count]);
            found.extend_from_slice(&ids[..count]);
            true
        });
    }
}

/// The others, of up to [`LONG`] bytes.
impl Work<LONG_LANE> for Missing<'_> {
    fn next(&mut self, lane: &mut Lane<LONG_LANE>, asks: &mut Asks<'_>) -> bool {
        while let Some(hole) = self.holes.list.get(self.next) {
            let index = self.next;
            self.next += 1;
            if hole.key != LONG_KEY {
                continue;
            }
            let piece = &self.text[hole.from..hole.to];
            let key = long_key(piece, 0);
            let is_known = self.holes.fill(index, |_, found| {
                self.cache.get_long(key, found)
                    || self.bpe.whole_id(piece).is_some_and(|id| {
                        self.cache.put_long(key, &[id]);
                        found.push(id);
                        true
                    })
            });
            if !is_known {
                self.bpe.begin(piece, index, self.symbols, lane, asks);
                return true;
            }
        }
        false
    }

    fn done(&mut self, lane: &Lane<LONG_LANE>) {
        let (ids, count) = lane.ids();
        self.holes.fill(lane.piece, |hole, found| {
            let key = long_key(&self.text[hole.from..hole.to], 0);
            self.cache.put_long(key, &ids[..count]);
            found.extend_from_slice(&ids[..count]);
            true
        });
    }
}
