//! `tojson`: Python's `json.dumps` with the options that transformers gives the filter.

use std::fmt::Write;

use super::display::to_text;
use super::{Heap, Key, Text, Value};
use crate::failure::{Failure, Outcome};
use crate::limits::with_stack;

/// What the filter can be told.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) ensure_ascii: bool,
    /// Text of one level of indentation; none puts all on one line.
    pub(crate) indent: Option<Text>,
    pub(crate) item_separator: Text,
    pub(crate) key_separator: Text,
    pub(crate) sort_keys: bool,
}

/// `json.dumps(value)`.
pub(crate) fn dump(heap: &Heap, value: &Value, layout: &Layout) -> Outcome<String> {
    let mut writer = Writer {
        heap,
        layout,
        out: String::new(),
        level: 0,
    };
    writer.value(value)?;
    Ok(writer.out)
}

/// Makes room without doubling what is large already.
fn grow(out: &mut String, length: usize) {
    if out.capacity() - out.len() < length {
        out.reserve_exact(length + out.len().min(1 << 20));
    }
}

struct Writer<'a> {
    heap: &'a Heap,
    layout: &'a Layout,
    out: String,
    level: usize,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value) -> Outcome<()> {
        self.heap.meter.spend(1)?;
        match value {
            Value::None => self.out.push_str("null"),
            Value::Bool(true) => self.out.push_str("true"),
            Value::Bool(false) => self.out.push_str("false"),
            Value::Int(_) | Value::Big(_) => self.out.push_str(&to_text(self.heap, value)?),
            Value::Float(number) => self.out.push_str(&float(*number)),
            Value::Text(text) => self.string(text)?,
            Value::List(list) | Value::Tuple(list) => self.list(&list.items)?,
            Value::Dict(dict) => self.dict(dict)?,
            other => {
                return Err(Failure::type_error(format!(
                    "Object of type {} is not JSON serializable",
                    other.type_name()
                )));
            }
        }
        Ok(())
    }

    fn list(&mut self, items: &[Value]) -> Outcome<()> {
        if items.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        self.out.push('[');
        self.level += 1;
        for (index, item) in items.iter().enumerate() {
            self.before_item(index)?;
            with_stack(|| self.value(item))?;
        }
        self.level -= 1;
        self.new_line()?;
        self.out.push(']');
        Ok(())
    }

    fn dict(&mut self, dict: &super::Dict) -> Outcome<()> {
        if dict.entries.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        let mut entries: Vec<(&Key, &Value)> = dict.entries.iter().collect();
        if self.layout.sort_keys {
            crate::filters::order::sort_by(self.heap, &mut entries, |entry| entry.0.value())?;
        }
        self.out.push('{');
        self.level += 1;
        for (index, (key, value)) in entries.into_iter().enumerate() {
            self.before_item(index)?;
            self.key(key.value())?;
            self.push(&self.layout.key_separator.clone())?;
            with_stack(|| self.value(value))?;
        }
        self.level -= 1;
        self.new_line()?;
        self.out.push('}');
        Ok(())
    }

    fn key(&mut self, key: &Value) -> Outcome<()> {
        match key {
            Value::Text(text) => self.string(text),
            Value::Float(number) => self.string(&float(*number)),
            Value::Bool(true) => self.string("true"),
            Value::Bool(false) => self.string("false"),
            Value::None => self.string("null"),
            Value::Int(_) | Value::Big(_) => self.string(&to_text(self.heap, key)?),
            other => Err(Failure::type_error(format!(
                "keys must be str, int, float, bool or None, not {}",
                other.type_name()
            ))),
        }
    }

    fn before_item(&mut self, index: usize) -> Outcome<()> {
        if index > 0 {
            self.push(&self.layout.item_separator.clone())?;
        }
        self.new_line()
    }

    fn new_line(&mut self) -> Outcome<()> {
        let Some(indent) = &self.layout.indent else {
            return Ok(());
        };
        let indent = indent.clone();
        self.out.push('\n');
        for _ in 0..self.level {
            self.push(&indent)?;
        }
        Ok(())
    }

    fn push(&mut self, text: &str) -> Outcome<()> {
        self.heap.meter.spend_bytes(text.len())?;
        self.heap.meter.afford(self.out.len() + text.len())?;
        self.out.push_str(text);
        Ok(())
    }

    fn string(&mut self, text: &str) -> Outcome<()> {
        self.heap.meter.spend_bytes(2 * text.len())?;
        let escaped = |byte: &u8| *byte < b' ' || (self.layout.ensure_ascii && !byte.is_ascii());
        let quoted = text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
        let length = text.len() + quoted + 5 * text.bytes().filter(escaped).count() + 2;
        self.heap.meter.afford(self.out.len() + length)?;
        grow(&mut self.out, length);
        self.out.push('"');
        for character in text.chars() {
            match character {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                '\0'..' ' => self.unit(u16::try_from(u32::from(character)).unwrap_or(0)),
                other if other.is_ascii() && other != '\u{7f}' => self.out.push(other),
                other if self.layout.ensure_ascii && other != '\u{7f}' => {
                    for unit in other.encode_utf16(&mut [0; 2]) {
                        self.unit(*unit);
                    }
                }
                other => self.out.push(other),
            }
        }
        self.out.push('"');
        Ok(())
    }

    fn unit(&mut self, unit: u16) {
        let written = write!(self.out, "\\u{unit:04x}");
        // Writing to a string cannot fail.
        debug_assert!(written.is_ok());
    }
}

fn float(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else {
        super::float::repr(number)
    }
}
