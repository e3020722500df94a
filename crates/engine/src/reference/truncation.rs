//! Truncation, from our options to the crate's.

use tokenizers::utils::truncation::{TruncationDirection, TruncationParams, TruncationStrategy};

use crate::EngineError;
use crate::options::{self, Truncation};

/// The crate's parameters for sequences beside which `added` special tokens will stand.
pub(super) fn parameters(truncation: &Truncation, added: usize) -> Result<TruncationParams, EngineError> {
    let Some(room) = truncation.max_length.checked_sub(added) else {
        return Err(EngineError::argument(format!(
            "max_length {} leaves no room for the {added} special tokens",
            truncation.max_length
        )));
    };
    if truncation.stride > 0 && truncation.stride >= room {
        return Err(EngineError::argument(format!(
            "stride {} must be less than the {room} tokens that max_length {} leaves beside {added} special tokens",
            truncation.stride, truncation.max_length
        )));
    }
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
