//! Proxies, from the caller's variables and not from the process's.

use reqwest::{NoProxy, Proxy};
use url::Url;

use crate::error::{Code, HubError};
use crate::variables::Variables;

/// What never goes through a proxy on another machine: there "this machine" would mean another one, and a token
/// on its way to a server on loopback would leave in the clear.
const LOOPBACK: &str = "localhost,.localhost,127.0.0.0/8,::1";

/// The proxy settings, as text.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct ProxySettings {
    http: Option<String>,
    https: Option<String>,
    no_proxy: String,
}

impl ProxySettings {
    /// Lower-case names win, as in curl and Python. `HTTP_PROXY` is not believed inside a CGI program, where a
    /// client can set it by a header.
    pub(crate) fn new(variables: &Variables) -> Self {
        let get = |names: &[&str]| variables.first(names).map(|(_, value)| value.trim().to_owned());
        let all = get(&["all_proxy", "ALL_PROXY"]);
        let http: &[&str] = if variables.get("REQUEST_METHOD").is_some() {
            &["http_proxy"]
        } else {
            &["http_proxy", "HTTP_PROXY"]
        };
        Self {
            http: get(http).or_else(|| all.clone()),
            https: get(&["https_proxy", "HTTPS_PROXY"]).or(all),
            no_proxy: get(&["no_proxy", "NO_PROXY"]).unwrap_or_default(),
        }
    }

    /// The proxies for a client.
    pub(crate) fn build(&self) -> Result<Vec<Proxy>, HubError> {
        let mut proxies = Vec::new();
        // reqwest takes `*` for any name, and not for any address.
        if self.no_proxy.split(',').any(|item| item.trim() == "*") {
            return Ok(proxies);
        }
        if let Some(text) = &self.http {
            proxies.push(self.one(text, "HTTP_PROXY", "http")?);
        }
        if let Some(text) = &self.https {
            proxies.push(self.one(text, "HTTPS_PROXY", "https")?);
        }
        Ok(proxies)
    }

    fn one(&self, text: &str, name: &str, scheme: &'static str) -> Result<Proxy, HubError> {
        let bad = || {
            HubError::new(
                Code::InvalidOption,
                format!("The proxy in {name} (or ALL_PROXY) is not a URL."),
            )
            .with_hint("Write it as http://host:port or http://user:password@host:port.")
        };
        let url = if text.contains("://") {
            Url::parse(text)
        } else {
            Url::parse(&format!("http://{text}"))
        };
        let url = url.map_err(|_| bad())?;
        if url.host().is_none()
            || !matches!(
                url.scheme(),
                "http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h"
            )
        {
            return Err(bad());
        }
        let mut exceptions = exceptions(&self.no_proxy, scheme);
        if !crate::endpoint::is_loopback(&url) {
            exceptions.push_str(LOOPBACK);
        }
        let make = if scheme == "https" {
            Proxy::https
        } else {
            Proxy::http
        };
        Ok(make(url)
            .map_err(|_| bad())?
            .no_proxy(NoProxy::from_string(&exceptions)))
    }
}

/// What `NO_PROXY` says of addresses of one scheme, in the ways of writing that Python's client understands, as reqwest
/// reads it: that knows no schemes, no brackets, no stars and no ports. An exception for one port is one for all: whoever
/// names a host there does not want it asked for through the proxy.
fn exceptions(no_proxy: &str, scheme: &str) -> String {
    let mut found = String::new();
    for item in no_proxy.split(',').map(str::trim) {
        let item = match item.split_once("://") {
            Some((only, rest)) if only.eq_ignore_ascii_case(scheme) => rest.trim_end_matches('/'),
            Some(_) => continue,
            None => item,
        };
        let host = match item.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, _)) => host,
            None => match item.split_once(':') {
                Some((host, port)) if !port.contains(':') => host,
                _ => item,
            },
        };
        found.push_str(host.strip_prefix('*').unwrap_or(host));
        found.push(',');
    }
    found
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::collections::HashMap;

    fn settings(pairs: &[(&str, &str)]) -> ProxySettings {
        let map: HashMap<String, String> = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        ProxySettings::new(&map.into())
    }

    #[test]
    fn a_cgi_programs_client_chooses_no_proxy() {
        let from_a_header = ("HTTP_PROXY", "http://evil.example");
        let method = ("REQUEST_METHOD", "GET");
        assert!(settings(&[from_a_header]).http.is_some());
        assert!(settings(&[from_a_header, method]).http.is_none());
        let own = ("http_proxy", "http://own.example");
        assert_eq!(
            settings(&[from_a_header, method, own]).http.as_deref(),
            Some("http://own.example")
        );
        let all = ("ALL_PROXY", "socks5://all.example");
        let chosen = settings(&[from_a_header, method, all]);
        assert_eq!(chosen.http.as_deref(), Some("socks5://all.example"));
    }

    #[test]
    fn kinds_of_proxies() {
        for kind in ["http", "https", "socks4", "socks4a", "socks5", "socks5h"] {
            let url = format!("{kind}://user:marked@proxy.example:1080");
            assert_eq!(
                settings(&[("ALL_PROXY", &url)]).build().unwrap().len(),
                2,
                "{kind}"
            );
        }
        assert_eq!(
            settings(&[("HTTPS_PROXY", "proxy:8080")]).build().unwrap().len(),
            1
        );
        for bad in [
            "ftp://marked@proxy",
            "socks6://marked@proxy:1",
            "http://",
            "http://[marked",
        ] {
            let error = settings(&[("HTTPS_PROXY", bad)]).build().unwrap_err();
            assert_eq!(error.code(), "ERR_HUB_INVALID_OPTION", "{bad}");
            assert!(!format!("{error:?}").contains("marked"), "{bad}");
        }
    }
}
