//! Servers that do not fail but attack: without end, without sense, or for the token.

use std::time::Duration;

use autotokenizer_hub::{
    CancellationToken, FileSpec, Filter, TokenOption, Variables, check_access, download, snapshot, whoami,
};

use crate::server::{COMMIT, Hub, Reply, Seen, Way, git_id};
use crate::{Call, tree};

/// Unlike the Hub's own tokens it cannot be told by its beginning.
const TOKEN: &str = "MarkedSecretOfAnOrganisation";

fn is_get(seen: &Seen) -> bool {
    seen.method == "GET" && seen.target.ends_with("/tokenizer.json")
}

fn single(hub: &Hub) -> Call {
    let mut call = Call::new(hub);
    call.request.files = vec![FileSpec::required("tokenizer.json")];
    call
}

/// Long enough for anything that ends, so that a test of something endless fails and does not hang.
async fn ends<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(120), future)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_part_that_nobody_asked_for_is_no_progress() {
    let hub = Hub::start().await;
    let whole = vec![b'x'; 200_000];
    hub.put("tokenizer.json", &whole, false);
    let rest = whole[100..].to_vec();
    hub.fault(move |seen, _, right| {
        if is_get(seen) {
            Reply { status: 206, ..right }
                .with("Content-Range", "bytes 100-199999/200000")
                .body(&rest)
        } else {
            right
        }
    });
    let call = single(&hub);
    assert_eq!(ends(call.load()).await.unwrap_err().code(), "ERR_HUB_INTEGRITY");
    assert!(hub.requests().len() < 8, "{:?}", hub.requests());
    assert!(!call.repo().exists());
}

#[tokio::test]
async fn the_same_bytes_over_and_over_are_no_progress() {
    let hub = Hub::start().await;
    hub.put("tokenizer.json", &vec![b'x'; 200_000], false);
    hub.fault(move |seen, _, right| {
        if !is_get(seen) {
            right
        } else if seen.header("range").is_some() {
            // Nothing to go on with, so that the next attempt begins anew.
            Reply::new(416)
        } else {
            right.way(Way::CutAt(150_000))
        }
    });
    assert_eq!(
        ends(single(&hub).load()).await.unwrap_err().code(),
        "ERR_HUB_NETWORK"
    );
    assert!(hub.requests().len() < 12, "{:?}", hub.requests());
}

#[tokio::test]
async fn another_document_is_told_by_its_length() {
    let hub = Hub::start().await;
    hub.put("tokenizer.json", &[b'x'; 5000], false);
    hub.fault(|seen, _, right| {
        if is_get(seen) {
            right.body(b"<html>Please log in</html>")
        } else {
            right
        }
    });
    let call = single(&hub);
    let error = call.load().await.unwrap_err();
    assert_eq!(error.code(), "ERR_HUB_INTEGRITY");
    assert!(
        error.message().contains("26 where the Hub announced 5000"),
        "{error}"
    );
    assert_eq!(hub.seen().iter().filter(|seen| is_get(seen)).count(), 2);
    assert!(!call.repo().exists());
}

#[tokio::test]
async fn answers_that_drip_are_ended() {
    let hub = Hub::start().await;
    let drip = Way::Drip(Duration::from_millis(50));
    for status in [200, 403] {
        let drip = drip.clone();
        hub.fault(move |_, _, _| Reply::new(status).body(&[b' '; 16_000]).way(drip.clone()));
        let mut call = single(&hub);
        call.request.token = TokenOption::Explicit(TOKEN.to_owned());
        call.request.timeouts.min_rate_window = Some(Duration::from_millis(500));
        let expected = if status == 200 {
            "ERR_HUB_TIMEOUT"
        } else {
            "ERR_HUB_ACCESS_DENIED"
        };
        let variables = Variables::from(call.variables.clone());
        let quiet = || -> autotokenizer_hub::OnEvent { std::sync::Arc::new(|_| {}) };
        let asked = whoami(&variables, &call.request, quiet(), CancellationToken::new());
        assert_eq!(ends(asked).await.unwrap_err().code(), expected);
        let asked = check_access(&variables, &call.request, quiet(), CancellationToken::new());
        assert_eq!(ends(asked).await.unwrap_err().code(), expected);
        if status == 403 {
            assert_eq!(ends(call.load()).await.unwrap_err().code(), expected);
        }
    }
}

