//! The Hub's address, the URLs on it, and which URLs are its own.

use std::net::IpAddr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Host, Url};

use crate::error::{Code, HubError};
use crate::variables::Variables;

const DEFAULT: &str = "https://huggingface.co";
const STAGING: &str = "https://hub-ci.huggingface.co";

/// What Python's `quote` leaves as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
const PATH: &AsciiSet = &SEGMENT.remove(b'/');

/// The address of a Hub, without a slash at its end.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    base: Url,
    text: String,
}

impl Endpoint {
    /// From the option, else the staging Hub if that is wanted, else `HF_ENDPOINT`, else the public Hub.
    pub(crate) fn choose(option: Option<&str>, variables: &Variables) -> Result<Self, HubError> {
        match option.map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => Self::parse(text, "the configured host"),
            None if variables.staging() => Self::parse(STAGING, "the staging endpoint"),
            None => match variables
                .get("HF_ENDPOINT")
                .map(str::trim)
                .filter(|text| !text.is_empty())
            {
                Some(text) => Self::parse(text, "HF_ENDPOINT"),
                None => Self::parse(DEFAULT, "the default endpoint"),
            },
        }
    }

    fn parse(text: &str, origin: &str) -> Result<Self, HubError> {
        let bad = |why: &str| {
            HubError::new(
                Code::InvalidOption,
                format!("The Hub's address from {origin} {why}."),
            )
            .with_hint("Give an address such as \"https://huggingface.co\".")
        };
        let base = Url::parse(text.trim_end_matches('/')).map_err(|_| bad("is not a URL"))?;
        if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
            return Err(bad("must begin with https:// or http://"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(bad("must not hold a user name or password; use a token instead"));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(bad("must not have a query or a fragment"));
        }
        let text = base.as_str().trim_end_matches('/').to_owned();
        Ok(Self { base, text })
    }

    /// The address as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a file of a revision is.
    pub(crate) fn resolve(&self, repo_id: &str, revision: &str, file: &str) -> Result<Url, HubError> {
        self.join(&format!(
            "{repo_id}/resolve/{}/{}",
            utf8_percent_encode(revision, SEGMENT),
            utf8_percent_encode(file, PATH)
        ))
    }

    /// A path of the Hub's API; each of `parts` is one segment.
    pub(crate) fn api(&self, path: &str) -> Result<Url, HubError> {
        self.join(&format!("api/{path}"))
    }

    /// Where tokens are given out.
    pub(crate) fn oauth(&self) -> Result<Url, HubError> {
        self.join("oauth/token")
    }

    /// The page of a repository, for people.
    pub(crate) fn page(&self, repo_id: &str) -> String {
        format!("{}/{repo_id}", self.text)
    }

    fn join(&self, path: &str) -> Result<Url, HubError> {
        Url::parse(&format!("{}/{path}", self.text))
            .map_err(|_| HubError::new(Code::InvalidOption, "The Hub's address does not make a URL."))
    }

    /// Whether a token may be sent there.
    pub(crate) fn is_private(&self) -> bool {
        is_private_channel(&self.base)
    }

    /// Whether `url` has the endpoint's scheme, host and port.
    pub(crate) fn owns(&self, url: &Url) -> bool {
        same_origin(&self.base, url)
    }
}

/// One path segment, encoded.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// Whether two URLs have the same scheme, host and port.
pub(crate) fn same_origin(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme()
        && a.host() == b.host()
        && a.host().is_some()
        && a.port_or_known_default() == b.port_or_known_default()
}

/// Whether a URL points to this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // In the URL of a SOCKS proxy an address is not told from a name.
        Some(Host::Domain(name)) if name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()) => true,
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Whether what is sent to `url` can be read only there: https, or never leaving this machine.
pub(crate) fn is_private_channel(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::collections::HashMap;

    fn endpoint(option: Option<&str>, variable: &str) -> Result<Endpoint, HubError> {
        let map = HashMap::from([("HF_ENDPOINT".to_owned(), variable.to_owned())]);
        Endpoint::choose(option, &map.into())
    }

    #[test]
    fn chosen_in_order() {
        assert_eq!(
            endpoint(Some("http://h:1//"), "http://e").unwrap().as_str(),
            "http://h:1"
        );
        assert_eq!(endpoint(Some(""), "http://e/p/").unwrap().as_str(), "http://e/p");
        assert_eq!(endpoint(None, "").unwrap().as_str(), "https://huggingface.co");
        for bad in [
            "x",
            "ftp://h",
            "https://u:p@h",
            "https://h?x=1",
            "https://h#x",
            "file:///etc",
        ] {
            assert_eq!(
                endpoint(None, bad).unwrap_err().code(),
                "ERR_HUB_INVALID_OPTION",
                "{bad}"
            );
        }
        assert!(!format!("{:?}", endpoint(None, "https://u:marked@h").unwrap_err()).contains("marked"));
    }

    #[test]
    fn staging_goes_before_the_variable() {
        let staging = |option: Option<&str>, value: &str| {
            let map = HashMap::from([
                ("HF_ENDPOINT".to_owned(), "http://e".to_owned()),
                ("HUGGINGFACE_CO_STAGING".to_owned(), value.to_owned()),
            ]);
            Endpoint::choose(option, &map.into()).unwrap().as_str().to_owned()
        };
        assert_eq!(staging(None, "yes"), "https://hub-ci.huggingface.co");
        assert_eq!(staging(None, "0"), "http://e");
        assert_eq!(staging(Some("http://h"), "1"), "http://h");
    }

    #[test]
    fn urls_are_encoded_as_python_does() {
        // urllib.parse.quote("feature/x y", safe="") and quote("a b/#é?.json")
        let url = endpoint(Some("https://h/hub"), "")
            .unwrap()
            .resolve("o/n", "feature/x y", "a b/#é?~.json");
        assert_eq!(
            url.unwrap().as_str(),
            "https://h/hub/o/n/resolve/feature%2Fx%20y/a%20b/%23%C3%A9%3F~.json"
        );
    }

    #[test]
    fn origins() {
        let hub = endpoint(Some("https://h"), "").unwrap();
        for (url, owned) in [
            ("https://h/x", true),
            ("https://h:443/x", true),
            ("https://H/x", true),
            ("http://h/x", false),
            ("http://h:443/x", false),
            ("https://h:444/x", false),
            ("https://h.evil/x", false),
            ("https://x.h/x", false),
        ] {
            assert_eq!(hub.owns(&Url::parse(url).unwrap()), owned, "{url}");
        }
    }

    #[test]
    fn channels() {
        for (url, private) in [
            ("https://h", true),
            ("http://h", false),
            ("http://127.0.0.1:1", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:1", true),
            ("http://localhost", true),
            ("http://a.localhost", true),
            ("http://localhost.evil", false),
            ("http://127.0.0.1.evil", false),
            ("http://0.0.0.0", false),
        ] {
            assert_eq!(is_private_channel(&Url::parse(url).unwrap()), private, "{url}");
        }
    }
}
