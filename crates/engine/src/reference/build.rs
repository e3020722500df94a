//! From a document to the crate's pipeline.

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokenizers::{AddedToken, PostProcessorWrapper, TokenizerImpl};

use super::aliases::Aliases;
use super::decoder::Decoder;
use super::model::Model;
use super::normalizer::Normalizer;
use super::pre_tokenizer::PreTokenizer;
use crate::EngineError;
use crate::layout::{Document, bad};

/// The crate's tokenizer over our components, which wrap the crate's own.
pub(super) type Pipeline = TokenizerImpl<Model, Normalizer, PreTokenizer, PostProcessorWrapper, Decoder>;

/// Builds the pipeline of `document`.
pub(super) fn build(document: &Document<'_>) -> Result<(Pipeline, Aliases), EngineError> {
    let aliases = Aliases::new(&document.added_tokens);
    let model = Model::build(document, &aliases)?;
    let mut pipeline = Pipeline::new(model);
    let normalizer = document
        .normalizer
        .as_ref()
        .map(|value| Normalizer::build(value, "normalizer"))
        .transpose()?;
    pipeline
        .with_normalizer(normalizer)
        .map_err(|error| bad("normalizer", &error.to_string()))?;
    let pre_tokenizer = document
        .pre_tokenizer
        .as_ref()
        .map(|value| PreTokenizer::build(value, "pre_tokenizer"))
        .transpose()?;
    pipeline.with_pre_tokenizer(pre_tokenizer);
    let decoder = document
        .decoder
        .as_ref()
        .map(|value| Decoder::build(value, "decoder"))
        .transpose()?;
    pipeline.with_decoder(decoder);
    let post_processor = document.post_processor.as_ref();
    pipeline.with_post_processor(
        post_processor
            .map(|value| component::<PostProcessorWrapper>(value, "post_processor"))
            .transpose()?,
    );
    let added = document.added_tokens.iter().map(|listed| AddedToken {
        content: listed.token.content.clone(),
        single_word: listed.token.single_word,
        lstrip: listed.token.lstrip,
        rstrip: listed.token.rstrip,
        normalized: listed.token.normalized,
        special: listed.token.special,
    });
    pipeline
        .add_tokens(added)
        .map_err(|error| bad("added_tokens", &error.to_string()))?;
    Ok((pipeline, aliases))
}

/// A component of the crate.
pub(super) fn component<T: DeserializeOwned>(value: &Value, place: &str) -> Result<T, EngineError> {
    serde_json::from_value(value.clone()).map_err(|error| bad(place, &error.to_string()))
}

/// The members of a `Sequence`.
pub(super) fn members<T>(
    value: &Value,
    name: &str,
    place: &str,
    build: impl Fn(&Value, &str) -> Result<T, EngineError>,
) -> Result<Option<Vec<T>>, EngineError> {
    let Some(parts) = value.get(name).and_then(Value::as_array) else {
        return Ok(None);
    };
    let parts = parts.iter().enumerate();
    parts
        .map(|(index, part)| build(part, &format!("{place}.{name}[{index}]")))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// The name of a component.
pub(super) fn kind(value: &Value) -> &str {
    value.get("type").and_then(Value::as_str).unwrap_or_default()
}

/// A field that holds text.
pub(super) fn text<'a>(value: &'a Value, field: &str, place: &str) -> Result<&'a str, EngineError> {
    value
        .get(field)
        .and_then(Value::as_str)
        .ok_or_else(|| bad(place, &format!("it needs a string in its field {field:?}")))
}

/// The regular expression of a component's pattern; `None` where the pattern is plain text.
pub(super) fn regex_of(value: &Value) -> Option<&str> {
    value.get("pattern")?.get("Regex")?.as_str()
}
