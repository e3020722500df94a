//! The one error type of the crate: a stable code and a sentence.

/// What went wrong, as a class; [`ErrorKind::code`] is the stable name of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The tokenizer.json is not valid, or asks for something that cannot be.
    File,
    /// A text could not be encoded.
    Encode,
    /// Ids could not be decoded.
    Decode,
    /// An argument of a call cannot be.
    Argument,
    /// A bound that protects memory or time was reached.
    Limit,
    /// A defect: a panic was caught.
    Internal,
    /// The compiled engine leaves this call to the reference engine; never leaves the crate.
    #[doc(hidden)]
    Unsupported,
}

impl ErrorKind {
    /// The stable code, as programs compare it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::File => "ERR_TOKENIZER_FILE",
            Self::Encode => "ERR_TOKENIZER_ENCODE",
            Self::Decode => "ERR_TOKENIZER_DECODE",
            Self::Argument => "ERR_TOKENIZER_ARGUMENT",
            Self::Limit => "ERR_TOKENIZER_LIMIT",
            Self::Internal | Self::Unsupported => "ERR_TOKENIZER_INTERNAL",
        }
    }
}

/// An error of the tokenizer. It is a pointer: a result of short calls then fits into a register.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.message)]
pub struct EngineError(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    message: String,
}

impl EngineError {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Inner { kind, message }))
    }

    #[cold]
    pub(crate) fn file(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::File, message)
    }

    #[cold]
    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Argument, message)
    }

    /// For an engine that leaves a call to the reference engine.
    #[cold]
    pub(crate) fn unsupported(what: &str) -> Self {
        Self::new(ErrorKind::Unsupported, what)
    }

    /// The class of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The stable code, such as `ERR_TOKENIZER_FILE`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// The sentence that says what happened.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }
}
