//! Tests of the table of refusals.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;

use super::*;
use crate::credential::TokenOption;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(k, v)| (HeaderName::from_static(k), v.parse().unwrap()))
        .collect()
}

fn refused(status: u16, pairs: &[(&'static str, &str)], token: bool) -> HubError {
    refused_with(status, pairs, token, b"")
}

fn refused_with(status: u16, pairs: &[(&'static str, &str)], token: bool, body: &[u8]) -> HubError {
    let endpoint = Endpoint::choose(Some("https://hub.example"), &crate::Variables::default()).unwrap();
    let map: HashMap<String, String> = [("HF_TOKEN".to_owned(), "hf_markedmarked".to_owned())].into();
    let credential = crate::credential::choose(&map.into(), &TokenOption::Implicit, &[]).unwrap();
    let credential = credential.filter(|_| token);
    let about = About {
        endpoint: &endpoint,
        credential: credential.as_ref(),
        repo_id: "o/n",
        revision: "v9",
        file: Some("tokenizer.json"),
    };
    let hop = Hop::first(
        endpoint.resolve("o/n", "v9", "tokenizer.json").unwrap(),
        &endpoint,
    );
    refusal(&about, &hop, token, status, &headers(pairs), body)
}

#[test]
fn the_table() {
    let gated = [("x-error-code", "GatedRepo")];
    let wrong = [("x-error-message", "Invalid credentials in Authorization header")];
    let anonymous = [("x-error-message", "Invalid username or password.")];
    for (status, pairs, token, code) in [
        (401, &gated[..], false, "ERR_HUB_TOKEN_MISSING"),
        (403, &gated[..], false, "ERR_HUB_TOKEN_MISSING"),
        (403, &gated[..], true, "ERR_HUB_ACCESS_DENIED"),
        (401, &gated[..], true, "ERR_HUB_TOKEN_INVALID"),
        (401, &wrong[..], true, "ERR_HUB_TOKEN_INVALID"),
        (
            401,
            &[("x-error-message", "Invalid user token")][..],
            true,
            "ERR_HUB_TOKEN_INVALID",
        ),
        (401, &anonymous[..], false, "ERR_HUB_REPO_NOT_FOUND"),
        (
            404,
            &[("x-error-code", "RepoNotFound")][..],
            true,
            "ERR_HUB_REPO_NOT_FOUND",
        ),
        (
            404,
            &[("x-error-code", "RevisionNotFound")][..],
            true,
            "ERR_HUB_REVISION_NOT_FOUND",
        ),
        (
            404,
            &[("x-error-code", "EntryNotFound")][..],
            true,
            "ERR_HUB_FILE_NOT_FOUND",
        ),
        (404, &[][..], false, "ERR_HUB_FILE_NOT_FOUND"),
        (
            403,
            &[("x-error-message", "Access to this resource is disabled.")][..],
            true,
            "ERR_HUB_REPO_DISABLED",
        ),
        (403, &[][..], true, "ERR_HUB_ACCESS_DENIED"),
        (400, &[][..], true, "ERR_HUB_PROTOCOL"),
        (407, &[][..], true, "ERR_HUB_NETWORK"),
        (408, &[][..], true, "ERR_HUB_TIMEOUT"),
        (429, &[][..], true, "ERR_HUB_RATE_LIMITED"),
        (500, &[][..], true, "ERR_HUB_SERVER"),
        (599, &[][..], true, "ERR_HUB_SERVER"),
    ] {
        let error = refused(status, pairs, token);
        assert_eq!(error.code(), code, "{status} {pairs:?} {token}");
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.token_source().is_some(), token);
        assert_eq!(
            (error.repo_id(), error.revision(), error.file()),
            (Some("o/n"), Some("v9"), Some("tokenizer.json"))
        );
    }
}

#[test]
fn messages_say_what_to_do() {
    let missing = refused(401, &[("x-error-code", "GatedRepo")], false);
    assert!(missing.hint().unwrap().contains("https://hub.example/o/n"));
    assert!(missing.hint().unwrap().contains("HF_TOKEN"));
    let denied = refused(403, &[("x-error-code", "GatedRepo")], true);
    assert!(denied.message().contains("HF_TOKEN"));
    assert!(denied.hint().unwrap().contains("https://hub.example/o/n"));
    let anonymous = refused(401, &[], false);
    assert!(
        anonymous
            .message()
            .contains("does not exist, or is private or gated and no token was sent")
    );
}

#[test]
fn the_servers_words_are_kept_and_cleaned() {
    let error = refused_with(
        403,
        &[("x-request-id", "Root=1-abc")],
        true,
        br#"{"error":"no hf_markedmarked at https://x/?sig=secretsig\u0007"}"#,
    );
    assert_eq!(error.server_message(), Some("no **** at https://x/?****"));
    assert_eq!(error.request_id(), Some("Root=1-abc"));
    let shown = format!("{error:?} {error}");
    assert!(!shown.contains("marked") && !shown.contains("secretsig"));
    assert_eq!(
        refused_with(400, &[], true, br#"{"error":["a","b"]}"#).server_message(),
        Some("a; b")
    );
    assert_eq!(
        refused_with(400, &[], true, br#"{"errors":[{"message":"c"}]}"#).server_message(),
        Some("c")
    );
    assert_eq!(refused_with(400, &[], true, b"<html>").server_message(), None);
}

#[test]
fn waiting_times() {
    let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
    let wait = |pairs: &[(&'static str, &str)]| wait_asked(&headers(pairs), now).map(|d| d.as_secs());
    assert_eq!(wait(&[("ratelimit", "\"resolvers\";r=0;t=12")]), Some(13));
    assert_eq!(wait(&[("ratelimit", "\"resolvers\";r=5;t=12")]), None);
    assert_eq!(
        wait(&[("ratelimit", "\"resolvers\";r=5;t=12"), ("retry-after", "7")]),
        Some(7)
    );
    assert_eq!(
        wait(&[("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT")]),
        Some(60)
    );
    assert_eq!(wait(&[("retry-after", "soon")]), None);
    assert_eq!(
        wait(&[(
            "ratelimit",
            "\"api\";r=1;t=1, \"resolvers\";r=0;t=18446744073709551615"
        )]),
        Some(u64::MAX)
    );
}

#[test]
fn metadata_is_gathered_over_hops() {
    let sha1 = "ce013625030ba8dba906f756967f9e9ca394464a";
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let mut meta = Metadata::default();
    meta.add(
        &headers(&[
            ("x-repo-commit", commit),
            ("content-length", "99"),
            ("etag", "\"weird\""),
        ]),
        true,
        false,
    )
    .unwrap();
    assert!(meta.etag.is_none() && meta.size.is_none());
    meta.add(
        &headers(&[
            ("etag", sha1),
            ("content-length", "6"),
            ("x-repo-commit", "other"),
        ]),
        false,
        true,
    )
    .unwrap();
    assert_eq!(meta.etag.unwrap().as_str(), sha1);
    assert_eq!(meta.size, Some(6));
    for bad in ["../../../x", "main", "", &commit.to_uppercase()] {
        let error = Metadata::default()
            .add(&headers(&[("x-repo-commit", bad)]), false, true)
            .unwrap_err();
        assert_eq!(error.code(), "ERR_HUB_PROTOCOL");
    }
}
