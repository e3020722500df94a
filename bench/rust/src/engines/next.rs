//! `tokenizers` 1.0.0-rc.3. A file of today is brought into its canonical form first, as its documentation asks.

use tokenizers_next::pipeline::{EncodeOptions, Override, PipelineToken, PipelineTokenizer};

use super::{Engine, Refusal};

struct Next {
    tokenizer: PipelineTokenizer,
    options: EncodeOptions,
}

pub fn load(json: &[u8]) -> Result<Box<dyn Engine>, Refusal> {
    let text = std::str::from_utf8(json).map_err(|error| error.to_string())?;
    let canonical = tokenizers_next::canonicalize_str(text).map_err(|error| error.to_string())?;
    let tokenizer = tokenizers_next::from_json(&canonical).map_err(|error| error.to_string())?;
    let options = EncodeOptions {
        padding: Override::Off,
        truncation: Override::Off,
        ..EncodeOptions::default()
    };
    Ok(Box::new(Next { tokenizer, options }))
}

impl Engine for Next {
    fn encode(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), Refusal> {
        let mut tokens: Vec<PipelineToken> = Vec::with_capacity(text.len() / 4);
        self.tokenizer
            .encode_into(text, &self.options, &mut tokens)
            .map_err(|error| error.to_string())?;
        ids.extend(tokens.into_iter().map(u32::from));
        Ok(())
    }

    fn decode(&self, ids: &[u32]) -> Result<String, Refusal> {
        self.tokenizer
            .decode(ids, true)
            .map_err(|error| error.to_string())
    }
}
