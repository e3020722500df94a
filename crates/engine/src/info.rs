//! What a tokenizer says about itself.

use std::collections::HashSet;

use serde::Serialize;

use serde_json::Value;

use crate::ListedToken;
use crate::layout::Document;

/// Facts about a loaded tokenizer.
#[derive(Clone, Debug, Serialize)]
pub struct Info {
    /// `compiled` or `reference`.
    pub engine: &'static str,
    /// Why this engine serves.
    pub reason: String,
    /// `BPE`, `WordPiece`, `Unigram`, `WordLevel` or `vocabulary`.
    pub model_type: &'static str,
    /// How many tokens there are, added ones included.
    pub vocab_size: usize,
    /// The added tokens, in the order of the file.
    pub added_tokens: Vec<ListedToken>,
    /// Whether the file has a post-processor.
    pub has_post_processor: bool,
    /// Whether the post-processor gives type ids (one of `ByteLevel` alone does not).
    pub type_ids: bool,
    /// What marks the end of a word in decoded text and becomes a space.
    pub decoder_end_of_word_suffix: Option<String>,
    /// The `type` of the normalizer.
    pub normalizer: Option<String>,
    /// The `type` of the pre-tokenizer.
    pub pre_tokenizer: Option<String>,
    /// The `type` of the decoder.
    pub decoder: Option<String>,
    /// The contents of the special tokens, for quick look-up.
    #[serde(skip)]
    special: HashSet<String>,
}

impl Info {
    pub(crate) fn new(document: &Document<'_>, compiled: bool, reason: String, vocab_size: usize) -> Self {
        let special = document.added_tokens.iter().filter(|listed| listed.token.special);
        Self {
            engine: if compiled { "compiled" } else { "reference" },
            reason,
            model_type: document.model.kind.name(),
            vocab_size,
            added_tokens: document.added_tokens.clone(),
            has_post_processor: document.post_processor.is_some(),
            type_ids: document.post_processor.as_ref().is_some_and(gives_type_ids),
            decoder_end_of_word_suffix: document
                .model
                .fields
                .get("end_of_word_suffix")
                .and_then(Value::as_str)
                .filter(|suffix| !suffix.is_empty())
                .map(str::to_owned),
            normalizer: type_name(document.normalizer.as_ref()),
            pre_tokenizer: type_name(document.pre_tokenizer.as_ref()),
            decoder: type_name(document.decoder.as_ref()),
            special: special.map(|listed| listed.token.content.clone()).collect(),
        }
    }

    pub(crate) fn is_special(&self, token: &str) -> bool {
        self.special.contains(token)
    }
}

/// As transformers.js has it: every post-processor but `ByteLevel` does.
fn gives_type_ids(processor: &Value) -> bool {
    match processor.get("processors").and_then(Value::as_array) {
        Some(parts) => parts.iter().any(gives_type_ids),
        None => processor.get("type").and_then(Value::as_str) != Some("ByteLevel"),
    }
}

fn type_name(component: Option<&Value>) -> Option<String> {
    Some(component?.get("type")?.as_str()?.to_owned())
}
