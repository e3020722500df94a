//! No failure shows a token or a signed address, anywhere.

use std::error::Error as _;
use std::time::Duration;

use autotokenizer_hub::{FileSpec, HubError, TokenOption};

use crate::server::{Hub, Reply, Way};
use crate::{Call, tree};

const TOKEN: &str = "hf_MarkedTokenMarkedToken";
const SIGNED: &str = "signedsecret";

type Case = Box<dyn Fn(&crate::server::Seen, usize, Reply) -> Reply + Send + Sync>;

pub(crate) fn everything(error: &HubError) -> String {
    let mut all = format!("{error} {error:?} {error:#?}");
    let parts = [
        error.hint(),
        error.url(),
        error.server_message(),
        error.token_source(),
        error.request_id(),
        error.file(),
    ];
    all.extend(parts.into_iter().flatten());
    let mut cause = error.source();
    while let Some(next) = cause {
        all += &format!("{next} {next:?}");
        cause = next.source();
    }
    all
}

/// `user:` and the token in Base64, as a Basic header has them.
fn encoded() -> Vec<Case> {
    let basic = "dXNlcjpoZl9NYXJrZWRUb2tlbk1hcmtlZFRva2Vu";
    vec![
        Box::new(move |_, _, _| {
            Reply::new(403).body(format!("{{\"error\":\"not Basic {basic}=\"}}").as_bytes())
        }),
        Box::new(move |_, _, _| {
            Reply::new(403)
                .with("X-Error-Message", &format!("not \"Basic {basic}\""))
                .with("X-Request-Id", basic)
        }),
        Box::new(move |_, _, _| Reply::new(302).with("Location", &format!("http://127.0.0.1:1/{basic}/x"))),
    ]
}

#[tokio::test]
async fn nothing_shows_them() {
    let hub = Hub::start().await;
    hub.put("tokenizer.json", b"{\"large\":1}\n", true);
    let leak =
        format!("{{\"error\":\"your {TOKEN} at http://u:{TOKEN}@x/y?X-Signature={SIGNED} Bearer {TOKEN}\"}}");
    let mut cases: Vec<Case> = Vec::new();
    for status in [400, 401, 403, 404, 416, 418, 429, 500, 503] {
        let leak = leak.clone();
        cases.push(Box::new(move |_, _, _| Reply::new(status).body(leak.as_bytes())));
        let leak = TOKEN.to_owned();
        cases.push(Box::new(move |_, _, _| {
            Reply::new(status)
                .with("X-Error-Code", "GatedRepo")
                .with("X-Error-Message", &leak)
                .with("X-Request-Id", &leak)
        }));
        cases.push(Box::new(move |seen, _, right| {
            if seen.target.starts_with("cdn:") {
                Reply::new(status)
            } else {
                right
            }
        }));
    }
    cases.extend(encoded());
    for way in [
        Way::CutAt(3),
        Way::ResetAt(3),
        Way::NoLength(3),
        Way::Never,
        Way::Drip(Duration::from_millis(50)),
    ] {
        cases.push(Box::new(move |seen, _, right| {
            if seen.target.starts_with("cdn:") {
                right.way(way.clone())
            } else {
                right
            }
        }));
    }
    for location in [
        "",
        "http://u:p@127.0.0.1/?X-Signature=signedsecret",
        "ftp://x/?X-Signature=signedsecret",
        "http://127.0.0.1:1/x?X-Signature=signedsecret",
        "/org/name/resolve/main/tokenizer.json?X-Signature=signedsecret",
    ] {
        cases.push(Box::new(move |seen, _, right| {
            if seen.target.starts_with("cdn:") {
                right
            } else {
                Reply::new(302).with("Location", location)
            }
        }));
    }
    for (name, value) in [
        ("ETag", TOKEN),
        ("X-Linked-Etag", TOKEN),
        ("X-Repo-Commit", TOKEN),
    ] {
        cases.push(Box::new(move |_, _, right| right.with(name, value)));
    }
    cases.push(Box::new(|seen, _, right| {
        if seen.target.starts_with("cdn:") {
            right.body(b"{\"large\":2}\n")
        } else {
            right
        }
    }));
    cases.push(Box::new(|_, _, right| right));
    let mut failures = 0;
    for (number, case) in cases.into_iter().enumerate() {
        hub.fault(case);
        let mut call = Call::new(&hub);
        call.request.token = TokenOption::Explicit(TOKEN.to_owned());
        call.request.files = vec![FileSpec::required("tokenizer.json")];
        call.request.timeouts.retries = Some(0);
        call.request.timeouts.idle = Some(Duration::from_millis(200));
        call.request.timeouts.first_byte = Some(Duration::from_millis(300));
        call.request.timeouts.connect = Some(Duration::from_millis(300));
        let mut shown = format!("{:?}", call.request);
        match call.load().await {
            Ok(loaded) => shown += &format!("{:?} {:?}", loaded.folder, loaded.files[0].path),
            Err(error) => {
                failures += 1;
                shown += &everything(&error);
            }
        }
        shown += &format!("{:?}", call.events.lock().unwrap());
        for file in tree(call.root.path()) {
            shown += &file;
            shown += &String::from_utf8_lossy(&std::fs::read(call.root.path().join(&file)).unwrap());
        }
        assert!(!shown.contains("Marked"), "case {number}: {shown}");
        assert!(!shown.contains(SIGNED), "case {number}: {shown}");
        assert!(!shown.contains("hcmtlZFRva2Vu"), "case {number}: {shown}");
    }
    assert!(failures > 35, "{failures}");
}
