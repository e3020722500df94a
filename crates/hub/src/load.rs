//! Loading files into memory: local folder, cache, or Hub, one commit for all of them.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio_util::sync::CancellationToken;

use crate::cache::layout::{self, Unreadable};
use crate::cache::{Found, RepoCache};
use crate::credential::Secrets;
use crate::error::{Code, HubError};
use crate::fetch::Fetch;
use crate::options::{Event, FileCheck, FileSpec, Limits, OnEvent, Request};
use crate::protocol::Metadata;
use crate::resolve::{self, Resolved};
use crate::session::Session;
use crate::variables::Variables;

/// How many files are fetched at once.
const PARALLEL: usize = 8;

/// Where the files came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A local folder.
    Local,
    /// The cache, all of them.
    Cache,
    /// The Hub, at least one of them.
    Network,
}

/// The files of one commit.
#[derive(Debug)]
pub struct Snapshot {
    /// The commit; local folders have none.
    pub commit: Option<String>,
    /// Where the files came from.
    pub source: Source,
    /// The folder that holds them; none if they could not be written to the cache.
    pub folder: Option<PathBuf>,
    /// The files, in the order of the request.
    pub files: Vec<LoadedFile>,
}

/// One file of a [`Snapshot`].
#[derive(Debug)]
pub struct LoadedFile {
    /// Its name in the request.
    pub name: String,
    /// Where it is; none if it does not exist or could not be written to the cache.
    pub path: Option<PathBuf>,
    /// Its bytes; none if it was optional and does not exist.
    pub bytes: Option<Vec<u8>>,
}

/// What the tasks of one call share.
pub(crate) struct Job {
    pub(crate) request: Request,
    pub(crate) cache: RepoCache,
    pub(crate) limits: Limits,
    pub(crate) check: Option<FileCheck>,
    pub(crate) on_event: OnEvent,
    told_unwritable: AtomicBool,
}

impl Job {
    pub(crate) fn new(
        request: Request,
        cache: RepoCache,
        limits: Limits,
        check: Option<FileCheck>,
        on_event: OnEvent,
    ) -> Self {
        Self {
            request,
            cache,
            limits,
            check,
            on_event,
            told_unwritable: AtomicBool::new(false),
        }
    }

    pub(crate) async fn session(
        &self,
        variables: &Variables,
        secrets: &Secrets,
        cancel: CancellationToken,
    ) -> Result<Session, HubError> {
        let limits = self.limits.clone();
        Session::new(variables, &self.request, limits, secrets, &self.on_event, cancel).await
    }

    /// Events are told for required files only.
    pub(crate) fn tell(&self, spec: &FileSpec, event: impl FnOnce(String) -> Event) {
        if spec.required {
            (self.on_event)(event(spec.name.clone()));
        }
    }

    pub(crate) fn warn(&self, code: &str, message: String) {
        (self.on_event)(Event::Warning {
            code: code.to_owned(),
            message,
        });
    }

    /// Says that another process is at the same file.
    pub(crate) fn warn_waiting(&self, path: &str) {
        self.warn(
            "CACHE_LOCKED",
            format!("Another process is downloading {path}; waiting for it."),
        );
    }

    /// Says once that the cache cannot be written, and why.
    pub(crate) fn warn_unwritable(&self, error: &std::io::Error) {
        if !self.told_unwritable.swap(true, Ordering::Relaxed) {
            let folder = self.cache.root.display();
            self.warn(
                "CACHE_NOT_WRITABLE",
                format!("The cache {folder} cannot be written ({error}); files are used from memory."),
            );
        }
    }
}

/// Loads the files of `request`.
///
/// Every file is judged by `check`, if there is one, before it enters the cache.
///
/// # Errors
/// See [`Code`] for what can go wrong.
pub async fn load(
    variables: &Variables,
    request: Request,
    on_event: OnEvent,
    check: Option<FileCheck>,
    cancel: CancellationToken,
) -> Result<Snapshot, HubError> {
    let asked = request.asked();
    load_files(variables, request, &asked.secrets, on_event, check, cancel)
        .await
        .map_err(|error| error.of(&asked, variables))
}

async fn load_files(
    variables: &Variables,
    request: Request,
    secrets: &Secrets,
    on_event: OnEvent,
    check: Option<FileCheck>,
    cancel: CancellationToken,
) -> Result<Snapshot, HubError> {
    if cancel.is_cancelled() {
        return Err(HubError::aborted());
    }
    validate(&request)?;
    let limits = Limits::new(&request.timeouts, variables, true);
    let local = crate::local::find(&request, variables)?;
    if local.is_none() {
        crate::validation::repo_id(&request.repo_id)?;
    }
    let root = if local.is_some() {
        PathBuf::new()
    } else {
        crate::cache::folder::root(request.cache_dir.as_deref(), variables)?
    };
    let cache = RepoCache::new(&root, &request.repo_id, variables);
    let offline = request.local_files_only || !request.allow_remote || variables.offline();
    let job = Arc::new(Job::new(request, cache, limits, check, on_event));
    for spec in &job.request.files {
        job.tell(spec, |file| Event::Initiate { file });
    }
    if let Some(folder) = local {
        return from_folder(&job, folder, Source::Local).await;
    }
    // Where nothing cached may be served unasked, the Hub is asked although nothing can have changed.
    let unasked = offline || !job.request.strict;
    if unasked && let Some(folder) = crate::local::find_in_cache(&job.request, &job.cache)? {
        return from_folder(&job, folder, Source::Cache).await;
    }
    if unasked && let Some(commit) = settled(&job)? {
        match from_cache(&job, &commit).await {
            Err(error) if !offline && resolve::is_bad_file(&error) => {}
            done => return done,
        }
    }
    if offline {
        return offline_copy(&job, variables).await;
    }
    let session = job.session(variables, secrets, cancel).await?;
    match resolve::commit(&session, &job).await? {
        Resolved::Commit(commit, first) => from_hub(&job, Arc::new(session), &commit, first).await,
        Resolved::Cached(commit) => from_cache(&job, &commit).await,
    }
}

