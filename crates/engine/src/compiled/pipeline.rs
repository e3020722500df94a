//! From text to ids: added tokens, normalizer, pre-tokenizer, model.

use super::Declined;
use super::added::{Added, Part};
use super::bpe::{self, Bpe, cut, is_blank};
use super::cache::{Cache, Pool, Pooled};
use super::file::PrependScheme;
use super::meta::Fused;
use super::normalize::trace::TraceBuffers;
use super::normalize::{Buffers, Normalized, Normalizer};
use super::pretokenize_words::{WordEncoder, WordScratch};
use super::split::{self, Plan};
use super::unicode::{Classes, classes, decode};
use super::vocab::Vocab;

/// A buffer that grew beyond this for one text is given back.
const KEPT_TEXT: usize = 1 << 20;

/// What one call works with.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) model: ModelScratch,
    buffers: Buffers,
    pub(super) traced: TraceBuffers,
}

/// What the model's part of a call works with.
#[derive(Default)]
pub(super) struct ModelScratch {
    pub(super) bpe: bpe::Scratch,
    pub(super) words: WordScratch,
    pub(super) text: String,
}

/// Pre-tokenizer and model.
pub(super) enum Encoder {
    /// Pieces of bytes or characters, merged.
    Bpe { plan: Plan, bpe: Box<Bpe> },
    /// Words, each by itself.
    Words(Box<WordEncoder>),
}

impl Encoder {
    /// The id of a token while the tables are built.
    pub(super) fn id(&self, vocab: &Vocab, token: &str) -> Option<u32> {
        match self {
            Self::Bpe { .. } => vocab.id(token),
            Self::Words(words) => words.id(vocab, token),
        }
    }

    /// Whether an id is shown as its `token`, whatever the text is.
    pub(super) fn always_shows(&self, id: u32, token: &str) -> bool {
        match self {
            Self::Bpe { .. } => true,
            Self::Words(words) => words.always_shows(id, token),
        }
    }

    /// Whether there is text that gives [`FAILS`](super::vocab::FAILS).
    pub(super) fn may_fail(&self) -> bool {
        match self {
            Self::Bpe { bpe, .. } => bpe.may_fail(),
            Self::Words(words) => words.may_fail(),
        }
    }

    /// Whether the pre-tokenizer changes text.
    fn changes_text(&self) -> bool {
        match self {
            Self::Bpe { plan, .. } => plan.byte_level || plan.metaspace.is_some(),
            Self::Words(words) => words.changes_text(),
        }
    }

    /// The mark that only a text's start gets, if there is one.
    fn first_mark(&self) -> Option<char> {
        match self {
            Self::Bpe { plan, .. } => {
                let metaspace = plan.metaspace?;
                (metaspace.scheme == PrependScheme::First).then_some(bpe::META)
            }
            Self::Words(words) => words.first_mark(),
        }
    }
}

/// Everything between a text and its ids.
pub(super) struct Pipeline {
    added: Added,
    normalizer: Normalizer,
    /// The normalizer's work is done while merging.
    fused: Option<Fused>,
    encoder: Encoder,
    classes: &'static Classes,
    pool: Pool<Scratch>,
}

impl Pipeline {
    pub(super) fn new(
        added: Added,
        normalizer: Normalizer,
        fused: Option<Fused>,
        encoder: Encoder,
    ) -> Result<Self, Declined> {
        // Whether a stretch stands at the text's start is then not plain.
        let first_mark = encoder.first_mark();
        if first_mark.is_some() && added.has_normalized() && !normalizer.is_none() {
            return Err(Declined::new(
                "Metaspace's scheme `first` beside normalized added tokens",
            ));
        }
        // A character that stands for several comes from the start with each of them.
        if matches!(&encoder, Encoder::Words(words) if words.asks_after_cuts()) && !normalizer.is_none() {
            return Err(Declined::new(
                "Metaspace's scheme `first` after another pre-tokenizer, beside a normalizer",
            ));
        }
        if first_mark.is_some_and(|mark| !normalizer.knows_start(mark)) {
            return Err(Declined::new("Metaspace's scheme `first` beside its normalizer"));
        }
        // Where it changes text later, the crate loses what stands for none of the given.
        if normalizer.puts_between() && encoder.changes_text() {
            return Err(Declined::new(
                "text put between all characters beside ByteLevel or Metaspace",
            ));
        }
        // Normalized added tokens are looked for in text that really is normalized.
        let fused = fused.filter(|_| !added.has_normalized());
        Ok(Self {
            added,
            normalizer,
            fused,
            encoder,
            classes: classes(),
            pool: Pool::new(),
        })
    }

