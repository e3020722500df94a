//! What can go wrong, each kind with a stable code.

use thiserror::Error;

/// Why a chat template could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChatError {
    /// The template is not valid Jinja.
    #[error("line {line}: {message}")]
    Syntax {
        /// What the parser met.
        message: String,
        /// 1-based line of the template.
        line: usize,
    },
    /// The template itself called `raise_exception`; the text is the template author's.
    #[error("{0}")]
    Raised(String),
    /// An operation that Python's Jinja refuses too, such as an attribute of an undefined value.
    #[error("line {line}: {message}")]
    Render {
        /// What was refused.
        message: String,
        /// 1-based line of the template, 0 where no line is known.
        line: usize,
    },
    /// The template asked for more steps, memory, output or depth than [`crate::Limits`] allow.
    #[error("{0}")]
    Limit(String),
    /// The context is not a JSON object, or its messages are not what the call needs.
    #[error("{0}")]
    Context(String),
}

impl ChatError {
    /// The stable code, the same in every language binding.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "ERR_CHAT_TEMPLATE_SYNTAX",
            Self::Raised(_) => "ERR_CHAT_TEMPLATE_RAISED",
            Self::Render { .. } => "ERR_CHAT_TEMPLATE_RENDER",
            Self::Limit(_) => "ERR_CHAT_TEMPLATE_LIMIT",
            Self::Context(_) => "ERR_CHAT_CONTEXT",
        }
    }
}
