//! Merging a long piece block by block.
//!
//! Tokens are what merging makes of a piece if each is what merging makes of its own symbols, and each two neighbours
//! are what merging makes of theirs. For let all be merged up to where a pair is to merge across the seam of two of
//! these tokens for the first time. Until then what is on each side of it changed by itself, as when only the two are
//! merged, and in the same order; so this pair, the lowest of all, would have been the lowest there too, and the two
//! would not be two.
//!
//! So a block is merged together with the last tokens before it, and only where these meet the tokens before them is
//! there a seam to look at. A block stays in the cache, and time is linear in the length of the piece.

use super::merge::{SMALL, Small, Workspace, merge_small, merge_with_heap};
use super::pairs::{NONE, Pairs};

/// How many symbols are merged together at first, and at most while seams hold.
const BLOCK: usize = SMALL;
const LARGEST: usize = 1 << 13;

/// After so many blocks whose seams held they become smaller again.
const HELD: usize = 64;

/// How often, for each symbol, it may be merged again because a seam did not hold: a file made for it could have all
/// of them move.
const PATIENCE: usize = 8;

/// A token and where its symbols begin.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Token {
    id: u32,
    start: usize,
}

struct Piece<'a> {
    pairs: &'a Pairs,
    symbols: &'a [u32],
    workspace: Workspace,
}

/// Merges `symbols`; the ids remain. False, and nothing done, where seams would have to move too often.
pub(super) fn merge(pairs: &Pairs, symbols: &mut Vec<u32>) -> bool {
    let patience = symbols.len() * PATIENCE;
    merge_within(pairs, symbols, patience)
}

fn merge_within(pairs: &Pairs, symbols: &mut Vec<u32>, mut patience: usize) -> bool {
    let mut piece = Piece {
        pairs,
        symbols,
        workspace: Workspace::default(),
    };
    // The tokens of what is merged so far, which ends at `end`.
    let mut tokens: Vec<Token> = Vec::with_capacity(symbols.len() / 2);
    let mut end = 0;
    let (mut block, mut held) = (BLOCK, 0);
    let (mut merged, mut both): (Vec<Token>, Vec<Token>) = (Vec::with_capacity(BLOCK), Vec::new());
    // What was merged last, and into what.
    let mut last = 0..0;
    while end < symbols.len() {
        let mut overlap = block / 4;
        let mut low = first_within(&tokens, end, overlap);
        let mut from = tokens.get(low).map_or(end, |token| token.start);
        let to = symbols.len().min((from + block).max(end + block / 4));
        loop {
            if symbols[from..to] == symbols[last.clone()] {
                // As in text that repeats itself.
                let start = last.start;
                for token in &mut merged {
                    token.start = token.start - start + from;
                }
            } else {
                piece.merge(from, to, &mut merged);
            }
            last = from..to;
            let first_end = merged.get(1).map_or(to, |token| token.start);
            if low == 0
                || (merged.first() == tokens.get(low)
                    && tokens.get(low + 1).map_or(end, |token| token.start) == first_end)
                || piece.stay_two(tokens[low - 1].start, from, first_end, &mut both)
            {
                break;
            }
            let Some(rest) = patience.checked_sub(to - from) else {
                return false;
            };
            patience = rest;
            overlap *= 2;
            low = first_within(&tokens, end, overlap);
            from = tokens[low].start;
        }
        // Where tokens are long, or seams do not hold, there should be fewer seams.
        let is_small = end - from > block / 2;
        tokens.truncate(low);
        tokens.extend_from_slice(&merged);
        end = to;
        if is_small {
            (block, held) = (LARGEST.min(block * 2), 0);
        } else {
            held += 1;
            if held == HELD {
                (block, held) = (BLOCK.max(block / 2), 0);
            }
        }
    }
    symbols.clear();
    symbols.extend(tokens.iter().map(|token| token.id));
    true
}

/// The last token from which on there are `wanted` symbols, or the first one.
fn first_within(tokens: &[Token], end: usize, wanted: usize) -> usize {
    let fits = |token: &Token| end - token.start >= wanted;
    tokens.iter().rposition(fits).unwrap_or(0)
}

impl Piece<'_> {
    /// Fills `out` with the tokens of the symbols `from..to`.
    fn merge(&mut self, from: usize, to: usize, out: &mut Vec<Token>) {
        out.clear();
        let symbols = &self.symbols[from..to];
        let count = symbols.len();
        if count > SMALL {
            let workspace = &mut self.workspace;
            workspace.symbols.clear();
            workspace.symbols.extend_from_slice(symbols);
            merge_with_heap(self.pairs, workspace);
            let places = workspace.symbols.iter().zip(from..);
            let living = places.filter(|&(&id, _)| id != NONE);
            return out.extend(living.map(|(&id, start)| Token { id, start }));
        }
        let mut small = Small::new();
        small.symbols[..count].copy_from_slice(symbols);
        for (place, pair) in symbols.windows(2).enumerate() {
            small.set(place, self.pairs.get(pair[0], pair[1]));
        }
        let mut alive = merge_small(self.pairs, &mut small, count);
        while alive != 0 {
            let place = (alive.trailing_zeros() & 63) as usize;
            out.push(Token {
                id: small.symbols[place],
                start: from + place,
            });
            alive &= alive - 1;
        }
    }

    /// Whether the symbols `from..to`, two tokens with a seam between them, remain these two when merged together.
    fn stay_two(&mut self, from: usize, seam: usize, to: usize, both: &mut Vec<Token>) -> bool {
        self.merge(from, to, both);
        matches!(both.as_slice(), [_, second] if second.start == seam)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::super::merge::{Workspace, merge_with_heap};
    use super::super::pairs::{NONE, Pairs};
    use super::{merge, merge_within};

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
                for length in [1, 2, 3, 50, 400, 2000] {
                    let symbols: Vec<u32> = (0..length).map(|_| random.below(letters)).collect();
                    let mut workspace = Workspace::default();
                    workspace.symbols.extend_from_slice(&symbols);
                    merge_with_heap(&pairs, &mut workspace);
                    workspace.symbols.retain(|&symbol| symbol != NONE);
                    let mut done = symbols.clone();
                    if merge(&pairs, &mut done) {
                        assert_eq!(done, workspace.symbols);
                        finished += 1;
                    } else {
                        assert_eq!(done, symbols);
                    }
                    all += 1;
                }
            }
        }
        assert!(finished > all / 2, "{finished} of {all}");
    }

    #[test]
    fn gives_up_before_it_takes_too_long() {
        // The first block ends with tokens of 32 and 16 symbols, which more of them would change.
        let merges: Vec<(u32, u32, u32)> = (0..7).map(|token| (token, token, token + 1)).collect();
        let pairs = Pairs::new(&merges).unwrap();
        let mut symbols = [vec![9; 16], vec![0; 1000]].concat();
        let given = symbols.clone();
        assert!(!merge_within(&pairs, &mut symbols, 0));
        assert_eq!(symbols, given);
        assert!(merge(&pairs, &mut symbols));
        assert_eq!(symbols[16..], [7, 7, 7, 7, 7, 7, 7, 6, 5, 3]);
    }
}
