//! `tokenizers` 0.23.2: whose ids are right.

use tokenizers::Tokenizer;

use super::{Engine, Refusal};

pub fn load(json: &[u8]) -> Result<Box<dyn Engine>, Refusal> {
    let mut tokenizer = Tokenizer::from_bytes(json).map_err(|error| error.to_string())?;
    // What a file says of them is for the Python class around it to use or not.
    tokenizer.with_padding(None);
    tokenizer
        .with_truncation(None)
        .map_err(|error| error.to_string())?;
    Ok(Box::new(tokenizer))
}

impl Engine for Tokenizer {
    fn encode(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), Refusal> {
        let encoding = self.encode_fast(text, true).map_err(|error| error.to_string())?;
        ids.extend_from_slice(encoding.get_ids());
        Ok(())
    }

    fn decode(&self, ids: &[u32]) -> Result<String, Refusal> {
        (**self).decode(ids, true).map_err(|error| error.to_string())
    }
}
