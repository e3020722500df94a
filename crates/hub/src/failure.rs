//! Failures below HTTP, in words: no such host, refused, TLS, broken off.

use std::error::Error as StdError;
use std::io;

use url::Url;

use crate::error::{Code, HubError};

const OFFLINE_HINT: &str = "Check the connection, and HTTPS_PROXY if you need one. Files that are cached can be used with local_files_only or HF_HUB_OFFLINE=1.";

/// A limit that has passed.
pub(crate) fn timeout(what: &str, url: &Url) -> HubError {
    let host = url.host_str().unwrap_or("the server");
    HubError::new(Code::Timeout, format!("{host} {what}."))
        .with_url(url)
        .with_hint(
            "Try again; the limits can be raised with HF_HUB_ETAG_TIMEOUT and HF_HUB_DOWNLOAD_TIMEOUT.",
        )
}

/// The error of a request that got no answer, or of a body that broke off.
pub(crate) fn describe(error: reqwest::Error, url: &Url) -> HubError {
    let error = error.without_url();
    let host = match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        _ => "the server".to_owned(),
    };
    let built = if error.is_timeout() {
        HubError::new(Code::Timeout, format!("{host} could not be reached in time."))
            .with_hint(OFFLINE_HINT)
            .with_few_retries(1)
    } else if let Some(tls) = find::<rustls::Error>(&error) {
        HubError::new(Code::Network, format!("No secure connection to {host}: {}.", tls_reason(tls))).with_hint(
            "If a proxy or a company opens TLS, name its certificate in SSL_CERT_FILE or NODE_EXTRA_CA_CERTS; else check the clock and the address.",
        )
    } else if is_dns(&error) {
        HubError::new(Code::Network, format!("The name {host} could not be resolved."))
            .with_hint(OFFLINE_HINT)
            .with_few_retries(2)
    } else if error.is_connect() {
        let why = match find::<io::Error>(&error).map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => "refused the connection",
            Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => "is not reachable",
            Some(io::ErrorKind::ConnectionReset) => "reset the connection",
            _ => "could not be connected to",
        };
        HubError::new(Code::Network, format!("{host} {why}."))
            .with_hint(OFFLINE_HINT)
            .with_few_retries(2)
    } else if error.is_builder() {
        HubError::new(
            Code::InvalidOption,
            format!("A request to {host} could not be made."),
        )
    } else if let Some(what) = not_understood(&error) {
        HubError::new(Code::Network, format!("{host} sent {what}."))
            .with_hint("Check the Hub's address, and any proxy or mirror in front of it.")
            .with_few_retries(1)
    } else {
        HubError::new(Code::Network, format!("The connection to {host} broke off."))
            .with_hint(OFFLINE_HINT)
            .with_retry(None)
    };
    built.with_url(url).with_cause(&error)
}

fn tls_reason(error: &rustls::Error) -> String {
    use rustls::{CertificateError as Bad, Error};
    match error {
        Error::InvalidCertificate(Bad::UnknownIssuer) => {
            "its certificate is from an unknown issuer".to_owned()
        }
        Error::InvalidCertificate(Bad::Expired | Bad::ExpiredContext { .. }) => {
            "its certificate has expired".to_owned()
        }
        Error::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. }) => {
            "its certificate is for another name".to_owned()
        }
        other => crate::redact::text(&other.to_string()),
    }
}

/// The first error of type `T` among the causes; I/O errors hide others inside.
fn find<'e, T: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = inside.and_then(|inner| find::<T>(inner)) {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// What came, if it was no HTTP or not in the encoding that it said. The libraries tell it by their texts alone.
fn not_understood(error: &reqwest::Error) -> Option<&'static str> {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if text.contains("message head is too large") {
            return Some("too many or too long headers");
        }
        if text.starts_with("invalid HTTP") {
            return Some("something that is not HTTP");
        }
        let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(
            kind,
            Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
        ) {
            return Some("something that does not have the encoding it names");
        }
        next = error.source();
    }
    None
}

fn is_dns(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if text.contains("dns error") || text.contains("failed to lookup address") {
            return true;
        }
        next = error.source();
    }
    false
}
