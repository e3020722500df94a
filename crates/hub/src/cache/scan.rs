//! What is in the cache, and deleting from it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::layout::{self, RepoCache, Unreadable};
use super::remove::{all_files_below, files_below, list, walk};
use crate::error::{Code, HubError};
use crate::variables::Variables;

/// All that a cache folder holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CacheReport {
    /// The folder.
    pub root: PathBuf,
    /// Bytes on disk, each blob counted once.
    pub size: u64,
    /// The repositories.
    pub repos: Vec<CachedRepo>,
    /// What broken-off downloads have left, with sizes.
    pub incomplete: Vec<(PathBuf, u64)>,
    /// What is not as it should be.
    pub warnings: Vec<String>,
}

/// One repository in the cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CachedRepo {
    /// Its id.
    pub id: String,
    /// `model`, `dataset`, `space` and so on.
    pub kind: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Bytes on disk, each blob counted once.
    pub size: u64,
    /// Its commits.
    pub revisions: Vec<CachedRevision>,
}

/// One commit in the cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CachedRevision {
    /// The commit.
    pub commit: String,
    /// Branches and tags that stood for it when last seen.
    pub refs: Vec<String>,
    /// Its folder.
    pub folder: PathBuf,
    /// Bytes of its files.
    pub size: u64,
    /// Its files.
    pub files: Vec<CachedFile>,
}

/// One file of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CachedFile {
    /// Its path in the repository.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// The file that has its bytes.
    pub blob: PathBuf,
    /// Its size.
    pub size: u64,
}

/// Reads what a cache folder holds; nothing is changed.
///
/// # Errors
/// When no cache folder is known, or it cannot be read. One that does not exist is empty.
pub fn scan_cache(variables: &Variables, cache_dir: Option<&Path>) -> Result<CacheReport, HubError> {
    let root = super::folder::root(cache_dir, variables)?;
    let mut report = CacheReport {
        root: root.clone(),
        ..CacheReport::default()
    };
    for folder in list(&root)? {
        let name = folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        // Python's shared store, the locks and the tag are no repositories.
        if [".locks", "CACHEDIR.TAG", "blobs"].contains(&name.as_str()) {
            continue;
        }
        for path in readable(&folder.join("blobs"), &mut report.warnings) {
            if path
                .extension()
                .is_some_and(|extension| extension == "incomplete")
            {
                report.incomplete.push((path.clone(), size_of(&path)));
            }
        }
        match scan_repo(&folder, &name) {
            Ok((repo, warnings)) => {
                report.size += repo.size;
                report.repos.push(repo);
                report.warnings.extend(warnings);
            }
            Err(warning) => report.warnings.push(warning),
        }
    }
    Ok(report)
}

fn scan_repo(folder: &Path, name: &str) -> Result<(CachedRepo, Vec<String>), String> {
    let shown = folder.display();
    let Some((kinds, id)) = name.split_once("--").filter(|_| folder.is_dir()) else {
        return Err(format!("{shown} is not a repository's folder."));
    };
    let kind = kinds.strip_suffix('s').unwrap_or(kinds).to_owned();
    let snapshots = folder.join("snapshots");
    if !layout::is_folder(&snapshots).map_err(warning)? {
        return Err(format!("{shown} has no snapshots."));
    }
    let mut warnings = Vec::new();
    let mut refs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let refs_folder = folder.join("refs");
    for path in walk(&refs_folder, |failed| warnings.push(warning(failed))) {
        let commit = match layout::read_note(&path) {
            Ok(text) => text.unwrap_or_default().trim().to_owned(),
            Err(failed) => {
                warnings.push(warning(failed));
                continue;
            }
        };
        refs.entry(commit)
            .or_default()
            .push(relative(&path, &refs_folder));
    }
    let mut blobs = BTreeSet::new();
    let mut revisions = Vec::new();
    for path in readable(&snapshots, &mut warnings) {
        if !path.is_dir() {
            warnings.push(format!("{} is a file among the snapshots.", path.display()));
            continue;
        }
        let commit = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let files = files_of(&path, &mut warnings);
        blobs.extend(files.iter().map(|file| (file.blob.clone(), file.size)));
        let size = files
            .iter()
            .map(|file| (&file.blob, file.size))
            .collect::<BTreeMap<_, _>>()
            .values()
            .sum();
        revisions.push(CachedRevision {
            refs: refs.remove(&commit).unwrap_or_default(),
            commit,
            folder: path,
            size,
            files,
        });
    }
    for (commit, names) in refs {
        warnings.push(format!(
            "{shown}: {} refer to a missing commit {commit:?}.",
            names.join(", ")
        ));
    }
    let size = blobs.iter().map(|(_, size)| size).sum();
    Ok((
        CachedRepo {
            id: id.replace("--", "/"),
            kind,
            folder: folder.to_owned(),
            size,
            revisions,
        },
        warnings,
    ))
}

