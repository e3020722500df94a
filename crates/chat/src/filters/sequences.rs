//! Filters on sequences.

use std::collections::HashSet;

use super::select::{follow, generate, path};
use crate::failure::{Failure, Kind, Outcome};
use crate::methods::case::lower;
use crate::run::Renderer;
use crate::run::arguments::{index, required, size};
use crate::value::display::to_text;
use crate::value::iterate::{Items, collect};
use crate::value::number::{Operator, calculate};
use crate::value::object::Arguments;
use crate::value::{Key, Stream, Text, Value, View, sequence};

pub(super) fn length(_: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("len", [])?;
    let length = value.len();
    length
        .map(Value::count)
        .ok_or_else(|| Failure::type_error(format!("object of type '{}' has no len()", value.type_name())))
}

pub(super) fn list(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("do_list", [])?;
    let items = collect(&renderer.heap, value)?;
    Value::list(renderer.meter(), items)
}

pub(super) fn first(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("do_first", [])?;
    let first = Items::of(&renderer.heap, value)?.next(&renderer.heap)?;
    Ok(first.unwrap_or_else(|| Value::undefined_hint("No first item, sequence was empty.")))
}

pub(super) fn last(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("do_last", [])?;
    let last = match value {
        Value::Text(text) => {
            let last = text.chars().next_back();
            last.map(|last| Value::text(renderer.meter(), last.to_string()))
                .transpose()?
        }
        value => reversed(renderer, value)?.into_iter().next(),
    };
    Ok(last.unwrap_or_else(|| Value::undefined_hint("No last item, sequence was empty.")))
}

/// `reversed(value)` of what has an end to begin from.
fn reversed(renderer: &Renderer, value: &Value) -> Outcome<Vec<Value>> {
    if matches!(value, Value::Stream(_)) {
        return Err(not_reversible(value));
    }
    let mut items = collect(&renderer.heap, value).map_err(|failure| match failure.kind() {
        Kind::Type => not_reversible(value),
        _ => failure,
    })?;
    items.reverse();
    Ok(items)
}

fn not_reversible(value: &Value) -> Failure {
    Failure::type_error(format!("'{}' object is not reversible", value.type_name()))
}

pub(super) fn reverse(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("do_reverse", [])?;
    let type_name = match value {
        Value::Text(_) => {
            let backwards = [Value::None, Value::None, Value::Int(-1)];
            return sequence::slice(&renderer.heap, value, &backwards);
        }
        Value::Stream(_) => {
            let mut items = collect(&renderer.heap, value)?;
            items.reverse();
            return Value::list(renderer.meter(), items);
        }
        Value::List(_) => "list_reverseiterator",
        Value::Dict(_) | Value::View(_, View::Keys) => "dict_reversekeyiterator",
        Value::View(..) => "dict_reverseitemiterator",
        Value::Range(_) => "range_iterator",
        _ => "reversed",
    };
    let items = reversed(renderer, value).map_err(|failure| match failure.kind() {
        Kind::Type => Failure::other("argument must be iterable"),
        _ => failure,
    })?;
    Stream::value(renderer.meter(), type_name, items, None)
}

pub(super) fn join(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [separator, attribute] = arguments.bind("do_join", ["d", "attribute"])?;
    let separator = match separator {
        Some(separator) => to_text(&renderer.heap, &separator)?,
        None => Text::constant(""),
    };
    let path = attribute
        .filter(|attribute| !matches!(attribute, Value::None))
        .map(|attribute| path(&attribute));
    let mut joined = String::new();
    let mut items = Items::of(&renderer.heap, value)?;
    let mut is_first = true;
    while let Some(item) = items.next(&renderer.heap)? {
        let item = match &path {
            Some(path) => follow(renderer, item, path, None)?,
            None => item,
        };
        let text = to_text(&renderer.heap, &item)?;
        renderer.meter().spend_bytes(text.len() + separator.len())?;
        renderer
            .meter()
            .afford(joined.len() + text.len() + separator.len())?;
        if !is_first {
            joined.push_str(&separator);
        }
        is_first = false;
        joined.push_str(&text);
    }
    Value::text(renderer.meter(), joined)
}

