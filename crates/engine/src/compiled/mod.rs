//! The compiled engine: flat tables for the pieces it knows.
//!
//! `compile` looks at a file's components one by one; what it does not know declines the file, and the reference
//! engine serves. What it accepts it encodes and decodes with results equal to the reference engine's, which the
//! tests hold over real files, hostile texts and all code points.

#![expect(
    clippy::inline_always,
    reason = "steps of the loops over text: a call each would cost more than they do"
)]

mod added;
mod bpe;
mod bytelevel;
mod cache;
mod decode;
mod engine;
mod file;
mod json;
mod large;
mod long;
mod meta;
mod normalize;
mod packed;
mod pages;
mod pipeline;
mod post;
mod prefetch;
mod pretokenize_words;
mod regex;
mod split;
mod trace;
mod unicode;
mod unigram;
mod vocab;
mod word;
mod wordlevel;
mod wordpiece;

use crate::engine::Engine;
use crate::layout::Document;

/// Why the compiled engine leaves a file to the reference engine.
#[derive(Clone, Debug)]
pub(crate) struct Declined {
    /// What it does not know, as an end of the sentence "the reference engine serves: …".
    pub(crate) reason: String,
}

impl Declined {
    #[cold]
    fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

/// Builds the tables for `document`, or says what stands in the way.
pub(crate) fn compile(document: &Document<'_>) -> Result<Box<dyn Engine>, Declined> {
    Ok(Box::new(engine::Compiled::new(document)?))
}

#[cfg(test)]
mod tests;
