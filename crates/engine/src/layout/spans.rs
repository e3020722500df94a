//! Where the values of a JSON object are, found in one quick pass that looks at strings and brackets only.
//!
//! What lies between is left to whoever reads a value: nothing here says that it is JSON.

use wide::u8x16;

/// A cursor over JSON text.
pub(super) struct Spans<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Spans<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is not blank, not consumed.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Calls `member` with the name of each member of an object, to consume its value. Nothing where the text is no
    /// object, or where a name holds an escape.
    pub(super) fn object(&mut self, mut member: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.expect(b'{')?;
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            let name = self.name()?;
            self.expect(b':')?;
            member(self, name)?;
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    fn name(&mut self) -> Option<&'a str> {
        self.expect(b'"')?;
        let start = self.at;
        let length = memchr::memchr2(b'"', b'\\', &self.text.as_bytes()[start..])?;
        self.at = start + length + 1;
        let name = &self.text[start..start + length];
        (self.text.as_bytes()[start + length] == b'"' && name.bytes().all(|byte| byte >= 0x20))
            .then_some(name)
    }

    /// The text of the next value.
    pub(super) fn value(&mut self) -> Option<&'a str> {
        let first = self.peek()?;
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let length = match first {
            b'{' | b'[' => bracketed(rest)?,
            b'"' => quoted(rest)?,
            _ => rest
                .iter()
                .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'))?,
        };
        self.at = start + length;
        Some(&self.text[start..self.at])
    }

    /// Whether nothing but blanks follows.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }
}

/// The length of the string that `text` begins with.
fn quoted(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        match text[at] {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

/// The length of the object or array that `text` begins with: 64 bytes at a time, a bit for each.
fn bracketed(text: &[u8]) -> Option<usize> {
    const BLOCK: usize = 64;
    let mut depth = 0;
    // Whether the block before ended within a string, all ones if so, and with a backslash that escapes.
    let (mut inside, mut escaping) = (0, false);
    for start in (0..text.len()).step_by(BLOCK) {
        let mut padded = [b' '; BLOCK];
        let block = text[start..].first_chunk::<BLOCK>().unwrap_or_else(|| {
            let rest = &text[start..];
            padded[..rest.len()].copy_from_slice(rest);
            &padded
        });
        let backslashes = places(block, b'\\', 0);
        let mut quotes = places(block, b'"', 0);
        if escaping || backslashes != 0 {
            quotes &= !escaped(backslashes, &mut escaping);
        }
        let strings = running_parity(quotes) ^ inside;
        inside = 0u64.wrapping_sub(strings >> 63);
        let opens = places(block, b'{', 0x20) & !strings;
        let closes = places(block, b'}', 0x20) & !strings;
        if closes.count_ones() < depth {
            depth = depth + opens.count_ones() - closes.count_ones();
            continue;
        }
        let mut brackets = opens | closes;
        while brackets != 0 {
            let place = brackets.trailing_zeros();
            brackets &= brackets - 1;
            if opens >> place & 1 != 0 {
                depth += 1;
            } else {
                depth -= 1;
                if depth == 0 {
                    return Some(start + place as usize + 1);
                }
            }
        }
    }
    None
}

/// A bit for each byte of a block that is `byte`, or that is with the bits `ignored` set.
#[inline]
fn places(block: &[u8; 64], byte: u8, ignored: u8) -> u64 {
    let lanes = block.as_chunks::<16>().0.iter();
    lanes.rev().fold(0, |places, lanes| {
        let found = (u8x16::new(*lanes) | u8x16::splat(ignored)).simd_eq(u8x16::splat(byte));
        places << 16 | u64::from(found.to_bitmask())
    })
}

/// The places that a backslash before them escapes. `carry` says the same of the first place, then of the next block's.
fn escaped(backslashes: u64, carry: &mut bool) -> u64 {
    let mut escaped = u64::from(*carry);
    let mut escaping = backslashes & !escaped;
    *carry = false;
    while escaping != 0 {
        let backslash = escaping & escaping.wrapping_neg();
        escaped |= backslash << 1;
        *carry = backslash >> 63 != 0;
        escaping &= !(backslash | backslash << 1);
    }
    escaped
}

/// For each place whether the number of bits up to it is odd.
#[inline]
fn running_parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::{Spans, bracketed};

    /// Values of all kinds, the strings with what could be taken for the end of one.
    fn value(state: &mut u64, depth: u32) -> Value {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let choice = *state >> 33;
        let count = choice / 8 % 5;
        match choice % 8 {
            0 if depth < 6 => (0..count).map(|_| value(state, depth + 1)).collect(),
            1 if depth < 6 => {
                let members = (0..count).map(|index| (format!("{index}\\\"{{[é"), value(state, depth + 1)));
                Value::Object(members.collect())
            }
            2 => json!(null),
            3 => json!(choice % 1000),
            _ => {
                let parts = ["\\", "\"", "{", "}", "[", "]", "a", "日", "\\\\", ",", ":", "\n"];
                let text: String = (0..choice / 64 % 90)
                    .map(|at| parts[(choice.wrapping_mul(at * 2 + 1) / 3 % 12) as usize])
                    .collect();
                json!(text)
            }
        }
    }

    #[test]
    fn finds_what_serde_finds() {
        let mut state = 7;
        for _ in 0..3_000 {
            let members: Vec<Value> = (0..4).map(|_| value(&mut state, 0)).collect();
            let object = json!({ "a": members[0], "b": members[1], "c": members[2], "d": members[3] });
            let written = [object.to_string(), serde_json::to_string_pretty(&object).unwrap()];
            for text in written {
                let text = text + "\n ";
                let mut spans = Spans::new(&text);
                let mut found = Vec::new();
                let whole = spans.object(|spans, name| {
                    found.push((name, serde_json::from_str::<Value>(spans.value()?).unwrap()));
                    Some(())
                });
                assert!(whole.is_some() && spans.is_at_end(), "{text}");
                assert_eq!(found.len(), 4);
                for (name, value) in found {
                    assert_eq!(object[name], value);
                }
            }
        }
    }

    #[test]
    fn broken_text_is_not_read() {
        for text in [
            "",
            "{",
            "{\"a",
            "{\"a\":",
            "{\"a\":[}",
            "{\"a\":\"}",
            "{\"a\":1",
            "{\"a\":1 2}",
            "[]",
            "{\"\\u0061\":1}",
        ] {
            let mut spans = Spans::new(text);
            let read = spans.object(|spans, _| spans.value().map(drop));
            assert!(read.is_none(), "{text}");
        }
    }

    #[test]
    fn ends_are_found_wherever_blocks_begin() {
        for blanks in 0..200 {
            let text = format!("[{}\"\\\\\\\"]\",[[]]]]", " ".repeat(blanks));
            assert_eq!(bracketed(text.as_bytes()), Some(text.len() - 1));
        }
    }
}
