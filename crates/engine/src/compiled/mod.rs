//! The compiled engine: flat tables for the pieces it knows.

use crate::engine::Engine;
use crate::layout::Document;

/// Why the compiled engine leaves a file to the reference engine.
#[derive(Clone, Debug)]
pub(crate) struct Declined {
    /// What it does not know, as an end of the sentence "the reference engine serves: …".
    pub(crate) reason: String,
}

/// Builds the tables for `document`, or says what stands in the way.
pub(crate) fn compile(_document: &Document<'_>) -> Result<Box<dyn Engine>, Declined> {
    Err(Declined {
        reason: "the compiled engine knows no pipeline yet".to_owned(),
    })
}
