//! `Replace` with a plain string, with the regexes that most files use, runs of spaces or of white space, or with others.

use memchr::memmem::Finder;
use wide::u8x16;

use super::rewrite::Rewrite;
use crate::compiled::regex::Machine;
use crate::compiled::unicode::{Classes, SPACES, classes};

/// What is sought.
pub(crate) enum Pattern {
    /// A string, not empty.
    Text(Box<Finder<'static>>),
    /// A run of at least so many spaces.
    Spaces(usize),
    /// A run of white space.
    Blanks(&'static Classes),
    /// Between the characters of a line, and at both its ends: [`VITS_BLANK`].
    Between,
    /// Another regex.
    Regex(Box<Machine>),
}

/// What transformers.js's converter writes for the blanks between the characters of a VITS text.
const VITS_BLANK: &str = "(?=.)|(?<!^)$";

/// A replacement of every match, from left to right.
pub(crate) struct Replace {
    pattern: Pattern,
    content: String,
}

impl Replace {
    /// Replaces a string.
    pub(crate) fn text(pattern: &str, content: &str) -> Result<Self, &'static str> {
        if pattern.is_empty() {
            return Err("a Replace normalizer with an empty pattern");
        }
        let pattern = Pattern::Text(Box::new(Finder::new(pattern).into_owned()));
        Ok(Self {
            pattern,
            content: content.to_owned(),
        })
    }

    /// Replaces matches of a regex, where an automaton finds them.
    pub(crate) fn regex(pattern: &str, content: &str) -> Result<Self, &'static str> {
        let pattern = match pattern {
            " {2,}" => Pattern::Spaces(2),
            " +" | " {1,}" => Pattern::Spaces(1),
            r"\s+" => Pattern::Blanks(classes()),
            VITS_BLANK => Pattern::Between,
            _ => Pattern::Regex(Box::new(
                Machine::regex(pattern).ok_or("a Replace normalizer with a regex that no automaton does")?,
            )),
        };
        Ok(Self {
            pattern,
            content: content.to_owned(),
        })
    }

    /// Appends the changed text to `out`; false, and nothing appended, when the text stays as it is.
    pub(crate) fn normalize(&self, text: &str, out: &mut String) -> bool {
        let mut rewrite = Rewrite::new(text, out);
        self.matches(text, &mut |from, to, with| {
            rewrite.replace(from, to).push_str(with);
        });
        rewrite.finish()
    }

    /// Calls `found` with each match, from where to where it is, and what takes its place.
    #[inline]
    pub(super) fn matches(&self, text: &str, found: &mut impl FnMut(usize, usize, &str)) {
        if matches!(self.pattern, Pattern::Between) {
            return between(text, &mut |at| found(at, at, &self.content));
        }
        if let Pattern::Regex(machine) = &self.pattern {
            return machine.each_match(text.as_bytes(), 0, text.len(), &mut |start, end| {
                found(start, end, &self.content);
            });
        }
        // Most white space is a single space, which a space would replace.
        let spaces_stay = self.content == " ";
        let skips = spaces_stay && matches!(self.pattern, Pattern::Blanks(_));
        let text_bytes = text.as_bytes();
        let mut at = 0;
        loop {
            if skips {
                at = single_spaces(text_bytes, at);
            }
            let Some((start, end)) = self.find(text_bytes, at) else {
                return;
            };
            if !spaces_stay || &text[start..end] != " " {
                found(start, end, &self.content);
            }
            at = end;
        }
    }

    /// Whether it puts its text where nothing was.
    pub(super) const fn puts_between(&self) -> bool {
        matches!(self.pattern, Pattern::Between)
    }

    /// Whether a space, or `mark`, is left where a match was.
    pub(crate) fn leaves_space(&self, mark: char) -> bool {
        self.content.starts_with([' ', mark])
    }

    /// Whether the first character of the replaced text still stands for the first one of `text`.
    pub(crate) fn keeps_first(&self, text: &str) -> bool {
        let matched = match &self.pattern {
            Pattern::Text(finder) if text.as_bytes().starts_with(finder.needle()) => finder.needle().len(),
            Pattern::Text(_) | Pattern::Between => 0,
            Pattern::Spaces(least) => {
                let run = text.bytes().take_while(|&byte| byte == b' ').count();
                if run >= *least { run } else { 0 }
            }
            Pattern::Blanks(classes) => blanks_end(classes, text.as_bytes(), 0),
            Pattern::Regex(machine) => machine.match_at_start(text.as_bytes()),
        };
        // What replaces several characters stands where the last of them stood.
        matched == 0 || (!self.content.is_empty() && text[..matched].chars().nth(1).is_none())
    }

