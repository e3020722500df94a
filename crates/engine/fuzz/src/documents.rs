//! Bytes read as a tokenizer.json: both engines refuse it, or do the same with it.

use std::path::PathBuf;

use crate::random::Random;
use crate::{models, texts};

/// Compares the engines on a document, if the compiled engine serves it.
///
/// # Errors
/// Says what differs.
pub fn check(json: &[u8]) -> Result<(), String> {
    let Ok(model) = models::load(json, PathBuf::from("document")) else {
        return Ok(());
    };
    let mut random = Random::new(json.len() as u64);
    for _ in 0..12 {
        let length = 2 + random.below(16);
        texts::check(&model, &random.bytes(length))?;
    }
    Ok(())
}
