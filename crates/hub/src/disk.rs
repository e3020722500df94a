//! Bytes on their way to disk: what a killed process left is taken up again.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::cache::RepoCache;
use crate::cache::remove::entries;
use crate::cache::store::Temporary;
use crate::digest::{Etag, Hasher};
use crate::download::Sink;
use crate::error::{Code, HubError};

/// What is worth keeping for another attempt.
const WORTH_KEEPING: u64 = 1 << 20;
/// A file that changed less long ago than this may still be written to.
const FRESH: Duration = Duration::from_secs(10);

/// A temporary file among the blobs, hashed as it grows.
///
/// Dropped before it is published, it leaves what has come so far for another attempt, if that is worth it.
pub(crate) struct Disk {
    temporary: Option<Temporary>,
    length: u64,
    hasher: Option<Hasher>,
    etag: Etag,
    size: Option<u64>,
}

impl Disk {
    /// A new file, or, if `alone` says that the lock is held, what an earlier process left of the same blob.
    pub(crate) fn open(
        cache: &RepoCache,
        etag: &Etag,
        size: Option<u64>,
        alone: bool,
    ) -> Result<Self, HubError> {
        let found = if alone {
            size.and_then(|size| claim(cache, etag, size))
        } else {
            None
        };
        let fresh = found.is_none();
        let temporary = match found {
            Some(temporary) => temporary,
            None => cache
                .temporary(etag.as_str())
                .map_err(|error| unwritable(&cache.blobs(), &error))?,
        };
        let mut disk = Self {
            temporary: Some(temporary),
            length: 0,
            hasher: None,
            etag: etag.clone(),
            size,
        };
        disk.hasher = disk.new_hasher();
        if !fresh {
            disk.rehash()?;
        }
        Ok(disk)
    }

    fn new_hasher(&self) -> Option<Hasher> {
        self.size.map(|size| Hasher::new(&self.etag, size))
    }

    /// Hashes what is there already and goes to its end.
    fn rehash(&mut self) -> Result<(), HubError> {
        let mut buffer = vec![0; 256 << 10];
        self.length = 0;
        if let Err(error) = self.file()?.rewind() {
            return Err(self.spoil(&error));
        }
        loop {
            match self.file()?.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(n) => {
                    self.length += n as u64;
                    if let Some(hasher) = &mut self.hasher {
                        hasher.update(&buffer[..n]);
                    }
                }
                Err(error) => return Err(self.spoil(&error)),
            }
        }
    }

    /// Puts the verified file in its place.
    pub(crate) fn publish(
        mut self,
        cache: &RepoCache,
        commit: &str,
        path: &str,
    ) -> Result<PathBuf, HubError> {
        let blob = cache.blob(&self.etag);
        let Some(temporary) = self.temporary.take() else {
            return Err(HubError::new(Code::Cache, "The temporary file is gone."));
        };
        cache.tag();
        temporary
            .persist(&blob)
            .and_then(|()| cache.link(commit, path, &self.etag, true))
            .map_err(|error| unwritable(&blob, &error))
    }

    fn file(&mut self) -> Result<&mut File, HubError> {
        self.temporary
            .as_mut()
            .map(|temporary| &mut temporary.file)
            .ok_or_else(|| HubError::new(Code::Cache, "The temporary file is gone."))
    }

    /// Gives the file and its space up.
    fn spoil(&mut self, error: &io::Error) -> HubError {
        let path = self
            .temporary
            .take()
            .map(|temporary| temporary.path.clone())
            .unwrap_or_default();
        unwritable(&path, error)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Some(temporary) = self
            .temporary
            .as_mut()
            .filter(|_| self.length >= WORTH_KEEPING && self.size.is_some())
        {
            temporary.keep();
        }
    }
}

impl Sink for Disk {
    fn len(&self) -> u64 {
        self.length
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), HubError> {
        if let Err(error) = self.file()?.write_all(bytes) {
            return Err(self.spoil(&error));
        }
        self.length += bytes.len() as u64;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        Ok(())
    }

