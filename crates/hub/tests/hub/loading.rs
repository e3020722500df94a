//! What loading asks for, writes and tells when all is well, or when the Hub says no.

use autotokenizer_hub::{FileSpec, Source, TokenOption};

use crate::server::{COMMIT, Hub, Reply, git_id};
use crate::{Call, text, tree};

#[tokio::test]
async fn the_second_run_makes_one_head_and_the_commit_none() {
    let hub = Hub::start().await;
    let mut call = Call::new(&hub);
    let first = call.load().await.unwrap();
    assert_eq!(
        (first.source, first.commit.as_deref()),
        (Source::Network, Some(COMMIT))
    );
    assert_eq!((text(&first, 0), text(&first, 1)), ("{\"a\":1}\n", "{}\n"));
    assert!(first.files[2].bytes.is_none());
    let requests = hub.requests();
    assert_eq!(requests[0], "HEAD /org/name/resolve/main/tokenizer.json");
    assert!(
        requests[1..]
            .iter()
            .all(|r| r.contains(&format!("/resolve/{COMMIT}/"))),
        "{requests:?}"
    );
    assert_eq!(requests.iter().filter(|r| r.starts_with("GET")).count(), 2);

    hub.forget();
    let second = call.load().await.unwrap();
    assert_eq!(second.source, Source::Cache);
    assert_eq!(hub.requests(), ["HEAD /org/name/resolve/main/tokenizer.json"]);
    assert_eq!(second.files[0].path, first.files[0].path);
    assert_eq!(second.folder.unwrap(), call.repo().join("snapshots").join(COMMIT));

    hub.forget();
    call.request.revision = Some(COMMIT.to_owned());
    assert_eq!(call.load().await.unwrap().source, Source::Cache);
    assert!(hub.requests().is_empty());
}

#[tokio::test]
async fn the_cache_has_pythons_layout() {
    let hub = Hub::start().await;
    let call = Call::new(&hub);
    call.load().await.unwrap();
    let (a, b) = (git_id(b"{\"a\":1}\n"), git_id(b"{}\n"));
    let mut expected = vec![
        ".locks/models--org--name/".to_owned() + &a + ".lock",
        ".locks/models--org--name/".to_owned() + &b + ".lock",
        "CACHEDIR.TAG".to_owned(),
        format!("models--org--name/.no_exist/{COMMIT}/chat_template.jinja"),
        format!("models--org--name/blobs/{a}"),
        format!("models--org--name/blobs/{b}"),
        "models--org--name/refs/main".to_owned(),
        format!("models--org--name/snapshots/{COMMIT}/tokenizer.json"),
        format!("models--org--name/snapshots/{COMMIT}/tokenizer_config.json"),
    ];
    expected.sort();
    assert_eq!(tree(&call.cache()), expected);
}

#[tokio::test]
async fn a_moved_branch_is_noticed() {
    let hub = Hub::start().await;
    let call = Call::new(&hub);
    call.load().await.unwrap();
    let next = COMMIT.replace('0', "e");
    hub.repo.lock().unwrap().commit = next.clone();
    hub.put("tokenizer.json", b"{\"b\":2}\n", false);
    hub.forget();
    let moved = call.load().await.unwrap();
    assert_eq!(moved.commit, Some(next.clone()));
    assert_eq!(text(&moved, 0), "{\"b\":2}\n");
    // The unchanged file is linked, not fetched.
    assert_eq!(hub.requests().iter().filter(|r| r.starts_with("GET")).count(), 1);
    assert_eq!(
        std::fs::read_to_string(call.repo().join("refs/main")).unwrap(),
        next
    );
}

