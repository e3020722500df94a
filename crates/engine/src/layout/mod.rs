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
pub(crate) use document::{Document, Model, ModelKind, large_parts};
pub(crate) use vocab::{parse_ids, parse_merges, parse_pieces};

/// The text of a tokenizer.json that was read as `bytes`: without a byte order mark, and with escapes that Rust's
/// strings can hold.
pub(crate) fn read(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, str>, EngineError> {
    let text = match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(utf8(bytes)?),
        Cow::Owned(bytes) => {
            Cow::Owned(String::from_utf8(bytes).map_err(|error| not_utf8(error.utf8_error()))?)
        }
    };
    let marked = text.strip_prefix('\u{FEFF}');
    let fixed = match surrogates::replace_lone(marked.unwrap_or(&text)) {
        Cow::Owned(fixed) => Some(fixed),
        Cow::Borrowed(rest) => marked.map(|_| rest.to_owned()),
    };
    Ok(fixed.map_or(text, Cow::Owned))
}

fn utf8(bytes: &[u8]) -> Result<&str, EngineError> {
    simdutf8::basic::from_utf8(bytes)
        .or_else(|_| std::str::from_utf8(bytes))
        .map_err(not_utf8)
}

fn not_utf8(error: std::str::Utf8Error) -> EngineError {
    EngineError::file(format!("tokenizer.json is not UTF-8: {error}"))
}
