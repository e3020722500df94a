//! What loading does when the server, the network or the disk misbehaves.

use std::sync::Arc;
use std::time::Duration;

use autotokenizer_hub::{CancellationToken, FileSpec, Filter, Source};

use crate::server::{COMMIT, Hub, Reply, Seen, Way, git_id};
use crate::{Call, text, tree};

fn is_get(seen: &Seen) -> bool {
    seen.method == "GET" && seen.target.ends_with("/tokenizer.json")
}

/// One file only, so that requests are easy to count.
fn single(hub: &Hub) -> Call {
    let mut call = Call::new(hub);
    call.request.files = vec![FileSpec::required("tokenizer.json")];
    call
}

fn blobs(call: &Call) -> Vec<String> {
    tree(&call.repo().join("blobs"))
}

#[tokio::test]
async fn bodies_that_break_off_are_taken_up_again() {
    let hub = Hub::start().await;
    let whole = vec![b'x'; 100_000];
    hub.put("tokenizer.json", &whole, false);
    for way in [Way::CutAt(40_000), Way::ResetAt(40_000), Way::NoLength(40_000)] {
        let cut = way.clone();
        hub.fault(move |seen, before, right| {
            if is_get(seen) && before == 0 {
                right.way(cut.clone())
            } else {
                right
            }
        });
        hub.forget();
        let call = single(&hub);
        assert_eq!(
            call.load().await.unwrap().files[0].bytes.as_ref().unwrap(),
            &whole,
            "{way:?}"
        );
        let ranges: Vec<_> = hub
            .seen()
            .iter()
            .filter_map(|s| s.header("range").map(str::to_owned))
            .collect();
        assert_eq!(ranges.len(), 1, "{way:?}");
        if !matches!(way, Way::ResetAt(_)) {
            assert_eq!(ranges, ["bytes=40000-"]);
        }
        assert_eq!(blobs(&call), [git_id(&whole)]);
    }
}

#[tokio::test]
async fn a_file_of_another_commit_is_refused() {
    let hub = Hub::start().await;
    // The bytes are right: only the header tells that the server answers for another commit than it was asked for.
    hub.fault(|seen, _, right| {
        if is_get(seen) {
            let other = COMMIT.chars().rev().collect::<String>();
            right.with("X-Repo-Commit", &other)
        } else {
            right
        }
    });
    let call = single(&hub);
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_PROTOCOL");
    assert!(blobs(&call).is_empty());
}

/// What a hotel's network answers to everything until somebody has logged in.
fn portal(etag: &str) -> Reply {
    Reply::new(200)
        .with("Content-Type", "text/html")
        .with("ETag", etag)
        .body(b"<html>Please log in</html>")
}

#[tokio::test]
async fn a_page_in_place_of_the_hub_is_no_connection() {
    for etag in ["\"5f3e-62d\"", &git_id(b"<html>Please log in</html>")] {
        let hub = Hub::start().await;
        let mut call = Call::new(&hub);
        let tag = etag.to_owned();
        hub.fault(move |_, _, _| portal(&tag));
        assert_eq!(
            call.load().await.unwrap_err().code(),
            "ERR_HUB_PROTOCOL",
            "{etag}"
        );
        assert!(!call.repo().exists());
        hub.fault(|_, _, right| right);
        call.load().await.unwrap();

        let tag = etag.to_owned();
        hub.fault(move |_, _, _| portal(&tag));
        let loaded = call.load().await.unwrap();
        assert_eq!(
            (loaded.source, loaded.commit.as_deref()),
            (Source::Cache, Some(COMMIT))
        );
        assert_eq!(text(&loaded, 0), "{\"a\":1}\n");
        assert_eq!(call.warnings(), ["ERR_HUB_PROTOCOL"]);
        let saved = autotokenizer_hub::snapshot(
            &call.variables.clone().into(),
            call.request.clone(),
            &Filter::default(),
            Arc::new(|_| {}),
            CancellationToken::new(),
        )
        .await;
        assert_eq!(saved.unwrap().source, Source::Cache);

        call.request.strict = true;
        assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_PROTOCOL");
        call.request.strict = false;
        call.request.force_download = true;
        assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_PROTOCOL");
        // A Hub that says something wrong is another matter.
        call.request.force_download = false;
        hub.fault(|_, _, right| right.with("ETag", "\"5f3e-62d\""));
        hub.repo.lock().unwrap().commit = COMMIT.replace('0', "e");
        assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_PROTOCOL");
    }
}