pub(super) fn items(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("do_items", [])?;
    match value {
        Value::Undefined(_) => Stream::value(renderer.meter(), "generator", Vec::new(), None),
        Value::Dict(dict) => {
            let view = Value::View(std::rc::Rc::clone(dict), View::Items);
            generate(renderer, &view, |_, item| Ok(Some(item)))
        }
        _ => {
            let failure = Failure::type_error("Can only get item pairs from a mapping.");
            Stream::value(renderer.meter(), "generator", Vec::new(), Some(failure))
        }
    }
}

pub(super) fn batch(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [count, fill] = arguments.bind("do_batch", ["linecount", "fill_with"])?;
    let count = required(count, "do_batch", "linecount")?;
    let fill = fill.filter(|fill| !matches!(fill, Value::None));
    let mut line = Vec::new();
    let mut lines = Vec::new();
    let mut items = Items::of(&renderer.heap, value)?;
    while let Some(item) = items.next(&renderer.heap)? {
        let full = crate::value::compare::equal(&renderer.heap, &Value::count(line.len()), &count)?;
        if full {
            lines.push(Value::list(renderer.meter(), std::mem::take(&mut line))?);
        }
        line.push(item);
        renderer
            .meter()
            .afford((lines.len() + line.len()) * size_of::<Value>())?;
    }
    if !line.is_empty() {
        if let Some(fill) = fill {
            let count = size(index(&renderer.heap, &count)?);
            renderer
                .meter()
                .afford(count.saturating_mul(size_of::<Value>()))?;
            if line.len() < count {
                line.resize(count, fill);
            }
        }
        lines.push(Value::list(renderer.meter(), line)?);
    }
    Stream::value(renderer.meter(), "generator", lines, None)
}

pub(super) fn slice(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [slices, fill] = arguments.bind("do_slice", ["slices", "fill_with"])?;
    let slices = index(&renderer.heap, &required(slices, "do_slice", "slices")?)?;
    let items = collect(&renderer.heap, value)?;
    if slices == 0 {
        let failure = Failure::other("integer division or modulo by zero");
        return Stream::value(renderer.meter(), "generator", Vec::new(), Some(failure));
    }
    let slices = size(slices);
    renderer.meter().afford(slices.saturating_mul(128))?;
    let mut made = Vec::new();
    let mut start = 0;
    for number in 0..slices {
        renderer.meter().spend(1)?;
        let is_longer = number < items.len() % slices;
        let end = start + items.len() / slices + usize::from(is_longer);
        let mut part = items[start..end].to_vec();
        match &fill {
            Some(fill) if !matches!(fill, Value::None) && !is_longer => part.push(fill.clone()),
            _ => {}
        }
        made.push(Value::list(renderer.meter(), part)?);
        start = end;
    }
    Stream::value(renderer.meter(), "generator", made, None)
}

#[expect(
    clippy::mutable_key_type,
    reason = "what can change in a value has no part in its hash"
)]
pub(super) fn unique(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [case_sensitive, attribute] = arguments.bind("do_unique", ["case_sensitive", "attribute"])?;
    let case_sensitive = case_sensitive.is_some_and(|value| value.truthy());
    let path = path(&attribute.unwrap_or(Value::None));
    let mut seen = HashSet::new();
    generate(renderer, value, |renderer, item| {
        let mut key = follow(renderer, item.clone(), &path, None)?;
        if !case_sensitive {
            key = without_case(renderer, key)?;
        }
        renderer.meter().spend(4)?;
        Ok(seen.insert(Key::new(key)?).then_some(item))
    })
}

/// A text in lower case; anything else as it is.
pub(super) fn without_case(renderer: &Renderer, value: Value) -> Outcome<Value> {
    match &value {
        Value::Text(text) => Value::text(renderer.meter(), lower(renderer.meter(), text)?),
        _ => Ok(value),
    }
}

pub(super) fn sum(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [attribute, start] = arguments.bind("do_sum", ["attribute", "start"])?;
    let path = attribute
        .filter(|attribute| !matches!(attribute, Value::None))
        .map(|attribute| path(&attribute));
    let mut total = start.unwrap_or(Value::Int(0));
    if let Value::Text(_) = total {
        return Err(Failure::type_error(
            "sum() can't sum strings [use ''.join(seq) instead]",
        ));
    }
    let mut items = Items::of(&renderer.heap, value)?;
    while let Some(item) = items.next(&renderer.heap)? {
        let item = match &path {
            Some(path) => follow(renderer, item, path, None)?,
            None => item,
        };
        total = calculate(&renderer.heap, Operator::Add, &total, &item)?;
    }
    Ok(total)
}
