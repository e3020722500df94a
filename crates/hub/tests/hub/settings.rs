//! Variables and limits, each seen at work.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use autotokenizer_hub::{CancellationToken, FileSpec, Source, Timeouts, load};
use tokio_rustls::rustls;

use crate::server::{Hub, Reply, Way};
use crate::{Call, text, tree};

#[tokio::test]
async fn proxies_and_their_exceptions() {
    let proxy = Hub::start().await;
    // The name does not exist, so only the proxy can answer for it.
    let mut call = Call::at("http://hub.invalid");
    call.request.timeouts.retries = Some(0);
    proxy.fault(|seen, _, _| {
        assert!(
            seen.target.starts_with("http://hub.invalid/org/name/resolve/"),
            "{}",
            seen.target
        );
        Reply::new(404).with("X-Error-Code", "RevisionNotFound")
    });
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        call.variables
            .retain(|known, _| !known.to_lowercase().contains("proxy"));
        call.set(name, &proxy.url());
        assert_eq!(
            call.load().await.unwrap_err().code(),
            "ERR_HUB_REVISION_NOT_FOUND",
            "{name}"
        );
    }
    // httpx, with which Python's client asks, says the same of all of them.
    for other in [
        "https://hub.invalid",
        "ub.invalid",
        "*.ub.invalid:80",
        "[fd00::1]:80",
        ", ,",
    ] {
        call.set("NO_PROXY", other);
        let code = call.load().await.unwrap_err().code();
        assert_eq!(code, "ERR_HUB_REVISION_NOT_FOUND", "{other}");
    }
    for exception in [
        "*",
        "hub.invalid",
        ".invalid",
        "x, invalid",
        "*.invalid",
        "HUB.invalid:80",
        "http://hub.invalid",
    ] {
        call.set("NO_PROXY", exception);
        let error = call.load().await.unwrap_err();
        assert_eq!(error.code(), "ERR_HUB_NETWORK", "{exception}");
        assert_eq!(error.message(), "The name hub.invalid could not be resolved.");
    }
    call.variables.remove("NO_PROXY");
    call.variables
        .retain(|known, _| !known.to_lowercase().contains("proxy"));
    call.set("HTTPS_PROXY", &proxy.url());
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_NETWORK");
    proxy.forget();
    proxy.fault(|seen, _, _| {
        assert_eq!(
            (seen.method.as_str(), seen.target.as_str()),
            ("CONNECT", "hub.invalid:443")
        );
        Reply::new(407)
    });
    call.set("HF_ENDPOINT", "https://hub.invalid");
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_NETWORK");
    assert_eq!(proxy.requests().len(), 1);
    call.set("HTTPS_PROXY", "not a url");
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_INVALID_OPTION");
}

#[tokio::test]
async fn this_machine_is_not_reached_through_another() {
    let hub = Hub::start().await;
    let mut call = Call::new(&hub);
    call.set("HTTP_PROXY", "http://proxy.invalid:3128");
    assert!(call.load().await.is_ok());
    // A proxy on this machine keeps the token on it.
    let proxy = Hub::start().await;
    let mut call = Call::new(&hub);
    call.set("HTTP_PROXY", &proxy.url());
    assert!(call.load().await.is_err());
    assert_eq!(
        proxy.requests()[0],
        format!("HEAD {}/org/name/resolve/main/tokenizer.json", hub.url())
    );
}

#[tokio::test]
async fn plain_http_to_another_machine_carries_no_token() {
    let proxy = Hub::start().await;
    let mut call = Call::at("http://hub.invalid");
    call.set("HTTP_PROXY", &proxy.url());
    call.set("HF_TOKEN", "hf_marked");
    let error = call.load().await.unwrap_err();
    assert!(
        proxy
            .seen()
            .iter()
            .all(|seen| seen.header("authorization").is_none())
    );
    assert_eq!(call.warnings(), ["TOKEN_NOT_SENT"]);
    assert!(error.message().contains("the token was not sent"), "{error}");
}

