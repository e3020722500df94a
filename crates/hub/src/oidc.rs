//! A CI's identity in exchange for a token, as Python's client does it: the Hub trusts what the CI has signed.

use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use sha2::Digest as _;
use url::Url;

use crate::credential::{Credential, Token, TokenSource};
use crate::endpoint::is_private_channel;
use crate::error::{Code, HubError};
use crate::oauth::{Granted, send};
use crate::retry::retrying;
use crate::session::Session;
use crate::slots::Slots;
use crate::variables::Variables;

/// What is minted here is exchanged anew this long before its token ends. An identity that was given cannot be.
const MARGIN: Duration = Duration::from_secs(300);
/// How long a token is good for that does not say so.
const LIFETIME: u64 = 3600;
const FIRST: &str = "HF_OIDC_RESOURCE is set, but this CI's identity could not be exchanged for a token";

/// Who this program is, for a CI's provider.
enum Identity {
    /// `HF_OIDC_ID_TOKEN`.
    Given(Token),
    /// What GitHub Actions gives to a job that may ask for one: where, and with which token.
    GitHub(Url, Token),
}

/// What makes two exchanges the same; of the secrets only a digest.
#[derive(PartialEq, Eq)]
struct Key {
    endpoint: String,
    resource: String,
    identity: [u8; 32],
}

struct Exchanged {
    credential: Credential,
    /// What it was exchanged for, which a server may repeat in a later call.
    subject: Token,
    until: Instant,
}

/// What was exchanged in this process.
static SLOTS: Slots<Key, Option<Exchanged>> = Slots::new();

/// The token for `resource`, exchanged now or earlier in this process.
pub(crate) async fn credential(
    session: &Session,
    variables: &Variables,
    resource: &str,
) -> Result<Credential, HubError> {
    match obtain(session, variables, resource).await {
        Err(error) if error.kind() != Code::Aborted => Err(error.why(Code::Oidc, FIRST)),
        other => other,
    }
}

async fn obtain(session: &Session, variables: &Variables, resource: &str) -> Result<Credential, HubError> {
    let identity = identity(variables)?;
    let url = session.endpoint.oauth()?;
    if !is_private_channel(&url) {
        return Err(refused("it goes over https, or to this machine").with_url(&url));
    }
    let (secret, margin) = match &identity {
        Identity::Given(token) => (token, Duration::ZERO),
        Identity::GitHub(_, token) => (token, MARGIN),
    };
    session.secrets.keep(secret);
    let slot = SLOTS.get(Key {
        endpoint: session.endpoint.as_str().to_owned(),
        resource: resource.to_owned(),
        identity: digest(&identity),
    });
    let mut held = session
        .within(Duration::MAX, "did not answer", &url, slot.lock())
        .await?;
    if let Some(known) = held.as_ref().filter(|known| Instant::now() < known.until) {
        session.secrets.keep(&known.subject);
        return Ok(known.credential.clone());
    }
    let now = Instant::now();
    let subject = match identity {
        Identity::Given(token) => token,
        Identity::GitHub(place, token) => minted(session, place, &token).await?,
    };
    let granted = exchanged(session, &url, &subject, resource).await?;
    let Some(credential) = crate::credential::credential(granted.token.reveal(), TokenSource::Oidc)? else {
        return Err(HubError::new(Code::Protocol, "The token is empty."));
    };
    let seconds = granted.expires_in.unwrap_or(LIFETIME);
    let lasts = Duration::from_secs(seconds).saturating_sub(margin);
    *held = now.checked_add(lasts).map(|until| Exchanged {
        credential: credential.clone(),
        subject,
        until,
    });
    Ok(credential)
}

fn refused(why: &str) -> HubError {
    HubError::new(Code::InvalidOption, format!("The identity was not sent: {why}."))
}

fn identity(variables: &Variables) -> Result<Identity, HubError> {
    if let Some(given) = variables.get("HF_OIDC_ID_TOKEN").map(str::trim)
        && !given.is_empty()
    {
        return Ok(Identity::Given(Token::from(given)));
    }
    if variables.get("GITHUB_ACTIONS") != Some("true") {
        return Err(HubError::new(
            Code::InvalidOption,
            "This is no GitHub Actions, and HF_OIDC_ID_TOKEN is not set.",
        )
        .with_hint(
            "Set HF_OIDC_ID_TOKEN to the id token that your CI provider mints, or unset HF_OIDC_RESOURCE.",
        ));
    }
    let (Some(place), Some(token)) = (
        variables.get("ACTIONS_ID_TOKEN_REQUEST_URL"),
        variables.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
    ) else {
        return Err(HubError::new(
            Code::InvalidOption,
            "GitHub Actions gives this job no right to ask for an id token.",
        )
        .with_hint("Give the job `permissions: id-token: write`, or unset HF_OIDC_RESOURCE."));
    };
    let place = Url::parse(place)
        .ok()
        .filter(|url| is_private_channel(url) && url.username().is_empty() && url.password().is_none());
    match place {
        Some(place) => Ok(Identity::GitHub(place, Token::from(token))),
        None => Err(refused(
            "ACTIONS_ID_TOKEN_REQUEST_URL is no https address, nor one of this machine",
        )),
    }
}

fn digest(identity: &Identity) -> [u8; 32] {
    let mut hasher = sha2::Sha256::new();
    match identity {
        Identity::Given(token) => hasher.update(token.reveal()),
        Identity::GitHub(place, token) => {
            hasher.update(place.as_str());
            hasher.update([0]);
            hasher.update(token.reveal());
        }
    }
    hasher.finalize().into()
}

/// An id token for the Hub from GitHub Actions.
async fn minted(session: &Session, mut url: Url, token: &Token) -> Result<Token, HubError> {
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| name != "audience")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair("audience", session.endpoint.as_str());
    let header = token.header()?;
    retrying(session, &url, || async {
        let request = session
            .request(Method::GET, &url)
            .header(AUTHORIZATION, header.clone());
        let limit = session.limits.get_first_byte;
        let reply = session
            .within(limit, "did not answer", &url, send(request, &url))
            .await??;
        match reply.field("value").filter(|_| reply.is_success()) {
            Some(minted) => {
                session.secrets.keep(&minted);
                Ok(minted)
            }
            None => Err(reply.refusal(&url, "", &session.secrets)),
        }
    })
    .await
}

async fn exchanged(
    session: &Session,
    url: &Url,
    subject: &Token,
    resource: &str,
) -> Result<Granted, HubError> {
    let body = zeroize::Zeroizing::new(
        serde_json::json!({
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
            "subject_token": subject.reveal(),
            "resource": resource,
        })
        .to_string(),
    );
    retrying(session, url, || async {
        let request = session
            .request(Method::POST, url)
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string());
        let limit = session.limits.get_first_byte;
        let reply = session
            .within(limit, "did not answer", url, send(request, url))
            .await??;
        let granted = reply.granted(url, &session.secrets);
        match granted {
            Ok(granted) if reply.is_success() => Ok(granted),
            Ok(_) => Err(reply.refusal(url, "", &session.secrets)),
            Err((_, error)) => Err(error.with_hint(
                "Check that the resource trusts this workflow, see https://huggingface.co/docs/hub/trusted-publishers; \
                 or unset HF_OIDC_RESOURCE.",
            )),
        }
    })
    .await
}
