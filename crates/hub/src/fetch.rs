//! One file: from the cache if it is good, else from the Hub, verified and judged before it is stored.

use std::path::PathBuf;
use std::sync::Arc;

use url::Url;

use crate::cache::{Found, layout, lock};
use crate::digest::Etag;
use crate::download::{self, Memory, Wanted};
use crate::error::{Code, HubError};
use crate::load::{Job, LoadedFile};
use crate::options::{Event, FileSpec};
use crate::protocol::Metadata;
use crate::read::{blocking, judge, progress, read_cached, read_silently, tell_whole};
use crate::retry::retrying;
use crate::session::{Refused, Session, Want};

/// What fetching the files of one commit needs.
pub(crate) struct Fetch {
    pub(crate) job: Arc<Job>,
    pub(crate) session: Arc<Session>,
    pub(crate) commit: String,
    /// What the Hub has said about one file already.
    pub(crate) first: Option<(String, Metadata)>,
}

/// A file, and how it was come by.
pub(crate) struct Fetched {
    pub(crate) loaded: LoadedFile,
    pub(crate) downloaded: bool,
    /// The Hub has just said that it does not exist.
    pub(crate) missing: bool,
}

/// What the Hub says about a file.
pub(crate) enum Told {
    /// Its digest, and its size if that is known.
    File(Etag, Option<u64>),
    /// There is none; `certain` if the Hub itself said so, in its own words.
    Nothing { certain: bool },
}

impl Fetched {
    fn cached(loaded: LoadedFile) -> Self {
        Self {
            loaded,
            downloaded: false,
            missing: false,
        }
    }

    fn absent(name: &str, missing: bool) -> Self {
        let loaded = LoadedFile {
            name: name.to_owned(),
            path: None,
            bytes: None,
        };
        Self {
            loaded,
            downloaded: false,
            missing,
        }
    }
}

impl Fetch {
    /// Takes one file of the commit.
    pub(crate) async fn file(&self, spec: &FileSpec) -> Result<Fetched, HubError> {
        let job = &self.job;
        let path = job.request.path_of(&spec.name);
        let mut again = job.request.force_download;
        if !again {
            match layout::where_allowed(job.cache.find(&self.commit, &path))? {
                Found::Present(pointer) => match read_cached(job, spec, pointer).await {
                    Ok(loaded) => return Ok(Fetched::cached(loaded)),
                    // A bad copy is replaced in place, so that other commits which share it heal too.
                    Err(error) if crate::resolve::is_bad_file(&error) => again = true,
                    Err(error) => return Err(error),
                },
                Found::Missing if !spec.required => return Ok(Fetched::absent(&spec.name, false)),
                _ => {}
            }
        }
        let (etag, size) = match self.metadata(spec, &path).await? {
            Told::File(etag, size) => (etag, size),
            Told::Nothing { certain } => return Ok(Fetched::absent(&spec.name, certain)),
        };
        job.tell(spec, |file| Event::Download { file });
        self.under_lock(spec, &path, &etag, size, again).await
    }

    /// What the Hub says about a file; that an optional one does not exist is no error.
    pub(crate) async fn metadata(&self, spec: &FileSpec, path: &str) -> Result<Told, HubError> {
        if let Some((known, meta)) = &self.first
            && known == path
            && let Some(etag) = &meta.etag
        {
            return Ok(Told::File(etag.clone(), meta.size));
        }
        let session = &self.session;
        let url = session.endpoint.resolve(&session.repo_id, &self.commit, path)?;
        let about = session.about(Some(path));
        let asked = retrying(session, &url, || session.ask(url.clone(), Want::Metadata, &about)).await;
        match asked {
            Ok(answer)
                if answer
                    .meta
                    .commit
                    .as_deref()
                    .is_some_and(|commit| commit != self.commit) =>
            {
                Err(HubError::new(
                    Code::Protocol,
                    "The server answered for another commit than it was asked for.",
                )
                .with_url(&answer.hop.url)
                .with_file(path))
            }
            Ok(answer) => match answer.meta.etag {
                Some(etag) => Ok(Told::File(etag, answer.meta.size)),
                None => Err(
                    HubError::new(Code::Protocol, "The server names no digest (ETag) of the file.")
                        .with_url(&answer.hop.url)
                        .with_file(path),
                ),
            },
            Err(Refused { error, no_entry, .. }) if !spec.required && error.kind() == Code::FileNotFound => {
                Ok(Told::Nothing { certain: no_entry })
            }
            Err(Refused { error, .. }) => Err(error),
        }
    }

