//! One line of text for each case, as `__test__/oracle/describe.py` writes it.

use autotokenizer_engine::{Encoding, EngineError};

/// Between parts that may hold anything.
pub(crate) const MARK: &str = "\u{1}";
pub(crate) const NONE: &str = "\u{2}";

pub(crate) fn numbers(values: &[u32]) -> String {
    values.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

fn optional(values: &[Option<u32>]) -> String {
    let one = |value: &Option<u32>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
    values.iter().map(one).collect::<Vec<_>>().join(",")
}

/// A whole encoding, without what overflows.
pub(crate) fn encoding(value: &Encoding) -> String {
    let offsets: Vec<_> = value
        .offsets
        .iter()
        .map(|(start, end)| format!("{start}-{end}"))
        .collect();
    [
        numbers(&value.ids),
        numbers(&value.type_ids),
        numbers(&value.special_tokens_mask),
        offsets.join(","),
        optional(&value.word_ids),
        optional(&value.sequence_ids),
        value.tokens.join(MARK),
    ]
    .join(";")
}

pub(crate) fn overflowing(value: Result<Encoding, EngineError>) -> String {
    match value {
        Ok(value) => {
            let parts: Vec<_> = std::iter::once(&value)
                .chain(&value.overflowing)
                .map(encoding)
                .collect();
            parts.join(NONE)
        }
        Err(_) => "error".to_owned(),
    }
}

/// A result that cannot fail in a right engine.
pub(crate) fn shown(value: Result<String, EngineError>) -> String {
    value.unwrap_or_else(|error| format!("{}: {error}", error.code()))
}

pub(crate) fn or_none(pieces: &[Option<String>]) -> String {
    pieces
        .iter()
        .map(|piece| piece.as_deref().unwrap_or(NONE))
        .collect::<Vec<_>>()
        .join(MARK)
}
