//! Names that come from a caller or a server and become part of a URL and of a path on disk.
//!
//! The rules are those of POSIX and of Windows at once, so that what is accepted on one machine is accepted on
//! all, and nothing accepted can leave the folder it is put in.

use crate::error::{Code, HubError};

const MAX_NAME: usize = 255;
const MAX_PATH: usize = 1024;

/// A repository id: `name` or `namespace/name`, by the Hub's own rules.
pub(crate) fn repo_id(id: &str) -> Result<(), HubError> {
    let problem = repo_id_problem(id);
    let Some(problem) = problem else { return Ok(()) };
    let shown = shown(id);
    let mut error = HubError::new(
        Code::InvalidRepoId,
        format!("{shown} is not a valid repository id: {problem}."),
    );
    error = if id.contains("://") {
        error.with_hint("Give the id alone, for example \"meta-llama/Llama-2-7b-hf\", not its URL.")
    } else {
        error.with_hint(
            "Give a repository id such as \"meta-llama/Llama-2-7b-hf\", or the path of a folder that exists.",
        )
    };
    Err(error)
}

/// Whether `id` could be a repository on a Hub.
pub(crate) fn is_repo_id(id: &str) -> bool {
    repo_id_problem(id).is_none()
}

fn repo_id_problem(id: &str) -> Option<&'static str> {
    if id.is_empty() {
        return Some("it is empty");
    }
    if id.contains("://") {
        return Some("it is a URL");
    }
    if id.matches('/').count() > 1 {
        return Some("it must be \"name\" or \"namespace/name\"");
    }
    for part in id.split('/') {
        if part.is_empty() || part.len() > 96 {
            return Some("each part must have 1 to 96 characters");
        }
        if !part
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        {
            return Some("only letters, digits, \"-\", \"_\" and \".\" are allowed");
        }
        if part.starts_with(['-', '.']) || part.ends_with(['-', '.']) {
            return Some("no part may begin or end with \"-\" or \".\"");
        }
    }
    if id.contains("--") || id.contains("..") {
        return Some("\"--\" and \"..\" are not allowed");
    }
    if strip_suffix_ignore_case(id, ".git") || strip_suffix_ignore_case(id, ".ipynb") {
        return Some("it must not end with \".git\" or \".ipynb\"");
    }
    None
}

fn strip_suffix_ignore_case(text: &str, suffix: &str) -> bool {
    text.len() >= suffix.len()
        && text.as_bytes()[text.len() - suffix.len()..].eq_ignore_ascii_case(suffix.as_bytes())
}

/// A branch, tag or commit. It becomes a path below `refs/`.
pub(crate) fn revision(revision: &str) -> Result<(), HubError> {
    path_problem(revision).map_or(Ok(()), |problem| {
        Err(HubError::new(
            Code::InvalidRevision,
            format!("{} is not a valid revision: {problem}.", shown(revision)),
        )
        .with_hint("A revision is a branch, a tag or a commit hash, for example \"main\" or \"refs/pr/1\"."))
    })
}

/// A file's path inside a repository, with `/` between folders.
pub(crate) fn file(path: &str) -> Result<(), HubError> {
    inner_path(path, "file name").map_err(|error| error.with_file(&shown(path)))
}

/// A folder inside a repository; empty means the repository itself.
pub(crate) fn subfolder(path: &str) -> Result<(), HubError> {
    if path.is_empty() {
        Ok(())
    } else {
        inner_path(path, "subfolder")
    }
}

fn inner_path(path: &str, what: &str) -> Result<(), HubError> {
    path_problem(path).map_or(Ok(()), |problem| {
        Err(HubError::new(
            Code::InvalidPath,
            format!("{} is not a valid {what}: {problem}.", shown(path)),
        )
        .with_hint("Give a path inside the repository, with \"/\" between its parts."))
    })
}

fn path_problem(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some("it is empty");
    }
    if path.len() > MAX_PATH {
        return Some("it is too long");
    }
    if path.contains("://") {
        return Some("it is a URL");
    }
    path.split('/').find_map(component_problem)
}

fn component_problem(part: &str) -> Option<&'static str> {
    if part.is_empty() {
        return Some("it has an empty part, or begins or ends with \"/\"");
    }
    if part.len() > MAX_NAME {
        return Some("a part is too long");
    }
    if part == "." || part == ".." {
        return Some("\".\" and \"..\" are not allowed");
    }
    if part.chars().any(char::is_control) {
        return Some("it has control characters");
    }
    if part.contains('\\') {
        return Some("backslashes are not allowed");
    }
    if part.contains([':', '*', '?', '"', '<', '>', '|']) {
        return Some("it has a character that Windows does not allow in names");
    }
    if part.ends_with([' ', '.']) {
        return Some("a part ends with a blank or a dot");
    }
    let stem = part.split('.').next().unwrap_or(part).trim_end_matches(' ');
    if is_device(stem) {
        return Some("it has a name that Windows reserves for a device");
    }
    None
}

