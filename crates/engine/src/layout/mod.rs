//! Reading tokenizer.json: once, borrowing, with every layout that transformers.js loads brought into one form.

mod charsmap;
mod check;
mod checks;
mod document;
mod spans;
mod surrogates;
mod translate;
mod vocab;

use std::borrow::Cow;

use crate::EngineError;

pub use check::check_json;
pub(crate) use checks::{MAX_PIECE_BYTES, MAX_TOKEN_BYTES, bad};
pub(crate) use document::{Document, Model, ModelKind};
pub(crate) use vocab::{parse_ids, parse_merges, parse_pieces};

/// The text of a tokenizer.json that was read as `bytes`: without a byte order mark, and with escapes that Rust's
/// strings can hold.
pub(crate) fn read(bytes: Vec<u8>) -> Result<Box<str>, EngineError> {
    let text = String::from_utf8(bytes)
        .map_err(|error| EngineError::file(format!("tokenizer.json is not UTF-8: {error}")))?;
    let marked = text.strip_prefix('\u{FEFF}');
    let fixed = match surrogates::replace_lone(marked.unwrap_or(&text)) {
        Cow::Owned(fixed) => Some(fixed),
        Cow::Borrowed(rest) => marked.map(|_| rest.to_owned()),
    };
    Ok(fixed.unwrap_or(text).into_boxed_str())
}
