//! Entity tags that are digests, and checking bytes against them.

use std::fmt;

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::error::{Code, HubError};

/// A checked entity tag: the git blob id (sha1) of a small file, or the sha256 of a large one. It is safe as a
/// file name, since it has hexadecimal digits only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Etag(String);

impl fmt::Debug for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Etag {
    /// From a header: `W/` and quotes are taken off, all else must be 40 or 64 hexadecimal digits.
    pub(crate) fn from_header(value: &str) -> Result<Self, HubError> {
        Self::from_hex(value.trim().trim_start_matches("W/").trim_matches('"')).ok_or_else(|| {
            HubError::new(
                Code::Protocol,
                format!(
                    "The server's entity tag {} is no digest.",
                    crate::validation::shown(value)
                ),
            )
            .with_hint("A Hub names each file by its git blob id or its sha256; check the Hub's address.")
        })
    }

    /// From the digits themselves, for example the name of a blob in the cache.
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let hex = text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        (hex && matches!(text.len(), 40 | 64)).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `bytes` are the file that this tag names.
    pub(crate) fn matches(&self, bytes: &[u8]) -> bool {
        let mut hasher = Hasher::new(self, bytes.len() as u64);
        hasher.update(bytes);
        hasher.matches(self)
    }
}

/// A running digest of one file.
pub(crate) enum Hasher {
    /// `sha1("blob <length>\0" + bytes)`
    Git(Sha1),
    Sha256(Sha256),
}

impl Hasher {
    /// For the kind of digest that `etag` is; git's begins with the length.
    pub(crate) fn new(etag: &Etag, length: u64) -> Self {
        if etag.0.len() == 40 {
            let mut sha1 = Sha1::new();
            sha1.update(format!("blob {length}\0").as_bytes());
            Self::Git(sha1)
        } else {
            Self::Sha256(Sha256::new())
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Git(sha1) => sha1.update(bytes),
            Self::Sha256(sha256) => sha256.update(bytes),
        }
    }

    pub(crate) fn matches(self, etag: &Etag) -> bool {
        let digest = match self {
            Self::Git(sha1) => hex(&sha1.finalize()),
            Self::Sha256(sha256) => hex(&sha256.finalize()),
        };
        digest == etag.0
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn digests_are_those_of_git_and_sha256sum() {
        // printf 'hello\n' | git hash-object --stdin; git hash-object /dev/null; printf 'hello\n' | sha256sum
        for (hex, bytes) in [
            ("ce013625030ba8dba906f756967f9e9ca394464a", &b"hello\n"[..]),
            ("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", b""),
            (
                "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
                b"hello\n",
            ),
        ] {
            let etag = Etag::from_hex(hex).unwrap();
            assert!(etag.matches(bytes), "{hex}");
            assert!(!etag.matches(b"other"), "{hex}");
        }
    }

    #[test]
    fn headers() {
        let hex = "ce013625030ba8dba906f756967f9e9ca394464a";
        for good in [hex.to_owned(), format!("\"{hex}\""), format!("W/\"{hex}\"")] {
            assert_eq!(Etag::from_header(&good).unwrap().as_str(), hex);
        }
        for bad in [
            "",
            "\"\"",
            "../../x",
            "/abs/path",
            "\"0x8DC\"",
            &hex[1..],
            &hex.to_uppercase(),
            &format!("{hex}-gzip"),
        ] {
            assert_eq!(
                Etag::from_header(bad).unwrap_err().code(),
                "ERR_HUB_PROTOCOL",
                "{bad}"
            );
        }
    }
}
