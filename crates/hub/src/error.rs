//! The one error type, and what each code means.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// What went wrong, as a stable name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The repository needs a token and none was sent.
    TokenMissing,
    /// The token is good but has no access to the repository.
    AccessDenied,
    /// The server does not accept the token.
    TokenInvalid,
    /// The token cannot be sent in a header.
    TokenMalformed,
    /// A CI's identity was to be exchanged for a token, and was not.
    Oidc,
    /// No such repository, or one that must not be seen.
    RepoNotFound,
    /// The repository has no such branch, tag or commit.
    RevisionNotFound,
    /// The revision has no such file.
    FileNotFound,
    /// The repository was disabled by the Hub.
    RepoDisabled,
    /// No connection.
    Network,
    /// A time limit passed.
    Timeout,
    /// The network may not be used and the cache does not suffice.
    Offline,
    /// The server asks to slow down for longer than we wait.
    RateLimited,
    /// The server failed.
    Server,
    /// The answer is not one of a Hub.
    Protocol,
    /// A redirect that must not be followed.
    Redirect,
    /// The bytes are not those that the server announced.
    Integrity,
    /// The file is what the server has, and of no use.
    FileInvalid,
    /// The file is larger than allowed.
    TooLarge,
    /// The cache folder cannot be used.
    Cache,
    /// Not a repository id.
    InvalidRepoId,
    /// Not a revision.
    InvalidRevision,
    /// Not a path inside a repository.
    InvalidPath,
    /// An option, or a variable, with a value that makes no sense.
    InvalidOption,
    /// The caller cancelled.
    Aborted,
}

impl Code {
    /// The name that programs test.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TokenMissing => "ERR_HUB_TOKEN_MISSING",
            Self::AccessDenied => "ERR_HUB_ACCESS_DENIED",
            Self::TokenInvalid => "ERR_HUB_TOKEN_INVALID",
            Self::TokenMalformed => "ERR_HUB_TOKEN_MALFORMED",
            Self::Oidc => "ERR_HUB_OIDC",
            Self::RepoNotFound => "ERR_HUB_REPO_NOT_FOUND",
            Self::RevisionNotFound => "ERR_HUB_REVISION_NOT_FOUND",
            Self::FileNotFound => "ERR_HUB_FILE_NOT_FOUND",
            Self::RepoDisabled => "ERR_HUB_REPO_DISABLED",
            Self::Network => "ERR_HUB_NETWORK",
            Self::Timeout => "ERR_HUB_TIMEOUT",
            Self::Offline => "ERR_HUB_OFFLINE",
            Self::RateLimited => "ERR_HUB_RATE_LIMITED",
            Self::Server => "ERR_HUB_SERVER",
            Self::Protocol => "ERR_HUB_PROTOCOL",
            Self::Redirect => "ERR_HUB_REDIRECT",
            Self::Integrity => "ERR_HUB_INTEGRITY",
            Self::FileInvalid => "ERR_HUB_FILE_INVALID",
            Self::TooLarge => "ERR_HUB_TOO_LARGE",
            Self::Cache => "ERR_HUB_CACHE",
            Self::InvalidRepoId => "ERR_HUB_INVALID_REPO_ID",
            Self::InvalidRevision => "ERR_HUB_INVALID_REVISION",
            Self::InvalidPath => "ERR_HUB_INVALID_PATH",
            Self::InvalidOption => "ERR_HUB_INVALID_OPTION",
            Self::Aborted => "ERR_HUB_ABORTED",
        }
    }
}

/// Everything that can go wrong, with what to do about it. Holds no token and no query of any URL.
pub struct HubError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    message: String,
    hint: Option<String>,
    status: Option<u16>,
    repo_id: Option<String>,
    revision: Option<String>,
    file: Option<String>,
    url: Option<String>,
    request_id: Option<String>,
    server_message: Option<String>,
    token_source: Option<String>,
    retry_after: Option<Duration>,
    /// How often the same request may be tried again, at most; none if it is of no use.
    retries: Option<u32>,
    /// Whether another file in the place of the one that it is about would not help.
    elsewhere: bool,
    source: Option<Cause>,
}

/// One link of the chain of causes, as text: foreign errors may hold URLs or headers, so they are not kept.
#[derive(Debug)]
struct Cause {
    text: String,
    next: Option<Box<Cause>>,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.next.as_deref().map(|cause| cause as _)
    }
}

impl Cause {
    fn of(error: &(dyn StdError + 'static)) -> Self {
        Self {
            text: crate::redact::text(&error.to_string()),
            next: error.source().map(|next| Box::new(Self::of(next))),
        }
    }
}

impl fmt::Display for HubError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for HubError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for HubError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|cause| cause as _)
    }
}

