//! Paths of one repository in the cache, and reading them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::digest::Etag;
use crate::error::{Code, HubError};
use crate::variables::Variables;

/// What the cache knows about a file of a commit.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is here.
    Present(PathBuf),
    /// The commit is known to have no such file.
    Missing,
    /// Nothing.
    #[default]
    Unknown,
}

/// A place of which the system does not say whether anything is there: it may be all that is wanted.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) path: PathBuf,
    pub(crate) error: io::Error,
}

impl Unreadable {
    fn is_denied(&self) -> bool {
        self.error.kind() == io::ErrorKind::PermissionDenied
    }
}

impl From<Unreadable> for HubError {
    fn from(Unreadable { path, error }: Unreadable) -> Self {
        let message = format!("{} cannot be read: {error}.", path.display());
        let told = Self::new(Code::Cache, message).with_cause(&error);
        if is_about_the_file(&error) {
            told.with_hint(
                "Let this user read it, or choose another folder with HF_HUB_CACHE or the option `cache_dir`.",
            )
        } else {
            told.not_of_the_file()
        }
    }
}

/// What may not be looked at counts as not there, where something can be done without it: what is put into its place
/// heals it, or a warning says that nothing can be put there.
pub(crate) fn where_allowed<T: Default>(found: Result<T, Unreadable>) -> Result<T, Unreadable> {
    match found {
        Err(failed) if failed.is_denied() => Ok(T::default()),
        found => found,
    }
}

/// Whether an error says that there is nothing. Any other, such as too many open files, does not say so.
fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename
    )
}

/// Whether an error is one of this very file, so that another in its place may be better.
pub(crate) fn is_about_the_file(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::InvalidData
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::FileTooLarge
            | io::ErrorKind::UnexpectedEof
    ) || is_absence(error)
}

/// What there is, links followed.
fn metadata(path: &Path) -> Result<Option<fs::Metadata>, Unreadable> {
    present(path, fs::metadata(path))
}

/// None where there is nothing.
pub(crate) fn present<T>(path: &Path, found: io::Result<T>) -> Result<Option<T>, Unreadable> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(Unreadable {
            path: path.to_owned(),
            error,
        }),
    }
}

pub(crate) fn is_file(path: &Path) -> Result<bool, Unreadable> {
    Ok(metadata(path)?.is_some_and(|meta| meta.is_file()))
}

pub(crate) fn is_folder(path: &Path) -> Result<bool, Unreadable> {
    Ok(metadata(path)?.is_some_and(|meta| meta.is_dir()))
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
    pub(crate) fn read_reference(&self, revision: &str) -> Result<Option<String>, Unreadable> {
        let text = read_note(&self.reference(revision))?.unwrap_or_default();
        let commit = text.trim_end_matches(['\r', '\n']);
        Ok(crate::validation::is_commit(commit).then(|| commit.to_owned()))
    }

    /// The commit of a revision as far as the cache knows it.
    pub(crate) fn commit_of(&self, revision: &str) -> Result<Option<String>, Unreadable> {
        if crate::validation::is_commit(revision) {
            return Ok(Some(revision.to_owned()));
        }
        self.read_reference(revision)
    }

    pub(crate) fn find(&self, commit: &str, path: &str) -> Result<Found, Unreadable> {
        let pointer = self.pointer(commit, path);
        if is_file(&pointer)? {
            Ok(Found::Present(pointer))
        } else if is_file(&self.marker(commit, path))? {
            Ok(Found::Missing)
        } else {
            self.find_in_listing(commit, path)
        }
    }

    /// Python's client keeps a list of all files of a commit that it has taken whole.
    fn find_in_listing(&self, commit: &str, path: &str) -> Result<Found, Unreadable> {
        let listing = self.folder.join("trees").join(format!("{commit}.json"));
        let listing = read_if_sound(&listing, 64 << 20)?.unwrap_or_default();
        let Ok(listing) = serde_json::from_slice::<serde_json::Value>(&listing) else {
            return Ok(Found::Unknown);
        };
        Ok(
            match (listing["format_version"].as_u64(), listing["files"].as_object()) {
                (Some(1), Some(files)) if !files.is_empty() && !files.contains_key(path) => Found::Missing,
                _ => Found::Unknown,
            },
        )
    }
}

/// The digest in the name of the blob that a pointer links to; a pointer that is a copy has none.
pub(crate) fn digest_of(pointer: &Path) -> Option<Etag> {
    digest_in(&fs::read_link(pointer).ok()?)
}

/// The same, or why that cannot be told.
pub(crate) fn known_digest_of(pointer: &Path) -> Result<Option<Etag>, Unreadable> {
    let is_link = present(pointer, fs::symlink_metadata(pointer))?.is_some_and(|meta| meta.is_symlink());
    if !is_link {
        return Ok(None);
    }
    let target = present(pointer, fs::read_link(pointer))?;
    Ok(target.and_then(|target| digest_in(&target)))
}

fn digest_in(target: &Path) -> Option<Etag> {
    Etag::from_hex(target.file_name()?.to_str()?)
}

/// A reference's text. Whatever else may lie there is not waited for: a pipe would never end.
pub(crate) fn read_note(path: &Path) -> Result<Option<String>, Unreadable> {
    Ok(read_if_sound(path, 4096)?.and_then(|bytes| String::from_utf8(bytes).ok()))
}

/// A file's bytes; none where there is no file, or something that is of no use.
pub(crate) fn read_if_sound(path: &Path, max: u64) -> Result<Option<Vec<u8>>, Unreadable> {
    match read(path, max) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() != io::ErrorKind::PermissionDenied && is_about_the_file(&error) => {
            Ok(None)
        }
        Err(error) => Err(Unreadable {
            path: path.to_owned(),
            error,
        }),
    }
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
