//! One cache for us and Python's `huggingface_hub`, the real package.
//!
//! Runs where `AUTOTOKENIZER_PYTHON`, or else `python3`, can import it; says so where it cannot.

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::Arc;

use autotokenizer_hub::{FileSpec, Source};
use tokio::process::Command;

use crate::server::{COMMIT, Hub};
use crate::{Call, text};

const CLEAN: &str = "from huggingface_hub import scan_cache_dir as s; i = s(); \
    print(len(i.warnings), sum(len(r.files) for x in i.repos for r in x.revisions), len(i.incomplete_files))";

fn python() -> Option<String> {
    let python = std::env::var("AUTOTOKENIZER_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = std::process::Command::new(&python)
        .args(["-c", "import huggingface_hub"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        eprintln!("skipped: {python} has no huggingface_hub; set AUTOTOKENIZER_PYTHON to one that has");
    }
    found.then_some(python)
}

async fn run(python: &str, variables: &HashMap<String, String>, code: &str) -> String {
    let done = Command::new(python)
        .args(["-c", code])
        .envs(variables)
        .env("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        .env("HF_HUB_DISABLE_TELEMETRY", "1")
        .output()
        .await
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_store_python_finds() {
    let Some(python) = python() else { return };
    let hub = Hub::start().await;
    hub.put("sub/dir/large.bin", b"large", true);
    let mut call = Call::new(&hub);
    call.request.files.push(FileSpec::required("sub/dir/large.bin"));
    call.load().await.unwrap();
    hub.forget();
    let code = "from huggingface_hub import hf_hub_download as d, try_to_load_from_cache as t\n\
        for f in ['tokenizer.json', 'tokenizer_config.json', 'sub/dir/large.bin']:\n\
        \x20   print(open(d('org/name', f, local_files_only=True)).read().strip())\n\
        print(t('org/name', 'chat_template.jinja'))";
    let said = run(&python, &call.variables, code).await;
    assert!(said.starts_with("{\"a\":1}\n{}\nlarge\n<object"), "{said}");
    // Python's own telemetry aside, nothing was asked.
    let asked = hub.requests();
    assert!(
        asked.iter().all(|request| !request.contains("/org/")),
        "{asked:?}"
    );
    assert_eq!(run(&python, &call.variables, CLEAN).await, "0 3 0");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_python_stores_we_find() {
    let Some(python) = python() else { return };
    let hub = Hub::start().await;
    let mut call = Call::new(&hub);
    let code = "from huggingface_hub import hf_hub_download as d\n\
        for f in ['tokenizer.json', 'tokenizer_config.json']: d('org/name', f)";
    run(&python, &call.variables, code).await;
    hub.forget();
    call.request.local_files_only = true;
    let loaded = call.load().await.unwrap();
    assert_eq!(
        (loaded.source, loaded.commit.as_deref(), text(&loaded, 0)),
        (Source::Cache, Some(COMMIT), "{\"a\":1}\n")
    );
    assert!(hub.requests().is_empty());
    call.request.local_files_only = false;
    call.request.files.pop();
    assert_eq!(call.load().await.unwrap().source, Source::Cache);
    assert_eq!(hub.requests().len(), 1);
    assert_eq!(run(&python, &call.variables, CLEAN).await, "0 2 0");
}

#[tokio::test(flavor = "multi_thread")]
async fn together_they_download_once() {
    let Some(python) = python() else { return };
    let hub = Hub::start().await;
    hub.put("tokenizer.json", &vec![b'q'; 3_000_000], true);
    let call = Arc::new(Call::new(&hub));
    let code = "from huggingface_hub import hf_hub_download as d\n\
        for f in ['tokenizer.json', 'tokenizer_config.json']: print(len(open(d('org/name', f)).read()))";
    let pythons: Vec<_> = (0..4)
        .map(|_| {
            let (python, call) = (python.clone(), Arc::clone(&call));
            tokio::spawn(async move { run(&python, &call.variables, code).await })
        })
        .collect();
    // Python takes a while to start; ours go on until it is through.
    while pythons.iter().any(|task| !task.is_finished()) {
        let ours: Vec<_> = (0..4)
            .map(|_| {
                let call = Arc::clone(&call);
                tokio::spawn(async move { call.load().await.map(|s| text(&s, 0).len()) })
            })
            .collect();
        for load in ours {
            assert_eq!(load.await.unwrap().unwrap(), 3_000_000);
        }
    }
    for task in pythons {
        assert_eq!(task.await.unwrap(), "3000000\n3");
    }
    assert_eq!(
        hub.cdn_seen
            .lock()
            .unwrap()
            .iter()
            .filter(|seen| seen.method == "GET")
            .count(),
        1
    );
    assert_eq!(run(&python, &call.variables, CLEAN).await, "0 2 0");
}
