//! `WordPiece`: the longest token that a word starts with, then the longest continuation, to its end.

use super::unigram::trie::{State, Steps, Trie};
use super::vocab::FAILS;

/// Longer tokens, with words of more than `LONG_WORD` characters, could be tried and left at every place.
const LONGEST_TOKEN: usize = 1024;
const LONG_WORD: usize = 4096;

/// The settings of the model beside its vocabulary.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'a> {
    pub(crate) unk_token: &'a str,
    pub(crate) continuing_subword_prefix: &'a str,
    pub(crate) max_input_chars_per_word: usize,
}

/// The tables of a `WordPiece` model.
pub(crate) struct WordPiece {
    trie: Trie,
    /// After the continuing prefix; nothing when no token continues a word.
    continuation: Option<State>,
    unk_id: u32,
    max_chars: usize,
    /// How long the prefix is that tokens inside a word are written with.
    prefix: usize,
}

impl WordPiece {
    /// Builds the tables; of equal tokens the last one counts, as in a JSON object.
    pub(crate) fn build<'a>(
        vocab: impl IntoIterator<Item = (&'a str, u32)>,
        settings: &Settings<'_>,
    ) -> Result<Self, &'static str> {
        let trie = Trie::build(vocab.into_iter().map(|(token, id)| (token.as_bytes(), id)))?;
        // Without it the first unknown word is an error.
        let unk_id = trie.get(settings.unk_token.as_bytes()).unwrap_or(FAILS);
        let max_chars = settings.max_input_chars_per_word;
        if trie.longest() > LONGEST_TOKEN && max_chars > LONG_WORD {
            return Err("tokens and words so long that they would take quadratic time");
        }
        let continuation = trie.walk(trie.root(), settings.continuing_subword_prefix.as_bytes());
        Ok(Self {
            trie,
            continuation,
            unk_id,
            max_chars,
            prefix: settings.continuing_subword_prefix.len(),
        })
    }

    /// Whether unknown words are errors.
    pub(crate) fn may_fail(&self) -> bool {
        self.unk_id == FAILS
    }

    /// How much of a word a token covers that is written in `length` bytes.
    pub(crate) fn covered(&self, length: usize, is_first: bool) -> usize {
        if is_first {
            length
        } else {
            length.saturating_sub(self.prefix)
        }
    }

    /// The id of a token.
    pub(crate) fn id(&self, token: &str) -> Option<u32> {
        self.trie.get(token.as_bytes())
    }

    /// How many tokens there are, the empty one and repeated ones left out.
    pub(crate) fn tokens(&self) -> usize {
        self.trie.len()
    }

    /// Appends the ids of one word. A word that cannot be covered is unknown as a whole.
    #[inline]
    pub(crate) fn encode(&self, word: &str, out: &mut Vec<u32>) {
        let start = out.len();
        let fits = word.len() <= self.max_chars || word.chars().count() <= self.max_chars;
        if !fits || !self.cover(word.as_bytes(), out) {
            out.truncate(start);
            out.push(self.unk_id);
        }
    }

    fn cover(&self, mut rest: &[u8], out: &mut Vec<u32>) -> bool {
        let steps = self.trie.steps();
        let mut state = Some(self.trie.root());
        while !rest.is_empty() {
            let Some((length, id)) = state.and_then(|state| longest(steps, state, rest)) else {
                return false;
            };
            out.push(id);
            rest = &rest[length..];
            state = self.continuation;
        }
        true
    }
}

/// The longest token that `rest` starts with: its length and id.
#[inline]
fn longest(steps: Steps<'_>, mut state: State, rest: &[u8]) -> Option<(usize, u32)> {
    let mut best = None;
    for (at, &byte) in rest.iter().enumerate() {
        let Some((next, id)) = steps.step(state, byte) else {
            break;
        };
        if let Some(id) = id {
            best = Some((at + 1, id));
        }
        state = next;
    }
    best
}

#[cfg(test)]
mod tests;
