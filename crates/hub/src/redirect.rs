//! Where a redirect loses its token.
//!
//! Every request of this crate is one [`Hop`]. The HTTP library follows no redirect by itself; [`Hop::follow`]
//! is the only way from one URL to the next, and [`Hop::token_may_travel`] the only place that decides whether
//! the `Authorization` header goes along.

use url::Url;

use crate::endpoint::{Endpoint, is_private_channel};
use crate::error::{Code, HubError};

/// More redirects than this are a loop.
pub(crate) const MAX_HOPS: usize = 10;

/// One request on the way to a file.
#[derive(Clone, Debug)]
pub(crate) struct Hop {
    /// Where it goes.
    pub(crate) url: Url,
    /// How many redirects led here.
    pub(crate) number: usize,
    /// True from the first redirect that left the endpoint's origin on, even if a later one comes back.
    left_home: bool,
}

impl Hop {
    /// The first request.
    pub(crate) fn first(url: Url, endpoint: &Endpoint) -> Self {
        let left_home = !endpoint.owns(&url);
        Self {
            url,
            number: 0,
            left_home,
        }
    }

    /// The token goes only to the endpoint's own origin, only over https or to this machine, and never again
    /// once a redirect has led elsewhere.
    pub(crate) fn token_may_travel(&self, endpoint: &Endpoint) -> bool {
        !self.left_home && endpoint.owns(&self.url) && is_private_channel(&self.url)
    }

    /// Whether the answer comes from the Hub itself and not from a place that it redirected to.
    pub(crate) fn is_home(&self) -> bool {
        !self.left_home
    }

    /// The request that a `Location` header asks for.
    pub(crate) fn follow(&self, location: &str, endpoint: &Endpoint) -> Result<Self, HubError> {
        let refuse = |why: &str| {
            HubError::new(Code::Redirect, format!("A redirect was not followed: {why}."))
                .with_url(&self.url)
                .with_hint("Check the Hub's address, and any proxy or mirror in front of it.")
        };
        if self.number >= MAX_HOPS {
            return Err(refuse("there were too many in a row"));
        }
        let url = self
            .url
            .join(location)
            .map_err(|_| refuse("its target is not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(refuse("its target is neither https nor http"));
        }
        if self.url.scheme() == "https" && url.scheme() == "http" {
            return Err(refuse("it leads from https to http"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("its target holds a user name or password"));
        }
        let left_home = self.left_home || !endpoint.owns(&url);
        Ok(Self {
            url,
            number: self.number + 1,
            left_home,
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn hub(base: &str) -> (Endpoint, Hop) {
        let endpoint = Endpoint::choose(Some(base), &crate::Variables::default()).unwrap();
        let hop = Hop::first(endpoint.resolve("o/n", "main", "f").unwrap(), &endpoint);
        (endpoint, hop)
    }

    #[test]
    fn the_token_stays_at_home() {
        let (endpoint, first) = hub("https://hub.example");
        assert!(first.token_may_travel(&endpoint));
        for (location, travels) in [
            ("/api/resolve-cache/models/o/n/x/f", true),
            ("https://hub.example/other/resolve/main/f", true),
            ("https://hub.example:443/x", true),
            ("https://hub.example:444/x", false),
            ("https://cdn.example/x?Signature=1", false),
            ("//evil.example/x", false),
            ("https://hub.example.evil/x", false),
            ("https://hub.example@evil.example.evil", false),
        ] {
            match first.follow(location, &endpoint) {
                Ok(next) => assert_eq!(next.token_may_travel(&endpoint), travels, "{location}"),
                Err(error) => assert!(!travels, "{location}: {error}"),
            }
        }
    }

    #[test]
    fn once_lost_it_stays_lost() {
        let (endpoint, first) = hub("https://hub.example");
        let away = first.follow("https://evil.example/", &endpoint).unwrap();
        let back = away
            .follow("https://hub.example/o/n/resolve/main/f", &endpoint)
            .unwrap();
        assert!(!back.token_may_travel(&endpoint));
        assert!(!back.is_home());
    }

    #[test]
    fn plain_http_carries_it_only_on_this_machine() {
        let (endpoint, first) = hub("http://hub.example");
        assert!(!first.token_may_travel(&endpoint));
        let (endpoint, first) = hub("http://127.0.0.1:8080");
        assert!(first.token_may_travel(&endpoint));
        assert!(
            !first
                .follow("http://127.0.0.1:8081/", &endpoint)
                .unwrap()
                .token_may_travel(&endpoint)
        );
        assert!(
            !first
                .follow("http://localhost:8080/", &endpoint)
                .unwrap()
                .token_may_travel(&endpoint)
        );
    }

    #[test]
    fn refused_targets() {
        let (endpoint, first) = hub("https://hub.example");
        for location in [
            "http://hub.example/x",
            "http://127.0.0.1/x",
            "ftp://x/",
            "file:///etc/passwd",
            "https://u:p@x/",
            "https://",
        ] {
            assert_eq!(
                first.follow(location, &endpoint).unwrap_err().code(),
                "ERR_HUB_REDIRECT",
                "{location}"
            );
        }
        let mut hop = first;
        for _ in 0..MAX_HOPS {
            hop = hop.follow("/x?sig=marked", &endpoint).unwrap();
        }
        let error = hop.follow("/x", &endpoint).unwrap_err();
        assert!(!format!("{error:?}").contains("marked"));
    }
}
