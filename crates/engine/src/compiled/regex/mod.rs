//! Regular expressions of tokenizer.json without going back: for the patterns that no scanner is written for.
//!
//! A pattern in Oniguruma's syntax becomes an automaton where that has the same matches, which is so for nearly all
//! that real files have: what it means is translated here, and which characters a class has is asked of Oniguruma
//! itself. A run of characters of a class needs no automaton. Time is linear in the text for each match. What cannot be translated is left to the reference engine.

mod characters;
mod known;
mod parse;
mod pattern;
mod runs;

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::pool::Pool;
use regex_automata::util::start;
use regex_automata::{Anchored, Input, MatchKind};

use self::pattern::{Pattern, Spaces};
use self::runs::Runs;
use super::split;
use super::unicode::{SPACES, classes};

/// What compiled alternatives may take, in bytes; those of real patterns take a tenth.
const MOST_MEMORY: usize = 8 << 20;
/// What the states that a thread has met may take, in bytes; then it forgets them and goes on.
const MOST_STATES: usize = 2 << 20;

/// What a thread works with: the states met so far, forwards and backwards.
struct Caches {
    forward: Cache,
    backward: Cache,
}

/// A search that did not end, which none is told to.
struct GaveUp;

type MakeCaches = Box<dyn Fn() -> Caches + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Machine(Kind);

/// What finds its matches.
#[derive(Debug)]
enum Kind {
    Runs(Box<Runs>),
    Automaton(Box<Automaton>),
}

impl Machine {
    /// Compiles a pattern; nothing where it cannot be translated.
    pub(super) fn regex(pattern: &str) -> Option<Self> {
        let pattern = parse::parse(pattern)?;
        Some(Self(match Runs::new(&pattern) {
            Some(runs) => Kind::Runs(Box::new(runs)),
            None => Kind::Automaton(Box::new(Automaton::new(&pattern, MOST_STATES)?)),
        }))
    }

    /// Kinds of bytes, as `split` knows them, of which each match has one.
    pub(super) fn kinds(&self) -> u16 {
        match &self.0 {
            Kind::Runs(runs) => runs.kinds(),
            Kind::Automaton(automaton) => automaton.beginning,
        }
    }

    /// Calls `found` with each match in `text[from..to]`, from left to right; none is empty. Nothing outside of the
    /// range is looked at.
    #[inline]
    pub(super) fn each_match(
        &self,
        text: &[u8],
        from: usize,
        to: usize,
        found: &mut impl FnMut(usize, usize),
    ) {
        // Both look beyond a span, but not beyond their text.
        let Some(text) = text.get(from..to) else { return };
        let mut found = |start, end| found(from + start, from + end);
        match &self.0 {
            Kind::Runs(runs) => {
                let mut at = 0;
                while let Some((start, end)) = runs.find(text, at) {
                    found(start, end);
                    at = end;
                }
            }
            Kind::Automaton(automaton) => automaton.each_match(text, &mut found),
        }
    }

    /// How many bytes at its start a text matches; 0 when it does not match there.
    pub(super) fn match_at_start(&self, text: &[u8]) -> usize {
        let found = match &self.0 {
            Kind::Runs(runs) => runs.find(text, 0),
            Kind::Automaton(automaton) => automaton.find(&mut automaton.pool.get(), text, 0),
        };
        match found {
            Some((0, end)) => end,
            _ => 0,
        }
    }
}

/// Alternatives that are looked for together.
struct Automaton {
    forward: DFA,
    /// Finds where the match begins that `forward` found the end of, among what does not match.
    backward: DFA,
    pool: Pool<Caches, MakeCaches>,
    spaces: Option<Spaces>,
    /// The kinds of bytes that a match can begin with, as `split` knows them.
    beginning: u16,
}

impl fmt::Debug for Automaton {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Automaton").finish_non_exhaustive()
    }
}

impl Automaton {
    fn new(pattern: &Pattern, most_states: usize) -> Option<Self> {
        let automaton = |reverse: bool| {
            let config = thompson::Config::new()
                .reverse(reverse)
                .which_captures(thompson::WhichCaptures::None)
                .nfa_size_limit(Some(MOST_MEMORY));
            let nfa = thompson::Compiler::new()
                .configure(config)
                .build_many_from_hir(&pattern.alternatives)
                .ok()?;
            let kind = if reverse {
                MatchKind::All
            } else {
                MatchKind::LeftmostFirst
            };
            let config = DFA::config()
                .match_kind(kind)
                .cache_capacity(most_states)
                .skip_cache_capacity_check(true);
            DFA::builder().configure(config).build_from_nfa(nfa).ok()
        };
        let (forward, backward) = (automaton(false)?, automaton(true)?);
        let (ahead, back) = (forward.clone(), backward.clone());
        let make: MakeCaches = Box::new(move || Caches {
            forward: ahead.create_cache(),
            backward: back.create_cache(),
        });
        Some(Self {
            forward,
            backward,
            pool: Pool::new(make),
            spaces: pattern.spaces,
            beginning: pattern
                .alternatives
                .iter()
                .fold(0, |kinds, one| kinds | split::beginning(one)),
        })
    }

