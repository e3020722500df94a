//! Words to tokens that know where they come from.

use super::cut::{Batch, Cuts, MARK, SpaceCuts};
use super::{BertWords, PunctuatedText, RegexWords, SpacedWords};
use super::{Cut, Metaspace, Mode, Model, ModelScratch, Run, Scheme, WordEncoder, WordScratch};
use crate::compiled::cache::Cache;
use crate::compiled::vocab::Vocab;

/// What is cut into words.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    /// Normalized text that holds no added token.
    pub(crate) text: &'a str,
    /// Its first character stands at the very start of the given text.
    pub(crate) from_start: bool,
    /// The model's tokens.
    pub(crate) vocab: &'a Vocab,
}

/// What comes out, in order.
pub(crate) enum Piece<'a> {
    Token(Token<'a>),
    /// The end of a word.
    End,
}

/// A token of a word.
pub(crate) struct Token<'a> {
    pub(crate) id: u32,
    /// What it is shown as: unknown text shows as itself where the model says so.
    pub(crate) value: &'a str,
    /// The bytes of the text that it comes from.
    pub(crate) from: usize,
    pub(crate) to: usize,
}

pub(super) type Emit<'a> = dyn FnMut(Piece<'_>) + 'a;

/// A word and the `▁` before it, if there is one: the byte of the text that the mark comes from.
#[derive(Clone, Copy)]
struct Word {
    mark: Option<usize>,
    start: usize,
    end: usize,
}

impl WordEncoder {
    /// As [`WordEncoder::encode`], token by token.
    pub(crate) fn trace(
        &self,
        given: &Given<'_>,
        cache: &mut Cache,
        scratch: &mut WordScratch,
        emit: &mut Emit<'_>,
    ) {
        let mut ids = Vec::new();
        let run = &mut Run {
            cache,
            scratch,
            out: &mut ids,
        };
        if let Some(general) = &self.general {
            return self.trace_general(general, given, run, emit);
        }
        let whole = (0, given.text.len());
        match (self.plan.cut, self.plan.metaspace) {
            (Cut::Whole, None) => self.trace_word(
                given,
                Word {
                    mark: None,
                    start: 0,
                    end: whole.1,
                },
                false,
                run,
                emit,
            ),
            (Cut::Whole, Some(metaspace)) => self.trace_spaces(given, whole, metaspace, run, emit),
            (Cut::Bert, _) => self.trace_cut::<BertWords>(given, run, emit),
            (Cut::Spaced, _) => self.trace_cut::<SpacedWords>(given, run, emit),
            (Cut::Punctuated, _) => self.trace_cut::<PunctuatedText>(given, run, emit),
            (Cut::Regex, _) => self.trace_cut::<RegexWords>(given, run, emit),
            (Cut::Characters, _) => {
                for (start, character) in given.text.char_indices() {
                    let end = start + character.len_utf8();
                    let mark = None;
                    self.trace_word(given, Word { mark, start, end }, true, run, emit);
                }
            }
        }
    }

    fn trace_cut<M: Mode>(&self, given: &Given<'_>, run: &mut Run<'_>, emit: &mut Emit<'_>) {
        let metaspace = self.plan.metaspace;
        let prefixed = metaspace.is_some_and(|metaspace| metaspace.scheme == Scheme::Always);
        let marks =
            metaspace.is_some() && memchr::memmem::find(given.text.as_bytes(), MARK.as_bytes()).is_some();
        let mut cuts = Cuts::<M>::new(given.text);
        let mut batch = Batch::default();
        loop {
            let more = cuts.fill(&mut batch);
            for (start, end) in batch.pieces() {
                match metaspace {
                    Some(metaspace) if marks => {
                        // Words are never the start of the text for Metaspace: `Plan` declines that scheme.
                        let given = &Given {
                            from_start: false,
                            ..*given
                        };
                        self.trace_spaces(given, (start, end), metaspace, run, emit);
                    }
                    _ => {
                        let mark = prefixed.then_some(start);
                        self.trace_word(given, Word { mark, start, end }, true, run, emit);
                    }
                }
            }
            if !more {
                break;
            }
        }
    }

    /// Metaspace over a part of the text.
    fn trace_spaces(
        &self,
        given: &Given<'_>,
        (from, to): (usize, usize),
        metaspace: Metaspace,
        run: &mut Run<'_>,
        emit: &mut Emit<'_>,
    ) {
        let text = &given.text[from..to];
        let prefix_first = match metaspace.scheme {
            Scheme::Always => true,
            Scheme::First => given.from_start,
            Scheme::Never => false,
        };
        if !metaspace.split {
            return self.trace_unsplit(given, (from, to), prefix_first, run, emit);
        }
        let mut batch = Batch::default();
        let (mut cuts, bare) = SpaceCuts::new(text, &mut batch);
        let mut is_bare = bare;
        loop {
            let more = cuts.fill(&mut batch);
            for (start, end) in batch.pieces() {
                let mark = if std::mem::take(&mut is_bare) {
                    prefix_first.then_some(start)
                } else if text[..start].ends_with(' ') {
                    Some(start - 1)
                } else {
                    Some(start.saturating_sub(MARK.len()))
                };
                let word = Word {
                    mark: mark.map(|mark| from + mark),
                    start: from + start,
                    end: from + end,
                };
                self.trace_word(given, word, true, run, emit);
            }
            if !more {
                break;
            }
        }
    }

