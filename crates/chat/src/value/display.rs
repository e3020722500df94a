//! Python's `str()` and `repr()`.

use std::fmt::Write;

use super::dict::Entries;
use super::printable::is_printable;
use super::{Heap, Object, Text, Value, View};
use crate::failure::Outcome;
use crate::limits::with_stack;

/// `str(value)`: a text as it is, no longer as markup.
pub(crate) fn to_text(heap: &Heap, value: &Value) -> Outcome<Text> {
    match value {
        Value::Text(text) => Ok(text.with_markup(false)),
        Value::Undefined(_) => Ok(Text::constant("")),
        other => Text::new(&heap.meter, repr_text(heap, other)?),
    }
}

/// markupsafe's `soft_str(value)`: a text as it is, also as markup.
pub(crate) fn to_soft_text(heap: &Heap, value: &Value) -> Outcome<Text> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        other => to_text(heap, other),
    }
}

/// `repr(value)`.
pub(crate) fn repr_text(heap: &Heap, value: &Value) -> Outcome<String> {
    let mut writer = Writer {
        heap,
        out: String::new(),
        level: 0,
    };
    writer.repr(value)?;
    Ok(writer.out)
}

struct Writer<'h> {
    heap: &'h Heap,
    out: String,
    level: u32,
}

impl Writer<'_> {
    fn repr(&mut self, value: &Value) -> Outcome<()> {
        self.heap.meter.spend(1)?;
        self.heap.meter.afford(self.out.len())?;
        self.level += 1;
        if self.level > 2 * super::MAX_DEPTH {
            // Only a namespace can hold itself.
            return Err(crate::failure::Failure::limit(
                "a namespace that holds itself cannot be printed",
            ));
        }
        let written = match value {
            Value::List(list) => self.items("[", &list.items, "]"),
            Value::Tuple(list) if list.items.len() == 1 => self.items("(", &list.items, ",)"),
            Value::Tuple(list) => self.items("(", &list.items, ")"),
            Value::Dict(dict) => self.entries(&dict.entries),
            Value::View(dict, view) => self.view(&dict.entries, *view),
            Value::Text(text) => self.text(text),
            Value::Object(Object::Namespace(number)) => {
                let entries = self
                    .heap
                    .namespaces
                    .borrow()
                    .get(*number)
                    .map(|dict| dict.entries.clone());
                self.out.push_str("<Namespace ");
                self.entries(&entries.unwrap_or_default())?;
                self.out.push('>');
                Ok(())
            }
            other => self.plain(other),
        };
        self.level -= 1;
        written
    }

    fn plain(&mut self, value: &Value) -> Outcome<()> {
        match value {
            Value::Undefined(_) => self.out.push_str("Undefined"),
            Value::None => self.out.push_str("None"),
            Value::Bool(true) => self.out.push_str("True"),
            Value::Bool(false) => self.out.push_str("False"),
            Value::Int(number) => self.out.push_str(&number.to_string()),
            Value::Big(big) => {
                // Writing digits takes the square of their number.
                let words = usize::try_from(big.value.bits() / 64).unwrap_or(usize::MAX);
                self.heap.meter.spend(words.saturating_mul(words) / 4)?;
                self.out.push_str(&super::integer::show(&big.value)?);
            }
            Value::Float(number) => self.out.push_str(&super::float::repr(*number)),
            Value::Range(range) => {
                let step = if range.step == 1 {
                    String::new()
                } else {
                    format!(", {}", range.step)
                };
                let written = write!(self.out, "range({}, {}{step})", range.start, range.stop);
                // Writing to a string cannot fail.
                debug_assert!(written.is_ok());
            }
            Value::Stream(stream) => self.out.push_str(&stream.borrow().repr()),
            Value::Object(object) => self.out.push_str(&object.repr()),
            _ => {}
        }
        Ok(())
    }

    fn items(&mut self, open: &str, items: &[Value], close: &str) -> Outcome<()> {
        self.out.push_str(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            with_stack(|| self.repr(item))?;
        }
        self.out.push_str(close);
        Ok(())
    }

    fn entries(&mut self, entries: &Entries) -> Outcome<()> {
        self.out.push('{');
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            with_stack(|| self.repr(key.value()))?;
            self.out.push_str(": ");
            with_stack(|| self.repr(value))?;
        }
        self.out.push('}');
        Ok(())
    }

    fn view(&mut self, entries: &Entries, view: View) -> Outcome<()> {
        self.out.push_str(view.type_name());
        self.out.push_str("([");
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            match view {
                View::Keys => self.repr(key.value())?,
                View::Values => self.repr(value)?,
                View::Items => {
                    self.out.push('(');
                    self.repr(key.value())?;
                    self.out.push_str(", ");
                    self.repr(value)?;
                    self.out.push(')');
                }
            }
        }
        self.out.push_str("])");
        Ok(())
    }

    fn text(&mut self, text: &Text) -> Outcome<()> {
        self.heap.meter.spend_bytes(4 * text.len())?;
        // Escapes take up to five times the bytes: only a text of nothing else is not written for it.
        let escaped = text
            .bytes()
            .filter(|byte| byte.is_ascii_control() || *byte == b'\\')
            .count();
        let length = text.len() + 3 * escaped + text.len().saturating_sub(text.char_count()) * 3;
        self.heap.meter.afford(self.out.len() + length)?;
        if text.is_markup() {
            self.out.push_str("Markup(");
        }
        write_repr(&mut self.out, text);
        if text.is_markup() {
            self.out.push(')');
        }
        Ok(())
    }
}

/// A string as a Python literal: single quotes unless only double ones avoid escapes.
pub(crate) fn write_repr(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.push(quote);
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            other if other == quote => {
                out.push('\\');
                out.push(other);
            }
            other if is_printable(other) => out.push(other),
            other => write_escape(out, other),
        }
    }
    out.push(quote);
}

/// `\x1b`, `\u2028` or `\U000e0001`.
pub(crate) fn write_escape(out: &mut String, character: char) {
    let code = u32::from(character);
    let written = match code {
        0..0x100 => write!(out, "\\x{code:02x}"),
        0x100..0x1_0000 => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
    // Writing to a string cannot fail.
    debug_assert!(written.is_ok());
}