    /// Calls `found` with each match.
    fn each_match(&self, text: &[u8], found: &mut impl FnMut(usize, usize)) {
        let mut caches = self.pool.get();
        let mut at = 0;
        while at < text.len()
            && let Some((start, end)) = self.find(&mut caches, text, at)
        {
            found(start, end);
            at = end;
        }
    }

    /// The first match that begins at `from` or later.
    #[inline]
    fn find(&self, caches: &mut Caches, text: &[u8], mut from: usize) -> Option<(usize, usize)> {
        loop {
            let (start, end, alternative) = self.search(caches, text, from)?;
            let kept = self.end(text, start, end, alternative);
            if kept > start {
                return Some((start, kept));
            }
            from = end;
        }
    }

    /// The same, with white space as a whole; and which alternative it is.
    #[inline]
    fn search(&self, caches: &mut Caches, text: &[u8], from: usize) -> Option<(usize, usize, usize)> {
        // No match begins before.
        let from = from + split::first_of(text.get(from..)?, self.beginning)?;
        // Most matches follow each other.
        if let Some((end, alternative)) = self.search_here(&mut caches.forward, text, from).ok()? {
            return Some((from, end, alternative));
        }
        let input = Input::new(text).span(from..text.len());
        let end = self.forward.try_search_fwd(&mut caches.forward, &input).ok()??;
        let back = Input::new(text).span(from..end.offset()).anchored(Anchored::Yes);
        let start = self.backward.try_search_rev(&mut caches.backward, &back).ok()??;
        Some((start.offset(), end.offset(), end.pattern().as_usize()))
    }

    /// The end of the match that begins at `from`, and which alternative it is.
    ///
    /// The crate's own search asks for the alternative at each byte of a match, and takes long to begin, where most
    /// matches have a few bytes.
    #[inline]
    fn search_here(
        &self,
        cache: &mut Cache,
        text: &[u8],
        from: usize,
    ) -> Result<Option<(usize, usize)>, GaveUp> {
        let automaton = &self.forward;
        let before = from.checked_sub(1).and_then(|before| text.get(before)).copied();
        let config = start::Config::new().anchored(Anchored::Yes).look_behind(before);
        let cleared = cache.clear_count();
        let mut state = automaton.start_state(cache, &config).map_err(|_| GaveUp)?;
        let mut last = None;
        let mut at = from;
        // A state says of the byte before it whether a match ended there.
        loop {
            let next = match text.get(at) {
                Some(&byte) => automaton.next_state(cache, state, byte),
                None => automaton.next_eoi_state(cache, state),
            };
            state = next.map_err(|_| GaveUp)?;
            if state.is_tagged() {
                if !state.is_match() {
                    break;
                }
                last = Some((at, state));
            }
            if at == text.len() {
                break;
            }
            at += 1;
        }
        let Some((end, state)) = last else {
            return Ok(None);
        };
        if cache.clear_count() == cleared {
            return Ok(Some((end, automaton.match_pattern(cache, state, 0).as_usize())));
        }
        // What the state stood for was forgotten on the way.
        let input = Input::new(text).span(from..text.len()).anchored(Anchored::Yes);
        let end = automaton.try_search_fwd(cache, &input).map_err(|_| GaveUp)?;
        Ok(end.map(|end| (end.offset(), end.pattern().as_usize())))
    }

    /// Where a match ends: white space leaves its last character to what follows, unless that is all and it takes one.
    #[inline]
    fn end(&self, text: &[u8], start: usize, end: usize, alternative: usize) -> usize {
        let Some(spaces) = self.spaces.filter(|spaces| spaces.alternative == alternative) else {
            return end;
        };
        if end == text.len() || classes().at(text, end).0 & SPACES != 0 {
            return end;
        }
        let mut last = end - 1;
        while last > start && text[last] & 0xC0 == 0x80 {
            last -= 1;
        }
        if last == start && spaces.takes_one {
            end
        } else {
            last
        }
    }
}

#[cfg(test)]
mod tests;
