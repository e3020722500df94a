//! Who a token belongs to, and whether it may read a repository.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::credential::Secrets;
use crate::download::Rate;
use crate::error::{Code, HubError};
use crate::options::{Limits, OnEvent, Request};
use crate::retry::retrying;
use crate::session::{Session, Want};
use crate::variables::Variables;

/// An account in a thousand organisations has less to say.
const MOST_OF_ACCOUNT: usize = 4 << 20;
/// It says nothing but that it is right; a page in its place may be long.
const MOST_OF_CHECK: usize = 4 << 20;

/// An account, as far as a token shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// The name for people.
    pub fullname: Option<String>,
    /// `user`, `org` or `app`.
    pub kind: String,
    /// The organisations it is a member of.
    pub orgs: Vec<Membership>,
    /// The token.
    pub token: TokenInfo,
}

/// A membership of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Membership {
    /// The organisation's name.
    pub name: String,
    /// The role in it.
    pub role: Option<String>,
}

/// What a token may do; never the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenInfo {
    /// The name that it was given.
    pub name: Option<String>,
    /// `read`, `write`, `fineGrained` and so on.
    pub role: Option<String>,
    /// When it was made.
    pub created_at: Option<String>,
    /// When it ends.
    pub expires_at: Option<String>,
    /// Where it came from.
    pub source: String,
    /// What a fine-grained token may do, as `<entity>: <permission>, …`.
    pub scopes: Vec<String>,
    /// Whether it can read gated repositories that the account has access to; none if the Hub does not say.
    pub can_read_gated: Option<bool>,
    /// The same as a sentence.
    pub gated: String,
}

