//! Patterns that are a run of characters of a class, perhaps behind one of another: `\s+`, `\s?[A-Za-z]+`, `\s+$`. They
//! need no automaton.

use std::fmt;

use regex_syntax::hir::{ClassUnicode, Hir, HirKind, Look};

use super::pattern::{Pattern, as_class};
use crate::compiled::split;
use crate::compiled::unicode::decode;

/// Code points of the first plane.
const PLANE: usize = 1 << 16;

/// A class of characters.
struct Set {
    ascii: [bool; 128],
    /// A bit for each character of the first plane.
    plane: Vec<u64>,
    /// Ranges beyond it, in order.
    beyond: Vec<(u32, u32)>,
}

impl Set {
    fn new(class: &ClassUnicode) -> Self {
        let mut set = Self {
            ascii: [false; 128],
            plane: vec![0; PLANE / 64],
            beyond: Vec::new(),
        };
        for range in class.ranges() {
            let (first, last) = (u32::from(range.start()), u32::from(range.end()));
            let end = (last as usize + 1).min(PLANE);
            for code in first as usize..end {
                set.plane[code / 64] |= 1 << (code % 64);
            }
            if last as usize >= PLANE {
                set.beyond.push((first, last));
            }
        }
        for (code, is_in) in set.ascii.iter_mut().enumerate() {
            *is_in = set.plane[code / 64] >> (code % 64) & 1 != 0;
        }
        set
    }

    /// Whether the character at `at` is one of them, and its width.
    #[inline(always)]
    fn at(&self, text: &[u8], at: usize) -> (bool, usize) {
        let byte = usize::from(text[at]);
        if let Some(&is_in) = self.ascii.get(byte) {
            return (is_in, 1);
        }
        let (code, width) = decode(text, at);
        (self.has(code), width)
    }

    #[inline]
    fn has(&self, code: u32) -> bool {
        if let Some(bits) = self.plane.get(code as usize / 64) {
            return bits >> (code % 64) & 1 != 0;
        }
        let before = self.beyond.partition_point(|&(_, last)| last < code);
        self.beyond.get(before).is_some_and(|&(first, _)| first <= code)
    }
}

/// Where a run has to end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Anywhere,
    /// At the end of a line: before `\n`, or where the text ends.
    Line,
    Text,
}

/// `[b]?[a]+`, `[a]+$` or `[a]`.
pub(super) struct Runs {
    set: Set,
    /// What may stand before the run and belongs to it.
    lead: Option<Set>,
    /// One character is a run.
    single: bool,
    end: End,
    kinds: u16,
}

impl fmt::Debug for Runs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runs").finish_non_exhaustive()
    }
}

impl Runs {
    /// Nothing where the pattern has another form.
    pub(super) fn new(pattern: &Pattern) -> Option<Self> {
        let ([alternative], None) = (&pattern.alternatives[..], pattern.spaces) else {
            return None;
        };
        let parts = match alternative.kind() {
            HirKind::Concat(parts) => &parts[..],
            _ => std::slice::from_ref(alternative),
        };
        let (lead, run, end) = match parts {
            [run] => (None, run, End::Anywhere),
            [run, end] => match end.kind() {
                HirKind::Look(Look::EndLF) => (None, run, End::Line),
                HirKind::Look(Look::End) => (None, run, End::Text),
                _ => (Some(run), end, End::Anywhere),
            },
            _ => return None,
        };
        let lead = match lead {
            Some(lead) => Some(repeated(lead, 0, Some(1))?),
            None => None,
        };
        let single = lead.is_none() && end == End::Anywhere && as_class(run).is_some();
        let class = if single {
            as_class(run)?
        } else {
            repeated(run, 1, None)?
        };
        Some(Self {
            set: Set::new(&class),
            lead: lead.as_ref().map(Set::new),
            single,
            end,
            kinds: split::beginning(run),
        })
    }

    /// The kinds of bytes that stand in every match, as `split` knows them.
    pub(super) fn kinds(&self) -> u16 {
        self.kinds
    }

    /// The end of the run from `at`.
    #[inline(always)]
    fn run(&self, text: &[u8], mut at: usize) -> usize {
        while at < text.len() {
            let (is_in, width) = self.set.at(text, at);
            if !is_in {
                break;
            }
            at += width;
        }
        at
    }

    /// The first match that begins at `from` or later.
    #[inline]
    pub(super) fn find(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        if self.end != End::Anywhere && !self.may_end(&text[from..]) {
            return None;
        }
        let mut at = from;
        while at < text.len() {
            let (is_in, width) = self.set.at(text, at);
            let next = at + width;
            if is_in {
                let end = if self.single { next } else { self.run(text, next) };
                match self.kept(text, at, end) {
                    Some(kept) => return Some((at, kept)),
                    // What begins later in the run ends at the same places.
                    None => at = end,
                }
                continue;
            }
            if let Some(lead) = &self.lead
                && next < text.len()
                && lead.at(text, at).0
            {
                let (is_in, width) = self.set.at(text, next);
                if is_in {
                    return Some((at, self.run(text, next + width)));
                }
            }
            at = next;
        }
        None
    }

    /// Whether a run may end where it has to: where the text ends, or before a line end.
    fn may_end(&self, text: &[u8]) -> bool {
        let last = text.iter().rposition(|byte| byte & 0xC0 != 0x80);
        last.is_some_and(|last| self.set.at(text, last).0)
            || self.end == End::Line && memchr::memchr(b'\n', text).is_some()
    }

    /// Where a match ends that is all of the run, or has to give something back.
    #[inline(always)]
    fn kept(&self, text: &[u8], start: usize, end: usize) -> Option<usize> {
        match self.end {
            End::Anywhere => Some(end),
            _ if end == text.len() => Some(end),
            // Behind the run stands something else, and in it the last line end counts.
            End::Line if text[end] == b'\n' => Some(end),
            End::Line => memchr::memrchr(b'\n', &text[start + 1..end]).map(|place| start + 1 + place),
            End::Text => None,
        }
    }
}

/// The class that is repeated just so, greedily.
fn repeated(hir: &Hir, least: u32, most: Option<u32>) -> Option<ClassUnicode> {
    match hir.kind() {
        HirKind::Repetition(repetition)
            if (repetition.min, repetition.max, repetition.greedy) == (least, most, true) =>
        {
            as_class(&repetition.sub)
        }
        _ => None,
    }
}
