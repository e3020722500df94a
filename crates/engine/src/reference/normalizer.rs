//! Normalizers: the crate's, with a limit on regular expressions, and transformers.js's stand-in for a charsmap.

use serde_json::Value;
use tokenizers::NormalizedString;
use tokenizers::normalizers::NormalizerWrapper;

use super::build::{component, kind, members, regex_of, text as text_of};
use super::regex::LimitedRegex;
use crate::EngineError;
use crate::nmt_nfkc::{clean, restore};

/// A normalizer of the pipeline.
#[derive(Debug)]
pub(super) enum Normalizer {
    /// One of the crate's.
    Crate(Box<NormalizerWrapper>),
    /// Several, one after the other.
    Sequence(Vec<Self>),
    /// `Replace` with a regular expression.
    Replace { pattern: LimitedRegex, content: String },
    /// `Precompiled` without a charsmap.
    NmtNfkc,
}

impl Normalizer {
    pub(super) fn build(value: &Value, place: &str) -> Result<Self, EngineError> {
        if let Some(parts) = members(value, "normalizers", place, Self::build)? {
            return Ok(Self::Sequence(parts));
        }
        match (kind(value), regex_of(value)) {
            ("Replace", Some(regex)) => Ok(Self::Replace {
                pattern: LimitedRegex::new(regex)?,
                content: text_of(value, "content", place)?.to_owned(),
            }),
            ("Precompiled", _) if value.get("precompiled_charsmap").is_none_or(is_empty) => Ok(Self::NmtNfkc),
            _ => Ok(Self::Crate(Box::new(component(value, place)?))),
        }
    }
}

fn is_empty(charsmap: &Value) -> bool {
    charsmap.is_null() || charsmap.as_str() == Some("")
}

impl tokenizers::Normalizer for Normalizer {
    fn normalize(&self, text: &mut NormalizedString) -> tokenizers::Result<()> {
        match self {
            Self::Crate(normalizer) => normalizer.normalize(text),
            Self::Sequence(parts) => parts.iter().try_for_each(|part| part.normalize(text)),
            Self::Replace { pattern, content } => text.replace(pattern, content),
            Self::NmtNfkc => {
                text.filter(|character| clean(character).is_some());
                text.map(|character| clean(character).unwrap_or(character));
                text.nfkc();
                text.map(restore);
                Ok(())
            }
        }
    }
}