/// What is `null` counts as absent.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Whoami {
    #[serde(deserialize_with = "nullable")]
    r#type: String,
    name: String,
    fullname: Option<String>,
    #[serde(deserialize_with = "nullable")]
    orgs: Vec<Org>,
    #[serde(deserialize_with = "nullable")]
    auth: Auth,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Org {
    #[serde(deserialize_with = "nullable")]
    name: String,
    role_in_org: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Auth {
    access_token: Option<AccessToken>,
    expires_at: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct AccessToken {
    display_name: Option<String>,
    role: Option<String>,
    created_at: Option<String>,
    fine_grained: Option<FineGrained>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct FineGrained {
    can_read_gated_repos: Option<bool>,
    #[serde(deserialize_with = "nullable")]
    global: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    scoped: Vec<Scope>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Scope {
    #[serde(deserialize_with = "nullable")]
    entity: Entity,
    #[serde(deserialize_with = "nullable")]
    permissions: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entity {
    r#type: Option<String>,
    name: Option<String>,
}

/// Asks the Hub who the token belongs to. It limits such questions; do not ask on every load.
///
/// # Errors
/// When there is no token, the Hub does not accept it, or cannot be reached.
pub async fn whoami(
    variables: &Variables,
    request: &Request,
    on_event: OnEvent,
    cancel: CancellationToken,
) -> Result<Account, HubError> {
    let request = Request {
        repo_id: String::new(),
        ..request.clone()
    };
    let asked = request.asked();
    ask_who(variables, &request, &asked.secrets, on_event, cancel)
        .await
        .map_err(|error| error.of(&asked, variables))
}

async fn ask_who(
    variables: &Variables,
    request: &Request,
    secrets: &Secrets,
    on_event: OnEvent,
    cancel: CancellationToken,
) -> Result<Account, HubError> {
    let session = open(variables, request, secrets, &on_event, cancel).await?;
    let Some(source) = session.credential.as_ref().map(|found| found.source.to_string()) else {
        return Err(HubError::new(Code::TokenMissing, "No token was found.")
            .with_hint("Set HF_TOKEN or the option `token`, or log in with `hf auth login`."));
    };
    if !session.endpoint.is_private() {
        return Err(HubError::new(
            Code::TokenMissing,
            "The token is not sent over plain http to another machine.",
        )
        .with_hint("Use an https address for the Hub.")
        .with_token_source(Some(source)));
    }
    let url = session.endpoint.api("whoami-v2")?;
    let body = get(&session, &url, MOST_OF_ACCOUNT).await?;
    refuse_page(&body, &url)?;
    let answer: Whoami = masked_json(&session, &body).map_err(|error| {
        HubError::new(Code::Protocol, "The Hub's answer is not understood.")
            .with_url(&url)
            .with_cause(&error)
    })?;
    Ok(account(answer, source))
}

/// What a server says may end up in a result, and nobody keeps it from saying the token. It is masked after parsing,
/// since JSON can write a letter in several ways.
fn masked_json<T: DeserializeOwned>(session: &Session, body: &[u8]) -> serde_json::Result<T> {
    fn mask(value: &mut Value, masked: &dyn Fn(&str) -> String) {
        match value {
            Value::String(text) => *text = masked(text),
            Value::Array(list) => list.iter_mut().for_each(|value| mask(value, masked)),
            Value::Object(fields) => fields.values_mut().for_each(|value| mask(value, masked)),
            _ => {}
        }
    }
    let mut value = serde_json::from_slice(body)?;
    mask(&mut value, &session.secrets.masker());
    serde_json::from_value(value)
}

fn account(answer: Whoami, source: String) -> Account {
    let access = answer.auth.access_token.unwrap_or_default();
    let fine = access.fine_grained.as_ref();
    let (can_read_gated, gated) = gated(access.role.as_deref(), fine);
    let mut scopes: Vec<String> = fine.map(|fine| fine.global.clone()).unwrap_or_default();
    if !scopes.is_empty() {
        scopes = vec![format!("everywhere: {}", scopes.join(", "))];
    }
    for scope in fine.map(|fine| fine.scoped.as_slice()).unwrap_or_default() {
        let kind = scope.entity.r#type.as_deref().unwrap_or("entity");
        let name = scope.entity.name.as_deref().unwrap_or("?");
        scopes.push(format!("{kind} {name}: {}", scope.permissions.join(", ")));
    }
    Account {
        name: answer.name,
        fullname: answer.fullname,
        kind: answer.r#type,
        orgs: answer
            .orgs
            .into_iter()
            .map(|org| Membership {
                name: org.name,
                role: org.role_in_org,
            })
            .collect(),
        token: TokenInfo {
            name: access.display_name,
            role: access.role,
            created_at: access.created_at,
            expires_at: answer.auth.expires_at,
            source,
            scopes,
            can_read_gated,
            gated: gated.to_owned(),
        },
    }
}

fn gated(role: Option<&str>, fine: Option<&FineGrained>) -> (Option<bool>, &'static str) {
    match (role, fine.and_then(|fine| fine.can_read_gated_repos)) {
        (Some("read" | "write"), _) => (
            Some(true),
            "This token can read every gated repository that its account was given access to.",
        ),
        (_, Some(true)) => (
            Some(true),
            "This fine-grained token can read public gated repositories that its account was given access to.",
        ),
        (Some("fineGrained"), _) => (
            Some(false),
            "This fine-grained token cannot read gated repositories: allow \"Read access to contents of all public gated repos you can access\" in its settings.",
        ),
        _ => (
            None,
            "The Hub does not say whether this token can read gated repositories.",
        ),
    }
}

/// Asks the Hub whether the token, or nobody in particular, may read a repository.
///
/// # Errors
/// The reason why not, as loading would give it.
pub async fn check_access(
    variables: &Variables,
    request: &Request,
    on_event: OnEvent,
    cancel: CancellationToken,
) -> Result<(), HubError> {
    crate::validation::repo_id(&request.repo_id)?;
    let asked = request.asked();
    let asking = async {
        let session = open(variables, request, &asked.secrets, &on_event, cancel).await?;
        let url = session
            .endpoint
            .api(&format!("models/{}/auth-check", request.repo_id))?;
        let body = get(&session, &url, MOST_OF_CHECK).await?;
        refuse_page(&body, &url)
    };
    asking
        .await
        .map_err(|error: HubError| error.of(&asked, variables))
}

/// A session for questions that are no files.
pub(crate) async fn open(
    variables: &Variables,
    request: &Request,
    secrets: &Secrets,
    on_event: &OnEvent,
    cancel: CancellationToken,
) -> Result<Session, HubError> {
    if request.local_files_only || !request.allow_remote || variables.offline() {
        return Err(HubError::new(
            Code::Offline,
            "The Hub cannot be asked: the network may not be used.",
        )
        .with_hint("Unset HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE and local_files_only."));
    }
    let limits = Limits::new(&request.timeouts, variables, true);
    Session::new(variables, request, limits, secrets, on_event, cancel).await
}

/// The Hub's API never answers with a web page, whatever it calls its type. A network that wants a login first answers
/// everything with one, and calls it a success.
pub(crate) fn refuse_page(body: &[u8], url: &Url) -> Result<(), HubError> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if !body.trim_ascii_start().starts_with(b"<") {
        return Ok(());
    }
    let host = url.host_str().unwrap_or("the Hub");
    Err(HubError::new(
        Code::Protocol,
        format!("A web page came where {host} answers a program: somebody in between has answered for it."),
    )
    .with_url(url)
    .with_hint("Log in to this network with a browser if it wants that; else check the Hub's address, and any proxy in between."))
}

/// The body of an answer of the Hub's API, if it has no more than `most` bytes.
pub(crate) async fn get(session: &Session, url: &Url, most: usize) -> Result<Vec<u8>, HubError> {
    let about = session.about(None);
    retrying(session, url, || async {
        let asked = session
            .ask(
                url.clone(),
                Want::Body {
                    from: 0,
                    plain: false,
                },
                &about,
            )
            .await;
        let mut response = asked.map_err(|refused| refused.error)?.response;
        let mut body = Vec::new();
        let mut rate = Rate::new(session);
        loop {
            let chunk = session
                .within(session.limits.idle, "sent no more", url, response.chunk())
                .await?;
            match chunk.map_err(|error| crate::failure::describe(error, url))? {
                Some(chunk) if body.len() + chunk.len() <= most => {
                    body.extend_from_slice(&chunk);
                    rate.check(chunk.len() as u64, url)?;
                }
                Some(_) => {
                    return Err(HubError::new(Code::TooLarge, "The Hub's answer is too long.").with_url(url));
                }
                None => return Ok(body),
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_account_in_plain_words() {
        let json = r#"{"type":"user","id":"1","name":"me","fullname":"Me","orgs":[{"name":"org","roleInOrg":"admin"}],
            "auth":{"type":"access_token","accessToken":{"displayName":"ci","role":"fineGrained","createdAt":"2024",
            "fineGrained":{"canReadGatedRepos":false,"global":["discussion.write"],
            "scoped":[{"entity":{"_id":"x","type":"user","name":"me"},"permissions":["repo.content.read"]}]}}}}"#;
        let found = account(serde_json::from_str(json).unwrap(), "HF_TOKEN".to_owned());
        assert_eq!(
            (
                found.name.as_str(),
                found.kind.as_str(),
                found.orgs[0].name.as_str()
            ),
            ("me", "user", "org")
        );
        assert_eq!(found.token.can_read_gated, Some(false));
        assert_eq!(
            found.token.scopes,
            ["everywhere: discussion.write", "user me: repo.content.read"]
        );
        let read = r#"{"name":"me","auth":{"accessToken":{"role":"read"}}}"#;
        assert_eq!(
            account(serde_json::from_str(read).unwrap(), String::new())
                .token
                .can_read_gated,
            Some(true)
        );
        let app = r#"{"name":"me","auth":{"type":"app_token"}}"#;
        assert_eq!(
            account(serde_json::from_str(app).unwrap(), String::new())
                .token
                .can_read_gated,
            None
        );
    }
}
