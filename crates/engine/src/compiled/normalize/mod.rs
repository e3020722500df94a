//! Normalizers: text in, normalized text out, with ids (not offsets) in view.
//!
//! All Unicode facts come from the crates that the reference engine uses, in the same build, or from tables that the
//! tests hold equal to them.

mod bert;
mod charsmap;
mod clusters;
mod each;
mod forms;
pub(crate) mod pages;
mod parse;
mod replace;
mod rewrite;
pub(crate) mod scan;
pub(crate) mod trace;

use bert::Bert;
use charsmap::Charsmap;
use each::Each;
use forms::Form;
use replace::Replace;

/// One normalizer of the file.
enum Step {
    Bert(Bert),
    Charsmap(Box<Charsmap>),
    Form(Form),
    Each(Each),
    Strip { left: bool, right: bool },
    Replace(Box<Replace>),
    Prepend(String),
}

/// The normalizers of a file, in order.
pub(crate) struct Normalizer {
    steps: Vec<Step>,
}

/// Reused memory for normalized text.
#[derive(Default)]
pub(crate) struct Buffers {
    front: String,
    back: String,
}

/// Buffers that grew beyond this are given back after the text that needed it.
const KEEP: usize = 1 << 20;

impl Buffers {
    /// Gives back what one very long text needed.
    pub(crate) fn shrink(&mut self) {
        for buffer in [&mut self.front, &mut self.back] {
            if buffer.capacity() > KEEP {
                *buffer = String::new();
            }
        }
    }
}

/// Normalized text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Normalized<'a> {
    pub(crate) text: &'a str,
    /// Whether the first character stands at the very start of the given text: Metaspace's scheme `first` asks.
    pub(crate) from_start: bool,
}

/// Where the current text stands while the steps run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Given,
    Front,
    Back,
}

impl Normalizer {
    /// The normalizer that changes nothing.
    pub(crate) fn none() -> Self {
        Self { steps: Vec::new() }
    }

    /// Whether [`Normalized::from_start`] is exact wherever it matters, which is where the text does not start
    /// with a space or Metaspace's `mark`. Where a step drops first characters after another one made several out of
    /// one, only the reference's alignments tell.
    pub(crate) fn knows_start(&self, mark: char) -> bool {
        let mut expanded = false;
        self.steps.iter().all(|step| {
            let known = !(expanded && step.drops_first(mark));
            expanded |= match step {
                Step::Strip { .. } => false,
                Step::Each(each) => !each.drops(),
                _ => true,
            };
            known && !matches!(step, Step::Bert(_))
        })
    }

    /// Whether text comes out as it goes in.
    pub(crate) fn is_none(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether text is put between characters, and before the first.
    pub(crate) fn puts_between(&self) -> bool {
        self.steps.iter().any(Step::puts_between)
    }

    /// Normalizes one stretch of text between added tokens.
    pub(crate) fn normalize<'a>(&self, given: &'a str, buffers: &'a mut Buffers) -> Normalized<'a> {
        let mut place = Place::Given;
        let mut range = 0..given.len();
        let mut from_start = true;
        let Buffers { front, back } = buffers;
        for step in &self.steps {
            let (text, target, next) = match place {
                Place::Given => (&given[range.clone()], &mut *front, Place::Front),
                Place::Front => (&front[range.clone()], &mut *back, Place::Back),
                Place::Back => (&back[range.clone()], &mut *front, Place::Front),
            };
            target.clear();
            if let Step::Strip { left, right } = *step {
                let start = if left {
                    text.len() - text.trim_start().len()
                } else {
                    0
                };
                let end = if right {
                    text.trim_end().len().max(start)
                } else {
                    text.len()
                };
                from_start &= start == 0;
                range = range.start + start..range.start + end;
                continue;
            }
            from_start &= step.keeps_first(text);
            if step.apply(text, target) {
                place = next;
                range = 0..target.len();
            }
        }
        let text = match place {
            Place::Given => &given[range],
            Place::Front => &front[range],
            Place::Back => &back[range],
        };
        Normalized { text, from_start }
    }
}

impl Step {
    /// Appends the normalized text to `out`; false when the text stays as it is.
    fn apply(&self, text: &str, out: &mut String) -> bool {
        match self {
            Self::Bert(bert) => {
                bert.normalize(text, out);
                true
            }
            Self::Charsmap(map) => map.normalize(text, out),
            Self::Form(form) => form.normalize(text, out),
            Self::Each(each) => each.normalize(text, out),
            Self::Replace(replace) => replace.normalize(text, out),
            Self::Prepend(prefix) => {
                if text.is_empty() {
                    return false;
                }
                out.push_str(prefix);
                out.push_str(text);
                true
            }
            Self::Strip { .. } => false,
        }
    }

    fn puts_between(&self) -> bool {
        matches!(self, Self::Replace(replace) if replace.puts_between())
    }

    /// Whether the step may drop what comes first, and leave neither a space nor `mark` in its place.
    fn drops_first(&self, mark: char) -> bool {
        match self {
            Self::Strip { left, .. } => *left,
            Self::Each(each) => each.drops(),
            Self::Replace(replace) => !replace.leaves_space(mark),
            Self::Bert(_) | Self::Charsmap(_) | Self::Form(_) | Self::Prepend(_) => false,
        }
    }

    /// Whether what comes first after this step still stands for what came first before it.
    fn keeps_first(&self, text: &str) -> bool {
        match self {
            // These drop characters; where the first of them goes, the next one counts.
            Self::Each(each) if each.drops() => {
                let mut out = String::new();
                text.chars().next().is_none_or(|first| {
                    // Nothing appended means that it stays.
                    !each.normalize(first.encode_utf8(&mut [0; 4]), &mut out) || !out.is_empty()
                })
            }
            Self::Replace(replace) => replace.keeps_first(text),
            // The reference counts whatever replaces the first character, or follows it, as standing there;
            // `knows_start` excludes `BertNormalizer`, and what Strip does is known where it is done.
            Self::Charsmap(_)
            | Self::Form(_)
            | Self::Each(_)
            | Self::Bert(_)
            | Self::Prepend(_)
            | Self::Strip { .. } => true,
        }
    }
}

#[cfg(test)]
mod tests;
