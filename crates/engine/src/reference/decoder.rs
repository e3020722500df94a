//! Decoders: the crate's, with a limit on regular expressions, without its panics, and one for VITS.

use serde_json::Value;
use tokenizers::decoders::DecoderWrapper;
use tokenizers::tokenizer::pattern::Pattern;

use super::build::{component, kind, members, regex_of, text};
use super::regex::LimitedRegex;
use crate::EngineError;
use crate::layout::bad;

/// A decoder of the pipeline.
#[derive(Debug)]
pub(super) enum Decoder {
    /// One of the crate's.
    Crate(Box<DecoderWrapper>),
    /// Several, one after the other.
    Sequence(Vec<Self>),
    /// `Replace` with a regular expression.
    Replace { pattern: LimitedRegex, content: String },
    /// `Strip`; the crate's panics on tokens that are shorter than what it strips.
    Strip {
        content: char,
        start: usize,
        stop: usize,
    },
    /// The text of another, without outer blanks.
    Trimmed(Box<DecoderWrapper>),
    /// Every second token: between them are the blanks of a VITS text.
    Vits,
}

impl Decoder {
    pub(super) fn build(value: &Value, place: &str) -> Result<Self, EngineError> {
        if let Some(parts) = members(value, "decoders", place, Self::build)? {
            return Ok(Self::Sequence(parts));
        }
        match (kind(value), regex_of(value)) {
            ("Replace", Some(regex)) => Ok(Self::Replace {
                pattern: LimitedRegex::new(regex)?,
                content: text(value, "content", place)?.to_owned(),
            }),
            ("Strip", _) => {
                let mut content = text(value, "content", place)?.chars();
                let (Some(content), None) = (content.next(), content.next()) else {
                    return Err(bad(place, "its content must be one character"));
                };
                Ok(Self::Strip {
                    content,
                    start: count(value, "start", place)?,
                    stop: count(value, "stop", place)?,
                })
            }
            ("Vits", _) => Ok(Self::Vits),
            ("CTC", _) if value.get("trim").is_some() => {
                Ok(Self::Trimmed(Box::new(component(value, place)?)))
            }
            _ => Ok(Self::Crate(Box::new(component(value, place)?))),
        }
    }
}

fn count(value: &Value, field: &str, place: &str) -> Result<usize, EngineError> {
    let count = value
        .get(field)
        .and_then(Value::as_u64)
        .and_then(|count| usize::try_from(count).ok());
    count.ok_or_else(|| bad(place, &format!("its field {field:?} must be a whole number")))
}

/// `token` without at most `start` times `content` before and `stop` times after.
fn strip(token: &str, content: char, start: usize, stop: usize) -> &str {
    let mut rest = token;
    for _ in 0..start {
        let Some(shorter) = rest.strip_prefix(content) else {
            break;
        };
        rest = shorter;
    }
    for _ in 0..stop {
        let Some(shorter) = rest.strip_suffix(content) else {
            break;
        };
        rest = shorter;
    }
    rest
}

impl tokenizers::Decoder for Decoder {
    fn decode_chain(&self, tokens: Vec<String>) -> tokenizers::Result<Vec<String>> {
        match self {
            // The crate's counts to one less than there are.
            Self::Crate(decoder) if tokens.is_empty() && matches!(**decoder, DecoderWrapper::BPE(_)) => {
                Ok(tokens)
            }
            Self::Crate(decoder) => decoder.decode_chain(tokens),
            Self::Sequence(parts) => parts
                .iter()
                .try_fold(tokens, |tokens, part| part.decode_chain(tokens)),
            Self::Replace { pattern, content } => tokens
                .iter()
                .map(|token| {
                    let pieces = pattern.find_matches(token)?;
                    Ok(pieces
                        .into_iter()
                        .map(|((start, end), found)| {
                            if found {
                                content.as_str()
                            } else {
                                &token[start..end]
                            }
                        })
                        .collect())
                })
                .collect(),
            Self::Strip { content, start, stop } => Ok(tokens
                .iter()
                .map(|token| strip(token, *content, *start, *stop).to_owned())
                .collect()),
            Self::Trimmed(decoder) => Ok(vec![decoder.decode(tokens)?.trim().to_owned()]),
            Self::Vits if tokens.len() > 1 => Ok(tokens.into_iter().skip(1).step_by(2).collect()),
            Self::Vits => Ok(tokens),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::strip;

    // The crate's own answers where it has one.
    #[test]
    fn strips_no_more_than_there_is() {
        assert_eq!(strip("Hey", 'H', 1, 0), "ey");
        assert_eq!(strip("HHH", 'H', 1, 0), "HH");
        assert_eq!(strip("Hey", 'y', 0, 1), "He");
        assert_eq!(strip("H", 'H', 1, 1), "");
        assert_eq!(strip("", ' ', 3, 3), "");
        assert_eq!(strip("HH", 'H', usize::MAX, usize::MAX), "");
    }
}
