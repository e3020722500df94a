//! The context: JSON to values. Python's `json` reads more than `serde_json` does: whole numbers of any size, `NaN`,
//! and halves of surrogate pairs, which JavaScript's strings may hold and which become U+FFFD here.

use std::rc::Rc;
use std::sync::Arc;

use num_bigint::BigInt;

use crate::failure::{Failure, Kind, Outcome};
use crate::limits::with_stack;
use crate::value::dict::Entries;
use crate::value::{Dict, Key, List, MAX_DEPTH, Text, Value};

/// Reads a JSON object.
pub(crate) fn read(json: &str) -> Outcome<Entries> {
    let mut reader = Reader {
        json,
        at: 0,
        depth: 0,
    };
    let value = reader.value()?;
    reader.space();
    if reader.at < json.len() {
        return reader.fail("more text after the end");
    }
    match value {
        Value::Dict(dict) => {
            Ok(Rc::try_unwrap(dict).map_or_else(|dict| dict.entries.clone(), |dict| dict.entries))
        }
        _ => reader.fail("not an object"),
    }
}

struct Reader<'a> {
    json: &'a str,
    at: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    fn fail<T>(&self, message: &str) -> Outcome<T> {
        Err(Failure::new(
            Kind::Value,
            format!("the context is not valid JSON at byte {}: {message}", self.at),
        ))
    }

    fn rest(&self) -> &'a str {
        &self.json[self.at..]
    }

    fn space(&mut self) {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
        self.at += self.rest().as_bytes().iter().take_while(blank).count();
    }

    fn take(&mut self, token: u8) -> bool {
        self.space();
        let found = self.next() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn next(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    fn value(&mut self) -> Outcome<Value> {
        self.space();
        match self.next() {
            Some(b'"') => Ok(Value::Text(self.string()?)),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'n') => self.word("null", Value::None),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'N') => self.word("NaN", Value::Float(f64::NAN)),
            Some(b'I') => self.word("Infinity", Value::Float(f64::INFINITY)),
            Some(b'-') if self.rest().starts_with("-I") => {
                self.word("-Infinity", Value::Float(f64::NEG_INFINITY))
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.fail("a value is expected"),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Outcome<Value> {
        if !self.rest().starts_with(word) {
            return self.fail("a value is expected");
        }
        self.at += word.len();
        Ok(value)
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Outcome<Value>) -> Outcome<Value> {
        self.depth += 1;
        if self.depth >= MAX_DEPTH {
            return Err(Failure::limit(format!(
                "the context is nested more than {MAX_DEPTH} levels deep"
            )));
        }
        let value = with_stack(|| read(self));
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Outcome<Value> {
        self.at += 1;
        let mut entries = Entries::default();
        while !self.take(b'}') {
            if !entries.is_empty() && !self.take(b',') {
                return self.fail("',' or '}' is expected");
            }
            self.space();
            if self.next() != Some(b'"') {
                return self.fail("a name is expected");
            }
            let name = Value::Text(self.string()?);
            if !self.take(b':') {
                return self.fail("':' is expected");
            }
            let value = self.value()?;
            entries.insert(Key::new(name)?, value);
        }
        Ok(Value::Dict(Rc::new(Dict::given(entries)?)))
    }

    fn array(&mut self) -> Outcome<Value> {
        self.at += 1;
        let mut items = Vec::new();
        while !self.take(b']') {
            if !items.is_empty() && !self.take(b',') {
                return self.fail("',' or ']' is expected");
            }
            items.push(self.value()?);
        }
        Ok(Value::List(Rc::new(List::given(items)?)))
    }

    fn number(&mut self) -> Outcome<Value> {
        let rest = self.rest();
        let end = rest
            .find(|character: char| !matches!(character, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        let digits = &rest[..end];
        let unsigned = digits.trim_start_matches('-');
        let leading_zero =
            unsigned.len() > 1 && unsigned.starts_with('0') && unsigned.as_bytes()[1].is_ascii_digit();
        let value = if leading_zero || digits.ends_with('.') {
            None
        } else if digits.contains(['.', 'e', 'E']) {
            digits.parse().ok().map(Value::Float)
        } else if digits.len() < 19 {
            digits.parse().ok().map(Value::Int)
        } else {
            digits
                .parse::<BigInt>()
                .ok()
                .filter(|_| digits.len() <= 4_300)
                .map(Value::given_integer)
        };
        match value {
            Some(value) => {
                self.at += end;
                Ok(value)
            }
            None => self.fail("a number is expected"),
        }
    }

    fn string(&mut self) -> Outcome<Text> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let ends = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
            let Some(end) = rest.bytes().position(ends) else {
                return self.fail("a string does not end");
            };
            let part = &rest[..end];
            match rest.as_bytes()[end] {
                b'"' => {
                    self.at += end + 1;
                    if text.is_empty() {
                        return Ok(Text::given(Arc::from(part)));
                    }
                    text.push_str(part);
                    return Ok(Text::given(Arc::from(text)));
                }
                b'\\' => text.push_str(part),
                _ => return self.fail("a control character in a string"),
            }
            self.at += end + 1;
            let Some(escape) = self.rest().bytes().next() else {
                return self.fail("a string does not end");
            };
            self.at += 1;
            match escape {
                b'"' | b'\\' | b'/' => text.push(char::from(escape)),
                b'b' => text.push('\u{8}'),
                b'f' => text.push('\u{c}'),
                b'n' => text.push('\n'),
                b'r' => text.push('\r'),
                b't' => text.push('\t'),
                b'u' => text.push(self.unicode()?),
                _ => return self.fail("an unknown escape in a string"),
            }
        }
    }

    /// `\uXXXX`, and a second one for the other half of a pair.
    fn unicode(&mut self) -> Outcome<char> {
        let first = self.unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or('\u{fffd}'));
        }
        let before = self.at;
        if self.rest().starts_with("\\u") {
            self.at += 2;
            let second = self.unit()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or('\u{fffd}'));
            }
            self.at = before;
        }
        Ok('\u{fffd}')
    }

    fn unit(&mut self) -> Outcome<u32> {
        let digits = self
            .rest()
            .get(..4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some(digits) = digits else {
            return self.fail("an escape needs four digits");
        };
        self.at += 4;
        Ok(u32::from_str_radix(digits, 16).unwrap_or(0xfffd))
    }
}
