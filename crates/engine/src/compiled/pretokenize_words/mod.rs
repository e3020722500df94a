//! Word splitters and what they feed: text is cut into words, words become ids, through a bounded cache.

mod classes;
mod cut;
mod general;
mod key;
mod parse;
mod trace;

use std::ops::Range;

use serde_json::Value;

use crate::compiled::bpe::{self, Bpe};
use crate::compiled::cache::{Asked, Cache, SHORT_IDS, SPARE, Stop};
use crate::compiled::normalize::Normalized;
use crate::compiled::unigram::{self, Unigram};
use crate::compiled::vocab::Vocab;
use crate::compiled::wordlevel::WordLevel;
use crate::compiled::wordpiece::WordPiece;
use classes::{BertWords, Mode, PunctuatedText, RegexWords, SpacedWords};
use cut::{Batch, Cuts, MARK, SpaceCuts};
use general::General;
use key::Key;
use parse::{Cut, Metaspace, Plan, Scheme};
pub(crate) use trace::{Given, Piece};

/// A model that turns a word into ids by itself.
pub(crate) enum Model {
    WordPiece(WordPiece),
    Unigram(Unigram),
    Bpe(Box<Bpe>),
    WordLevel(WordLevel),
}

/// A pre-tokenizer that splits words, with its model.
pub(crate) struct WordEncoder {
    plan: Plan,
    /// How text is cut where no plan knows that.
    general: Option<General>,
    model: Model,
}

/// The memory of a run beside the cache: one for each encoding thread, reused.
#[derive(Default)]
pub(crate) struct WordScratch {
    model: ModelScratch,
    general: general::Scratch,
    piece: String,
    /// Not there while a text is cut.
    batch: Option<Box<Batch>>,
    waiting: Option<Box<Waiting>>,
}

/// Words whose ids the cache is asked for together, each part by itself, as the loops over them want it.
struct Waiting {
    spans: [(usize, usize); AHEAD],
    asked: [Asked; AHEAD],
    /// Of those that stand in their lines.
    ids: [u32; SHORT_IDS * AHEAD + SPARE],
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            spans: [(0, 0); AHEAD],
            asked: [Asked::default(); AHEAD],
            ids: [0; SHORT_IDS * AHEAD + SPARE],
        }
    }
}

/// What the models work with.
#[derive(Default)]
pub(crate) struct ModelScratch {
    unigram: unigram::Scratch,
    bpe: bpe::Scratch,
}

/// What a run works with.
struct Run<'a> {
    cache: &'a mut Cache,
    scratch: &'a mut WordScratch,
    out: &'a mut Vec<u32>,
}

/// How many words are looked for together.
const AHEAD: usize = 64;

/// In the place of a short key; no word has it.
const NOT_SHORT: u128 = u128::MAX;

/// Longer scratch text than this is given back.
const KEEP: usize = 1 << 20;