#[tokio::test]
async fn a_part_of_something_else_is_not_joined() {
    let hub = Hub::start().await;
    let whole = vec![b'x'; 100_000];
    hub.put("tokenizer.json", &whole, false);
    for lie in [
        "bytes 40001-99999/100000",
        "bytes 40000-99999/100001",
        "bytes */100000",
        "40000-99999/100000",
    ] {
        hub.forget();
        hub.fault(move |seen, before, right| match before {
            _ if !is_get(seen) => right,
            0 => right.way(Way::CutAt(40_000)),
            1 => right.with("Content-Range", lie),
            _ => right,
        });
        let loaded = single(&hub).load().await.unwrap();
        assert_eq!(loaded.files[0].bytes.as_ref(), Some(&whole));
        let gets: Vec<_> = hub.seen().into_iter().filter(is_get).collect();
        let ranges: Vec<_> = gets.iter().map(|seen| seen.header("range")).collect();
        assert_eq!(ranges, [None, Some("bytes=40000-"), None], "{lie}");
    }
}

#[tokio::test]
async fn a_server_without_ranges_starts_again() {
    let hub = Hub::start().await;
    hub.put("tokenizer.json", &[b'y'; 5000], false);
    let body = vec![b'y'; 5000];
    hub.fault(move |seen, before, right| match (is_get(seen), before) {
        (true, 0) => right.way(Way::CutAt(1000)),
        (true, _) => Reply { status: 200, ..right }
            .without("Content-Range")
            .body(&body),
        _ => right,
    });
    assert_eq!(
        single(&hub).load().await.unwrap().files[0]
            .bytes
            .as_ref()
            .unwrap()
            .len(),
        5000
    );
}

#[tokio::test]
async fn truncated_for_good_is_an_error_and_leaves_nothing() {
    let hub = Hub::start().await;
    hub.fault(|seen, _, right| {
        if is_get(seen) {
            right.way(Way::NoLength(0))
        } else {
            right
        }
    });
    let call = single(&hub);
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_NETWORK");
    assert!(blobs(&call).is_empty());
    assert!(!call.repo().exists());
}

#[tokio::test]
async fn wrong_bytes_are_fetched_once_more_and_then_refused() {
    let hub = Hub::start().await;
    for large in [false, true] {
        hub.put("tokenizer.json", b"{\"a\":1}\n", large);
        let is_body = move |seen: &Seen| {
            seen.method == "GET" && (seen.target.starts_with("cdn:") || (!large && is_get(seen)))
        };
        hub.forget();
        hub.fault(move |seen, _, right| {
            if is_body(seen) {
                right.body(b"{\"a\":2}\n")
            } else {
                right
            }
        });
        let call = single(&hub);
        assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_INTEGRITY");
        assert!(!call.repo().exists());
        assert_eq!(hub.requests().iter().filter(|r| r.starts_with("GET")).count(), 2);
        hub.forget();
        hub.fault(move |seen, before, right| {
            if is_body(seen) && before == 0 {
                right.body(b"{\"a\":2}\n")
            } else {
                right
            }
        });
        assert_eq!(text(&call.load().await.unwrap(), 0), "{\"a\":1}\n");
        // Who compresses on the way may be who changes it.
        let encodings: Vec<_> = hub
            .seen()
            .into_iter()
            .filter(|seen| seen.method == "GET")
            .collect();
        let encodings = encodings.iter().map(|seen| seen.header("accept-encoding"));
        assert_eq!(encodings.collect::<Vec<_>>(), [Some("gzip"), Some("identity")]);
    }
}

#[tokio::test]
async fn a_refused_get_after_a_good_head_stores_nothing() {
    let hub = Hub::start().await;
    for (status, code) in [
        (401, "ERR_HUB_REPO_NOT_FOUND"),
        (403, "ERR_HUB_ACCESS_DENIED"),
        (500, "ERR_HUB_SERVER"),
    ] {
        hub.fault(move |seen, _, right| {
            if is_get(seen) {
                Reply::new(status).body(b"<html>")
            } else {
                right
            }
        });
        let mut call = single(&hub);
        call.request.timeouts.retries = Some(1);
        let error = call.load().await.unwrap_err();
        assert_eq!((error.code(), error.status()), (code, Some(status)));
        assert!(!call.repo().exists());
    }
}

