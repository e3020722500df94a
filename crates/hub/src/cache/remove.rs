//! Taking bad files out of the cache, and what they leave empty.

use std::fs;
use std::path::{Path, PathBuf};

use super::layout::RepoCache;
use crate::digest::Etag;

impl RepoCache {
    /// Removes a file that is of no use: its pointer, its blob, every other pointer to that blob, and all that
    /// is then empty. Best effort: what cannot be removed stays.
    pub(crate) fn discard(&self, commit: &str, path: &str, etag: Option<&Etag>) {
        let _ = fs::remove_file(self.pointer(commit, path));
        if let Some(etag) = etag {
            for pointer in files_below(&self.folder.join("snapshots")) {
                if super::layout::digest_of(&pointer).as_ref() == Some(etag) {
                    let _ = fs::remove_file(pointer);
                }
            }
            let _ = fs::remove_file(self.blob(etag));
        }
        self.prune();
    }

    /// Removes empty folders, references and markers of commits that have no snapshot any more, and the
    /// repository's folder if nothing is left.
    pub(crate) fn prune(&self) {
        let snapshots = self.folder.join("snapshots");
        remove_empty(&snapshots);
        for reference in files_below(&self.folder.join("refs")) {
            let commit = fs::read_to_string(&reference).unwrap_or_default();
            if commit.is_empty() || !snapshots.join(commit.trim()).is_dir() {
                let _ = fs::remove_file(reference);
            }
        }
        for commit in entries(&self.folder.join(".no_exist")) {
            if let Some(name) = commit.file_name()
                && !snapshots.join(name).is_dir()
            {
                let _ = fs::remove_dir_all(&commit);
            }
        }
        for name in ["refs", ".no_exist", "blobs", "trees"] {
            remove_empty(&self.folder.join(name));
        }
        // Fails, as it should, unless it is empty.
        let _ = fs::remove_dir(&self.folder);
    }
}

/// The entries of a folder; none if it cannot be read.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .map(|list| list.filter_map(|e| e.ok().map(|e| e.path())).collect())
        .unwrap_or_default();
    found.sort();
    found
}

/// All files and links below a folder; links are not followed.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in entries(&folder) {
            match fs::symlink_metadata(&entry) {
                Ok(meta) if meta.is_dir() => folders.push(entry),
                Ok(_) => found.push(entry),
                Err(_) => {}
            }
        }
    }
    found.sort();
    found
}

/// Removes a folder and those in it, as far as they are empty.
fn remove_empty(folder: &Path) {
    for entry in entries(folder) {
        if fs::symlink_metadata(&entry).is_ok_and(|meta| meta.is_dir()) {
            remove_empty(&entry);
        }
    }
    let _ = fs::remove_dir(folder);
}
