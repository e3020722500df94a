//! Python's arithmetic, also where it joins or repeats strings and lists.

use num_bigint::{BigInt, Sign};
use num_traits::{Signed, ToPrimitive, Zero};

use super::integer::check_bits;
use super::text::escape;
use super::{Heap, Text, Value};
use crate::failure::{Failure, Kind, Outcome};

/// A number to calculate with; `True` is 1.
#[derive(Debug, Clone)]
pub(crate) enum Number<'a> {
    Small(i64),
    Big(&'a BigInt),
    Float(f64),
}

impl<'a> Number<'a> {
    pub(crate) fn of(value: &'a Value) -> Option<Self> {
        Some(match value {
            Value::Bool(value) => Self::Small(i64::from(*value)),
            Value::Int(value) => Self::Small(*value),
            Value::Big(big) => Self::Big(&big.value),
            Value::Float(value) => Self::Float(*value),
            _ => return None,
        })
    }

    /// The integer; floats are cut.
    pub(crate) fn to_big(&self) -> BigInt {
        match self {
            Self::Small(value) => BigInt::from(*value),
            Self::Big(value) => (*value).clone(),
            Self::Float(value) => num_traits::FromPrimitive::from_f64(value.trunc()).unwrap_or_default(),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "Python rounds to the nearest float as well"
    )]
    pub(crate) fn to_float(&self) -> Outcome<f64> {
        match self {
            Self::Small(value) => Ok(*value as f64),
            Self::Float(value) => Ok(*value),
            Self::Big(value) => match value.to_f64() {
                Some(float) if float.is_finite() => Ok(float),
                _ => Err(Failure::new(Kind::Overflow, "int too large to convert to float")),
            },
        }
    }
}

/// The operators on two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
}

impl Operator {
    fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::FloorDivide => "//",
            Self::Modulo => "%",
            Self::Power => "** or pow()",
        }
    }
}

/// `a <operator> b`.
pub(crate) fn calculate(heap: &Heap, operator: Operator, a: &Value, b: &Value) -> Outcome<Value> {
    // A format string takes any operand, even an undefined one.
    if let (Operator::Modulo, Value::Text(format)) = (operator, a) {
        return crate::text_format::percent::format(heap, format, b);
    }
    for operand in [a, b] {
        if let Value::Undefined(undefined) = operand {
            return Err(undefined.failure(heap));
        }
    }
    if let (Some(a), Some(b)) = (Number::of(a), Number::of(b)) {
        return match (&a, &b) {
            (Number::Small(a), Number::Small(b)) => calculate_small(heap, operator, *a, *b),
            (Number::Float(_), _) | (_, Number::Float(_)) => {
                calculate_float(operator, a.to_float()?, b.to_float()?).map(Value::Float)
            }
            _ => calculate_big(heap, operator, &a.to_big(), &b.to_big()),
        };
    }
    match (operator, a, b) {
        (Operator::Add, ..) => add(heap, a, b),
        (Operator::Multiply, sequence, count) | (Operator::Multiply, count, sequence)
            if is_sequence(sequence) && matches!(count, Value::Int(_) | Value::Bool(_) | Value::Big(_)) =>
        {
            repeat(heap, sequence, count)
        }
        (Operator::Multiply, sequence, other) | (Operator::Multiply, other, sequence)
            if is_sequence(sequence) =>
        {
            Err(Failure::type_error(format!(
                "can't multiply sequence by non-int of type '{}'",
                other.type_name()
            )))
        }
        _ => Err(unsupported(operator, a, b)),
    }
}

fn unsupported(operator: Operator, a: &Value, b: &Value) -> Failure {
    Failure::type_error(format!(
        "unsupported operand type(s) for {}: '{}' and '{}'",
        operator.sign(),
        a.type_name(),
        b.type_name()
    ))
}

fn is_sequence(value: &Value) -> bool {
    matches!(value, Value::Text(_) | Value::List(_) | Value::Tuple(_))
}

fn add(heap: &Heap, a: &Value, b: &Value) -> Outcome<Value> {
    let meter = &heap.meter;
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => join_texts(heap, a, b).map(Value::Text),
        (Value::List(a), Value::List(b)) => {
            meter.afford((a.items.len() + b.items.len()) * size_of::<Value>())?;
            Value::list(meter, [a.items.as_slice(), b.items.as_slice()].concat())
        }
        (Value::Tuple(a), Value::Tuple(b)) => {
            meter.afford((a.items.len() + b.items.len()) * size_of::<Value>())?;
            Value::tuple(meter, [a.items.as_slice(), b.items.as_slice()].concat())
        }
        (Value::Text(_) | Value::List(_) | Value::Tuple(_), other) => {
            let name = if let Value::Text(_) = a {
                "str"
            } else {
                a.type_name()
            };
            Err(Failure::type_error(format!(
                "can only concatenate {name} (not \"{}\") to {name}",
                other.type_name()
            )))
        }
        _ => Err(unsupported(Operator::Add, a, b)),
    }
}