    pub(super) fn added(&self) -> &Added {
        &self.added
    }

    pub(super) fn normalizer(&self) -> &Normalizer {
        &self.normalizer
    }

    pub(super) fn fused(&self) -> Option<Fused> {
        self.fused
    }

    pub(super) fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    pub(super) fn classes(&self) -> &'static Classes {
        self.classes
    }

    pub(super) fn pool(&self) -> &Pool<Scratch> {
        &self.pool
    }

    /// The merging model, if it is one.
    pub(super) fn merging(&self) -> Option<&Bpe> {
        match &self.encoder {
            Encoder::Bpe { bpe, .. } => Some(bpe),
            Encoder::Words(words) => words.merging(),
        }
    }

    /// Whether tokens and their ids are all that the model was made of.
    pub(super) fn is_of_ids(&self) -> bool {
        match &self.encoder {
            Encoder::Bpe { .. } => false,
            Encoder::Words(words) => words.is_of_ids(),
        }
    }

    /// Appends the ids of a text.
    #[inline]
    pub(super) fn encode(&self, text: &str, out: &mut Vec<u32>) {
        self.pool.with(|pooled| {
            match self.as_it_stands() {
                Some(merging) => {
                    let Pooled { cache, scratch } = &mut *pooled;
                    let mut merging = merging.over(text, cache, &mut scratch.model.bpe, out);
                    self.added.split_raw(text, &mut |part| match part {
                        Part::Token(id, ..) => merging.token(id),
                        Part::Text(from, to) => self.parts(from, to, &mut merging),
                    });
                    merging.end();
                }
                None => self.added.split_raw(text, &mut |part| match part {
                    Part::Token(id, ..) => out.push(id),
                    Part::Text(from, to) => self.stretch(&text[from..to], from == 0, pooled, out),
                }),
            }
            if pooled.scratch.model.text.capacity() > KEPT_TEXT {
                pooled.scratch.model.text = String::new();
            }
            pooled.scratch.buffers.shrink();
        });
    }

    /// The merging model, where nothing changes text before it is cut.
    #[inline]
    fn as_it_stands(&self) -> Option<Model<'_>> {
        let is_given = match self.fused {
            Some(fused) => !fused.prepend,
            None => self.normalizer.is_none(),
        };
        self.unprefixed().filter(|_| is_given)
    }

    /// The merging model, where the pre-tokenizer puts nothing before text.
    #[inline]
    fn unprefixed(&self) -> Option<Model<'_>> {
        match &self.encoder {
            Encoder::Bpe { plan, bpe } if !plan.may_prefix() => Some(Model {
                plan,
                bpe,
                classes: self.classes,
            }),
            _ => None,
        }
    }

    /// The part `from..to` of a normalized text.
    #[inline]
    fn parts(&self, from: usize, to: usize, merging: &mut Merging<'_>) {
        let text = merging.text;
        self.added
            .split_normalized(&text[from..to], &mut |part| match part {
                Part::Token(id, ..) => merging.token(id),
                Part::Text(start, end) => merging.stretch(from + start, from + end),
            });
    }

    /// A stretch between added tokens, not yet normalized.
    #[inline]
    fn stretch(&self, text: &str, at_start: bool, pooled: &mut Pooled<Scratch>, out: &mut Vec<u32>) {
        let Pooled { cache, scratch } = pooled;
        if self.normalizer.is_none() || self.fused.is_some() {
            let prefix = self.fused.is_some_and(|fused| fused.prepend);
            let normalized = Normalized {
                text,
                from_start: at_start,
            };
            return self.normalized(normalized, prefix, cache, &mut scratch.model, out);
        }
        let mut normalized = self.normalizer.normalize(text, &mut scratch.buffers);
        normalized.from_start &= at_start;
        self.normalized(normalized, false, cache, &mut scratch.model, out);
    }

    /// A stretch of normalized text.
    #[inline]
    fn normalized(
        &self,
        normalized: Normalized<'_>,
        prefix: bool,
        cache: &mut Cache,
        scratch: &mut ModelScratch,
        out: &mut Vec<u32>,
    ) {
        if let Some(merging) = self.unprefixed().filter(|_| !prefix) {
            let mut merging = merging.over(normalized.text, cache, &mut scratch.bpe, out);
            self.parts(0, normalized.text.len(), &mut merging);
            return merging.end();
        }
        self.added
            .split_normalized(normalized.text, &mut |part| match part {
                Part::Token(id, ..) => out.push(id),
                Part::Text(from, to) => {
                    let text = &normalized.text[from..to];
                    let from_start = normalized.from_start && from == 0;
                    match &self.encoder {
                        Encoder::Bpe { plan, bpe } => {
                            self.bpe(plan, bpe, text, prefix, from_start, cache, scratch, out);
                        }
                        Encoder::Words(words) => {
                            words.encode(Normalized { text, from_start }, cache, &mut scratch.words, out);
                        }
                    }
                }
            });
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "parts of the pool's slot that are borrowed apart"
    )]
    #[inline]
    fn bpe(
        &self,
        plan: &Plan,
        bpe: &Bpe,
        text: &str,
        prefix: bool,
        from_start: bool,
        cache: &mut Cache,
        scratch: &mut ModelScratch,
        out: &mut Vec<u32>,
    ) {
        let ModelScratch {
            bpe: workspace,
            text: copy,
            ..
        } = scratch;
        let text = if prefix || prefixes(plan, text, from_start) {
            copy.clear();
            copy.push(' ');
            copy.push_str(text);
            copy
        } else {
            text
        };
        let classes = self.classes;
        let mut merging = Model { plan, bpe, classes }.over(text, cache, workspace, out);
        merging.stretch(0, text.len());
        merging.end();
    }
}

