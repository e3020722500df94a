//! The Hub's headers, and what its refusals mean.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, HeaderName};

use crate::credential::Credential;
use crate::digest::Etag;
use crate::endpoint::Endpoint;
use crate::error::{Code, HubError};
use crate::redirect::Hop;

const X_REPO_COMMIT: HeaderName = HeaderName::from_static("x-repo-commit");
const X_LINKED_ETAG: HeaderName = HeaderName::from_static("x-linked-etag");
const X_LINKED_SIZE: HeaderName = HeaderName::from_static("x-linked-size");
const X_ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");
const X_ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-error-message");
const REQUEST_IDS: [HeaderName; 3] = [
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-amzn-trace-id"),
    HeaderName::from_static("x-amz-cf-id"),
];

/// What a Hub says about a file, gathered over the redirects that lead to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metadata {
    /// The commit that the revision stands for.
    pub(crate) commit: Option<String>,
    /// The digest of the file.
    pub(crate) etag: Option<Etag>,
    /// Its size.
    pub(crate) size: Option<u64>,
}

impl Metadata {
    /// Takes what one answer says. What an earlier hop said, being nearer to the Hub, stays.
    ///
    /// `last` tells that no redirect follows: only then are the plain `ETag` and `Content-Length` those of the
    /// file, and the length only if this is no redirect.
    pub(crate) fn add(&mut self, headers: &HeaderMap, redirect: bool, last: bool) -> Result<(), HubError> {
        if self.commit.is_none()
            && let Some(commit) = text(headers, &X_REPO_COMMIT)
        {
            if !crate::validation::is_commit(&commit) {
                return Err(HubError::new(
                    Code::Protocol,
                    "The server's X-Repo-Commit is no commit hash.",
                ));
            }
            self.commit = Some(commit);
        }
        if self.etag.is_none() {
            if let Some(tag) = text(headers, &X_LINKED_ETAG) {
                self.etag = Some(Etag::from_header(&tag)?);
            } else if last && let Some(tag) = text(headers, &reqwest::header::ETAG) {
                self.etag = Some(Etag::from_header(&tag)?);
            }
        }
        if self.size.is_none() {
            if let Some(size) = number(headers, &X_LINKED_SIZE) {
                self.size = Some(size);
            } else if last && !redirect && !headers.contains_key(reqwest::header::CONTENT_ENCODING) {
                self.size = number(headers, &reqwest::header::CONTENT_LENGTH);
            }
        }
        Ok(())
    }
}

/// A header as text.
pub(crate) fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    text(headers, name)?.parse().ok()
}

/// What a request was about, for its error.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) credential: Option<&'a Credential>,
    pub(crate) repo_id: &'a str,
    pub(crate) revision: &'a str,
    pub(crate) file: Option<&'a str>,
}

/// The error of an answer that is neither a success nor a redirect.
pub(crate) fn refusal(
    about: &About<'_>,
    hop: &Hop,
    token_sent: bool,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> HubError {
    let code = text(headers, &X_ERROR_CODE).unwrap_or_default();
    let said = text(headers, &X_ERROR_MESSAGE).or_else(|| body_message(body));
    let said = said
        .map(|said| {
            about
                .credential
                .map_or_else(|| said.clone(), |found| found.token.mask(&said))
        })
        .and_then(|said| crate::redact::server_text(&said));
    let answer = Answer {
        about,
        hop,
        token_sent,
        status,
        code: &code,
        said: said.as_deref().unwrap_or(""),
    };
    let mut error = answer.error();
    if matches!(status, 408 | 429 | 500 | 502 | 503 | 504) {
        error = error.with_retry(wait_asked(headers, SystemTime::now()));
    }
    if !about.repo_id.is_empty() {
        error = error.with_repo(about.repo_id, about.revision);
    }
    if let Some(file) = about.file {
        error = error.with_file(file);
    }
    let request_id = REQUEST_IDS.iter().find_map(|name| text(headers, name));
    error
        .with_status(status)
        .with_url(&hop.url)
        .with_request_id(request_id.and_then(|id| crate::redact::server_text(&id)))
        .with_server_message(said)
        .with_token_source(
            about
                .credential
                .filter(|_| token_sent)
                .map(|found| found.source.to_string()),
        )
}

/// Whether an error is the Hub's own word that the revision has no such file.
pub(crate) fn is_entry_not_found(headers: &HeaderMap, status: u16) -> bool {
    status == 404 && text(headers, &X_ERROR_CODE).as_deref() == Some("EntryNotFound")
}

struct Answer<'a> {
    about: &'a About<'a>,
    hop: &'a Hop,
    token_sent: bool,
    status: u16,
    code: &'a str,
    said: &'a str,
}

impl Answer<'_> {
    fn error(&self) -> HubError {
        let repo = crate::validation::shown(self.about.repo_id);
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
                format!("{} asks to slow down (429).", self.host()),
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
fn body_message(body: &[u8]) -> Option<String> {
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

/// How long the server asks to wait: `RateLimit` when nothing is left, else `Retry-After`.
fn wait_asked(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let rate = text(headers, &HeaderName::from_static("ratelimit")).and_then(|value| rate_limit(&value));
    rate.or_else(|| {
        let value = text(headers, &reqwest::header::RETRY_AFTER)?;
        match value.parse() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => httpdate::parse_http_date(&value).ok()?.duration_since(now).ok(),
        }
    })
}

/// `"resolvers";r=0;t=12` asks for 13 seconds.
fn rate_limit(value: &str) -> Option<Duration> {
    value.split(',').find_map(|item| {
        let parameter = |name: &str| -> Option<u64> {
            item.split(';')
                .skip(1)
                .find_map(|p| p.trim().strip_prefix(name)?.strip_prefix('=')?.parse().ok())
        };
        (parameter("r")? == 0)
            .then(|| parameter("t"))
            .flatten()
            .map(|t| Duration::from_secs(t.saturating_add(1)))
    })
}

#[cfg(test)]
#[path = "protocol_tests.rs"]
mod tests;
