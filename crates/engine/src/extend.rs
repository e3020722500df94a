//! A tokenizer with more tokens, as a tokenizer.json.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write as _};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{EngineError, ErrorKind};
use crate::layout::MAX_TOKEN_BYTES;
use crate::{AddedToken, ListedToken, Tokenizer};

/// The tokens of a tokenizer with `new` among them, and how many of those are really new; ids and counts are those
/// of Python's `add_tokens`, but never the id of another token.
pub(crate) fn extend(
    tokenizer: &Tokenizer,
    new: &[AddedToken],
) -> Result<(Vec<ListedToken>, usize), EngineError> {
    let mut listed = tokenizer.info().added_tokens.clone();
    let size = u32::try_from(tokenizer.model_size()).unwrap_or(u32::MAX);
    let highest = listed.iter().map(|listed| listed.id).max();
    let mut next = highest
        .filter(|highest| *highest >= size)
        .map_or(Some(size), |highest| highest.checked_add(1));
    let mut taken: HashSet<u32> = listed.iter().map(|listed| listed.id).collect();
    let mut places: HashMap<String, usize> = listed
        .iter()
        .enumerate()
        .map(|(place, listed)| (listed.token.content.clone(), place))
        .collect();
    let mut count = 0;
    for token in new {
        if token.content.len() > MAX_TOKEN_BYTES {
            return Err(EngineError::argument(format!(
                "a token to add is longer than {MAX_TOKEN_BYTES} bytes"
            )));
        }
        let known = places.get(&token.content).copied();
        if token.content.is_empty() || known.is_some_and(|place| listed[place].token == *token) {
            continue;
        }
        count += 1;
        if let Some(place) = known {
            listed[place].token = token.clone();
            continue;
        }
        let id = if let Some(id) = tokenizer.token_to_id(&token.content) {
            id
        } else {
            while next.is_some_and(|id| taken.contains(&id) || tokenizer.id_to_token(id).is_some()) {
                next = next.and_then(|id| id.checked_add(1));
            }
            next.ok_or_else(|| EngineError::new(ErrorKind::Limit, "there is no id left for another token"))?
        };
        taken.insert(id);
        places.insert(token.content.clone(), listed.len());
        listed.push(ListedToken {
            id,
            token: token.clone(),
        });
    }
    Ok((listed, count))
}

/// `text`, a tokenizer.json, with `tokens` as its added tokens.
pub(crate) fn with_tokens(text: &str, tokens: &[ListedToken]) -> Result<String, EngineError> {
    let internal = |error| {
        EngineError::new(
            ErrorKind::Internal,
            format!("tokenizer.json cannot be written: {error}"),
        )
    };
    let Parts(mut parts) = serde_json::from_str(text).map_err(internal)?;
    let tokens = serde_json::value::to_raw_value(tokens).map_err(internal)?;
    match parts.iter_mut().rfind(|(name, _)| name == "added_tokens") {
        Some((_, value)) => *value = &tokens,
        None => parts.push(("added_tokens".to_owned(), &tokens)),
    }
    let mut written = String::with_capacity(text.len() + tokens.get().len());
    for (index, (name, value)) in parts.iter().enumerate() {
        let name = serde_json::to_string(name).map_err(internal)?;
        let before = if index == 0 { "{" } else { "," };
        // Writing to a string does not fail.
        let _ = write!(written, "{before}\n  {name}: {}", value.get());
    }
    written.push_str("\n}\n");
    Ok(written)
}

/// The fields of an object, as they stand there.
struct Parts<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Parts<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Parts<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut parts = Vec::new();
                while let Some(part) = map.next_entry()? {
                    parts.push(part);
                }
                Ok(Parts(parts))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}
