//! The bounds of truncation, which are the same for both engines.

use crate::error::EngineError;
use crate::options::Truncation;

/// How many tokens fit beside `added` special tokens.
pub(crate) fn room(truncation: &Truncation, added: usize) -> Result<usize, EngineError> {
    truncation.max_length.checked_sub(added).ok_or_else(|| {
        EngineError::argument(format!(
            "max_length {} leaves no room for the {added} special tokens",
            truncation.max_length
        ))
    })
}

/// Refuses what Python's `enable_truncation` refuses for a single text, be it long or short.
pub(crate) fn check_stride(truncation: &Truncation, added: usize) -> Result<(), EngineError> {
    let room = truncation.max_length.saturating_sub(added);
    if truncation.stride > room {
        return Err(EngineError::argument(format!(
            "stride {} is more than the {room} tokens that max_length {} leaves beside {added} special tokens",
            truncation.stride, truncation.max_length
        )));
    }
    Ok(())
}

/// For a stride that a sequence, cut to less than `room`, does not leave room for.
pub(crate) fn stride_too_long(stride: usize, room: usize) -> EngineError {
    EngineError::argument(format!(
        "stride {stride} must be less than what is left of a sequence: there is room for {room} tokens beside the \
         special ones"
    ))
}
