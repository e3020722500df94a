//! Downloads to disk, snapshots, accounts, and looking after the cache.

use std::sync::Arc;

use autotokenizer_hub::{
    CancellationToken, FileSpec, Filter, Source, TokenOption, Variables, check_access, delete_from_cache,
    download, preload, scan_cache, snapshot, whoami,
};

use crate::server::{COMMIT, Hub, Reply, Way, sha256};
use crate::{Call, tree};

fn variables(call: &Call) -> Variables {
    call.variables.clone().into()
}

fn quiet() -> autotokenizer_hub::OnEvent {
    Arc::new(|_| {})
}

fn big() -> Vec<u8> {
    (0..3_000_000u32)
        .map(|i| u8::try_from(i.wrapping_mul(2_654_435_761) >> 24).unwrap())
        .collect()
}

fn one(call: &Call, name: &str) -> autotokenizer_hub::Request {
    autotokenizer_hub::Request {
        files: vec![FileSpec::required(name)],
        ..call.request.clone()
    }
}

#[tokio::test]
async fn a_killed_download_goes_on_where_it_was() {
    let hub = Hub::start().await;
    let bytes = big();
    hub.put("model.bin", &bytes, true);
    let etag = sha256(&bytes);
    // What a killed process leaves, good or bad, in Python's or our way of naming.
    for (good, name) in [
        (true, format!("{etag}.0a1b2c3d.incomplete")),
        (false, format!("{etag}.ffffffff.incomplete")),
    ] {
        let call = Call::new(&hub);
        let blobs = call.repo().join("blobs");
        std::fs::create_dir_all(&blobs).unwrap();
        let left = if good {
            bytes[..2_000_000].to_vec()
        } else {
            vec![0; 2_000_000]
        };
        std::fs::write(blobs.join(name), left).unwrap();
        std::fs::write(blobs.join(format!("{etag}.00000000.incomplete")), b"short").unwrap();
        hub.forget();
        let saved = download(
            &variables(&call),
            one(&call, "model.bin"),
            quiet(),
            CancellationToken::new(),
        )
        .await;
        let saved = saved.unwrap();
        assert_eq!(std::fs::read(saved.files[0].1.as_ref().unwrap()).unwrap(), bytes);
        assert_eq!((saved.source, saved.commit.as_str()), (Source::Network, COMMIT));
        let ranges: Vec<_> = hub
            .cdn_seen
            .lock()
            .unwrap()
            .iter()
            .map(|s| s.header("range").map(str::to_owned))
            .collect();
        let resumed = Some("bytes=2000000-".to_owned());
        assert_eq!(ranges, if good { vec![resumed] } else { vec![resumed, None] });
        assert_eq!(tree(&blobs), std::slice::from_ref(&etag));
    }
}

