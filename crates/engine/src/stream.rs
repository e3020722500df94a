//! Text from ids that arrive one by one.

use std::mem::take;

use crate::{EngineError, Tokenizer};

/// Decodes ids as they are generated, with the results of Python's `tokenizers.decoders.DecodeStream`: a piece of
/// text comes as soon as it is whole, and never ends inside a character.
#[derive(Clone)]
pub struct DecodeStream {
    tokenizer: Tokenizer,
    skip_special_tokens: bool,
    /// The ids of the last text given out, then those that still wait.
    ids: Vec<u32>,
    /// The text of `ids[..given]`.
    prefix: String,
    given: usize,
}

impl DecodeStream {
    pub(crate) fn new(tokenizer: Tokenizer, skip_special_tokens: bool) -> Self {
        Self {
            tokenizer,
            skip_special_tokens,
            ids: Vec::new(),
            prefix: String::new(),
            given: 0,
        }
    }

    /// Takes the next id; answers the text that it completes.
    ///
    /// # Errors
    /// When the ids cannot be decoded.
    pub fn push(&mut self, id: u32) -> Result<Option<String>, EngineError> {
        if self.prefix.is_empty() && !self.ids.is_empty() {
            let prefix = self.text(&self.ids)?;
            if !prefix.ends_with('\u{FFFD}') {
                self.prefix = prefix;
                self.given = self.ids.len();
            }
        }
        self.ids.push(id);
        let text = self.text(&self.ids)?;
        if text.len() <= self.prefix.len() || text.ends_with('\u{FFFD}') {
            return Ok(None);
        }
        let new = match text.strip_prefix(self.prefix.as_str()) {
            Some(new) => new.to_owned(),
            None => self.text(&self.ids[self.given..])?,
        };
        let given = self.ids.len() - self.given;
        self.ids.drain(..self.given);
        self.prefix = self.text(&self.ids)?;
        self.given = given;
        Ok(Some(new))
    }

    /// Gives out what still waits, as it is: an unfinished character is U+FFFD. The stream then starts anew.
    ///
    /// # Errors
    /// When the ids cannot be decoded.
    pub fn flush(&mut self) -> Result<Option<String>, EngineError> {
        let ids = take(&mut self.ids);
        let prefix = take(&mut self.prefix);
        self.given = 0;
        let text = self.text(&ids)?;
        Ok(text
            .strip_prefix(prefix.as_str())
            .filter(|rest| !rest.is_empty())
            .map(str::to_owned))
    }

    fn text(&self, ids: &[u32]) -> Result<String, EngineError> {
        self.tokenizer.decode_raw(ids, self.skip_special_tokens)
    }
}
