//! Writing to the cache, so that a reader sees a whole file or none.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::layout::RepoCache;
use crate::digest::Etag;

/// The tag that tells backup tools to skip the folder, as Python's client writes it.
const CACHEDIR_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
    # This file is a cache directory tag created by huggingface_hub.\n\
    # For information about cache directory tags, see:\n\
    #\thttps://bford.info/cachedir/\n";

/// A temporary file that disappears unless it is put into place.
pub(crate) struct Temporary {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
    kept: bool,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.kept {
            // Nothing more can be done about a file that cannot be removed.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Temporary {
    /// Takes over a file that exists.
    pub(crate) fn of(path: PathBuf, file: File) -> Self {
        Self {
            path,
            file,
            kept: false,
        }
    }

    /// Leaves it where it is.
    pub(crate) fn keep(&mut self) {
        self.kept = true;
    }

    /// Moves it to its place, its bytes first made safe.
    pub(crate) fn persist(mut self, to: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, to)?;
        self.kept = true;
        sync_folder(to);
        Ok(())
    }
}

/// Makes a rename last through a power failure, where the system can.
fn sync_folder(path: &Path) {
    if cfg!(unix)
        && let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok())
    {
        // Some file systems cannot; the rename itself is atomic all the same.
        let _ = folder.sync_all();
    }
}

impl RepoCache {
    /// A new file `<stem>.<8 hex>.incomplete` among the blobs, in Python's way of naming.
    pub(crate) fn temporary(&self, stem: &str) -> io::Result<Temporary> {
        let mut lost = 0;
        loop {
            fs::create_dir_all(self.blobs())?;
            let name = format!("{stem}.{:08x}.incomplete", crate::retry::random() >> 32);
            let path = self.blobs().join(name);
            match OpenOptions::new()
                .read(true)
                .write(true)
                .create_new(true)
                .open(&path)
            {
                Ok(file) => {
                    return Ok(Temporary {
                        path,
                        file,
                        kept: false,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                // Another process has found the folder empty and removed it.
                Err(error) if error.kind() == io::ErrorKind::NotFound && lost < 8 => lost += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Puts verified bytes in as a blob and links them to a path of a commit.
    pub(crate) fn publish(&self, commit: &str, path: &str, etag: &Etag, bytes: &[u8]) -> io::Result<PathBuf> {
        self.tag();
        let mut temporary = self.temporary(etag.as_str())?;
        temporary.file.write_all(bytes)?;
        temporary.persist(&self.blob(etag))?;
        self.link(commit, path, etag, true)
    }

    /// Links a path of a commit to a blob; `new` tells that nothing else can refer to the blob yet.
    pub(crate) fn link(&self, commit: &str, path: &str, etag: &Etag, new: bool) -> io::Result<PathBuf> {
        let pointer = self.pointer(commit, path);
        let target = target(path, etag);
        self.stays_inside(&pointer)?;
        // Another process may be removing empty folders at this moment, so a lost folder is made again.
        for _ in 0..8 {
            fs::create_dir_all(pointer.parent().unwrap_or(&self.folder))?;
            match self.link_once(&pointer, &target, etag, new) {
                Err(error) if error.kind() == io::ErrorKind::NotFound && self.blob(etag).exists() => {}
                other => return other.map(|()| pointer),
            }
        }
        Err(io::Error::new(
            io::ErrorKind::NotFound,
            "the snapshot's folder keeps disappearing",
        ))
    }

    fn link_once(&self, pointer: &Path, target: &Path, etag: &Etag, new: bool) -> io::Result<()> {
        if self.links {
            match symlink(target, pointer) {
                Ok(()) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if fs::read_link(pointer).is_ok_and(|old| old == target) {
                        return Ok(());
                    }
                    // Something else is there: replace it in one step.
                    let spare = self
                        .blobs()
                        .join(format!("link.{:08x}.incomplete", crate::retry::random() >> 32));
                    symlink(target, &spare)?;
                    return fs::rename(&spare, pointer).inspect_err(|_| {
                        let _ = fs::remove_file(&spare);
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(error),
                // No links here, as on Windows without the right to make them: copies serve as well.
                Err(_) => {}
            }
        }
        if new {
            fs::rename(self.blob(etag), pointer)
        } else {
            let mut temporary = self.temporary(etag.as_str())?;
            io::copy(&mut File::open(self.blob(etag))?, &mut temporary.file)?;
            temporary.persist(pointer)
        }
    }

    /// Refuses a path on which somebody has put a link in the place of a folder: what is written would land elsewhere.
    /// The repository's own folder, and that of its blobs, may be links to another disk.
    fn stays_inside(&self, path: &Path) -> io::Result<()> {
        let folders = path
            .ancestors()
            .skip(1)
            .take_while(|folder| *folder != self.folder);
        for folder in folders {
            if fs::symlink_metadata(folder).is_ok_and(|meta| meta.is_symlink()) {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    format!("{} is a link that leads elsewhere", folder.display()),
                ));
            }
        }
        Ok(())
    }

    /// Notes which commit a revision stands for. The snapshot exists already, so the note never leads nowhere.
    pub(crate) fn write_reference(&self, revision: &str, commit: &str) -> io::Result<()> {
        if revision == commit {
            return Ok(());
        }
        let path = self.reference(revision);
        if matches!(super::layout::read_note(&path), Ok(Some(old)) if old == commit) {
            return Ok(());
        }
        self.stays_inside(&path)?;
        fs::create_dir_all(path.parent().unwrap_or(&self.folder))?;
        let mut temporary = self.temporary("ref")?;
        temporary.file.write_all(commit.as_bytes())?;
        temporary.persist(&path)
    }

    /// Notes that a commit has no such file.
    pub(crate) fn write_marker(&self, commit: &str, path: &str) -> io::Result<()> {
        let marker = self.marker(commit, path);
        if marker.exists() {
            return Ok(());
        }
        self.stays_inside(&marker)?;
        fs::create_dir_all(marker.parent().unwrap_or(&self.folder))?;
        match OpenOptions::new().write(true).create_new(true).open(marker) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    }

    /// Marks the cache folder for backup tools, if it can.
    pub(crate) fn tag(&self) {
        if fs::create_dir_all(&self.root).is_ok()
            && let Ok(mut file) = OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(self.root.join("CACHEDIR.TAG"))
        {
            let _ = file.write_all(CACHEDIR_TAG.as_bytes());
        }
    }
}

/// The way from a pointer to its blob: out of the snapshot and of each folder in the path.
fn target(path: &str, etag: &Etag) -> PathBuf {
    let mut target = PathBuf::new();
    for _ in 0..=path.split('/').count() {
        target.push("..");
    }
    target.join("blobs").join(etag.as_str())
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(target, link)
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
