//! What both engines are: a pipeline from text to ids and back.

pub(crate) mod offsets;
pub(crate) mod truncation;

use crate::source::LargeParts;
use crate::{EncodeOptions, Encoding, EngineError};

/// One side of an input: running text, or words that are already split.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// Text as the user wrote it.
    Text(&'a str),
    /// Words (`is_split_into_words` of Python transformers); offsets and word ids then count within each word.
    Words(&'a [String]),
}

/// A pipeline built from one tokenizer.json. The reference engine serves every valid file; the compiled engine
/// serves the combinations that it knows, with equal results. A call may answer [`EngineError::unsupported`]:
/// the reference engine then takes it.
pub(crate) trait Engine: Send + Sync {
    /// Appends the ids of `text` (and `pair`) to `out`: the hot path, nothing else is computed.
    fn encode_ids(
        &self,
        text: &str,
        pair: Option<&str>,
        add_special_tokens: bool,
        out: &mut Vec<u32>,
    ) -> Result<(), EngineError>;

    /// Whether it is known that all type ids of a text without a pair are 0.
    fn types_are_zero(&self) -> bool {
        false
    }

    /// Ids with type ids, word ids, sequence ids and the special tokens mask; offsets in code points, token
    /// strings and truncation as `options` says.
    fn encode(
        &self,
        text: Input<'_>,
        pair: Option<Input<'_>>,
        options: &EncodeOptions,
    ) -> Result<Encoding, EngineError>;

    /// The decoder's text for `ids`, before word-end suffixes and clean-up. Unknown ids are skipped.
    fn decode(&self, ids: &[u32], skip_special_tokens: bool) -> Result<String, EngineError>;

    /// What the decoder makes of `tokens`, before it joins them.
    fn decode_chain(&self, _tokens: Vec<String>) -> Result<Vec<String>, EngineError> {
        Err(EngineError::unsupported("decoding in parts"))
    }

    /// The id of a token's content, among added tokens and the vocabulary.
    fn token_to_id(&self, token: &str) -> Option<u32>;

    /// The content of an id.
    fn id_to_token(&self, id: u32) -> Option<String>;

    /// How an id is shown among the tokens of any text; nothing where that depends on the text.
    fn shown(&self, _id: u32) -> Option<&str> {
        None
    }

    /// All tokens with their ids, in no order.
    fn vocab(&self, with_added_tokens: bool) -> Vec<(String, u32)>;

    /// How many tokens there are without added ones.
    fn model_size(&self) -> usize {
        self.vocab(false).len()
    }

    /// How many tokens there are, added ones included.
    fn vocab_size(&self) -> usize;

    /// The engine as the keeper of the large parts of its file, if it is.
    fn large_parts(&self) -> Option<Box<dyn LargeParts + '_>> {
        None
    }
}
