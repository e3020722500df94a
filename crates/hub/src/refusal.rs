//! What a Hub's refusals mean, in words that say what to do.

use crate::error::{Code, HubError};
use crate::protocol::About;
use crate::redirect::Hop;

/// The parts of a refusal that its meaning depends on.
pub(crate) struct Answer<'a> {
    pub(crate) about: &'a About<'a>,
    pub(crate) hop: &'a Hop,
    pub(crate) token_sent: bool,
    pub(crate) status: u16,
    /// `X-Error-Code`; it says more than the status.
    pub(crate) code: &'a str,
    pub(crate) said: &'a str,
    /// How long to wait, where the server says so.
    pub(crate) wait: Option<std::time::Duration>,
}

impl Answer<'_> {
    /// The error, without the details that all errors have.
    pub(crate) fn error(&self) -> HubError {
        let repo = match self.about.repo_id {
            "" => "The account".to_owned(),
            id => crate::validation::shown(id),
        };
        match (self.code, self.status) {
            ("RevisionNotFound", _) => self.no_revision(&repo),
            ("EntryNotFound", _) => self.no_file(&repo),
            ("GatedRepo", 401) if !self.token_sent => self.token_missing(&repo),
            ("GatedRepo", 401) => self.token_invalid(),
            ("GatedRepo", _) if !self.token_sent => self.token_missing(&repo),
            ("GatedRepo", _) => self.gated(&repo),
            _ if self.said == "Access to this resource is disabled." => {
                HubError::new(Code::RepoDisabled, format!("The Hub has disabled {repo}."))
                    .with_hint(format!("Its page may say why: {}.", self.page()))
            }
            ("RepoNotFound", _) => self.no_repo(&repo),
            (_, 401 | 403) if !self.hop.is_home() => self.elsewhere(),
            (_, 401) if self.token_sent => self.token_invalid(),
            (_, 401) => self.no_repo(&repo),
            (_, 403) => self.forbidden(&repo),
            (_, 404) => self.not_found(&repo),
            (_, 407) => HubError::new(Code::Network, "The proxy asks for a user name and password.")
                .with_hint("Put them into HTTPS_PROXY, as in http://user:password@proxy:8080."),
            (_, 408) => HubError::new(Code::Timeout, format!("{} gave up waiting (408).", self.host())),
            (_, 429) => HubError::new(
                Code::RateLimited,
                match self.wait {
                    Some(wait) => format!(
                        "{} asks to wait for {} (429).",
                        self.host(),
                        crate::session::seconds(wait)
                    ),
                    None => format!("{} asks to slow down (429).", self.host()),
                },
            )
            .with_hint(if self.token_sent {
                "Wait a little; load a model once and keep it, or share one cache folder."
            } else {
                "Wait a little; requests with a token have a higher limit."
            }),
            (_, 500..) => HubError::new(Code::Server, format!("{} failed ({}).", self.host(), self.status))
                .with_hint("Try again later; files that are cached can be used with local_files_only."),
            _ => HubError::new(
                Code::Protocol,
                format!("{} answered {}{}.", self.host(), self.status, self.quoted()),
            ),
        }
    }

    fn host(&self) -> String {
        self.hop
            .url
            .host_str()
            .map_or_else(|| "The server".to_owned(), str::to_owned)
    }

    fn page(&self) -> String {
        self.about.endpoint.page(self.about.repo_id)
    }

    fn quoted(&self) -> String {
        if self.said.is_empty() {
            String::new()
        } else {
            format!(": {}", self.said.trim_end_matches('.'))
        }
    }

    /// Where the token came from, for a sentence.
    fn source(&self) -> String {
        self.about.credential.map_or_else(
            || "your token".to_owned(),
            |c| format!("the token from {}", c.source),
        )
    }

    /// Why a token that exists was not sent, if so.
    fn withheld(&self) -> &'static str {
        if self.about.credential.is_none() {
            ""
        } else if !self.hop.is_home() {
            " (the token was not sent, since a redirect had left the configured Hub)"
        } else {
            " (the token was not sent, since it may only go over https or to this machine)"
        }
    }

    fn token_missing(&self, repo: &str) -> HubError {
        let message = format!("{repo} is gated, and no token was sent{}.", self.withheld());
        HubError::new(Code::TokenMissing, message).with_hint(format!(
            "Accept the conditions at {}, make a token at {}/settings/tokens, and set it as HF_TOKEN or as the option `token`.",
            self.page(),
            self.about.endpoint.as_str()
        ))
    }

    fn gated(&self, repo: &str) -> HubError {
        HubError::new(Code::AccessDenied, format!("{repo} is gated, and {} has no access to it.", self.source()))
            .with_hint(format!(
                "Ask for access at {}. If you have it, check that the token belongs to the same account and, if it is fine-grained, may read gated repositories.",
                self.page()
            ))
    }

    fn token_invalid(&self) -> HubError {
        let what = if self.said.to_ascii_lowercase().contains("expired") {
            "has expired"
        } else {
            "is not valid"
        };
        HubError::new(
            Code::TokenInvalid,
            format!("{} says that {} {what}.", self.host(), self.source()),
        )
        .with_hint(format!(
            "Make a new one at {}/settings/tokens, or remove it to go on without.",
            self.about.endpoint.as_str()
        ))
    }

    fn no_repo(&self, repo: &str) -> HubError {
        if self.token_sent {
            HubError::new(
                Code::RepoNotFound,
                format!(
                    "{repo} does not exist, or is private and {} may not see it.",
                    self.source()
                ),
            )
            .with_hint(format!(
                "Check the spelling at {}, and the account that the token belongs to.",
                self.page()
            ))
        } else {
            HubError::new(
                Code::RepoNotFound,
                format!(
                    "{repo} does not exist, or is private or gated and no token was sent{}.",
                    self.withheld()
                ),
            )
            .with_hint(format!(
                "Check the spelling at {}. If it is private or gated, set HF_TOKEN or the option `token`.",
                self.page()
            ))
        }
    }

    fn no_revision(&self, repo: &str) -> HubError {
        let revision = crate::validation::shown(self.about.revision);
        HubError::new(
            Code::RevisionNotFound,
            format!("{repo} has no revision {revision}."),
        )
        .with_hint(format!(
            "Its branches and tags are listed at {}/tree/main.",
            self.page()
        ))
    }

    fn no_file(&self, repo: &str) -> HubError {
        let file = crate::validation::shown(self.about.file.unwrap_or_default());
        let revision = crate::validation::shown(self.about.revision);
        HubError::new(
            Code::FileNotFound,
            format!("{repo} has no file {file} at revision {revision}."),
        )
        .with_hint(format!("Its files are listed at {}/tree/main.", self.page()))
    }

    fn not_found(&self, repo: &str) -> HubError {
        let file = crate::validation::shown(self.about.file.unwrap_or_default());
        HubError::new(
            Code::FileNotFound,
            format!(
                "{} has no file {file} of {repo} (404, without saying what is missing).",
                self.host()
            ),
        )
        .with_hint("Check the id, the revision and the Hub's address.")
    }

    fn forbidden(&self, repo: &str) -> HubError {
        let who = if self.token_sent {
            self.source()
        } else {
            "no token".to_owned()
        };
        let message = format!("{repo} may not be read with {who}{}.", self.quoted());
        HubError::new(Code::AccessDenied, message).with_hint(format!(
            "Check the token's role at {}/settings/tokens, and any rule of the organisation that owns the repository.",
            self.about.endpoint.as_str()
        ))
    }

    fn elsewhere(&self) -> HubError {
        HubError::new(
            Code::Server,
            format!(
                "{}, to which the Hub redirected, answered {}.",
                self.host(),
                self.status
            ),
        )
        .with_hint("A signed address may have expired; try again.")
        .with_retry(None)
    }
}

/// The message in the body of an error: `error`, `error_description`, `errors[].message` or `message`.
pub(crate) fn body_message(body: &[u8]) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    for name in ["error", "error_description", "message"] {
        match json.get(name) {
            Some(serde_json::Value::String(text)) => return Some(text.clone()),
            Some(serde_json::Value::Array(list)) => {
                let texts: Vec<&str> = list.iter().filter_map(serde_json::Value::as_str).collect();
                return Some(texts.join("; "));
            }
            _ => {}
        }
    }
    let list = json.get("errors")?.as_array()?;
    let texts: Vec<&str> = list.iter().filter_map(|e| e.get("message")?.as_str()).collect();
    Some(texts.join("; "))
}
