//! A model's vocabulary: tokens by id and ids by token.

use std::sync::OnceLock;

use super::Declined;
use super::json::Scanner;
use super::long::hash_bytes;
use super::packed::{PackedMap, SHORT, Seeds, pack};

/// Ids and ranks are packed into table entries of 64 bits; no real vocabulary comes near.
pub(super) const MAX_ID: u32 = (1 << 21) - 2;

/// In the place of an id: a model cannot go on here, which the reference engine says in its words.
pub(super) const FAILS: u32 = MAX_ID + 1;

const ABSENT: u32 = u32::MAX;

/// Tokens in one string, found by id through their spans.
pub(super) struct Vocab {
    text: String,
    /// Start and length by id; a length of `ABSENT` marks a gap.
    spans: Vec<(u32, u32)>,
    count: usize,
    /// How many of them stand there again, with another id; of equal ones the last counts.
    repeated: usize,
    /// Whether the file lists the tokens by ascending id.
    in_order: bool,
    /// The ids of tokens while the tables are built.
    building: Option<PackedMap>,
    /// The same for the few who ask afterwards: smaller, slower, and made when somebody does.
    index: OnceLock<Index>,
}

impl Vocab {
    /// Reads `{"token": id, …}`, where no token and no id may stand twice.
    pub(super) fn scan(scanner: &mut Scanner<'_>) -> Result<Self, Declined> {
        let mut builder = Builder::for_text(scanner.rest());
        let mut keys = Vec::with_capacity(builder.tokens.capacity());
        scanner.object(|scanner, token| {
            let id = scanner.unsigned()?;
            keys.push(token.key);
            builder.add(&token.text, id)
        })?;
        let short = keys.iter().filter(|&&key| key != 0).count();
        let mut map = PackedMap::with_capacity(short);
        let entries = keys.into_iter().zip(&builder.tokens);
        let text = builder.text.as_bytes();
        let twice =
            map.fill(entries.map(|(key, &(id, start, length))| {
                (key, &text[start as usize..(start + length) as usize], id)
            }));
        if let Some(id) = twice {
            return Err(Declined::new(format!(
                "a token stands twice in the vocabulary, with id {id}"
            )));
        }
        let mut vocab = builder.build()?;
        vocab.building = Some(map);
        Ok(vocab)
    }

    /// Reads the same without looking for tokens that stand twice, which is left to the caller.
    pub(super) fn scan_unchecked(scanner: &mut Scanner<'_>) -> Result<Self, Declined> {
        let mut builder = Builder::for_text(scanner.rest());
        scanner.object(|scanner, token| {
            let id = scanner.unsigned()?;
            builder.add(&token.text, id)
        })?;
        builder.build()
    }

    /// A vocabulary of tokens numbered in order; the caller counts those that stand there again.
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

    /// Says how many different tokens there are.
    pub(super) fn set_distinct(&mut self, distinct: usize) {
        self.repeated = self.count - distinct;
    }

    /// How many different tokens there are.
    pub(super) fn distinct(&self) -> usize {
        self.count - self.repeated
    }

