//! The text of a tokenizer.json: whole, or without the large parts that an engine can write again.

use std::borrow::Cow;
use std::ops::Range;

use crate::layout::{Document, large_parts};

/// An engine whose tables hold all that a model's vocabulary and merges say.
pub(crate) trait LargeParts {
    /// Whether the model merges.
    fn merge(&self) -> bool;
    /// The vocabulary as JSON.
    fn vocab(&self) -> String;
    /// The merges as JSON; nothing for a model that has none.
    fn merges(&self) -> String;
    /// Whether `vocab` says what the tables hold.
    fn has_vocab(&self, vocab: &str) -> bool;
    /// Whether `merges` says what the tables hold.
    fn has_merges(&self, merges: &str) -> bool;
}

/// What is kept of a text.
pub(crate) enum Source {
    /// All of it.
    Whole(Box<str>),
    /// All but vocabulary and merges.
    Frame {
        /// Before, between and behind the two. A model without merges has none of them at the end of the text.
        parts: [Box<str>; 3],
        /// Whether the vocabulary comes before the merges.
        vocab_first: bool,
    },
}

impl Source {
    /// Keeps as little of `text`, which is that of `document`, as can be.
    pub(crate) fn new(text: Cow<'_, str>, places: Option<Places>) -> Self {
        match places {
            Some(places) => {
                let parts = places.around(&text).map(Box::from);
                Self::Frame {
                    parts,
                    vocab_first: places.vocab_first,
                }
            }
            None => Self::Whole(text.into_owned().into_boxed_str()),
        }
    }

    /// Whether all of the text is kept.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self, Self::Whole(_))
    }

    /// The text, in which the large parts may be written otherwise than they were.
    pub(crate) fn text<'a>(&self, large: impl FnOnce() -> Option<Box<dyn LargeParts + 'a>>) -> Cow<'_, str> {
        match self {
            Self::Whole(text) => Cow::Borrowed(text),
            Self::Frame { parts, vocab_first } => {
                // A frame is kept only where there is an engine that fills it.
                let Some(large) = large() else {
                    return Cow::Borrowed("");
                };
                let [before, between, behind] = parts;
                let (mut first, mut second) = (large.vocab(), large.merges());
                if !vocab_first {
                    std::mem::swap(&mut first, &mut second);
                }
                Cow::Owned([&**before, &first, between, &second, behind].concat())
            }
        }
    }

    /// Whether `text` says the same.
    pub(crate) fn is<'a>(
        &self,
        text: &str,
        large: impl FnOnce() -> Option<Box<dyn LargeParts + 'a>>,
    ) -> bool {
        match self {
            Self::Whole(whole) => **whole == *text,
            Self::Frame { parts, vocab_first } => {
                let Some((vocab, merges)) = large_parts(text) else {
                    return false;
                };
                let Some((places, large)) = Places::of(text, vocab, merges).zip(large()) else {
                    return false;
                };
                places.vocab_first == *vocab_first
                    && places.around(text) == parts.each_ref().map(|part| &**part)
                    && large.has_vocab(vocab)
                    && large.has_merges(merges.unwrap_or_default())
            }
        }
    }
}

/// Where vocabulary and merges stand in a text.
pub(crate) struct Places {
    first: Range<usize>,
    second: Range<usize>,
    vocab_first: bool,
}

impl Places {
    /// The places of a document's large parts in its text.
    pub(crate) fn in_document(text: &str, document: &Document<'_>) -> Option<Self> {
        Self::of(text, document.model.vocab, document.model.merges)
    }

    fn of(text: &str, vocab: &str, merges: Option<&str>) -> Option<Self> {
        let (vocab, merges) = (
            place(text, vocab)?,
            place(text, merges.unwrap_or(&text[text.len()..]))?,
        );
        let vocab_first = vocab.start < merges.start;
        let (first, second) = if vocab_first {
            (vocab, merges)
        } else {
            (merges, vocab)
        };
        (first.end <= second.start).then_some(Self {
            first,
            second,
            vocab_first,
        })
    }

    fn around<'a>(&self, text: &'a str) -> [&'a str; 3] {
        [
            &text[..self.first.start],
            &text[self.first.end..self.second.start],
            &text[self.second.end..],
        ]
    }
}

/// Where `part`, a part of `text`, stands in it.
fn place(text: &str, part: &str) -> Option<Range<usize>> {
    let start = part.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    let range = start..start + part.len();
    text.get(range.clone())
        .is_some_and(|found| std::ptr::eq(found, part))
        .then_some(range)
}
