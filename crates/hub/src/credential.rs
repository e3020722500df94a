//! Which token is sent, and where it came from.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::cache::folder::{hf_home, staging_home};
use crate::cache::layout;
use crate::error::{Code, HubError};
use crate::redact::Needle;
use crate::variables::Variables;

/// The variables that hold a token, in the order in which they are tried.
pub const TOKEN_VARIABLES: [&str; 3] = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_ACCESS_TOKEN"];
/// Names other variables for a fork of the Hub, separated by commas.
const NAMES_VARIABLE: &str = "AUTOTOKENIZER_TOKEN_VARIABLES";

/// What the caller said about the token.
#[derive(Clone, Default)]
pub enum TokenOption {
    /// Nothing: variables, then token files.
    #[default]
    Implicit,
    /// The same, `HF_HUB_DISABLE_IMPLICIT_TOKEN` or not: `true`.
    Wanted,
    /// Send none.
    None,
    /// Send this one.
    Explicit(String),
}

impl fmt::Debug for TokenOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Implicit => "Implicit",
            Self::Wanted => "Wanted",
            Self::None => "None",
            Self::Explicit(_) => "Explicit(****)",
        })
    }
}

/// A token. It can be sent, and not be shown; its memory is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<String>);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

impl From<&str> for Token {
    fn from(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }
}

impl From<String> for Token {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl Token {
    /// Its text, for a file or the body of a request.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// The value of an `Authorization` header, marked so that HTTP libraries do not print it.
    pub(crate) fn header(&self) -> Result<HeaderValue, HubError> {
        let text = Zeroizing::new(format!("Bearer {}", self.0.as_str()));
        let mut value = HeaderValue::from_str(&text)
            .map_err(|_| HubError::new(Code::TokenMalformed, "The token cannot be sent in a header."))?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// `text` without this token, should a server have sent it back.
    pub(crate) fn mask(&self, text: &str) -> String {
        Needle::new(&self.0).mask(text)
    }
}

/// What one call must not show besides the token that it found: what that is exchanged for, or renewed with.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Arc<Mutex<Vec<Token>>>);

impl Secrets {
    pub(crate) fn keep(&self, secret: &Token) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(secret.clone());
    }

    pub(crate) fn all(&self) -> Vec<Token> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What takes them out of texts.
    pub(crate) fn masker(&self) -> impl Fn(&str) -> String + use<> {
        let needles: Vec<Needle> = self.all().iter().map(|secret| Needle::new(&secret.0)).collect();
        move |text| {
            needles
                .iter()
                .fold(text.to_owned(), |text, needle| needle.mask(&text))
        }
    }

    pub(crate) fn mask(&self, text: &str) -> String {
        self.masker()(text)
    }

    pub(crate) fn masked(&self, error: HubError) -> HubError {
        self.all().iter().fold(error, HubError::masked)
    }
}

/// Where a token came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenSource {
    /// The `token` option of the call.
    Option,
    /// The environment variable of this name.
    Variable(String),
    /// The file at this path.
    File(String),
    /// A CI's identity, which was exchanged for it.
    Oidc,
}

impl fmt::Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option => f.write_str("the option `token`"),
            Self::Variable(name) => write!(f, "the environment variable {name}"),
            Self::File(path) => write!(f, "the file {path}"),
            Self::Oidc => f.write_str("the OIDC exchange of HF_OIDC_RESOURCE"),
        }
    }
}

/// A token with its origin.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The token.
    pub token: Token,
    /// Where it came from.
    pub source: TokenSource,
    /// Whether quotes surround it, which is nearly always a mistake.
    pub quoted: bool,
}

/// What a CI's identity is to be exchanged for a token to, if that is wanted: it then goes before all but a token that
/// the call gives.
///
/// Like the file of `hf auth login` it is no matter of a Hub whose variables have other names.
pub(crate) fn oidc_resource<'v>(
    variables: &'v Variables,
    option: &TokenOption,
    names: &[String],
) -> Option<&'v str> {
    let implicit = match option {
        TokenOption::Implicit | TokenOption::Wanted => true,
        TokenOption::Explicit(text) => text.trim().is_empty(),
        TokenOption::None => false,
    };
    let usual = configured_names(variables, names).is_empty();
    let wanted = implicit && usual && !is_disabled(variables, option);
    variables.get("HF_OIDC_RESOURCE").filter(|_| wanted)
}

