//! TLS: ring, and the roots of the machine, of the variables, or those that come with this crate.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

use crate::error::{Code, HubError};
use crate::variables::Variables;

/// Where Unix systems keep their roots; the first file that exists is used, else the first folder.
#[cfg(all(unix, not(target_os = "macos")))]
const SYSTEM_FILES: [&str; 8] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/etc/ssl/cert.pem",
    "/opt/etc/ssl/certs/ca-certificates.crt",
];
#[cfg(all(unix, not(target_os = "macos")))]
const SYSTEM_FOLDERS: [&str; 2] = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

/// Which roots to trust, as paths.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct TlsSettings {
    file: Option<PathBuf>,
    folders: Vec<PathBuf>,
    extra: Option<PathBuf>,
}

impl TlsSettings {
    pub(crate) fn new(variables: &Variables) -> Self {
        let folders = variables.get("SSL_CERT_DIR").map(std::env::split_paths);
        Self {
            file: variables.get("SSL_CERT_FILE").map(PathBuf::from),
            folders: folders
                .into_iter()
                .flatten()
                .filter(|path| !path.as_os_str().is_empty())
                .collect(),
            extra: variables.get("NODE_EXTRA_CA_CERTS").map(PathBuf::from),
        }
    }

    /// A client's configuration, and what could not be read.
    pub(crate) fn build(&self) -> Result<(rustls::ClientConfig, Vec<String>), HubError> {
        let mut problems = Vec::new();
        let mut roots = RootCertStore::empty();
        let mut certificates = Vec::new();
        if let Some(file) = &self.file {
            certificates.extend(from(Some(file), None, "SSL_CERT_FILE", &mut problems));
        }
        for folder in &self.folders {
            certificates.extend(from(None, Some(folder), "SSL_CERT_DIR", &mut problems));
        }
        if certificates.is_empty() {
            certificates = system();
        }
        roots.add_parsable_certificates(certificates);
        if roots.is_empty() {
            // Slim images have no roots; without any, even plain http could not be used.
            roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
        }
        if let Some(extra) = &self.extra {
            roots.add_parsable_certificates(from(Some(extra), None, "NODE_EXTRA_CA_CERTS", &mut problems));
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| HubError::new(Code::Network, "TLS cannot be set up.").with_cause(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok((config, problems))
    }
}

fn from(
    file: Option<&Path>,
    folder: Option<&Path>,
    name: &str,
    problems: &mut Vec<String>,
) -> Vec<CertificateDer<'static>> {
    let found = rustls_native_certs::load_certs_from_paths(file, folder);
    if found.certs.is_empty() {
        let path = file.or(folder).unwrap_or(Path::new("")).display();
        problems.push(format!(
            "{name}: no certificate could be read from {path}; it is ignored."
        ));
    }
    found.certs
}

#[cfg(all(unix, not(target_os = "macos")))]
fn system() -> Vec<CertificateDer<'static>> {
    let file = SYSTEM_FILES.iter().map(Path::new).find(|path| path.exists());
    let folder = || SYSTEM_FOLDERS.iter().map(Path::new).find(|path| path.exists());
    let found = match file {
        Some(file) => rustls_native_certs::load_certs_from_paths(Some(file), None),
        None => rustls_native_certs::load_certs_from_paths(None, folder()),
    };
    found.certs
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn system() -> Vec<CertificateDer<'static>> {
    rustls_native_certs::load_native_certs().certs
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn unreadable_files_are_reported_and_replaced() {
        let map: HashMap<String, String> = ["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"]
            .map(|n| (n.to_owned(), "/nonexistent".to_owned()))
            .into();
        let (config, problems) = TlsSettings::new(&map.into()).build().unwrap();
        assert_eq!(problems.len(), 3);
        assert_eq!(config.alpn_protocols.len(), 2);
    }
}
