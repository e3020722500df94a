//! What encoding a text yields.

/// The tokens of a text, one place of every list for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoding {
    /// Ids of the tokens.
    pub ids: Vec<u32>,
    /// 0 or 1 by sequence, as the post-processor says; zeros without one.
    pub type_ids: Vec<u32>,
    /// The tokens as text; empty when they were not asked for.
    pub tokens: Vec<String>,
    /// Where each token stands in its text, in code points; empty when they were not asked for.
    pub offsets: Vec<(u32, u32)>,
    /// The word a token belongs to; none for special tokens. Empty when neither offsets nor tokens were
    /// asked for.
    pub word_ids: Vec<Option<u32>>,
    /// 1 for the tokens that the post-processor added.
    pub special_tokens_mask: Vec<u32>,
    /// The sequence a token belongs to (0 or 1); none for special tokens.
    pub sequence_ids: Vec<Option<u32>>,
    /// The parts that truncation cut off, each with its special tokens.
    pub overflowing: Vec<Encoding>,
}

impl Encoding {
    /// How many tokens there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no token.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}
