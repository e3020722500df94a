//! One call's way to the Hub: requests with their token, redirects, limits and cancellation.

use std::future::Future;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, HeaderValue, LOCATION, RANGE, USER_AGENT};
use reqwest::{Method, Response, StatusCode};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::credential::{Credential, Secrets, TokenSource};
use crate::endpoint::Endpoint;
use crate::error::{Code, HubError};
use crate::options::{Event, Limits, OnEvent, Request};
use crate::protocol::{self, About, Metadata};
use crate::redirect::Hop;
use crate::variables::Variables;

/// An error's body is read up to here.
const MAX_ERROR_BODY: usize = 16 << 10;

/// What a request asks for.
#[derive(Clone, Copy)]
pub(crate) enum Want {
    /// Commit, digest and size of a file; redirects are followed only until they are known.
    Metadata,
    /// A body from this byte on; `plain` asks for it without compression.
    Body { from: u64, plain: bool },
}

/// An answer that is no refusal.
pub(crate) struct Answer {
    pub(crate) response: Response,
    pub(crate) meta: Metadata,
    pub(crate) hop: Hop,
}

/// A refusal, with what its headers still tell.
pub(crate) struct Refused {
    pub(crate) error: HubError,
    /// Whether the Hub itself says that the revision has no such file.
    pub(crate) no_entry: bool,
    /// The commit that it says so of.
    pub(crate) commit: Option<String>,
}

impl From<HubError> for Refused {
    fn from(error: HubError) -> Self {
        Self {
            error,
            no_entry: false,
            commit: None,
        }
    }
}

/// How many calls of this process may be at the network at once. Each has a few sockets and files open, and many
/// systems allow 1024 of both together; the others wait, and mostly find in the cache what they wanted.
const MAX_CALLS: usize = 32;
static CALLS: Semaphore = Semaphore::const_new(MAX_CALLS);

/// All that the requests of one call share.
pub(crate) struct Session {
    /// Given back when the call is over.
    _turn: SemaphorePermit<'static>,
    pub(crate) http: reqwest::Client,
    pub(crate) endpoint: Endpoint,
    pub(crate) credential: Option<Credential>,
    authorization: Option<HeaderValue>,
    pub(crate) secrets: Secrets,
    pub(crate) user_agent: HeaderValue,
    pub(crate) limits: Limits,
    pub(crate) cancel: CancellationToken,
    deadline: Option<Instant>,
    pub(crate) repo_id: String,
    pub(crate) revision: String,
}

