//! The token of a login in the browser, renewed before it ends, as Python's client does it.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};
use tokio::sync::OwnedMutexGuard;
use url::Url;

use crate::cache::lock;
use crate::credential::{Credential, Secrets, Token, TokenSource};
use crate::error::{Code, HubError};
use crate::oauth::{Granted, send};
use crate::options::{Event, OnEvent};
use crate::read::blocking;
use crate::session::Session;
use crate::slots::Slots;
use crate::stored::{Login, Logins, beside, replace};
use crate::variables::Variables;

/// A token is renewed when it has less than a day left.
const MARGIN: i64 = 24 * 3600;
/// When to look again where nothing can be renewed, or could not be.
const RECHECK: i64 = 300;
/// How long another process may take for the same.
const PATIENCE: Duration = Duration::from_secs(30);
/// The Hub's own client for logins from a terminal.
const CLIENT: &str = "26be6b09-91c5-47da-9861-d2d2bb7a7e36";

/// What was found out about the token in a file, so that the file of all logins is not read at each call.
struct Decision {
    /// As it is in the file.
    token: Token,
    /// What is sent for it.
    resolved: Token,
    /// Seconds since 1970.
    recheck_at: i64,
}

#[derive(Default)]
struct Known {
    decision: Option<Decision>,
    /// That it failed is said once.
    warned: bool,
    /// The refresh tokens that were sent or came back, which a server may repeat in a later call.
    seen: Vec<Token>,
}

/// The token file, and the Hub that its token is for.
type Key = (PathBuf, String);

/// What this process found out.
static SLOTS: Slots<Key, Known> = Slots::new();

/// All that renewing takes. It does not end with the call that began it: the Hub may have given out a token that
/// replaces the old one, and then it must be written down.
struct Renewal {
    http: reqwest::Client,
    user_agent: HeaderValue,
    url: Url,
    limit: Duration,
    client: String,
    file: PathBuf,
    stored: PathBuf,
    token: Token,
    secrets: Secrets,
}

