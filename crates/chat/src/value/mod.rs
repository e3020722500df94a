//! Python's values, as far as a chat template can meet them.

pub(crate) mod compare;
pub(crate) mod dict;
pub(crate) mod display;
pub(crate) mod float;
pub(crate) mod integer;
pub(crate) mod iterate;
pub(crate) mod json;
pub(crate) mod number;
pub(crate) mod object;
pub(crate) mod printable;
pub(crate) mod sequence;
pub(crate) mod text;
pub(crate) mod undefined;

use std::cell::RefCell;
use std::rc::Rc;

pub(crate) use dict::{Dict, Key};
pub(crate) use iterate::Stream;
pub(crate) use object::Object;
pub(crate) use sequence::{List, Range};
pub(crate) use text::Text;
pub(crate) use undefined::Undefined;

use crate::failure::{Failure, Outcome};
use crate::limits::Meter;

/// Nesting of lists and dicts that a value may have: what can be walked by recursion on any stack.
pub(crate) const MAX_DEPTH: u32 = 400;

/// A value. Immutable, as the sandbox has it, except what [`Heap`] holds and one-shot iterators.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Undefined(Rc<Undefined>),
    None,
    Bool(bool),
    Int(i64),
    /// Only what does not fit `Int`.
    Big(Rc<integer::Big>),
    Float(f64),
    Text(Text),
    List(Rc<List>),
    Tuple(Rc<List>),
    Dict(Rc<Dict>),
    Range(Range),
    View(Rc<Dict>, View),
    /// A generator: consumed by whoever iterates it first.
    Stream(Rc<RefCell<Stream>>),
    Object(Object),
}

/// What a view of a dict shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    Keys,
    Values,
    Items,
}

impl View {
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Keys => "dict_keys",
            Self::Values => "dict_values",
            Self::Items => "dict_items",
        }
    }
}

impl Value {
    /// Python's name of the type.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Undefined(_) => "Undefined",
            Self::None => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::Big(_) => "int",
            Self::Float(_) => "float",
            Self::Text(text) if text.is_markup() => "Markup",
            Self::Text(_) => "str",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Dict(_) => "dict",
            Self::Range(_) => "range",
            Self::View(_, view) => view.type_name(),
            Self::Stream(stream) => stream.borrow().type_name(),
            Self::Object(object) => object.type_name(),
        }
    }

    /// Python's `bool()`.
    pub(crate) fn truthy(&self) -> bool {
        match self {
            Self::Undefined(_) | Self::None => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(list) | Self::Tuple(list) => !list.items.is_empty(),
            Self::Dict(dict) | Self::View(dict, _) => !dict.entries.is_empty(),
            Self::Range(range) => range.len() != 0,
            Self::Big(_) | Self::Stream(_) | Self::Object(_) => true,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&Text> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined(_))
    }

    /// Levels of lists and dicts below and including this one.
    pub(crate) fn depth(&self) -> u32 {
        match self {
            Self::List(list) | Self::Tuple(list) => list.depth,
            Self::Dict(dict) | Self::View(dict, _) => dict.depth,
            Self::Stream(stream) => stream.borrow().depth(),
            Self::Object(object) => object.depth(),
            _ => 0,
        }
    }

    /// Python's `len()`, where it has one.
    pub(crate) fn len(&self) -> Option<usize> {
        Some(match self {
            Self::Undefined(_) => 0,
            Self::Text(text) => text.char_count(),
            Self::List(list) | Self::Tuple(list) => list.items.len(),
            Self::Dict(dict) | Self::View(dict, _) => dict.entries.len(),
            Self::Range(range) => range.len(),
            _ => return None,
        })
    }

    /// A text that the template constants or the error paths own; not metered, so only for short ones.
    pub(crate) fn constant(text: &str) -> Self {
        Self::Text(Text::constant(text))
    }

    pub(crate) fn list(meter: &Meter, items: Vec<Value>) -> Outcome<Self> {
        Ok(Self::List(Rc::new(List::new(meter, items)?)))
    }

    pub(crate) fn tuple(meter: &Meter, items: Vec<Value>) -> Outcome<Self> {
        Ok(Self::Tuple(Rc::new(List::new(meter, items)?)))
    }

    pub(crate) fn text(meter: &Meter, text: String) -> Outcome<Self> {
        Ok(Self::Text(Text::new(meter, text)?))
    }

    /// A count as Python's `int`.
    pub(crate) fn count(count: usize) -> Self {
        Self::Int(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

/// The depth of a container around `items`, refused where it could not be walked.
pub(crate) fn depth_around<'a>(items: impl Iterator<Item = &'a Value>) -> Outcome<u32> {
    let depth = items.map(Value::depth).max().unwrap_or(0) + 1;
    if depth > MAX_DEPTH {
        return Err(Failure::limit(format!(
            "a value is nested more than {MAX_DEPTH} levels deep"
        )));
    }
    Ok(depth)
}

/// What outlives single values: the meter, and all that can change. It is reached by number, so that a namespace
/// that holds itself is no cycle of memory.
#[derive(Debug)]
pub(crate) struct Heap {
    pub(crate) meter: Meter,
    /// The attributes of each namespace.
    pub(crate) namespaces: RefCell<Vec<Dict>>,
    /// What each loop's `changed` was last asked about.
    pub(crate) changed: RefCell<Vec<Value>>,
}

impl Heap {
    pub(crate) fn new(meter: Meter) -> Self {
        Self {
            meter,
            namespaces: RefCell::default(),
            changed: RefCell::default(),
        }
    }
}