#[tokio::test]
async fn the_user_agent_names_the_caller_and_the_origin() {
    let hub = Hub::start().await;
    let mut call = Call::new(&hub);
    call.request.user_agent = "mine/1\r\nX: y".to_owned();
    call.set("HF_HUB_USER_AGENT_ORIGIN", "ci");
    call.load().await.unwrap();
    assert_eq!(hub.seen()[0].header("user-agent"), Some("mine/1X: y; origin/ci"));
    assert_eq!(hub.seen()[0].header("x"), None);
    assert_eq!(hub.seen()[0].header("accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn time_limits_come_from_the_variables() {
    let hub = Hub::start().await;
    hub.fault(|_, _, right| right.way(Way::Never));
    let mut call = Call::new(&hub);
    call.request.timeouts = Timeouts {
        retries: Some(0),
        connect: Some(Duration::from_millis(100)),
        ..Timeouts::default()
    };
    call.set("HF_HUB_ETAG_TIMEOUT", "0.3");
    let error = call.load().await.unwrap_err();
    assert_eq!(error.code(), "ERR_HUB_TIMEOUT");
    assert!(error.message().contains("0.3 s"), "{error}");
    hub.fault(|seen, _, right| {
        if seen.method == "GET" {
            right.way(Way::Never)
        } else {
            right
        }
    });
    call.set("HF_HUB_DOWNLOAD_TIMEOUT", "0.4");
    call.set("HF_HUB_ETAG_TIMEOUT", "9");
    let error = call.load().await.unwrap_err();
    assert!(error.message().contains("0.4 s"), "{error}");
}

#[tokio::test]
async fn without_links_files_are_copies() {
    let hub = Hub::start().await;
    let mut call = Call::new(&hub);
    call.set("HF_HUB_DISABLE_SYMLINKS", "1");
    let path = call.load().await.unwrap().files[0].path.clone().unwrap();
    assert!(path.symlink_metadata().unwrap().is_file());
    assert!(tree(&call.repo().join("blobs")).is_empty());
    assert_eq!(call.load().await.unwrap().source, Source::Cache);
}

#[tokio::test]
async fn cancelling_ends_it_at_once() {
    let hub = Hub::start().await;
    hub.fault(|_, _, right| right.way(Way::Never));
    let call = Call::new(&hub);
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        stop.cancel();
    });
    for _ in 0..2 {
        let variables = call.variables.clone().into();
        let error = load(
            &variables,
            call.request.clone(),
            Arc::new(|_| {}),
            None,
            cancel.clone(),
        )
        .await
        .unwrap_err();
        assert_eq!(error.code(), "ERR_HUB_ABORTED");
    }
    assert!(tree(&call.cache()).is_empty());
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn compressed_bodies_are_read_and_bombs_are_not() {
    let hub = Hub::start().await;
    let good = gzip(b"{\"a\":1}\n");
    hub.fault(move |seen, _, right| {
        let accepts = seen
            .header("accept-encoding")
            .is_some_and(|value| value.contains("gzip"));
        if seen.method == "GET" && seen.target.ends_with("tokenizer.json") && accepts {
            return right.with("Content-Encoding", "gzip").body(&good);
        }
        right
    });
    let mut call = Call::new(&hub);
    assert_eq!(text(&call.load().await.unwrap(), 0), "{\"a\":1}\n");
    let bomb = gzip(&vec![0; 50_000_000]);
    for (head_length, code) in [(true, "ERR_HUB_INTEGRITY"), (false, "ERR_HUB_TOO_LARGE")] {
        let bomb = bomb.clone();
        hub.fault(move |seen, _, right| match seen.method.as_str() {
            "GET" => right.with("Content-Encoding", "gzip").body(&bomb),
            _ if head_length => right,
            _ => right.way(Way::NoLength(0)),
        });
        call = Call::new(&hub);
        call.request.files = vec![FileSpec::required("tokenizer.json")];
        call.request.timeouts.max_size = Some(10_000_000);
        assert_eq!(call.load().await.unwrap_err().code(), code);
    }
}

#[tokio::test]
async fn an_unwritable_cache_is_used_from_memory() {
    let hub = Hub::start().await;
    let call = Call::new(&hub);
    // A file where a folder must be refuses every user, also root.
    std::fs::create_dir_all(call.repo()).unwrap();
    std::fs::write(call.repo().join("blobs"), "").unwrap();
    let loaded = call.load().await.unwrap();
    assert_eq!(
        (
            text(&loaded, 0),
            loaded.folder.is_none(),
            loaded.files[0].path.is_none()
        ),
        ("{\"a\":1}\n", true, true)
    );
    assert_eq!(call.warnings(), ["CACHE_NOT_WRITABLE"]);
}

/// A TLS server with a certificate of its own making; returns its address and the certificate as PEM.
async fn tls_server() -> (std::net::SocketAddr, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let mut request = vec![0; 4096];
                let read = stream.read(&mut request).await.unwrap_or(0);
                let sent = String::from_utf8_lossy(&request[..read]).to_lowercase();
                let authorized = sent.contains("authorization: bearer hf_x");
                let code = if authorized {
                    "RevisionNotFound"
                } else {
                    "RepoNotFound"
                };
                let answer = format!(
                    "HTTP/1.1 404 X\r\nX-Error-Code: {code}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    (address, made.cert.pem())
}

#[tokio::test]
async fn certificates_come_from_the_variables() {
    let (address, pem) = tls_server().await;
    let mut call = Call::at(&format!("https://localhost:{}", address.port()));
    call.set("HF_TOKEN", "hf_x");
    let error = call.load().await.unwrap_err();
    assert_eq!(error.code(), "ERR_HUB_NETWORK");
    assert!(error.message().contains("certificate"), "{error}");
    assert!(error.hint().unwrap().contains("NODE_EXTRA_CA_CERTS"));
    let file = call.root.path().join("ca.pem");
    std::fs::write(&file, pem).unwrap();
    for name in ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"] {
        call.variables.retain(|known, _| !known.contains("CERT"));
        call.set(name, file.to_str().unwrap());
        // The answer shows that the token came over https.
        assert_eq!(
            call.load().await.unwrap_err().code(),
            "ERR_HUB_REVISION_NOT_FOUND",
            "{name}"
        );
    }
    let folder = call.root.path().join("certs");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(&file, folder.join("ca.pem")).unwrap();
    call.variables.retain(|known, _| !known.contains("CERT"));
    call.set("SSL_CERT_DIR", folder.to_str().unwrap());
    assert_eq!(
        call.load().await.unwrap_err().code(),
        "ERR_HUB_REVISION_NOT_FOUND"
    );
}

#[tokio::test]
async fn a_machine_without_certificates_still_works() {
    let hub = Hub::start().await;
    let mut call = Call::new(&hub);
    call.set("SSL_CERT_FILE", "/nonexistent");
    call.set("SSL_CERT_DIR", "/nonexistent");
    assert!(call.load().await.is_ok());
    assert_eq!(
        call.warnings(),
        ["CERTIFICATES_UNREADABLE", "CERTIFICATES_UNREADABLE"]
    );
}

#[tokio::test]
async fn slow_tls_ends_in_time() {
    // Accepts, and never says a word.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut call = Call::at(&format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    ));
    call.request.timeouts.connect = Some(Duration::from_millis(200));
    call.request.timeouts.first_byte = Some(Duration::from_secs(5));
    call.request.timeouts.retries = Some(0);
    let error = call.load().await.unwrap_err();
    assert_eq!(error.code(), "ERR_HUB_TIMEOUT");
    assert!(
        error.message().ends_with(" could not be reached in time."),
        "{error}"
    );
}

#[tokio::test]
async fn token_variables_can_be_renamed() {
    let hub = Hub::start().await;
    hub.repo.lock().unwrap().gated = Some("ba_right".to_owned());
    let mut call = Call::new(&hub);
    call.set("HF_TOKEN", "hf_wrong");
    call.set("BA_ACCESS_TOKEN", "ba_right");
    call.set("AUTOTOKENIZER_TOKEN_VARIABLES", "BA_ACCESS_TOKEN");
    assert!(call.load().await.is_ok());
    call.variables.remove("AUTOTOKENIZER_TOKEN_VARIABLES");
    call.request.force_download = true;
    assert_eq!(call.load().await.unwrap_err().code(), "ERR_HUB_TOKEN_INVALID");
    call.request.token_variables = vec!["BA_ACCESS_TOKEN".to_owned()];
    assert!(call.load().await.is_ok());
}
