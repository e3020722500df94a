//! `Split` by a pattern that no scanner is written for, with what becomes of its matches.

use memchr::memmem::Finder;

use super::super::file::Behavior;
use super::super::regex::Machine;
use super::runs::is_punctuation;

/// A pattern, and what becomes of its matches and of what is between them (`SplitDelimiterBehavior` of the
/// `tokenizers` crate).
#[derive(Debug)]
pub(in super::super) struct Matches {
    pub(super) wanted: Wanted,
    pub(super) behavior: Behavior,
    /// What is between the matches counts as match.
    pub(super) invert: bool,
}

/// What is looked for.
#[derive(Debug)]
pub(in super::super) enum Wanted {
    Pattern(Box<Machine>),
    /// A string, not empty.
    Text(Box<Finder<'static>>),
}

impl Wanted {
    pub(super) fn text(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::Text(Box::new(Finder::new(text).into_owned())))
    }

    /// Calls `found` with each match in `text[from..to]`, from left to right.
    #[inline(always)]
    fn each(&self, text: &[u8], from: usize, to: usize, found: &mut impl FnMut(usize, usize)) {
        match self {
            Self::Pattern(machine) => machine.each_match(text, from, to, found),
            Self::Text(finder) => {
                let length = finder.needle().len();
                for place in finder.find_iter(&text[from..to]) {
                    found(from + place, from + place + length);
                }
            }
        }
    }
}

impl Matches {
    pub(super) fn run(&self, text: &[u8], from: usize, to: usize, piece: &mut impl FnMut(usize, usize)) {
        let mut joined = Joined::default();
        let mut gap = from;
        let mut part = |start: usize, end: usize, is_match: bool| {
            if start < end {
                joined.add(self.behavior, (start, end), is_match != self.invert, piece);
            }
        };
        self.wanted.each(text, from, to, &mut |start, end| {
            part(gap, start, false);
            part(start, end, true);
            gap = end;
        });
        part(gap, to, false);
        joined.end(piece);
    }
}

/// Cuts at each punctuation mark, as the `Punctuation` pre-tokenizer knows them.
pub(super) fn punctuation(
    behavior: Behavior,
    text: &[u8],
    from: usize,
    to: usize,
    piece: &mut impl FnMut(usize, usize),
) {
    let mut joined = Joined::default();
    let (mut gap, mut at) = (from, from);
    while at < to {
        let (is_mark, width) = is_punctuation(text, at);
        let end = at + width;
        if is_mark {
            if gap < at {
                joined.add(behavior, (gap, at), false, piece);
            }
            joined.add(behavior, (at, end), true, piece);
            gap = end;
        }
        at = end;
    }
    if gap < to {
        joined.add(behavior, (gap, to), false, piece);
    }
    joined.end(piece);
}

/// The piece that what comes next may still join.
#[derive(Default)]
struct Joined {
    open: Option<(usize, usize)>,
    last_is_match: bool,
}

impl Joined {
    fn add(
        &mut self,
        behavior: Behavior,
        (start, end): (usize, usize),
        is_match: bool,
        piece: &mut impl FnMut(usize, usize),
    ) {
        let last_is_match = std::mem::replace(&mut self.last_is_match, is_match);
        let joins = match behavior {
            Behavior::Removed if is_match => return,
            Behavior::Removed | Behavior::Isolated => false,
            Behavior::MergedWithPrevious => is_match && !last_is_match,
            Behavior::MergedWithNext => !is_match && last_is_match,
            Behavior::Contiguous => is_match == last_is_match,
        };
        match &mut self.open {
            Some((_, open_end)) if joins => *open_end = end,
            open => {
                if let Some((start, end)) = open.replace((start, end)) {
                    piece(start, end);
                }
            }
        }
    }

    fn end(&mut self, piece: &mut impl FnMut(usize, usize)) {
        if let Some((start, end)) = self.open.take() {
            piece(start, end);
        }
    }
}
