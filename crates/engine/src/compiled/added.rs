//! Added tokens: their ids, and finding them in text as the `tokenizers` crate does.

mod finder;

use ahash::{AHashMap, AHashSet};

use crate::ListedToken;

use super::Declined;
use super::normalize::{Buffers, Normalizer};
use finder::Finder;
pub(super) use finder::Part;

/// More than any real file has.
const MAX_TOKENS: usize = 1 << 16;

/// As many ids between tokens are no waste in any file.
const MOST_GAPS: usize = 1 << 16;

/// An added token with the id that it has in effect.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) id: u32,
    pub(super) content: String,
    /// What decoding shows: the normalized content, when it was normalized.
    pub(super) shown: String,
    single_word: bool,
    lstrip: bool,
    rstrip: bool,
}

/// The added tokens of a file.
pub(super) struct Added {
    tokens: Vec<Token>,
    by_content: AHashMap<String, u32>,
    by_id: AHashMap<u32, usize>,
    special: AHashSet<String>,
    /// Looked for in the text as given, and in the normalized text.
    raw: Option<Finder>,
    normalized: Option<Finder>,
}

impl Added {
    /// Tokens with the file's ids, which for those of the vocabulary must be the same, and for others those of no other:
    /// `model_id` and `is_taken` say that.
    pub(super) fn new(
        listed: &[ListedToken],
        model_id: impl Fn(&str) -> Option<u32>,
        is_taken: impl Fn(u32) -> bool,
        model_size: usize,
        normalizer: &Normalizer,
    ) -> Result<Self, Declined> {
        if listed.len() > MAX_TOKENS {
            return Err(Declined::new("it has too many added tokens"));
        }
        // What decodes has a place for each id: no real file has more gaps than tokens.
        let most = 2 * (model_size + listed.len()) + MOST_GAPS;
        let mut added = Self {
            tokens: Vec::with_capacity(listed.len()),
            by_content: AHashMap::with_capacity(listed.len()),
            by_id: AHashMap::with_capacity(listed.len()),
            special: AHashSet::new(),
            raw: None,
            normalized: None,
        };
        let (mut raw, mut normal) = (Vec::new(), Vec::new());
        let mut buffers = Buffers::default();
        for ListedToken { token, id: listed } in listed {
            if token.content.is_empty() {
                continue;
            }
            let id = *listed;
            if model_id(&token.content).map_or_else(|| is_taken(id), |model| model != id) {
                return Err(Declined::new(
                    "an added token has another id than its vocabulary gives it",
                ));
            }
            if id as usize >= most {
                return Err(Declined::new("an added token's id is far from all others"));
            }
            let place = added.tokens.len();
            if added.by_content.insert(token.content.clone(), id).is_some()
                || added.by_id.insert(id, place).is_some()
            {
                return Err(Declined::new("an added token stands twice"));
            }
            let shown = if token.normalized {
                normalizer.normalize(&token.content, &mut buffers).text.to_owned()
            } else {
                token.content.clone()
            };
            if token.normalized {
                normal.push((shown.clone(), place));
            } else {
                raw.push((token.content.clone(), place));
            }
            if token.special {
                added.special.insert(token.content.clone());
            }
            added.tokens.push(Token {
                id,
                content: token.content.clone(),
                shown,
                single_word: token.single_word,
                lstrip: token.lstrip,
                rstrip: token.rstrip,
            });
        }
        added.raw = Finder::new(raw)?;
        added.normalized = Finder::new(normal)?;
        Ok(added)
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(super) fn id(&self, content: &str) -> Option<u32> {
        self.by_content.get(content).copied()
    }

    pub(super) fn by_id(&self, id: u32) -> Option<&Token> {
        self.by_id.get(&id).map(|&place| &self.tokens[place])
    }

    /// Whether decoding leaves out a token that shows as `shown`, when special tokens are left out.
    pub(super) fn is_special(&self, shown: &str) -> bool {
        self.special.contains(shown)
    }

    pub(super) fn has_normalized(&self) -> bool {
        self.normalized.is_some()
    }

    /// Cuts text as given at the tokens that are not normalized.
    #[inline]
    pub(super) fn split_raw(&self, text: &str, part: &mut impl FnMut(Part)) {
        split(self.raw.as_ref(), &self.tokens, text, part);
    }

    /// Cuts normalized text at the tokens that are.
    #[inline]
    pub(super) fn split_normalized(&self, text: &str, part: &mut impl FnMut(Part)) {
        split(self.normalized.as_ref(), &self.tokens, text, part);
    }
}

#[inline]
fn split(finder: Option<&Finder>, tokens: &[Token], text: &str, part: &mut impl FnMut(Part)) {
    match finder {
        None => {
            if !text.is_empty() {
                part(Part::Text(0, text.len()));
            }
        }
        Some(finder) => finder.split(tokens, text, part),
    }
}
