//! What the lexer makes of the source.

use std::sync::Arc;

use num_bigint::BigInt;

/// One token with the line it begins on.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) line: usize,
}

/// The kinds of token. Operators are kept as they are written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Data(String),
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name(Arc<str>),
    Text(String),
    Integer(BigInt),
    Float(f64),
    Operator(&'static str),
    End,
}

impl Kind {
    pub(super) fn is_name(&self, name: &str) -> bool {
        matches!(self, Self::Name(found) if &**found == name)
    }

    pub(super) fn is_operator(&self, operator: &str) -> bool {
        matches!(self, Self::Operator(found) if *found == operator)
    }

    /// The token in the words of Jinja's messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Data(_) => "template data / text",
            Self::VariableBegin => "begin of print statement",
            Self::VariableEnd => "end of print statement",
            Self::BlockBegin => "begin of statement block",
            Self::BlockEnd => "end of statement block",
            Self::Name(name) => name,
            Self::Text(_) => "string",
            Self::Integer(_) => "integer",
            Self::Float(_) => "float",
            Self::Operator(operator) => operator,
            Self::End => "end of template",
        }
        .to_owned()
    }
}
