//! Normalizing with a note of where every byte comes from, as the `tokenizers` crate keeps it: what it replaces,
//! inserts and reorders has its own rules there, which offsets show.

use unicode_normalization_alignments::UnicodeNormalization;

use super::each::Each;
use super::forms::Form;
use super::{Normalizer, Step};

/// Where a byte comes from: a range of bytes of the given text.
pub(crate) type Origin = (u32, u32);

/// Normalized text whose bytes know where they come from.
#[derive(Default)]
pub(crate) struct Traced {
    pub(crate) text: String,
    pub(crate) origins: Vec<Origin>,
}

/// Reused memory for traced text.
#[derive(Default)]
pub(crate) struct TraceBuffers {
    front: Traced,
    back: Traced,
}

/// Buffers that grew beyond this are given back after the text that needed it.
const KEEP: usize = 1 << 18;

impl TraceBuffers {
    /// Gives back what one very long text needed.
    pub(crate) fn shrink(&mut self) {
        if self.front.text.capacity().max(self.back.text.capacity()) > KEEP {
            *self = Self::default();
        }
    }
}

impl Traced {
    /// Text that comes from itself.
    fn given(&mut self, text: &str) {
        self.text.clear();
        self.origins.clear();
        self.text.push_str(text);
        self.origins.reserve(text.len());
        // Texts have fewer than 2^32 bytes: `Pipeline::trace` sees to it.
        let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        for (place, c) in text.char_indices() {
            let origin = (number(place), number(place + c.len_utf8()));
            self.origins.extend((0..c.len_utf8()).map(|_| origin));
        }
    }

    /// What the bytes `from..to` come from.
    fn keep(&mut self, old: &Self, from: usize, to: usize) {
        self.text.push_str(&old.text[from..to]);
        self.origins.extend_from_slice(&old.origins[from..to]);
    }

    fn push(&mut self, c: char, origin: Origin) {
        self.text.push(c);
        self.origins.extend((0..c.len_utf8()).map(|_| origin));
    }

    fn push_text(&mut self, text: &str, origin: Origin) {
        self.text.push_str(text);
        self.origins.extend((0..text.len()).map(|_| origin));
    }

    /// The crate's way to say a change: characters that each take the place of one (0), of more (-n), or of none (1),
    /// which then come from where the one before did.
    fn transform(
        &mut self,
        old: &Self,
        range: std::ops::Range<usize>,
        changed: impl Iterator<Item = (char, isize)>,
    ) {
        let mut replaced = old.text[range.clone()].chars();
        let mut offset = range.start;
        for (c, change) in changed {
            if change > 0 {
                let before = offset.checked_sub(1).and_then(|place| old.origins.get(place));
                self.push(c, before.copied().unwrap_or_default());
                continue;
            }
            let origin = old.origins.get(offset).copied().unwrap_or_default();
            self.push(c, origin);
            offset += (&mut replaced)
                .take(1 + change.unsigned_abs())
                .map(char::len_utf8)
                .sum::<usize>();
        }
    }
}

impl Normalizer {
    /// Normalizes one stretch of text between added tokens.
    pub(crate) fn trace<'a>(&self, given: &str, buffers: &'a mut TraceBuffers) -> &'a Traced {
        let TraceBuffers { front, back } = buffers;
        let (mut front, mut back) = (front, back);
        front.given(given);
        for step in &self.steps {
            back.text.clear();
            back.origins.clear();
            if step.trace(front, back) {
                std::mem::swap(&mut front, &mut back);
            }
        }
        front
    }
}

impl Step {
    /// Fills `new` with the normalized text; false when the text stays as it is.
    fn trace(&self, old: &Traced, new: &mut Traced) -> bool {
        let text = old.text.as_str();
        match self {
            Self::Bert(bert) => bert.trace(text, &mut |part| match part {
                Part::Kept(from, to, lowercase) => {
                    let start = new.text.len();
                    new.keep(old, from, to);
                    if lowercase {
                        new.text[start..].make_ascii_lowercase();
                    }
                }
                Part::Put(c, place) => new.push(c, old.origins[place]),
            }),
            Self::Charsmap(map) => charsmap(map, old, new),
            Self::Form(form) => {
                let mut copied = 0;
                form.windows(text, &mut |from, to| {
                    new.keep(old, copied, from);
                    form.trace(old, new, from..to);
                    copied = to;
                });
                if copied > 0 {
                    new.keep(old, copied, text.len());
                }
                copied > 0
            }
            Self::Each(each) => trace_each(*each, old, new),
            Self::Strip { left, right } => {
                let start = if *left {
                    text.len() - text.trim_start().len()
                } else {
                    0
                };
                let end = if *right {
                    text.trim_end().len().max(start)
                } else {
                    text.len()
                };
                new.keep(old, start, end);
                true
            }
            Self::Replace(replace) => {
                let mut copied = 0;
                replace.matches(text, &mut |from, to, content| {
                    new.keep(old, copied, from);
                    // What is put in comes from where the last of the match does.
                    let last = to.checked_sub(1).and_then(|last| old.origins.get(last));
                    new.push_text(content, last.copied().unwrap_or_default());
                    copied = to;
                });
                new.keep(old, copied, text.len());
                true
            }
            Self::Prepend(prefix) => {
                let Some(&first) = old.origins.first() else {
                    return false;
                };
                new.push_text(prefix, first);
                new.keep(old, 0, text.len());
                true
            }
        }
    }
}

