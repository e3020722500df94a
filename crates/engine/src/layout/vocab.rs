//! The large parts of a model: ids, merges, pieces.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::EngineError;

/// The tokens of a vocabulary object with their ids, in the order of the file. Of a token that stands there twice
/// the last id counts: take the entries in this order.
pub(crate) fn parse_ids(vocab: &str) -> Result<Vec<(Cow<'_, str>, u32)>, EngineError> {
    serde_json::from_str::<Ids<'_>>(vocab)
        .map(|ids| ids.0)
        .map_err(|error| in_model("vocab", &error))
}

/// The two sides of a merge.
pub(crate) type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The pairs of a merges array, each written as `"a b"` or as `["a", "b"]`.
pub(crate) fn parse_merges(merges: &str) -> Result<Vec<Pair<'_>>, EngineError> {
    let merges: Vec<Merge<'_>> = serde_json::from_str(merges).map_err(|error| in_model("merges", &error))?;
    merges
        .into_iter()
        .enumerate()
        .filter_map(|(index, merge)| match merge {
            Merge::Pair(left, right) => Some(Ok((left, right))),
            // A line that GPT-2's merges.txt starts with.
            Merge::Line(line) if line.starts_with("#version") => None,
            Merge::Line(line) => Some(split_line(&line).ok_or_else(|| {
                EngineError::file(format!(
                    "tokenizer.json: merge {index} of `model.merges` must be two tokens with one space between, but \
                     is {line:?}"
                ))
            })),
        })
        .collect()
}

/// The pieces of a Unigram vocabulary with their scores.
pub(crate) fn parse_pieces(vocab: &str) -> Result<Vec<(String, f64)>, EngineError> {
    serde_json::from_str(vocab).map_err(|error| in_model("vocab", &error))
}

fn in_model(part: &str, error: &serde_json::Error) -> EngineError {
    EngineError::file(format!(
        "tokenizer.json: `model.{part}` cannot be read: {error} of `model.{part}`"
    ))
}

fn split_line<'a>(line: &Cow<'a, str>) -> Option<Pair<'a>> {
    match line {
        Cow::Borrowed(line) => {
            let (left, right) = line.split_once(' ')?;
            (!right.contains(' ')).then_some((Cow::Borrowed(left), Cow::Borrowed(right)))
        }
        Cow::Owned(line) => {
            let (left, right) = line.split_once(' ')?;
            (!right.contains(' ')).then(|| (Cow::Owned(left.to_owned()), Cow::Owned(right.to_owned())))
        }
    }
}

/// A string that is borrowed where the JSON text has no escape in it.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Content;
        impl<'de> Visitor<'de> for Content {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Content)
    }
}

struct Ids<'a>(Vec<(Cow<'a, str>, u32)>);

impl<'de> Deserialize<'de> for Ids<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Ids<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of tokens and their ids")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut entries = Vec::new();
                while let Some((Text(token), id)) = map.next_entry::<Text<'de>, u32>()? {
                    entries.push((token, id));
                }
                Ok(Ids(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

enum Merge<'a> {
    Line(Cow<'a, str>),
    Pair(Cow<'a, str>, Cow<'a, str>),
}

impl<'de> Deserialize<'de> for Merge<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Sides;
        impl<'de> Visitor<'de> for Sides {
            type Value = Merge<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a merge: two tokens, as an array or as a string with a space")
            }

            fn visit_borrowed_str<E: Error>(self, line: &'de str) -> Result<Self::Value, E> {
                Ok(Merge::Line(Cow::Borrowed(line)))
            }

            fn visit_str<E: Error>(self, line: &str) -> Result<Self::Value, E> {
                Ok(Merge::Line(Cow::Owned(line.to_owned())))
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut sides: S) -> Result<Self::Value, S::Error> {
                let missing = || S::Error::custom("a merge must have two tokens");
                let Text(left) = sides.next_element()?.ok_or_else(missing)?;
                let Text(right) = sides.next_element()?.ok_or_else(missing)?;
                match sides.next_element::<Value>()? {
                    None => Ok(Merge::Pair(left, right)),
                    Some(_) => Err(S::Error::custom("a merge must have two tokens, but has more")),
                }
            }
        }
        deserializer.deserialize_any(Sides)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::{parse_ids, parse_merges};

    #[test]
    fn merges_are_strings_or_pairs() {
        let merges = parse_merges(r##"["#version: 0.2", "a b", ["c d", "e"], "\u0061 \u0062"]"##).unwrap();
        let merges: Vec<(&str, &str)> = merges.iter().map(|(left, right)| (&**left, &**right)).collect();
        assert_eq!(merges, [("a", "b"), ("c d", "e"), ("a", "b")]);
    }

    #[test]
    fn says_which_merge_is_bad() {
        for bad in [r#"["a b", "c"]"#, r#"["a b", "a b c"]"#] {
            let error = parse_merges(bad).unwrap_err();
            assert_eq!(error.code(), "ERR_TOKENIZER_FILE");
            assert!(error.message().contains("merge 1"), "{error}");
        }
        for bad in [r#"[["a"]]"#, r#"[["a","b","c"]]"#, "[1]", "{}", r#"[["a",1]]"#] {
            assert!(parse_merges(bad).unwrap_err().message().contains("merges"));
        }
    }

    #[test]
    fn ids_are_whole_numbers() {
        assert_eq!(
            parse_ids(r#"{"a":4294967295,"\u00e9":0}"#).unwrap()[1],
            ("é".into(), 0)
        );
        for bad in ["1e30", "-1", "1.5", "4294967296", "\"1\"", "null"] {
            let error = parse_ids(&format!("{{\"a\":{bad}}}")).unwrap_err();
            assert!(error.message().contains("vocab"), "{error}");
        }
    }
}
