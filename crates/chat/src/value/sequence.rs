//! Lists, tuples and ranges, and Python's rules for indices and slices.

use super::{Heap, Text, Value, depth_around};
use crate::failure::{Failure, Kind, Outcome};
use crate::limits::{Charge, Meter};

/// The items of a list or a tuple.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) items: Vec<Value>,
    pub(crate) depth: u32,
    /// Values below, however often one object stands among them; what hashing has to walk.
    pub(crate) weight: u64,
    /// Names of the items, where it is one of Python's named tuples.
    pub(crate) names: &'static [&'static str],
    _charge: Option<Charge>,
}

impl List {
    pub(crate) fn new(meter: &Meter, items: Vec<Value>) -> Outcome<Self> {
        let charge = meter.charge(items.len() * size_of::<Value>() + 64)?;
        Self::made(items, Some(charge))
    }

    /// A list that came with the context, which is not counted.
    pub(crate) fn given(items: Vec<Value>) -> Outcome<Self> {
        Self::made(items, None)
    }

    fn made(items: Vec<Value>, charge: Option<Charge>) -> Outcome<Self> {
        let weight = |item: &Value| match item {
            Value::Tuple(list) => list.weight.saturating_add(1),
            _ => 1,
        };
        let weight = items.iter().map(weight).fold(0, u64::saturating_add);
        Ok(Self {
            depth: depth_around(items.iter())?,
            weight,
            items,
            names: &[],
            _charge: charge,
        })
    }
}

/// Python's `range`; never longer than the sandbox allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) start: i64,
    pub(crate) stop: i64,
    pub(crate) step: i64,
}

impl Range {
    /// How many numbers, which may be more than a `usize` where the range was not checked yet.
    pub(crate) fn wide_len(self) -> u128 {
        let (start, stop, step) = (
            i128::from(self.start),
            i128::from(self.stop),
            i128::from(self.step),
        );
        let span = if step > 0 { stop - start } else { start - stop };
        if span <= 0 {
            0
        } else {
            (span.unsigned_abs() - 1) / step.unsigned_abs() + 1
        }
    }

    pub(crate) fn len(self) -> usize {
        usize::try_from(self.wide_len()).unwrap_or(usize::MAX)
    }

    pub(crate) fn get(self, index: usize) -> Value {
        let offset = i64::try_from(index).unwrap_or(i64::MAX).saturating_mul(self.step);
        Value::Int(self.start.saturating_add(offset))
    }
}

/// An index as Python takes it: negative ones count from the end.
pub(crate) fn resolve_index(index: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let index = if index < 0 { index + length } else { index };
    (0..length)
        .contains(&index)
        .then(|| usize::try_from(index).unwrap_or(0))
}

/// The positions that a slice takes of `length` items.
struct Slice {
    start: i64,
    step: i64,
    count: usize,
}

fn bound(value: &Value) -> Outcome<Option<i64>> {
    match value {
        Value::None => Ok(None),
        Value::Int(value) => Ok(Some(*value)),
        Value::Bool(value) => Ok(Some(i64::from(*value))),
        Value::Big(big) => {
            let negative = big.value.sign() == num_bigint::Sign::Minus;
            Ok(Some(if negative { i64::MIN } else { i64::MAX }))
        }
        _ => Err(Failure::type_error(
            "slice indices must be integers or None or have an __index__ method",
        )),
    }
}

impl Slice {
    /// Python's `slice.indices`.
    fn new(bounds: &[Value; 3], length: usize) -> Outcome<Self> {
        let step = bound(&bounds[2])?.unwrap_or(1);
        if step == 0 {
            return Err(Failure::value_error("slice step cannot be zero"));
        }
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        let (lowest, highest) = if step > 0 { (0, length) } else { (-1, length - 1) };
        let clamp = |value: Option<i64>, default: i64| match value {
            None => default,
            Some(value) if value < 0 => value.saturating_add(length).max(lowest),
            Some(value) => value.min(highest),
        };
        let (first, last) = if step > 0 {
            (lowest, highest)
        } else {
            (highest, lowest)
        };
        let start = clamp(bound(&bounds[0])?, first);
        let stop = clamp(bound(&bounds[1])?, last);
        let count = Range { start, stop, step }.len();
        Ok(Self { start, step, count })
    }

