//! Iteration as Python's `iter()` and `next()` do it.

use std::cell::RefCell;
use std::rc::Rc;

use super::sequence::{List, Range};
use super::{Dict, Heap, Text, Value, View, depth_around};
use crate::failure::{Failure, Outcome};
use crate::limits::{Charge, Meter};

/// What a filter that is a generator in Python yields. The items are made at once, as the values they come from
/// cannot change; an error among them waits until someone gets there.
#[derive(Debug)]
pub(crate) struct Stream {
    items: std::vec::IntoIter<Value>,
    failure: Option<Failure>,
    type_name: &'static str,
    depth: u32,
    _charge: Charge,
}

impl Stream {
    pub(crate) fn value(
        meter: &Meter,
        type_name: &'static str,
        items: Vec<Value>,
        failure: Option<Failure>,
    ) -> Outcome<Value> {
        let charge = meter.charge(items.len() * size_of::<Value>() + 128)?;
        let depth = depth_around(items.iter())?;
        Ok(Value::Stream(Rc::new(RefCell::new(Self {
            items: items.into_iter(),
            failure,
            type_name,
            depth,
            _charge: charge,
        }))))
    }

    pub(crate) fn type_name(&self) -> &'static str {
        self.type_name
    }

    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    pub(crate) fn repr(&self) -> String {
        format!("<{} object>", self.type_name)
    }

    fn next(&mut self) -> Outcome<Option<Value>> {
        match self.items.next() {
            Some(item) => Ok(Some(item)),
            None => self.failure.take().map_or(Ok(None), Err),
        }
    }
}

/// An iteration under way.
#[derive(Debug)]
pub(crate) enum Items {
    Nothing,
    List(Rc<List>, usize),
    Text(Text, usize),
    Range(Range, usize),
    Dict(Rc<Dict>, View, usize),
    Stream(Rc<RefCell<Stream>>),
}

impl Items {
    /// `iter(value)`.
    pub(crate) fn of(_heap: &Heap, value: &Value) -> Outcome<Self> {
        Ok(match value {
            Value::Undefined(_) => Self::Nothing,
            Value::List(list) | Value::Tuple(list) => Self::List(Rc::clone(list), 0),
            Value::Text(text) => Self::Text(text.clone(), 0),
            Value::Dict(dict) => Self::Dict(Rc::clone(dict), View::Keys, 0),
            Value::View(dict, view) => Self::Dict(Rc::clone(dict), *view, 0),
            Value::Range(range) => Self::Range(*range, 0),
            Value::Stream(stream) => Self::Stream(Rc::clone(stream)),
            other => {
                return Err(Failure::type_error(format!(
                    "'{}' object is not iterable",
                    other.type_name()
                )));
            }
        })
    }

    /// `next()`; none at the end.
    pub(crate) fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        heap.meter.spend(1)?;
        match self {
            Self::Nothing => Ok(None),
            Self::List(list, index) => {
                let item = list.items.get(*index).cloned();
                *index += 1;
                Ok(item)
            }
            Self::Range(range, index) => {
                let item = (*index < range.len()).then(|| range.get(*index));
                *index += 1;
                Ok(item)
            }
            Self::Text(text, from) => {
                let Some(character) = text[*from..].chars().next() else {
                    return Ok(None);
                };
                *from += character.len_utf8();
                // Iterating markup yields plain strings.
                Value::text(&heap.meter, character.to_string()).map(Some)
            }
            Self::Dict(dict, view, index) => {
                let Some((key, value)) = dict.entries.get_index(*index) else {
                    return Ok(None);
                };
                *index += 1;
                Ok(Some(match view {
                    View::Keys => key.value().clone(),
                    View::Values => value.clone(),
                    View::Items => Value::tuple(&heap.meter, vec![key.value().clone(), value.clone()])?,
                }))
            }
            Self::Stream(stream) => stream.borrow_mut().next(),
        }
    }
}

/// `list(value)`.
pub(crate) fn collect(heap: &Heap, value: &Value) -> Outcome<Vec<Value>> {
    if let Value::List(list) | Value::Tuple(list) = value {
        heap.meter.spend(list.items.len() / 8 + 1)?;
        heap.meter.afford(list.items.len() * size_of::<Value>())?;
        return Ok(list.items.clone());
    }
    let mut items = Items::of(heap, value)?;
    let mut collected = Vec::new();
    while let Some(item) = items.next(heap)? {
        collected.push(item);
        heap.meter.afford(collected.len() * size_of::<Value>())?;
    }
    Ok(collected)
}
