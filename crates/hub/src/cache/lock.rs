//! Locks between processes, Python's among them, so that a file is downloaded once.
//!
//! They only save work. That the cache is never wrong rests on unique temporary names and atomic renames.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use url::Url;

use crate::error::HubError;
use crate::session::Session;

/// How long to wait silently.
const PATIENCE: Duration = Duration::from_secs(10);

/// A lock that is held until dropped.
#[derive(Debug)]
pub(crate) enum Lock {
    Held {
        /// By an open file.
        /// Closing it gives the lock up.
        _file: File,
    },
    /// The file system has no locks, or cannot be written.
    Unsupported,
}

impl Lock {
    /// Whether other processes are really kept out.
    pub(crate) fn excludes(&self) -> bool {
        matches!(self, Self::Held { .. })
    }
}

/// Waits for the lock. `waiting` is called once if that takes long.
pub(crate) async fn acquire(
    path: PathBuf,
    session: &Session,
    url: &Url,
    waiting: &(dyn Fn() + Send + Sync),
) -> Result<Lock, HubError> {
    let Some(file) = open(&path) else {
        return Ok(Lock::Unsupported);
    };
    let since = Instant::now();
    let mut told = false;
    let mut pause = Duration::from_millis(10);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock::Held { _file: file }),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(_)) => return Ok(Lock::Unsupported),
        }
        if !told && since.elapsed() >= PATIENCE {
            told = true;
            waiting();
        }
        session.pause(pause, url).await?;
        pause = (pause * 2).min(Duration::from_millis(200));
    }
}

/// Waits for the lock at `path`, at most as long as `limit`; none if somebody else still holds it then.
pub(crate) async fn acquire_within(path: &Path, limit: Duration) -> Option<Lock> {
    let Some(file) = open(path) else {
        return Some(Lock::Unsupported);
    };
    let since = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Some(Lock::Held { _file: file }),
            Err(TryLockError::WouldBlock) if since.elapsed() < limit => {}
            Err(TryLockError::WouldBlock) => return None,
            Err(TryLockError::Error(_)) => return Some(Lock::Unsupported),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn open(path: &Path) -> Option<File> {
    let is_link = |path: &Path| std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink());
    // A link in the place of `.locks`, or of the folder in it, would have us make files elsewhere.
    if path.ancestors().skip(1).take(2).any(is_link) {
        return None;
    }
    std::fs::create_dir_all(path.parent()?).ok()?;
    // Somebody else's pipe would be waited for, and somebody else's link would have us make a file anywhere.
    if std::fs::symlink_metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return None;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o664);
    options.open(path).ok()
}