#[tokio::test]
async fn bursts_of_failures_are_survived() {
    let hub = Hub::start().await;
    for status in [429, 500, 502, 503, 504, 408] {
        hub.forget();
        hub.fault(move |_, before, right| if before == 0 { Reply::new(status) } else { right });
        assert!(single(&hub).load().await.is_ok(), "{status}");
    }
    hub.fault(|_, _, _| Reply::new(429).with("RateLimit", "\"resolvers\";r=0;t=3600"));
    hub.forget();
    let error = single(&hub).load().await.unwrap_err();
    assert_eq!(error.code(), "ERR_HUB_RATE_LIMITED");
    assert_eq!(hub.requests().len(), 1);
}

#[tokio::test]
async fn hostile_headers_are_refused() {
    let hub = Hub::start().await;
    for (name, value) in [
        ("X-Repo-Commit", "../../../x"),
        ("X-Repo-Commit", "main"),
        ("ETag", "\"../../x\""),
        ("ETag", "\"/abs/path\""),
        ("X-Linked-Etag", "..\\x"),
        ("Content-Length", "1152921504606846976"),
    ] {
        hub.fault(move |_, _, right| right.with(name, value));
        let call = single(&hub);
        let code = call.load().await.unwrap_err().code();
        assert!(
            ["ERR_HUB_PROTOCOL", "ERR_HUB_TOO_LARGE"].contains(&code),
            "{name} {code}"
        );
        assert!(!call.repo().exists());
        assert_eq!(
            tree(call.root.path())
                .iter()
                .filter(|p| !p.starts_with("hub/.locks"))
                .count(),
            0
        );
    }
    hub.fault(|_, _, right| right.without("X-Repo-Commit"));
    assert_eq!(single(&hub).load().await.unwrap_err().code(), "ERR_HUB_PROTOCOL");
}

#[tokio::test]
async fn hostile_redirects_are_refused() {
    let hub = Hub::start().await;
    for location in [
        "/org/name/resolve/main/tokenizer.json",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
    ] {
        hub.fault(move |_, _, _| Reply::new(302).with("Location", location));
        assert_eq!(
            single(&hub).load().await.unwrap_err().code(),
            "ERR_HUB_REDIRECT",
            "{location}"
        );
    }
    hub.fault(|_, _, _| Reply::new(302));
    assert_eq!(single(&hub).load().await.unwrap_err().code(), "ERR_HUB_PROTOCOL");
}

#[tokio::test]
async fn silence_and_dripping_end_in_time() {
    let hub = Hub::start().await;
    hub.fault(|_, _, right| right.way(Way::Never));
    let mut call = single(&hub);
    call.request.timeouts.connect = Some(Duration::from_millis(100));
    call.request.timeouts.first_byte = Some(Duration::from_millis(100));
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_TIMEOUT");
    hub.put("tokenizer.json", &[b'z'; 2000], false);
    let drip = Way::Drip(Duration::from_millis(20));
    hub.fault(move |seen, _, right| {
        if is_get(seen) {
            right.way(drip.clone())
        } else {
            right
        }
    });
    let mut call = single(&hub);
    call.request.timeouts.min_rate_window = Some(Duration::from_millis(300));
    let error = call.load().await.unwrap_err();
    assert_eq!(error.code(), "ERR_HUB_TIMEOUT");
    assert!(error.message().contains("bytes a second"));
    let mut call = single(&hub);
    call.request.timeouts.total = Some(Duration::from_millis(500));
    call.request.timeouts.min_rate = Some(0);
    let error = call.load().await.unwrap_err();
    assert_eq!(error.code(), "ERR_HUB_TIMEOUT");
    assert!(error.message().contains("in all"), "{error}");
    assert!(!call.repo().exists());
}

#[tokio::test]
async fn too_large_is_refused_before_and_while_it_comes() {
    let hub = Hub::start().await;
    hub.put("tokenizer.json", &[b'z'; 2000], false);
    let mut call = single(&hub);
    call.request.timeouts.max_size = Some(1000);
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_TOO_LARGE");
    assert!(!hub.requests().iter().any(|r| r.starts_with("GET")));
    hub.fault(|seen, _, right| {
        if seen.method == "HEAD" {
            right.way(Way::NoLength(0))
        } else {
            right
        }
    });
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_TOO_LARGE");
}

#[tokio::test]
async fn a_missing_length_is_no_obstacle() {
    let hub = Hub::start().await;
    hub.fault(|_, _, right| right.way(Way::NoLength(usize::MAX)));
    assert_eq!(text(&single(&hub).load().await.unwrap(), 0), "{\"a\":1}\n");
}