/// What `BertNormalizer` makes of a part of the text.
pub(super) enum Part {
    /// A range of bytes stays, in lower case where that is said (of ASCII).
    Kept(usize, usize, bool),
    /// A character that comes from the one at this place.
    Put(char, usize),
}

fn trace_each(each: Each, old: &Traced, new: &mut Traced) -> bool {
    let mut copied = 0;
    let lower = each == Each::Lowercase;
    for (place, c) in old.text.char_indices() {
        if c.is_ascii() && !each.changes_ascii() {
            continue;
        }
        let mut changed = String::new();
        if each.normalize(c.encode_utf8(&mut [0; 4]), &mut changed) {
            new.keep(old, copied, place);
            new.push_text(&changed, old.origins[place]);
            copied = place + c.len_utf8();
        }
    }
    new.keep(old, copied, old.text.len());
    if lower {
        new.text.make_ascii_lowercase();
    }
    true
}

impl Form {
    fn trace(self, old: &Traced, new: &mut Traced, range: std::ops::Range<usize>) {
        let window = &old.text[range.clone()];
        match self {
            Self::Nfc => new.transform(old, range, window.nfc()),
            Self::Nfd => new.transform(old, range, window.nfd()),
            Self::Nfkc => new.transform(old, range, window.nfkc()),
            Self::Nfkd => new.transform(old, range, window.nfkd()),
        }
    }
}

fn charsmap(map: &super::Charsmap, old: &Traced, new: &mut Traced) -> bool {
    let text = old.text.as_str();
    let mut copied = 0;
    let mut gone_first = false;
    // How many bytes the character has that was put in last, without one that it takes the place of.
    let mut added = 0;
    map.edits(text, &mut |from, to, with| {
        if copied < from {
            new.keep(old, copied, from);
            added = 0;
        }
        copied = to;
        if with.is_empty() {
            if added > 0 {
                // It then takes the place of what goes.
                let start = new.origins.len() - added;
                new.origins[start..].fill(old.origins[from]);
                added = 0;
            }
            gone_first |= new.text.is_empty();
            return;
        }
        let mut places = text[from..to].char_indices().map(|(place, _)| from + place);
        let mut last = from;
        for c in with.chars() {
            added = 0;
            match places.next() {
                Some(place) => last = place,
                None => added = c.len_utf8(),
            }
            new.push(c, old.origins[last]);
        }
    });
    if copied == 0 {
        return false;
    }
    new.keep(old, copied, text.len());
    if gone_first {
        shift(map, old, new);
    }
    true
}

/// The crate forgets that characters went before the first that stays: the others come from places so much too early.
#[cold]
fn shift(map: &super::Charsmap, old: &Traced, new: &mut Traced) {
    let text = old.text.as_str();
    let mut changes: Vec<(char, isize)> = Vec::with_capacity(text.len());
    let mut copied = 0;
    map.edits(text, &mut |from, to, with| {
        changes.extend(text[copied..from].chars().map(|c| (c, 0)));
        copied = to;
        let gone = text[from..to].chars().count();
        let start = changes.len();
        changes.extend(with.chars().map(|c| (c, 0)));
        let put = changes.len() - start;
        for (_, change) in changes.iter_mut().rev().take(put.saturating_sub(gone)) {
            *change = 1;
        }
        if let Some((_, change)) = changes.last_mut() {
            *change -= isize::try_from(gone.saturating_sub(put)).unwrap_or(0);
        }
    });
    changes.extend(text[copied..].chars().map(|c| (c, 0)));
    new.text.clear();
    new.origins.clear();
    new.transform(old, 0..text.len(), changes.into_iter());
}
