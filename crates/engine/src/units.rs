//! Places in a text, in the units of JavaScript.

use crate::{Encoding, Input};

/// Turns the offsets of an encoding of `text` (and `pair`) from code points into UTF-16 units.
pub(crate) fn to_utf16(encoding: &mut Encoding, text: Input<'_>, pair: Option<Input<'_>>) {
    let mut known: Option<(Source, Option<Vec<u32>>)> = None;
    for (index, (start, end)) in encoding.offsets.iter_mut().enumerate() {
        let (input, second) = match encoding.sequence_ids.get(index) {
            Some(Some(0)) => (text, false),
            Some(Some(_)) => (pair.unwrap_or(text), true),
            _ => continue,
        };
        let word = match input {
            Input::Text(_) => None,
            Input::Words(_) => encoding.word_ids.get(index).copied().flatten(),
        };
        let source = Source { second, word };
        if known.as_ref().is_none_or(|(of, _)| *of != source) {
            let own = match (input, word) {
                (Input::Text(text), _) => text,
                (Input::Words(words), Some(word)) => words.get(word as usize).map_or("", String::as_str),
                (Input::Words(_), None) => continue,
            };
            known = Some((source, places(own)));
        }
        if let Some((_, Some(places))) = &known {
            for place in [start, end] {
                *place = places.get(*place as usize).copied().unwrap_or(*place);
            }
        }
    }
}

/// What a token's offsets count in.
#[derive(PartialEq, Eq)]
struct Source {
    second: bool,
    word: Option<u32>,
}

/// The UTF-16 place of every code point, and of the end; `None` where they are the same.
fn places(text: &str) -> Option<Vec<u32>> {
    // Only characters of four bytes have two units.
    if !text.bytes().any(|byte| byte >= 0xf0) {
        return None;
    }
    let mut places = Vec::with_capacity(text.len() / 2);
    let mut at: u32 = 0;
    for character in text.chars() {
        places.push(at);
        at = at.saturating_add(if character > '\u{ffff}' { 2 } else { 1 });
    }
    places.push(at);
    Some(places)
}