    fn find(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        match &self.pattern {
            Pattern::Text(finder) => {
                let start = from + finder.find(&text[from..])?;
                Some((start, start + finder.needle().len()))
            }
            Pattern::Spaces(least) => {
                let mut from = from;
                loop {
                    let start = from + find_spaces(&text[from..], *least)?;
                    let run = text[start..].iter().take_while(|&&byte| byte == b' ').count();
                    if run >= *least {
                        return Some((start, start + run));
                    }
                    from = start + run;
                }
            }
            Pattern::Blanks(classes) => {
                let mut from = from;
                loop {
                    let start = from + text[from..].iter().position(|&byte| may_be_blank(byte))?;
                    let end = blanks_end(classes, text, start);
                    if end > start {
                        return Some((start, end));
                    }
                    from = start + classes.at(text, start).1;
                }
            }
            // `matches` does not ask.
            Pattern::Between | Pattern::Regex(_) => None,
        }
    }
}

/// Calls `found` with the places before characters, and with the ends of lines that are not empty.
fn between(text: &str, found: &mut impl FnMut(usize)) {
    let mut starts_line = true;
    for (place, character) in text.char_indices() {
        let ends_line = character == '\n';
        if !ends_line || !starts_line {
            found(place);
        }
        starts_line = ends_line;
    }
    // Behind the last line's end no line starts.
    if !text.is_empty() {
        found(text.len());
    }
}

/// Whether white space can begin with this byte.
#[inline(always)]
fn may_be_blank(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ' | 0xC2 | 0xE1..=0xE3)
}

/// Up to where a text has no white space but single spaces, from `at` on, before which no white space stands.
fn single_spaces(text: &[u8], mut at: usize) -> usize {
    while let Some((chunk, [next, ..])) = text.get(at..).and_then(|rest| rest.split_first_chunk::<CHUNK>()) {
        // Bit `n` is byte `n`.
        let (mut spaces, mut others) = (0, 0);
        for (index, lanes) in chunk.as_chunks::<16>().0.iter().enumerate() {
            let lanes = u8x16::new(*lanes);
            let is = |byte| lanes.simd_eq(u8x16::splat(byte));
            let within = |first, last| lanes.simd_eq(lanes.max(u8x16::splat(first)).min(u8x16::splat(last)));
            let mask = |lanes: u8x16| u64::from(lanes.to_bitmask()) << (16 * index);
            spaces |= mask(is(b' '));
            others |= mask(within(b'\t', b'\r') | is(0xC2) | within(0xE1, 0xE3));
        }
        let blanks = spaces | others;
        let beside = blanks << 1 | blanks >> 1 | u64::from(may_be_blank(*next)) << (CHUNK - 1);
        let found = others | spaces & beside;
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += CHUNK;
    }
    at
}

/// The end of the run of white space from `at`.
fn blanks_end(classes: &Classes, text: &[u8], mut at: usize) -> usize {
    while at < text.len() {
        let (set, width) = classes.at(text, at);
        if set & SPACES == 0 {
            break;
        }
        at += width;
    }
    at
}

/// Bytes compared at a time.
const CHUNK: usize = 64;

/// The first of two spaces side by side, or the first space.
fn find_spaces(text: &[u8], least: usize) -> Option<usize> {
    if least < 2 {
        return memchr::memchr(b' ', text);
    }
    // Compared a chunk at a time against itself one further on: single spaces, the usual case, cost nothing.
    let mut at = 0;
    while let Some(chunk) = text
        .get(at..at + CHUNK + 1)
        .and_then(|chunk| chunk.first_chunk::<{ CHUNK + 1 }>())
    {
        let mut any = 0u8;
        for index in 0..CHUNK {
            any |= u8::from(chunk[index] == b' ') & u8::from(chunk[index + 1] == b' ');
        }
        if any != 0 {
            break;
        }
        at += CHUNK;
    }
    text[at..]
        .windows(2)
        .position(|pair| pair == b"  ")
        .map(|found| at + found)
}
