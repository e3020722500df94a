//! What a caller can choose when loading, encoding and decoding.

/// Which engine serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EngineChoice {
    /// The compiled engine where it knows every piece of the pipeline, the reference engine elsewhere.
    #[default]
    Auto,
    /// The `tokenizers` crate.
    Reference,
    /// The compiled engine, or an error that says what it does not know.
    Compiled,
}

/// How a tokenizer.json is loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LoadOptions {
    /// The language whose vocabulary is taken from a file that nests one for each (MMS).
    pub target_lang: Option<String>,
    /// The unknown token of a vocabulary-only model, as `tokenizer_config.json` names it; `<unk>` or `[UNK]` otherwise.
    pub unk_token: Option<String>,
    /// Which engine serves.
    pub engine: EngineChoice,
}

/// What one call of `encode` computes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeOptions {
    /// Runs the post-processor's template.
    pub add_special_tokens: bool,
    /// Cuts the sequences before the special tokens are added, as Python `tokenizers` does.
    pub truncation: Option<Truncation>,
    /// Computes offsets, and word ids; without, they stay empty.
    pub with_offsets: bool,
    /// Computes token strings, and word ids; without, they stay empty.
    pub with_tokens: bool,
}

impl Default for EncodeOptions {
    fn default() -> Self {
        Self {
            add_special_tokens: true,
            truncation: None,
            with_offsets: true,
            with_tokens: true,
        }
    }
}

/// How sequences that are too long are cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Truncation {
    /// The most tokens of an encoding, special tokens among them.
    pub max_length: usize,
    /// How many tokens an overflowing part repeats of the part before it.
    pub stride: usize,
    /// Which sequence of a pair is cut.
    pub strategy: TruncationStrategy,
    /// Which end is cut off.
    pub direction: TruncationDirection,
    /// What becomes of the tokens that are cut off.
    pub overflow: Overflow,
}

/// Which sequence of a pair is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TruncationStrategy {
    /// The longer one, then both alike.
    #[default]
    LongestFirst,
    /// The first.
    OnlyFirst,
    /// The second.
    OnlySecond,
}

/// Which end is cut off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TruncationDirection {
    /// The end.
    #[default]
    Right,
    /// The beginning.
    Left,
}

/// What becomes of the tokens that are cut off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overflow {
    /// All of them stand in the overflowing parts, as documented and as `tokenizers` up to 0.22 does.
    #[default]
    Complete,
    /// As `tokenizers` 0.23.2: it stops reading soon after the limit, the overflowing parts lack the rest
    /// (huggingface/tokenizers#2091), and with [`TruncationDirection::Left`] word ids count from the first word read.
    Early,
    /// Nothing: there are no overflowing parts.
    Dropped,
}

/// What one call of `decode` does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DecodeOptions {
    /// Leaves special tokens out.
    pub skip_special_tokens: bool,
    /// Removes the spaces before punctuation and English contractions.
    pub clean_up_tokenization_spaces: bool,
}