    async fn under_lock(
        &self,
        spec: &FileSpec,
        path: &str,
        etag: &Etag,
        size: Option<u64>,
        mut again: bool,
    ) -> Result<Fetched, HubError> {
        let (job, session) = (&self.job, &self.session);
        let url = session.endpoint.resolve(&session.repo_id, &self.commit, path)?;
        let waiting = || job.warn_waiting(path);
        let held = lock::acquire(job.cache.lock(etag), session, &url, &waiting).await?;
        if !again {
            match self.meanwhile(spec, path, etag).await {
                Ok(Some(loaded)) => return Ok(Fetched::cached(loaded)),
                Ok(None) => {}
                Err(error) if crate::resolve::is_bad_file(&error) => again = true,
                Err(error) => return Err(error),
            }
        }
        let bytes = self.bytes(spec, path, etag, size).await?;
        let bytes = match judge(job, spec, bytes).await? {
            (bytes, Ok(())) => bytes,
            (_, Err(reason)) => {
                if again {
                    self.discard(path, etag).await;
                }
                return Err(invalid(spec, path, &reason, &url));
            }
        };
        let (bytes, stored) = self.publish(path, etag, bytes).await?;
        drop(held);
        job.tell(spec, |file| Event::Done { file });
        let loaded = LoadedFile {
            name: spec.name.clone(),
            path: stored,
            bytes: Some(bytes),
        };
        Ok(Fetched {
            loaded,
            downloaded: true,
            missing: false,
        })
    }

    /// What another process has stored while this one waited, or what another commit has brought.
    async fn meanwhile(
        &self,
        spec: &FileSpec,
        path: &str,
        etag: &Etag,
    ) -> Result<Option<LoadedFile>, HubError> {
        let job = Arc::clone(&self.job);
        let (commit, path, etag) = (self.commit.clone(), path.to_owned(), etag.clone());
        let pointer = blocking(move || {
            if let Found::Present(pointer) = layout::where_allowed(job.cache.find(&commit, &path))? {
                return Ok(Some(pointer));
            }
            let blob = layout::read_if_sound(&job.cache.blob(&etag), job.limits.max_size);
            if !layout::where_allowed(blob)?.is_some_and(|blob| etag.matches(&blob)) {
                return Ok(None);
            }
            // A cache that cannot be written still serves the blob itself.
            let pointer = job.cache.link(&commit, &path, &etag, false);
            Ok(Some(pointer.unwrap_or_else(|_| job.cache.blob(&etag))))
        })
        .await?
        .map_err(|failed: layout::Unreadable| HubError::from(failed))?;
        let Some(pointer) = pointer else { return Ok(None) };
        let loaded = read_silently(&self.job, spec, pointer).await?;
        tell_whole(&self.job, spec, &loaded, false);
        Ok(Some(loaded))
    }

    async fn bytes(
        &self,
        spec: &FileSpec,
        path: &str,
        etag: &Etag,
        size: Option<u64>,
    ) -> Result<Vec<u8>, HubError> {
        let wanted = Wanted {
            path,
            commit: &self.commit,
            etag,
            size,
        };
        let mut memory = Memory::new(etag, size.filter(|size| *size <= self.job.limits.max_size));
        let progress = progress(&self.job, spec);

        download::fetch(&self.session, &wanted, &mut memory, &progress).await?;
        if memory.bytes.is_empty() {
            progress(0, Some(0));
        }
        Ok(memory.bytes)
    }

    async fn publish(
        &self,
        path: &str,
        etag: &Etag,
        bytes: Vec<u8>,
    ) -> Result<(Vec<u8>, Option<PathBuf>), HubError> {
        let job = Arc::clone(&self.job);
        let (commit, path, etag) = (self.commit.clone(), path.to_owned(), etag.clone());
        blocking(move || match job.cache.publish(&commit, &path, &etag, &bytes) {
            Ok(pointer) => (bytes, Some(pointer)),
            Err(error) => {
                job.cache.prune_unused();
                job.warn_unwritable(&error);
                (bytes, None)
            }
        })
        .await
    }

    async fn discard(&self, path: &str, etag: &Etag) {
        let job = Arc::clone(&self.job);
        let (commit, path, etag) = (self.commit.clone(), path.to_owned(), etag.clone());
        let _ = blocking(move || job.cache.discard(&commit, &path, Some(&etag))).await;
    }
}

fn invalid(spec: &FileSpec, path: &str, reason: &str, url: &Url) -> HubError {
    HubError::new(Code::FileInvalid, format!("{path} is of no use: {reason}"))
        .with_file(&spec.name)
        .with_url(url)
        .with_hint(
            "The file on the Hub is at fault; tell the owner of the repository, or choose another revision.",
        )
}