fn validate(request: &Request) -> Result<(), HubError> {
    if request.files.is_empty() {
        return Err(HubError::new(Code::InvalidOption, "No file was asked for."));
    }
    crate::validation::revision(request.revision())?;
    crate::validation::subfolder(request.subfolder.as_deref().unwrap_or_default())?;
    request
        .files
        .iter()
        .try_for_each(|spec| crate::validation::file(&spec.name))
}

/// The commit of a request that needs no network: it names a commit, and the cache knows each of its files.
pub(crate) fn settled(job: &Job) -> Result<Option<String>, Unreadable> {
    let revision = job.request.revision();
    if job.request.force_download || !crate::validation::is_commit(revision) {
        return Ok(None);
    }
    for spec in &job.request.files {
        let found = job.cache.find(revision, &job.request.path_of(&spec.name));
        match layout::where_allowed(found)? {
            Found::Present(_) => {}
            Found::Missing if !spec.required => {}
            _ => return Ok(None),
        }
    }
    Ok(Some(revision.to_owned()))
}

async fn offline_copy(job: &Arc<Job>, variables: &Variables) -> Result<Snapshot, HubError> {
    match resolve::complete(job)? {
        Some(commit) => from_cache(job, &commit).await,
        None => Err(not_in_cache(job, variables)),
    }
}

/// The error of a cache that does not suffice where the network may not be used.
pub(crate) fn not_in_cache(job: &Job, variables: &Variables) -> HubError {
    let revision = job.request.revision();
    let why = if job.request.local_files_only {
        "local_files_only is set".to_owned()
    } else if job.request.allow_remote {
        let name = variables
            .first(&["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
            .map_or("", |(name, _)| name);
        format!("{name} is set")
    } else {
        "remote models are not allowed".to_owned()
    };
    HubError::new(
        Code::Offline,
        format!(
            "{} at revision {} is not in the cache {}, and the network may not be used ({why}).",
            crate::validation::shown(&job.request.repo_id),
            crate::validation::shown(revision),
            job.cache.root.display()
        ),
    )
    .with_hint("Load it once with the network, or copy a cache that has it.")
}

/// Reads a folder that is not in the cache's layout; its files are never touched.
async fn from_folder(job: &Arc<Job>, folder: PathBuf, source: Source) -> Result<Snapshot, HubError> {
    let mut files = Vec::new();
    for spec in &job.request.files {
        let path = crate::local::file(&folder, &job.request, &spec.name);
        files.push(if layout::is_file(&path)? {
            crate::read::read_as_is(job, spec, path).await?
        } else {
            LoadedFile {
                name: spec.name.clone(),
                path: None,
                bytes: None,
            }
        });
    }
    Ok(Snapshot {
        commit: None,
        source,
        folder: Some(folder),
        files,
    })
}

/// Reads a commit from the cache; optional files that are not there do not exist.
async fn from_cache(job: &Arc<Job>, commit: &str) -> Result<Snapshot, HubError> {
    let mut files = Vec::new();
    for spec in &job.request.files {
        files.push(match job.cache.find(commit, &job.request.path_of(&spec.name))? {
            Found::Present(path) => crate::read::read_cached(job, spec, path).await?,
            _ => LoadedFile {
                name: spec.name.clone(),
                path: None,
                bytes: None,
            },
        });
    }
    let folder = Some(job.cache.snapshot(commit));
    Ok(Snapshot {
        commit: Some(commit.to_owned()),
        source: Source::Cache,
        folder,
        files,
    })
}

/// Takes each file from the cache or the Hub.
async fn from_hub(
    job: &Arc<Job>,
    session: Arc<Session>,
    commit: &str,
    first: Option<(String, Metadata)>,
) -> Result<Snapshot, HubError> {
    let fetch = Fetch {
        job: Arc::clone(job),
        session,
        commit: commit.to_owned(),
        first,
    };
    let fetched: Vec<crate::fetch::Fetched> = futures_util::stream::iter(0..job.request.files.len())
        // By index: a closure over a reference would not be general enough for a caller that spawns this.
        .map(|index| fetch.file(&job.request.files[index]))
        .buffered(PARALLEL)
        .try_collect()
        .await?;
    let network = fetched.iter().any(|file| file.downloaded);
    let written = fetched
        .iter()
        .all(|file| file.loaded.bytes.is_none() || file.loaded.path.is_some());
    let missing: Vec<String> = fetched
        .iter()
        .filter(|file| file.missing)
        .map(|file| job.request.path_of(&file.loaded.name))
        .collect();
    note(job, commit, missing).await;
    Ok(Snapshot {
        commit: Some(commit.to_owned()),
        source: if network { Source::Network } else { Source::Cache },
        folder: written.then(|| job.cache.snapshot(commit)),
        files: fetched.into_iter().map(|file| file.loaded).collect(),
    })
}

/// Notes the reference and what does not exist, once the files are in place; a read-only cache stays as it is.
pub(crate) async fn note(job: &Arc<Job>, commit: &str, missing: Vec<String>) {
    let (job, commit) = (Arc::clone(job), commit.to_owned());
    // Both are conveniences for the next call, so their failure changes nothing for this one.
    let _ = crate::read::blocking(move || {
        if !job.cache.snapshot(&commit).is_dir() {
            return;
        }
        let _ = job.cache.write_reference(job.request.revision(), &commit);
        for path in missing {
            let _ = job.cache.write_marker(&commit, &path);
        }
    })
    .await;
}
