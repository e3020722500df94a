//! The environment variables of one call, as the caller saw them.
//!
//! The process's own environment is never read: in a worker thread of Node `process.env` is a copy, and
//! programs set it while they run.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;

/// A snapshot of the caller's environment variables. Its `Debug` shows names only, since values may be secret.
#[derive(Clone, Default)]
pub struct Variables(HashMap<String, String>);

impl From<HashMap<String, String>> for Variables {
    fn from(map: HashMap<String, String>) -> Self {
        Self(map)
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Variables {
    /// The value of `name`; an empty value counts as unset.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The first of `names` that is set, with its name.
    pub(crate) fn first<'n>(&self, names: &[&'n str]) -> Option<(&'n str, &str)> {
        names
            .iter()
            .find_map(|name| self.get(name).map(|value| (*name, value)))
    }

    /// A boolean as Python's client reads it: true for 1, ON, YES and TRUE in any case, else false.
    #[must_use]
    pub fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(is_true)
    }

    /// Whether the network may not be used: `HF_HUB_OFFLINE`, or `TRANSFORMERS_OFFLINE` where that is unset.
    #[must_use]
    pub fn offline(&self) -> bool {
        self.first(&["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
            .is_some_and(|(_, value)| is_true(value))
    }

    /// Whether the staging Hub is meant, with a cache and a token of its own.
    pub(crate) fn staging(&self) -> bool {
        self.is_true("HUGGINGFACE_CO_STAGING")
    }

    /// A length of time in seconds; what is not a positive number is ignored.
    pub(crate) fn seconds(&self, name: &str) -> Option<std::time::Duration> {
        let seconds: f64 = self.get(name)?.trim().parse().ok()?;
        std::time::Duration::try_from_secs_f64(seconds)
            .ok()
            .filter(|d| !d.is_zero())
    }

    /// The user's home folder.
    pub(crate) fn home(&self) -> Option<PathBuf> {
        let names: &[&str] = if cfg!(windows) {
            &["USERPROFILE", "HOME"]
        } else {
            &["HOME"]
        };
        self.first(names).map(|(_, value)| PathBuf::from(value))
    }

    /// A path with a leading `~` and any `$NAME` or `${NAME}` put in; unknown names stay as they are.
    pub(crate) fn expand(&self, path: &str) -> PathBuf {
        let path = self.expand_names(path);
        match path.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with(['/', std::path::MAIN_SEPARATOR]) => {
                match self.home() {
                    Some(home) => home.join(rest.trim_start_matches(['/', std::path::MAIN_SEPARATOR])),
                    None => PathBuf::from(path),
                }
            }
            _ => PathBuf::from(path),
        }
    }

    fn expand_names(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let (name, length) = if let Some(braced) = rest.strip_prefix("${") {
                braced.find('}').map_or(("", 1), |end| (&braced[..end], end + 3))
            } else {
                let end = rest[1..]
                    .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                    .map_or(rest.len(), |end| end + 1);
                (&rest[1..end], end)
            };
            match self.0.get(name) {
                Some(value) if !name.is_empty() => out.push_str(value),
                _ => out.push_str(&rest[..length]),
            }
            rest = &rest[length..];
        }
        out.push_str(rest);
        out
    }
}

fn is_true(value: &str) -> bool {
    ["1", "ON", "YES", "TRUE"].contains(&value.to_ascii_uppercase().as_str())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    pub(crate) fn variables(pairs: &[(&str, &str)]) -> Variables {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect::<HashMap<_, _>>()
            .into()
    }

    #[test]
    fn booleans_are_pythons() {
        for (value, expected) in [
            ("1", true),
            ("on", true),
            ("Yes", true),
            ("TRUE", true),
            ("0", false),
            ("y", false),
            ("2", false),
        ] {
            assert_eq!(variables(&[("X", value)]).is_true("X"), expected, "{value}");
        }
        assert!(!variables(&[]).is_true("X"));
    }

    #[test]
    fn offline_prefers_the_hubs_own_name() {
        assert!(variables(&[("TRANSFORMERS_OFFLINE", "1")]).offline());
        assert!(!variables(&[("HF_HUB_OFFLINE", "0"), ("TRANSFORMERS_OFFLINE", "1")]).offline());
        assert!(variables(&[("HF_HUB_OFFLINE", ""), ("TRANSFORMERS_OFFLINE", "1")]).offline());
    }

    #[test]
    fn paths_are_expanded() {
        let v = variables(&[("HOME", "/h"), ("USERPROFILE", "/h"), ("A", "x")]);
        assert_eq!(v.expand("~/c"), PathBuf::from("/h").join("c"));
        assert_eq!(v.expand("~"), PathBuf::from("/h").join(""));
        assert_eq!(
            v.expand("/a/$A/${A}z/$NONE/${NONE}/$"),
            PathBuf::from("/a/x/xz/$NONE/${NONE}/$")
        );
        assert_eq!(v.expand("~other/c"), PathBuf::from("~other/c"));
        assert_eq!(v.expand("/a/${A"), PathBuf::from("/a/${A"));
    }

    #[test]
    fn seconds_ignore_nonsense() {
        assert_eq!(variables(&[("X", "2.5")]).seconds("X").unwrap().as_millis(), 2500);
        for value in ["", "x", "-1", "0", "nan", "inf", "1e300"] {
            assert!(variables(&[("X", value)]).seconds("X").is_none(), "{value}");
        }
    }

    #[test]
    fn debug_hides_values() {
        assert!(!format!("{:?}", variables(&[("HF_TOKEN", "hf_marked")])).contains("marked"));
    }
}