    /// Metaspace that does not split.
    fn trace_unsplit(
        &self,
        given: &Given<'_>,
        (from, to): (usize, usize),
        prefix: bool,
        run: &mut Run<'_>,
        emit: &mut Emit<'_>,
    ) {
        let text = &given.text[from..to];
        let mut piece = String::new();
        let mut places = Vec::new();
        if prefix && !text.starts_with([' ', '\u{2581}']) {
            piece.push_str(MARK);
            places.resize(MARK.len(), from);
        }
        for (place, c) in text.char_indices() {
            piece.push(if c == ' ' { '\u{2581}' } else { c });
            places.resize(piece.len(), from + place);
        }
        run.out.clear();
        self.model.encode(&piece, &mut run.scratch.model, run.out);
        let place = |at: usize| places.get(at).copied().unwrap_or(from);
        self.model
            .describe(given.vocab, &piece, run.out, &mut run.scratch.model, &place, emit);
        emit(Piece::End);
    }

    fn trace_word(&self, given: &Given<'_>, word: Word, kept: bool, run: &mut Run<'_>, emit: &mut Emit<'_>) {
        let Word { mark, start, end } = word;
        let text = given.text;
        run.out.clear();
        if kept {
            self.piece(text, start..end, mark.is_some(), run);
        } else {
            self.model
                .encode(&text[start..end], &mut run.scratch.model, run.out);
        }
        match mark {
            None => {
                let place = |at: usize| start + at;
                self.model.describe(
                    given.vocab,
                    &text[start..end],
                    run.out,
                    &mut run.scratch.model,
                    &place,
                    emit,
                );
            }
            Some(mark) => {
                let place = |at: usize| at.checked_sub(MARK.len()).map_or(mark, |at| start + at);
                let mut piece = std::mem::take(&mut run.scratch.piece);
                piece.clear();
                piece.push_str(MARK);
                piece.push_str(&text[start..end]);
                self.model
                    .describe(given.vocab, &piece, run.out, &mut run.scratch.model, &place, emit);
                run.scratch.piece = piece;
            }
        }
        emit(Piece::End);
    }
}

impl Model {
    /// Says what each of the `ids` of a piece covers; `place` finds a byte of the piece in the text.
    pub(super) fn describe(
        &self,
        vocab: &Vocab,
        piece: &str,
        ids: &[u32],
        scratch: &mut ModelScratch,
        place: &dyn Fn(usize) -> usize,
        emit: &mut Emit<'_>,
    ) {
        let mut token = |id: u32, value: &str, from: usize, to: usize| {
            emit(Piece::Token(Token {
                id,
                value,
                from: place(from),
                to: place(to.max(from + 1) - 1) + 1,
            }));
        };
        let written = |id: u32| vocab.token(id).unwrap_or_default();
        match self {
            Self::WordPiece(model) => {
                // A single token covers the word, as it is or unknown.
                if let [id] = *ids {
                    return token(id, written(id), 0, piece.len());
                }
                let mut at = 0;
                for &id in ids {
                    let value = written(id);
                    let end = at + model.covered(value.len(), at == 0);
                    token(id, value, at, end);
                    at = end;
                }
            }
            Self::WordLevel(model) => {
                for &id in ids {
                    token(id, model.shown(piece, written(id)), 0, piece.len());
                }
            }
            Self::Bpe(model) => {
                let mut spans = Vec::with_capacity(ids.len());
                model.spans(vocab, piece.as_bytes(), ids, &mut spans);
                for (&id, (from, to)) in ids.iter().zip(spans) {
                    token(id, written(id), from, to);
                }
            }
            Self::Unigram(model) => {
                let plain = ids.iter().all(|&id| model.is_plain(id, written(id)));
                let total: usize = ids.iter().map(|&id| written(id).len()).sum();
                if plain && total == piece.len() {
                    let mut at = 0;
                    for &id in ids {
                        let value = written(id);
                        token(id, value, at, at + value.len());
                        at += value.len();
                    }
                    return;
                }
                let mut ids = ids.iter().copied();
                for (from, to, unknown) in model.parts(piece, &mut scratch.unigram) {
                    if !unknown {
                        ids.by_ref()
                            .take(1)
                            .for_each(|id| token(id, &piece[from..to], from, to));
                        continue;
                    }
                    let (unknown, falls_back) = model.unknown(&piece[from..to]);
                    for id in unknown {
                        ids.next();
                        let value = if model.is_unknown(id) && !falls_back {
                            &piece[from..to]
                        } else {
                            written(id)
                        };
                        token(id, value, from, to);
                    }
                }
            }
        }
    }
}