impl WordEncoder {
    /// Builds the encoder for the file's `pre_tokenizer`, or says what it does not know.
    pub(crate) fn build(pre_tokenizer: &Value, model: Model) -> Result<Self, &'static str> {
        let (plan, general) = match Plan::from_json(pre_tokenizer) {
            Ok(plan) => (plan, None),
            Err(reason) => (
                Plan::WHOLE,
                Some(General::from_json(pre_tokenizer).ok_or(reason)?),
            ),
        };
        Ok(Self { plan, general, model })
    }

    /// Whether there is a way to cut text by this pre-tokenizer.
    pub(crate) fn knows(pre_tokenizer: &Value) -> bool {
        Plan::from_json(pre_tokenizer).is_ok() || General::from_json(pre_tokenizer).is_some()
    }

    /// The id of a token.
    pub(crate) fn id(&self, vocab: &Vocab, token: &str) -> Option<u32> {
        match &self.model {
            Model::WordPiece(model) => model.id(token),
            Model::Unigram(model) => model.id(token),
            Model::WordLevel(model) => model.id(token),
            Model::Bpe(_) => vocab.id(token),
        }
    }

    /// Whether an id is shown as its `token`, whatever the text is: unknown text is shown itself by some models.
    pub(crate) fn always_shows(&self, id: u32, token: &str) -> bool {
        match &self.model {
            Model::WordPiece(_) | Model::Bpe(_) => true,
            Model::Unigram(model) => model.is_plain(id, token),
            Model::WordLevel(_) => false,
        }
    }

    /// Whether a pre-tokenizer cuts words by the classes of their characters, as this encoder does.
    pub(crate) fn cuts_words(pre_tokenizer: &Value) -> bool {
        Plan::from_json(pre_tokenizer).is_ok_and(|plan| plan.cut != Cut::Whole)
    }

    /// The merging model, if it is one.
    pub(crate) fn merging(&self) -> Option<&Bpe> {
        match &self.model {
            Model::Bpe(model) => Some(model),
            _ => None,
        }
    }

    /// Whether tokens and their ids are all that the model was made of.
    pub(crate) fn is_of_ids(&self) -> bool {
        match &self.model {
            Model::WordPiece(_) | Model::WordLevel(_) => true,
            // There are scores and merges too.
            Model::Unigram(_) | Model::Bpe(_) => false,
        }
    }

    /// Whether there is text that the model has no ids for, not even unknown ones.
    pub(crate) fn may_fail(&self) -> bool {
        match &self.model {
            Model::Bpe(model) => model.may_fail(),
            Model::WordLevel(model) => model.may_fail(),
            Model::WordPiece(model) => model.may_fail(),
            Model::Unigram(_) => false,
        }
    }

    /// Whether text is changed before it is cut.
    pub(crate) fn changes_text(&self) -> bool {
        self.plan.metaspace.is_some() || self.general.as_ref().is_some_and(General::changes_text)
    }

    /// Whether ids depend on where pieces of a text start that something else has cut.
    pub(crate) fn asks_after_cuts(&self) -> bool {
        self.general.as_ref().is_some_and(General::asks_after_cuts)
    }

    /// The mark that only a text's start gets ([`Normalized::from_start`]), if there is one.
    pub(crate) fn first_mark(&self) -> Option<char> {
        let is_first = self
            .plan
            .metaspace
            .is_some_and(|metaspace| metaspace.scheme == Scheme::First);
        is_first
            .then_some(bpe::META)
            .or_else(|| self.general.as_ref()?.first_mark())
    }

    /// Appends the ids of normalized text that holds no added token.
    pub(crate) fn encode(
        &self,
        normalized: Normalized<'_>,
        cache: &mut Cache,
        scratch: &mut WordScratch,
        out: &mut Vec<u32>,
    ) {
        let run = &mut Run { cache, scratch, out };
        let text = normalized.text;
        if text.is_empty() {
            return;
        }
        if let Some(general) = &self.general {
            return self.encode_general(general, text, normalized.from_start, run);
        }
        match (self.plan.cut, self.plan.metaspace) {
            (Cut::Whole, None) => self.model.encode(text, &mut run.scratch.model, run.out),
            (Cut::Whole, Some(metaspace)) => self.spaces(text, metaspace, normalized.from_start, run),
            (Cut::Bert, metaspace) => self.cut::<BertWords>(text, metaspace, run),
            (Cut::Spaced, metaspace) => self.cut::<SpacedWords>(text, metaspace, run),
            (Cut::Punctuated, metaspace) => self.cut::<PunctuatedText>(text, metaspace, run),
            (Cut::Regex, metaspace) => self.cut::<RegexWords>(text, metaspace, run),
            (Cut::Characters, _) => {
                for (start, character) in text.char_indices() {
                    self.piece(text, start..start + character.len_utf8(), false, run);
                }
            }
        }
        if run.scratch.piece.capacity() > KEEP {
            run.scratch.piece = String::new();
        }
    }

    fn cut<M: Mode>(&self, text: &str, metaspace: Option<Metaspace>, run: &mut Run<'_>) {
        let prefixed = metaspace.is_some_and(|metaspace| metaspace.scheme == Scheme::Always);
        let marks = metaspace.is_some() && memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_some();
        let mut cuts = Cuts::<M>::new(text);
        let mut batch = run.scratch.batch.take().unwrap_or_default();
        batch.reset();
        loop {
            let more = cuts.fill(&mut batch);
            match metaspace {
                Some(metaspace) if marks => {
                    for (start, end) in batch.pieces() {
                        self.marked(&text[start..end], metaspace, run);
                    }
                }
                _ => self.pieces(text, batch.pieces(), prefixed, run),
            }
            if !more {
                break;
            }
        }
        run.scratch.batch = Some(batch);
    }

    /// A word that may hold `▁`: it has no spaces left.
    #[cold]
    fn marked(&self, word: &str, metaspace: Metaspace, run: &mut Run<'_>) {
        // Words before which nothing is written cannot be the first of the text: `Plan` declines that scheme.
        self.spaces(word, metaspace, false, run);
    }

    /// Metaspace over text with its spaces.
    fn spaces(&self, text: &str, metaspace: Metaspace, from_start: bool, run: &mut Run<'_>) {
        let prefix_first = match metaspace.scheme {
            Scheme::Always => true,
            Scheme::First => from_start,
            Scheme::Never => false,
        };
        if !metaspace.split {
            return self.unsplit(text, prefix_first, run);
        }
        let mut batch = run.scratch.batch.take().unwrap_or_default();
        batch.reset();
        let (mut cuts, bare) = SpaceCuts::new(text, &mut batch);
        let mut prefixed = !bare || prefix_first;
        loop {
            let more = cuts.fill(&mut batch);
            let mut pieces = batch.pieces();
            if !prefixed && let Some((start, end)) = pieces.next() {
                self.piece(text, start..end, false, run);
                prefixed = true;
            }
            self.pieces(text, pieces, true, run);
            if !more {
                break;
            }
        }
        run.scratch.batch = Some(batch);
    }

    /// Metaspace that does not split: the whole text is one piece.
    fn unsplit(&self, text: &str, prefix: bool, run: &mut Run<'_>) {
        let WordScratch { model, piece, .. } = &mut *run.scratch;
        piece.clear();
        if prefix && !text.starts_with([' ', '\u{2581}']) {
            piece.push_str(MARK);
        }
        let mut parts = text.split(' ');
        piece.extend(parts.next());
        for part in parts {
            piece.push_str(MARK);
            piece.push_str(part);
        }
        self.model.encode(piece, model, run.out);
    }

    /// Pieces one after the other, whose places in the cache are asked for together.
    #[inline(always)]
    fn pieces(
        &self,
        text: &str,
        mut pieces: impl Iterator<Item = (usize, usize)>,
        prefixed: bool,
        run: &mut Run<'_>,
    ) {
        let mut waiting = run.scratch.waiting.take().unwrap_or_default();
        let Waiting { spans, asked, ids } = &mut *waiting;
        loop {
            let mut count = 0;
            let lines = run.cache.lines();
            for (place, (start, end)) in spans.iter_mut().zip(pieces.by_ref()) {
                *place = (start, end);
                let asked = &mut asked[count];
                match Key::new(text.as_bytes(), start, end, prefixed) {
                    Key::Short(key) => {
                        asked.key = key;
                        asked.hash = lines.hash(key);
                        lines.prefetch(asked.hash);
                    }
                    Key::Long(key) => {
                        asked.key = NOT_SHORT;
                        lines.prefetch_long(lines.hash_long(key));
                    }
                    Key::None => asked.key = NOT_SHORT,
                }
                count += 1;
            }
            let mut index = 0;
            loop {
                let mut length = 0;
                let (written, stop) = run.cache.lines().write(&asked[index..count], ids, &mut length);
                run.out.extend_from_slice(&ids[..length]);
                index += written;
                if stop == Stop::End {
                    break;
                }
                let (start, end) = spans[index];
                if stop == Stop::Missing && asked[index].key != NOT_SHORT {
                    self.miss(&text[start..end], prefixed, Key::Short(asked[index].key), run);
                } else {
                    self.piece(text, start..end, prefixed, run);
                }
                index += 1;
            }
            if count < AHEAD {
                break;
            }
        }
        run.scratch.waiting = Some(waiting);
    }

    #[inline(never)]
    fn piece(&self, text: &str, range: Range<usize>, prefixed: bool, run: &mut Run<'_>) {
        let key = Key::new(text.as_bytes(), range.start, range.end, prefixed);
        if !key.get(run.cache, run.out) {
            self.miss(&text[range], prefixed, key, run);
        }
    }

    #[inline(never)]
    fn miss(&self, content: &str, prefixed: bool, key: Key, run: &mut Run<'_>) {
        let from = run.out.len();
        let WordScratch { model, piece, .. } = &mut *run.scratch;
        if prefixed {
            piece.clear();
            piece.push_str(MARK);
            piece.push_str(content);
            self.model.encode(piece, model, run.out);
        } else {
            self.model.encode(content, model, run.out);
        }
        key.put(run.cache, &run.out[from..]);
    }
}