/// `a + b`; if one of them is markup, the other is escaped.
pub(crate) fn join_texts(heap: &Heap, a: &Text, b: &Text) -> Outcome<Text> {
    let meter = &heap.meter;
    let markup = a.is_markup() || b.is_markup();
    let part = |text: &Text| -> Outcome<Option<String>> {
        if markup && !text.is_markup() {
            escape(meter, text).map(Some)
        } else {
            Ok(None)
        }
    };
    let (escaped_a, escaped_b) = (part(a)?, part(b)?);
    let (left, right) = (
        escaped_a.as_deref().unwrap_or(a),
        escaped_b.as_deref().unwrap_or(b),
    );
    meter.afford(left.len() + right.len())?;
    Ok(Text::new(meter, [left, right].concat())?.with_markup(markup))
}

fn repeat(heap: &Heap, sequence: &Value, count: &Value) -> Outcome<Value> {
    let meter = &heap.meter;
    let count = match count {
        Value::Int(count) => usize::try_from(*count).unwrap_or(0),
        Value::Bool(count) => usize::from(*count),
        Value::Big(big) if big.value.sign() == Sign::Minus => 0,
        _ => {
            return Err(Failure::new(
                Kind::Overflow,
                "cannot fit 'int' into an index-sized integer",
            ));
        }
    };
    let afford = |size: usize| meter.afford(size.saturating_mul(count));
    match sequence {
        Value::Text(text) => {
            afford(text.len())?;
            Ok(Value::Text(
                Text::new(meter, text.repeat(count))?.with_markup(text.is_markup()),
            ))
        }
        Value::List(list) | Value::Tuple(list) => {
            afford(list.items.len() * size_of::<Value>())?;
            let items = std::iter::repeat_n(&list.items, count)
                .flatten()
                .cloned()
                .collect();
            if let Value::List(_) = sequence {
                Value::list(meter, items)
            } else {
                Value::tuple(meter, items)
            }
        }
        other => Err(unsupported(Operator::Multiply, other, other)),
    }
}

fn calculate_small(heap: &Heap, operator: Operator, a: i64, b: i64) -> Outcome<Value> {
    let small = match operator {
        Operator::Add => a.checked_add(b),
        Operator::Subtract => a.checked_sub(b),
        Operator::Multiply => a.checked_mul(b),
        Operator::FloorDivide if b != 0 && b != -1 => {
            Some(a.div_euclid(b) - i64::from(b < 0 && a.rem_euclid(b) != 0))
        }
        Operator::Modulo if b != 0 && b != -1 => {
            let rest = a % b;
            Some(if rest != 0 && (rest < 0) != (b < 0) {
                rest + b
            } else {
                rest
            })
        }
        _ => None,
    };
    match small {
        Some(value) => Ok(Value::Int(value)),
        None => calculate_big(heap, operator, &BigInt::from(a), &BigInt::from(b)),
    }
}

fn calculate_big(heap: &Heap, operator: Operator, a: &BigInt, b: &BigInt) -> Outcome<Value> {
    let meter = &heap.meter;
    meter.spend(usize::try_from((a.bits() / 64 + 1) * (b.bits() / 64 + 1) / 16).unwrap_or(usize::MAX))?;
    match operator {
        Operator::Add => Value::integer(meter, a + b),
        Operator::Subtract => Value::integer(meter, a - b),
        Operator::Multiply => {
            check_bits(a.bits() + b.bits())?;
            Value::integer(meter, a * b)
        }
        Operator::Divide if b.is_zero() => Err(Failure::other("division by zero")),
        Operator::FloorDivide | Operator::Modulo if b.is_zero() => {
            Err(Failure::other("integer division or modulo by zero"))
        }
        Operator::Divide => divide(a, b).map(Value::Float),
        Operator::FloorDivide => Value::integer(meter, floor_divide(a, b).0),
        Operator::Modulo => Value::integer(meter, floor_divide(a, b).1),
        Operator::Power => power(heap, a, b),
    }
}

fn floor_divide(a: &BigInt, b: &BigInt) -> (BigInt, BigInt) {
    let (quotient, rest) = (a / b, a % b);
    if !rest.is_zero() && rest.is_negative() != b.is_negative() {
        (quotient - 1, rest + b)
    } else {
        (quotient, rest)
    }
}

