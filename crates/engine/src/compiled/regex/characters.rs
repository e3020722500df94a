//! Which characters a class of Oniguruma's has, as Oniguruma says.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use onig::Regex;
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::known::known;

/// Classes that are remembered: those of a few dozen patterns.
const MOST: usize = 256;

static ASKED: LazyLock<Mutex<HashMap<String, ClassUnicode>>> = LazyLock::new(Mutex::default);

/// Asks Oniguruma.
#[derive(Default)]
pub(super) struct Asker {
    /// Characters by ascending code point, all that may differ from their neighbours: beyond those planes all are
    /// unassigned, or all are for private use.
    points: OnceCell<String>,
    /// The first of them. No other is ASCII in another case, and none will be: Unicode promises it.
    few: OnceCell<String>,
}

impl Asker {
    /// The characters that `class` matches: an expression that matches one character. Nothing if it is none.
    pub(super) fn characters(&self, class: &str) -> Option<ClassUnicode> {
        if let Some(found) = known(class) {
            return Some(found);
        }
        let asked = || ASKED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = asked().get(class) {
            return Some(found.clone());
        }
        let found = self.ask_all(class)?;
        let mut asked = asked();
        if asked.len() < MOST {
            asked.insert(class.to_owned(), found.clone());
        }
        Some(found)
    }

    /// The characters that are `ascii` in any case.
    pub(super) fn in_any_case(&self, ascii: &str) -> Option<ClassUnicode> {
        let class = format!("(?i:{ascii})");
        let few = self.few.get_or_init(|| ('\0'..'\u{3000}').collect());
        ask(&class, few)
    }

    fn ask_all(&self, class: &str) -> Option<ClassUnicode> {
        let points = self.points.get_or_init(|| {
            let points = (0..=0x3_FFFF_u32).chain(0xE_0000..=0xE_0FFF);
            points.filter_map(char::from_u32).collect()
        });
        let mut found = ask(class, points)?;
        let one = Regex::new(&format!(r"\A(?:{class})\z")).ok()?;
        for (first, last) in FAR {
            if one.is_match(first.encode_utf8(&mut [0; 4])) {
                found.push(range((first, last)));
            }
        }
        Some(found)
    }
}

/// Those of `points`, in ascending order, that `class` matches.
fn ask(class: &str, points: &str) -> Option<ClassUnicode> {
    let runs = Regex::new(&format!("(?:{class})+")).ok()?;
    let mut ranges = Vec::new();
    for (start, end) in runs.find_iter(points) {
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
    Some(ClassUnicode::new(ranges))
}

/// Beyond the points: characters that no class tells apart.
const FAR: [(char, char); 6] = [
    ('\u{4_0000}', '\u{D_FFFF}'),
    ('\u{E_1000}', '\u{E_FFFF}'),
    ('\u{F_0000}', '\u{F_FFFD}'),
    ('\u{F_FFFE}', '\u{F_FFFF}'),
    ('\u{10_0000}', '\u{10_FFFD}'),
    ('\u{10_FFFE}', '\u{10_FFFF}'),
];

fn range((first, last): (char, char)) -> ClassUnicodeRange {
    ClassUnicodeRange::new(first, last)
}

fn follows(left: char, right: char) -> bool {
    u32::from(left) + 1 == u32::from(right) || (left == '\u{D7FF}' && right == '\u{E000}')
}
