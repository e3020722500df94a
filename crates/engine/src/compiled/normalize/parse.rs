//! Reads the `normalizer` member of a tokenizer.json.

use serde_json::{Map, Value};

use super::bert::{Bert, Settings};
use super::charsmap::Charsmap;
use super::each::Each;
use super::forms::Form;
use super::replace::Replace;
use super::{Normalizer, Step};

/// Sequences inside sequences beyond this are no real file's.
const MAX_DEPTH: usize = 8;

impl Normalizer {
    /// Builds the normalizer, or says what the compiled engine does not know.
    pub(crate) fn from_json(value: &Value) -> Result<Self, &'static str> {
        let mut steps = Vec::new();
        read(value, &mut steps, 0)?;
        // Where the text is changed once more, the crate loses what stands for none of the given.
        let before_last = steps.split_last().map_or(&[][..], |(_, before)| before);
        if before_last.iter().any(Step::puts_between) {
            return Err("a normalizer after text put between all characters");
        }
        Ok(Self { steps })
    }
}

fn read(value: &Value, steps: &mut Vec<Step>, depth: usize) -> Result<(), &'static str> {
    if value.is_null() {
        return Ok(());
    }
    let object = value.as_object().ok_or("a normalizer that is no object")?;
    let step = match text(object, "type")? {
        "Sequence" => {
            let list = object
                .get("normalizers")
                .and_then(Value::as_array)
                .ok_or("a normalizer without its list")?;
            if depth == MAX_DEPTH {
                return Err("normalizers nested too deep");
            }
            return list.iter().try_for_each(|value| read(value, steps, depth + 1));
        }
        "BertNormalizer" => Step::Bert(Bert::new(bert(object)?)),
        "Precompiled" => match object.get("precompiled_charsmap") {
            Some(Value::String(map)) if !map.is_empty() => Step::Charsmap(Box::new(Charsmap::parse(map)?)),
            None | Some(Value::Null | Value::String(_)) => {
                steps.extend([Step::Each(Each::NmtClean), Step::Form(Form::Nfkc)]);
                Step::Each(Each::NmtRestore)
            }
            Some(_) => return Err("a Precompiled normalizer without its map"),
        },
        "NFC" => Step::Form(Form::Nfc),
        "NFD" => Step::Form(Form::Nfd),
        "NFKC" => Step::Form(Form::Nfkc),
        "NFKD" => Step::Form(Form::Nfkd),
        "Lowercase" => Step::Each(Each::Lowercase),
        "StripAccents" => Step::Each(Each::StripAccents),
        "Nmt" => Step::Each(Each::Nmt),
        "Strip" => Step::Strip {
            left: flag(object, "strip_left")?,
            right: flag(object, "strip_right")?,
        },
        // Nothing prepended still changes the reference's alignments, and with them what later steps do.
        "Prepend" if text(object, "prepend")?.is_empty() => return Err("a Prepend normalizer without text"),
        "Prepend" => Step::Prepend(text(object, "prepend")?.to_owned()),
        "Replace" => Step::Replace(Box::new(replace(object)?)),
        _ => return Err("an unknown normalizer"),
    };
    steps.push(step);
    Ok(())
}

fn bert(object: &Map<String, Value>) -> Result<Settings, &'static str> {
    let lowercase = flag(object, "lowercase")?;
    let strip_accents = match object.get("strip_accents") {
        None | Some(Value::Null) => lowercase,
        Some(Value::Bool(strip)) => *strip,
        Some(_) => return Err("a normalizer member of the wrong type"),
    };
    Ok(Settings {
        clean_text: flag(object, "clean_text")?,
        handle_chinese_chars: flag(object, "handle_chinese_chars")?,
        strip_accents,
        lowercase,
    })
}

fn replace(object: &Map<String, Value>) -> Result<Replace, &'static str> {
    let content = text(object, "content")?;
    let pattern = object
        .get("pattern")
        .and_then(Value::as_object)
        .ok_or("a Replace normalizer without pattern")?;
    let kind = if pattern.len() == 1 {
        pattern.iter().next()
    } else {
        None
    };
    match kind {
        Some((kind, Value::String(pattern))) if kind == "String" => Replace::text(pattern, content),
        Some((kind, Value::String(pattern))) if kind == "Regex" => Replace::regex(pattern, content),
        _ => Err("a Replace normalizer without pattern"),
    }
}

fn text<'a>(object: &'a Map<String, Value>, member: &str) -> Result<&'a str, &'static str> {
    object
        .get(member)
        .and_then(Value::as_str)
        .ok_or("a normalizer member that is missing or of the wrong type")
}

fn flag(object: &Map<String, Value>, member: &str) -> Result<bool, &'static str> {
    object
        .get(member)
        .and_then(Value::as_bool)
        .ok_or("a normalizer member that is missing or of the wrong type")
}
