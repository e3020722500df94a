//! The parts of a tokenizer.json. The small ones are parsed; the vocabulary and the merges stay text, so that an
//! engine reads them straight into its tables.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::checks::{MAX_ADDED_TOKENS, bad, check};
use super::spans::Spans;
use super::translate::translate;
use crate::{EngineError, ListedToken, LoadOptions};

/// A tokenizer.json, parsed as far as both engines need it.
#[derive(Debug, Default)]
pub(crate) struct Document<'a> {
    /// The added tokens with the ids of the file, in its order.
    pub(crate) added_tokens: Vec<ListedToken>,
    /// The normalizer, `None` for absent or null.
    pub(crate) normalizer: Option<Value>,
    /// The pre-tokenizer, `None` for absent or null.
    pub(crate) pre_tokenizer: Option<Value>,
    /// The post-processor, `None` for absent or null.
    pub(crate) post_processor: Option<Value>,
    /// The decoder, `None` for absent or null.
    pub(crate) decoder: Option<Value>,
    /// The model.
    pub(crate) model: Model<'a>,
}

/// The model of a tokenizer.json.
#[derive(Debug, Default)]
pub(crate) struct Model<'a> {
    /// What it is, detected where the file does not say.
    pub(crate) kind: ModelKind,
    /// The JSON text of `vocab`: an object of ids, or for Unigram an array of `[piece, score]`. Its syntax has been
    /// checked, what it holds has not.
    pub(crate) vocab: &'a str,
    /// The JSON text of `merges`: an array of `"a b"` or of `["a", "b"]`.
    pub(crate) merges: Option<&'a str>,
    /// Every other field (`unk_token`, `byte_fallback`, …).
    pub(crate) fields: Map<String, Value>,
    /// For [`ModelKind::Vocabulary`]: the names the unknown token may have; the first that has an id is it.
    pub(crate) unk_tokens: Vec<String>,
}

/// The kinds of model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ModelKind {
    /// Byte pair encoding.
    Bpe,
    /// Longest match first within words.
    WordPiece,
    /// Whole words.
    WordLevel,
    /// The likeliest pieces.
    Unigram,
    /// A vocabulary without a model, as transformers.js writes it for wav2vec2, MMS and VITS.
    #[default]
    Vocabulary,
}

impl ModelKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bpe => "BPE",
            Self::WordPiece => "WordPiece",
            Self::WordLevel => "WordLevel",
            Self::Unigram => "Unigram",
            Self::Vocabulary => "vocabulary",
        }
    }
}

impl<'a> Document<'a> {
    /// Parses `text`, refuses what no engine can serve, and brings other layouts into the one form. The padding and
    /// truncation blocks are left out: they are the caller's to choose.
    pub(crate) fn parse(text: &'a str, options: &LoadOptions) -> Result<Self, EngineError> {
        if let Some(mut document) = Self::split(text)
            && document.model.is_read_whole()
        {
            check(&document)?;
            translate(&mut document, options)?;
            return Ok(document);
        }
        let parsed: Parsed<'a> = serde_json::from_str(text)
            .map_err(|error| EngineError::file(format!("tokenizer.json cannot be read: {error}")))?;
        let mut document = parsed.0;
        document.model.kind = document.model.detect()?;
        check(&document)?;
        translate(&mut document, options)?;
        Ok(document)
    }
}

impl Document<'_> {
    /// Of a vocabulary without a model: the id of what is not in it, where `id` finds a token of the vocabulary.
    pub(crate) fn unknown_id(&self, id: impl Fn(&str) -> Option<u32>) -> Option<u32> {
        let known = |name: &String| {
            let added = self
                .added_tokens
                .iter()
                .rfind(|listed| listed.token.content == *name);
            added.map(|listed| listed.id).or_else(|| id(name))
        };
        let numbered = self.model.fields.get("unk_id").and_then(Value::as_u64);
        self.model
            .unk_tokens
            .iter()
            .find_map(known)
            .or_else(|| numbered.and_then(|id| u32::try_from(id).ok()))
    }
}

