//! Errors of the three crates as JavaScript errors with a stable `code`.

use autotokenizer_chat::ChatError;
use autotokenizer_engine::EngineError;
use autotokenizer_hub::HubError;
use napi::bindgen_prelude::{Env, Error, JsValue, Object, Result};

/// What went wrong in one of the crates, until the JS thread can make an error object of it.
pub(crate) enum Failure {
    Hub(Box<HubError>),
    Coded { code: &'static str, message: String },
}

impl Failure {
    pub(crate) fn aborted() -> Self {
        Self::Coded {
            code: "ABORT_ERR",
            message: "The operation was aborted.".into(),
        }
    }

    /// The work's own thread died: a bug here, never the caller's doing.
    pub(crate) fn internal(detail: &dyn std::fmt::Display) -> Self {
        Self::Coded {
            code: "ERR_TOKENIZER_INTERNAL",
            message: format!("internal error: {detail}"),
        }
    }

    /// A JavaScript `Error` with `code` and, for the Hub's errors, everything known about the request.
    pub(crate) fn into_js(self, env: Env) -> Error {
        self.object(env).unwrap_or_else(|error| error)
    }

    fn object(self, env: Env) -> Result<Error> {
        let message = match &self {
            Self::Hub(error) => error.message().to_owned(),
            Self::Coded { message, .. } => message.clone(),
        };
        let mut object = env.create_error(Error::from_reason(message))?;
        match self {
            Self::Coded { code, .. } => object.set("code", code)?,
            Self::Hub(error) => describe(&mut object, &error)?,
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
        Self::Hub(Box::new(error))
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::Coded {
            code: error.code(),
            message: error.to_string(),
        }
    }
}

impl From<ChatError> for Failure {
    fn from(error: ChatError) -> Self {
        Self::Coded {
            code: error.code(),
            message: error.to_string(),
        }
    }
}

/// Turns a crate's result into N-API's.
pub(crate) fn check<T, E: Into<Failure>>(env: Env, result: std::result::Result<T, E>) -> Result<T> {
    result.map_err(|error| error.into().into_js(env))
}
