//! Finding, replacing and splitting. Positions are counted in characters.

use crate::failure::{Failure, Outcome};
use crate::limits::Meter;
use crate::value::Text;
use crate::value::text::is_space;

/// `str.replace`; a negative count replaces all.
pub(crate) fn replace(meter: &Meter, text: &str, old: &str, new: &str, count: i64) -> Outcome<String> {
    meter.spend_bytes(4 * text.len())?;
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    let matches = if old.is_empty() {
        text.chars().count() + 1
    } else {
        text.matches(old).count()
    }
    .min(limit);
    let length = matches
        .checked_mul(new.len())
        .and_then(|added| added.checked_add(text.len()));
    let length = length.unwrap_or(usize::MAX);
    meter.afford(length)?;
    meter.spend_bytes(length)?;
    Ok(text.replacen(old, new, limit))
}

/// Where a line ends, as `str.splitlines` sees it.
pub(crate) fn is_line_end(character: char) -> bool {
    matches!(
        character,
        '\n'..='\r' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Asks for the memory of as many lines as a text has.
pub(crate) fn afford_lines(meter: &Meter, text: &str) -> Outcome<()> {
    meter.spend_bytes(4 * text.len())?;
    meter.afford(
        text.matches(is_line_end)
            .count()
            .saturating_mul(4 * size_of::<&str>()),
    )
}

/// `str.splitlines`.
pub(crate) fn lines(text: &str) -> Vec<&str> {
    split_lines(text, false)
}

/// `str.splitlines(keepends)`.
pub(crate) fn split_lines(text: &str, keep_ends: bool) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(is_line_end) {
        let end_length = if rest[at..].starts_with("\r\n") {
            2
        } else {
            rest[at..].chars().next().map_or(1, char::len_utf8)
        };
        lines.push(&rest[..if keep_ends { at + end_length } else { at }]);
        rest = &rest[at + end_length..];
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

/// `str.split` and `str.rsplit`; a negative maximum splits everywhere.
pub(super) fn split<'a>(
    text: &'a str,
    separator: Option<&str>,
    maximum: i64,
    from_right: bool,
) -> Outcome<Vec<&'a str>> {
    let limit = usize::try_from(maximum).unwrap_or(usize::MAX);
    match separator {
        Some("") => Err(Failure::value_error("empty separator")),
        Some(separator) if from_right => {
            let mut parts: Vec<&str> = text.rsplitn(limit.saturating_add(1), separator).collect();
            parts.reverse();
            Ok(parts)
        }
        Some(separator) => Ok(text.splitn(limit.saturating_add(1), separator).collect()),
        None if from_right => Ok(split_spaces_from_right(text, limit)),
        None => Ok(split_spaces(text, limit)),
    }
}

fn split_spaces(text: &str, limit: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while !rest.is_empty() {
        if parts.len() == limit {
            parts.push(rest.trim_end_matches(is_space));
            break;
        }
        let end = rest.find(is_space).unwrap_or(rest.len());
        parts.push(&rest[..end]);
        rest = rest[end..].trim_start_matches(is_space);
    }
    parts
}

fn split_spaces_from_right(text: &str, limit: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim_end_matches(is_space);
    while !rest.is_empty() {
        if parts.len() == limit {
            parts.push(rest.trim_start_matches(is_space));
            break;
        }
        let word = rest
            .rfind(is_space)
            .map_or(0, |at| at + rest[at..].chars().next().map_or(1, char::len_utf8));
        parts.push(&rest[word..]);
        rest = rest[..word].trim_end_matches(is_space);
    }
    parts.reverse();
    parts
}

/// Part of a text, with the number of characters before it.
pub(super) struct Window<'a> {
    pub(super) part: &'a str,
    pub(super) before: usize,
}

/// `text[start:end]` as the searching methods mean it: none where the start is past the end.
pub(super) fn window(text: &Text, start: Option<i64>, end: Option<i64>) -> Option<Window<'_>> {
    if start.is_none() && end.is_none() {
        return Some(Window {
            part: text,
            before: 0,
        });
    }
    let length = text.char_count();
    let clamp = |value: i64| {
        let signed = i64::try_from(length).unwrap_or(i64::MAX);
        usize::try_from(if value < 0 {
            value.saturating_add(signed).max(0)
        } else {
            value
        })
        .unwrap_or(0)
    };
    let start = start.map_or(0, clamp);
    let end = end.map_or(length, clamp).min(length);
    if start > end {
        return None;
    }
    let byte = |position: usize| text.char_indices().nth(position).map_or(text.len(), |(at, _)| at);
    Some(Window {
        part: &text[byte(start)..byte(end)],
        before: start,
    })
}

/// Position of `part` in the window, from either side.
pub(super) fn find(window: &Window<'_>, part: &str, from_right: bool) -> Option<usize> {
    let at = if from_right {
        window.part.rfind(part)
    } else {
        window.part.find(part)
    }?;
    Some(window.before + window.part[..at].chars().count())
}

/// How often `part` stands in the window.
pub(super) fn count(window: &Window<'_>, part: &str) -> usize {
    if part.is_empty() {
        window.part.chars().count() + 1
    } else {
        window.part.matches(part).count()
    }
}
