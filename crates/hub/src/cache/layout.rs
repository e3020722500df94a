//! Paths of one repository in the cache, and reading them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::digest::Etag;
use crate::variables::Variables;

/// What the cache knows about a file of a commit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is here.
    Present(PathBuf),
    /// The commit is known to have no such file.
    Missing,
    /// Nothing.
    Unknown,
}

/// One repository's part of the cache. All names given to its methods have been validated.
#[derive(Clone, Debug)]
pub(crate) struct RepoCache {
    /// The cache folder.
    pub(crate) root: PathBuf,
    /// The repository's folder in it.
    pub(crate) folder: PathBuf,
    name: String,
    /// Whether links may be used (`HF_HUB_DISABLE_SYMLINKS`).
    pub(crate) links: bool,
}

impl RepoCache {
    pub(crate) fn new(root: &Path, repo_id: &str, variables: &Variables) -> Self {
        let name = format!("models--{}", repo_id.replace('/', "--"));
        Self {
            root: root.to_owned(),
            folder: root.join(&name),
            name,
            links: !variables.is_true("HF_HUB_DISABLE_SYMLINKS"),
        }
    }

    pub(crate) fn blobs(&self) -> PathBuf {
        self.folder.join("blobs")
    }

    pub(crate) fn blob(&self, etag: &Etag) -> PathBuf {
        self.blobs().join(etag.as_str())
    }

    pub(crate) fn snapshot(&self, commit: &str) -> PathBuf {
        self.folder.join("snapshots").join(commit)
    }

    pub(crate) fn pointer(&self, commit: &str, path: &str) -> PathBuf {
        below(&self.snapshot(commit), path)
    }

    pub(crate) fn reference(&self, revision: &str) -> PathBuf {
        below(&self.folder.join("refs"), revision)
    }

    pub(crate) fn marker(&self, commit: &str, path: &str) -> PathBuf {
        below(&self.folder.join(".no_exist").join(commit), path)
    }

    pub(crate) fn lock(&self, etag: &Etag) -> PathBuf {
        self.root
            .join(".locks")
            .join(&self.name)
            .join(format!("{}.lock", etag.as_str()))
    }

    /// The commit that a revision stood for when it was last seen.
    pub(crate) fn read_reference(&self, revision: &str) -> Option<String> {
        let text = read_note(&self.reference(revision))?;
        let commit = text.trim_end_matches(['\r', '\n']);
        crate::validation::is_commit(commit).then(|| commit.to_owned())
    }

    /// The commit of a revision as far as the cache knows it.
    pub(crate) fn commit_of(&self, revision: &str) -> Option<String> {
        if crate::validation::is_commit(revision) {
            return Some(revision.to_owned());
        }
        self.read_reference(revision)
    }

    pub(crate) fn find(&self, commit: &str, path: &str) -> Found {
        let pointer = self.pointer(commit, path);
        if pointer.is_file() {
            Found::Present(pointer)
        } else if self.marker(commit, path).is_file() {
            Found::Missing
        } else {
            self.find_in_listing(commit, path)
        }
    }

    /// Python's client keeps a list of all files of a commit that it has taken whole.
    fn find_in_listing(&self, commit: &str, path: &str) -> Found {
        let listing = self.folder.join("trees").join(format!("{commit}.json"));
        let Ok(listing) = read(&listing, 64 << 20) else {
            return Found::Unknown;
        };
        let Ok(listing) = serde_json::from_slice::<serde_json::Value>(&listing) else {
            return Found::Unknown;
        };
        match (listing["format_version"].as_u64(), listing["files"].as_object()) {
            (Some(1), Some(files)) if !files.is_empty() && !files.contains_key(path) => Found::Missing,
            _ => Found::Unknown,
        }
    }
}

/// The digest in the name of the blob that a pointer links to; a pointer that is a copy has none.
pub(crate) fn digest_of(pointer: &Path) -> Option<Etag> {
    let target = fs::read_link(pointer).ok()?;
    Etag::from_hex(target.file_name()?.to_str()?)
}

/// A reference's text. Whatever else may lie there is not waited for: a pipe would never end.
pub(crate) fn read_note(path: &Path) -> Option<String> {
    String::from_utf8(read(path, 4096).ok()?).ok()
}

/// A regular file's bytes, unless there are more than `max`.
pub(crate) fn read(path: &Path, max: u64) -> io::Result<Vec<u8>> {
    let meta = fs::metadata(path)?;
    if !meta.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    let length = meta.len();
    if length > max {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it has more than {max} bytes"),
        ));
    }
    fs::read(path)
}

fn below(folder: &Path, path: &str) -> PathBuf {
    path.split('/')
        .fold(folder.to_owned(), |folder, part| folder.join(part))
}