#[tokio::test]
async fn events_come_in_the_order_of_transformers_js() {
    let hub = Hub::start().await;
    let call = Call::new(&hub);
    for _ in 0..2 {
        call.load().await.unwrap();
        let told = call.told();
        assert_eq!(
            told[..2],
            ["initiate tokenizer.json", "initiate tokenizer_config.json"]
        );
        for (file, length) in [("tokenizer.json", 8), ("tokenizer_config.json", 3)] {
            let of_file: Vec<_> = told
                .iter()
                .filter(|t| t.split(' ').nth(1) == Some(file))
                .collect();
            let expected = [
                format!("initiate {file}"),
                format!("download {file}"),
                format!("progress {file} {length} Some({length})"),
                format!("done {file}"),
            ];
            assert_eq!(of_file, expected.iter().collect::<Vec<_>>());
        }
        assert!(!told.iter().any(|t| t.contains("chat_template")));
    }
}

#[tokio::test]
async fn large_files_come_from_elsewhere_without_the_token() {
    let hub = Hub::start().await;
    hub.put("tokenizer.json", b"large file", true);
    let mut call = Call::new(&hub);
    call.set("HF_TOKEN", "hf_markedtoken");
    assert_eq!(text(&call.load().await.unwrap(), 0), "large file");
    assert!(
        hub.seen()
            .iter()
            .all(|seen| seen.header("authorization") == Some("Bearer hf_markedtoken"))
    );
    let cdn = hub.cdn_seen.lock().unwrap().clone();
    assert_eq!(cdn.len(), 1);
    for name in ["authorization", "referer", "cookie"] {
        assert_eq!(cdn[0].header(name), None);
    }
}

#[tokio::test]
async fn relative_redirects_keep_the_token() {
    let hub = Hub::start().await;
    hub.repo.lock().unwrap().gated = Some("hf_right".to_owned());
    // A renamed repository, and small files behind a resolve-cache with a length that is not the file's.
    hub.fault(|seen, _, right| match seen.target.strip_prefix("/old/name") {
        Some(rest) => Reply::new(307)
            .with("Location", &format!("/org/name{rest}"))
            .body(b"moved"),
        None => right,
    });
    let mut call = Call::new(&hub);
    call.request.repo_id = "old/name".to_owned();
    call.set("HF_TOKEN", "hf_right");
    let loaded = call.load().await.unwrap();
    assert_eq!(text(&loaded, 0), "{\"a\":1}\n");
    assert!(
        hub.seen()
            .iter()
            .all(|seen| seen.header("authorization").is_some())
    );
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let hub = Hub::start().await;
    hub.repo.lock().unwrap().gated = Some("hf_right".to_owned());
    for (token, code) in [
        (None, "ERR_HUB_TOKEN_MISSING"),
        (Some("hf_other"), "ERR_HUB_ACCESS_DENIED"),
        (Some("hf_wrong"), "ERR_HUB_TOKEN_INVALID"),
        (Some("hf_bad\u{1}"), "ERR_HUB_TOKEN_MALFORMED"),
    ] {
        let mut call = Call::new(&hub);
        call.request.token = token.map_or(TokenOption::None, |t| TokenOption::Explicit(t.to_owned()));
        let error = call.load().await.unwrap_err();
        assert_eq!(error.code(), code);
        assert_eq!(error.repo_id(), Some("org/name"));
        assert!(error.hint().is_some());
        assert!(tree(&call.cache()).is_empty(), "{:?}", tree(&call.cache()));
    }
    hub.repo.lock().unwrap().gated = None;
    let mut call = Call::new(&hub);
    call.request.revision = Some("nope".to_owned());
    assert_eq!(
        call.load().await.unwrap_err().code(),
        "ERR_HUB_REVISION_NOT_FOUND"
    );
    call.request.revision = None;
    call.request.files = vec![FileSpec::required("nothing.json")];
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_FILE_NOT_FOUND");
    call.request.repo_id = "org/nothing".to_owned();
    let error = call.load().await.unwrap_err();
    assert_eq!(error.code(), "ERR_HUB_REPO_NOT_FOUND");
    assert!(
        error
            .message()
            .contains("does not exist, or is private or gated and no token was sent")
    );
    assert!(tree(&call.cache()).is_empty());
}

