//! Errors on the inside: what Python would have raised, and the line where.

use crate::ChatError;

/// The kinds of error that some operations treat apart from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Python's `TypeError`.
    Type,
    /// Python's `ValueError`.
    Value,
    /// Python's `IndexError` or `KeyError`.
    Lookup,
    /// Python's `OverflowError`.
    Overflow,
    /// Any other error of Python or Jinja.
    Other,
    /// The template called `raise_exception`.
    Raised,
    /// A limit was reached.
    Limit,
    /// The template is not valid.
    Syntax,
}

/// An error on its way up. In a box, as every step of a rendering may return one.
#[derive(Debug, Clone)]
pub(crate) struct Failure(Box<Details>);

#[derive(Debug, Clone)]
struct Details {
    kind: Kind,
    message: String,
    /// 0 until it is known.
    line: usize,
}

/// The result of everything inside.
pub(crate) type Outcome<T> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            message: message.into(),
            line: 0,
        }))
    }

    pub(crate) fn type_error(message: impl Into<String>) -> Self {
        Self::new(Kind::Type, message)
    }

    pub(crate) fn value_error(message: impl Into<String>) -> Self {
        Self::new(Kind::Value, message)
    }

    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self::new(Kind::Other, message)
    }

    pub(crate) fn limit(message: impl Into<String>) -> Self {
        Self::new(Kind::Limit, message)
    }

    pub(crate) fn syntax(message: impl Into<String>, line: usize) -> Self {
        Self::new(Kind::Syntax, message).at(line)
    }

    pub(crate) fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Notes the line, unless an inner one is known.
    pub(crate) fn at(mut self, line: usize) -> Self {
        if self.0.line == 0 {
            self.0.line = line;
        }
        self
    }

    /// What went wrong with a template.
    pub(crate) fn of_template(self) -> ChatError {
        let Details { kind, message, line } = *self.0;
        match kind {
            Kind::Raised => ChatError::Raised(message),
            Kind::Limit => ChatError::Limit(message),
            Kind::Syntax => ChatError::Syntax { message, line },
            Kind::Type | Kind::Value | Kind::Lookup | Kind::Overflow | Kind::Other => {
                ChatError::Render { message, line }
            }
        }
    }

    /// What went wrong with a context.
    pub(crate) fn of_context(self) -> ChatError {
        match self.0.kind {
            Kind::Limit => ChatError::Limit(self.0.message),
            _ => ChatError::Context(self.0.message),
        }
    }
}
