//! `fastokens` 0.3.5.

use fastokens::Tokenizer;

use super::{Engine, Refusal};

pub fn load(json: &[u8]) -> Result<Box<dyn Engine>, Refusal> {
    let json = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let mut tokenizer = Tokenizer::from_json(json).map_err(|error| error.to_string())?;
    tokenizer.set_truncation(None);
    tokenizer.set_padding(None);
    Ok(Box::new(tokenizer))
}

impl Engine for Tokenizer {
    fn encode(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), Refusal> {
        let encoded = self
            .encode_with_special_tokens(text, true)
            .map_err(|error| error.to_string())?;
        ids.extend_from_slice(&encoded);
        Ok(())
    }

    fn decode(&self, ids: &[u32]) -> Result<String, Refusal> {
        Tokenizer::decode(self, ids, true).map_err(|error| error.to_string())
    }
}
