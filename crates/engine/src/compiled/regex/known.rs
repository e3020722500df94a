//! Classes whose characters need not be asked: made of general categories, white space and characters as they stand.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use crate::compiled::unicode::{
    LETTERS, LOWER, MARKS, MODIFIER, NUMBERS, OTHER_LETTER, PUNCTUATIONS, SPACES, SYMBOLS, TITLE, UPPER, runs,
};

/// The characters of a class, if it is one of these.
pub(super) fn known(class: &str) -> Option<ClassUnicode> {
    let Some(inside) = class.strip_prefix('[') else {
        let (found, rest) = item(class)?;
        return rest.is_empty().then_some(found);
    };
    let mut rest = inside.strip_suffix(']')?;
    let negated = rest.strip_prefix('^');
    rest = negated.unwrap_or(rest);
    let mut all = ClassUnicode::empty();
    while !rest.is_empty() {
        // Classes in classes, and what they have in common.
        if rest.starts_with('[') || rest.starts_with("&&") {
            return None;
        }
        let (first, after) = item(rest)?;
        rest = after;
        let Some(after) = rest.strip_prefix('-').filter(|after| !after.is_empty()) else {
            all.union(&first);
            continue;
        };
        let (last, after) = item(after)?;
        rest = after;
        let (first, last) = (only(&first)?, only(&last)?);
        if first > last {
            return None;
        }
        all.push(ClassUnicodeRange::new(first, last));
    }
    if negated.is_some() {
        all.negate();
    }
    Some(all)
}

/// The one character of a class.
fn only(class: &ClassUnicode) -> Option<char> {
    match class.ranges() {
        [range] if range.start() == range.end() => Some(range.start()),
        _ => None,
    }
}

/// What a text begins with, a character or a category, and the rest.
fn item(text: &str) -> Option<(ClassUnicode, &str)> {
    let first = text.chars().next()?;
    let rest = &text[first.len_utf8()..];
    if first != '\\' {
        let is_plain = !matches!(first, '[' | ']' | '^' | '-' | '.');
        return is_plain.then_some((single(first), rest));
    }
    let escaped = rest.chars().next()?;
    let after = &rest[escaped.len_utf8()..];
    let class = match escaped {
        't' => single('\t'),
        'n' => single('\n'),
        'r' => single('\r'),
        's' => of(SPACES),
        'S' => {
            let mut class = of(SPACES);
            class.negate();
            class
        }
        'p' => {
            let (name, after) = after.strip_prefix('{')?.split_once('}')?;
            return Some((of(category(name)?), after));
        }
        _ if escaped.is_ascii_punctuation() => single(escaped),
        _ => return None,
    };
    Some((class, after))
}

fn category(name: &str) -> Option<u16> {
    Some(match name {
        "L" => LETTERS,
        "Lu" => 1 << UPPER,
        "Ll" => 1 << LOWER,
        "Lt" => 1 << TITLE,
        "Lm" => 1 << MODIFIER,
        "Lo" => 1 << OTHER_LETTER,
        "M" => MARKS,
        "N" => NUMBERS,
        "P" => PUNCTUATIONS,
        "S" => SYMBOLS,
        _ => return None,
    })
}

fn single(character: char) -> ClassUnicode {
    ClassUnicode::new([ClassUnicodeRange::new(character, character)])
}

/// The characters of some categories.
fn of(set: u16) -> ClassUnicode {
    let ranges = runs().filter(|&(_, _, of)| of & set != 0);
    // Surrogates are no characters, and in no category that is asked for.
    ClassUnicode::new(ranges.filter_map(|(first, last, _)| {
        Some(ClassUnicodeRange::new(
            char::from_u32(first)?,
            char::from_u32(last)?,
        ))
    }))
}
