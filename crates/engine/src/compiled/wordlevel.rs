//! Whole pieces: a piece is a token, or it is unknown (`WordLevel`, and vocabularies without a model).

use super::unigram::trie::Trie;
use super::vocab::FAILS;

/// The vocabulary, and what stands for what is not in it.
pub(crate) struct WordLevel {
    trie: Trie,
    unk_id: Option<u32>,
    /// Unknown pieces are shown as themselves, not as the unknown token.
    shows_unknown: bool,
}

impl WordLevel {
    /// Builds the tables; without an unknown token unknown pieces go.
    pub(crate) fn build<'a>(
        vocab: impl IntoIterator<Item = (&'a str, u32)>,
        unk_id: Option<u32>,
        shows_unknown: bool,
    ) -> Result<Self, &'static str> {
        let trie = Trie::build(vocab.into_iter().map(|(token, id)| (token.as_bytes(), id)))?;
        Ok(Self {
            trie,
            unk_id,
            shows_unknown,
        })
    }

    /// Whether unknown pieces are errors.
    pub(crate) fn may_fail(&self) -> bool {
        self.unk_id == Some(FAILS)
    }

    /// The id of a token.
    pub(crate) fn id(&self, token: &str) -> Option<u32> {
        self.trie.get(token.as_bytes())
    }

    /// How many tokens there are, the empty one and repeated ones left out.
    pub(crate) fn tokens(&self) -> usize {
        self.trie.len()
    }

    /// Appends the id of a piece.
    #[inline]
    pub(crate) fn encode(&self, piece: &str, out: &mut Vec<u32>) {
        out.extend(self.trie.get(piece.as_bytes()).or(self.unk_id));
    }

    /// What a piece is shown as whose token is `token`.
    pub(crate) fn shown<'a>(&self, piece: &'a str, token: &'a str) -> &'a str {
        if self.shows_unknown { piece } else { token }
    }
}
