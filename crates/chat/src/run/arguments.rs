//! Arguments of built-in functions, bound to their parameters.

use crate::failure::{Failure, Outcome};
use crate::value::number::Number;
use crate::value::object::Arguments;
use crate::value::{Heap, Text, Value};

impl Arguments {
    /// The values of `names`, given by place or by name.
    pub(crate) fn bind<const N: usize>(
        self,
        function: &str,
        names: [&str; N],
    ) -> Outcome<[Option<Value>; N]> {
        let mut bound = [const { None }; N];
        let given = self.positional.len();
        if given > N {
            let plural = if N == 1 { "" } else { "s" };
            return Err(Failure::type_error(format!(
                "{function}() takes at most {N} argument{plural} ({given} given)"
            )));
        }
        for (slot, value) in bound.iter_mut().zip(self.positional) {
            *slot = Some(value);
        }
        for (name, value) in self.keyword {
            let Some(index) = names.iter().position(|known| *known == &*name) else {
                return Err(Failure::type_error(format!(
                    "{function}() got an unexpected keyword argument '{}'",
                    &*name
                )));
            };
            if bound[index].is_some() {
                return Err(Failure::type_error(format!(
                    "{function}() got multiple values for argument '{}'",
                    &*name
                )));
            }
            bound[index] = Some(value);
        }
        Ok(bound)
    }

    /// The values of `names`, given by place only, as Python's own methods take most of theirs.
    pub(crate) fn bind_places<const N: usize>(
        self,
        function: &str,
        names: [&str; N],
    ) -> Outcome<[Option<Value>; N]> {
        if !self.keyword.is_empty() {
            return Err(Failure::type_error(format!(
                "{function}() takes no keyword arguments"
            )));
        }
        self.bind(function, names)
    }
}

/// An argument that must be there.
pub(crate) fn required(value: Option<Value>, function: &str, name: &str) -> Outcome<Value> {
    value.ok_or_else(|| {
        Failure::type_error(format!(
            "{function}() missing 1 required positional argument: '{name}'"
        ))
    })
}

/// A whole number; what does not fit is cut to the largest.
pub(crate) fn index(heap: &Heap, value: &Value) -> Outcome<i64> {
    match Number::of(value) {
        Some(Number::Small(value)) => Ok(value),
        Some(Number::Big(value)) => {
            let negative = value.sign() == num_bigint::Sign::Minus;
            Ok(if negative { i64::MIN } else { i64::MAX })
        }
        _ => match value {
            Value::Undefined(undefined) => Err(undefined.failure(heap)),
            other => Err(Failure::type_error(format!(
                "'{}' object cannot be interpreted as an integer",
                other.type_name()
            ))),
        },
    }
}

/// A whole number, or the default where none was given.
pub(crate) fn index_or(heap: &Heap, value: Option<&Value>, default: i64) -> Outcome<i64> {
    value.map_or(Ok(default), |value| index(heap, value))
}

/// A number of things: nothing below zero.
pub(crate) fn size(value: i64) -> usize {
    usize::try_from(value).unwrap_or(0)
}

/// A text that a string method is given.
pub(crate) fn text<'a>(heap: &Heap, value: &'a Value, function: &str) -> Outcome<&'a Text> {
    match value {
        Value::Text(text) => Ok(text),
        Value::Undefined(undefined) if function.is_empty() => Err(undefined.failure(heap)),
        other => Err(Failure::type_error(format!(
            "{function}() argument must be str, not {}",
            other.type_name()
        ))),
    }
}
