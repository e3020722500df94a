//! Reading what is here already, judging bytes, and telling of both.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

use crate::cache::layout;
use crate::error::{Code, HubError};
use crate::load::{Job, LoadedFile};
use crate::options::{Event, FileSpec};

/// Reads a cached file, checks its digest where its link names one, and judges it; tells of it.
pub(crate) async fn read_cached(
    job: &Arc<Job>,
    spec: &FileSpec,
    pointer: PathBuf,
) -> Result<LoadedFile, HubError> {
    let loaded = read_silently(job, spec, pointer).await?;
    tell_whole(job, spec, &loaded, true);
    Ok(loaded)
}

/// Reads a file of a local folder and judges it; tells of it.
pub(crate) async fn read_as_is(
    job: &Arc<Job>,
    spec: &FileSpec,
    path: PathBuf,
) -> Result<LoadedFile, HubError> {
    read_cached(job, spec, path).await
}

pub(crate) async fn read_silently(
    job: &Arc<Job>,
    spec: &FileSpec,
    pointer: PathBuf,
) -> Result<LoadedFile, HubError> {
    let max = job.limits.max_size;
    let (check, name) = (job.check.clone(), spec.name.clone());
    let judge = move |bytes: &[u8]| check.map_or(Ok(()), |check| check(&name, bytes));
    let (bytes, pointer, rest) = blocking(move || {
        let bytes = layout::read(&pointer, max);
        let rest = match (&bytes, layout::digest_of(&pointer)) {
            // With no digest to take there is nothing to do beside it, for which another thread would be woken.
            (Ok(bytes), None) => Ok(judge(bytes)),
            (_, digest) => Err((judge, digest)),
        };
        (bytes, pointer, rest)
    })
    .await?;
    let place = pointer.display().to_string();
    let bytes = bytes.map_err(|error| {
        let told = if error.kind() == std::io::ErrorKind::FileTooLarge {
            HubError::new(Code::TooLarge, format!("{place} cannot be read: {error}."))
        } else {
            let path = pointer.clone();
            layout::Unreadable { path, error }.into()
        };
        told.with_file(&spec.name)
    })?;
    let bytes = Arc::new(bytes);
    let (intact, judged) = match rest {
        Ok(judged) => (Ok(true), Ok(judged)),
        // The digest is taken beside the check, so that on two cores it costs no time.
        Err((judge, digest)) => {
            let (copy, other) = (Arc::clone(&bytes), Arc::clone(&bytes));
            let digest = blocking(move || digest.is_none_or(|etag| etag.matches(&copy)));
            tokio::join!(digest, blocking(move || judge(&other)))
        }
    };
    if !intact? {
        return Err(HubError::new(
            Code::Integrity,
            format!("{place} is damaged: its bytes do not match its name."),
        )
        .with_file(&spec.name)
        .with_hint("It is downloaded again when the network may be used; or delete it."));
    }
    judged?.map_err(|reason| {
        HubError::new(Code::FileInvalid, format!("{place} is of no use: {reason}"))
            .with_file(&spec.name)
            .with_hint("Check the file; if it is in the cache, force_download fetches it again.")
    })?;
    let bytes = Arc::try_unwrap(bytes).unwrap_or_else(|shared| (*shared).clone());
    Ok(LoadedFile {
        name: spec.name.clone(),
        path: Some(pointer),
        bytes: Some(bytes),
    })
}

/// Tells of progress, but not of every few bytes.
pub(crate) fn progress(job: &Job, spec: &FileSpec) -> impl Fn(u64, Option<u64>) + Send + Sync {
    const STEP: u64 = 32 << 10;
    let last = AtomicU64::new(0);
    move |loaded, total| {
        let before = last.load(Ordering::Relaxed);
        if Some(loaded) == total || total.is_none() || loaded < before || loaded >= before + STEP {
            last.store(loaded, Ordering::Relaxed);
            job.tell(spec, |file| Event::Progress { file, loaded, total });
        }
    }
}

pub(crate) fn tell_whole(job: &Job, spec: &FileSpec, loaded: &LoadedFile, found: bool) {
    let length = loaded.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
    if found {
        job.tell(spec, |file| Event::Download { file });
    }
    job.tell(spec, |file| Event::Progress {
        file,
        loaded: length,
        total: Some(length),
    });
    job.tell(spec, |file| Event::Done { file });
}

pub(crate) async fn judge(
    job: &Arc<Job>,
    spec: &FileSpec,
    bytes: Vec<u8>,
) -> Result<(Vec<u8>, Result<(), String>), HubError> {
    let Some(check) = job.check.clone() else {
        return Ok((bytes, Ok(())));
    };
    let name = spec.name.clone();
    blocking(move || {
        let judged = check(&name, &bytes);
        (bytes, judged)
    })
    .await
}

/// How many pieces of such work run at once, of all calls together: so many that the disk is waited for by several, and
/// that one file with long work does not hold up the others. The pool itself starts a thread for each of hundreds, and
/// each has a file open, and a tokenizer half built. No piece waits for another one, so each gets its turn.
static PLACES: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = available_parallelism().map_or(1, usize::from);
    Semaphore::new((2 * cores).max(8))
});

/// Runs work that blocks where it may, some of it at a time: reading files, judging them, and what is made of them.
///
/// # Errors
/// When `work` panics.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, HubError> {
    // Work that has begun keeps its place to its end, although nobody may wait for it any longer.
    let place = PLACES.acquire().await;
    let work = move || {
        let done = work();
        drop(place);
        done
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| HubError::new(Code::Cache, "A task ended early.").with_cause(&error))
}