/// A merging model and how text is cut for it.
#[derive(Clone, Copy)]
struct Model<'a> {
    plan: &'a Plan,
    bpe: &'a Bpe,
    classes: &'static Classes,
}

impl<'a> Model<'a> {
    #[inline(always)]
    fn over(
        self,
        text: &'a str,
        cache: &'a mut Cache,
        scratch: &'a mut bpe::Scratch,
        out: &'a mut Vec<u32>,
    ) -> Merging<'a> {
        Merging {
            model: self,
            text,
            cache,
            scratch,
            out,
        }
    }
}

/// Merging what stands between the added tokens of a text: the pieces of all of it that the cache lacks are merged
/// together.
struct Merging<'a> {
    model: Model<'a>,
    text: &'a str,
    cache: &'a mut Cache,
    scratch: &'a mut bpe::Scratch,
    out: &'a mut Vec<u32>,
}

impl Merging<'_> {
    /// Appends the id of an added token.
    fn token(&mut self, id: u32) {
        let text = self.text.as_bytes();
        self.model.bpe.settle(text, self.cache, self.scratch, self.out);
        self.out.push(id);
    }

    #[inline]
    fn stretch(&mut self, from: usize, to: usize) {
        let Self {
            model: Model { plan, bpe, classes },
            text,
            cache,
            scratch,
            out,
        } = self;
        let text = text.as_bytes();
        let mut piece = |from, to| bpe.encode(text, from, to, cache, scratch, out);
        if plan.cuts() {
            return split::run(&plan.stages, classes, text, from, to, &mut piece);
        }
        let words = plan.metaspace.is_some_and(|metaspace| metaspace.split);
        let mut piece = |start, end| piece(from + start, from + end);
        match bpe.joins() {
            Some(joins) => cut(joins, words, &text[from..to], &mut piece),
            None => cut_words(words, &text[from..to], &mut piece),
        }
    }

    fn end(self) {
        let text = self.text.as_bytes();
        self.model.bpe.flush(text, self.cache, self.scratch, self.out);
    }
}

/// Whether the pre-tokenizer puts a blank (or ▁, which is the same here) before a stretch.
#[inline]
pub(super) fn prefixes(plan: &Plan, text: &str, from_start: bool) -> bool {
    if let Some(metaspace) = plan.metaspace {
        let wanted = match metaspace.scheme {
            PrependScheme::Always => true,
            PrependScheme::First => from_start,
            PrependScheme::Never => false,
        };
        wanted && !text.starts_with([' ', bpe::META])
    } else {
        plan.prefix_space && !text.starts_with(' ')
    }
}

/// Cuts text before each blank or ▁ only.
pub(super) fn cut_words(words: bool, text: &[u8], piece: &mut impl FnMut(usize, usize)) {
    let (mut start, mut at) = (0, 0);
    while words && at < text.len() {
        let (code, width) = decode(text, at);
        if is_blank(code) && start < at {
            piece(start, at);
            start = at;
        }
        at += width;
    }
    if start < text.len() {
        piece(start, text.len());
    }
}
