//! The Hub's headers, and what its refusals mean.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, HeaderName};

use crate::credential::Credential;
use crate::digest::Etag;
use crate::endpoint::Endpoint;
use crate::error::{Code, HubError};
use crate::redirect::Hop;
use crate::refusal::{Answer, body_message};

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
    /// Whether all is known; once the Hub has said all (`last`), a missing size is no reason to go on.
    pub(crate) fn is_complete(&self, last: bool) -> bool {
        self.commit.is_some() && self.etag.is_some() && (self.size.is_some() || last)
    }

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
                match Etag::from_header(&tag) {
                    Ok(etag) => self.etag = Some(etag),
                    // Whoever names no commit is no Hub, and any server tags its pages: that is found out later.
                    Err(_) if self.commit.is_none() => {}
                    Err(error) => return Err(error),
                }
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

/// The server's name for a request.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    REQUEST_IDS.iter().find_map(|name| text(headers, name))
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

/// What the server says of an error in its headers.
pub(crate) fn error_message(headers: &HeaderMap) -> Option<String> {
    text(headers, &X_ERROR_MESSAGE)
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
    let said = error_message(headers).or_else(|| body_message(body));
    // Before it is cut: half a token would not be found.
    let shown = |said: String| {
        let masked = about.credential.map(|found| found.token.mask(&said));
        crate::redact::server_text(&masked.unwrap_or(said))
    };
    let said = said.and_then(shown);
    let said_text = said.as_deref().unwrap_or("");
    let wait = wait_asked(headers, SystemTime::now());
    let answer = Answer {
        about,
        hop,
        token_sent,
        status,
        code: &code,
        said: said_text,
        wait,
    };
    let mut error = answer.error();
    if matches!(status, 408 | 429 | 500 | 502 | 503 | 504) {
        error = error.with_retry(wait);
    }
    if !about.repo_id.is_empty() {
        error = error.with_repo(about.repo_id, about.revision);
    }
    if let Some(file) = about.file {
        error = error.with_file(file);
    }
    error
        .with_status(status)
        .with_url(&hop.url)
        .with_request_id(request_id(headers).and_then(shown))
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

/// How long the server asks to wait: `RateLimit` when nothing is left, else `Retry-After`.
pub(crate) fn wait_asked(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
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
