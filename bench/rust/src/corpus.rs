//! Texts to encode: a plain file, or a file of parts as `bench/corpora.mjs` writes them.

use std::path::Path;

use serde_json::Value;

/// Texts in parts; the part `warm` comes first.
pub struct Corpus {
    parts: Vec<(String, Vec<String>)>,
}

impl Corpus {
    /// Reads `path`. A `.json` file holds `{ "part": ["text", …], … }`; another file is one text, or texts of about
    /// `chunk` bytes.
    pub fn read(path: &Path, chunk: Option<usize>) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        if path.extension().is_none_or(|extension| extension != "json") {
            let texts = chunk.map_or_else(|| vec![text.clone()], |size| chunks(&text, size));
            return Ok(Self {
                parts: vec![("0".to_owned(), texts)],
            });
        }
        let json: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let parts = json.as_object().ok_or("a corpus is an object of parts")?;
        Ok(Self {
            parts: parts
                .iter()
                .map(|(name, texts)| (name.clone(), strings(texts)))
                .collect(),
        })
    }

    /// The texts of one part.
    pub fn part(&self, name: &str) -> &[String] {
        self.parts
            .iter()
            .find(|(known, _)| known == name)
            .map_or(&[], |(_, texts)| texts)
    }

    /// The texts that are measured, and those that only warm caches up.
    pub fn measured(&self) -> impl Iterator<Item = &str> {
        self.parts
            .iter()
            .filter(|(name, _)| name != "warm")
            .flat_map(|(_, texts)| texts.iter().map(String::as_str))
    }
}

fn strings(texts: &Value) -> Vec<String> {
    texts
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}

fn chunks(text: &str, size: usize) -> Vec<String> {
    let mut rest = text;
    let mut chunks = Vec::new();
    while !rest.is_empty() {
        let (chunk, tail) = rest.split_at(rest.ceil_char_boundary(size.max(1)));
        chunks.push(chunk.to_owned());
        rest = tail;
    }
    chunks
}