fn is_device(stem: &str) -> bool {
    let upper = stem.to_ascii_uppercase();
    if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&upper.as_str()) {
        return true;
    }
    ["COM", "LPT"].iter().any(|device| {
        upper.strip_prefix(device).is_some_and(|rest| {
            let mut rest = rest.chars();
            matches!(
                (rest.next(), rest.next()),
                (Some('1'..='9' | '¹' | '²' | '³'), None)
            )
        })
    })
}

/// A name for a message: quoted, escaped, not endless.
pub(crate) fn shown(name: &str) -> String {
    let cut: String = name.chars().take(120).collect();
    let ellipsis = if cut.len() < name.len() { "…" } else { "" };
    crate::redact::text(&format!("\"{}{ellipsis}\"", cut.escape_debug()))
}

/// Whether a revision is a whole commit hash, as Python's client tests it.
pub(crate) fn is_commit(revision: &str) -> bool {
    revision.len() == 40
        && revision
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn repo_ids() {
        for good in [
            "gpt2",
            "a/b",
            "meta-llama/Llama-2-7b-hf",
            "Foo-BAR_foo.bar123",
            "_a/b_",
            "123",
        ] {
            assert!(repo_id(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/",
            "a/",
            "/a",
            "a/b/c",
            "..",
            "../a",
            "a/..",
            "a--b",
            "a..b",
            ".a",
            "a-",
            "a.git",
            "a/b.ipynb",
            "a b",
            "a\0b",
            "a/b?x=1#",
            "a%2f",
            "https://huggingface.co/a/b",
            "é",
            "a\\b",
            "C:/x",
            "a\n",
        ] {
            assert_eq!(
                repo_id(bad).unwrap_err().code(),
                "ERR_HUB_INVALID_REPO_ID",
                "{bad:?}"
            );
        }
        assert!(repo_id(&"a".repeat(97)).is_err());
    }

    #[test]
    fn revisions() {
        for good in [
            "main",
            "v1.0",
            "refs/pr/1",
            "feature/x",
            "a b",
            "0123456",
            "it's@50%",
        ] {
            assert!(revision(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/",
            "..",
            "../../../x",
            "a/../b",
            "a/.",
            "/abs",
            "a//b",
            "a/",
            "a\\b",
            "C:",
            "a\0",
            "con",
            "x/NUL.txt",
            "a:b",
            "a.",
            "https://x",
        ] {
            assert_eq!(
                revision(bad).unwrap_err().code(),
                "ERR_HUB_INVALID_REVISION",
                "{bad:?}"
            );
        }
    }

    #[test]
    fn files() {
        for good in [
            "tokenizer.json",
            "a/b c/d#1.json",
            "chat_templates/é.jinja",
            ".gitattributes",
            "console.txt",
            "COM10",
        ] {
            assert!(file(good).is_ok(), "{good}");
        }
        for bad in [
            "../x",
            "a/../../x",
            "/etc/passwd",
            "a\\..\\x",
            "aux.json",
            "COM1",
            "lpt9.txt",
            "a?b",
            "a\u{7f}",
            "nul ",
            "COM¹",
            "a/ ",
            "",
        ] {
            assert_eq!(file(bad).unwrap_err().code(), "ERR_HUB_INVALID_PATH", "{bad:?}");
        }
        assert!(file(&"x".repeat(255)).is_ok());
        assert!(file(&"x".repeat(256)).is_err());
        assert!(file(&"xy/".repeat(341)[..1022]).is_ok());
        assert!(file(&"xy/".repeat(342)[..1025]).is_err());
        assert!(subfolder("").is_ok());
        assert!(subfolder("..").is_err());
    }

    #[test]
    fn going_up_is_named() {
        for name in ["..", "a/./b", "a/../b"] {
            let message = file(name).unwrap_err().message().to_owned();
            assert!(message.contains("\".\" and \"..\" are not allowed"), "{message}");
        }
    }

    #[test]
    fn messages_stay_short_and_plain() {
        let error = repo_id(&format!("\0\u{1b}{}", "x".repeat(10_000))).unwrap_err();
        assert!(error.message().len() < 400);
        assert!(!error.message().contains(['\0', '\u{1b}']));
    }

    #[test]
    fn commits() {
        assert!(is_commit("0123456789abcdef0123456789abcdef01234567"));
        assert!(!is_commit("0123456789ABCDEF0123456789abcdef01234567"));
        assert!(!is_commit("0123456789abcdef"));
    }
}
