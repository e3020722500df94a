//! Filters on values of any kind.

use std::fmt::Write;

use crate::failure::{Failure, Outcome};
use crate::run::Renderer;
use crate::run::arguments::{index, required, size};
use crate::value::display::{to_soft_text, to_text};
use crate::value::iterate::{Items, collect};
use crate::value::json::{Layout, dump};
use crate::value::object::Arguments;
use crate::value::text::escape;
use crate::value::{Heap, Text, Undefined, Value, View};

pub(super) fn default(_: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [default, boolean] = arguments.bind("do_default", ["default_value", "boolean"])?;
    let by_truth = boolean.is_some_and(|boolean| boolean.truthy());
    if value.is_undefined() || (by_truth && !value.truthy()) {
        return Ok(default.unwrap_or_else(|| Value::constant("")));
    }
    Ok(value.clone())
}

pub(super) fn attr(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [name] = arguments.bind("do_attr", ["name"])?;
    let name = required(name, "do_attr", "name")?;
    let Value::Text(text) = &name else {
        return Err(Failure::type_error("attribute name must be string"));
    };
    if let Value::Undefined(undefined) = value {
        return Err(undefined.failure(&renderer.heap));
    }
    let found = renderer.own_attribute(value, text)?;
    Ok(found.unwrap_or_else(|| {
        Value::undefined(Undefined::Missing {
            of: value.clone(),
            name,
        })
    }))
}

/// transformers' own `tojson`: no HTML escapes, non-ASCII characters as they are.
pub(super) fn tojson(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [ensure_ascii, indent, separators, sort_keys] =
        arguments.bind("tojson", ["ensure_ascii", "indent", "separators", "sort_keys"])?;
    let heap = &renderer.heap;
    let flag = |value: Option<Value>| value.is_some_and(|value| value.truthy());
    let indent = match indent {
        None | Some(Value::None) => None,
        Some(Value::Text(text)) => Some(text),
        Some(width) => {
            let width = size(index(heap, &width)?);
            heap.meter.afford(width)?;
            Some(Text::new(&heap.meter, " ".repeat(width))?)
        }
    };
    let (item_separator, key_separator) = match separators {
        None | Some(Value::None) => (
            Text::constant(if indent.is_some() { "," } else { ", " }),
            Text::constant(": "),
        ),
        Some(separators) => {
            let pair = collect(heap, &separators)?;
            let [Value::Text(item), Value::Text(key)] = &pair[..] else {
                return Err(Failure::value_error("separators must be two strings"));
            };
            (item.clone(), key.clone())
        }
    };
    let layout = Layout {
        ensure_ascii: flag(ensure_ascii),
        indent,
        item_separator,
        key_separator,
        sort_keys: flag(sort_keys),
    };
    let json = dump(heap, value, &layout)?;
    Value::text(&heap.meter, json)
}

/// Percent signs for what may not stand in a URL.
fn quote(heap: &Heap, value: &Value, in_query: bool) -> Outcome<String> {
    let text = to_text(heap, value)?;
    heap.meter.spend_bytes(text.len() * 3)?;
    heap.meter.afford(text.len() * 3)?;
    let mut quoted = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => {
                quoted.push(char::from(byte));
            }
            b'/' if !in_query => quoted.push('/'),
            b' ' if in_query => quoted.push('+'),
            other => {
                let written = write!(quoted, "%{other:02X}");
                // Writing to a string cannot fail.
                debug_assert!(written.is_ok());
            }
        }
    }
    Ok(quoted)
}

pub(super) fn urlencode(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("do_urlencode", [])?;
    let heap = &renderer.heap;
    let pairs = match value {
        Value::Dict(dict) => Value::View(std::rc::Rc::clone(dict), View::Items),
        Value::Text(_) => return Value::text(&heap.meter, quote(heap, value, false)?),
        other => other.clone(),
    };
    let Ok(mut items) = Items::of(heap, &pairs) else {
        return Value::text(&heap.meter, quote(heap, value, false)?);
    };
    let mut query = String::new();
    while let Some(pair) = items.next(heap)? {
        let pair = collect(heap, &pair)?;
        let [key, value] = &pair[..] else {
            return Err(Failure::value_error(format!(
                "not two values to unpack, but {}",
                pair.len()
            )));
        };
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(&quote(heap, key, true)?);
        query.push('=');
        query.push_str(&quote(heap, value, true)?);
        heap.meter.afford(query.len())?;
    }
    Value::text(&heap.meter, query)
}

pub(super) fn xmlattr(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [autospace] = arguments.bind("do_xmlattr", ["autospace"])?;
    let autospace = autospace.is_none_or(|autospace| autospace.truthy());
    let heap = &renderer.heap;
    let Value::Dict(dict) = value else {
        return Err(Failure::other(format!(
            "'{}' object has no attribute 'items'",
            value.type_name()
        )));
    };
    let mut written = String::new();
    for (key, value) in &dict.entries {
        if matches!(value, Value::None | Value::Undefined(_)) {
            continue;
        }
        let Value::Text(name) = key.value() else {
            return Err(Failure::type_error("expected string or bytes-like object"));
        };
        if name.contains(|character: char| character.is_ascii_whitespace() || "/>=\u{b}".contains(character))
        {
            return Err(Failure::value_error("Invalid character in attribute name"));
        }
        if autospace || !written.is_empty() {
            written.push(' ');
        }
        let soft = to_soft_text(heap, value)?;
        let shown = if soft.is_markup() {
            soft.to_string()
        } else {
            escape(&heap.meter, &soft)?
        };
        heap.meter.afford(written.len() + name.len() * 5 + shown.len())?;
        written.push_str(&escape(&heap.meter, name)?);
        written.push_str("=\"");
        written.push_str(&shown);
        written.push('"');
    }
    Value::text(&heap.meter, written)
}
