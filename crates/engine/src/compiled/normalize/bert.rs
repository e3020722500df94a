//! `BertNormalizer`: clean, set ideographs apart, strip accents, lowercase; one look-up a character.

use unicode_normalization_alignments::UnicodeNormalization;
use unicode_normalization_alignments::char::{canonical_combining_class, decompose_canonical};

use super::pages::{Pages, fill_each};
use super::scan::{Places, char_at};
use super::trace::Part;
use crate::compiled::unicode::{is_nonspacing_mark, is_other};

/// The settings of the normalizer, `strip_accents` resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the file's own four switches")]
pub(crate) struct Settings {
    pub(crate) clean_text: bool,
    pub(crate) handle_chinese_chars: bool,
    pub(crate) strip_accents: bool,
    pub(crate) lowercase: bool,
}

// What becomes of a character; a single other character is `ONE` with its code point in the low bits.
const KEEP: u32 = 0;
const DROP: u32 = 1 << 24;
const ONE: u32 = 2 << 24;
/// A character between spaces: that of the code point in the low bits.
const APART: u32 = 3 << 24;
/// Several characters, worked out each time.
const MANY: u32 = 4 << 24;
/// A syllable of Hangul that becomes its letters.
const HANGUL: u32 = 6 << 24;
/// Leaves a combining mark that may have to change places with its neighbours.
const MARK: u32 = 5 << 24;
const KIND: u32 = 0xFF << 24;

/// The character in the low bits.
#[inline(always)]
fn other(kind: u32) -> char {
    char::from_u32(kind & !KIND).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The normalizer with what it has learnt about characters.
pub(crate) struct Bert {
    settings: Settings,
    pages: Box<Pages>,
}

impl Bert {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            pages: Box::new(Pages::new()),
        }
    }

    fn kind(&self, c: char) -> u32 {
        self.pages.get(c, |start, words| {
            fill_each(start, words, |c| self.settings.kind(c));
        })
    }

    /// Appends the normalized text to `out`.
    pub(crate) fn normalize(&self, text: &str, out: &mut String) {
        out.reserve(text.len() + text.len() / 8);
        let clean = self.settings.clean_text;
        // DEL and controls are cleaned away or become spaces; the rest of ASCII only changes case.
        let mut places = Places::new(text.as_bytes(), move |byte| {
            byte >= 0x80 || (clean && (byte < 0x20 || byte == 0x7F))
        });
        // Where what stays as it is begins.
        let mut kept = 0;
        let mut at = places.from(0);
        while at < text.len() {
            let c = char_at(text, at);
            let kind = self.kind(c);
            let mut end = at + c.len_utf8();
            if kind & KIND != KEEP {
                self.keep(&text[kept..at], out);
                match kind & KIND {
                    DROP => {}
                    ONE => out.push(other(kind)),
                    APART => {
                        out.push(' ');
                        out.push(other(kind));
                        out.push(' ');
                    }
                    HANGUL => letters_of(c).for_each(|letter| out.push(letter)),
                    MANY => self.settings.fold(c, out),
                    _ => end = self.marks(text, at, out),
                }
                kept = end;
            }
            at = end;
            if text.as_bytes().get(at).is_none_or(u8::is_ascii) {
                at = places.from(at);
            }
        }
        self.keep(&text[kept..], out);
    }

    /// Appends what stays as it is, but for the case of ASCII letters.
    #[inline]
    fn keep(&self, text: &str, out: &mut String) {
        let start = out.len();
        out.push_str(text);
        if self.settings.lowercase {
            out[start..].make_ascii_lowercase();
        }
    }

    /// The same, part by part: what stays, and what comes from where.
    pub(super) fn trace(&self, text: &str, part: &mut impl FnMut(Part)) -> bool {
        let clean = self.settings.clean_text;
        let mut places = Places::new(text.as_bytes(), move |byte| {
            byte >= 0x80 || (clean && (byte < 0x20 || byte == 0x7F))
        });
        let mut folded = String::new();
        let mut at = 0;
        // Up to here no mark is left.
        let mut bare = 0;
        while at < text.len() {
            let next = places.from(at);
            if next > at {
                part(Part::Kept(at, next, self.settings.lowercase));
                at = next;
            }
            let Some(c) = text[at..].chars().next() else { break };
            let kind = self.kind(c);
            if kind & KIND != KEEP && at >= bare {
                // One that is left may take the place of one before it that is not.
                let end = self.marks_end(text, at);
                if text[at..end].chars().any(|c| self.kind(c) & KIND == MARK) {
                    self.trace_marks(text, at, end, part);
                    at = end;
                    continue;
                }
                bare = end;
            }
            folded.clear();
            match kind & KIND {
                KEEP => part(Part::Kept(at, at + c.len_utf8(), false)),
                DROP => {}
                ONE => folded.push(other(kind)),
                APART => {
                    folded.push(' ');
                    folded.push(other(kind));
                    folded.push(' ');
                }
                _ => self.settings.fold(c, &mut folded),
            }
            for c in folded.chars() {
                part(Part::Put(c, at));
            }
            at += c.len_utf8();
        }
        true
    }

    /// As [`Bert::marks`], up to `end`. Where marks change places, each comes from where the one that it takes the place of
    /// did.
    #[cold]
    fn trace_marks(&self, text: &str, at: usize, end: usize, part: &mut impl FnMut(Part)) {
        let (mut spaced, mut origins) = (String::new(), Vec::new());
        for (place, c) in text[at..end].char_indices() {
            let Some(c) = self.settings.clean(c) else { continue };
            let mut push = |c| {
                spaced.push(c);
                origins.push(at + place);
            };
            if self.settings.handle_chinese_chars && is_ideograph(c) {
                [' ', c, ' '].into_iter().for_each(push);
            } else {
                push(c);
            }
        }
        let mut taken = 0;
        for (c, change) in spaced.as_str().nfd() {
            let origin = if change > 0 {
                taken.max(1) - 1
            } else {
                taken += 1 + change.unsigned_abs();
                taken - 1 - change.unsigned_abs()
            };
            if is_nonspacing_mark(c) {
                continue;
            }
            let mut cased = String::new();
            self.settings.push_case(c, &mut cased);
            for c in cased.chars() {
                part(Part::Put(c, origins.get(origin).copied().unwrap_or(at)));
            }
        }
    }

    /// The place of the next character after the one at `at` that starts anew.
    fn marks_end(&self, text: &str, at: usize) -> usize {
        let mut end = at + char_at(text, at).len_utf8();
        while let Some(c) = text[end..].chars().next() {
            // A character that stays as it is, or a space, is a starter: no mark crosses it.
            if matches!(self.kind(c) & KIND, KEEP | ONE | APART) {
                break;
            }
            end += c.len_utf8();
        }
        end
    }

    /// Normalizes from `at` to the next character that starts anew, all steps in full; returns its place.
    #[cold]
    fn marks(&self, text: &str, at: usize, out: &mut String) -> usize {
        let end = self.marks_end(text, at);
        let cleaned = text[at..end].chars().filter_map(|c| self.settings.clean(c));
        let mut spaced = String::new();
        for c in cleaned {
            if self.settings.handle_chinese_chars && is_ideograph(c) {
                spaced.extend([' ', c, ' ']);
            } else {
                spaced.push(c);
            }
        }
        // A mark is left only where accents are stripped: else nothing is decomposed.
        let kept = spaced
            .as_str()
            .nfd()
            .map(|(c, _)| c)
            .filter(|&c| !is_nonspacing_mark(c));
        for c in kept {
            self.settings.push_case(c, out);
        }
        end
    }
}

