//! `Precompiled`: the character map of `SentencePiece`, applied to whole grapheme clusters as the reference does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use unicode_segmentation::UnicodeSegmentation;

use super::clusters::{joins, may_join};
use super::pages::{Pages, fill_each};
use super::rewrite::Rewrite;
use super::scan::{Places, char_at};

// Beside the 16 bits of `joins`: what the map knows about a character.
/// The map replaces it.
const MAPPED: u32 = 1 << 16;
/// Longer entries start with it.
const STARTS: u32 = 1 << 17;

/// Clusters of more bytes are never looked up as a whole.
const LONGEST_CLUSTER: usize = 5;

/// The map with what it has told about characters.
pub(crate) struct Charsmap {
    /// A double-array trie: bit 31 and the low byte are the label, bit 8 says that a value follows.
    units: Vec<u32>,
    /// The replacements, each ended by a NUL.
    replacements: String,
    pages: Box<Pages>,
    /// The replacements of ASCII characters.
    ascii: [Option<Box<str>>; 128],
}

impl Charsmap {
    /// Reads the map from the base64 text of the file.
    pub(crate) fn parse(base64: &str) -> Result<Self, &'static str> {
        let blob = STANDARD
            .decode(base64)
            .map_err(|_| "a charsmap that is not Base64")?;
        let (size, rest) = blob
            .split_first_chunk::<4>()
            .ok_or("a charsmap that is too short")?;
        let size = u32::from_le_bytes(*size) as usize / 4 * 4;
        if size == 0 || rest.len() < size {
            return Err("a charsmap that is too short");
        }
        let (trie, replacements) = rest.split_at(size);
        let units = trie
            .chunks_exact(4)
            .map(|unit| {
                unit.iter()
                    .rev()
                    .fold(0, |sum, &byte| (sum << 8) | u32::from(byte))
            })
            .collect();
        let replacements =
            String::from_utf8(replacements.to_vec()).map_err(|_| "a charsmap whose text is not UTF-8")?;
        let mut map = Self {
            units,
            replacements,
            pages: Box::new(Pages::new()),
            ascii: [const { None }; 128],
        };
        map.check()?;
        for byte in 0..128u8 {
            map.ascii[usize::from(byte)] = map.transform(&[byte]).map(Box::from);
        }
        Ok(map)
    }

    /// Whatever walk a text takes must stay inside, and each value must be the start of a text: asked of every
    /// unit that has a label, whether a walk can reach it or not.
    fn check(&self) -> Result<(), &'static str> {
        const OUTSIDE: &str = "a charsmap that points outside itself";
        // All children of a node stand in its aligned block of 256.
        let inside = |node: usize| node | 0xFF < self.units.len();
        if !self.units.first().is_some_and(|&root| inside(offset(root))) {
            return Err(OUTSIDE);
        }
        for (place, &unit) in self.units.iter().enumerate() {
            // Values, and places that hold nothing, are no label of any byte but NUL, which ends a walk.
            if unit & LABEL == 0 || unit & (1 << 31) != 0 {
                continue;
            }
            let next = place ^ offset(unit);
            if !inside(next) {
                return Err(OUTSIDE);
            }
            let value = (self.units[next] & VALUE) as usize;
            if unit & HAS_VALUE != 0 && !self.replacements.is_char_boundary(value) {
                return Err(OUTSIDE);
            }
        }
        Ok(())
    }

    /// The replacement of the first entry that `chunk` starts with, as the reference looks it up.
    fn transform(&self, chunk: &[u8]) -> Option<&str> {
        self.search(chunk).ok().map(|value| self.replacement(value))
    }

    /// The value of the first entry, or whether all of `chunk` leads on to longer entries.
    fn search(&self, chunk: &[u8]) -> Result<usize, bool> {
        let mut node = offset(self.units[0]);
        for &byte in chunk {
            if byte == 0 {
                return Err(false);
            }
            node ^= usize::from(byte);
            let unit = *self.units.get(node).ok_or(false)?;
            if unit & LABEL != u32::from(byte) {
                return Err(false);
            }
            node ^= offset(unit);
            if unit & HAS_VALUE != 0 {
                return self
                    .units
                    .get(node)
                    .map(|value| (value & VALUE) as usize)
                    .ok_or(false);
            }
        }
        Err(true)
    }

    fn replacement(&self, value: usize) -> &str {
        let text = self.replacements.get(value..).unwrap_or("");
        match memchr::memchr(0, text.as_bytes()) {
            Some(end) => &text[..end],
            None => text,
        }
    }

    /// How `c` joins its neighbours and what the map knows about it.
    #[inline(always)]
    fn facts(&self, c: char) -> u32 {
        self.pages.get(c, |start, words| {
            fill_each(start, words, |c| {
                let mut bytes = [0; 4];
                let found = match self.search(c.encode_utf8(&mut bytes).as_bytes()) {
                    Ok(_) => MAPPED,
                    Err(true) => STARTS,
                    Err(false) => 0,
                };
                joins(c) | found
            });
        })
    }

    /// Appends the normalized text to `out`; false, and nothing appended, when the text stays as it is.
    pub(crate) fn normalize(&self, text: &str, out: &mut String) -> bool {
        let mut rewrite = Rewrite::new(text, out);
        self.edits(text, &mut |from, to, with| {
            rewrite.replace(from, to).push_str(with);
        });
        rewrite.finish()
    }

    /// Calls `edit` with each range that the map replaces, in order, and what takes its place.
    #[inline]
    pub(super) fn edits(&self, text: &str, edit: &mut impl FnMut(usize, usize, &str)) {
        // The common maps replace controls; a map that replaces more of ASCII gets each byte looked at.
        let others = (b' '..0x7F).any(|byte| self.ascii[usize::from(byte)].is_some());
        let mut places = Places::new(text.as_bytes(), move |byte| {
            !(b' '..0x7F).contains(&byte) || others
        });
        // The end of the last range.
        let mut copied = 0;
        let mut at = 0;
        while at < text.len() {
            at = places.from(at);
            if at == text.len() {
                break;
            }
            if is_lone_ascii(text.as_bytes(), at) {
                if let Some(with) = &self.ascii[usize::from(text.as_bytes()[at])] {
                    edit(at, at + 1, with);
                    copied = at + 1;
                }
                at += 1;
                continue;
            }
            let mut left = self.left(text, at, copied);
            let mut c = char_at(text, at);
            let mut facts = self.facts(c);
            // From here on character by character until ASCII returns.
            loop {
                let end = at + c.len_utf8();
                let next = text[end..].chars().next();
                let next_facts = next.map_or(0, |next| self.facts(next));
                let joins_left = may_join(left, facts);
                let joins_right = next.is_some() && may_join(facts, next_facts);
                if joins_left || joins_right {
                    let window = self.window(text, at, joins_left);
                    self.replace_clusters(text, window.clone(), &mut |from, to, with| {
                        edit(from, to, with);
                        copied = to;
                    });
                    at = window.end;
                    break;
                }
                if facts & MAPPED != 0 {
                    edit(at, end, self.transform(&text.as_bytes()[at..end]).unwrap_or(""));
                    copied = end;
                }
                at = end;
                match next {
                    Some(next) if !next.is_ascii() => (left, c, facts) = (facts, next, next_facts),
                    _ => break,
                }
            }
        }
    }

    /// How the character before `at` joins; nothing joins across what is already replaced.
    fn left(&self, text: &str, at: usize, copied: usize) -> u32 {
        if at == copied {
            0
        } else {
            text[..at].chars().next_back().map_or(0, |c| self.facts(c))
        }
    }

    /// The characters around `at` that may share clusters: no cluster crosses its ends.
    fn window(&self, text: &str, at: usize, joins_left: bool) -> std::ops::Range<usize> {
        let before = if joins_left {
            text[..at].chars().next_back().map_or(0, char::len_utf8)
        } else {
            0
        };
        let mut end = at;
        let mut chars = text[at..].chars();
        let mut last = None;
        for c in &mut chars {
            let facts = self.facts(c);
            if last.is_some_and(|last| !may_join(last, facts)) {
                break;
            }
            last = Some(facts);
            end += c.len_utf8();
        }
        at - before..end
    }

    /// The reference's own way, on text that begins and ends at cluster boundaries.
    fn replace_clusters(
        &self,
        text: &str,
        window: std::ops::Range<usize>,
        replace: &mut impl FnMut(usize, usize, &str),
    ) {
        let part = &text[window.clone()];
        if part.chars().all(|c| self.facts(c) & (MAPPED | STARTS) == 0) {
            return;
        }
        let mut at = window.start;
        for cluster in part.graphemes(true) {
            let end = at + cluster.len();
            if cluster.len() <= LONGEST_CLUSTER
                && let Some(with) = self.transform(cluster.as_bytes())
            {
                replace(at, end, with);
                at = end;
                continue;
            }
            for c in cluster.chars() {
                let end = at + c.len_utf8();
                if let Some(with) = self.transform(&text.as_bytes()[at..end]) {
                    replace(at, end, with);
                }
                at = end;
            }
        }
    }
}

/// Whether an ASCII character has no character beyond ASCII after it: then only a line's end `\r\n` joins.
#[inline]
fn is_lone_ascii(text: &[u8], at: usize) -> bool {
    text[at].is_ascii() && text[at] != b'\r' && text.get(at + 1).is_none_or(u8::is_ascii)
}

const LABEL: u32 = (1 << 31) | 0xFF;
const HAS_VALUE: u32 = 1 << 8;
const VALUE: u32 = (1 << 31) - 1;

fn offset(unit: u32) -> usize {
    ((unit >> 10) as usize) << ((unit & (1 << 9)) >> 6)
}