#[tokio::test]
async fn a_token_that_comes_back_is_shown_nowhere() {
    let hub = Hub::start().await;
    let small = TOKEN.to_ascii_lowercase();
    // Any JSON parser reads it as the token.
    let escaped: String = TOKEN
        .chars()
        .map(|c| format!("\\u{:04x}", u32::from(c)))
        .collect();
    let replies = [
        Reply::new(403).with("X-Request-Id", TOKEN),
        Reply::new(403).with("X-Error-Message", TOKEN),
        Reply::new(403).with("X-Error-Code", TOKEN),
        Reply::new(500).body(format!("{{\"error\":\"{TOKEN}\"}}").as_bytes()),
        Reply::new(200).with("X-Repo-Commit", COMMIT).with("ETag", TOKEN),
        Reply::new(200).with("X-Repo-Commit", TOKEN),
        Reply::new(302).with("Location", &format!("/{TOKEN}/file")),
        Reply::new(302).with("Location", &format!("http://127.0.0.1:1/{TOKEN}/file")),
        Reply::new(302).with("Location", &format!("http://{TOKEN}.invalid/")),
        Reply::new(200).body(format!("{{\"name\":\"{TOKEN}\"}}").as_bytes()),
        Reply::new(200).body(format!("{{\"orgs\":\"{TOKEN}\"}}").as_bytes()),
        Reply::new(200).body(format!("{{\"name\":\"{escaped}\"}}").as_bytes()),
        Reply::new(200).body(format!("{{\"name\":\"me\",\"orgs\":[{{\"name\":\"{escaped}\"}}]}}").as_bytes()),
        Reply::new(500).body(format!("{{\"error\":\"{escaped}\"}}").as_bytes()),
        Reply::new(200).body(
            format!("{{\"sha\":\"{COMMIT}\",\"siblings\":[{{\"rfilename\":\"{escaped}\"}}]}}").as_bytes(),
        ),
    ];
    for (number, reply) in replies.into_iter().enumerate() {
        hub.fault(move |_, _, _| reply.clone());
        let mut call = single(&hub);
        call.request.token = TokenOption::Explicit(TOKEN.to_owned());
        call.request.timeouts.retries = Some(0);
        let variables = Variables::from(call.variables.clone());
        let quiet = || -> autotokenizer_hub::OnEvent { std::sync::Arc::new(|_| {}) };
        let mut shown = match call.load().await {
            Err(error) => crate::secrets::everything(&error),
            Ok(loaded) => format!("{loaded:?}"),
        };
        shown += &match whoami(&variables, &call.request, quiet(), CancellationToken::new()).await {
            Err(error) => crate::secrets::everything(&error),
            Ok(account) => format!("{account:?}"),
        };
        let events = std::sync::Arc::clone(&call.events);
        let tell = std::sync::Arc::new(move |event| events.lock().unwrap().push(event));
        let (request, all) = (call.request.clone(), Filter::default());
        shown += &match snapshot(&variables, request, &all, tell, CancellationToken::new()).await {
            Err(error) => crate::secrets::everything(&error),
            Ok(saved) => format!("{saved:?}"),
        };
        shown += &format!("{:?} {:?}", call.events.lock().unwrap(), tree(call.root.path()));
        assert!(
            !shown.contains(TOKEN) && !shown.contains(&small),
            "case {number}: {shown}"
        );
    }
}