fn warning(failed: Unreadable) -> String {
    HubError::from(failed).one_line()
}

/// The entries of a folder, or a warning.
fn readable(folder: &Path, warnings: &mut Vec<String>) -> Vec<PathBuf> {
    list(folder).unwrap_or_else(|failed| {
        warnings.push(warning(failed));
        Vec::new()
    })
}

fn files_of(snapshot: &Path, warnings: &mut Vec<String>) -> Vec<CachedFile> {
    let mut files = Vec::new();
    for path in walk(snapshot, |failed| warnings.push(warning(failed))) {
        let blob = match fs::read_link(&path) {
            Ok(target) => normal(&path.parent().unwrap_or(snapshot).join(target)),
            Err(_) => path.clone(),
        };
        if !blob.exists() {
            warnings.push(format!("{} leads nowhere.", path.display()));
            continue;
        }
        let size = size_of(&blob);
        files.push(CachedFile {
            name: relative(&path, snapshot),
            path,
            blob,
            size,
        });
    }
    files
}

/// Deletes a repository from the cache, or one revision of it (a commit, branch or tag); returns the bytes freed.
///
/// # Errors
/// When the id or revision is not valid, is not in the cache, or cannot be deleted.
pub fn delete_from_cache(
    variables: &Variables,
    cache_dir: Option<&Path>,
    repo_id: &str,
    revision: Option<&str>,
) -> Result<u64, HubError> {
    crate::validation::repo_id(repo_id)?;
    let root = super::folder::root(cache_dir, variables)?;
    let cache = RepoCache::new(&root, repo_id, variables);
    let absent = |code, what: &str| {
        HubError::new(code, format!("{what} is not in the cache {}.", root.display()))
            .with_repo(repo_id, revision.unwrap_or("main"))
    };
    if !layout::is_folder(&cache.folder)? {
        return Err(absent(Code::RepoNotFound, &crate::validation::shown(repo_id)));
    }
    let failed = |error: std::io::Error| {
        HubError::new(
            Code::Cache,
            format!("{} cannot be deleted: {error}.", cache.folder.display()),
        )
    };
    let before = bytes_below(&cache.blobs()) + bytes_below(&cache.folder.join("snapshots"));
    let Some(revision) = revision else {
        fs::remove_dir_all(&cache.folder).map_err(failed)?;
        return Ok(before);
    };
    crate::validation::revision(revision)?;
    let commit = match cache.commit_of(revision)? {
        Some(commit) if layout::is_folder(&cache.snapshot(&commit))? => Some(commit),
        _ => None,
    };
    let Some(commit) = commit else {
        let what = format!(
            "{} at revision {}",
            crate::validation::shown(repo_id),
            crate::validation::shown(revision)
        );
        return Err(absent(Code::RevisionNotFound, &what));
    };
    // A pointer that is overlooked would lead nowhere afterwards.
    let blobs_of = |folder: &Path| -> Result<BTreeSet<_>, Unreadable> {
        let mut blobs = BTreeSet::new();
        for path in all_files_below(folder)? {
            blobs.extend(layout::known_digest_of(&path)?.map(|e| e.as_str().to_owned()));
        }
        Ok(blobs)
    };
    let own = blobs_of(&cache.snapshot(&commit))?;
    // References and pointers go before blobs, so that a reader never meets one that leads nowhere.
    for reference in all_files_below(&cache.folder.join("refs"))? {
        if layout::read_note(&reference)?.is_some_and(|text| text.trim() == commit) {
            fs::remove_file(reference).map_err(failed)?;
        }
    }
    fs::remove_dir_all(cache.snapshot(&commit)).map_err(failed)?;
    let shared = blobs_of(&cache.folder.join("snapshots"))?;
    for blob in own.difference(&shared) {
        let _ = fs::remove_file(cache.blobs().join(blob));
    }
    cache.prune(&commit);
    Ok(before.saturating_sub(bytes_below(&cache.blobs()) + bytes_below(&cache.folder.join("snapshots"))))
}

fn bytes_below(folder: &Path) -> u64 {
    files_below(folder)
        .iter()
        .filter_map(|path| fs::symlink_metadata(path).ok())
        .filter(fs::Metadata::is_file)
        .map(|m| m.len())
        .sum()
}

fn size_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |meta| meta.len())
}

fn relative(path: &Path, folder: &Path) -> String {
    let inside = path.strip_prefix(folder).unwrap_or(path);
    inside
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// A path without `..`, by its text alone: a blob may itself be a link, which is not to be followed.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                out.pop();
            }
            std::path::Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}
