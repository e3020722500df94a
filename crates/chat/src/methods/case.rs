//! Upper, lower and title case.

use crate::failure::Outcome;
use crate::limits::Meter;
use crate::value::printable::{is_cased, is_title_letter, push_title};

/// Takes the steps of a change of case, whose result is at most three times as long.
fn prepare(meter: &Meter, text: &str) -> Outcome<()> {
    meter.spend_bytes(4 * text.len())?;
    meter.afford(3 * text.len())
}

/// `str.upper`.
pub(crate) fn upper(meter: &Meter, text: &str) -> Outcome<String> {
    prepare(meter, text)?;
    Ok(text.to_uppercase())
}

/// `str.lower`.
pub(crate) fn lower(meter: &Meter, text: &str) -> Outcome<String> {
    prepare(meter, text)?;
    Ok(text.to_lowercase())
}

/// `str.capitalize`.
pub(crate) fn capitalize(meter: &Meter, text: &str) -> Outcome<String> {
    prepare(meter, text)?;
    let mut capitalized = String::with_capacity(text.len());
    if let Some(first) = text.chars().next() {
        push_title(&mut capitalized, first);
        // The rest is lowered where it stands, as a final sigma depends on what is before it.
        let lowered = text.to_lowercase();
        let skip = first.to_lowercase().map(char::len_utf8).sum::<usize>();
        capitalized.push_str(lowered.get(skip..).unwrap_or_default());
    }
    Ok(capitalized)
}

/// `str.title`: a letter after anything without case begins a word.
pub(crate) fn title(meter: &Meter, text: &str) -> Outcome<String> {
    prepare(meter, text)?;
    let mut titled = String::with_capacity(text.len());
    let mut word = false;
    let lowered = text.to_lowercase();
    let mut lowered = lowered.chars();
    for character in text.chars() {
        let low: Vec<char> = character.to_lowercase().collect();
        // Taken from the whole text, where a final sigma is one.
        let in_place: String = lowered.by_ref().take(low.len()).collect();
        if word {
            titled.push_str(&in_place);
        } else {
            push_title(&mut titled, character);
        }
        word = is_cased(character);
    }
    Ok(titled)
}

/// `str.swapcase`.
pub(crate) fn swap(meter: &Meter, text: &str) -> Outcome<String> {
    prepare(meter, text)?;
    let mut swapped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_uppercase() {
            swapped.extend(character.to_lowercase());
        } else if character.is_lowercase() {
            swapped.extend(character.to_uppercase());
        } else {
            swapped.push(character);
        }
    }
    Ok(swapped)
}

/// `str.casefold`: lower case, and what only differs by case in writing.
pub(crate) fn fold(meter: &Meter, text: &str) -> Outcome<String> {
    prepare(meter, text)?;
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{3c2}' => folded.push('\u{3c3}'),
            '\u{df}' | '\u{1e9e}' => folded.push_str("ss"),
            '\u{17f}' => folded.push('s'),
            '\u{fb00}'..='\u{fb06}' | '\u{149}' | '\u{1f0}' => {
                folded.extend(character.to_uppercase().flat_map(char::to_lowercase));
            }
            other => folded.extend(other.to_lowercase()),
        }
    }
    Ok(folded)
}

/// `str.istitle`.
pub(crate) fn is_title(text: &str) -> bool {
    let mut any = false;
    let mut word = false;
    for character in text.chars() {
        if character.is_uppercase() || is_title_letter(character) {
            if word {
                return false;
            }
            (any, word) = (true, true);
        } else if character.is_lowercase() {
            if !word {
                return false;
            }
            any = true;
        } else {
            word = false;
        }
    }
    any
}
