//! Taking bad files out of the cache, and what they leave empty.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::layout::{self, RepoCache, Unreadable};
use crate::digest::Etag;

impl RepoCache {
    /// Removes a file that is of no use: its pointer, its blob, every other pointer to that blob, and all that
    /// is then empty. Best effort: what cannot be removed stays.
    pub(crate) fn discard(&self, commit: &str, path: &str, etag: Option<&Etag>) {
        let mut commits = BTreeSet::from([commit.to_owned()]);
        let _ = fs::remove_file(self.pointer(commit, path));
        if let Some(etag) = etag {
            for snapshot in entries(&self.folder.join("snapshots")) {
                for pointer in files_below(&snapshot) {
                    if layout::digest_of(&pointer).as_ref() == Some(etag) {
                        let _ = fs::remove_file(pointer);
                        commits.extend(
                            snapshot
                                .file_name()
                                .map(|name| name.to_string_lossy().into_owned()),
                        );
                    }
                }
            }
            let _ = fs::remove_file(self.blob(etag));
        }
        for commit in commits {
            self.prune(&commit);
        }
    }

    /// Removes what an empty snapshot leaves: its folder, references to it, markers and the listing of its files;
    /// then the repository's folder, if nothing is left. Other snapshots are not touched, empty or not: another
    /// process may have made their folders a moment ago.
    pub(crate) fn prune(&self, commit: &str) {
        let snapshot = self.snapshot(commit);
        remove_empty(&snapshot);
        if !snapshot.exists() {
            for reference in files_below(&self.folder.join("refs")) {
                if matches!(layout::read_note(&reference), Ok(Some(text)) if text.trim() == commit) {
                    let _ = fs::remove_file(reference);
                }
            }
            let _ = fs::remove_dir_all(self.folder.join(".no_exist").join(commit));
            let _ = fs::remove_file(self.folder.join("trees").join(format!("{commit}.json")));
        }
        remove_empty(&self.folder.join("refs"));
        // Each fails, as it should, unless it is empty.
        let _ = fs::remove_dir(self.folder.join("snapshots"));
        self.prune_unused();
    }

    /// Removes the folders that a first download has made in vain.
    pub(crate) fn prune_unused(&self) {
        if self.folder.join("snapshots").exists() {
            return;
        }
        for name in ["blobs", ".no_exist", "trees"] {
            let _ = fs::remove_dir(self.folder.join(name));
        }
        let _ = fs::remove_dir(&self.folder);
    }
}

/// The entries of a folder; none if there is no such folder.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>, Unreadable> {
    let mut found = Vec::new();
    for entry in layout::present(folder, fs::read_dir(folder))?
        .into_iter()
        .flatten()
    {
        found.extend(layout::present(folder, entry.map(|entry| entry.path()))?);
    }
    found.sort();
    Ok(found)
}

/// The same for what is done as far as it can be: none if the folder cannot be read.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    list(folder).unwrap_or_default()
}

/// All files and links below a folder; links are not followed. What cannot be read is left out.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    walk(folder, |_| {})
}

/// The same for what must know all of them.
pub(crate) fn all_files_below(folder: &Path) -> Result<Vec<PathBuf>, Unreadable> {
    let mut problem = None;
    let found = walk(folder, |failed| problem = problem.take().or(Some(failed)));
    problem.map_or(Ok(found), Err)
}

/// The same; `unreadable` learns what cannot be read.
pub(crate) fn walk(folder: &Path, mut unreadable: impl FnMut(Unreadable)) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = list(&folder).unwrap_or_else(|failed| {
            unreadable(failed);
            Vec::new()
        });
        for entry in entries {
            match layout::present(&entry, fs::symlink_metadata(&entry)) {
                Ok(Some(meta)) if meta.is_dir() => folders.push(entry),
                Ok(Some(_)) => found.push(entry),
                Ok(None) => {}
                Err(failed) => unreadable(failed),
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
