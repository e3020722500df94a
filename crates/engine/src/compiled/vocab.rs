//! A model's vocabulary: tokens by id and ids by token.

use super::Declined;
use super::json::Scanner;
use super::packed::{PackedMap, SHORT};

/// Ids and ranks are packed into table entries of 64 bits; no real vocabulary comes near.
pub(super) const MAX_ID: u32 = (1 << 21) - 2;

const ABSENT: u32 = u32::MAX;

/// Tokens in one string, found by id through their spans.
pub(super) struct Vocab {
    text: String,
    /// Start and length by id; a length of `ABSENT` marks a gap.
    spans: Vec<(u32, u32)>,
    map: PackedMap,
    count: usize,
}

impl Vocab {
    /// Reads `{"token": id, …}`.
    pub(super) fn scan(scanner: &mut Scanner<'_>) -> Result<Self, Declined> {
        let mut builder = Builder::default();
        scanner.object(|scanner, token| {
            let id = scanner.unsigned()?;
            builder.add(&token, id)
        })?;
        builder.build()
    }

    /// A vocabulary of tokens numbered in order.
    pub(super) fn from_tokens<'a>(tokens: impl Iterator<Item = &'a str>) -> Result<Self, Declined> {
        let mut builder = Builder::default();
        for (id, token) in (0u32..).zip(tokens) {
            builder.add(token, id)?;
        }
        builder.build()
    }

    /// How many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// One more than the largest id.
    pub(super) fn id_end(&self) -> usize {
        self.spans.len()
    }

    pub(super) fn token(&self, id: u32) -> Option<&str> {
        let &(start, length) = self.spans.get(id as usize)?;
        (length != ABSENT).then(|| &self.text[start as usize..(start + length) as usize])
    }

    #[inline]
    pub(super) fn id(&self, token: &str) -> Option<u32> {
        self.map.get(token.as_bytes())
    }

    #[inline]
    pub(super) fn id_of_packed(&self, key: u128) -> Option<u32> {
        self.map.get_packed(key)
    }
}

#[derive(Default)]
struct Builder {
    text: String,
    tokens: Vec<(u32, u32, u32)>,
    id_end: u32,
}

impl Builder {
    #[inline]
    fn add(&mut self, token: &str, id: u32) -> Result<(), Declined> {
        if id > MAX_ID {
            return Err(Declined::new(format!("id {id} is beyond what the tables hold")));
        }
        let too_large = || Declined::new("the vocabulary is too large");
        let start = u32::try_from(self.text.len()).map_err(|_| too_large())?;
        let length = u32::try_from(token.len()).map_err(|_| too_large())?;
        start.checked_add(length).ok_or_else(too_large)?;
        self.text.push_str(token);
        self.tokens.push((id, start, length));
        self.id_end = self.id_end.max(id + 1);
        Ok(())
    }

    fn build(self) -> Result<Vocab, Declined> {
        // Gaps cost a span each; a file whose ids are mostly gaps is not worth tables.
        if self.id_end as usize > 4 * self.tokens.len() + 65_536 {
            return Err(Declined::new("the ids of the vocabulary are mostly gaps"));
        }
        let short = self
            .tokens
            .iter()
            .filter(|token| token.2 as usize <= SHORT)
            .count();
        let mut map = PackedMap::with_capacity(short);
        let mut spans = vec![(0, ABSENT); self.id_end as usize];
        for &(id, start, length) in &self.tokens {
            let span = &mut spans[id as usize];
            if span.1 != ABSENT {
                return Err(Declined::new(format!("two tokens have id {id}")));
            }
            *span = (start, length);
            let token = &self.text.as_bytes()[start as usize..(start + length) as usize];
            if !map.insert(token, id) {
                return Err(Declined::new(format!(
                    "a token stands twice in the vocabulary, with id {id}"
                )));
            }
        }
        Ok(Vocab {
            text: self.text,
            spans,
            map,
            count: self.tokens.len(),
        })
    }
}
