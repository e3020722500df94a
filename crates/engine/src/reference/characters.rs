//! A vocabulary without a model: a piece is a token, or it is unknown (wav2vec2, MMS, VITS, `SpeechT5`).
//!
//! Unknown pieces keep their own text as token, as in transformers.js and in Python's slow tokenizers. Where the
//! file has no unknown token, they are left out: Python has no id for them either.

use tokenizers::Token;

use super::tokens::Tokens;
use crate::EngineError;
use crate::layout::{Document, parse_ids};

/// The vocabulary, and the id of what is not in it.
pub(super) struct Vocabulary {
    pub(super) tokens: Tokens,
    unk: Option<u32>,
}

impl Vocabulary {
    pub(super) fn build(document: &Document<'_>) -> Result<Self, EngineError> {
        let entries = parse_ids(document.model.vocab)?;
        let tokens = Tokens::new(entries.into_iter().map(|(token, id)| (token.into_owned(), id)));
        let unk = document.unknown_id(|name| tokens.id(name));
        Ok(Self { tokens, unk })
    }

    pub(super) fn tokenize(&self, piece: &str) -> Vec<Token> {
        let id = self.tokens.id(piece).or(self.unk);
        id.map(|id| Token::new(id, piece.to_owned(), (0, piece.len())))
            .into_iter()
            .collect()
    }
}
