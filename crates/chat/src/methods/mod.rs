//! Python's methods of strings, lists, dicts and the rest.

pub(crate) mod case;
mod containers;
pub(crate) mod pad;
pub(crate) mod search;
pub(crate) mod text;

use std::rc::Rc;

use crate::failure::{Failure, Outcome};
use crate::limits::Meter;
use crate::run::Renderer;
use crate::value::dict::Entries;
use crate::value::object::Arguments;
use crate::value::text::{escape, is_space};
use crate::value::{Dict, Heap, Key, Object, Text, Value};

const DICT: [&str; 6] = ["get", "items", "keys", "values", "copy", "fromkeys"];
const LIST: [&str; 3] = ["index", "count", "copy"];
const SEQUENCE: [&str; 2] = ["index", "count"];
const INTEGER: [&str; 3] = ["bit_length", "bit_count", "conjugate"];
const FLOAT: [&str; 2] = ["is_integer", "conjugate"];
const CYCLER: [&str; 2] = ["next", "reset"];

/// The method of that name that a value has.
pub(crate) fn find(value: &Value, name: &str) -> Option<&'static str> {
    let names: &[&'static str] = match value {
        Value::Text(_) => &text::NAMES,
        Value::Dict(_) => &DICT,
        Value::List(_) => &LIST,
        Value::Tuple(_) | Value::Range(_) => &SEQUENCE,
        Value::Bool(_) | Value::Int(_) | Value::Big(_) => &INTEGER,
        Value::Float(_) => &FLOAT,
        Value::Object(Object::Cycler(_)) => &CYCLER,
        _ => return None,
    };
    names.iter().find(|known| **known == name).copied()
}

/// Calls a method that [`find`] has found.
pub(crate) fn call(
    renderer: &mut Renderer,
    receiver: &Value,
    name: &'static str,
    arguments: Arguments,
) -> Outcome<Value> {
    match receiver {
        Value::Text(text) => text::call(renderer, text, name, arguments),
        other => containers::call(renderer, other, name, arguments),
    }
}

/// Keyword arguments as the dict that Python makes of them.
pub(crate) fn keyword_dict(meter: &Meter, keyword: Vec<(Text, Value)>) -> Outcome<Value> {
    let mut entries = Entries::default();
    for (name, value) in keyword {
        entries.insert(Key::new(Value::Text(name))?, value);
    }
    Ok(Value::Dict(Rc::new(Dict::new(meter, entries)?)))
}

/// `separator.join(texts)`; a separator that is markup escapes what is not.
pub(crate) fn join_texts(heap: &Heap, separator: &Text, texts: &[Text]) -> Outcome<Text> {
    let meter = &heap.meter;
    let mut joined = String::new();
    for (number, text) in texts.iter().enumerate() {
        if number > 0 {
            joined.push_str(separator);
        }
        meter.spend_bytes(text.len() + separator.len())?;
        meter.afford(joined.len() + text.len() + separator.len())?;
        if separator.is_markup() && !text.is_markup() {
            joined.push_str(&escape(meter, text)?);
        } else {
            joined.push_str(text);
        }
    }
    Ok(Text::new(meter, joined)?.with_markup(separator.is_markup()))
}

/// `strip`, `lstrip` and `rstrip`.
pub(crate) fn strip_text(heap: &Heap, text: &Text, characters: Option<&Value>, name: &str) -> Outcome<Value> {
    heap.meter.spend_bytes(text.len())?;
    let characters = match characters {
        None | Some(Value::None) => None,
        Some(Value::Text(characters)) => Some(characters),
        Some(other) => {
            return Err(Failure::type_error(format!(
                "{name} arg must be None or str, not {}",
                other.type_name()
            )));
        }
    };
    let taken = |character: char| match characters {
        None => is_space(character),
        Some(characters) => characters.contains(character),
    };
    if let Some(characters) = characters {
        heap.meter
            .spend_bytes(text.len().saturating_mul(characters.len()))?;
    }
    let stripped = match name {
        "lstrip" => text.trim_start_matches(taken),
        "rstrip" => text.trim_end_matches(taken),
        _ => text.trim_matches(taken),
    };
    if stripped.len() == text.len() {
        return Ok(Value::Text(text.clone()));
    }
    Ok(Value::Text(
        Text::new(&heap.meter, stripped.to_owned())?.with_markup(text.is_markup()),
    ))
}
