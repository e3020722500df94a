//! Unigram: the segmentation of a piece with the best sum of scores.

pub(crate) mod trie;
mod viterbi;

use super::pages::Table;
use trie::Trie;
pub(crate) use viterbi::Scratch;

/// What an unknown character costs below the worst token.
const UNKNOWN_PENALTY: f64 = 10.0;
/// Longer tokens would make hostile text slow: each position walks up to that far.
const LONGEST_TOKEN: usize = 1024;

/// The tables of a Unigram model.
pub(crate) struct Unigram {
    trie: Trie,
    scores: Table<f64>,
    unk_id: u32,
    unk_score: f64,
    /// The ids of `<0x00>` to `<0xFF>`, for byte fallback; nothing for a byte that has none.
    bytes: Option<Box<[Option<u32>; 256]>>,
}

impl Unigram {
    /// Builds the tables. An id is a place in `vocab`; of equal tokens the last one counts.
    pub(crate) fn build<T: AsRef<str>>(
        vocab: &[(T, f64)],
        unk_id: Option<usize>,
        byte_fallback: bool,
    ) -> Result<Self, &'static str> {
        // Without it the reference fails on the first unknown character; let it say so.
        let unk_id = unk_id.filter(|&id| id < vocab.len()).ok_or("no unknown token")?;
        let count = u32::try_from(vocab.len()).map_err(|_| "a vocabulary that is too large")?;
        let trie = Trie::build(
            vocab
                .iter()
                .map(|(token, _)| token.as_ref().as_bytes())
                .zip(0..count),
        )?;
        if trie.longest() > LONGEST_TOKEN {
            return Err("a token longer than 1,024 bytes");
        }
        let mut scores = Table::new(vocab.len());
        let mut lowest = f64::INFINITY;
        for (place, &(_, score)) in scores.iter_mut().zip(vocab) {
            *place = score;
            if score < lowest {
                lowest = score;
            }
        }
        let bytes = byte_fallback.then(|| {
            Box::new(std::array::from_fn(|byte| {
                trie.get(format!("<0x{byte:02X}>").as_bytes())
            }))
        });
        Ok(Self {
            trie,
            scores,
            unk_id: u32::try_from(unk_id).map_err(|_| "a vocabulary that is too large")?,
            unk_score: lowest - UNKNOWN_PENALTY,
            bytes,
        })
    }

    /// The id of a token.
    pub(crate) fn id(&self, token: &str) -> Option<u32> {
        self.trie.get(token.as_bytes())
    }

    /// How many tokens there are, the empty one and repeated ones left out.
    pub(crate) fn tokens(&self) -> usize {
        self.trie.len()
    }
}

impl Unigram {
    /// Whether a token covers what it is written as; others stand for unknown text, or for parts of it.
    pub(crate) fn is_plain(&self, id: u32, token: &str) -> bool {
        id != self.unk_id && !(self.bytes.is_some() && token.len() == 6 && token.starts_with("<0x"))
    }
}

#[cfg(test)]
mod tests;