#[tokio::test]
async fn bad_names_are_neither_asked_for_nor_stored() {
    let hub = Hub::start().await;
    let call = single(&hub);
    let variables = Variables::from(call.variables.clone());
    let quiet = || -> autotokenizer_hub::OnEvent { std::sync::Arc::new(|_| {}) };
    let mut requests = Vec::new();
    for id in ["", "a/../b", "../x", "a/b?x=1#", "a\0b"] {
        let mut request = call.request.clone();
        request.repo_id = id.to_owned();
        requests.push((request, "ERR_HUB_INVALID_REPO_ID"));
    }
    for (revision, subfolder, code) in [
        (Some("../../../x"), None, "ERR_HUB_INVALID_REVISION"),
        (None, Some("../x"), "ERR_HUB_INVALID_PATH"),
        (None, Some("nul"), "ERR_HUB_INVALID_PATH"),
    ] {
        let mut request = call.request.clone();
        request.revision = revision.map(str::to_owned);
        request.subfolder = subfolder.map(str::to_owned);
        requests.push((request, code));
    }
    for (request, code) in requests {
        let id = request.repo_id.clone();
        let all = Filter::default();
        let saved = snapshot(
            &variables,
            request.clone(),
            &all,
            quiet(),
            CancellationToken::new(),
        )
        .await;
        assert_eq!(saved.unwrap_err().code(), code, "{id:?}");
        let saved = download(&variables, request, quiet(), CancellationToken::new()).await;
        assert_eq!(saved.unwrap_err().code(), code, "{id:?}");
    }
    for name in ["../x", "a\\..\\x", "/etc/passwd", "aux.json", ""] {
        let mut request = call.request.clone();
        request.files = vec![FileSpec::required(name)];
        let saved = download(&variables, request, quiet(), CancellationToken::new()).await;
        assert_eq!(saved.unwrap_err().code(), "ERR_HUB_INVALID_PATH", "{name}");
    }
    assert!(hub.requests().is_empty());
    assert!(tree(&call.cache()).is_empty());
}

#[tokio::test]
async fn a_list_of_a_commit_that_is_none_is_refused() {
    let hub = Hub::start().await;
    for sha in ["../../../x", "", "0123456", &COMMIT.replace("abcdef", "ABCDEF")] {
        let list = format!("{{\"sha\":\"{sha}\",\"siblings\":[{{\"rfilename\":\"tokenizer.json\"}}]}}");
        hub.fault(move |seen, _, right| {
            if seen.target.starts_with("/api") {
                Reply::new(200).body(list.as_bytes())
            } else {
                right
            }
        });
        hub.forget();
        let call = single(&hub);
        let saved = snapshot(
            &Variables::from(call.variables.clone()),
            call.request.clone(),
            &Filter::default(),
            std::sync::Arc::new(|_| {}),
            CancellationToken::new(),
        )
        .await;
        assert_eq!(saved.unwrap_err().code(), "ERR_HUB_PROTOCOL", "{sha}");
        assert_eq!(
            hub.requests(),
            ["GET /api/models/org/name/revision/main"],
            "{sha}"
        );
        assert!(tree(call.root.path()).is_empty());
    }
}

#[tokio::test]
async fn more_files_than_are_allowed_are_not_begun() {
    let hub = Hub::start().await;
    hub.fault(|seen, _, right| {
        if seen.target.starts_with("/api") {
            let names = ["a", "b", "c"].map(|name| format!("{{\"rfilename\":\"{name}\"}}"));
            let list = format!("{{\"sha\":\"{COMMIT}\",\"siblings\":[{}]}}", names.join(","));
            Reply::new(200).body(list.as_bytes())
        } else {
            right
        }
    });
    let mut call = single(&hub);
    call.request.timeouts.max_files = Some(2);
    let variables = Variables::from(call.variables.clone());
    let quiet = || -> autotokenizer_hub::OnEvent { std::sync::Arc::new(|_| {}) };
    let (request, all) = (call.request.clone(), Filter::default());
    let saved = snapshot(&variables, request, &all, quiet(), CancellationToken::new()).await;
    assert_eq!(saved.unwrap_err().code(), "ERR_HUB_TOO_LARGE");
    assert_eq!(hub.requests().len(), 1);
    for name in ["a", "b"] {
        hub.put(name, name.as_bytes(), false);
    }
    let some = Filter {
        allow: vec!["[ab]".to_owned()],
        ..Filter::default()
    };
    let request = call.request.clone();
    let saved = snapshot(&variables, request, &some, quiet(), CancellationToken::new()).await;
    assert_eq!(saved.unwrap().files.len(), 2);
}