/// Reading what happened.
impl HubError {
    /// The stable name, `ERR_HUB_…`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.code.as_str()
    }
    /// The stable name as an enum.
    #[must_use]
    pub fn kind(&self) -> Code {
        self.0.code
    }
    /// What happened, in one or two sentences.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
    /// The HTTP status, where a server answered.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }
    /// The repository asked for.
    #[must_use]
    pub fn repo_id(&self) -> Option<&str> {
        self.0.repo_id.as_deref()
    }
    /// The revision asked for.
    #[must_use]
    pub fn revision(&self) -> Option<&str> {
        self.0.revision.as_deref()
    }
    /// The file asked for.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }
    /// The URL, without user information, query and fragment.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.0.url.as_deref()
    }
    /// The server's name for the request, for its support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }
    /// What the server said.
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        self.0.server_message.as_deref()
    }
    /// Where the token that was sent came from; never the token.
    #[must_use]
    pub fn token_source(&self) -> Option<&str> {
        self.0.token_source.as_deref()
    }
    /// How long the server asked to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
    /// How often the same request may be tried again.
    pub(crate) fn retries(&self) -> u32 {
        self.0.retries.unwrap_or(0)
    }
    /// Whether the cause is not in the file that it is about.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.0.elsewhere
    }
    /// The message and its causes on one line, for a warning.
    pub(crate) fn one_line(&self) -> String {
        self.0.message.replace('\n', " ")
    }
}

/// Building, inside the crate.
impl HubError {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code,
            message: message.into(),
            hint: None,
            status: None,
            repo_id: None,
            revision: None,
            file: None,
            url: None,
            request_id: None,
            server_message: None,
            token_source: None,
            retry_after: None,
            retries: None,
            elsewhere: false,
            source: None,
        }))
    }
    pub(crate) fn aborted() -> Self {
        Self::new(Code::Aborted, "The operation was aborted.")
    }
    /// Without `token`, should a server have put it into what it said, or into an address that it led to.
    pub(crate) fn masked(mut self, token: &crate::credential::Token) -> Self {
        let inner = &mut *self.0;
        inner.message = token.mask(&inner.message);
        let texts = [
            &mut inner.hint,
            &mut inner.file,
            &mut inner.url,
            &mut inner.request_id,
            &mut inner.server_message,
        ];
        for text in texts.into_iter().flatten() {
            *text = token.mask(text);
        }
        let mut cause = inner.source.as_mut();
        while let Some(link) = cause {
            link.text = token.mask(&link.text);
            cause = link.next.as_deref_mut();
        }
        self
    }
    /// What every error that leaves the crate has: the repository that was asked for, and not the token.
    pub(crate) fn of(self, asked: &crate::options::Asked, variables: &crate::Variables) -> Self {
        let error = if asked.repo_id.is_empty() {
            self
        } else {
            self.with_repo(&asked.repo_id, &asked.revision)
        };
        let error = asked.secrets.masked(error);
        match crate::credential::choose(variables, &asked.token, &asked.token_variables) {
            Ok(Some(found)) => error.masked(&found.token),
            _ => error,
        }
    }
    /// The same as the reason why something larger failed, which the code and the first words tell.
    pub(crate) fn why(mut self, code: Code, first: &str) -> Self {
        self.0.message = format!("{first}: {}", self.0.message);
        self.0.code = code;
        self
    }
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }
    pub(crate) fn with_repo(mut self, repo_id: &str, revision: &str) -> Self {
        self.0.repo_id.get_or_insert_with(|| repo_id.to_owned());
        self.0.revision.get_or_insert_with(|| revision.to_owned());
        self
    }
    pub(crate) fn with_file(mut self, file: &str) -> Self {
        self.0.file.get_or_insert_with(|| file.to_owned());
        self
    }
    pub(crate) fn with_url(mut self, url: &url::Url) -> Self {
        self.0.url.get_or_insert_with(|| crate::redact::url(url));
        self
    }
    pub(crate) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.0.request_id = id;
        self
    }
    pub(crate) fn with_server_message(mut self, message: Option<String>) -> Self {
        self.0.server_message = message;
        self
    }
    pub(crate) fn with_token_source(mut self, source: Option<String>) -> Self {
        self.0.token_source = source;
        self
    }
    pub(crate) fn with_retry(mut self, after: Option<Duration>) -> Self {
        self.0.retries = Some(u32::MAX);
        self.0.retry_after = after;
        self
    }
    /// Worth another try, but not many.
    pub(crate) fn with_few_retries(mut self, most: u32) -> Self {
        self.0.retries = Some(most);
        self
    }
    /// The cause is this process, or the disk, so that another file would be read no better.
    pub(crate) fn not_of_the_file(mut self) -> Self {
        self.0.elsewhere = true;
        self
    }
    pub(crate) fn with_cause(mut self, error: &(dyn StdError + 'static)) -> Self {
        self.0.source = Some(Cause::of(error));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_masked() {
        let cause = std::io::Error::other("http://u:marked@h/x?sig=marked of hf_markedmarked");
        let error = HubError::new(Code::Network, "It broke.").with_cause(&cause);
        let source = error.source().map(ToString::to_string);
        assert_eq!(source.as_deref(), Some("http://h/x?**** of ****"));
        assert!(!format!("{error:?}").contains("marked"));
    }
}
