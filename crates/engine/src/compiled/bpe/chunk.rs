//! Pieces on their way to the cache, a few dozen at a time: their lines are asked for together, so that the waits for
//! memory overlap.

/// How many pieces are looked up together.
pub(super) const PIECES: usize = 64;

/// The key of a piece that is too long for a short key; no short key has this last byte.
pub(super) const LONG_KEY: u128 = u128::MAX;

/// Where a piece stands, and where the cache keeps its ids.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) key: u128,
    pub(super) hash: u64,
}

/// Pieces that wait.
pub(super) struct Chunk {
    pub(super) pieces: Box<[Piece; PIECES]>,
    pub(super) count: usize,
}

impl Default for Chunk {
    fn default() -> Self {
        let none = Piece {
            from: 0,
            to: 0,
            key: LONG_KEY,
            hash: 0,
        };
        Self {
            pieces: Box::new([none; PIECES]),
            count: 0,
        }
    }
}

impl Chunk {
    /// Adds a piece; true when the chunk is full then.
    #[inline(always)]
    pub(super) fn add(&mut self, from: usize, to: usize) -> bool {
        let piece = &mut self.pieces[self.count % PIECES];
        piece.from = from;
        piece.to = to;
        self.count += 1;
        self.count == PIECES
    }
}
