//! The engine of this tree.

use autotokenizer_engine::{DecodeOptions, EngineChoice, LoadOptions, Tokenizer};

use super::{Engine, Refusal};

pub fn load(json: &[u8]) -> Result<Box<dyn Engine>, Refusal> {
    build(json, EngineChoice::Auto)
}

/// The reference engine behind the same boundary: what the compiled engine is compared with.
pub fn load_reference(json: &[u8]) -> Result<Box<dyn Engine>, Refusal> {
    build(json, EngineChoice::Reference)
}

fn build(json: &[u8], engine: EngineChoice) -> Result<Box<dyn Engine>, Refusal> {
    let options = LoadOptions {
        engine,
        ..LoadOptions::default()
    };
    Tokenizer::from_bytes(json, &options)
        .map(|tokenizer| Box::new(tokenizer) as Box<dyn Engine>)
        .map_err(|error| error.to_string())
}

impl Engine for Tokenizer {
    fn encode(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), Refusal> {
        self.encode_ids(text, None, true, ids)
            .map_err(|error| error.to_string())
    }

    fn decode(&self, ids: &[u32]) -> Result<String, Refusal> {
        let options = DecodeOptions {
            skip_special_tokens: true,
            ..DecodeOptions::default()
        };
        Tokenizer::decode(self, ids, &options).map_err(|error| error.to_string())
    }

    fn inside(&self) -> Option<String> {
        Some(format!("{}: {}", self.info().engine, self.info().reason))
    }
}
