//! Files of any size to disk, whole snapshots among them; what was broken off goes on where it was.

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::cache::{Found, RepoCache, layout, lock};
use crate::digest::Etag;
use crate::disk::Disk;
use crate::download::{self, Wanted};
use crate::error::{Code, HubError};
use crate::fetch::{Fetch, Told};
use crate::glob::Filter;
use crate::load::{Job, Snapshot, Source};
use crate::options::{Event, FileSpec, Limits, OnEvent, Request};
use crate::read::{blocking, progress};
use crate::resolve::{self, Resolved};
use crate::session::Session;
use crate::variables::Variables;

const PARALLEL: usize = 8;
/// A list of a hundred thousand files is shorter.
const MOST_OF_LIST: usize = 64 << 20;

/// Files on disk, all of one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The commit.
    pub commit: String,
    /// Whether anything was downloaded.
    pub source: Source,
    /// The folder that holds them.
    pub folder: PathBuf,
    /// Each file's name and path; none for an optional file that does not exist.
    pub files: Vec<(String, Option<PathBuf>)>,
}

/// Takes the files of `request` to the cache and returns their paths, without reading them.
///
/// # Errors
/// See [`Code`] for what can go wrong.
pub async fn download(
    variables: &Variables,
    request: Request,
    on_event: OnEvent,
    cancel: CancellationToken,
) -> Result<Saved, HubError> {
    let asked = request.asked();
    let secrets = asked.secrets.clone();
    let job = Arc::new(job(variables, request, on_event)?);
    let work = async {
        if job.request.files.is_empty() {
            return Err(HubError::new(Code::InvalidOption, "No file was asked for."));
        }
        if let Some(commit) = job.cached_commit(variables)? {
            return job.saved(&commit);
        }
        let session = job.session(variables, &secrets, cancel).await?;
        match resolve::commit(&session, &job).await? {
            Resolved::Cached(commit) => job.saved(&commit),
            Resolved::Commit(commit, first) => {
                Fetch {
                    job: Arc::clone(&job),
                    session: Arc::new(session),
                    commit,
                    first,
                }
                .save_all()
                .await
            }
        }
    };
    work.await.map_err(|error| error.of(&asked, variables))
}

/// Takes all files of a revision to the cache, as far as `filter` wants them. `request.files` is not used.
///
/// # Errors
/// See [`Code`] for what can go wrong.
pub async fn snapshot(
    variables: &Variables,
    request: Request,
    filter: &Filter,
    on_event: OnEvent,
    cancel: CancellationToken,
) -> Result<Saved, HubError> {
    let asked = request.asked();
    let secrets = asked.secrets.clone();
    let mut job = job(
        variables,
        Request {
            files: Vec::new(),
            ..request
        },
        on_event,
    )?;
    let work = async move {
        if job.offline(variables) {
            let commit = job.cached_commit(variables)?.unwrap_or_default();
            return Ok(job.whole(&commit, filter));
        }
        let session = job.session(variables, &secrets, cancel).await?;
        let (commit, names) = match list(&session, &job).await? {
            Listed::Files(commit, names) => (commit, names),
            Listed::Cached(commit) => return Ok(job.whole(&commit, filter)),
        };
        let files: Vec<FileSpec> = names
            .iter()
            .filter(|name| filter.wants(name))
            .map(|name| FileSpec::required(name))
            .collect();
        if files.len() > job.limits.max_files {
            return Err(HubError::new(
                Code::TooLarge,
                format!("There are more files than the {} allowed.", job.limits.max_files),
            ));
        }
        job.request.files = files;
        let job = Arc::new(job);
        Fetch {
            job,
            session: Arc::new(session),
            commit,
            first: None,
        }
        .save_all()
        .await
    };
    work.await.map_err(|error| error.of(&asked, variables))
}

/// Loads files into the cache at build time, each judged by `check`, so that a program can start without the
/// network. A cache that cannot be written is an error here.
///
/// # Errors
/// See [`Code`] for what can go wrong.
pub async fn preload(
    variables: &Variables,
    request: Request,
    on_event: OnEvent,
    check: Option<crate::FileCheck>,
    cancel: CancellationToken,
) -> Result<Snapshot, HubError> {
    let (id, revision) = (request.repo_id.clone(), request.revision().to_owned());
    let loaded = crate::load(variables, request, on_event, check, cancel).await?;
    if loaded.folder.is_some() {
        return Ok(loaded);
    }
    let error = HubError::new(
        Code::Cache,
        "The files were loaded, but the cache cannot be written.",
    );
    let hint = "Choose another folder with HF_HUB_CACHE or the option `cache_dir`.";
    Err(error.with_hint(hint).with_repo(&id, &revision))
}