/// The ways to cut words that [`split`](super::split) has as stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// `BertPreTokenizer`.
    Bert,
    /// `WhitespaceSplit`.
    Spaced,
    /// `Whitespace`.
    Regex,
}

/// Cuts words.
pub(crate) fn cut_words(words: Words, text: &str, piece: &mut impl FnMut(usize, usize)) {
    match words {
        Words::Bert => cut_by::<BertWords>(text, piece),
        Words::Spaced => cut_by::<SpacedWords>(text, piece),
        Words::Regex => cut_by::<RegexWords>(text, piece),
    }
}

fn cut_by<M: Mode>(text: &str, piece: &mut impl FnMut(usize, usize)) {
    let mut cuts = Cuts::<M>::new(text);
    let mut batch = Batch::default();
    loop {
        let more = cuts.fill(&mut batch);
        batch.pieces().for_each(|(start, end)| piece(start, end));
        if !more {
            return;
        }
    }
}

impl Model {
    #[inline]
    fn encode(&self, piece: &str, scratch: &mut ModelScratch, out: &mut Vec<u32>) {
        match self {
            Self::WordPiece(model) => model.encode(piece, out),
            Self::Unigram(model) => model.encode(piece, &mut scratch.unigram, out),
            Self::Bpe(model) => model.merge_word(piece.as_bytes(), &mut scratch.bpe, out),
            Self::WordLevel(model) => model.encode(piece, out),
        }
    }
}

#[cfg(test)]
mod tests;
