//! The methods of everything but strings.

use std::rc::Rc;

use num_traits::Signed;

use crate::failure::{Failure, Outcome};
use crate::run::Renderer;
use crate::run::arguments::{index, required};
use crate::value::compare::{equal, same};
use crate::value::iterate::{Items, collect};
use crate::value::number::{Number, signed};
use crate::value::object::Arguments;
use crate::value::{Dict, Heap, Key, List, Object, Value, View};

/// Calls one method.
pub(super) fn call(
    renderer: &mut Renderer,
    receiver: &Value,
    name: &'static str,
    arguments: Arguments,
) -> Outcome<Value> {
    match receiver {
        Value::Dict(dict) => of_dict(renderer, dict, name, arguments),
        Value::List(_) | Value::Tuple(_) | Value::Range(_) => {
            of_sequence(&renderer.heap, receiver, name, arguments)
        }
        Value::Object(Object::Cycler(cycler)) => {
            arguments.bind(name, [])?;
            let position = cycler.position.get();
            if name == "reset" {
                cycler.position.set(0);
                return Ok(Value::None);
            }
            cycler.position.set((position + 1) % cycler.items.len());
            Ok(cycler.items[position].clone())
        }
        number => of_number(&renderer.heap, number, name, arguments),
    }
}

fn of_dict(
    renderer: &mut Renderer,
    dict: &Rc<Dict>,
    name: &'static str,
    arguments: Arguments,
) -> Outcome<Value> {
    let heap = &renderer.heap;
    match name {
        "get" => {
            let [key, default] = arguments.bind_places(name, ["key", "default"])?;
            let key = required(key, name, "key")?;
            if let Value::Text(text) = &key {
                heap.meter.spend_bytes(text.len())?;
            }
            let found = dict.entries.get(&Key::new(key)?).cloned();
            Ok(found.or(default).unwrap_or(Value::None))
        }
        "fromkeys" => renderer.call(
            &Value::Object(Object::Function(crate::value::object::Function::DictFromKeys)),
            arguments,
        ),
        "copy" => {
            arguments.bind_places(name, [])?;
            Ok(Value::Dict(Rc::clone(dict)))
        }
        _ => {
            arguments.bind_places(name, [])?;
            let view = match name {
                "keys" => View::Keys,
                "values" => View::Values,
                _ => View::Items,
            };
            Ok(Value::View(Rc::clone(dict), view))
        }
    }
}

fn of_sequence(heap: &Heap, receiver: &Value, name: &'static str, arguments: Arguments) -> Outcome<Value> {
    match name {
        "copy" => {
            arguments.bind_places(name, [])?;
            // Another object, as `is` tells.
            let items = collect(heap, receiver)?;
            Ok(Value::List(Rc::new(List::new(&heap.meter, items)?)))
        }
        "count" => {
            let [wanted] = arguments.bind_places(name, ["value"])?;
            let wanted = required(wanted, name, "value")?;
            let mut items = Items::of(heap, receiver)?;
            let mut count = 0;
            while let Some(item) = items.next(heap)? {
                count += usize::from(same(&item, &wanted) || equal(heap, &item, &wanted)?);
            }
            Ok(Value::count(count))
        }
        _ => {
            let [wanted, start, end] = arguments.bind_places(name, ["value", "start", "stop"])?;
            let wanted = required(wanted, name, "value")?;
            let length = receiver.len().unwrap_or(0);
            let bound = |value: Option<Value>, default: usize| -> Outcome<usize> {
                let Some(value) = value else { return Ok(default) };
                let value = index(heap, &value)?;
                let signed = i64::try_from(length).unwrap_or(i64::MAX);
                let value = if value < 0 {
                    value.saturating_add(signed).max(0)
                } else {
                    value
                };
                Ok(usize::try_from(value).unwrap_or(0).min(length))
            };
            let (start, end) = (bound(start, 0)?, bound(end, length)?);
            let mut items = Items::of(heap, receiver)?;
            let mut position = 0;
            while let Some(item) = items.next(heap)? {
                let inside = position >= start && position < end;
                if inside && (same(&item, &wanted) || equal(heap, &item, &wanted)?) {
                    return Ok(Value::count(position));
                }
                position += 1;
            }
            let mut shown = crate::value::display::repr_text(heap, &wanted)?;
            shown.push_str(" is not in ");
            shown.push_str(receiver.type_name());
            Err(Failure::value_error(shown))
        }
    }
}

fn of_number(heap: &Heap, number: &Value, name: &'static str, arguments: Arguments) -> Outcome<Value> {
    arguments.bind_places(name, [])?;
    match (name, Number::of(number)) {
        ("is_integer", Some(Number::Float(value))) => {
            Ok(Value::Bool(value.is_finite() && value.fract() == 0.0))
        }
        ("conjugate", Some(Number::Float(value))) => Ok(Value::Float(value)),
        ("bit_length", Some(whole)) => Ok(Value::Int(
            i64::try_from(whole.to_big().bits()).unwrap_or(i64::MAX),
        )),
        ("bit_count", Some(whole)) => {
            let (_, digits) = whole.to_big().abs().to_u64_digits();
            Ok(Value::Int(
                digits.iter().map(|digit| i64::from(digit.count_ones())).sum(),
            ))
        }
        _ => signed(heap, false, number),
    }
}