impl<'a> Document<'a> {
    /// Finds the parts without reading the large ones. Nothing where that is not plain: where a part is not JSON, or a
    /// name stands twice.
    fn split(text: &'a str) -> Option<Self> {
        let mut document = Self::default();
        let mut spans = Spans::new(text);
        let mut names = Names::default();
        spans.object(|spans, name| {
            names.add(name)?;
            if name == "model" {
                document.model = Model::split(spans)?;
                return Some(());
            }
            let value = spans.value()?;
            match name {
                "added_tokens" => {
                    document.added_tokens = read::<Option<Tokens>>(value)?.unwrap_or_default().0;
                }
                "normalizer" => document.normalizer = read(value)?,
                "pre_tokenizer" => document.pre_tokenizer = read(value)?,
                "post_processor" => document.post_processor = read(value)?,
                "decoder" => document.decoder = read(value)?,
                _ => drop(read::<IgnoredAny>(value)?),
            }
            Some(())
        })?;
        spans.is_at_end().then_some(document)
    }
}

impl<'a> Model<'a> {
    fn split(spans: &mut Spans<'a>) -> Option<Self> {
        let mut model = Self::default();
        let mut names = Names::default();
        spans.object(|spans, name| {
            names.add(name)?;
            let value = spans.value()?;
            match name {
                "vocab" => model.vocab = value,
                "merges" => model.merges = Some(value).filter(|text| *text != "null"),
                _ => drop(model.fields.insert(name.to_owned(), read(value)?)),
            }
            Some(())
        })?;
        model.kind = model.detect().ok()?;
        Some(model)
    }

    /// Whether whoever reads the model reads all of its text, and so sees where it is not JSON.
    fn is_read_whole(&self) -> bool {
        self.vocab.starts_with(['{', '[']) && (self.merges.is_none() || self.kind == ModelKind::Bpe)
    }
}

/// The texts of a model's vocabulary and of its merges, if it has some, where they are plain to find.
pub(crate) fn large_parts(text: &str) -> Option<(&str, Option<&str>)> {
    let mut spans = Spans::new(text);
    let (mut vocab, mut merges) = (None, None);
    spans.object(|spans, name| {
        if name == "model" {
            spans.object(|spans, name| {
                let value = spans.value()?;
                match name {
                    "vocab" => vocab = Some(value),
                    "merges" => merges = Some(value).filter(|text| *text != "null"),
                    _ => {}
                }
                Some(())
            })
        } else {
            spans.value().map(drop)
        }
    })?;
    Some((vocab?, merges))
}

/// Reads a small part.
fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    serde_json::from_str(text).ok()
}

/// Names of an object that were seen; those that real files have are few.
#[derive(Default)]
struct Names<'a>(Vec<&'a str>);

impl<'a> Names<'a> {
    /// Nothing when there is something odd about a name.
    fn add(&mut self, name: &'a str) -> Option<()> {
        let odd = self.0.len() > 64 || self.0.contains(&name);
        (!odd).then(|| self.0.push(name))
    }
}

impl Model<'_> {
    /// The model's type; without one as the `tokenizers` crate and transformers.js tell it from the fields.
    fn detect(&self) -> Result<ModelKind, EngineError> {
        if self.vocab.is_empty() {
            return Err(EngineError::file("tokenizer.json has no `model.vocab`"));
        }
        match self.fields.get("type") {
            Some(Value::String(name)) => match name.as_str() {
                // Without an unknown token there is nothing for words outside of the vocabulary.
                "WordLevel" if !self.fields.get("unk_token").is_some_and(Value::is_string) => {
                    Ok(ModelKind::Vocabulary)
                }
                "BPE" => Ok(ModelKind::Bpe),
                "WordPiece" => Ok(ModelKind::WordPiece),
                "WordLevel" => Ok(ModelKind::WordLevel),
                "Unigram" => Ok(ModelKind::Unigram),
                other => Err(EngineError::file(format!(
                    "tokenizer.json has an unknown model type {other:?}"
                ))),
            },
            Some(Value::Null) | None => Ok(self.detect_untyped()),
            Some(other) => Err(EngineError::file(format!(
                "`model.type` must be a string, but is {other}"
            ))),
        }
    }

    fn detect_untyped(&self) -> ModelKind {
        if self.merges.is_some() {
            ModelKind::Bpe
        } else if self.vocab.starts_with('[') {
            ModelKind::Unigram
        } else if self.fields.contains_key("continuing_subword_prefix") {
            ModelKind::WordPiece
        } else if self.fields.get("unk_token").is_some_and(Value::is_string) {
            ModelKind::WordLevel
        } else {
            ModelKind::Vocabulary
        }
    }
}

/// So that nothing but [`Document::parse`] makes a document.
struct Parsed<'a>(Document<'a>);

