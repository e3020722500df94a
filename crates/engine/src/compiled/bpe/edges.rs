//! Which neighbours some merge joins, worked out from how tokens begin and end.

use super::super::Declined;
use super::super::vocab::Vocab;
use super::alphabet::META;
use super::cuts::Joins;
use super::load::Merges;
use super::raw::Raw;

/// In the place of a character: no cut depends on this end of the token.
const NOTHING: u32 = u32::MAX;
/// The low byte is one of a character that the token does not hold whole.
const INCOMPLETE: u32 = 1 << 31;

/// How a token begins and ends.
#[derive(Clone, Copy)]
struct Edges {
    first: u32,
    last: u32,
}

const NO_EDGES: Edges = Edges {
    first: NOTHING,
    last: NOTHING,
};

/// Joins of a vocabulary of characters with tokens for bytes.
pub(super) fn char_joins(
    vocab: &Vocab,
    merges: &Merges,
    bytes: &[u32; 256],
    meta_space: bool,
) -> Result<Joins, Declined> {
    let of_id = |id| {
        let mut characters = vocab.token(id).unwrap_or_default().chars();
        let Some(first) = characters.next() else {
            return NO_EDGES;
        };
        Edges {
            first: u32::from(first),
            last: u32::from(characters.next_back().unwrap_or(first)),
        }
    };
    let mut edges: Vec<Edges> = (0u32..).take(vocab.id_end()).map(of_id).collect();
    for &id in bytes {
        // Not all of them need be there.
        if let Some(edges) = edges.get_mut(id as usize) {
            edges.first = INCOMPLETE;
        }
    }
    let mut joins = Joins::new(merges.merges.len(), false);
    for &(left, right, _) in &merges.merges {
        let (left, right) = (edges[left as usize], edges[right as usize]);
        if left.first == INCOMPLETE || right.first == INCOMPLETE {
            return Err(Declined::new("merges of byte tokens"));
        }
        let (last, first) = (left.last, right.first);
        if last == NOTHING || first == NOTHING {
            continue;
        }
        joins.add(last, first);
        if meta_space && (last == u32::from(META) || first == u32::from(META)) {
            // A blank of the text stands for META.
            let as_text = |code| {
                if code == u32::from(META) {
                    u32::from(' ')
                } else {
                    code
                }
            };
            joins.add(as_text(last), first);
            joins.add(last, as_text(first));
            joins.add(as_text(last), as_text(first));
        }
    }
    Ok(joins)
}

/// Joins of a byte-level vocabulary.
pub(super) fn byte_joins(raw: &Raw, merges: &Merges) -> Joins {
    let of_token = |token: Option<&[u8]>| {
        let bytes = token.unwrap_or_default();
        match (bytes.first(), bytes.last()) {
            (Some(&first), Some(&last)) => Edges {
                first: match first {
                    0..0x80 => u32::from(first),
                    // Inside a character, where nothing is ever cut.
                    0x80..0xC0 => NOTHING,
                    _ => first_char(bytes).unwrap_or(INCOMPLETE | u32::from(first)),
                },
                last: match last {
                    0..0x80 => u32::from(last),
                    _ => last_char(bytes).unwrap_or(INCOMPLETE | u32::from(last)),
                },
            },
            _ => NO_EDGES,
        }
    };
    let edges: Vec<Edges> = raw.tokens().map(of_token).collect();
    let mut joins = Joins::new(merges.merges.len(), true);
    for &(left, right, _) in &merges.merges {
        let (last, first) = (edges[left as usize].last, edges[right as usize].first);
        if last == NOTHING || first == NOTHING {
            continue;
        }
        if (last | first) & INCOMPLETE == 0 {
            joins.add(last, first);
        } else {
            joins.add_bytes(edge_byte(last, true), edge_byte(first, false));
        }
    }
    joins
}

/// The byte at an edge: the last or the first of a whole character.
fn edge_byte(edge: u32, last: bool) -> u8 {
    let mut bytes = [0; 4];
    let bytes = match char::from_u32(edge) {
        Some(character) => character.encode_utf8(&mut bytes).as_bytes(),
        None => return (edge & 0xFF) as u8,
    };
    let byte = if last { bytes.last() } else { bytes.first() };
    byte.copied().unwrap_or(0)
}

/// The character that begins these bytes, when it is whole.
fn first_char(bytes: &[u8]) -> Option<u32> {
    let width = match bytes.first()? {
        0..=0x7F => 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let text = std::str::from_utf8(bytes.get(..width)?).ok()?;
    text.chars().next().map(u32::from)
}

/// The character that ends these bytes, when it is whole.
fn last_char(bytes: &[u8]) -> Option<u32> {
    let start = bytes.iter().rposition(|byte| byte & 0xC0 != 0x80)?;
    let text = std::str::from_utf8(bytes.get(start..)?).ok()?;
    let mut characters = text.chars();
    let character = characters.next().map(u32::from);
    characters.next().is_none().then_some(character)?
}