#[tokio::test]
async fn a_download_without_a_length_ends() {
    let hub = Hub::start().await;
    hub.put("tokenizer.json", &vec![b'x'; 300_000], false);
    hub.fault(|_, _, right| right.way(Way::NoLength(300_000)));
    let mut call = single(&hub);
    call.request.timeouts.max_untold = Some(100_000);
    let variables = Variables::from(call.variables.clone());
    let (request, quiet) = (call.request.clone(), std::sync::Arc::new(|_| {}));
    let saved = download(&variables, request, quiet, CancellationToken::new()).await;
    assert_eq!(saved.unwrap_err().code(), "ERR_HUB_TOO_LARGE");
    assert!(tree(&call.repo()).is_empty());
    // What the Hub has told is another matter.
    hub.fault(|_, _, right| right);
    let (request, quiet) = (call.request.clone(), std::sync::Arc::new(|_| {}));
    let saved = download(&variables, request, quiet, CancellationToken::new()).await;
    assert_eq!(saved.unwrap().files.len(), 1);
}

#[tokio::test]
async fn an_account_has_no_name_of_a_repository() {
    let hub = Hub::start().await;
    hub.fault(|_, _, _| Reply::new(403).with("X-Error-Message", "not you"));
    let mut call = single(&hub);
    call.request.token = TokenOption::Explicit(TOKEN.to_owned());
    let variables = Variables::from(call.variables.clone());
    let quiet = std::sync::Arc::new(|_| {});
    let account = whoami(&variables, &call.request, quiet, CancellationToken::new()).await;
    let message = account.unwrap_err().message().to_owned();
    assert!(
        message.starts_with("The account may not be read with "),
        "{message}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn links_in_place_of_folders_lead_nothing_away() {
    let hub = Hub::start().await;
    let commit = format!("snapshots/{COMMIT}");
    for planted in [
        "snapshots",
        &commit,
        "refs",
        ".no_exist",
        "../.locks",
        "../.locks/models--org--name",
    ] {
        let call = Call::new(&hub);
        let elsewhere = call.root.path().join("elsewhere");
        std::fs::create_dir(&elsewhere).unwrap();
        std::fs::write(elsewhere.join("main"), "mine").unwrap();
        let link = call.repo().join(planted);
        std::fs::create_dir_all(call.repo()).unwrap();
        std::fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        let loaded = call.load().await.unwrap();
        assert_eq!(crate::text(&loaded, 0), "{\"a\":1}\n", "{planted}");
        assert_eq!(tree(&elsewhere), ["main"], "{planted}");
        // What only helps the next call fails silently.
        let matters = planted.starts_with("snapshots");
        assert_eq!(!call.warnings().is_empty(), matters, "{planted}");
        assert_eq!(
            std::fs::read(elsewhere.join("main")).unwrap(),
            b"mine",
            "{planted}"
        );
    }
    // Whoever has moved the blobs or the repository to another disk finds all there.
    for moved in ["blobs", ""] {
        let call = Call::new(&hub);
        let elsewhere = call.root.path().join("elsewhere");
        std::fs::create_dir(&elsewhere).unwrap();
        let link = if moved.is_empty() {
            call.repo()
        } else {
            call.repo().join(moved)
        };
        std::fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        let loaded = call.load().await.unwrap();
        assert!(loaded.files[0].path.as_ref().unwrap().is_file());
        assert!(
            tree(&elsewhere).len() >= 2 && call.warnings().is_empty(),
            "{moved}"
        );
    }
}

#[tokio::test]
async fn an_answer_for_another_commit_is_refused() {
    let hub = Hub::start().await;
    let other: String = COMMIT.chars().rev().collect();
    // All is well with it, except that it is of another commit than the one asked for.
    let answered = other.clone();
    hub.fault(move |_, _, _| {
        Reply::new(200)
            .with("X-Repo-Commit", &answered)
            .with("ETag", &git_id(b"{}"))
            .body(b"{}")
    });
    let mut call = single(&hub);
    call.request.revision = Some(COMMIT.to_owned());
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_PROTOCOL");
    assert!(!call.repo().exists());
    // The first file's answer is right, the second's is of another commit.
    hub.fault(move |seen, _, right| {
        if seen.method == "HEAD" && seen.target.ends_with("tokenizer_config.json") {
            right.with("X-Repo-Commit", &other)
        } else {
            right
        }
    });
    assert_eq!(
        Call::new(&hub).load().await.unwrap_err().code(),
        "ERR_HUB_PROTOCOL"
    );
}

#[tokio::test]
async fn a_wrong_blob_is_not_taken_where_files_are_copies() {
    let hub = Hub::start().await;
    let right = b"{\"a\":1}\n";
    for wrong in ["", "{\"a\":2}\n", "another"] {
        let mut call = single(&hub);
        call.set("HF_HUB_DISABLE_SYMLINKS", "1");
        let blobs = call.repo().join("blobs");
        std::fs::create_dir_all(&blobs).unwrap();
        std::fs::write(blobs.join(git_id(right)), wrong).unwrap();
        assert_eq!(
            call.load().await.unwrap().files[0].bytes.as_deref(),
            Some(&right[..]),
            "{wrong}"
        );
        // What is in the cache now is what was loaded.
        assert_eq!(
            call.load().await.unwrap().files[0].bytes.as_deref(),
            Some(&right[..]),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_body_that_stops_is_not_waited_for() {
    let hub = Hub::start().await;
    let account = b"{\"name\":\"me\"}";
    hub.fault(|seen, _, right| {
        let right = if seen.target.starts_with("/api") {
            Reply::new(200).body(account)
        } else {
            right
        };
        right.way(Way::StallAt(3))
    });
    let mut call = single(&hub);
    call.request.token = TokenOption::Explicit(TOKEN.to_owned());
    call.request.timeouts.idle = Some(Duration::from_millis(200));
    call.request.timeouts.retries = Some(0);
    // Another limit would end it too, with other words.
    call.request.timeouts.total = Some(Duration::from_secs(10));
    let error = call.load().await.unwrap_err();
    assert!(
        error.message().contains("sent no more of the file for 0.2 s"),
        "{error}"
    );
    let variables = Variables::from(call.variables.clone());
    let quiet = std::sync::Arc::new(|_| {});
    let error = whoami(&variables, &call.request, quiet, CancellationToken::new()).await;
    let message = error.unwrap_err().message().to_owned();
    assert!(message.contains("sent no more for 0.2 s"), "{message}");
}

#[tokio::test]
async fn long_answers_are_not_read_to_their_end() {
    let hub = Hub::start().await;
    let mut call = single(&hub);
    call.request.token = TokenOption::Explicit(TOKEN.to_owned());
    let variables = Variables::from(call.variables.clone());
    let quiet = || -> autotokenizer_hub::OnEvent { std::sync::Arc::new(|_| {}) };
    for (blanks, fits) in [(1 << 20, true), (5 << 20, false)] {
        let body = format!("{}{{\"name\":\"me\"}}", " ".repeat(blanks));
        hub.fault(move |_, _, _| Reply::new(200).body(body.as_bytes()));
        let account = whoami(&variables, &call.request, quiet(), CancellationToken::new()).await;
        match account {
            Ok(account) => assert!(fits && account.name == "me"),
            Err(error) => assert_eq!((error.code(), fits), ("ERR_HUB_TOO_LARGE", false)),
        }
    }
    for (length, fits) in [(10_000, true), (20_000, false)] {
        let body = format!("{{\"error\":\"{}\"}}", "x".repeat(length));
        hub.fault(move |_, _, _| Reply::new(403).body(body.as_bytes()));
        let account = whoami(&variables, &call.request, quiet(), CancellationToken::new()).await;
        assert_eq!(account.unwrap_err().server_message().is_some(), fits, "{length}");
    }
}

#[tokio::test]
async fn a_cached_file_may_be_too_large_too() {
    let hub = Hub::start().await;
    hub.put("tokenizer.json", &[b'z'; 2000], false);
    let mut call = single(&hub);
    call.load().await.unwrap();
    for only_local in [true, false] {
        call.request.local_files_only = only_local;
        call.request.timeouts.max_size = Some(1999);
        assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_TOO_LARGE");
        call.request.timeouts.max_size = Some(2000);
        assert_eq!(
            call.load().await.unwrap().source,
            autotokenizer_hub::Source::Cache
        );
    }
}

#[tokio::test]
async fn a_token_is_not_shown_before_or_beside_the_answer() {
    let hub = Hub::start().await;
    // In a mistake of the caller, before anything is sent.
    let mut call = single(&hub);
    call.request.token = TokenOption::Explicit(TOKEN.to_owned());
    call.request.files = vec![FileSpec::required(&format!("../{TOKEN}"))];
    let shown = crate::secrets::everything(&call.load().await.unwrap_err());
    assert!(!shown.contains(TOKEN), "{shown}");
    // In the warning that a copy is served.
    let mut call = single(&hub);
    call.request.token = TokenOption::Explicit(TOKEN.to_owned());
    call.load().await.unwrap();
    hub.fault(|_, _, _| Reply::new(302).with("Location", &format!("http://{TOKEN}.invalid/")));
    call.load().await.unwrap();
    assert_eq!(call.warnings(), ["ERR_HUB_NETWORK"]);
    let shown = format!("{:?}", call.events.lock().unwrap()).to_ascii_lowercase();
    assert!(!shown.contains(&TOKEN.to_ascii_lowercase()), "{shown}");
    // Nor is half of it, where a long message is cut.
    hub.fault(|_, _, _| Reply::new(403).with("X-Error-Message", &format!("{}{TOKEN}", "x".repeat(990))));
    let variables = Variables::from(call.variables.clone());
    let quiet = std::sync::Arc::new(|_| {});
    let error = whoami(&variables, &call.request, quiet, CancellationToken::new()).await;
    let shown = crate::secrets::everything(&error.unwrap_err());
    assert!(!shown.contains(&TOKEN[..8]), "{shown}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_blob_that_cannot_be_linked_is_read_where_it_is() {
    let hub = Hub::start().await;
    let call = single(&hub);
    call.load().await.unwrap();
    let snapshots = call.repo().join("snapshots");
    std::fs::remove_dir_all(&snapshots).unwrap();
    std::os::unix::fs::symlink(call.root.path(), &snapshots).unwrap();
    hub.forget();
    assert_eq!(crate::text(&call.load().await.unwrap(), 0), "{\"a\":1}\n");
    assert!(hub.requests().iter().all(|request| request.starts_with("HEAD")));
}

#[tokio::test]
async fn a_refusal_tells_who_refused() {
    let hub = Hub::start().await;
    hub.put("tokenizer.json", b"{}", true);
    // Not the Hub says so, so it says nothing about the repository.
    for status in [401, 403] {
        hub.fault(move |seen, _, right| {
            if seen.target.starts_with("cdn:") {
                Reply::new(status)
            } else {
                right
            }
        });
        let mut call = single(&hub);
        call.request.timeouts.retries = Some(0);
        let error = call.load().await.unwrap_err();
        assert_eq!(error.code(), "ERR_HUB_SERVER");
        let said = format!("to which the Hub redirected, answered {status}.");
        assert!(error.message().ends_with(&said), "{error}");
    }
    // The Hub says what is missing; any other server only that something is.
    let revision = |status: Reply| {
        hub.fault(move |_, _, _| status.clone());
        single(&hub)
    };
    let call = revision(Reply::new(404).with("X-Error-Code", "EntryNotFound"));
    let named = call.load().await.unwrap_err();
    assert!(
        named
            .message()
            .ends_with(" has no file \"tokenizer.json\" at revision \"main\"."),
        "{named}"
    );
    let plain = revision(Reply::new(404)).load().await.unwrap_err();
    assert!(
        plain.message().contains("without saying what is missing"),
        "{plain}"
    );
    let asked = format!("{}/org/name/resolve/main/tokenizer.json", hub.url());
    assert_eq!(
        (named.url(), plain.url()),
        (Some(asked.as_str()), Some(asked.as_str()))
    );
}

#[tokio::test]
async fn a_copy_is_served_after_every_failure_that_says_nothing_of_it() {
    let hub = Hub::start().await;
    let mut call = single(&hub);
    call.load().await.unwrap();
    call.request.timeouts.first_byte = Some(Duration::from_millis(200));
    call.request.timeouts.retries = Some(0);
    let explicit = || TokenOption::Explicit(TOKEN.to_owned());
    for (token, reply, code) in [
        (explicit(), Reply::new(200).way(Way::Never), "ERR_HUB_TIMEOUT"),
        (explicit(), Reply::new(429), "ERR_HUB_RATE_LIMITED"),
        (explicit(), Reply::new(401), "ERR_HUB_TOKEN_INVALID"),
        (
            TokenOption::None,
            Reply::new(401).with("X-Error-Code", "GatedRepo"),
            "ERR_HUB_TOKEN_MISSING",
        ),
    ] {
        hub.fault(move |_, _, _| reply.clone());
        call.request.token = token;
        call.request.strict = false;
        assert_eq!(
            call.load().await.unwrap().source,
            autotokenizer_hub::Source::Cache,
            "{code}"
        );
        assert_eq!(call.warnings(), [code]);
        call.request.strict = true;
        assert_eq!(call.load().await.unwrap_err().code(), code);
    }
}

/// Loads with a token that is cancelled already, or soon.
async fn cancelled(call: &Call, soon: bool) -> &'static str {
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    if !soon {
        stop.cancel();
    }
    let stopping = async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.cancel();
    };
    let variables = Variables::from(call.variables.clone());
    let (request, quiet) = (call.request.clone(), std::sync::Arc::new(|_| {}));
    let loading = autotokenizer_hub::load(&variables, request, quiet, None, cancel);
    let both = async { tokio::join!(loading, stopping).0 };
    // Far less than any other limit.
    let ended = tokio::time::timeout(Duration::from_secs(20), both).await;
    ended.unwrap().map_or_else(|error| error.code(), |_| "")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelling_needs_no_other_limit() {
    let hub = Hub::start().await;
    let mut call = single(&hub);
    call.load().await.unwrap();
    // What is cached needs no time, and is not given out either.
    call.request.revision = Some(COMMIT.to_owned());
    assert_eq!(cancelled(&call, false).await, "ERR_HUB_ABORTED");
    call.request.revision = None;
    call.request.timeouts.first_byte = Some(Duration::from_secs(600));
    hub.fault(|_, _, right| right.way(Way::Never));
    assert_eq!(cancelled(&call, true).await, "ERR_HUB_ABORTED");
    // Many are at the network, and this one waits for its turn.
    let all = CancellationToken::new();
    let others = (0..40).map(|_| {
        let (variables, request) = (Variables::from(call.variables.clone()), call.request.clone());
        let (quiet, cancel) = (std::sync::Arc::new(|_| {}), all.clone());
        tokio::spawn(async move { autotokenizer_hub::load(&variables, request, quiet, None, cancel).await })
    });
    let others: Vec<_> = others.collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(cancelled(&call, true).await, "ERR_HUB_ABORTED");
    all.cancel();
    for other in ends(futures_util::future::join_all(others)).await {
        assert_eq!(other.unwrap().unwrap_err().code(), "ERR_HUB_ABORTED");
    }
}

#[tokio::test]
async fn nulls_are_absent() {
    let hub = Hub::start().await;
    let mut call = single(&hub);
    call.request.token = TokenOption::Explicit(TOKEN.to_owned());
    let variables = Variables::from(call.variables.clone());
    for body in [
        r#"{"type":"user","name":"me","fullname":null,"orgs":null,"auth":null}"#,
        r#"{"type":"user","name":"me","orgs":[{"name":null}],"auth":{"accessToken":{"role":"fineGrained",
            "fineGrained":{"global":null,"scoped":[{"entity":null,"permissions":null}]}}}}"#,
    ] {
        hub.fault(move |_, _, _| Reply::new(200).body(body.as_bytes()));
        let quiet = std::sync::Arc::new(|_| {});
        let account = whoami(&variables, &call.request, quiet, CancellationToken::new()).await;
        assert_eq!(account.unwrap().name, "me");
    }
}

#[tokio::test]
async fn strict_asks_for_a_commit_too() {
    let hub = Hub::start().await;
    hub.repo.lock().unwrap().gated = Some("mine".to_owned());
    let mut call = single(&hub);
    call.request.revision = Some(COMMIT.to_owned());
    call.request.token = TokenOption::Explicit("mine".to_owned());
    call.load().await.unwrap();
    // Somebody else, in the same cache.
    call.request.token = TokenOption::Explicit("other".to_owned());
    hub.forget();
    call.load().await.unwrap();
    assert!(hub.requests().is_empty());
    call.request.strict = true;
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_ACCESS_DENIED");
    let (variables, quiet) = (
        Variables::from(call.variables.clone()),
        std::sync::Arc::new(|_| {}),
    );
    let request = call.request.clone();
    let downloaded = autotokenizer_hub::download(&variables, request, quiet, CancellationToken::new()).await;
    assert_eq!(downloaded.unwrap_err().code(), "ERR_HUB_ACCESS_DENIED");
    call.request.token = TokenOption::Explicit("mine".to_owned());
    call.load().await.unwrap();
    call.request.local_files_only = true;
    hub.forget();
    call.load().await.unwrap();
    assert!(hub.requests().is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn pipes_in_the_cache_are_not_waited_for() {
    let hub = Hub::start().await;
    for place in ["refs/main", "snapshots/{}/tokenizer.json", "lock"] {
        let call = single(&hub);
        call.load().await.unwrap();
        let path = if place == "lock" {
            let locks = call.cache().join(".locks").join("models--org--name");
            let lock = locks.join(&tree(&locks)[0]);
            std::fs::remove_dir_all(call.repo()).unwrap();
            lock
        } else {
            call.repo().join(place.replace("{}", COMMIT))
        };
        std::fs::remove_file(&path).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        assert_eq!(ends(call.load()).await.unwrap().files.len(), 1, "{place}");
        if place == "refs/main" {
            let variables = Variables::from(call.variables.clone());
            let scan = tokio::task::spawn_blocking(move || autotokenizer_hub::scan_cache(&variables, None));
            assert_eq!(ends(scan).await.unwrap().unwrap().repos.len(), 1);
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn links_in_the_cache_make_no_files_elsewhere() {
    let hub = Hub::start().await;
    let mut call = Call::new(&hub);
    call.load().await.unwrap();
    let outside = call.root.path().join("outside");
    let locks = call.cache().join(".locks").join("models--org--name");
    let marker = call
        .repo()
        .join(".no_exist")
        .join(COMMIT)
        .join("chat_template.jinja");
    let mut places: Vec<_> = tree(&locks).iter().map(|name| locks.join(name)).collect();
    std::fs::remove_dir_all(call.repo()).unwrap();
    std::fs::create_dir_all(marker.parent().unwrap()).unwrap();
    places.push(marker);
    for place in places {
        let _ = std::fs::remove_file(&place);
        std::os::unix::fs::symlink(&outside, &place).unwrap();
    }
    call.request.force_download = true;
    call.load().await.unwrap();
    assert!(outside.symlink_metadata().is_err());
}

#[cfg(unix)]
#[tokio::test]
async fn a_device_in_the_cache_is_not_read() {
    let hub = Hub::start().await;
    let call = single(&hub);
    call.load().await.unwrap();
    let blob = call.repo().join("blobs").join(git_id(b"{\"a\":1}\n"));
    std::fs::remove_file(&blob).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &blob).unwrap();
    assert!(ends(call.load()).await.is_ok());
    assert_eq!(std::fs::read(&blob).unwrap(), b"{\"a\":1}\n");
}

#[tokio::test]
async fn calls_take_turns_at_the_network() {
    let hub = Hub::start().await;
    let call = single(&hub);
    let loads = (0..500).map(|_| call.load());
    for loaded in ends(futures_util::future::join_all(loads)).await {
        loaded.unwrap();
    }
    // One transfer serves them all, and nobody asks for more than whether `main` has moved once it is there.
    assert_eq!(hub.seen().iter().filter(|seen| is_get(seen)).count(), 1);
    assert!(hub.most_at_once() <= 32, "{}", hub.most_at_once());
}
