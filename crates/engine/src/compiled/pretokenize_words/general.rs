//! Any other sequence of pre-tokenizers, one after the other: its pieces are collected before the model has them.

use memchr::memchr2_iter;
use serde_json::Value;

use super::parse::{Metaspace, Scheme, metaspace};
use super::trace::{Emit, Given, Piece};
use super::{Run, WordEncoder};
use crate::compiled::split::{self, Stage};
use crate::compiled::unicode::classes;

/// More parts than any real pre-tokenizer has.
const MAX_PARTS: usize = 16;
const MAX_DEPTH: usize = 8;
/// Buffers that grew beyond this for one text are given back.
const KEEP: usize = 1 << 20;

/// What cuts text, and `Metaspace` in between.
#[derive(Default)]
pub(super) struct General {
    before: Vec<Stage>,
    metaspace: Option<Marks>,
    after: Vec<Stage>,
}

/// A `Metaspace` with any mark.
struct Marks {
    mark: char,
    options: Metaspace,
}

/// Reused memory.
#[derive(Default)]
pub(super) struct Scratch {
    /// The text with marks, and where each of its bytes comes from, if that is wanted.
    text: String,
    origins: Vec<usize>,
    pieces: Vec<(usize, usize)>,
    next: Vec<(usize, usize)>,
}

impl General {
    /// Reads a `pre_tokenizer`; nothing where a part of it is not known.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let mut general = Self::default();
        general.read(value, 0)?;
        Some(general)
    }

    fn read(&mut self, value: &Value, depth: usize) -> Option<()> {
        let object = value.as_object()?;
        match object.get("type")?.as_str()? {
            "Sequence" if depth < MAX_DEPTH => {
                let mut list = object.get("pretokenizers")?.as_array()?.iter();
                list.try_for_each(|value| self.read(value, depth + 1))
            }
            "Metaspace" if self.metaspace.is_none() => {
                let mut replacement = object.get("replacement")?.as_str()?.chars();
                let mark = replacement.next().filter(|_| replacement.as_str().is_empty())?;
                let options = metaspace(object).ok()?;
                self.metaspace = Some(Marks { mark, options });
                Some(())
            }
            _ => {
                let stages = if self.metaspace.is_some() {
                    &mut self.after
                } else {
                    &mut self.before
                };
                stages.push(split::stage(value)?);
                (self.before.len() + self.after.len() <= MAX_PARTS).then_some(())
            }
        }
    }

    /// Whether it changes text.
    pub(super) fn changes_text(&self) -> bool {
        self.metaspace.is_some()
    }

    /// The mark that only a text's start gets, if there is one.
    pub(super) fn first_mark(&self) -> Option<char> {
        let marks = self.metaspace.as_ref()?;
        (marks.options.scheme == Scheme::First).then_some(marks.mark)
    }

    /// Whether it asks that of pieces that others cut.
    pub(super) fn asks_after_cuts(&self) -> bool {
        self.first_mark().is_some() && !self.before.is_empty()
    }

    /// Collects the pieces of a text, and gives the text that they are pieces of.
    fn cut<'a>(&self, text: &'a str, from_start: bool, traced: bool, scratch: &'a mut Scratch) -> Pieces<'a> {
        let Scratch {
            text: marked,
            origins,
            pieces,
            next,
        } = scratch;
        pieces.clear();
        pieces.extend((!text.is_empty()).then_some((0, text.len())));
        for stage in &self.before {
            apply(stage, text, pieces, next);
        }
        let Some(marks) = &self.metaspace else {
            return Pieces {
                text,
                origins: None,
                ranges: pieces,
            };
        };
        marked.clear();
        origins.clear();
        next.clear();
        for &(from, to) in &*pieces {
            marks.write(
                text,
                (from, to),
                from_start,
                marked,
                traced.then_some(&mut *origins),
                next,
            );
        }
        std::mem::swap(pieces, next);
        for stage in &self.after {
            apply(stage, marked, pieces, next);
        }
        Pieces {
            text: marked,
            origins: traced.then_some(origins),
            ranges: pieces,
        }
    }
}

