//! A vocabulary that is looked up from both sides.

use std::collections::HashMap;

/// Tokens and their ids.
pub(super) struct Tokens {
    ids: HashMap<String, u32>,
    tokens: HashMap<u32, String>,
}

impl Tokens {
    /// Of a token that stands there twice the last id counts, and of an id the last token.
    pub(super) fn new(entries: impl IntoIterator<Item = (String, u32)>) -> Self {
        let (mut ids, mut tokens) = (HashMap::new(), HashMap::new());
        for (token, id) in entries {
            tokens.insert(id, token.clone());
            ids.insert(token, id);
        }
        Self { ids, tokens }
    }

    pub(super) fn id(&self, token: &str) -> Option<u32> {
        self.ids.get(token).copied()
    }

    pub(super) fn token(&self, id: u32) -> Option<&str> {
        self.tokens.get(&id).map(String::as_str)
    }

    pub(super) fn all(&self) -> HashMap<String, u32> {
        self.ids.clone()
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// How many characters the longest token has.
    pub(super) fn longest(&self) -> usize {
        self.ids
            .keys()
            .map(|token| token.chars().count())
            .max()
            .unwrap_or(0)
    }
}
