//! The Hub's endpoint for tokens, and others of its kind: what goes there is as secret as what comes back.

use std::time::SystemTime;

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

use crate::credential::{Secrets, Token};
use crate::error::{Code, HubError};

/// No answer of such an endpoint is longer.
const MAX_BODY: usize = 1 << 20;

/// What came back, whatever its status.
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: HeaderMap,
    body: Zeroizing<Vec<u8>>,
}

/// What an endpoint for tokens answers: a token, or why not.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Answer {
    access_token: Option<String>,
    refresh_token: Option<String>,
    expires_in: Option<Value>,
    error: Option<Value>,
    error_description: Option<Value>,
}

/// A token that was given out.
pub(crate) struct Granted {
    pub(crate) token: Token,
    pub(crate) refresh_token: Option<Token>,
    /// How many seconds it is good for.
    pub(crate) expires_in: Option<u64>,
}

/// Sends a request. No redirect is followed: wherever it led, the secret inside would go along.
pub(crate) async fn send(request: RequestBuilder, url: &Url) -> Result<Reply, HubError> {
    let failed = |error| crate::failure::describe(error, url);
    let mut response = request.send().await.map_err(failed)?;
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(HubError::new(Code::TooLarge, "The answer is too long.").with_url(url));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body,
    })
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The field of an object of JSON.
    pub(crate) fn field(&self, name: &str) -> Option<Token> {
        let value: Value = serde_json::from_slice(&self.body).ok()?;
        Some(Token::from(value.get(name)?.as_str()?))
    }

    /// The token inside, whatever the status; else why there is none, as one word and as an error.
    pub(crate) fn granted(&self, url: &Url, secrets: &Secrets) -> Result<Granted, (String, HubError)> {
        let answer: Answer = serde_json::from_slice(&self.body).unwrap_or_default();
        let keep = |text: String| {
            let token = Token::from(text);
            secrets.keep(&token);
            token
        };
        let refresh_token = answer.refresh_token.filter(|text| !text.is_empty()).map(keep);
        if let Some(text) = answer.access_token.filter(|text| !text.is_empty()) {
            let token = keep(text);
            // What is neither a number nor absent is no length of time at all.
            let expires_in = answer.expires_in.as_ref().map(|value| whole(value).unwrap_or(0));
            return Ok(Granted {
                token,
                refresh_token,
                expires_in,
            });
        }
        let said: Vec<&str> = [&answer.error, &answer.error_description]
            .into_iter()
            .filter_map(|value| value.as_ref()?.as_str())
            .collect();
        let word = said.first().copied().unwrap_or_default().to_owned();
        Err((word, self.refusal(url, &said.join(": "), secrets)))
    }

    /// The error of an answer that does not have what it should; `said` is what the server says in its body.
    pub(crate) fn refusal(&self, url: &Url, said: &str, secrets: &Secrets) -> HubError {
        let shown = |text: &str| crate::redact::server_text(&secrets.mask(text));
        let said = match crate::protocol::error_message(&self.headers) {
            Some(message) if said.is_empty() => shown(&message),
            _ => shown(said),
        };
        let host = url.host_str().unwrap_or("The server");
        let why = said
            .as_deref()
            .map_or_else(String::new, |said| format!(" ({})", said.trim_end_matches('.')));
        let message = match self.status {
            200..300 => format!("{host} answered without a token{why}."),
            300..400 => format!(
                "{host} redirected ({}), which is not followed with a secret.",
                self.status
            ),
            status => format!("{host} answered {status}{why}."),
        };
        let mut error = HubError::new(Code::Protocol, message);
        if matches!(self.status, 408 | 429 | 500 | 502 | 503 | 504) {
            error = error.with_retry(crate::protocol::wait_asked(&self.headers, SystemTime::now()));
        }
        error
            .with_status(self.status)
            .with_url(url)
            .with_request_id(crate::protocol::request_id(&self.headers).and_then(|id| shown(&id)))
            .with_server_message(said)
    }
}

/// A whole number, also where it is written as text or with a fraction; what is below zero counts as zero.
fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.trim().parse::<i64>().ok()?.max(0).try_into().ok(),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast ends at the limits, as it should here"
        )]
        _ => value
            .as_u64()
            .or_else(|| value.as_f64().map(|number| number as u64)),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn granted(status: u16, body: &str) -> Result<Granted, (String, HubError)> {
        let reply = Reply {
            status,
            headers: HeaderMap::new(),
            body: Zeroizing::new(body.as_bytes().to_vec()),
        };
        let url = Url::parse("https://hub.example/oauth/token").unwrap();
        reply.granted(&url, &Secrets::default())
    }

    #[test]
    fn a_length_of_time_is_a_whole_number() {
        // int(…) of Python, and nothing below zero.
        for (written, expected) in [
            ("3600", 3600),
            ("\" 60 \"", 60),
            ("1.9", 1),
            ("-5", 0),
            ("\"-5\"", 0),
            ("\"soon\"", 0),
        ] {
            let body = format!("{{\"access_token\":\"x\",\"expires_in\":{written}}}");
            assert_eq!(
                granted(200, &body).unwrap_or_else(|_| unreachable!()).expires_in,
                Some(expected)
            );
        }
        let without = granted(200, "{\"access_token\":\"x\"}").unwrap_or_else(|_| unreachable!());
        assert_eq!(without.expires_in, None);
    }

    #[test]
    fn what_has_no_token_says_why() {
        for (status, body, word, message) in [
            (
                400,
                "{\"error\":\"invalid_grant\",\"error_description\":\"Gone.\"}",
                "invalid_grant",
                "hub.example answered 400 (invalid_grant: Gone).",
            ),
            (500, "<html>", "", "hub.example answered 500."),
            (
                200,
                "{\"access_token\":\"\"}",
                "",
                "hub.example answered without a token.",
            ),
            (
                200,
                "{\"access_token\":7}",
                "",
                "hub.example answered without a token.",
            ),
            (
                307,
                "",
                "",
                "hub.example redirected (307), which is not followed with a secret.",
            ),
        ] {
            let (found, error) = granted(status, body).err().unwrap();
            assert_eq!((found.as_str(), error.message()), (word, message));
        }
    }
}
