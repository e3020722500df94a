//! The reference engine: the `tokenizers` crate, with our components where it would panic or run for hours, and for
//! layouts that it does not know.

mod aliases;
mod build;
mod cache;
mod characters;
mod decoder;
mod longest_match;
mod model;
mod normalizer;
mod pre_tokenizer;
mod regex;
mod replace;
mod serve;
mod suffixed;
mod tokens;
mod truncation;

use crate::EngineError;
use crate::layout::Document;

pub(crate) use serve::Reference;

/// Refuses a decoder that the crate would refuse: what one engine loads, the other must load too.
pub(crate) fn check_decoder(document: &Document<'_>) -> Result<(), EngineError> {
    document.decoder.as_ref().map_or(Ok(()), |decoder| {
        decoder::Decoder::build(decoder, "decoder").map(drop)
    })
}
