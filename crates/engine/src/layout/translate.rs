//! Layouts that transformers.js writes or reads and the `tokenizers` crate does not, brought into its form.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::document::{Document, ModelKind};
use crate::{EngineError, LoadOptions};

/// What transformers.js's converter puts between the characters of a VITS text.
const VITS_BLANK: &str = "(?=.)|(?<!^)$";

/// Brings `document` into the form that the engines read.
pub(super) fn translate(document: &mut Document<'_>, options: &LoadOptions) -> Result<(), EngineError> {
    if document.model.kind == ModelKind::Vocabulary {
        choose_language(document, options)?;
        document.model.unk_tokens = unk_tokens(document, options);
        split_into_characters(document);
        decode_characters(document);
    }
    complete_templates(document.post_processor.as_mut());
    Ok(())
}

/// MMS has one vocabulary for each language.
fn choose_language(document: &mut Document<'_>, options: &LoadOptions) -> Result<(), EngineError> {
    let nested = document.model.vocab.get(1..).is_some_and(|inside| {
        // The first value is an object: a string, a colon, a brace.
        let mut parts = serde_json::Deserializer::from_str(inside).into_iter::<Value>();
        parts
            .next()
            .is_some_and(|key| key.is_ok_and(|key| key.is_string()))
            && inside[parts.byte_offset()..]
                .trim_start()
                .strip_prefix(':')
                .is_some_and(|value| value.trim_start().starts_with('{'))
    });
    if !nested {
        return Ok(());
    }
    let languages: BTreeMap<String, &RawValue> =
        serde_json::from_str(document.model.vocab).map_err(|error| {
            EngineError::file(format!("tokenizer.json: `model.vocab` cannot be read: {error}"))
        })?;
    let chosen = match &options.target_lang {
        Some(language) => languages.get(language.as_str()),
        None if languages.len() == 1 => languages.values().next(),
        None => None,
    };
    let Some(vocab) = chosen else {
        let known: Vec<&str> = languages.keys().map(String::as_str).take(20).collect();
        let more = if languages.len() > known.len() {
            ", …"
        } else {
            ""
        };
        let known = known.join(", ");
        return Err(EngineError::argument(match &options.target_lang {
            Some(language) => format!("target_lang {language:?} has no vocabulary; there are {known}{more}"),
            None => format!(
                "this tokenizer has a vocabulary for each language: choose a target_lang of {known}{more}"
            ),
        }));
    };
    document.model.vocab = vocab.get();
    Ok(())
}

/// Where the unknown token may be named, the surest first.
fn unk_tokens(document: &Document<'_>, options: &LoadOptions) -> Vec<String> {
    let named = document
        .model
        .fields
        .get("unk_token")
        .and_then(Value::as_str)
        .map(str::to_owned);
    options
        .unk_token
        .clone()
        .into_iter()
        .chain(named)
        .chain(["<unk>".to_owned(), "[UNK]".to_owned()])
        .collect()
}

/// The first converter for wav2vec2 wrote no pre-tokenizer: the text was one unknown token. Its characters are
/// meant, with a delimiter for the space, as Python's `Wav2Vec2CTCTokenizer` has it.
fn split_into_characters(document: &mut Document<'_>) {
    let decoder = document.decoder.as_ref();
    let delimiter = decoder.filter(|decoder| decoder.get("type").and_then(Value::as_str) == Some("CTC"));
    let Some(delimiter) = delimiter.map(|decoder| decoder.get("word_delimiter_token").cloned()) else {
        return;
    };
    if document.pre_tokenizer.is_none() {
        document.pre_tokenizer = Some(
            json!({ "type": "Split", "pattern": { "Regex": "" }, "behavior": "Isolated", "invert": false }),
        );
        if document.normalizer.is_none()
            && let Some(Value::String(delimiter)) = delimiter
        {
            document.normalizer =
                Some(json!({ "type": "Replace", "pattern": { "String": " " }, "content": delimiter }));
        }
    }
}

/// VITS files have no decoder; transformers.js decodes them by a class of its own. What puts blanks between the
/// characters takes them away, as Python's `VitsTokenizer` does. Of what CTC decodes, Python and transformers.js take
/// the outer blanks away.
fn decode_characters(document: &mut Document<'_>) {
    if let Some(Value::Object(decoder)) = &mut document.decoder
        && decoder.get("type").and_then(Value::as_str) == Some("CTC")
    {
        decoder.insert("trim".to_owned(), Value::Bool(true));
    }
    let splits_characters = |value: &Value| value.get("pattern") == Some(&json!({ "Regex": "" }));
    if document.decoder.is_none()
        && document.pre_tokenizer.as_ref().is_some_and(splits_characters)
        && document.normalizer.as_ref().is_some_and(has_blanks)
    {
        document.decoder = Some(json!({ "type": "Vits" }));
    }
}

fn has_blanks(normalizer: &Value) -> bool {
    match normalizer.get("normalizers").and_then(Value::as_array) {
        Some(parts) => parts.iter().any(has_blanks),
        None => normalizer.get("pattern") == Some(&json!({ "Regex": VITS_BLANK })),
    }
}

/// A template without a pair gets the one that Python's `TemplateProcessing` has by default.
fn complete_templates(processor: Option<&mut Value>) {
    let Some(processor) = processor else { return };
    if let Some(Value::Array(parts)) = processor.get_mut("processors") {
        for part in parts {
            complete_templates(Some(part));
        }
    } else if let Some(fields) = processor.as_object_mut()
        && fields.get("type").and_then(Value::as_str) == Some("TemplateProcessing")
    {
        if fields.get("pair").is_none_or(Value::is_null) {
            let pair = json!([{ "Sequence": { "id": "A", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 1 } }]);
            fields.insert("pair".to_owned(), pair);
        }
        fields.entry("special_tokens").or_insert_with(|| json!({}));
    }
}