/// Pieces of a text.
struct Pieces<'a> {
    text: &'a str,
    /// Where its bytes come from; without, each is its own origin.
    origins: Option<&'a [usize]>,
    ranges: &'a [(usize, usize)],
}

/// Cuts each of the pieces.
fn apply(stage: &Stage, text: &str, pieces: &mut Vec<(usize, usize)>, next: &mut Vec<(usize, usize)>) {
    next.clear();
    for &(from, to) in &*pieces {
        let stages = std::slice::from_ref(stage);
        split::run(stages, classes(), text.as_bytes(), from, to, &mut |from, to| {
            next.push((from, to));
        });
    }
    std::mem::swap(pieces, next);
}

impl Marks {
    /// Appends a piece with marks to `out`, and what it is cut into to `pieces`.
    fn write(
        &self,
        text: &str,
        (from, to): (usize, usize),
        from_start: bool,
        out: &mut String,
        mut origins: Option<&mut Vec<usize>>,
        pieces: &mut Vec<(usize, usize)>,
    ) {
        let content = &text[from..to];
        let mut buffer = [0; 4];
        let mark = &*self.mark.encode_utf8(&mut buffer);
        let mut start = out.len();
        let mut push_mark = |place: usize, out: &mut String, origins: &mut Option<&mut Vec<usize>>| {
            if self.options.split && start < out.len() {
                pieces.push((start, out.len()));
                start = out.len();
            }
            out.push_str(mark);
            if let Some(origins) = origins {
                // Each byte of a mark that stays has its own origin.
                let own = text[place..].starts_with(mark);
                origins.extend((0..mark.len()).map(|byte| if own { place + byte } else { place }));
            }
        };
        let prefixes = match self.options.scheme {
            Scheme::Always => true,
            Scheme::First => from_start && from == 0,
            Scheme::Never => false,
        };
        if prefixes && !content.starts_with([' ', self.mark]) {
            push_mark(from, out, &mut origins);
        }
        let mut rest = content;
        while !rest.is_empty() {
            let bytes = rest.as_bytes();
            let end = memchr2_iter(b' ', mark.as_bytes()[0], bytes)
                .find(|&place| bytes[place] == b' ' || rest[place..].starts_with(mark))
                .unwrap_or(rest.len());
            let place = to - rest.len();
            out.push_str(&rest[..end]);
            if let Some(origins) = &mut origins {
                origins.extend(place..place + end);
            }
            let Some(marked) = rest[end..].chars().next() else {
                break;
            };
            push_mark(place + end, out, &mut origins);
            rest = &rest[end + marked.len_utf8()..];
        }
        if start < out.len() {
            pieces.push((start, out.len()));
        }
    }
}

impl WordEncoder {
    /// Appends the ids of a text.
    pub(super) fn encode_general(&self, general: &General, text: &str, from_start: bool, run: &mut Run<'_>) {
        let mut scratch = std::mem::take(&mut run.scratch.general);
        let pieces = general.cut(text, from_start, false, &mut scratch);
        self.pieces(pieces.text, pieces.ranges.iter().copied(), false, run);
        if scratch.text.capacity() <= KEEP
            && scratch.pieces.capacity().max(scratch.next.capacity()) <= KEEP / 16
        {
            run.scratch.general = scratch;
        }
    }

    /// The same, token by token.
    pub(super) fn trace_general(
        &self,
        general: &General,
        given: &Given<'_>,
        run: &mut Run<'_>,
        emit: &mut Emit<'_>,
    ) {
        let mut scratch = Scratch::default();
        let Pieces {
            text,
            origins,
            ranges,
        } = general.cut(given.text, given.from_start, true, &mut scratch);
        for &(start, end) in ranges {
            run.out.clear();
            self.piece(text, start..end, false, run);
            let place = |at: usize| match origins {
                Some(origins) => origins.get(start + at).copied().unwrap_or(given.text.len()),
                None => start + at,
            };
            self.model.describe(
                given.vocab,
                &text[start..end],
                run.out,
                &mut run.scratch.model,
                &place,
                emit,
            );
            emit(Piece::End);
        }
    }
}
