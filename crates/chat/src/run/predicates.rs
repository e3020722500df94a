//! Tests: what may follow `is`.

use super::Renderer;
use super::arguments::required;
use crate::failure::Outcome;
use crate::methods::text as text_methods;
use crate::value::compare::{Relation, contains, equal, relate, same};
use crate::value::display::to_text;
use crate::value::number::{Operator, calculate};
use crate::value::object::Arguments;
use crate::value::{Object, Value};

/// A test: the renderer, the value, and what else is given.
pub(crate) type Predicate = fn(&mut Renderer, &Value, Arguments) -> Outcome<bool>;

/// The test of a name.
pub(crate) fn find(name: &str) -> Option<Predicate> {
    let found: Predicate = match name {
        "odd" => |renderer, value, arguments| {
            arguments.bind("test_odd", [])?;
            remainder_is(renderer, value, &Value::Int(2), 1)
        },
        "even" => |renderer, value, arguments| {
            arguments.bind("test_even", [])?;
            remainder_is(renderer, value, &Value::Int(2), 0)
        },
        "divisibleby" => |renderer, value, arguments| {
            let [number] = arguments.bind("test_divisibleby", ["num"])?;
            remainder_is(renderer, value, &required(number, "test_divisibleby", "num")?, 0)
        },
        "filter" => |_, value, arguments| {
            arguments.bind("test_filter", [])?;
            Ok(value
                .as_text()
                .is_some_and(|name| crate::filters::find(name).is_some()))
        },
        "test" => |_, value, arguments| {
            arguments.bind("test_test", [])?;
            Ok(value.as_text().is_some_and(|name| find(name).is_some()))
        },
        "lower" => |renderer, value, arguments| {
            arguments.bind("test_lower", [])?;
            Ok(text_methods::is_lower(&to_text(&renderer.heap, value)?))
        },
        "upper" => |renderer, value, arguments| {
            arguments.bind("test_upper", [])?;
            Ok(text_methods::is_upper(&to_text(&renderer.heap, value)?))
        },
        "sameas" => |_, value, arguments| {
            let [other] = arguments.bind("test_sameas", ["other"])?;
            Ok(same(value, &required(other, "test_sameas", "other")?))
        },
        "in" => |renderer, value, arguments| {
            let [container] = arguments.bind("test_in", ["seq"])?;
            contains(&renderer.heap, &required(container, "test_in", "seq")?, value)
        },
        "==" | "eq" | "equalto" => {
            |renderer, value, arguments| equal(&renderer.heap, value, &operand(arguments, "eq")?)
        }
        "!=" | "ne" => {
            |renderer, value, arguments| Ok(!equal(&renderer.heap, value, &operand(arguments, "ne")?)?)
        }
        ">" | "gt" | "greaterthan" => |renderer, value, arguments| {
            relate(
                &renderer.heap,
                Relation::Greater,
                value,
                &operand(arguments, "gt")?,
            )
        },
        ">=" | "ge" => |renderer, value, arguments| {
            relate(
                &renderer.heap,
                Relation::GreaterEqual,
                value,
                &operand(arguments, "ge")?,
            )
        },
        "<" | "lt" | "lessthan" => |renderer, value, arguments| {
            relate(&renderer.heap, Relation::Less, value, &operand(arguments, "lt")?)
        },
        "<=" | "le" => |renderer, value, arguments| {
            relate(
                &renderer.heap,
                Relation::LessEqual,
                value,
                &operand(arguments, "le")?,
            )
        },
        name => return find_kind(name),
    };
    Some(found)
}

/// Tests of what kind of value it is.
fn find_kind(name: &str) -> Option<Predicate> {
    macro_rules! kind {
        ($pattern:pat) => {
            |_, value, arguments| {
                arguments.bind("test", [])?;
                Ok(matches!(value, $pattern))
            }
        };
    }
    let found: Predicate = match name {
        "defined" => |_, value, arguments| {
            arguments.bind("test_defined", [])?;
            Ok(!value.is_undefined())
        },
        "undefined" => kind!(Value::Undefined(_)),
        "none" => kind!(Value::None),
        "boolean" => kind!(Value::Bool(_)),
        "false" => kind!(Value::Bool(false)),
        "true" => kind!(Value::Bool(true)),
        "integer" => kind!(Value::Int(_) | Value::Big(_)),
        "float" => kind!(Value::Float(_)),
        "string" => kind!(Value::Text(_)),
        "mapping" => kind!(Value::Dict(_)),
        "number" => kind!(Value::Bool(_) | Value::Int(_) | Value::Big(_) | Value::Float(_)),
        "sequence" => kind!(
            Value::Undefined(_)
                | Value::Text(_)
                | Value::List(_)
                | Value::Tuple(_)
                | Value::Dict(_)
                | Value::Range(_)
        ),
        "iterable" => kind!(
            Value::Undefined(_)
                | Value::Text(_)
                | Value::List(_)
                | Value::Tuple(_)
                | Value::Dict(_)
                | Value::Range(_)
                | Value::View(..)
                | Value::Stream(_)
                | Value::Object(Object::Loop(_))
        ),
        "callable" => |_, value, arguments| {
            arguments.bind("callable", [])?;
            Ok(match value {
                // Its class can be called, if only to fail.
                Value::Undefined(_) => true,
                Value::Object(object) => object.is_callable(),
                _ => false,
            })
        },
        "escaped" => |_, value, arguments| {
            arguments.bind("test_escaped", [])?;
            Ok(value.as_text().is_some_and(crate::value::Text::is_markup))
        },
        _ => return None,
    };
    Some(found)
}

fn operand(arguments: Arguments, name: &str) -> Outcome<Value> {
    let [operand] = arguments.bind_places(name, ["b"])?;
    required(operand, name, "b")
}

fn remainder_is(renderer: &mut Renderer, value: &Value, divisor: &Value, expected: i64) -> Outcome<bool> {
    let rest = calculate(&renderer.heap, Operator::Modulo, value, divisor)?;
    equal(&renderer.heap, &rest, &Value::Int(expected))
}
