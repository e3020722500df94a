//! Values that make the `tokenizers` crate panic, abort or run for ever are refused here, with their place in the file.

use serde_json::{Map, Value};

use super::charsmap;
use super::document::Document;
use crate::EngineError;

/// The most added tokens: ten times what the largest real file has, and still loaded in seconds.
pub(super) const MAX_ADDED_TOKENS: usize = 200_000;
/// The longest added token, in bytes.
pub(crate) const MAX_TOKEN_BYTES: usize = 4096;
/// The longest Unigram piece, in bytes; `SentencePiece` makes none of more than 16 characters unless told to. The
/// crate's tree is as deep as its longest piece, is dropped by recursion, and is walked down from every character.
pub(crate) const MAX_PIECE_BYTES: usize = 1024;
/// The longest regular expression, in bytes.
const MAX_REGEX_BYTES: usize = 1 << 16;
/// The most groups and classes of a regular expression. Oniguruma reads them by recursion: a thousand within each other
/// overflow a thread's stack. Real ones have a few dozen.
const MAX_BRACKETS: usize = 500;

/// Looks at the fields of a component, whose place in the file it may name.
type Check = fn(&Map<String, Value>, &str) -> Result<(), EngineError>;

/// Refuses what no engine can serve.
pub(super) fn check(document: &Document<'_>) -> Result<(), EngineError> {
    for listed in &document.added_tokens {
        if listed.token.content.len() > MAX_TOKEN_BYTES {
            return Err(bad(
                "added_tokens",
                &format!("token {} is longer than {MAX_TOKEN_BYTES} bytes", listed.id),
            ));
        }
    }
    each(
        document.normalizer.as_ref(),
        "normalizer",
        "normalizers",
        check_normalizer,
    )?;
    each(
        document.pre_tokenizer.as_ref(),
        "pre_tokenizer",
        "pretokenizers",
        check_pre_tokenizer,
    )?;
    each(document.decoder.as_ref(), "decoder", "decoders", check_decoder)?;
    each(
        document.post_processor.as_ref(),
        "post_processor",
        "processors",
        check_post_processor,
    )
}

/// Calls `check` for a component, or for every member of a `Sequence` of them.
fn each(component: Option<&Value>, place: &str, members: &str, check: Check) -> Result<(), EngineError> {
    let Some(component) = component else { return Ok(()) };
    let Value::Object(fields) = component else {
        return Err(bad(place, "it must be an object"));
    };
    // Without a type the crate goes by the fields, so that a broken type would get past the checks below.
    if !matches!(fields.get("type"), None | Some(Value::String(_) | Value::Null)) {
        return Err(bad(place, "its type must be a string"));
    }
    match fields.get(members) {
        Some(Value::Array(parts)) => parts.iter().enumerate().try_for_each(|(index, part)| {
            each(Some(part), &format!("{place}.{members}[{index}]"), members, check)
        }),
        _ => check(fields, place),
    }
}

fn check_normalizer(fields: &Map<String, Value>, place: &str) -> Result<(), EngineError> {
    match fields.get("precompiled_charsmap") {
        None | Some(Value::Null) => {}
        Some(Value::String(charsmap)) if charsmap.is_empty() => {}
        Some(Value::String(charsmap)) => {
            charsmap::check(charsmap)
                .map_err(|problem| bad(place, &format!("precompiled_charsmap: {problem}")))?;
        }
        Some(_) => return Err(bad(place, "precompiled_charsmap must be a string")),
    }
    check_pattern(fields, place)
}

fn check_pre_tokenizer(fields: &Map<String, Value>, place: &str) -> Result<(), EngineError> {
    if type_of(fields) == "FixedLength"
        && fields
            .get("length")
            .is_some_and(|length| length.as_u64() == Some(0))
    {
        return Err(bad(place, "a FixedLength of 0 would never end"));
    }
    check_pattern(fields, place)
}

fn check_decoder(fields: &Map<String, Value>, place: &str) -> Result<(), EngineError> {
    check_pattern(fields, place)
}

fn check_pattern(fields: &Map<String, Value>, place: &str) -> Result<(), EngineError> {
    let regex = fields
        .get("pattern")
        .and_then(|pattern| pattern.get("Regex"))
        .and_then(Value::as_str);
    match regex {
        Some(regex) if regex.len() > MAX_REGEX_BYTES => {
            Err(bad(place, "its regular expression is longer than 64 KiB"))
        }
        Some(regex) if brackets(regex) > MAX_BRACKETS => Err(bad(
            place,
            &format!("its regular expression has more than {MAX_BRACKETS} groups and classes"),
        )),
        _ => Ok(()),
    }
}

/// How many groups and classes a regular expression opens.
fn brackets(regex: &str) -> usize {
    let mut count = 0;
    let mut escaped = false;
    for byte in regex.bytes() {
        count += usize::from(!escaped && matches!(byte, b'(' | b'['));
        escaped = !escaped && byte == b'\\';
    }
    count
}

fn check_post_processor(fields: &Map<String, Value>, place: &str) -> Result<(), EngineError> {
    if type_of(fields) != "TemplateProcessing" {
        return Ok(());
    }
    let special = fields.get("special_tokens").and_then(Value::as_object);
    for token in special.into_iter().flat_map(Map::values) {
        let count = |name, index| field(token, name, index).and_then(Value::as_array).map(Vec::len);
        if count("ids", 1) != count("tokens", 2) {
            return Err(bad(place, "a special token must have as many ids as tokens"));
        }
    }
    for template in ["single", "pair"] {
        for piece in fields
            .get(template)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let id = |kind| field(piece.get(kind)?, "id", 0)?.as_str();
            if let Some(token) = id("SpecialToken")
                && !special.is_some_and(|special| special.contains_key(token))
            {
                let problem =
                    format!("template {template:?} uses {token:?}, which is not among its special_tokens");
                return Err(bad(place, &problem));
            }
            if template == "single" && id("Sequence") == Some("B") {
                return Err(bad(place, "template \"single\" uses sequence B"));
            }
        }
    }
    Ok(())
}

/// A field of what the crate reads as an object or as an array of its fields.
fn field<'a>(value: &'a Value, name: &str, index: usize) -> Option<&'a Value> {
    value.get(name).or_else(|| value.get(index))
}

fn type_of(fields: &Map<String, Value>) -> &str {
    fields.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// The error for a component that cannot be.
pub(crate) fn bad(place: &str, problem: &str) -> EngineError {
    EngineError::file(format!("tokenizer.json: `{place}` cannot be used: {problem}"))
}
