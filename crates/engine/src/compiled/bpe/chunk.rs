//! Pieces on their way to the cache, a few dozen at a time: their lines are asked for together, so that the waits for
//! memory overlap.

use super::super::cache::Asked;

/// How many pieces are looked up together.
pub(super) const PIECES: usize = 64;

/// The key of a piece that is too long for a short key; no short key has this last byte.
pub(super) const LONG_KEY: u128 = u128::MAX;

/// Pieces that wait.
pub(super) struct Chunk(Box<Pieces>);

/// Each part by itself, as the loops over them want it.
pub(super) struct Pieces {
    pub(super) count: usize,
    /// Where they stand.
    pub(super) spans: [(usize, usize); PIECES],
    /// Their keys, and where the cache keeps their ids.
    pub(super) asked: [Asked; PIECES],
}

impl Default for Chunk {
    fn default() -> Self {
        Self(Box::new(Pieces {
            count: 0,
            spans: [(0, 0); PIECES],
            asked: [Asked::default(); PIECES],
        }))
    }
}

impl Chunk {
    /// Adds a piece; true when the chunk is full then.
    #[inline(always)]
    pub(super) fn add(&mut self, from: usize, to: usize) -> bool {
        let pieces = &mut *self.0;
        pieces.spans[pieces.count % PIECES] = (from, to);
        pieces.count += 1;
        pieces.count == PIECES
    }

    pub(super) fn pieces(&mut self) -> &mut Pieces {
        &mut self.0
    }
}
