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

/// An error on its way up.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    pub(crate) message: String,
    pub(crate) line: usize,
}

/// The result of everything inside.
pub(crate) type Outcome<T> = Result<T, Box<Failure>>;

impl Failure {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            kind,
            message: message.into(),
            line: 0,
        })
    }

    pub(crate) fn type_error(message: impl Into<String>) -> Box<Self> {
        Self::new(Kind::Type, message)
    }

    pub(crate) fn value_error(message: impl Into<String>) -> Box<Self> {
        Self::new(Kind::Value, message)
    }

    pub(crate) fn other(message: impl Into<String>) -> Box<Self> {
        Self::new(Kind::Other, message)
    }

    pub(crate) fn limit(message: impl Into<String>) -> Box<Self> {
        Self::new(Kind::Limit, message)
    }

    pub(crate) fn syntax(message: impl Into<String>, line: usize) -> Box<Self> {
        Box::new(Self {
            kind: Kind::Syntax,
            message: message.into(),
            line,
        })
    }

    /// Notes the line, unless an inner one is known.
    pub(crate) fn at(mut self: Box<Self>, line: usize) -> Box<Self> {
        if self.line == 0 {
            self.line = line;
        }
        self
    }

    pub(crate) fn into_public(self) -> ChatError {
        let Self { kind, message, line } = self;
        match kind {
            Kind::Raised => ChatError::Raised(message),
            Kind::Limit => ChatError::Limit(message),
            Kind::Syntax => ChatError::Syntax { message, line },
            Kind::Type | Kind::Value | Kind::Lookup | Kind::Overflow | Kind::Other => {
                ChatError::Render { message, line }
            }
        }
    }
}