#[tokio::test]
async fn a_copy_is_served_with_a_warning_unless_strict() {
    let hub = Hub::start().await;
    let mut call = single(&hub);
    call.load().await.unwrap();
    for (status, code) in [
        (401, "ERR_HUB_REPO_NOT_FOUND"),
        (403, "ERR_HUB_ACCESS_DENIED"),
        (503, "ERR_HUB_SERVER"),
        (0, "ERR_HUB_NETWORK"),
    ] {
        hub.fault(move |_, _, _| {
            if status == 0 {
                Reply::new(200).way(Way::ResetAt(0))
            } else {
                Reply::new(status)
            }
        });
        if status == 0 {
            call.set("HF_ENDPOINT", "http://127.0.0.1:1");
        }
        call.request.strict = false;
        assert_eq!(call.load().await.unwrap().source, Source::Cache);
        assert_eq!(call.warnings(), [code]);
        call.request.strict = true;
        assert_eq!(call.load().await.unwrap_err().code(), code);
    }
    call.set("HF_ENDPOINT", &hub.url());
    call.request.strict = false;
    hub.fault(|_, _, _| Reply::new(404).with("X-Error-Code", "RevisionNotFound"));
    assert_eq!(
        call.load().await.unwrap_err().code(),
        "ERR_HUB_REVISION_NOT_FOUND"
    );
}

#[tokio::test]
async fn useless_files_are_judged_before_they_are_stored() {
    let hub = Hub::start().await;
    hub.put("tokenizer.json", b"<html>", false);
    let mut call = single(&hub);
    call.check = Some(Arc::new(|name, bytes| {
        assert_eq!(name, "tokenizer.json");
        if bytes.starts_with(b"{") {
            Ok(())
        } else {
            Err("it is not JSON".to_owned())
        }
    }));
    let error = call.load().await.unwrap_err();
    assert_eq!(error.code(), "ERR_HUB_FILE_INVALID");
    assert!(!call.repo().exists());
    // A copy that someone else stored is fetched once more, then removed with all that it leaves empty.
    let check = call.check.take();
    call.load().await.unwrap();
    call.check = check;
    hub.forget();
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_FILE_INVALID");
    assert_eq!(hub.requests().iter().filter(|r| r.starts_with("GET")).count(), 1);
    assert!(!call.repo().exists());
    // The same for a blob that so far belongs to another commit.
    let check = call.check.take();
    call.load().await.unwrap();
    call.check = check;
    let next = COMMIT.chars().rev().collect::<String>();
    hub.repo.lock().unwrap().commit = next;
    hub.forget();
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_FILE_INVALID");
    assert_eq!(hub.requests().iter().filter(|r| r.starts_with("GET")).count(), 1);
    assert!(!call.repo().exists());
}

#[tokio::test]
async fn a_damaged_copy_heals() {
    let hub = Hub::start().await;
    let mut call = single(&hub);
    let path = call.load().await.unwrap().files[0].path.clone().unwrap();
    for damage in [&b"{\"a\":2}\n"[..], b"", b"{"] {
        std::fs::write(&path, damage).unwrap();
        hub.forget();
        let healed = call.load().await.unwrap();
        assert_eq!(
            (text(&healed, 0), healed.source),
            ("{\"a\":1}\n", Source::Network)
        );
        assert_eq!(std::fs::read(&path).unwrap(), b"{\"a\":1}\n");
        assert_eq!(hub.requests().iter().filter(|r| r.starts_with("GET")).count(), 1);
    }
    std::fs::write(&path, b"bad").unwrap();
    call.request.local_files_only = true;
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_INTEGRITY");
    call.request.local_files_only = false;
    call.request.revision = Some(COMMIT.to_owned());
    assert_eq!(call.load().await.unwrap().source, Source::Network);
}

#[tokio::test]
async fn many_at_once_download_once() {
    let hub = Hub::start().await;
    hub.put("tokenizer.json", &vec![b'q'; 300_000], true);
    let call = Arc::new(single(&hub));
    let loads: Vec<_> = (0..16)
        .map(|_| {
            let call = Arc::clone(&call);
            tokio::spawn(async move {
                call.load()
                    .await
                    .map(|s| s.files[0].bytes.as_ref().unwrap().len())
            })
        })
        .collect();
    for load in loads {
        assert_eq!(load.await.unwrap().unwrap(), 300_000);
    }
    assert_eq!(hub.cdn_seen.lock().unwrap().len(), 1);
    assert_eq!(blobs(&call).len(), 1);
}
