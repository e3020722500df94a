//! Pre-tokenizers: the crate's, with a limit on regular expressions, and transformers.js's `Replace`.

use serde_json::Value;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::tokenizer::pattern::Invert;
use tokenizers::{PreTokenizedString, SplitDelimiterBehavior};

use super::build::{component, kind, members, regex_of, text};
use super::regex::LimitedRegex;
use super::replace::Replacement;
use crate::EngineError;
use crate::layout::bad;

/// A pre-tokenizer of the pipeline.
#[derive(Debug)]
pub(super) enum PreTokenizer {
    /// One of the crate's.
    Crate(Box<PreTokenizerWrapper>),
    /// Several, one after the other.
    Sequence(Vec<Self>),
    /// `Split` on a regular expression.
    Split {
        pattern: LimitedRegex,
        behavior: SplitDelimiterBehavior,
        invert: bool,
    },
    /// transformers.js's own, for `BlenderbotSmall`.
    Replace(Replacement),
}

impl PreTokenizer {
    pub(super) fn build(value: &Value, place: &str) -> Result<Self, EngineError> {
        if let Some(parts) = members(value, "pretokenizers", place, Self::build)? {
            return Ok(Self::Sequence(parts));
        }
        match (kind(value), regex_of(value)) {
            ("Split", Some(regex)) => Ok(Self::Split {
                pattern: LimitedRegex::new(regex)?,
                behavior: behavior(value, place)?,
                invert: value.get("invert").and_then(Value::as_bool).unwrap_or(false),
            }),
            ("Replace", regex) => {
                let pattern = match regex {
                    Some(regex) => LimitedRegex::new(regex)?,
                    None => LimitedRegex::new(&escape(plain_pattern(value, place)?))?,
                };
                Ok(Self::Replace(Replacement::new(
                    pattern,
                    text(value, "content", place)?,
                )))
            }
            _ => Ok(Self::Crate(Box::new(component(value, place)?))),
        }
    }
}

/// What becomes of the matches of a `Split`; transformers.js reads files that do not say.
fn behavior(value: &Value, place: &str) -> Result<SplitDelimiterBehavior, EngineError> {
    match value.get("behavior") {
        None | Some(Value::Null) => Ok(SplitDelimiterBehavior::Isolated),
        Some(behavior) => component(behavior, place),
    }
}

fn plain_pattern<'a>(value: &'a Value, place: &str) -> Result<&'a str, EngineError> {
    value
        .get("pattern")
        .and_then(|pattern| pattern.get("String"))
        .and_then(Value::as_str)
        .ok_or_else(|| bad(place, "it needs a pattern"))
}

/// A regular expression that matches `text`.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if character.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

impl tokenizers::PreTokenizer for PreTokenizer {
    fn pre_tokenize(&self, text: &mut PreTokenizedString) -> tokenizers::Result<()> {
        match self {
            Self::Crate(pre_tokenizer) => pre_tokenizer.pre_tokenize(text),
            Self::Sequence(parts) => parts.iter().try_for_each(|part| part.pre_tokenize(text)),
            Self::Split {
                pattern,
                behavior,
                invert: false,
            } => text.split(|_, piece| piece.split(pattern, *behavior)),
            Self::Split {
                pattern,
                behavior,
                invert: true,
            } => text.split(|_, piece| piece.split(Invert(pattern), *behavior)),
            Self::Replace(replacement) => text.normalize(|piece| Ok(replacement.apply(piece)?)),
        }
    }
}
