//! Python's `==`, `<` and `in`.

use std::cmp::Ordering;
use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::number::Number;
use super::{Heap, Key, Object, Value, View};
use crate::failure::{Failure, Outcome};

/// `a == b`.
pub(crate) fn equal(heap: &Heap, a: &Value, b: &Value) -> Outcome<bool> {
    heap.meter.spend(1)?;
    Ok(match (a, b) {
        (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => {
            Rc::ptr_eq(a, b) || equal_items(heap, &a.items, &b.items)?
        }
        (Value::Dict(a), Value::Dict(b)) => {
            if Rc::ptr_eq(a, b) {
                return Ok(true);
            }
            if a.entries.len() != b.entries.len() {
                return Ok(false);
            }
            for (key, value) in &a.entries {
                match b.entries.get(key) {
                    Some(other) if equal(heap, value, other)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        (Value::View(a, kind), Value::View(b, other)) if kind == other && *kind != View::Values => {
            a.entries.len() == b.entries.len()
                && a.entries.keys().all(|key| b.entries.contains_key(key))
                && (*kind == View::Keys
                    || equal(heap, &Value::Dict(Rc::clone(a)), &Value::Dict(Rc::clone(b)))?)
        }
        (Value::Text(a), Value::Text(b)) => {
            heap.meter.spend_bytes(a.len().min(b.len()))?;
            **a == **b
        }
        _ => equal_plain(a, b),
    })
}

fn equal_items(heap: &Heap, a: &[Value], b: &[Value]) -> Outcome<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    for (a, b) in a.iter().zip(b) {
        if !same(a, b) && !equal(heap, a, b)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Equality of what holds no other values.
fn equal_plain(a: &Value, b: &Value) -> bool {
    if let (Some(a), Some(b)) = (Number::of(a), Number::of(b)) {
        return order_numbers(&a, &b) == Some(Ordering::Equal);
    }
    match (a, b) {
        (Value::Range(a), Value::Range(b)) => {
            let len = a.len();
            len == b.len() && (len == 0 || (a.start == b.start && (len == 1 || a.step == b.step)))
        }
        (Value::Undefined(_), Value::Undefined(_)) => true,
        _ => same(a, b),
    }
}

/// Equality of hashable values.
pub(crate) fn equal_keys(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => **a == **b,
        (Value::Tuple(a), Value::Tuple(b)) => {
            a.items.len() == b.items.len() && a.items.iter().zip(&b.items).all(|(a, b)| equal_keys(a, b))
        }
        _ => equal_plain(a, b),
    }
}

/// Python's `is`.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::None, Value::None) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        // Python keeps one object of each small number only.
        (Value::Int(a), Value::Int(b)) => a == b && (-5..=256).contains(a),
        (Value::Text(a), Value::Text(b)) => a.same(b),
        (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => Rc::ptr_eq(a, b),
        (Value::Dict(a), Value::Dict(b)) => Rc::ptr_eq(a, b),
        (Value::Undefined(a), Value::Undefined(b)) => Rc::ptr_eq(a, b),
        (Value::Stream(a), Value::Stream(b)) => Rc::ptr_eq(a, b),
        (Value::Big(a), Value::Big(b)) => Rc::ptr_eq(a, b),
        (Value::Object(a), Value::Object(b)) => Object::same(a, b),
        _ => false,
    }
}

/// The order of two numbers; none with a NaN.
fn order_numbers(a: &Number, b: &Number) -> Option<Ordering> {
    match (a, b) {
        (Number::Float(a), Number::Float(b)) => a.partial_cmp(b),
        (Number::Small(a), Number::Small(b)) => Some(a.cmp(b)),
        (Number::Float(a), b) => order_float(*a, b),
        (a, Number::Float(b)) => order_float(*b, a).map(Ordering::reverse),
        (a, b) => Some(a.to_big().cmp(&b.to_big())),
    }
}

/// A float against an integer, exactly.
fn order_float(float: f64, integer: &Number) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float.is_infinite() {
        return Some(if float > 0.0 {
            Ordering::Greater
        } else {
            Ordering::Less
        });
    }
    let whole = BigInt::from_f64(float.trunc())?;
    let order = whole.cmp(&integer.to_big());
    Some(order.then_with(|| float.fract().partial_cmp(&0.0).unwrap_or(Ordering::Equal)))
}

/// The operators that need an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Relation {
    fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
        }
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Less => order == Ordering::Less,
            Self::LessEqual => order != Ordering::Greater,
            Self::Greater => order == Ordering::Greater,
            Self::GreaterEqual => order != Ordering::Less,
        }
    }
}

/// `a < b` and the like.
pub(crate) fn relate(heap: &Heap, relation: Relation, a: &Value, b: &Value) -> Outcome<bool> {
    heap.meter.spend(1)?;
    if let Value::Undefined(undefined) = a {
        return Err(undefined.failure(heap));
    }
    if let Value::Undefined(undefined) = b {
        return Err(undefined.failure(heap));
    }
    if let (Some(a), Some(b)) = (Number::of(a), Number::of(b)) {
        return Ok(order_numbers(&a, &b).is_some_and(|order| relation.holds(order)));
    }
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => {
            heap.meter.spend_bytes(a.len().min(b.len()))?;
            // Code points and UTF-8 bytes have the same order.
            Ok(relation.holds((**a).cmp(&**b)))
        }
        (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => {
            for (a, b) in a.items.iter().zip(&b.items) {
                if !same(a, b) && !equal(heap, a, b)? {
                    return relate(heap, relation, a, b);
                }
            }
            Ok(relation.holds(a.items.len().cmp(&b.items.len())))
        }
        _ => Err(Failure::type_error(format!(
            "'{}' not supported between instances of '{}' and '{}'",
            relation.sign(),
            a.type_name(),
            b.type_name()
        ))),
    }
}

/// `item in container`.
pub(crate) fn contains(heap: &Heap, container: &Value, item: &Value) -> Outcome<bool> {
    match container {
        Value::Text(text) => match item {
            Value::Text(part) => {
                heap.meter.spend_bytes(4 * text.len())?;
                Ok(text.contains(&**part))
            }
            other => Err(Failure::type_error(format!(
                "'in <string>' requires string as left operand, not {}",
                other.type_name()
            ))),
        },
        Value::Dict(dict) | Value::View(dict, View::Keys) => {
            if let Value::Text(text) = item {
                heap.meter.spend_bytes(text.len())?;
            }
            Ok(dict.entries.contains_key(&Key::new(item.clone())?))
        }
        Value::Range(range) if Number::of(item).is_some() => {
            for index in 0..range.len() {
                heap.meter.spend(1)?;
                if equal_plain(&range.get(index), item) {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Big(_) | Value::Float(_) | Value::Object(_) => {
            Err(Failure::type_error(format!(
                "argument of type '{}' is not iterable",
                container.type_name()
            )))
        }
        iterable => {
            let mut items = super::iterate::Items::of(heap, iterable)?;
            while let Some(other) = items.next(heap)? {
                if same(&other, item) || equal(heap, &other, item)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}
