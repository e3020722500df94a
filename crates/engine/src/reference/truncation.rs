//! Truncation, from our options to the crate's.

use tokenizers::Encoding;
use tokenizers::utils::truncation::{
    TruncationDirection, TruncationParams, TruncationStrategy, truncate_encodings,
};

use crate::error::{EngineError, ErrorKind};
use crate::guard::guard;
use crate::options::{self, Truncation};

/// The crate's parameters for sequences beside which `added` special tokens will stand.
pub(super) fn parameters(truncation: &Truncation, added: usize) -> Result<TruncationParams, EngineError> {
    let Some(room) = truncation.max_length.checked_sub(added) else {
        return Err(EngineError::argument(format!(
            "max_length {} leaves no room for the {added} special tokens",
            truncation.max_length
        )));
    };
    Ok(TruncationParams {
        max_length: room,
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

/// Refuses what Python's `enable_truncation` refuses for a single text, be it long or short.
pub(super) fn check_stride(truncation: &Truncation, added: usize) -> Result<(), EngineError> {
    let room = truncation.max_length.saturating_sub(added);
    if truncation.stride > room {
        return Err(EngineError::argument(format!(
            "stride {} is more than the {room} tokens that max_length {} leaves beside {added} special tokens",
            truncation.stride, truncation.max_length
        )));
    }
    Ok(())
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
        ErrorKind::Internal => EngineError::argument(format!(
            "stride {} must be less than what is left of a sequence: there is room for {} tokens beside the special ones",
            limit.stride, limit.max_length
        )),
        _ => error,
    })
}
