//! `WordPiece` for words of any length (ESM sets the limit to ten billion characters). The crate tries every end of
//! the word at every place; here no candidate is longer than the longest token, with the same result.

use ahash::AHashMap;
use tokenizers::Token;

use super::tokens::Tokens;
use crate::error::{EngineError, ErrorKind};

/// The vocabulary with its rules.
pub(super) struct LongestMatch {
    pub(super) tokens: Tokens,
    unk: String,
    prefix: String,
    longest_word: usize,
    longest_token: usize,
}

impl LongestMatch {
    /// Up to this word length the crate is quick enough.
    pub(super) const CRATE_LIMIT: usize = 1000;

    pub(super) fn new(
        vocab: AHashMap<String, u32>,
        unk: String,
        prefix: String,
        longest_word: usize,
    ) -> Self {
        let tokens = Tokens::new(vocab);
        let longest_token = tokens.longest();
        Self {
            tokens,
            unk,
            prefix,
            longest_word,
            longest_token,
        }
    }

    pub(super) fn tokenize(&self, word: &str) -> Result<Vec<Token>, EngineError> {
        let ends: Vec<usize> = word
            .char_indices()
            .map(|(start, character)| start + character.len_utf8())
            .collect();
        if ends.len() > self.longest_word {
            return self.unknown(word);
        }
        let mut tokens = Vec::new();
        let (mut index, mut start) = (0, 0);
        let mut candidate = String::new();
        while index < ends.len() {
            let last = ends.len().min(index + self.longest_token);
            let found = (index..last).rev().find_map(|end| {
                candidate.clear();
                if start > 0 {
                    candidate.push_str(&self.prefix);
                }
                candidate.push_str(&word[start..ends[end]]);
                self.tokens.id(&candidate).map(|id| (end, id))
            });
            let Some((end, id)) = found else {
                return self.unknown(word);
            };
            tokens.push(Token::new(id, candidate.clone(), (start, ends[end])));
            (index, start) = (end + 1, ends[end]);
        }
        Ok(tokens)
    }

    fn unknown(&self, word: &str) -> Result<Vec<Token>, EngineError> {
        match self.tokens.id(&self.unk) {
            Some(id) => Ok(vec![Token::new(id, self.unk.clone(), (0, word.len()))]),
            None => Err(EngineError::new(
                ErrorKind::Encode,
                format!("the vocabulary lacks its unknown token {:?}", self.unk),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use ahash::AHashMap;
    use tokenizers::Model;
    use tokenizers::models::wordpiece::WordPiece;

    use super::LongestMatch;

    #[test]
    fn equals_the_crate() {
        for prefix in ["##", ""] {
            let words = ["[UNK]", "a", "ab", "abc", "é", "éa"];
            let words = words.map(str::to_owned).into_iter();
            let vocab: AHashMap<String, u32> = words
                .chain(["b", "bc", "é", "c"].map(|token| format!("{prefix}{token}")))
                .zip(0..)
                .collect();
            let theirs = WordPiece::builder()
                .vocab(vocab.clone())
                .unk_token("[UNK]".to_owned())
                .continuing_subword_prefix(prefix.to_owned())
                .max_input_chars_per_word(6)
                .build()
                .unwrap();
            let ours = LongestMatch::new(vocab, "[UNK]".to_owned(), prefix.to_owned(), 6);
            for word in [
                "", "a", "abc", "abcbc", "éab", "aé", "abd", "d", "abcabca", "bcc", "éébc", "aaaaaa",
            ] {
                assert_eq!(
                    ours.tokenize(word).unwrap(),
                    theirs.tokenize(word).unwrap(),
                    "{word} {prefix}"
                );
            }
        }
    }
}
