//! Errors of the three crates as JavaScript errors with a stable `code`.

use autotokenizer_chat::ChatError;
use autotokenizer_engine::EngineError;
use autotokenizer_hub::HubError;
use napi::bindgen_prelude::{Env, Error, JsValue, Object, Result};

/// What went wrong in one of the crates, until the JS thread can make an error object of it. It is a pointer: a result of
/// short calls then fits into a register.
pub(crate) struct Failure(Box<Kind>);

enum Kind {
    Hub(HubError),
    Coded { code: &'static str, message: String },
}

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Kind::Coded { code, message }))
    }

    pub(crate) fn aborted() -> Self {
        Self::new("ABORT_ERR", "The operation was aborted.")
    }

    /// The work's own thread died: a bug here, never the caller's doing.
    pub(crate) fn internal(detail: &dyn std::fmt::Display) -> Self {
        Self::new("ERR_TOKENIZER_INTERNAL", format!("internal error: {detail}"))
    }

    /// A JavaScript `Error` with `code` and, for the Hub's errors, everything known about the request.
    pub(crate) fn into_js(self, env: Env) -> Error {
        self.object(env).unwrap_or_else(|error| error)
    }

    fn object(self, env: Env) -> Result<Error> {
        let message = match &*self.0 {
            Kind::Hub(error) => error.message(),
            Kind::Coded { message, .. } => message,
        };
        let mut object = env.create_error(Error::from_reason(message))?;
        match *self.0 {
            Kind::Coded { code, .. } => object.set("code", code)?,
            Kind::Hub(error) => describe(&mut object, &error)?,
        }
        Ok(Error::from(object.to_unknown()))
    }
}

fn describe(object: &mut Object<'_>, error: &HubError) -> Result<()> {
    object.set("code", error.code())?;
    object.set("status", error.status())?;
    object.set("repo_id", error.repo_id())?;
    object.set("revision", error.revision())?;
    object.set("file", error.file())?;
    object.set("url", error.url())?;
    object.set("request_id", error.request_id())?;
    object.set("server_message", error.server_message())?;
    object.set("token_source", error.token_source())?;
    object.set("hint", error.hint())
}

impl From<HubError> for Failure {
    fn from(error: HubError) -> Self {
        Self(Box::new(Kind::Hub(error)))
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<ChatError> for Failure {
    fn from(error: ChatError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

/// Turns a crate's result into N-API's.
pub(crate) fn check<T, E: Into<Failure>>(env: Env, result: std::result::Result<T, E>) -> Result<T> {
    result.map_err(|error| error.into().into_js(env))
}