/// Whether only a token that the call gives may be sent (`get_token_to_send` of Python's `_headers.py`).
fn is_disabled(variables: &Variables, option: &TokenOption) -> bool {
    !matches!(option, TokenOption::Wanted) && variables.is_true("HF_HUB_DISABLE_IMPLICIT_TOKEN")
}

/// The variables that take the place of the usual ones.
fn configured_names(variables: &Variables, names: &[String]) -> Vec<String> {
    if !names.is_empty() {
        return names.to_vec();
    }
    let list = variables.get(NAMES_VARIABLE).unwrap_or_default();
    let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// Chooses the token of one call where none is exchanged. Empty values count as unset at every step.
///
/// `names` replaces the usual variables. The token file of `hf auth login` is then left alone, since it belongs to
/// another Hub, unless `HF_TOKEN_PATH` names it.
///
/// # Errors
/// When the chosen token has characters that no header can carry.
pub(crate) fn choose(
    variables: &Variables,
    option: &TokenOption,
    names: &[String],
) -> Result<Option<Credential>, HubError> {
    match option {
        TokenOption::None => return Ok(None),
        TokenOption::Explicit(text) => {
            if let Some(found) = credential(text, TokenSource::Option)? {
                return Ok(Some(found));
            }
        }
        TokenOption::Implicit | TokenOption::Wanted => {}
    }
    if is_disabled(variables, option) {
        return Ok(None);
    }
    let configured = configured_names(variables, names);
    let usual = configured.is_empty();
    let names: Vec<&str> = if usual {
        TOKEN_VARIABLES.to_vec()
    } else {
        configured.iter().map(String::as_str).collect()
    };
    for name in names {
        if let Some(text) = variables.get(name)
            && let Some(found) = credential(text, TokenSource::Variable(name.to_owned()))?
        {
            return Ok(Some(found));
        }
    }
    if let Some(home) = staging_home(variables) {
        return if usual {
            from_file(&home.join("token"))
        } else {
            Ok(None)
        };
    }
    if let Some(path) = variables.get("HF_TOKEN_PATH")
        && let Some(found) = from_file(&variables.expand(path))?
    {
        return Ok(Some(found));
    }
    if usual && let Some(home) = hf_home(variables) {
        return from_file(&home.join("token"));
    }
    Ok(None)
}

/// The file with all logins, beside the one with the token that is in use: Python's choice of it does not change with
/// the staging Hub.
pub(crate) fn stored_tokens(variables: &Variables, token_file: &Path) -> Option<PathBuf> {
    let usual = if variables.staging() {
        match variables.get("HF_TOKEN_PATH") {
            Some(path) => variables.expand(path),
            None => hf_home(variables)?.join("token"),
        }
    } else {
        token_file.to_owned()
    };
    Some(usual.parent()?.join("stored_tokens"))
}

/// The token in a file.
pub(crate) fn from_file(path: &Path) -> Result<Option<Credential>, HubError> {
    // A missing file is the usual case; somebody else's, or one that is no text, is as good as missing.
    let text = match std::fs::read_to_string(path).map(Zeroizing::new) {
        Ok(text) => text,
        Err(error) if layout::is_about_the_file(&error) => return Ok(None),
        Err(error) => {
            let path = path.to_owned();
            return Err(layout::Unreadable { path, error }.into());
        }
    };
    credential(&text, TokenSource::File(path.display().to_string()))
}

pub(crate) fn credential(text: &str, source: TokenSource) -> Result<Option<Credential>, HubError> {
    let joined: Zeroizing<String> =
        Zeroizing::new(text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect());
    let cleaned = joined.trim();
    if cleaned.is_empty() {
        return Ok(None);
    }
    if let Some(bad) = cleaned.chars().find(|c| !matches!(c, '!'..='~')) {
        let what = if bad == ' ' {
            "a blank inside".to_owned()
        } else if bad.is_control() {
            "a control character".to_owned()
        } else {
            "a character outside ASCII".to_owned()
        };
        return Err(HubError::new(
            Code::TokenMalformed,
            format!("The token from {source} has {what}."),
        )
        .with_hint("Copy the token again; it is one word, and usually begins with \"hf_\".")
        .with_token_source(Some(source.to_string())));
    }
    let quoted = ['"', '\'']
        .iter()
        .any(|q| cleaned.starts_with(*q) || cleaned.ends_with(*q));
    Ok(Some(Credential {
        token: Token(Zeroizing::new(cleaned.to_owned())),
        source,
        quoted,
    }))
}

#[cfg(test)]
#[path = "credential_tests.rs"]
mod tests;
