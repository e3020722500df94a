//! Tokens beside the vocabulary.

use serde::{Deserialize, Serialize};

/// A token that is looked for in the text before the pipeline runs.
#[expect(clippy::struct_excessive_bools, reason = "the flags of tokenizer.json")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AddedToken {
    /// Its text.
    pub content: String,
    /// Matches whole words only.
    pub single_word: bool,
    /// Takes the whitespace on its left.
    pub lstrip: bool,
    /// Takes the whitespace on its right.
    pub rstrip: bool,
    /// Is looked for in the normalized text.
    pub normalized: bool,
    /// Is left out of decoded text when that is asked for.
    pub special: bool,
}

/// An added token with its id, as tokenizer.json lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Listed")]
pub struct ListedToken {
    /// Its id.
    pub id: u32,
    /// The token.
    #[serde(flatten)]
    pub token: AddedToken,
}

/// The fields in the file, with Python's defaults for absent ones.
#[expect(clippy::struct_excessive_bools, reason = "the flags of tokenizer.json")]
#[derive(Deserialize)]
struct Listed {
    id: u32,
    content: String,
    #[serde(default)]
    single_word: bool,
    #[serde(default)]
    lstrip: bool,
    #[serde(default)]
    rstrip: bool,
    normalized: Option<bool>,
    #[serde(default)]
    special: bool,
}

impl From<Listed> for ListedToken {
    fn from(listed: Listed) -> Self {
        Self {
            id: listed.id,
            token: AddedToken {
                content: listed.content,
                single_word: listed.single_word,
                lstrip: listed.lstrip,
                rstrip: listed.rstrip,
                normalized: listed.normalized.unwrap_or(!listed.special),
                special: listed.special,
            },
        }
    }
}
