//! The bounds of truncation, which are the same for both engines.

use crate::error::{EngineError, ErrorKind};
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

/// More parts of a pair would fill the memory: two texts of a megabyte have a million, cut to 512 tokens.
const MOST_PARTS: usize = 1 << 16;

/// Refuses a pair whose texts were both cut into so many parts that each of one with each of the other, as
/// `tokenizers` joins them, are too many.
pub(crate) fn check_parts(first: usize, second: usize) -> Result<(), EngineError> {
    if first.saturating_mul(second) <= MOST_PARTS {
        return Ok(());
    }
    Err(EngineError::new(
        ErrorKind::Limit,
        format!(
            "a pair of texts cut into {first} and {second} parts would be {} overflowing parts, each of one beside each of \
             the other, more than {MOST_PARTS}: truncate only one of them, or leave the overflow out",
            first.saturating_mul(second)
        ),
    ))
}
