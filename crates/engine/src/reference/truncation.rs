//! Truncation, from our options to the crate's.

use tokenizers::Encoding;
use tokenizers::utils::truncation::{
    TruncationDirection, TruncationParams, TruncationStrategy, truncate_encodings,
};

use crate::engine::truncation::{room, stride_too_long};
use crate::error::{EngineError, ErrorKind};
use crate::guard::guard;
use crate::options::{self, Truncation};

/// The crate's parameters for sequences beside which `added` special tokens will stand.
pub(super) fn parameters(truncation: &Truncation, added: usize) -> Result<TruncationParams, EngineError> {
    Ok(TruncationParams {
        max_length: room(truncation, added)?,
        stride: truncation.stride,
        strategy: match truncation.strategy {
            options::TruncationStrategy::LongestFirst => TruncationStrategy::LongestFirst,
            options::TruncationStrategy::OnlyFirst => TruncationStrategy::OnlyFirst,
            options::TruncationStrategy::OnlySecond => TruncationStrategy::OnlySecond,
        },
        direction: match truncation.direction {
            options::TruncationDirection::Right => TruncationDirection::Right,
            options::TruncationDirection::Left => TruncationDirection::Left,
        },
    })
}

/// Cuts the sequences, if they are too long.
pub(super) fn cut(
    first: Encoding,
    second: Option<Encoding>,
    limit: &TruncationParams,
) -> Result<(Encoding, Option<Encoding>), EngineError> {
    // The crate asserts that the stride is less than what is left of a sequence.
    let result = guard("truncating", || {
        truncate_encodings(first, second, limit).map_err(|error| EngineError::argument(error.to_string()))
    });
    result.map_err(|error| match error.kind() {
        ErrorKind::Internal => stride_too_long(limit.stride, limit.max_length),
        _ => error,
    })
}
