//! Files and texts that mean harm: a typed error or right ids, never a panic, an abort or a hang.

#![expect(clippy::unwrap_used, reason = "tests")]

mod added;
mod files;
mod kept;
mod layouts;
mod models;
mod mutations;
mod regexes;
mod texts;

use autotokenizer_engine::{
    DecodeOptions, EncodeOptions, EngineChoice, EngineError, ErrorKind, Input, LoadOptions, Tokenizer,
};
use serde_json::Value;

/// Loads a document with the reference engine: the compiled engine must stand the same, and has its own tests.
fn load_text(json: &str, engine: EngineChoice) -> Result<Tokenizer, EngineError> {
    Tokenizer::from_bytes(
        json.as_bytes(),
        &LoadOptions {
            engine,
            ..LoadOptions::default()
        },
    )
}

fn load(document: &Value) -> Result<Tokenizer, EngineError> {
    let text = document.to_string();
    let auto = load_text(&text, EngineChoice::Auto);
    let reference = load_text(&text, EngineChoice::Reference);
    assert_eq!(
        auto.is_ok(),
        reference.is_ok(),
        "the engines differ: {:?}, {:?}",
        auto.err(),
        reference.err()
    );
    reference
}

/// The error of a file that must not load, with what it must name.
fn refused(document: &Value, name: &str) -> EngineError {
    let error = load(document).map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File, "{error}");
    assert!(error.message().contains(name), "{error} does not name {name}");
    error
}

fn ids(tokenizer: &Tokenizer, text: &str) -> Vec<u32> {
    let mut ids = Vec::new();
    tokenizer.encode_ids(text, None, true, &mut ids).unwrap();
    let full = tokenizer
        .encode(Input::Text(text), None, &EncodeOptions::default())
        .unwrap();
    assert_eq!(full.ids, ids);
    ids
}

fn decode(tokenizer: &Tokenizer, ids: &[u32]) -> String {
    tokenizer.decode(ids, &DecodeOptions::default()).unwrap()
}