    fn clear(&mut self) -> Result<(), HubError> {
        let file = self.file()?;
        if let Err(error) = file.set_len(0).and_then(|()| file.rewind()) {
            return Err(self.spoil(&error));
        }
        self.length = 0;
        self.hasher = self.new_hasher();
        Ok(())
    }

    fn verify(&mut self, etag: &Etag) -> Result<bool, HubError> {
        if self.hasher.is_none() {
            // The size was not known before, and git's digest begins with it.
            self.hasher = Some(Hasher::new(etag, self.length));
            self.rehash()?;
        }
        Ok(self.hasher.take().is_some_and(|hasher| hasher.matches(etag)))
    }
}

/// Takes over the longest leftover of a blob and removes the others. Called under the lock, so nobody writes to
/// them; file systems whose locks do nothing are guarded against by looking whether one still grows.
fn claim(cache: &RepoCache, etag: &Etag, size: u64) -> Option<Temporary> {
    let prefix = format!("{}.", etag.as_str());
    let mut left: Vec<(u64, PathBuf)> = entries(&cache.blobs())
        .into_iter()
        .filter(|path| {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            name.starts_with(&prefix) && name.ends_with(".incomplete")
        })
        .filter_map(|path| {
            fs::symlink_metadata(&path)
                .ok()
                .filter(fs::Metadata::is_file)
                .map(|m| (m.len(), path))
        })
        .filter(|(length, path)| is_still(path, *length))
        .collect();
    left.sort();
    let longest = left
        .iter()
        .rposition(|(length, _)| *length > 0 && *length <= size);
    let longest = longest.map(|at| left.remove(at).1);
    for (_, path) in left {
        // What cannot be removed is only in the way of free space.
        let _ = fs::remove_file(path);
    }
    let longest = longest?;
    let own = cache
        .blobs()
        .join(format!("{prefix}{:08x}.incomplete", crate::retry::random() >> 32));
    fs::rename(longest, &own).ok()?;
    let file: File = OpenOptions::new().read(true).write(true).open(&own).ok()?;
    Some(Temporary::of(own, file))
}

fn is_still(path: &Path, length: u64) -> bool {
    let changed = fs::metadata(path).and_then(|meta| meta.modified()).ok();
    let age = changed.and_then(|changed| SystemTime::now().duration_since(changed).ok());
    if age.is_some_and(|age| age > FRESH) {
        return true;
    }
    std::thread::sleep(Duration::from_millis(300));
    fs::metadata(path).is_ok_and(|meta| meta.len() == length)
}

/// A file system that does not let us write, in words.
pub(crate) fn unwritable(path: &Path, error: &io::Error) -> HubError {
    let why = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full",
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        io::ErrorKind::PermissionDenied => "it is not allowed",
        _ => "the file system refuses",
    };
    HubError::new(
        Code::Cache,
        format!("{} cannot be written: {why}.", path.display()),
    )
    .with_cause(error)
    .with_hint("Free some space, or choose another folder with HF_HUB_CACHE or the option `cache_dir`.")
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::Variables;

    #[test]
    fn a_full_disk_gets_its_space_back() {
        let root = tempfile::tempdir().unwrap();
        let cache = RepoCache::new(root.path(), "org/name", &Variables::default());
        let etag = Etag::from_hex(&"a".repeat(64)).unwrap();
        let mut disk = Disk::open(&cache, &etag, Some(1 << 30), true).unwrap();
        // So much is worth keeping for another attempt, but not here.
        disk.push(&vec![0; 2 << 20]).unwrap();
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        disk.temporary.as_mut().unwrap().file = full;
        let error = disk.push(&[0; 4096]).unwrap_err();
        assert_eq!(error.code(), "ERR_HUB_CACHE");
        assert!(
            error.message().ends_with(" cannot be written: the disk is full."),
            "{error}"
        );
        drop(disk);
        assert_eq!(entries(&cache.blobs()), Vec::<PathBuf>::new());
    }
}
