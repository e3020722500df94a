//! From text to tokens with all that is known about them: the same steps as for ids alone, and beside them where each
//! token comes from and which word it belongs to.
//!
//! Ids come from the same tables and caches. What a token covers follows from its id, so that nothing else is kept.

use crate::engine::offsets::CharOffsets;
use crate::error::EngineError;

use super::added::Part as Found;
use super::bpe::Bpe;
use super::bpe::cut;
use super::cache::{Cache, Pooled};
use super::normalize::trace::{Origin, TraceBuffers};
use super::pipeline::{Encoder, ModelScratch, Pipeline, Scratch, cut_words, prefixes};
use super::post::{Part, Wanted};
use super::pretokenize_words::{Given, Piece};
use super::split::{self, Plan};
use super::vocab::Vocab;

/// Texts with more bytes are left to the reference engine.
const LONGEST: usize = 1 << 31;

/// Takes tokens in.
pub(super) struct Tokens<'a> {
    pub(super) part: &'a mut Part,
    pub(super) vocab: &'a Vocab,
    pub(super) wanted: Wanted,
    /// Blanks at the ends of tokens are counted.
    pub(super) blanks: bool,
    /// The word that all of the text is, or else words are counted.
    pub(super) word: Option<u32>,
    pub(super) words: u32,
}

impl Tokens<'_> {
    /// Ends a word.
    fn next_word(&mut self) {
        self.words += 1;
    }

    fn push(&mut self, id: u32, value: &str, offsets: (usize, usize)) {
        self.part.ids.push(id);
        self.describe(value, offsets);
    }

    /// Everything about a token but its id.
    fn describe(&mut self, value: &str, (start, end): (usize, usize)) {
        if self.wanted.tokens {
            self.part.tokens.push(value.to_owned());
        }
        if self.wanted.offsets {
            self.part.offsets.push((narrow(start), narrow(end)));
        }
        if self.blanks {
            let is_blank = |c: &char| *c == 'Ġ' || c.is_whitespace();
            let leading = value.chars().take_while(is_blank).count();
            let trailing = value.chars().rev().take_while(is_blank).count();
            self.part.blanks.push((narrow(leading), narrow(trailing)));
        }
        if self.wanted.words {
            self.part.words.push(Some(self.word.unwrap_or(self.words)));
        }
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Normalized text, and where it comes from in the given one.
#[derive(Clone, Copy)]
struct View<'a> {
    text: &'a str,
    /// Where each byte comes from; without, it is its own origin.
    origins: Option<&'a [Origin]>,
    /// Where the stretch begins in the given text.
    base: usize,
}

impl View<'_> {
    /// Where the bytes `from..to` (at least one) come from.
    fn span(&self, from: usize, to: usize) -> (usize, usize) {
        let (start, end) = match self.origins {
            Some(origins) => {
                let start = origins.get(from).map_or(0, |origin| origin.0);
                let end = to.checked_sub(1).and_then(|last| origins.get(last));
                (start as usize, end.map_or(0, |origin| origin.1) as usize)
            }
            // Parts of a character come from all of it.
            None => (floor(self.text, from), ceil(self.text, to)),
        };
        (self.base + start, self.base + end)
    }
}