    fn positions(&self) -> impl Iterator<Item = usize> + use<> {
        let (start, step) = (self.start, self.step);
        (0..self.count).map(move |index| {
            let offset = step.saturating_mul(i64::try_from(index).unwrap_or(i64::MAX));
            usize::try_from(start.saturating_add(offset)).unwrap_or(0)
        })
    }
}

/// `value[start:stop:step]`.
pub(crate) fn slice(heap: &Heap, value: &Value, bounds: &[Value; 3]) -> Outcome<Value> {
    let meter = &heap.meter;
    match value {
        Value::List(list) => {
            let taken = Slice::new(bounds, list.items.len())?;
            Value::list(
                meter,
                taken.positions().map(|index| list.items[index].clone()).collect(),
            )
        }
        Value::Tuple(list) => {
            let taken = Slice::new(bounds, list.items.len())?;
            Value::tuple(
                meter,
                taken.positions().map(|index| list.items[index].clone()).collect(),
            )
        }
        Value::Text(text) => slice_text(heap, text, bounds),
        Value::Range(range) => {
            let taken = Slice::new(bounds, range.len())?;
            let at = |index: i64| range.start.saturating_add(index.saturating_mul(range.step));
            let count = i64::try_from(taken.count).unwrap_or(i64::MAX);
            let step = range.step.saturating_mul(taken.step);
            let start = at(taken.start);
            Ok(Value::Range(Range {
                start,
                stop: start.saturating_add(count.saturating_mul(step)),
                step,
            }))
        }
        Value::Undefined(undefined) => Err(undefined.failure(heap)),
        Value::Dict(_) => Err(Failure::type_error("unhashable type: 'slice'")),
        other => Err(Failure::type_error(format!(
            "'{}' object is not subscriptable",
            other.type_name()
        ))),
    }
}

fn slice_text(heap: &Heap, text: &Text, bounds: &[Value; 3]) -> Outcome<Value> {
    heap.meter.spend_bytes(text.len())?;
    let taken = Slice::new(bounds, text.char_count())?;
    let part: String = if text.is_ascii() {
        let bytes = text.as_bytes();
        taken.positions().map(|index| char::from(bytes[index])).collect()
    } else if taken.step == 1 {
        let skip = usize::try_from(taken.start).unwrap_or(0);
        text.chars().skip(skip).take(taken.count).collect()
    } else {
        heap.meter.afford(text.len() * 4)?;
        let characters: Vec<char> = text.chars().collect();
        taken.positions().map(|index| characters[index]).collect()
    };
    Ok(Value::Text(
        Text::new(&heap.meter, part)?.with_markup(text.is_markup()),
    ))
}

/// `value[index]` of something that is indexed by number.
pub(crate) fn item_at(heap: &Heap, value: &Value, index: &Value) -> Outcome<Value> {
    let index = match index {
        Value::Int(index) => *index,
        Value::Bool(index) => i64::from(*index),
        Value::Big(_) => {
            return Err(Failure::new(
                Kind::Lookup,
                "cannot fit 'int' into an index-sized integer",
            ));
        }
        other => {
            return Err(Failure::type_error(format!(
                "{} indices must be integers or slices, not {}",
                value.type_name(),
                other.type_name()
            )));
        }
    };
    let out_of_range = || Failure::new(Kind::Lookup, format!("{} index out of range", value.type_name()));
    match value {
        Value::List(list) | Value::Tuple(list) => {
            let index = resolve_index(index, list.items.len()).ok_or_else(out_of_range)?;
            Ok(list.items[index].clone())
        }
        Value::Range(range) => {
            let index = resolve_index(index, range.len()).ok_or_else(out_of_range)?;
            Ok(range.get(index))
        }
        Value::Text(text) => {
            heap.meter.spend_bytes(text.len())?;
            let index = resolve_index(index, text.char_count()).ok_or_else(out_of_range)?;
            let character = text.chars().nth(index).ok_or_else(out_of_range)?;
            Ok(Value::Text(
                Text::new(&heap.meter, character.to_string())?.with_markup(text.is_markup()),
            ))
        }
        other => Err(Failure::type_error(format!(
            "'{}' object is not subscriptable",
            other.type_name()
        ))),
    }
}