impl<'de> Deserialize<'de> for Parsed<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Parsed<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a tokenizer object")
            }

            // The last of repeated fields wins, as in JavaScript and in the `tokenizers` crate.
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut document = Document::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "added_tokens" => {
                            document.added_tokens = map.next_value::<Option<Tokens>>()?.unwrap_or_default().0;
                        }
                        "normalizer" => document.normalizer = map.next_value()?,
                        "pre_tokenizer" => document.pre_tokenizer = map.next_value()?,
                        "post_processor" => document.post_processor = map.next_value()?,
                        "decoder" => document.decoder = map.next_value()?,
                        "model" => document.model = map.next_value()?,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(Parsed(document))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

impl<'de> Deserialize<'de> for Model<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Model<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a model object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut model = Model::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "vocab" => model.vocab = map.next_value::<&RawValue>()?.get(),
                        "merges" => {
                            model.merges =
                                Some(map.next_value::<&RawValue>()?.get()).filter(|text| *text != "null");
                        }
                        _ => {
                            model.fields.insert(key, map.next_value()?);
                        }
                    }
                }
                Ok(model)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// The added tokens, as many as may be.
#[derive(Default)]
struct Tokens(Vec<ListedToken>);

impl<'de> Deserialize<'de> for Tokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements;
        impl<'de> Visitor<'de> for Elements {
            type Value = Tokens;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of added tokens")
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut elements: S) -> Result<Self::Value, S::Error> {
                let mut tokens = Vec::new();
                while let Some(token) = elements.next_element()? {
                    if tokens.len() == MAX_ADDED_TOKENS {
                        return Err(S::Error::custom(format_args!(
                            "more than {MAX_ADDED_TOKENS} added tokens"
                        )));
                    }
                    tokens.push(token);
                }
                Ok(Tokens(tokens))
            }
        }
        deserializer.deserialize_seq(Elements)
    }
}

impl Model<'_> {
    /// A field that holds text, if it is there.
    pub(crate) fn text(&self, field: &str) -> Result<Option<&str>, EngineError> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(bad(&format!("model.{field}"), "it must be a string")),
        }
    }

    /// A field that is true or false; absent is false.
    pub(crate) fn flag(&self, field: &str) -> Result<bool, EngineError> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(bad(&format!("model.{field}"), "it must be true or false")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use serde::de::IgnoredAny;

    use super::{Document, Parsed};

    const FILE: &str = r#"{"version":"1.0","truncation":null,"added_tokens":[{"id":1,"content":"\u0061\\","special":true}],
        "normalizer":{"type":"NFC"},"pre_tokenizer":{"type":"Sequence","pretokenizers":[]},"post_processor":null,
        "decoder":{"type":"Fuse"}, "model" : {"type":"BPE","vocab":{"a":0,"\"}":1,"\\":2},
        "merges":[["a","b"], ["\\","]"]],"unk_token":"a","x":[{"y":[1.5e3,true]}]} }
        "#;

    /// What serde makes of `text`, and what is found without it: equal, or there is something for serde to say.
    fn agrees(text: &str) -> bool {
        let Some(found) = Document::split(text).filter(|found| found.model.is_read_whole()) else {
            return false;
        };
        let model = &found.model;
        if let Ok(Parsed(mut parsed)) = serde_json::from_str::<Parsed<'_>>(text) {
            parsed.model.kind = parsed.model.detect().unwrap();
            assert_eq!(format!("{found:?}"), format!("{parsed:?}"), "{text}");
        } else {
            // Then whoever reads the large parts sees it.
            let mut parts = [Some(model.vocab), model.merges].into_iter().flatten();
            assert!(
                parts.any(|part| serde_json::from_str::<IgnoredAny>(part).is_err()),
                "{text}"
            );
        }
        true
    }

    #[test]
    fn finds_the_parts_that_serde_finds() {
        assert!(agrees(FILE));
        let mut agreed = 0;
        for at in 0..FILE.len() {
            for with in [
                "", "{", "}", "[", "]", "\"", "\\", ",", ":", "1", "null", " ", "\n", "e", "-", "\u{1}", "é",
            ] {
                for removed in 0..2 {
                    if let Some((before, after)) = FILE.get(..at).zip(FILE.get(at + removed..)) {
                        agreed += u32::from(agrees(&format!("{before}{with}{after}")));
                    }
                }
            }
        }
        assert!(agreed > 1_000);
        for end in 0..FILE.trim_end().len() {
            assert!(!agrees(&FILE[..end]));
        }
    }
}
