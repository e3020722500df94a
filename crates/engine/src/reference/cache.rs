//! What the model made of pieces that it met before.
//!
//! The crate has a cache of its own for byte pair encoding, but one for each thread, which outlives the model.

use std::sync::{Mutex, PoisonError};

use ahash::{AHashMap, RandomState};
use tokenizers::Token;

const SHARDS: usize = 16;
const ENTRIES: usize = 1024;
/// Longer pieces are not likely to come again.
const LONGEST: usize = 256;

type Shard = Mutex<AHashMap<Box<str>, Box<[Token]>>>;

/// At most [`SHARDS`] × [`ENTRIES`] pieces with their tokens, for all threads.
#[derive(Default)]
pub(super) struct Cache {
    shards: [Shard; SHARDS],
    hasher: RandomState,
}

impl Cache {
    /// The tokens of `piece`, from `tokenize` where they are not known.
    pub(super) fn get(
        &self,
        piece: &str,
        tokenize: impl FnOnce() -> tokenizers::Result<Vec<Token>>,
    ) -> tokenizers::Result<Vec<Token>> {
        if piece.len() > LONGEST {
            return tokenize();
        }
        let hash = usize::try_from(self.hasher.hash_one(piece) >> 32).unwrap_or(0);
        // An entry is put in whole: a panic elsewhere leaves none half done.
        let shard = || {
            self.shards[hash % SHARDS]
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(tokens) = shard().get(piece) {
            return Ok(tokens.to_vec());
        }
        let tokens = tokenize()?;
        let mut shard = shard();
        if shard.len() < ENTRIES {
            shard.insert(piece.into(), tokens.clone().into_boxed_slice());
        }
        Ok(tokens)
    }
}