impl Session {
    /// Chooses the token and the connection settings. `secrets` learns what errors must not show.
    pub(crate) async fn new(
        variables: &Variables,
        request: &Request,
        limits: Limits,
        secrets: &Secrets,
        on_event: &OnEvent,
        cancel: CancellationToken,
    ) -> Result<Self, HubError> {
        let endpoint = Endpoint::choose(request.endpoint.as_deref(), variables)?;
        let (option, names) = (&request.token, &request.token_variables);
        let resource = crate::credential::oidc_resource(variables, option, names);
        let credential = match resource {
            Some(_) => None,
            None => crate::credential::choose(variables, option, names)?,
        };
        if let Some(found) = credential.as_ref().filter(|found| found.quoted) {
            on_event(Event::Warning {
                code: "TOKEN_QUOTED".to_owned(),
                message: format!(
                    "The token from {} has quotes around it; they are sent as part of it.",
                    found.source
                ),
            });
        }
        if let Some(found) = credential.as_ref().filter(|_| !endpoint.is_private()) {
            on_event(Event::Warning {
                code: "TOKEN_NOT_SENT".to_owned(),
                message: format!(
                    "The token from {} is not sent to {}: tokens go over https, or to this machine.",
                    found.source,
                    endpoint.as_str()
                ),
            });
        }
        let turn = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(HubError::aborted()),
            turn = CALLS.acquire() => turn
                .map_err(|error| HubError::new(Code::Network, "No call can be made.").with_cause(&error))?,
        };
        let client = crate::client::client(variables, limits.connect).await?;
        for problem in client.problems {
            on_event(Event::Warning {
                code: "CERTIFICATES_UNREADABLE".to_owned(),
                message: problem,
            });
        }
        let mut session = Self {
            _turn: turn,
            http: client.http,
            endpoint,
            credential: None,
            authorization: None,
            secrets: secrets.clone(),
            user_agent: user_agent(&request.user_agent, variables),
            deadline: limits.total.map(|total| Instant::now() + total),
            limits,
            cancel,
            repo_id: request.repo_id.clone(),
            revision: request.revision().to_owned(),
        };
        session.credential = match (resource, credential) {
            (Some(resource), _) => Some(crate::oidc::credential(&session, variables, resource).await?),
            (None, Some(found)) if matches!(found.source, TokenSource::File(_)) => {
                Some(crate::refresh::refreshed(&session, variables, found, on_event).await?)
            }
            (None, found) => found,
        };
        if let Some(found) = &session.credential {
            session.authorization = Some(found.token.header()?);
            session.secrets.keep(&found.token);
        }
        Ok(session)
    }

    /// A request of another kind than those for files; nothing about tokens is in it.
    pub(crate) fn request(&self, method: Method, url: &Url) -> reqwest::RequestBuilder {
        self.http
            .request(method, url.clone())
            .header(USER_AGENT, self.user_agent.clone())
    }

    /// An error that may be shown: no server is trusted not to have put the token into it.
    pub(crate) fn masked(&self, error: HubError) -> HubError {
        self.secrets.masked(error)
    }

    /// Names what a request is about, for its errors.
    pub(crate) fn about<'a>(&'a self, file: Option<&'a str>) -> About<'a> {
        About {
            endpoint: &self.endpoint,
            credential: self.credential.as_ref(),
            repo_id: &self.repo_id,
            revision: &self.revision,
            file,
        }
    }

    /// Sends a request and follows its redirects as far as `want` needs.
    pub(crate) async fn ask(&self, url: Url, want: Want, about: &About<'_>) -> Result<Answer, Refused> {
        self.ask_until(url, want, about, &|meta, last| match want {
            Want::Metadata => meta.is_complete(last),
            Want::Body { .. } => false,
        })
        .await
    }

    /// The same; `enough` tells from what is known, and from whether the Hub has said all, when to follow no more.
    pub(crate) async fn ask_until(
        &self,
        url: Url,
        want: Want,
        about: &About<'_>,
        enough: &(dyn Fn(&Metadata, bool) -> bool + Send + Sync),
    ) -> Result<Answer, Refused> {
        let mut hop = Hop::first(url, &self.endpoint);
        let mut meta = Metadata::default();
        loop {
            let token_sent = self.authorization.is_some() && hop.token_may_travel(&self.endpoint);
            let response = self
                .send(&hop, want, token_sent)
                .await
                .map_err(|e| finish(e, about))?;
            let status = response.status();
            let redirect = is_redirect(status);
            if !redirect && !status.is_success() {
                return Err(self.refused(about, &hop, token_sent, response).await);
            }
            let next = if redirect {
                Some(self.next(&hop, &response).map_err(|e| finish(e, about))?)
            } else {
                None
            };
            let leaves = next.as_ref().is_some_and(|next| hop.is_home() && !next.is_home());
            let known = meta.commit.is_some() || response.headers().contains_key("x-repo-commit");
            // At the border to a file store the Hub has said all that it knows. A mirror knows nothing itself.
            let last = next.is_none() || (leaves && known);
            meta.add(response.headers(), redirect, last)
                .map_err(|e| finish(e.with_url(&hop.url), about))?;
            match next {
                Some(next) if !enough(&meta, last) => hop = next,
                _ => return Ok(Answer { response, meta, hop }),
            }
        }
    }

    async fn send(&self, hop: &Hop, want: Want, token_sent: bool) -> Result<Response, HubError> {
        let (method, limit) = match want {
            Want::Metadata => (Method::HEAD, self.limits.head_first_byte),
            Want::Body { .. } => (Method::GET, self.limits.get_first_byte),
        };
        let mut request = self.request(method, &hop.url);
        request = match want {
            // Lengths and digests are those of the bytes as they are, so no compression here.
            Want::Metadata | Want::Body { plain: true, from: 0 } => {
                request.header(ACCEPT_ENCODING, HeaderValue::from_static("identity"))
            }
            Want::Body {
                plain: false,
                from: 0,
            } => request,
            Want::Body { from, .. } => request
                .header(ACCEPT_ENCODING, HeaderValue::from_static("identity"))
                .header(RANGE, format!("bytes={from}-")),
        };
        if let Some(authorization) = self.authorization.as_ref().filter(|_| token_sent) {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        let sent = self
            .within(limit, "did not answer", &hop.url, request.send())
            .await?;
        sent.map_err(|error| crate::failure::describe(error, &hop.url))
    }

    fn next(&self, hop: &Hop, response: &Response) -> Result<Hop, HubError> {
        let location = protocol::text(response.headers(), &LOCATION).ok_or_else(|| {
            HubError::new(Code::Protocol, "A redirect does not say where to.").with_url(&hop.url)
        })?;
        hop.follow(&location, &self.endpoint)
            .map_err(|error| error.with_status(response.status().as_u16()))
    }

    async fn refused(&self, about: &About<'_>, hop: &Hop, token_sent: bool, response: Response) -> Refused {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = self.error_body(response, &hop.url).await;
        let mut meta = Metadata::default();
        // Only the commit is of interest, and a bad one is no commit.
        let _ = meta.add(&headers, true, false);
        let no_entry = protocol::is_entry_not_found(&headers, status);
        let error = protocol::refusal(about, hop, token_sent, status, &headers, &body);
        Refused {
            error,
            no_entry,
            commit: meta.commit,
        }
    }

    async fn error_body(&self, mut response: Response, url: &Url) -> Vec<u8> {
        let mut body = Vec::new();
        let until = Instant::now() + self.limits.idle.min(Duration::from_secs(5));
        while body.len() < MAX_ERROR_BODY {
            let limit = until.saturating_duration_since(Instant::now());
            match self.within(limit, "sent no more", url, response.chunk()).await {
                Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
                _ => break,
            }
        }
        body.truncate(MAX_ERROR_BODY);
        body
    }

    /// Runs `future` until a limit, the call's deadline or its cancellation; `what` completes "the server … for 10 s".
    pub(crate) async fn within<T>(
        &self,
        limit: Duration,
        what: &str,
        url: &Url,
        future: impl Future<Output = T>,
    ) -> Result<T, HubError> {
        let soft = Instant::now().checked_add(limit);
        let until = match (soft, self.deadline) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let timer = async {
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(HubError::aborted()),
            done = future => Ok(done),
            () = timer => {
                self.check_deadline(url)?;
                Err(crate::failure::timeout(&format!("{what} for {}", seconds(limit)), url).with_few_retries(1))
            }
        }
    }

    /// An error once the call's whole time is over, or the caller has cancelled.
    pub(crate) fn check_deadline(&self, url: &Url) -> Result<(), HubError> {
        if self.cancel.is_cancelled() {
            return Err(HubError::aborted());
        }
        match (self.deadline, self.limits.total) {
            (Some(deadline), Some(total)) if Instant::now() >= deadline => Err(crate::failure::timeout(
                &format!("did not finish within {} in all", seconds(total)),
                url,
            )),
            _ => Ok(()),
        }
    }

    /// Waits before another attempt.
    pub(crate) async fn pause(&self, wait: Duration, url: &Url) -> Result<(), HubError> {
        match self
            .within(Duration::MAX, "did not answer", url, tokio::time::sleep(wait))
            .await
        {
            Ok(()) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Fills an error in with what it was about.
fn finish(error: HubError, about: &About<'_>) -> HubError {
    let error = if about.repo_id.is_empty() {
        error
    } else {
        error.with_repo(about.repo_id, about.revision)
    };
    match about.file {
        Some(file) => error.with_file(file),
        None => error,
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn user_agent(own: &str, variables: &Variables) -> HeaderValue {
    let own = if own.is_empty() {
        concat!("autotokenizer/", env!("CARGO_PKG_VERSION"))
    } else {
        own
    };
    let text = match variables.get("HF_HUB_USER_AGENT_ORIGIN") {
        Some(origin) => format!("{own}; origin/{origin}"),
        None => own.to_owned(),
    };
    let clean: String = text.chars().filter(|c| matches!(c, ' '..='~')).collect();
    HeaderValue::from_str(&clean).unwrap_or_else(|_| HeaderValue::from_static("autotokenizer"))
}

pub(crate) fn seconds(duration: Duration) -> String {
    let text = format!("{:.1}", duration.as_secs_f64());
    format!("{} s", text.trim_end_matches(".0"))
}
