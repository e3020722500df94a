//! `Precompiled`: the character map of SentencePiece, applied to whole grapheme clusters as the reference does.

use unicode_segmentation::UnicodeSegmentation;

use super::clusters::{joins, may_join};
use super::pages::{Pages, fill_each};
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
    /// ASCII characters that are mapped, but none of the others: kept out of the fast path.
    ascii: [bool; 128],
}

impl Charsmap {
    /// Reads the map from the base64 text of the file.
    pub(crate) fn parse(base64: &str) -> Result<Self, &'static str> {
        let blob = decode_base64(base64).ok_or("the charsmap is not base64")?;
        let (size, rest) = blob.split_first_chunk::<4>().ok_or("the charsmap is too short")?;
        let size = u32::from_le_bytes(*size) as usize / 4 * 4;
        if size == 0 || rest.len() < size {
            return Err("the charsmap is too short");
        }
        let (trie, replacements) = rest.split_at(size);
        let units = trie
            .chunks_exact(4)
            .map(|unit| unit.iter().rev().fold(0, |sum, &byte| (sum << 8) | u32::from(byte)))
            .collect();
        let replacements =
            String::from_utf8(replacements.to_vec()).map_err(|_| "the charsmap's text is not UTF-8")?;
        let mut map = Self { units, replacements, pages: Box::new(Pages::new()), ascii: [false; 128] };
        map.check()?;
        for byte in 0..128u8 {
            map.ascii[usize::from(byte)] = map.transform(&[byte]).is_some();
        }
        Ok(map)
    }

    /// Walks the whole trie once: a walk of any text must stay inside, each value must be the start of a text.
    fn check(&self) -> Result<(), &'static str> {
        const OUTSIDE: &str = "the charsmap points outside itself";
        let root = offset(*self.units.first().ok_or(OUTSIDE)?);
        let mut seen = vec![false; self.units.len()];
        let mut nodes = vec![root];
        while let Some(node) = nodes.pop() {
            // All children of a node stand in its aligned block of 256.
            if node | 0xFF >= self.units.len() {
                return Err(OUTSIDE);
            }
            if std::mem::replace(&mut seen[node], true) {
                continue;
            }
            for byte in 1..=255u32 {
                let place = node ^ byte as usize;
                let unit = self.units[place];
                if unit & LABEL != byte {
                    continue;
                }
                let next = place ^ offset(unit);
                if unit & HAS_VALUE != 0 {
                    let value = self.units.get(next).ok_or(OUTSIDE)? & VALUE;
                    if !self.replacements.is_char_boundary(value as usize) {
                        return Err(OUTSIDE);
                    }
                }
                nodes.push(next);
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
                return self.units.get(node).map(|value| (value & VALUE) as usize).ok_or(false);
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
        let start = out.len();
        // The common maps replace controls; a map that replaces more of ASCII gets each byte looked at.
        let others = (b' '..0x7F).any(|byte| self.ascii[usize::from(byte)]);
        let mut places = Places::new(text.as_bytes(), move |byte| !(b' '..0x7F).contains(&byte) || others);
        // Everything before `copied` is in `out`, once anything had to change.
        let mut copied = 0;
        let mut at = 0;
        while at < text.len() {
            at = places.from(at);
            if at == text.len() {
                break;
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
                    self.replace_clusters(text, window.clone(), &mut copied, out);
                    at = window.end;
                    break;
                }
                if facts & MAPPED != 0 {
                    out.push_str(&text[copied..at]);
                    out.push_str(self.transform(&text.as_bytes()[at..end]).unwrap_or(""));
                    copied = end;
                }
                at = end;
                match next {
                    Some(next) if !next.is_ascii() => (left, c, facts) = (facts, next, next_facts),
                    _ => break,
                }
            }
        }
        if copied == 0 {
            out.truncate(start);
            return false;
        }
        out.push_str(&text[copied..]);
        true
    }

    /// How the character before `at` joins; nothing joins across what is already replaced.
    fn left(&self, text: &str, at: usize, copied: usize) -> u32 {
        if at == copied { 0 } else { text[..at].chars().next_back().map_or(0, |c| self.facts(c)) }
    }

    /// The characters around `at` that may share clusters: no cluster crosses its ends.
    fn window(&self, text: &str, at: usize, joins_left: bool) -> std::ops::Range<usize> {
        let before = if joins_left { text[..at].chars().next_back().map_or(0, char::len_utf8) } else { 0 };
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
        copied: &mut usize,
        out: &mut String,
    ) {
        let part = &text[window.clone()];
        if part.chars().all(|c| self.facts(c) & (MAPPED | STARTS) == 0) {
            return;
        }
        let mut at = window.start;
        let mut replace = |from: usize, to: usize, with: &str| {
            out.push_str(&text[*copied..from]);
            out.push_str(with);
            *copied = to;
        };
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

const LABEL: u32 = (1 << 31) | 0xFF;
const HAS_VALUE: u32 = 1 << 8;
const VALUE: u32 = (1 << 31) - 1;

fn offset(unit: u32) -> usize {
    ((unit >> 10) as usize) << ((unit & (1 << 9)) >> 6)
}

/// Decodes canonical, padded base64.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut digits = [0xFFu8; 256];
    for (value, &digit) in (0..).zip(ALPHABET) {
        digits[usize::from(digit)] = value;
    }
    let text = text.as_bytes();
    if text.len() % 4 != 0 {
        return None;
    }
    let padding = text.iter().rev().take(2).take_while(|&&byte| byte == b'=').count();
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let body = &text[..text.len() - padding];
    for group in body.chunks(4) {
        let mut sum = 0u32;
        for &digit in group {
            let value = digits[usize::from(digit)];
            if value == 0xFF {
                return None;
            }
            sum = (sum << 6) | u32::from(value);
        }
        sum <<= 6 * (4 - group.len());
        let three = sum.to_be_bytes();
        let length = group.len() * 3 / 4;
        // What padding cuts off must be zero.
        if three[1 + length..].iter().any(|&byte| byte != 0) {
            return None;
        }
        bytes.extend_from_slice(&three[1..=length]);
    }
    Some(bytes)
}
