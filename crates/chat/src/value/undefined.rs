//! Jinja's undefined value: prints as nothing, is empty and false, and fails at anything else.

use std::rc::Rc;

use super::{Heap, Value};
use crate::failure::Failure;

/// Why a value is undefined; the message is only written when it is needed.
#[derive(Debug)]
pub(crate) enum Undefined {
    /// A name that is not set.
    Name(Value),
    /// Any other reason, in words.
    Hint(String),
    /// An attribute or item that an object does not have.
    Missing { of: Value, name: Value },
    /// An attribute that the sandbox keeps away.
    Unsafe { of: &'static str, name: String },
}

impl Undefined {
    pub(crate) fn message(&self, heap: &Heap) -> String {
        let shown = |value: &Value| super::display::repr_text(heap, value).unwrap_or_default();
        match self {
            Self::Name(name) => format!("{} is undefined", shown(name)),
            Self::Hint(hint) => hint.clone(),
            Self::Missing { of, name } => {
                let object = match of {
                    Value::None => "None".to_owned(),
                    other => format!("{} object", qualified(other)),
                };
                match name {
                    Value::Text(_) => format!("'{object}' has no attribute {}", shown(name)),
                    _ => format!("{object} has no element {}", shown(name)),
                }
            }
            Self::Unsafe { of, name } => format!("access to attribute '{name}' of '{of}' object is unsafe."),
        }
    }

    pub(crate) fn failure(&self, heap: &Heap) -> Failure {
        Failure::other(self.message(heap))
    }
}

/// The type's name with its module, where that is not Python's own.
fn qualified(value: &Value) -> String {
    let name = value.type_name();
    match name {
        "Markup" => "markupsafe.Markup".to_owned(),
        "LoopContext" | "Macro" => format!("jinja2.runtime.{name}"),
        "Cycler" | "Joiner" => format!("jinja2.utils.{name}"),
        _ => name.to_owned(),
    }
}

impl Value {
    pub(crate) fn undefined(reason: Undefined) -> Self {
        Self::Undefined(Rc::new(reason))
    }

    pub(crate) fn undefined_hint(hint: impl Into<String>) -> Self {
        Self::undefined(Undefined::Hint(hint.into()))
    }
}