#[tokio::test]
async fn bad_names_make_no_request() {
    let hub = Hub::start().await;
    let mut call = Call::new(&hub);
    for (id, code) in [
        ("", "ERR_HUB_INVALID_REPO_ID"),
        ("a/../b", "ERR_HUB_INVALID_REPO_ID"),
        ("a\0b", "ERR_HUB_INVALID_REPO_ID"),
        ("https://huggingface.co/a/b", "ERR_HUB_INVALID_REPO_ID"),
        ("a/b?x=1#", "ERR_HUB_INVALID_REPO_ID"),
        ("../../nothing", "ERR_HUB_FILE_NOT_FOUND"),
    ] {
        call.request.repo_id = id.to_owned();
        assert_eq!(call.load().await.unwrap_err().code(), code, "{id:?}");
    }
    call.request.repo_id = "org/name".to_owned();
    call.request.revision = Some("../../../x".to_owned());
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_INVALID_REVISION");
    call.request.revision = None;
    call.request.subfolder = Some("../x".to_owned());
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_INVALID_PATH");
    call.request.subfolder = None;
    call.request.files = vec![FileSpec::required("../x")];
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_INVALID_PATH");
    assert!(hub.requests().is_empty());
    assert!(tree(&call.cache()).is_empty());
}

#[tokio::test]
async fn a_subfolder_is_part_of_the_path() {
    let hub = Hub::start().await;
    hub.put("sub/dir/tokenizer.json", b"sub", false);
    let mut call = Call::new(&hub);
    call.request.subfolder = Some("sub/dir".to_owned());
    call.request.files = vec![FileSpec::required("tokenizer.json")];
    let loaded = call.load().await.unwrap();
    assert_eq!(
        (loaded.files[0].name.as_str(), text(&loaded, 0)),
        ("tokenizer.json", "sub")
    );
    assert!(
        call.repo()
            .join("snapshots")
            .join(COMMIT)
            .join("sub/dir/tokenizer.json")
            .is_file()
    );
    assert_eq!(call.load().await.unwrap().source, Source::Cache);
}

#[tokio::test]
async fn offline_opens_no_socket() {
    let hub = Hub::start().await;
    let mut call = Call::new(&hub);
    call.load().await.unwrap();
    hub.forget();
    let cases: [fn(&mut Call); 4] = [
        |call| call.set("HF_HUB_OFFLINE", "1"),
        |call| call.set("TRANSFORMERS_OFFLINE", "yes"),
        |call| call.request.local_files_only = true,
        |call| call.request.allow_remote = false,
    ];
    for case in cases {
        call.variables.remove("HF_HUB_OFFLINE");
        call.variables.remove("TRANSFORMERS_OFFLINE");
        call.request.local_files_only = false;
        call.request.allow_remote = true;
        case(&mut call);
        assert_eq!(call.load().await.unwrap().source, Source::Cache);
        let mut empty = Call::new(&hub);
        empty.variables.extend(
            call.variables
                .clone()
                .into_iter()
                .filter(|(name, _)| name.contains("OFFLINE")),
        );
        empty.request.local_files_only = call.request.local_files_only;
        empty.request.allow_remote = call.request.allow_remote;
        let error = empty.load().await.unwrap_err();
        assert_eq!(error.code(), "ERR_HUB_OFFLINE");
        assert!(tree(&empty.cache()).is_empty());
    }
    assert!(hub.requests().is_empty());
}

#[tokio::test]
async fn local_folders_need_no_hub() {
    let hub = Hub::start().await;
    let mut call = Call::new(&hub);
    let models = call.root.path().join("models");
    std::fs::create_dir_all(models.join("org/name")).unwrap();
    for name in ["tokenizer.json", "tokenizer_config.json"] {
        std::fs::write(models.join("org/name").join(name), name).unwrap();
    }
    call.request.local_model_path = Some(models.clone());
    let loaded = call.load().await.unwrap();
    assert_eq!(
        (loaded.source, loaded.commit.is_none(), text(&loaded, 0)),
        (Source::Local, true, "tokenizer.json")
    );
    call.request.local_model_path = None;
    call.request.repo_id = models.join("org/name").to_str().unwrap().to_owned();
    assert_eq!(call.load().await.unwrap().source, Source::Local);
    assert_eq!(call.told().len(), 8);
    assert!(hub.requests().is_empty());
}