fn job(variables: &Variables, request: Request, on_event: OnEvent) -> Result<Job, HubError> {
    crate::validation::repo_id(&request.repo_id)?;
    crate::validation::revision(request.revision())?;
    crate::validation::subfolder(request.subfolder.as_deref().unwrap_or_default())?;
    request
        .files
        .iter()
        .try_for_each(|spec| crate::validation::file(&spec.name))?;
    let root = crate::cache::folder::root(request.cache_dir.as_deref(), variables)?;
    let cache = RepoCache::new(&root, &request.repo_id, variables);
    let limits = Limits::new(&request.timeouts, variables, false);
    Ok(Job::new(request, cache, limits, None, on_event))
}

#[derive(Deserialize)]
struct ModelInfo {
    sha: String,
    #[serde(default, deserialize_with = "crate::account::nullable")]
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
struct Sibling {
    rfilename: String,
}

enum Listed {
    Files(String, Vec<String>),
    Cached(String),
}

/// The commit of a revision and the names of its files.
async fn list(session: &Session, job: &Job) -> Result<Listed, HubError> {
    let revision = job.request.revision();
    let url = session.endpoint.api(&format!(
        "models/{}/revision/{}",
        job.request.repo_id,
        crate::endpoint::segment(revision)
    ))?;
    let body = match crate::account::get(session, &url, MOST_OF_LIST).await {
        Ok(body) => body,
        Err(error) => return resolve::fall_back(job, session.masked(error)).map(Listed::Cached),
    };
    if let Err(error) = crate::account::refuse_page(&body, &url) {
        return resolve::serve_copy(job, session.masked(error)).map(Listed::Cached);
    }
    let info: ModelInfo = match serde_json::from_slice(&body) {
        Ok(info) => info,
        // A page where a list should be is not the Hub's answer.
        Err(error) => {
            let error = HubError::new(Code::Protocol, "The Hub's list of files is not understood.")
                .with_url(&url)
                .with_cause(&error);
            return resolve::serve_copy(job, session.masked(error)).map(Listed::Cached);
        }
    };
    if !crate::validation::is_commit(&info.sha) {
        return Err(HubError::new(Code::Protocol, "The Hub's list of files names no commit.").with_url(&url));
    }
    // A name with the token in it would be requested, stored and shown; masked it is none.
    let masked = session.secrets.masker();
    let names = info
        .siblings
        .into_iter()
        .map(|sibling| masked(&sibling.rfilename));
    let names = names.filter(|name| match crate::validation::file(name) {
        Ok(()) => true,
        Err(error) => {
            job.warn("FILE_SKIPPED", error.one_line());
            false
        }
    });
    let names = names.collect();
    Ok(Listed::Files(info.sha, names))
}

impl Job {
    fn offline(&self, variables: &Variables) -> bool {
        self.request.local_files_only || !self.request.allow_remote || variables.offline()
    }

    /// The commit whose files are all here, if the network need not or may not be used.
    fn cached_commit(&self, variables: &Variables) -> Result<Option<String>, HubError> {
        if self.offline(variables) {
            return resolve::complete(self)?
                .map(Some)
                .ok_or_else(|| crate::load::not_in_cache(self, variables));
        }
        // `strict` asks the Hub although nothing can have changed: who may not read it is not served.
        Ok(crate::load::settled(self)?.filter(|_| !self.request.strict))
    }

    fn saved(&self, commit: &str) -> Result<Saved, HubError> {
        let mut files = Vec::new();
        for spec in &self.request.files {
            let path = match self.cache.find(commit, &self.request.path_of(&spec.name))? {
                Found::Present(path) => Some(path),
                _ => None,
            };
            files.push((spec.name.clone(), path));
        }
        Ok(Saved {
            commit: commit.to_owned(),
            source: Source::Cache,
            folder: self.cache.snapshot(commit),
            files,
        })
    }

