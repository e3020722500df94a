//! Word splitters and what they feed: text is cut into words, words become ids, through a bounded cache.

pub(crate) mod cache;
mod classes;
mod cut;
mod parse;

use serde_json::Value;

use crate::compiled::normalize::Normalized;
use crate::compiled::unigram::{self, Unigram};
use crate::compiled::wordpiece::WordPiece;
use cache::WordCache;
use classes::{BertWords, Mode, PunctuatedText, RegexWords, SpacedWords};
use cut::{Batch, Cuts, MARK, SpaceCuts};
use parse::{Cut, Metaspace, Plan, Scheme};

/// A model that turns a word into ids by itself.
pub(crate) enum Model {
    WordPiece(WordPiece),
    Unigram(Unigram),
}

/// A pre-tokenizer that splits words, with its model.
pub(crate) struct WordEncoder {
    plan: Plan,
    model: Model,
}

/// The memory of a run: one for each encoding thread, reused. It belongs to one encoder.
#[derive(Default)]
pub(crate) struct WordScratch {
    cache: WordCache,
    model: unigram::Scratch,
    piece: String,
}

/// Longer scratch text than this is given back.
const KEEP: usize = 1 << 20;

impl WordEncoder {
    /// Builds the encoder for the file's `pre_tokenizer`, or says what it does not know.
    pub(crate) fn build(pre_tokenizer: &Value, model: Model) -> Result<Self, &'static str> {
        Ok(Self { plan: Plan::from_json(pre_tokenizer)?, model })
    }

    /// Whether ids depend on where a text starts ([`Normalized::from_start`]).
    pub(crate) fn asks_for_start(&self) -> bool {
        self.plan.metaspace.is_some_and(|metaspace| metaspace.scheme == Scheme::First)
    }

    /// Appends the ids of normalized text that holds no added token.
    pub(crate) fn encode(&self, normalized: Normalized<'_>, scratch: &mut WordScratch, out: &mut Vec<u32>) {
        let text = normalized.text;
        if text.is_empty() {
            return;
        }
        match (self.plan.cut, self.plan.metaspace) {
            (Cut::Whole, None) => self.model.encode(text, &mut scratch.model, out),
            (Cut::Whole, Some(metaspace)) => self.spaces(text, metaspace, normalized.from_start, scratch, out),
            (Cut::Bert, metaspace) => self.cut::<BertWords>(text, metaspace, scratch, out),
            (Cut::Spaced, metaspace) => self.cut::<SpacedWords>(text, metaspace, scratch, out),
            (Cut::Punctuated, metaspace) => self.cut::<PunctuatedText>(text, metaspace, scratch, out),
            (Cut::Regex, metaspace) => self.cut::<RegexWords>(text, metaspace, scratch, out),
        }
        if scratch.piece.capacity() > KEEP {
            scratch.piece = String::new();
        }
    }

    fn cut<M: Mode>(
        &self,
        text: &str,
        metaspace: Option<Metaspace>,
        scratch: &mut WordScratch,
        out: &mut Vec<u32>,
    ) {
        let prefixed = metaspace.is_some_and(|metaspace| metaspace.scheme == Scheme::Always);
        let marks = metaspace.is_some() && memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_some();
        let mut cuts = Cuts::<M>::new(text);
        let mut batch = Batch::new();
        loop {
            let more = cuts.fill(&mut batch);
            for (start, end) in batch.pieces() {
                match metaspace {
                    Some(metaspace) if marks => self.marked(&text[start..end], metaspace, scratch, out),
                    _ => self.piece(text, start, end, prefixed, scratch, out),
                }
            }
            if !more {
                break;
            }
        }
    }

    /// A word that may hold `▁`: it has no spaces left.
    #[cold]
    fn marked(&self, word: &str, metaspace: Metaspace, scratch: &mut WordScratch, out: &mut Vec<u32>) {
        // Words before which nothing is written cannot be the first of the text: `Plan` declines that scheme.
        self.spaces(word, metaspace, false, scratch, out);
    }

    /// Metaspace over text with its spaces.
    fn spaces(
        &self,
        text: &str,
        metaspace: Metaspace,
        from_start: bool,
        scratch: &mut WordScratch,
        out: &mut Vec<u32>,
    ) {
        let prefix_first = match metaspace.scheme {
            Scheme::Always => true,
            Scheme::First => from_start,
            Scheme::Never => false,
        };
        if !metaspace.split {
            return self.unsplit(text, prefix_first, scratch, out);
        }
        let mut batch = Batch::new();
        let (mut cuts, bare) = SpaceCuts::new(text, &mut batch);
        let mut prefixed = !bare || prefix_first;
        loop {
            let more = cuts.fill(&mut batch);
            for (start, end) in batch.pieces() {
                self.piece(text, start, end, prefixed, scratch, out);
                prefixed = true;
            }
            if !more {
                break;
            }
        }
    }

    /// Metaspace that does not split: the whole text is one piece.
    fn unsplit(&self, text: &str, prefix: bool, scratch: &mut WordScratch, out: &mut Vec<u32>) {
        scratch.piece.clear();
        if prefix && !text.starts_with([' ', '\u{2581}']) {
            scratch.piece.push_str(MARK);
        }
        let mut parts = text.split(' ');
        scratch.piece.extend(parts.next());
        for part in parts {
            scratch.piece.push_str(MARK);
            scratch.piece.push_str(part);
        }
        self.model.encode(&scratch.piece, &mut scratch.model, out);
    }

    #[inline(always)]
    fn piece(
        &self,
        text: &str,
        start: usize,
        end: usize,
        prefixed: bool,
        scratch: &mut WordScratch,
        out: &mut Vec<u32>,
    ) {
        let key = scratch.cache.key(text.as_bytes(), start, end, prefixed);
        if !scratch.cache.get(&key, out) {
            self.miss(&text[start..end], prefixed, &key, scratch, out);
        }
    }

    #[inline(never)]
    fn miss(
        &self,
        content: &str,
        prefixed: bool,
        key: &cache::Key,
        scratch: &mut WordScratch,
        out: &mut Vec<u32>,
    ) {
        let from = out.len();
        if prefixed {
            scratch.piece.clear();
            scratch.piece.push_str(MARK);
            scratch.piece.push_str(content);
            self.model.encode(&scratch.piece, &mut scratch.model, out);
        } else {
            self.model.encode(content, &mut scratch.model, out);
        }
        scratch.cache.put(key, &out[from..]);
    }
}

impl Model {
    #[inline]
    fn encode(&self, piece: &str, scratch: &mut unigram::Scratch, out: &mut Vec<u32>) {
        match self {
            Self::WordPiece(model) => model.encode(piece, out),
            Self::Unigram(model) => model.encode(piece, scratch, out),
        }
    }
}

#[cfg(test)]
mod tests;
