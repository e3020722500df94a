//! What can be called or has attributes of its own.

use std::cell::Cell;
use std::rc::Rc;

use super::{Text, Value};
use crate::run::{Loop, Macro};

/// Functions that every template can call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Range,
    Dict,
    DictFromKeys,
    Namespace,
    Cycler,
    Joiner,
    RaiseException,
    StrftimeNow,
}

impl Function {
    /// Every function by its name in the template.
    pub(crate) const GLOBALS: [(&'static str, Self); 7] = [
        ("range", Self::Range),
        ("dict", Self::Dict),
        ("namespace", Self::Namespace),
        ("cycler", Self::Cycler),
        ("joiner", Self::Joiner),
        ("raise_exception", Self::RaiseException),
        ("strftime_now", Self::StrftimeNow),
    ];
}

/// Values handed out in turn.
#[derive(Debug)]
pub(crate) struct Cycler {
    pub(crate) items: Vec<Value>,
    pub(crate) position: Cell<usize>,
    pub(crate) depth: u32,
}

/// Nothing at the first call, the separator afterwards.
#[derive(Debug)]
pub(crate) struct Joiner {
    pub(crate) separator: Value,
    pub(crate) used: Cell<bool>,
    pub(crate) depth: u32,
}

/// A method with the value it belongs to.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) receiver: Value,
    pub(crate) name: &'static str,
}

/// Everything that is not plain data.
#[derive(Debug, Clone)]
pub(crate) enum Object {
    /// Number of the namespace on the heap.
    Namespace(usize),
    Macro(Rc<Macro>),
    Loop(Rc<Loop>),
    Function(Function),
    Method(Rc<Method>),
    Cycler(Rc<Cycler>),
    Joiner(Rc<Joiner>),
    /// `self`, which knows the template's blocks.
    Template,
    /// A block, by its place among the template's.
    Block(usize),
}

impl Object {
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Namespace(_) => "TemplateNamespace",
            Self::Macro(_) => "Macro",
            Self::Loop(_) => "LoopContext",
            Self::Function(Function::Dict) => "TemplateDict",
            Self::Function(Function::Namespace | Function::Cycler | Function::Joiner) => "type",
            Self::Function(_) => "function",
            Self::Method(_) => "builtin_function_or_method",
            Self::Cycler(_) => "Cycler",
            Self::Joiner(_) => "Joiner",
            Self::Template => "TemplateReference",
            Self::Block(_) => "BlockReference",
        }
    }

    pub(crate) fn repr(&self) -> String {
        match self {
            Self::Macro(found) => match &found.definition.name {
                Some(name) => format!("<Macro '{name}'>"),
                None => "<Macro anonymous>".to_owned(),
            },
            Self::Loop(found) => found.repr(),
            Self::Template => "<TemplateReference None>".to_owned(),
            other => format!("<{} object>", other.type_name()),
        }
    }

    pub(crate) fn is_callable(&self) -> bool {
        !matches!(self, Self::Namespace(_) | Self::Cycler(_) | Self::Template)
    }

    pub(crate) fn depth(&self) -> u32 {
        match self {
            Self::Cycler(cycler) => cycler.depth,
            Self::Joiner(joiner) => joiner.depth,
            Self::Method(method) => method.receiver.depth(),
            Self::Loop(found) => found.depth,
            _ => 0,
        }
    }

    pub(crate) fn same(a: &Self, b: &Self) -> bool {
        match (a, b) {
            (Self::Namespace(a), Self::Namespace(b)) | (Self::Block(a), Self::Block(b)) => a == b,
            (Self::Macro(a), Self::Macro(b)) => Rc::ptr_eq(a, b),
            (Self::Loop(a), Self::Loop(b)) => Rc::ptr_eq(a, b),
            (Self::Function(a), Self::Function(b)) => a == b,
            (Self::Method(a), Self::Method(b)) => Rc::ptr_eq(a, b),
            (Self::Cycler(a), Self::Cycler(b)) => Rc::ptr_eq(a, b),
            (Self::Joiner(a), Self::Joiner(b)) => Rc::ptr_eq(a, b),
            (Self::Template, Self::Template) => true,
            _ => false,
        }
    }

    /// The value of a method bound to its receiver.
    pub(crate) fn method(receiver: Value, name: &'static str) -> Value {
        Value::Object(Self::Method(Rc::new(Method { receiver, name })))
    }
}

/// Positional and keyword arguments of a call.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) positional: Vec<Value>,
    pub(crate) keyword: Vec<(Text, Value)>,
}