    /// All that the cache has of a commit.
    fn whole(&self, commit: &str, filter: &Filter) -> Saved {
        let folder = self.cache.snapshot(commit);
        let files = crate::cache::remove::files_below(&folder)
            .into_iter()
            .filter_map(|path| {
                let inside = path.strip_prefix(&folder).ok()?;
                let name = inside
                    .iter()
                    .map(|part| part.to_string_lossy())
                    .collect::<Vec<_>>()
                    .join("/");
                filter.wants(&name).then_some((name, Some(path)))
            });
        Saved {
            commit: commit.to_owned(),
            source: Source::Cache,
            files: files.collect(),
            folder,
        }
    }
}

impl Fetch {
    async fn save_all(&self) -> Result<Saved, HubError> {
        let job = &self.job;
        for spec in &job.request.files {
            job.tell(spec, |file| Event::Initiate { file });
        }
        let done: Vec<(Option<PathBuf>, bool)> = futures_util::stream::iter(0..job.request.files.len())
            // By index: a closure over a reference would not be general enough for a caller that spawns this.
            .map(|index| self.save(&job.request.files[index]))
            .buffered(PARALLEL)
            .try_collect()
            .await?;
        crate::load::note(job, &self.commit, Vec::new()).await;
        let source = if done.iter().any(|(_, fetched)| *fetched) {
            Source::Network
        } else {
            Source::Cache
        };
        let names = job.request.files.iter().map(|spec| spec.name.clone());
        Ok(Saved {
            commit: self.commit.clone(),
            source,
            folder: job.cache.snapshot(&self.commit),
            files: names.zip(done.into_iter().map(|(path, _)| path)).collect(),
        })
    }

    /// One file; its path, and whether it was downloaded.
    async fn save(&self, spec: &FileSpec) -> Result<(Option<PathBuf>, bool), HubError> {
        let job = &self.job;
        let path = job.request.path_of(&spec.name);
        if !job.request.force_download {
            match layout::where_allowed(job.cache.find(&self.commit, &path))? {
                Found::Present(pointer) => return Ok((Some(self.told(spec, pointer)), false)),
                Found::Missing if !spec.required => return Ok((None, false)),
                _ => {}
            }
        }
        let Told::File(etag, size) = self.metadata(spec, &path).await? else {
            return Ok((None, false));
        };
        let session = &self.session;
        let url = session.endpoint.resolve(&session.repo_id, &self.commit, &path)?;
        let waiting = || job.warn_waiting(&path);
        let held = lock::acquire(job.cache.lock(&etag), session, &url, &waiting).await?;
        if !job.request.force_download
            && let Some(pointer) = self.link_existing(&path, &etag, size).await?
        {
            return Ok((Some(self.told(spec, pointer)), false));
        }
        job.tell(spec, |file| Event::Download { file });
        let mut disk = {
            let (job, etag, alone) = (Arc::clone(job), etag.clone(), held.excludes());
            blocking(move || Disk::open(&job.cache, &etag, size, alone)).await??
        };
        let wanted = Wanted {
            path: &path,
            commit: &self.commit,
            etag: &etag,
            size,
        };
        let fetched = download::fetch(session, &wanted, &mut disk, &progress(job, spec)).await;
        if let Err(error) = fetched {
            drop(disk);
            job.cache.prune_unused();
            return Err(error);
        }
        let (owned, commit) = (Arc::clone(job), self.commit.clone());
        let pointer = blocking(move || disk.publish(&owned.cache, &commit, &path)).await??;
        drop(held);
        job.tell(spec, |file| Event::Done { file });
        Ok((Some(pointer), true))
    }

    /// A blob that another commit or process has brought. Only its size is looked at: large files are not read.
    async fn link_existing(
        &self,
        path: &str,
        etag: &Etag,
        size: Option<u64>,
    ) -> Result<Option<PathBuf>, HubError> {
        let job = Arc::clone(&self.job);
        let (commit, path, etag) = (self.commit.clone(), path.to_owned(), etag.clone());
        blocking(move || {
            if let Found::Present(pointer) = layout::where_allowed(job.cache.find(&commit, &path))? {
                return Ok(Some(pointer));
            }
            let blob = job.cache.blob(&etag);
            match std::fs::metadata(&blob) {
                Ok(meta) if meta.is_file() && size.is_none_or(|size| size == meta.len()) => job
                    .cache
                    .link(&commit, &path, &etag, false)
                    .map(Some)
                    .map_err(|error| crate::disk::unwritable(&blob, &error)),
                _ => Ok(None),
            }
        })
        .await?
    }

    fn told(&self, spec: &FileSpec, pointer: PathBuf) -> PathBuf {
        let length = std::fs::metadata(&pointer).map_or(0, |meta| meta.len());
        self.job.tell(spec, |file| Event::Download { file });
        self.job.tell(spec, |file| Event::Progress {
            file,
            loaded: length,
            total: Some(length),
        });
        self.job.tell(spec, |file| Event::Done { file });
        pointer
    }
}
