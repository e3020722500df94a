//! Both engines on one input: what they make of it must be the same.
//!
//! The fuzz targets hand over what libFuzzer has found, the program `cases` seeded random bytes.

pub mod documents;
pub mod models;
pub mod pipelines;
pub mod random;
pub mod texts;

use std::fmt::Debug;

use autotokenizer_engine::{DecodeOptions, EncodeOptions, EngineError, Input, Tokenizer, Truncation};

/// What a call gave, or with which code it failed.
fn outcome<T>(result: Result<T, EngineError>) -> Result<T, &'static str> {
    result.map_err(|error| error.code())
}

fn same<T: PartialEq + Debug>(what: &str, compiled: T, reference: T) -> Result<(), String> {
    if compiled == reference {
        return Ok(());
    }
    Err(format!(
        "{what}\n   compiled: {compiled:?}\n  reference: {reference:?}"
    ))
}

/// How a text is to be encoded.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// Whether special tokens are added.
    pub special: bool,
    /// Whether offsets and tokens are wanted too.
    pub full: bool,
    /// The most tokens, if it is to be cut.
    pub cut: Option<usize>,
}

/// Encodes a text with both engines, and decodes what that gives.
///
/// # Errors
/// Says what differs.
pub fn compare(
    compiled: &Tokenizer,
    reference: &Tokenizer,
    text: &str,
    pair: Option<&str>,
    how: How,
) -> Result<(), String> {
    let ids = |tokenizer: &Tokenizer| {
        let mut ids = Vec::new();
        outcome(
            tokenizer
                .encode_ids(text, pair, how.special, &mut ids)
                .map(|()| ids),
        )
    };
    let expected = ids(reference);
    same("ids", ids(compiled), expected.clone())?;
    if how.full || how.cut.is_some() {
        let options = EncodeOptions {
            add_special_tokens: how.special,
            with_offsets: how.full,
            with_tokens: how.full,
            truncation: how.cut.map(|max_length| Truncation {
                max_length,
                stride: max_length / 4,
                ..Truncation::default()
            }),
        };
        let encode = |tokenizer: &Tokenizer| {
            outcome(tokenizer.encode(Input::Text(text), pair.map(Input::Text), &options))
        };
        same("encoding", encode(compiled), encode(reference))?;
    }
    let Ok(ids) = expected else { return Ok(()) };
    for skip_special_tokens in [false, true] {
        let options = DecodeOptions {
            skip_special_tokens,
            ..DecodeOptions::default()
        };
        let decode = |tokenizer: &Tokenizer| outcome(tokenizer.decode(&ids, &options));
        same("decoded text", decode(compiled), decode(reference))?;
    }
    Ok(())
}
