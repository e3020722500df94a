//! `splintr` 0.22.0.

use splintr::AnyTokenizer;

use super::{Engine, Refusal};

pub fn load(json: &[u8]) -> Result<Box<dyn Engine>, Refusal> {
    splintr::from_json_bytes(json)
        .map(|tokenizer| Box::new(tokenizer) as Box<dyn Engine>)
        .map_err(|error| error.to_string())
}

impl Engine for AnyTokenizer {
    fn encode(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), Refusal> {
        ids.extend_from_slice(&AnyTokenizer::encode(self, text));
        Ok(())
    }

    fn decode(&self, ids: &[u32]) -> Result<String, Refusal> {
        AnyTokenizer::decode(self, ids).map_err(|error| error.to_string())
    }
}
