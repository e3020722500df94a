//! Numbers and strings of the template language.

use std::borrow::Cow;

use num_bigint::BigInt;

use crate::value::display::write_escape;
use crate::value::{float, integer};

/// A number at the start of `source`, with its length; none if there is none. `after_point` says that a point
/// stands before it, where only whole numbers may follow.
pub(super) fn number(source: &str, after_point: bool) -> Option<(Number, usize)> {
    if !after_point && let Some(length) = float_length(source) {
        return Some((Number::Float(float::parse(&source[..length])?), length));
    }
    let length = integer_length(source)?;
    Some((Number::Integer(integer::parse(&source[..length], 0)?), length))
}

/// A number literal.
#[derive(Debug)]
pub(super) enum Number {
    Integer(BigInt),
    Float(f64),
}

/// Length of digits that single underscores may separate.
fn digits(bytes: &[u8], valid: impl Fn(u8) -> bool) -> usize {
    let digit = |index: usize| bytes.get(index).is_some_and(|byte| valid(*byte));
    let mut length = 0;
    while digit(length) || (length > 0 && bytes.get(length) == Some(&b'_') && digit(length + 1)) {
        length += 1;
    }
    length
}

fn float_length(source: &str) -> Option<usize> {
    let bytes = source.as_bytes();
    let decimal = |from: usize| digits(&bytes[from..], |byte| byte.is_ascii_digit());
    let whole = decimal(0);
    if whole == 0 {
        return None;
    }
    let fraction = match bytes.get(whole) {
        Some(b'.') => Some(decimal(whole + 1))
            .filter(|length| *length > 0)
            .map(|length| length + 1),
        _ => None,
    };
    let end = whole + fraction.unwrap_or(0);
    let exponent = match bytes.get(end) {
        Some(b'e' | b'E') => {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            Some(decimal((end + 1 + sign).min(bytes.len())))
                .filter(|length| *length > 0)
                .map(|length| length + 1 + sign)
        }
        _ => None,
    };
    (fraction.is_some() || exponent.is_some()).then_some(end + exponent.unwrap_or(0))
}

fn integer_length(source: &str) -> Option<usize> {
    let bytes = source.as_bytes();
    if bytes.first() == Some(&b'0') {
        let base = match bytes.get(1).map(u8::to_ascii_lowercase) {
            Some(b'x') => Some(16),
            Some(b'o') => Some(8),
            Some(b'b') => Some(2),
            _ => None,
        };
        if let Some(base) = base {
            let from = if bytes.get(2) == Some(&b'_') { 3 } else { 2 };
            let length = digits(bytes.get(from..).unwrap_or_default(), |byte| {
                char::from(byte).is_digit(base)
            });
            if length > 0 {
                return Some(from + length);
            }
        }
        return Some(digits(bytes, |byte| byte == b'0'));
    }
    let length = digits(bytes, |byte| byte.is_ascii_digit());
    (length > 0).then_some(length)
}

/// The text of a string literal, quotes taken off, as Python's `unicode-escape` reads it.
pub(super) fn unescape(literal: &str) -> Result<String, String> {
    let literal = normalize_newlines(literal);
    let mut text = String::with_capacity(literal.len());
    let mut rest = literal.as_ref();
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = escape(&rest[at + 1..], &mut text)?;
    }
    text.push_str(rest);
    Ok(text)
}

/// Reads what stands after one backslash and returns what comes after that.
fn escape<'a>(rest: &'a str, text: &mut String) -> Result<&'a str, String> {
    let Some(first) = rest.chars().next() else {
        text.push('\\');
        return Ok(rest);
    };
    let after = &rest[first.len_utf8()..];
    let simple = match first {
        '\n' => return Ok(after),
        '\\' | '\'' | '"' => Some(first),
        'a' => Some('\u{7}'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{b}'),
        _ => None,
    };
    if let Some(simple) = simple {
        text.push(simple);
        return Ok(after);
    }
    match first {
        '0'..='7' => {
            let length = rest
                .bytes()
                .take(3)
                .take_while(|byte| (b'0'..=b'7').contains(byte))
                .count();
            push_code(text, u32::from_str_radix(&rest[..length], 8).unwrap_or(0))?;
            Ok(&rest[length..])
        }
        'x' | 'u' | 'U' => {
            let length = match first {
                'x' => 2,
                'u' => 4,
                _ => 8,
            };
            let digits = after
                .get(..length)
                .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
            let Some(digits) = digits else {
                return Err(format!("truncated \\{first} escape"));
            };
            push_code(text, u32::from_str_radix(digits, 16).unwrap_or(u32::MAX))?;
            Ok(&after[length..])
        }
        'N' => Err("characters by name are not supported".to_owned()),
        other if other.is_ascii() => {
            text.push('\\');
            text.push(other);
            Ok(after)
        }
        other => {
            // Python writes such a character as an escape first, whose backslash is then taken for escaped.
            write_escape(text, other);
            Ok(after)
        }
    }
}

/// Half of a surrogate pair, which Rust's strings cannot hold, becomes the replacement character.
fn push_code(text: &mut String, code: u32) -> Result<(), String> {
    match code {
        0xd800..=0xdfff => text.push('\u{fffd}'),
        _ => text.push(char::from_u32(code).ok_or("illegal Unicode character")?),
    }
    Ok(())
}

/// Line ends of all systems as `\n`.
pub(super) fn normalize_newlines(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}
