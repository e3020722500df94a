//! The texts of `__test__/oracle/texts.json`, and the random ones, as `texts.py` defines them.

use serde::Deserialize;

/// texts.json.
#[derive(Deserialize)]
pub(crate) struct Document {
    pub(crate) texts: Vec<String>,
    pub(crate) pairs: Vec<(String, String)>,
    pub(crate) words: Vec<Vec<String>>,
    pub(crate) fragments: Vec<String>,
    pub(crate) random: usize,
}

/// xorshift32.
pub(crate) struct Random(u32);

impl Random {
    pub(crate) fn new(seed: u32) -> Self {
        Self(if seed == 0 { 1 } else { seed })
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % bound
    }
}

/// FNV-1a with 32 bits.
pub(crate) fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811C_9DC5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

/// The five added tokens that `{0}` to `{4}` stand for.
pub(crate) fn chosen_tokens(added: &[&str]) -> Vec<String> {
    if added.is_empty() {
        return ["zero", "one", "two", "three", "four"]
            .map(str::to_owned)
            .to_vec();
    }
    let last = added.len() - 1;
    [0, 1.min(last), 2.min(last), added.len() / 2, last]
        .map(|index| added[index].to_owned())
        .to_vec()
}

/// `text` with the added tokens in their places.
pub(crate) fn fill(text: &str, tokens: &[String]) -> String {
    let start = text.to_owned();
    tokens.iter().enumerate().fold(start, |text, (index, token)| {
        text.replace(&format!("{{{index}}}"), token)
    })
}

/// The random texts of a model.
pub(crate) fn random_texts(model: &str, tokens: &[String], document: &Document) -> Vec<String> {
    let mut random = Random::new(fnv1a(model.as_bytes()));
    let fragments: Vec<&String> = document.fragments.iter().chain(tokens).collect();
    let one = |_| {
        let length = 1 + random.below(24);
        let glued = random.below(4) == 0;
        let mut text = String::new();
        for _ in 0..length {
            text.push_str(fragments[random.below(fragments.len())]);
            if !glued && random.below(2) == 0 {
                text.push(' ');
            }
        }
        text
    };
    (0..document.random).map(one).collect()
}