/// What to send, and what to say of it.
struct Outcome {
    token: Token,
    warning: Option<(&'static str, String)>,
}

/// Why a token was not renewed.
enum Failure {
    /// The login itself is over.
    Ended(HubError),
    /// Later it may work.
    Now(HubError),
}

impl From<HubError> for Failure {
    fn from(error: HubError) -> Self {
        Self::Now(error)
    }
}

/// The credential from a token file, with a newer token if that one is about to end. Nothing of it is an error: the
/// Hub will say what it thinks of the token.
pub(crate) async fn refreshed(
    session: &Session,
    variables: &Variables,
    found: Credential,
    on_event: &OnEvent,
) -> Result<Credential, HubError> {
    let TokenSource::File(file) = &found.source else {
        return Ok(found);
    };
    let file = PathBuf::from(file);
    let Some(stored) = crate::credential::stored_tokens(variables, &file) else {
        return Ok(found);
    };
    // Where the token is not sent to, nothing that is worth more goes.
    if !session.endpoint.is_private() {
        return Ok(found);
    }
    session.secrets.keep(&found.token);
    let url = session.endpoint.oauth()?;
    let slot = SLOTS.get((file.clone(), session.endpoint.as_str().to_owned()));
    let held = session
        .within(Duration::MAX, "did not answer", &url, slot.lock_owned())
        .await?;
    for token in &held.seen {
        session.secrets.keep(token);
    }
    if let Some(token) = held.resolved(&found.token, now()) {
        session.secrets.keep(&token);
        return Ok(Credential { token, ..found });
    }
    let renewal = Renewal {
        http: session.http.clone(),
        user_agent: session.user_agent.clone(),
        url: url.clone(),
        limit: session.limits.get_first_byte,
        client: variables
            .get("HF_DEVICE_CODE_OAUTH_CLIENT_ID")
            .unwrap_or(CLIENT)
            .to_owned(),
        file,
        stored,
        token: found.token.clone(),
        secrets: session.secrets.clone(),
    };
    let task = tokio::spawn(renewal.run(held));
    let done = session
        .within(Duration::MAX, "did not answer", &url, task)
        .await?;
    let Ok(outcome) = done else { return Ok(found) };
    if let Some((code, message)) = outcome.warning {
        on_event(Event::Warning {
            code: code.to_owned(),
            message: session.secrets.mask(&message),
        });
    }
    session.secrets.keep(&outcome.token);
    Ok(Credential {
        token: outcome.token,
        ..found
    })
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

fn token_in(file: &Path) -> Option<Token> {
    Some(crate::credential::from_file(file).ok()??.token)
}

impl Known {
    fn resolved(&self, token: &Token, now: i64) -> Option<Token> {
        let decision = self.decision.as_ref()?;
        (decision.token == *token && now < decision.recheck_at).then(|| decision.resolved.clone())
    }

    fn decide(&mut self, token: &Token, resolved: &Token, recheck_at: i64) {
        self.decision = Some(Decision {
            token: token.clone(),
            resolved: resolved.clone(),
            recheck_at,
        });
    }
}

impl Renewal {
    async fn run(self, mut known: OwnedMutexGuard<Known>) -> Outcome {
        let now = now();
        let quiet = |token: Token| Outcome { token, warning: None };
        let stored = self.stored.clone();
        let logins = match blocking(move || Logins::read(&stored)).await {
            Ok(Ok(logins)) => logins,
            // The next call looks again.
            Ok(Err(failed)) => return self.not_renewed(&mut known, &HubError::from(failed)),
            Err(error) => return self.not_renewed(&mut known, &error),
        };
        let found = logins.by_token(&self.token);
        let Some((login, refresh_token, expires_at)) = found.and_then(|login| {
            let (refresh_token, expires_at) = (login.refresh_token.clone()?, login.expires_at?);
            Some((login, refresh_token, expires_at))
        }) else {
            // Another process may have renewed it since it was read.
            if let Some(current) = token_in(&self.file).filter(|current| *current != self.token) {
                return quiet(current);
            }
            known.decide(&self.token, &self.token, now.saturating_add(RECHECK));
            return quiet(self.token);
        };
        let due = expires_at.saturating_sub(MARGIN);
        if due > now {
            known.decide(&self.token, &self.token, due);
            return quiet(self.token);
        }
        let renewed = self.renew(&login, &refresh_token, now).await;
        known.seen = self.secrets.all();
        match renewed {
            Ok((token, expires_at, unsaved)) => {
                // A lifetime that is shorter than the margin must not have each call renew it.
                let due = expires_at.map_or(0, |at| at.saturating_sub(MARGIN));
                // What could not be written down stays the answer to what is in the file.
                let file = if unsaved.is_some() { &self.token } else { &token };
                known.decide(file, &token, due.max(now.saturating_add(RECHECK)));
                let warning = unsaved.map(|error| {
                    let place = self.stored.display();
                    let what = format!(
                        "{place} cannot be written ({error}); the renewed token is used from memory."
                    );
                    ("TOKEN_NOT_SAVED", what)
                });
                Outcome { token, warning }
            }
            Err(Failure::Ended(error)) => {
                known.decide(&self.token, &self.token, i64::MAX);
                let (place, why) = (self.file.display(), error.one_line());
                let what = format!("The login in {place} has ended: {why} Run `hf auth login` again.");
                Outcome {
                    token: self.token,
                    warning: Some(("LOGIN_ENDED", what)),
                }
            }
            Err(Failure::Now(error)) => {
                known.decide(&self.token, &self.token, now.saturating_add(RECHECK));
                self.not_renewed(&mut known, &error)
            }
        }
    }

    /// The old token goes on serving; that is said once.
    fn not_renewed(self, known: &mut Known, error: &HubError) -> Outcome {
        let (place, why) = (self.file.display(), error.one_line());
        let what = format!("The token in {place} could not be renewed: {why} It is tried again later.");
        let told = std::mem::replace(&mut known.warned, true);
        Outcome {
            token: self.token,
            warning: (!told).then_some(("TOKEN_NOT_RENEWED", what)),
        }
    }

    /// The new token, when it ends, and why it could not be written down if so.
    async fn renew(
        &self,
        login: &Login,
        refresh_token: &Token,
        now: i64,
    ) -> Result<(Token, Option<i64>, Option<std::io::Error>), Failure> {
        let unwritable = |error: std::io::Error| {
            let place = self.stored.display();
            HubError::new(Code::Cache, format!("{place} cannot be written ({error})."))
        };
        // A refresh token may be good for one time only: who is second takes what the first one got.
        let mut path = self.stored.clone().into_os_string();
        path.push(".lock");
        let held = lock::acquire_within(Path::new(&path), PATIENCE).await;
        let _held = held.ok_or_else(|| {
            HubError::new(Code::Timeout, "Another process keeps the file of logins locked.")
        })?;
        let stored = self.stored.clone();
        let mut logins = blocking(move || Logins::read(&stored))
            .await?
            .map_err(HubError::from)?;
        let (current, expires_at) = logins
            .by_name(&login.name)
            .map_or((None, None), |login| (login.token, login.expires_at));
        if current.as_ref() != Some(&self.token) {
            let sendable = |token: &Token| !token.reveal().is_empty() && token.header().is_ok();
            let token = current.filter(sendable);
            return Ok((token.unwrap_or_else(|| self.token.clone()), expires_at, None));
        }
        // Asked before the Hub is: what it gives out must find a place.
        let spare = beside(&self.stored).map_err(unwritable)?;
        self.secrets.keep(refresh_token);
        let granted = self.ask(refresh_token).await?;
        let expires_at = granted
            .expires_in
            .map(|seconds| now.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX)));
        logins.set(&Login {
            name: login.name.clone(),
            token: Some(granted.token.clone()),
            refresh_token: Some(granted.refresh_token.unwrap_or_else(|| refresh_token.clone())),
            expires_at,
        });
        let (stored, file, old, new) = (
            self.stored.clone(),
            self.file.clone(),
            self.token.clone(),
            granted.token.clone(),
        );
        let saved = blocking(move || {
            replace(Ok(spare), &stored, &logins.text())?;
            // Somebody may have logged in as somebody else meanwhile.
            if token_in(&file).as_ref() == Some(&old) {
                replace(beside(&file), &file, new.reveal())?;
            }
            Ok(())
        })
        .await?;
        Ok((granted.token, expires_at, saved.err()))
    }

    async fn ask(&self, refresh_token: &Token) -> Result<Granted, Failure> {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "refresh_token")
            .append_pair("refresh_token", refresh_token.reveal())
            .append_pair("client_id", &self.client)
            .finish();
        let request = self
            .http
            .post(self.url.clone())
            .header(USER_AGENT, self.user_agent.clone())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        let late = |_| {
            let what = format!("did not answer for {}", crate::session::seconds(self.limit));
            crate::failure::timeout(&what, &self.url)
        };
        let reply = tokio::time::timeout(self.limit, send(request, &self.url))
            .await
            .map_err(late)??;
        let granted = match reply.granted(&self.url, &self.secrets) {
            Ok(granted) => granted,
            Err((word, error)) if word == "invalid_grant" => return Err(Failure::Ended(error)),
            Err((_, error)) => return Err(Failure::Now(error)),
        };
        granted.token.header()?;
        Ok(granted)
    }
}