fn divide(a: &BigInt, b: &BigInt) -> Outcome<f64> {
    let exact = |value: &BigInt| value.bits() <= 53;
    if exact(a) && exact(b) {
        return Ok(a.to_f64().unwrap_or(0.0) / b.to_f64().unwrap_or(1.0));
    }
    // 66 bits of quotient, the last one standing for all that is cut, round like the exact one.
    let shift = 66 + i64::try_from(b.bits()).unwrap_or(0) - i64::try_from(a.bits()).unwrap_or(0);
    let up = usize::try_from(shift).unwrap_or(0);
    let down = usize::try_from(-shift).unwrap_or(0);
    let (numerator, denominator) = (a.abs() << up, b.abs() << down);
    let mut quotient = &numerator / &denominator;
    let is_exact = (numerator % denominator).is_zero();
    quotient = quotient * 2 + i32::from(!is_exact);
    let power = i32::try_from(-shift - 1).unwrap_or(i32::MAX);
    let magnitude = quotient.to_f64().unwrap_or(f64::INFINITY) * 2_f64.powi(power);
    if magnitude.is_infinite() {
        return Err(Failure::new(
            Kind::Overflow,
            "integer division result too large for a float",
        ));
    }
    Ok(if a.is_negative() == b.is_negative() {
        magnitude
    } else {
        -magnitude
    })
}

fn power(heap: &Heap, base: &BigInt, exponent: &BigInt) -> Outcome<Value> {
    if exponent.is_negative() {
        let (base, exponent) = (
            base.to_f64().unwrap_or(f64::INFINITY),
            exponent.to_f64().unwrap_or(0.0),
        );
        return calculate_float(Operator::Power, base, exponent).map(Value::Float);
    }
    let trivial = base.bits() <= 1 && base.sign() != Sign::Minus;
    if trivial {
        let one = exponent.is_zero() || !base.is_zero();
        return Ok(Value::Int(i64::from(one)));
    }
    let exponent = exponent.to_u64().unwrap_or(u64::MAX);
    let bits = base.bits().saturating_sub(1).max(1).saturating_mul(exponent);
    check_bits(bits)?;
    heap.meter
        .spend(usize::try_from(bits / 64 * (bits / 4096)).unwrap_or(usize::MAX))?;
    Value::integer(&heap.meter, base.pow(u32::try_from(exponent).unwrap_or(u32::MAX)))
}

fn calculate_float(operator: Operator, a: f64, b: f64) -> Outcome<f64> {
    let zero = |message: &str| Err(Failure::other(message.to_owned()));
    match operator {
        Operator::Add => Ok(a + b),
        Operator::Subtract => Ok(a - b),
        Operator::Multiply => Ok(a * b),
        Operator::Divide if b == 0.0 => zero("float division by zero"),
        Operator::FloorDivide if b == 0.0 => zero("float floor division by zero"),
        Operator::Modulo if b == 0.0 => zero("float modulo"),
        Operator::Divide => Ok(a / b),
        Operator::FloorDivide => Ok(float_floor_divide(a, b).0),
        Operator::Modulo => Ok(float_floor_divide(a, b).1),
        Operator::Power if a == 0.0 && b < 0.0 => zero("0.0 cannot be raised to a negative power"),
        Operator::Power if a < 0.0 && a.is_finite() && b.is_finite() && b.fract() != 0.0 => {
            Err(Failure::other("complex numbers are not supported"))
        }
        Operator::Power => {
            let value = a.powf(b);
            if value.is_infinite() && a.is_finite() && b.is_finite() {
                return Err(Failure::new(
                    Kind::Overflow,
                    "(34, 'Numerical result out of range')",
                ));
            }
            Ok(value)
        }
    }
}

/// Python's `divmod` of floats.
fn float_floor_divide(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(b);
    } else if (b < 0.0) != (rest < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    let floor = if quotient == 0.0 {
        0.0_f64.copysign(a / b)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 {
            floor + 1.0
        } else {
            floor
        }
    };
    (floor, rest)
}

/// `-value` and `+value`.
pub(crate) fn signed(heap: &Heap, negative: bool, value: &Value) -> Outcome<Value> {
    match Number::of(value) {
        Some(Number::Float(number)) => Ok(Value::Float(if negative { -number } else { number })),
        Some(number) if negative => Value::integer(&heap.meter, -number.to_big()),
        Some(number) => Value::integer(&heap.meter, number.to_big()),
        None => match value {
            Value::Undefined(undefined) => Err(undefined.failure(heap)),
            other => Err(Failure::type_error(format!(
                "bad operand type for unary {}: '{}'",
                if negative { '-' } else { '+' },
                other.type_name()
            ))),
        },
    }
}