#[tokio::test]
async fn a_broken_off_download_keeps_what_it_has() {
    let hub = Hub::start().await;
    let bytes = big();
    hub.put("model.bin", &bytes, true);
    let mut call = Call::new(&hub);
    call.request.timeouts.retries = Some(0);
    hub.fault(|seen, _, right| {
        if seen.target.starts_with("cdn:") {
            right.way(Way::CutAt(1_500_000))
        } else {
            right
        }
    });
    let failed = download(
        &variables(&call),
        one(&call, "model.bin"),
        quiet(),
        CancellationToken::new(),
    )
    .await;
    assert_eq!(failed.unwrap_err().code(), "ERR_HUB_NETWORK");
    let left = tree(&call.repo().join("blobs"));
    assert_eq!(left.len(), 1);
    assert!(scan_cache(&variables(&call), None).unwrap().incomplete[0].1 == 1_500_000);
    hub.fault(|_, _, right| right);
    hub.forget();
    let saved = download(
        &variables(&call),
        one(&call, "model.bin"),
        quiet(),
        CancellationToken::new(),
    )
    .await
    .unwrap();
    assert_eq!(std::fs::read(saved.files[0].1.as_ref().unwrap()).unwrap(), bytes);
    assert_eq!(
        hub.cdn_seen.lock().unwrap()[0].header("range"),
        Some("bytes=1500000-")
    );
    hub.forget();
    let again = download(
        &variables(&call),
        one(&call, "model.bin"),
        quiet(),
        CancellationToken::new(),
    )
    .await
    .unwrap();
    assert_eq!((again.source, hub.requests().len()), (Source::Cache, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn downloads_at_once_take_it_once() {
    let hub = Hub::start().await;
    let bytes = big();
    hub.put("model.bin", &bytes, true);
    let call = Call::new(&hub);
    let variables = variables(&call);
    let all = (0..6).map(|_| {
        download(
            &variables,
            one(&call, "model.bin"),
            quiet(),
            CancellationToken::new(),
        )
    });
    for saved in futures_util::future::join_all(all).await {
        let saved = saved.unwrap();
        assert_eq!(std::fs::read(saved.files[0].1.as_ref().unwrap()).unwrap(), bytes);
    }
    assert_eq!(hub.cdn_seen.lock().unwrap().len(), 1);
    // Nor is it taken again for another commit.
    let other = COMMIT.chars().rev().collect::<String>();
    hub.repo.lock().unwrap().commit.clone_from(&other);
    hub.forget();
    let saved = download(
        &variables,
        one(&call, "model.bin"),
        quiet(),
        CancellationToken::new(),
    )
    .await
    .unwrap();
    assert_eq!((saved.source, saved.commit), (Source::Cache, other));
    assert!(hub.cdn_seen.lock().unwrap().is_empty());
}

/// Answers the list of a revision's files.
fn with_api(hub: &Hub, names: &'static [&'static str]) {
    hub.fault(move |seen, _, right| {
        if seen.target == "/api/models/org/name/revision/main" {
            let siblings: Vec<String> = names
                .iter()
                .map(|name| format!("{{\"rfilename\":\"{name}\"}}"))
                .collect();
            let body = format!("{{\"sha\":\"{COMMIT}\",\"siblings\":[{}]}}", siblings.join(","));
            return Reply::new(200).body(body.as_bytes());
        }
        right
    });
}

#[tokio::test]
async fn snapshots_are_filtered_and_pinned() {
    let hub = Hub::start().await;
    hub.put("onnx/model.onnx", b"onnx", true);
    with_api(
        &hub,
        &[
            "tokenizer.json",
            "tokenizer_config.json",
            "onnx/model.onnx",
            "../../evil",
        ],
    );
    let call = Call::new(&hub);
    let filter = Filter {
        allow: vec!["*.json".to_owned(), "onnx/".to_owned()],
        ignore: vec!["*config*".to_owned()],
    };
    let events = Arc::clone(&call.events);
    let told: autotokenizer_hub::OnEvent = Arc::new(move |event| events.lock().unwrap().push(event));
    let saved = snapshot(
        &variables(&call),
        call.request.clone(),
        &filter,
        told,
        CancellationToken::new(),
    )
    .await
    .unwrap();
    let names: Vec<_> = saved.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["tokenizer.json", "onnx/model.onnx"]);
    assert_eq!(call.warnings(), ["FILE_SKIPPED"]);
    assert!(
        hub.requests()[1..].iter().all(|request| request.contains(COMMIT)),
        "{:?}",
        hub.requests()
    );
    assert!(
        saved
            .files
            .iter()
            .all(|(_, path)| path.as_ref().unwrap().is_file())
    );
    // Offline it is what the cache has.
    let mut request = call.request.clone();
    request.local_files_only = true;
    hub.forget();
    let cached = snapshot(
        &variables(&call),
        request.clone(),
        &Filter::default(),
        quiet(),
        CancellationToken::new(),
    )
    .await;
    assert_eq!(cached.unwrap().files.len(), 2);
    request.repo_id = "org/other".to_owned();
    let error = snapshot(
        &variables(&call),
        request,
        &filter,
        quiet(),
        CancellationToken::new(),
    )
    .await
    .unwrap_err();
    assert_eq!(error.code(), "ERR_HUB_OFFLINE");
    assert!(hub.requests().is_empty());
}

#[tokio::test]
async fn preloading_makes_the_network_needless() {
    let hub = Hub::start().await;
    let mut call = Call::new(&hub);
    let loaded = preload(
        &variables(&call),
        call.request.clone(),
        quiet(),
        None,
        CancellationToken::new(),
    )
    .await
    .unwrap();
    assert!(loaded.folder.unwrap().join("tokenizer.json").is_file());
    call.set("HF_HUB_OFFLINE", "1");
    assert_eq!(call.load().await.unwrap().source, Source::Cache);
}

#[tokio::test]
async fn whoami_needs_a_token_that_may_travel() {
    let hub = Hub::start().await;
    hub.fault(
        |seen, _, right| match (seen.target.as_str(), seen.header("authorization")) {
            ("/api/whoami-v2", Some("Bearer hf_good")) => {
                Reply::new(200).body(br#"{"type":"user","name":"me","auth":{"accessToken":{"role":"read"}}}"#)
            }
            ("/api/whoami-v2", _) => Reply::new(401).body(br#"{"error":"Invalid user token"}"#),
            _ => right,
        },
    );
    let mut call = Call::new(&hub);
    let ask =
        async |call: &Call| whoami(&variables(call), &call.request, quiet(), CancellationToken::new()).await;
    assert_eq!(ask(&call).await.unwrap_err().code(), "ERR_HUB_TOKEN_MISSING");
    assert!(hub.requests().is_empty());
    call.set("HF_TOKEN", "hf_bad");
    let error = ask(&call).await.unwrap_err();
    assert_eq!(
        (error.code(), error.server_message()),
        ("ERR_HUB_TOKEN_INVALID", Some("Invalid user token"))
    );
    call.set("HF_TOKEN", "hf_good");
    let me = ask(&call).await.unwrap();
    assert_eq!(
        (me.name.as_str(), me.token.source.as_str()),
        ("me", "the environment variable HF_TOKEN")
    );
    assert_eq!(me.token.can_read_gated, Some(true));
    // Over plain http to another machine nothing is asked: without the token there is no answer.
    call.set("HF_ENDPOINT", "http://hub.invalid");
    let error = ask(&call).await.unwrap_err();
    assert_eq!(error.code(), "ERR_HUB_TOKEN_MISSING");
    assert_eq!(error.token_source(), Some("the environment variable HF_TOKEN"));
    call.set("HF_HUB_OFFLINE", "1");
    assert_eq!(ask(&call).await.unwrap_err().code(), "ERR_HUB_OFFLINE");
}

#[tokio::test]
async fn access_is_asked_for_by_auth_check() {
    let hub = Hub::start().await;
    hub.fault(
        |seen, _, right| match (seen.target.as_str(), seen.header("authorization")) {
            ("/api/models/org/name/auth-check", Some("Bearer hf_good")) => Reply::new(200).body(b"OK"),
            ("/api/models/org/name/auth-check", token) => {
                Reply::new(if token.is_some() { 403 } else { 401 }).with("X-Error-Code", "GatedRepo")
            }
            _ => right,
        },
    );
    let mut call = Call::new(&hub);
    for (token, code) in [
        (TokenOption::None, Some("ERR_HUB_TOKEN_MISSING")),
        (
            TokenOption::Explicit("hf_no".to_owned()),
            Some("ERR_HUB_ACCESS_DENIED"),
        ),
        (TokenOption::Explicit("hf_good".to_owned()), None),
    ] {
        call.request.token = token;
        let checked = check_access(
            &variables(&call),
            &call.request,
            quiet(),
            CancellationToken::new(),
        )
        .await;
        assert_eq!(checked.err().map(|error| error.code()), code);
    }
    // A network that wants a login answers with its page; the type that it gives it is not to be relied on.
    for (kind, body, code) in [
        (
            "text/html",
            "<!DOCTYPE html><title>Please log in</title>",
            Some("ERR_HUB_PROTOCOL"),
        ),
        (
            "text/plain",
            "\u{feff} \r\n<html>Please log in</html>",
            Some("ERR_HUB_PROTOCOL"),
        ),
        ("text/html", "OK", None),
        ("application/json", "{}", None),
        ("text/plain", "", None),
    ] {
        hub.fault(move |_, _, _| Reply::new(200).with("Content-Type", kind).body(body.as_bytes()));
        let checked = check_access(
            &variables(&call),
            &call.request,
            quiet(),
            CancellationToken::new(),
        )
        .await;
        assert_eq!(checked.err().map(|error| error.code()), code, "{kind} {body}");
    }
    call.request.repo_id = "../x".to_owned();
    let checked = check_access(
        &variables(&call),
        &call.request,
        quiet(),
        CancellationToken::new(),
    )
    .await;
    assert_eq!(checked.unwrap_err().code(), "ERR_HUB_INVALID_REPO_ID");
}

#[tokio::test]
async fn the_cache_can_be_looked_at_and_thinned() {
    let hub = Hub::start().await;
    let call = Call::new(&hub);
    assert_eq!(scan_cache(&variables(&call), None).unwrap().repos.len(), 0);
    call.load().await.unwrap();
    let next = COMMIT.replace('0', "e");
    hub.repo.lock().unwrap().commit = next.clone();
    hub.put("tokenizer.json", b"{\"b\":22}\n", false);
    call.load().await.unwrap();
    let report = scan_cache(&variables(&call), None).unwrap();
    let repo = &report.repos[0];
    assert_eq!(
        (repo.id.as_str(), repo.kind.as_str(), repo.revisions.len()),
        ("org/name", "model", 2)
    );
    assert_eq!((report.size, report.warnings.len()), (8 + 9 + 3, 0));
    let current = repo
        .revisions
        .iter()
        .find(|revision| revision.commit == next)
        .unwrap();
    assert_eq!(
        (current.refs.as_slice(), current.size),
        (&["main".to_owned()][..], 12)
    );
    // The shared file stays with the other commit.
    assert_eq!(
        delete_from_cache(&variables(&call), None, "org/name", Some("main")).unwrap(),
        9
    );
    let report = scan_cache(&variables(&call), None).unwrap();
    assert_eq!(
        (
            report.repos[0].revisions.len(),
            report.size,
            report.warnings.len()
        ),
        (1, 11, 0)
    );
    let gone = delete_from_cache(&variables(&call), None, "org/name", Some("main")).unwrap_err();
    assert_eq!(gone.code(), "ERR_HUB_REVISION_NOT_FOUND");
    assert_eq!(
        delete_from_cache(&variables(&call), None, "org/name", None).unwrap(),
        11
    );
    assert!(!call.repo().exists());
    assert_eq!(
        delete_from_cache(&variables(&call), None, "org/name", None)
            .unwrap_err()
            .code(),
        "ERR_HUB_REPO_NOT_FOUND"
    );
    assert_eq!(
        delete_from_cache(&variables(&call), None, "../x", None)
            .unwrap_err()
            .code(),
        "ERR_HUB_INVALID_REPO_ID"
    );
}

#[tokio::test]
async fn one_token_per_call_is_never_mixed_up() {
    let hub = Hub::start().await;
    hub.fault(|seen, _, right| {
        // Each user's own revision tells which token must come with it.
        let user = seen.header("user-agent").unwrap_or_default().to_owned();
        let sent = seen.header("authorization").unwrap_or_default();
        if sent == format!("Bearer hf_{user}") {
            right
        } else {
            Reply::new(403).with("X-Error-Code", "GatedRepo")
        }
    });
    let calls: Vec<_> = (0..40)
        .map(|user| {
            let mut call = Call::new(&hub);
            call.request.user_agent = format!("user{user}");
            call.request.token = TokenOption::Explicit(format!("hf_user{user}"));
            tokio::spawn(async move { call.load().await.map(|loaded| loaded.files.len()) })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), 3);
    }
}

/// A folder whose place is taken by a link to itself cannot be read, for root neither.
#[cfg(unix)]
#[tokio::test]
async fn a_cache_that_cannot_be_read_is_not_called_empty() {
    let hub = Hub::start().await;
    let mut call = Call::new(&hub);
    call.load().await.unwrap();
    let around =
        |path: &std::path::Path| std::os::unix::fs::symlink(path.file_name().unwrap(), path).unwrap();
    let reference = call.repo().join("refs/main");
    std::fs::remove_file(&reference).unwrap();
    around(&reference);
    let says = |error: &autotokenizer_hub::HubError, path: &std::path::Path| {
        assert_eq!(error.code(), "ERR_HUB_CACHE");
        let start = format!("{} cannot be read: ", path.display());
        assert!(error.message().starts_with(&start), "{error}");
    };
    let report = scan_cache(&variables(&call), None).unwrap();
    assert_eq!(report.repos.len(), 1);
    assert_eq!(report.warnings.len(), 1, "{:?}", report.warnings);
    assert!(report.warnings[0].starts_with(&format!("{} cannot be read: ", reference.display())));
    let kept = delete_from_cache(&variables(&call), None, "org/name", Some("main")).unwrap_err();
    says(&kept, &reference);
    hub.forget();
    for offline in [false, true] {
        call.request.local_files_only = offline;
        says(&call.load().await.unwrap_err(), &reference);
    }
    assert_eq!(hub.requests(), Vec::<String>::new());

    let root = call.cache();
    std::fs::remove_dir_all(&root).unwrap();
    around(&root);
    says(&scan_cache(&variables(&call), None).unwrap_err(), &root);

    // Nor is a folder that was named said not to be there.
    call.request.local_files_only = false;
    call.request.repo_id = root.to_str().unwrap().to_owned();
    says(&call.load().await.unwrap_err(), &root);
}
