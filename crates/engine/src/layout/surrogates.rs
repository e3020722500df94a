//! Escapes of lone surrogates (`"\ud83d"`), which JavaScript and Python read and Rust's strings cannot hold.
//!
//! Each becomes a private-use character of its own: no two tokens fall together, and none is found in a text that
//! does not hold that very character.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Where the 2,048 surrogates go: the last private-use plane, before its end.
const HOME: u32 = 0x10_F000;

/// `text` with every escape of a lone surrogate replaced by the escapes of its private-use character.
pub(super) fn replace_lone(text: &str) -> Cow<'_, str> {
    let mut fixed = String::new();
    let mut copied = 0;
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(backslash) = memchr::memchr(b'\\', &bytes[at..]).map(|found| at + found) {
        let Some(unit) = escape_at(bytes, backslash) else {
            at = backslash + 2;
            if at > bytes.len() {
                break;
            }
            continue;
        };
        at = backslash + 6;
        if !(0xD800..0xE000).contains(&unit) {
            continue;
        }
        if unit < 0xDC00 && escape_at(bytes, at).is_some_and(|low| (0xDC00..0xE000).contains(&low)) {
            at += 6;
            continue;
        }
        let home = HOME + (unit - 0xD800) - 0x1_0000;
        fixed.push_str(&text[copied..backslash]);
        // Writing to a string does not fail.
        let _ = write!(
            fixed,
            "\\u{:04x}\\u{:04x}",
            0xD800 + (home >> 10),
            0xDC00 + (home & 0x3FF)
        );
        copied = at;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    fixed.push_str(&text[copied..]);
    Cow::Owned(fixed)
}

/// The code unit of a `\uXXXX` at `at`.
fn escape_at(bytes: &[u8], at: usize) -> Option<u32> {
    let escape = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    escape.iter().try_fold(0, |unit, digit| {
        Some(unit << 4 | char::from(*digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::borrow::Cow;

    use super::replace_lone;

    fn read(json: &str) -> String {
        serde_json::from_str(&replace_lone(json)).unwrap()
    }

    #[test]
    fn pairs_and_other_escapes_stay() {
        let json = r#""\ud83d\ude00 \\ud800 \u00e9 \"""#;
        assert!(matches!(replace_lone(json), Cow::Borrowed(_)));
        assert_eq!(read(json), "😀 \\ud800 é \"");
    }

    #[test]
    fn lone_ones_become_private_characters_of_their_own() {
        assert_eq!(read(r#""a\ud800b""#), "a\u{10F000}b");
        assert_eq!(read(r#""\udfff""#), "\u{10F7FF}");
        assert_eq!(read(r#""\ud83d\ud83d\ude00\uDE00""#), "\u{10F03D}😀\u{10F600}");
        assert_eq!(read(r#""\\\ud800""#), "\\\u{10F000}");
    }

    #[test]
    fn broken_escapes_are_left_to_the_parser() {
        for json in [r#""\ud8"#, r#""\"#, r#""\ud80g""#] {
            assert!(matches!(replace_lone(json), Cow::Borrowed(_)));
        }
    }
}
