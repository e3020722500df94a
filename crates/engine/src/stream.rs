//! Text from ids that arrive one by one.

use std::mem::take;

use crate::ending::{DecoderKind, Ending};
use crate::{EngineError, Tokenizer};

/// Decodes ids as they are generated, with the results of Python's `tokenizers.decoders.DecodeStream`: a piece of
/// text comes as soon as it is whole, and never ends inside a character.
///
/// Where Python's stream fails because earlier text would change (a byte that makes the bytes before it invalid),
/// this one goes on with the text of the new ids alone.
#[derive(Clone)]
pub struct DecodeStream {
    tokenizer: Tokenizer,
    skip_special_tokens: bool,
    /// The ids of the last text given out, which the decoder needs as context, then those that still wait.
    ids: Vec<u32>,
    /// How many of `ids` have been given out, and their text.
    given: usize,
    prefix: String,
    ending: Ending,
}

/// So many ids may wait without a text before a stream of the CTC decoder leaves repeated ones out.
const PATIENCE: usize = 1024;

impl DecodeStream {
    pub(crate) fn new(tokenizer: Tokenizer, skip_special_tokens: bool) -> Self {
        let (ids, prefix, ending) = (Vec::new(), String::new(), Ending::default());
        Self {
            tokenizer,
            skip_special_tokens,
            ids,
            given: 0,
            prefix,
            ending,
        }
    }

    /// Takes the next id; answers the text that it completes.
    ///
    /// # Errors
    /// When the ids cannot be decoded.
    pub fn push(&mut self, id: u32) -> Result<Option<String>, EngineError> {
        let kind = self.tokenizer.decoder_kind();
        // What the decoder never sees changes nothing.
        let Some(token) = self.tokenizer.id_to_token(id) else {
            return Ok(None);
        };
        if self.skip_special_tokens && self.tokenizer.is_special(id, &token) {
            return Ok(None);
        }
        if kind == DecoderKind::Ctc && self.ids.len() > PATIENCE && self.ids.last() == Some(&id) {
            return Ok(None);
        }
        if self.prefix.is_empty() && !self.ids.is_empty() && !self.ending.is_unfinished(kind) {
            let prefix = self.text(&self.ids)?;
            if !prefix.ends_with(char::REPLACEMENT_CHARACTER) {
                self.prefix = prefix;
                self.given = self.ids.len();
            }
        }
        self.ids.push(id);
        self.ending.push(kind, &token);
        if self.ending.is_unfinished(kind) {
            return Ok(None);
        }
        let text = self.text(&self.ids)?;
        if text.len() <= self.prefix.len() || text.ends_with(char::REPLACEMENT_CHARACTER) {
            return Ok(None);
        }
        let new = match text.strip_prefix(self.prefix.as_str()) {
            Some(new) => new.to_owned(),
            None => self.text(&self.ids[self.given..])?,
        };
        self.given = self.ids.len() - self.given;
        self.ids.drain(..self.ids.len() - self.given);
        self.prefix = self.text(&self.ids)?;
        self.restart_ending(kind);
        Ok(Some(new))
    }

    /// Gives out what still waits, as it is: an unfinished character is U+FFFD. The stream then starts anew.
    ///
    /// # Errors
    /// When the ids cannot be decoded.
    pub fn flush(&mut self) -> Result<Option<String>, EngineError> {
        let (ids, prefix, given) = (take(&mut self.ids), take(&mut self.prefix), take(&mut self.given));
        self.ending = Ending::default();
        let text = self.text(&ids)?;
        let rest = match text.strip_prefix(prefix.as_str()) {
            Some(rest) => rest.to_owned(),
            None => self.text(&ids[given..])?,
        };
        Ok(Some(rest).filter(|rest| !rest.is_empty()))
    }

    /// The ids that went out no longer belong to a run of bytes at the end.
    fn restart_ending(&mut self, kind: DecoderKind) {
        self.ending = Ending::default();
        for id in &self.ids {
            if let Some(token) = self.tokenizer.id_to_token(*id) {
                self.ending.push(kind, &token);
            }
        }
    }

    fn text(&self, ids: &[u32]) -> Result<String, EngineError> {
        self.tokenizer.decode_raw(ids, self.skip_special_tokens)
    }
}