fn floor(text: &str, mut place: usize) -> usize {
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

fn ceil(text: &str, mut place: usize) -> usize {
    while place < text.len() && !text.is_char_boundary(place) {
        place += 1;
    }
    place
}

impl Pipeline {
    /// Appends the tokens of a text.
    pub(super) fn trace(&self, text: &str, tokens: &mut Tokens<'_>) -> Result<(), EngineError> {
        if text.len() > LONGEST {
            return Err(EngineError::unsupported("offsets of more than 2 GB of text"));
        }
        let start = tokens.part.offsets.len();
        self.pool().with(|pooled| {
            let mut traced = std::mem::take(&mut pooled.scratch.traced);
            self.added().split_raw(text, &mut |part| match part {
                Found::Token(id, from, to) => {
                    tokens.push(id, &text[from..to], (from, to));
                    tokens.next_word();
                }
                Found::Text(from, to) => {
                    self.trace_stretch(&text[from..to], from, &mut traced, pooled, tokens);
                }
            });
            traced.shrink();
            pooled.scratch.traced = traced;
        });
        if !tokens.wanted.offsets {
            return Ok(());
        }
        let converter = CharOffsets::new(text);
        for offsets in &mut tokens.part.offsets[start..] {
            let (from, to) = converter.convert((offsets.0 as usize, offsets.1 as usize));
            *offsets = (narrow(from), narrow(to));
        }
        Ok(())
    }

    /// A stretch between added tokens, not yet normalized.
    fn trace_stretch(
        &self,
        text: &str,
        base: usize,
        buffers: &mut TraceBuffers,
        pooled: &mut Pooled<Scratch>,
        tokens: &mut Tokens<'_>,
    ) {
        let fused = self.fused();
        let view = if self.normalizer().is_none() || fused.is_some() {
            View {
                text,
                origins: None,
                base,
            }
        } else {
            let traced = self.normalizer().trace(text, buffers);
            View {
                text: &traced.text,
                origins: Some(&traced.origins),
                base,
            }
        };
        let prefix = fused.is_some_and(|fused| fused.prepend);
        let Pooled { cache, scratch } = pooled;
        self.added().split_normalized(view.text, &mut |part| match part {
            Found::Token(id, from, to) => {
                tokens.push(id, &view.text[from..to], view.span(from, to));
                tokens.next_word();
            }
            Found::Text(from, to) => match self.encoder() {
                Encoder::Bpe { plan, bpe } => {
                    let stretch = Stretch {
                        view,
                        from,
                        to,
                        prefix,
                    };
                    self.trace_bpe(plan, bpe, &stretch, cache, &mut scratch.model, tokens);
                }
                Encoder::Words(words) => {
                    let given = Given {
                        text: &view.text[from..to],
                        from_start: view.span(from, to).0 == 0,
                        vocab: tokens.vocab,
                    };
                    words.trace(
                        &given,
                        cache,
                        &mut scratch.model.words,
                        &mut |piece| match piece {
                            Piece::Token(token) => tokens.push(
                                token.id,
                                token.value,
                                view.span(from + token.from, from + token.to),
                            ),
                            Piece::End => tokens.next_word(),
                        },
                    );
                }
            },
        });
    }

    fn trace_bpe(
        &self,
        plan: &Plan,
        bpe: &Bpe,
        stretch: &Stretch<'_>,
        cache: &mut Cache,
        scratch: &mut ModelScratch,
        tokens: &mut Tokens<'_>,
    ) {
        let Stretch { view, from, to, .. } = *stretch;
        let given = &view.text[from..to];
        let ModelScratch {
            bpe: workspace,
            text: copy,
            ..
        } = scratch;
        let prefixed = stretch.prefix || prefixes(plan, given, view.span(from, to).0 == 0);
        let text = if prefixed {
            copy.clear();
            copy.push(' ');
            copy.push_str(given);
            copy.as_bytes()
        } else {
            given.as_bytes()
        };
        // What is put before the text comes from where its first character does.
        let place = |at: usize| from + at.saturating_sub(usize::from(prefixed));
        let mut spans = Vec::new();
        let mut word = |start: usize, end: usize| {
            let first = tokens.part.ids.len();
            match bpe.joins().filter(|_| !plan.byte_level) {
                Some(joins) => cut(joins, false, &text[start..end], &mut |from, to| {
                    bpe.encode(
                        text,
                        start + from,
                        start + to,
                        cache,
                        workspace,
                        &mut tokens.part.ids,
                    );
                }),
                None => bpe.encode(text, start, end, cache, workspace, &mut tokens.part.ids),
            }
            // Which ids are the word's must be known before the next one.
            bpe.flush(text, cache, workspace, &mut tokens.part.ids);
            spans.clear();
            bpe.spans(
                tokens.vocab,
                &text[start..end],
                &tokens.part.ids[first..],
                &mut spans,
            );
            for (index, &(from, to)) in spans.iter().enumerate() {
                let last = (start + to.max(from + 1) - 1).min(text.len() - 1);
                let vocab = tokens.vocab;
                let value = vocab.token(tokens.part.ids[first + index]).unwrap_or_default();
                tokens.describe(value, view.span(place((start + from).min(last)), place(last) + 1));
            }
            tokens.next_word();
        };
        if plan.cuts() {
            split::run(&plan.stages, self.classes(), text, 0, text.len(), &mut word);
        } else {
            let words = plan.metaspace.is_some_and(|metaspace| metaspace.split);
            cut_words(words, text, &mut word);
        }
    }
}

/// A part of normalized text without added tokens.
struct Stretch<'a> {
    view: View<'a>,
    from: usize,
    to: usize,
    /// The normalizer, whose work is done while merging, puts a ▁ before it.
    prefix: bool,
}
