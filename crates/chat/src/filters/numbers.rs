//! Filters on numbers.

use num_traits::{FromPrimitive, Signed};

use crate::failure::{Failure, Kind, Outcome};
use crate::run::Renderer;
use crate::run::arguments::index_or;
use crate::value::number::{Number, Operator, calculate, signed};
use crate::value::object::Arguments;
use crate::value::{Value, float as floats, integer};

pub(super) fn abs(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("abs", [])?;
    match Number::of(value) {
        Some(Number::Float(number)) => Ok(Value::Float(number.abs())),
        Some(number) => Value::integer(renderer.meter(), number.to_big().abs()),
        None => {
            if let Value::Undefined(undefined) = value {
                return Err(undefined.failure(&renderer.heap));
            }
            Err(Failure::type_error(format!(
                "bad operand type for abs(): '{}'",
                value.type_name()
            )))
        }
    }
}

/// `int(value)` of a float.
fn cut(renderer: &Renderer, number: f64) -> Outcome<Value> {
    if number.is_nan() {
        return Err(Failure::value_error("cannot convert float NaN to integer"));
    }
    match num_bigint::BigInt::from_f64(number.trunc()) {
        Some(whole) => Value::integer(renderer.meter(), whole),
        None => Err(Failure::new(
            Kind::Overflow,
            "cannot convert float infinity to integer",
        )),
    }
}

pub(super) fn int(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [default, base] = arguments.bind("do_int", ["default", "base"])?;
    let default = default.unwrap_or(Value::Int(0));
    let base = u32::try_from(index_or(&renderer.heap, base.as_ref(), 10)?).unwrap_or(1);
    match value {
        Value::Text(text) => {
            // Reading digits takes the square of their number.
            renderer
                .meter()
                .spend_bytes(text.len().min(4_300).pow(2) / 16 + text.len())?;
            if let Some(whole) = integer::parse(text, base) {
                return Value::integer(renderer.meter(), whole);
            }
            match floats::parse(text).map(|number| cut(renderer, number)) {
                Some(Err(failure)) if failure.kind() == Kind::Limit => Err(failure),
                Some(Ok(whole)) => Ok(whole),
                _ => Ok(default),
            }
        }
        Value::Undefined(undefined) => Err(undefined.failure(&renderer.heap)),
        Value::Float(number) => match cut(renderer, *number) {
            Err(failure) if failure.kind() == Kind::Value => Ok(default),
            result => result,
        },
        number if Number::of(number).is_some() => signed(&renderer.heap, false, number),
        _ => Ok(default),
    }
}

pub(super) fn float(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [default] = arguments.bind("do_float", ["default"])?;
    let default = default.unwrap_or(Value::Float(0.0));
    match value {
        Value::Text(text) => {
            renderer.meter().spend_bytes(text.len())?;
            Ok(floats::parse(text).map_or(default, Value::Float))
        }
        Value::Undefined(undefined) => Err(undefined.failure(&renderer.heap)),
        other => Number::of(other).map_or(Ok(default), |number| number.to_float().map(Value::Float)),
    }
}

pub(super) fn round(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [precision, method] = arguments.bind("do_round", ["precision", "method"])?;
    let precision_value = precision.unwrap_or(Value::Int(0));
    let precision = match &precision_value {
        Value::None => None,
        other => Some(crate::run::arguments::index(&renderer.heap, other)?),
    };
    let method = method
        .as_ref()
        .map_or(Some("common"), |method| method.as_text().map(|text| &**text));
    match method {
        Some("common") => round_common(renderer, value, precision),
        Some(method @ ("ceil" | "floor")) => {
            let heap = &renderer.heap;
            let scale = calculate(heap, Operator::Power, &Value::Int(10), &precision_value)?;
            let scaled = calculate(heap, Operator::Multiply, value, &scale)?;
            let whole = match &scaled {
                Value::Float(number) if method == "ceil" => cut(renderer, number.ceil())?,
                Value::Float(number) => cut(renderer, number.floor())?,
                whole => whole.clone(),
            };
            calculate(heap, Operator::Divide, &whole, &scale)
        }
        _ => Err(Failure::other("method must be common, ceil or floor")),
    }
}

fn round_common(renderer: &Renderer, value: &Value, precision: Option<i64>) -> Outcome<Value> {
    let heap = &renderer.heap;
    match Number::of(value) {
        Some(Number::Float(number)) => match precision {
            Some(digits) => Ok(Value::Float(floats::round(number, digits))),
            None => cut(renderer, number.round_ties_even()),
        },
        Some(_) if precision.is_none_or(|digits| digits >= 0) => signed(heap, false, value),
        Some(number) => {
            let digits = precision.unwrap_or(0).unsigned_abs();
            let whole = number.to_big();
            if digits > 30_000 {
                return Ok(Value::Int(0));
            }
            let unit = num_bigint::BigInt::from(10).pow(u32::try_from(digits).unwrap_or(0));
            let rest = num_integer_floor(&whole, &unit);
            let lower = &whole - &rest;
            let twice = &rest * 2;
            let odd = (&lower / &unit) % 2 != num_bigint::BigInt::from(0);
            let up = twice > unit || (twice == unit && odd);
            Value::integer(renderer.meter(), if up { lower + unit } else { lower })
        }
        None => {
            if let Value::Undefined(undefined) = value {
                return Err(undefined.failure(heap));
            }
            Err(Failure::type_error(format!(
                "type {} doesn't define __round__ method",
                value.type_name()
            )))
        }
    }
}

/// The remainder that is never negative.
fn num_integer_floor(whole: &num_bigint::BigInt, unit: &num_bigint::BigInt) -> num_bigint::BigInt {
    let rest = whole % unit;
    if rest.is_negative() { rest + unit } else { rest }
}

pub(super) fn filesizeformat(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [binary] = arguments.bind("do_filesizeformat", ["binary"])?;
    let binary = binary.is_some_and(|binary| binary.truthy());
    let number = match value {
        Value::Text(text) => floats::parse(text).ok_or_else(|| {
            let mut shown = String::new();
            crate::value::display::write_repr(&mut shown, text);
            Failure::value_error(format!("could not convert string to float: {shown}"))
        })?,
        other => match (Number::of(other), other) {
            (Some(number), _) => number.to_float()?,
            (None, Value::Undefined(undefined)) => return Err(undefined.failure(&renderer.heap)),
            (None, _) => {
                return Err(Failure::type_error(format!(
                    "float() argument must be a string or a real number, not '{}'",
                    other.type_name()
                )));
            }
        },
    };
    let base: f64 = if binary { 1024.0 } else { 1000.0 };
    let prefixes = if binary {
        "KiB MiB GiB TiB PiB EiB ZiB YiB"
    } else {
        "kB MB GB TB PB EB ZB YB"
    };
    let text = if number.to_bits() == 1.0_f64.to_bits() {
        "1 Byte".to_owned()
    } else if number < base {
        format!("{number:.0} Bytes", number = number.trunc())
    } else {
        let mut unit = base;
        let mut shown = String::new();
        for prefix in prefixes.split(' ') {
            unit *= base;
            shown = format!("{:.1} {prefix}", base * number / unit);
            if number < unit {
                break;
            }
        }
        shown
    };
    Value::text(renderer.meter(), text)
}