impl Settings {
    /// Step 1: a character that is kept, as itself or as a space.
    fn clean(self, c: char) -> Option<char> {
        if !self.clean_text {
            return Some(c);
        }
        match c {
            '\0' | '\u{FFFD}' => None,
            '\t' | '\n' | '\r' => Some(' '),
            _ if is_other(c) => None,
            _ if c.is_whitespace() => Some(' '),
            _ => Some(c),
        }
    }

    /// Steps 3 and 4 of one character.
    fn fold(self, c: char, out: &mut String) {
        if self.strip_accents {
            decompose_canonical(c, |part| {
                if !is_nonspacing_mark(part) {
                    self.push_case(part, out);
                }
            });
        } else {
            self.push_case(c, out);
        }
    }

    fn push_case(self, c: char, out: &mut String) {
        if self.lowercase {
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
    }

    fn kind(self, original: char) -> u32 {
        let Some(c) = self.clean(original) else {
            return DROP;
        };
        let mut marks = false;
        let mut starts = true;
        if self.strip_accents {
            let mut first = true;
            decompose_canonical(c, |part| {
                let class = canonical_combining_class(part);
                marks |= class != 0 && !is_nonspacing_mark(part);
                starts &= !first || class == 0;
                first = false;
            });
        }
        if marks {
            return MARK;
        }
        if self.strip_accents && is_syllable(c) {
            return HANGUL;
        }
        let mut folded = String::new();
        self.fold(c, &mut folded);
        let mut chars = folded.chars();
        match (chars.next(), chars.next()) {
            // Each of them becomes one character.
            (Some(one), None) if self.handle_chinese_chars && is_ideograph(c) => APART | one as u32,
            (None, _) => DROP,
            (Some(one), None) if one == original && starts => KEEP,
            (Some(one), None) if starts => ONE | one as u32,
            _ => MANY,
        }
    }
}

/// The syllables of Hangul, in the order of their letters: the Unicode Standard, section 3.12.
const SYLLABLES: std::ops::RangeInclusive<char> = '가'..='힣';

fn is_syllable(c: char) -> bool {
    SYLLABLES.contains(&c)
}

/// The two or three letters of a syllable: none of them has a case, or is a mark.
fn letters_of(syllable: char) -> impl Iterator<Item = char> {
    const VOWELS: u32 = 21;
    const LASTS: u32 = 28;
    let index = u32::from(syllable) - u32::from(*SYLLABLES.start());
    let (both, last) = (index / LASTS, index % LASTS);
    let letters = [0x1100 + both / VOWELS, 0x1161 + both % VOWELS, 0x11A7 + last];
    let count = if last == 0 { 2 } else { 3 };
    letters.into_iter().take(count).filter_map(char::from_u32)
}

/// The ranges that the reference takes for ideographs, with its own gap at U+2B820.
fn is_ideograph(c: char) -> bool {
    matches!(
        u32::from(c),
        0x4E00..=0x9FFF
            | 0x3400..=0x4DBF
            | 0x2_0000..=0x2_A6DF
            | 0x2_A700..=0x2_B73F
            | 0x2_B740..=0x2_B81F
            | 0x2_B920..=0x2_CEAF
            | 0xF900..=0xFAFF
            | 0x2_F800..=0x2_FA1F
    )
}