    /// The tokens with their ids.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, u32)> {
        (0u32..)
            .take(self.spans.len())
            .filter_map(|id| Some((self.token(id)?, id)))
            .filter(|&(token, id)| self.repeated == 0 || self.id(token) == Some(id))
    }

    /// Whether the file lists the tokens as [`Self::tokens`] does.
    pub(super) fn in_order(&self) -> bool {
        self.in_order
    }

    /// One more than the largest id.
    pub(super) fn id_end(&self) -> usize {
        self.spans.len()
    }

    #[inline]
    pub(super) fn token(&self, id: u32) -> Option<&str> {
        let &(start, length) = self.spans.get(id as usize)?;
        (length != ABSENT).then(|| &self.text[start as usize..(start + length) as usize])
    }

    /// The same as bytes.
    #[inline]
    pub(super) fn token_bytes(&self, id: u32) -> Option<&[u8]> {
        let &(start, length) = self.spans.get(id as usize)?;
        (length != ABSENT).then(|| &self.text.as_bytes()[start as usize..(start + length) as usize])
    }

    /// The tokens, by ascending id.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &str> {
        (0u32..).take(self.spans.len()).filter_map(|id| self.token(id))
    }

    /// The key of a token, or 0 when there is none, or when it is long or empty.
    #[inline]
    pub(super) fn key(&self, id: u32) -> u128 {
        match self.spans.get(id as usize) {
            Some(&(start, length)) if length as usize <= SHORT && length != 0 => {
                pack(self.text.as_bytes(), start as usize, length as usize)
            }
            _ => 0,
        }
    }

    pub(super) fn id(&self, token: &str) -> Option<u32> {
        match &self.building {
            Some(map) => map.get(token.as_bytes()),
            None => self.index.get_or_init(|| Index::new(self)).get(token, self),
        }
    }

    /// The map from tokens to ids, for as long as the tables are built.
    pub(super) fn building(&self) -> Option<&PackedMap> {
        self.building.as_ref()
    }

    /// The tables are built.
    pub(super) fn built(&mut self) {
        self.building = None;
    }
}

/// Ids by a hash of their tokens, which stay where they are.
struct Index {
    slots: Vec<u32>,
}

impl Index {
    fn new(vocab: &Vocab) -> Self {
        let mut index = Self {
            slots: vec![ABSENT; (vocab.count + vocab.count / 2).max(16).next_power_of_two()],
        };
        let mask = index.slots.len() - 1;
        // Of equal tokens the first to come in is found.
        for id in (0..u32::try_from(vocab.id_end()).unwrap_or(0)).rev() {
            let Some(token) = vocab.token(id) else { continue };
            let mut slot = index.start(token);
            while index.slots[slot] != ABSENT {
                slot = (slot + 1) & mask;
            }
            index.slots[slot] = id;
        }
        index
    }

    #[expect(clippy::cast_possible_truncation, reason = "masked to the table's size")]
    fn start(&self, token: &str) -> usize {
        hash_bytes(token.as_bytes(), &Seeds::get()) as usize & (self.slots.len() - 1)
    }

    fn get(&self, token: &str, vocab: &Vocab) -> Option<u32> {
        let mut slot = self.start(token);
        loop {
            let id = self.slots[slot];
            if id == ABSENT {
                return None;
            }
            if vocab.token(id) == Some(token) {
                return Some(id);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }
}

#[derive(Default)]
struct Builder {
    text: String,
    tokens: Vec<(u32, u32, u32)>,
    id_end: u32,
}

impl Builder {
    /// With room for what a JSON text of so many bytes says. What is not used of it is never touched, so it takes no
    /// memory; what had to grow would leave holes behind.
    fn for_text(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            // Most entries are longer.
            tokens: Vec::with_capacity(bytes / 12),
            id_end: 0,
        }
    }

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

    fn build(mut self) -> Result<Vocab, Declined> {
        // Gaps cost a span each; a file whose ids are mostly gaps is not worth tables.
        if self.id_end as usize > 4 * self.tokens.len() + 65_536 {
            return Err(Declined::new("the ids of the vocabulary are mostly gaps"));
        }
        let mut spans = vec![(0, ABSENT); self.id_end as usize];
        for &(id, start, length) in &self.tokens {
            let span = &mut spans[id as usize];
            if span.1 != ABSENT {
                return Err(Declined::new(format!("two tokens have id {id}")));
            }
            *span = (start, length);
        }
        self.text.shrink_to_fit();
        Ok(Vocab {
            text: self.text,
            spans,
            count: self.tokens.len(),
            repeated: 0,
            in_order: self.tokens.is_sorted_by_key(|&(id, ..)| id),
            building: None,
            index: OnceLock::new(),
        })
    }
}
