//! Which characters a class of Oniguruma's has, as Oniguruma says.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use onig::Regex;
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

/// Classes that are remembered: those of a few dozen patterns.
const MOST: usize = 256;

static KNOWN: LazyLock<Mutex<HashMap<String, ClassUnicode>>> = LazyLock::new(Mutex::default);

/// The characters that `class` matches: an expression that matches one character. Nothing if it is none.
pub(super) fn characters(class: &str) -> Option<ClassUnicode> {
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known().get(class) {
        return Some(found.clone());
    }
    let found = ask(class)?;
    let mut known = known();
    if known.len() < MOST {
        known.insert(class.to_owned(), found.clone());
    }
    Some(found)
}

/// Characters by ascending code point, all that may differ from their neighbours: beyond those planes all are
/// unassigned, or all are for private use.
fn points() -> String {
    let points = (0..=0x3_FFFF_u32).chain(0xE_0000..=0xE_0FFF);
    points.filter_map(char::from_u32).collect()
}

fn ask(class: &str) -> Option<ClassUnicode> {
    let runs = Regex::new(&format!("(?:{class})+")).ok()?;
    let one = Regex::new(&format!(r"\A(?:{class})\z")).ok()?;
    let mut ranges = Vec::new();
    let points = points();
    for (start, end) in runs.find_iter(&points) {
        let mut run: Option<(char, char)> = None;
        for character in points[start..end].chars() {
            match &mut run {
                // Surrogates are no characters; ranges reach over them.
                Some((_, last)) if follows(*last, character) => *last = character,
                _ => {
                    ranges.extend(run.map(range));
                    run = Some((character, character));
                }
            }
        }
        ranges.extend(run.map(range));
    }
    let far = [
        ('\u{4_0000}', '\u{D_FFFF}'),
        ('\u{E_1000}', '\u{E_FFFF}'),
        ('\u{F_0000}', '\u{F_FFFD}'),
        ('\u{F_FFFE}', '\u{F_FFFF}'),
        ('\u{10_0000}', '\u{10_FFFD}'),
        ('\u{10_FFFE}', '\u{10_FFFF}'),
    ];
    for (first, last) in far {
        if one.is_match(first.encode_utf8(&mut [0; 4])) {
            ranges.push(range((first, last)));
        }
    }
    Some(ClassUnicode::new(ranges))
}

fn range((first, last): (char, char)) -> ClassUnicodeRange {
    ClassUnicodeRange::new(first, last)
}

fn follows(left: char, right: char) -> bool {
    u32::from(left) + 1 == u32::from(right) || (left == '\u{D7FF}' && right == '\u{E000}')
}
