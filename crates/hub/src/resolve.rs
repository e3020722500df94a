//! From a revision to a commit: one HEAD, or the cache where the Hub refuses or is away.

use crate::cache::Found;
use crate::cache::layout::{self, Unreadable};
use crate::error::{Code, HubError};
use crate::load::Job;
use crate::protocol::Metadata;
use crate::retry::retrying;
use crate::session::{Refused, Session, Want};

/// The commit to load from.
pub(crate) enum Resolved {
    /// As the Hub says; with what it said about the file that was asked for.
    Commit(String, Option<(String, Metadata)>),
    /// The cache's, after a warning.
    Cached(String),
}

/// Asks for the first required file, once if the cache has a copy to fall back on, else with patience.
pub(crate) async fn commit(session: &Session, job: &Job) -> Result<Resolved, HubError> {
    let request = &job.request;
    let specs = &request.files;
    let name = specs
        .iter()
        .find(|spec| spec.required)
        .or(specs.first())
        .map(|spec| spec.name.as_str());
    let path = request.path_of(name.unwrap_or_default());
    let url = session
        .endpoint
        .resolve(&request.repo_id, request.revision(), &path)?;
    let fallback = copy(job)?;
    let about = session.about(Some(&path));
    // A second run needs to know no more than the commit.
    let enough = |meta: &Metadata, last: bool| {
        let known = meta
            .commit
            .as_deref()
            // If that cannot be told, it is said where the files are looked for.
            .is_some_and(|commit| has_required(job, commit).unwrap_or(false));
        meta.is_complete(last) || (known && !request.force_download)
    };
    let ask = || session.ask_until(url.clone(), Want::Metadata, &about, &enough);
    let asked = if fallback.is_some() {
        ask().await
    } else {
        retrying(session, &url, ask).await
    };
    match asked {
        Ok(answer) => {
            let Some(commit) = answer.meta.commit.clone() else {
                // The page of somebody in between, such as a login, says no more about the repository than silence.
                let error = no_hub(session).with_url(&answer.hop.url);
                return serve_copy(job, session.masked(error)).map(Resolved::Cached);
            };
            if crate::validation::is_commit(request.revision()) && commit != request.revision() {
                return Err(HubError::new(
                    Code::Protocol,
                    "The server answered for another commit than it was asked for.",
                )
                .with_url(&answer.hop.url));
            }
            Ok(Resolved::Commit(commit, Some((path, answer.meta))))
        }
        Err(Refused {
            error,
            no_entry,
            commit,
        }) => match commit.filter(|_| no_entry) {
            Some(commit) if !is_required(job, name) => Ok(Resolved::Commit(commit, None)),
            _ => fall_back(job, session.masked(error)).map(Resolved::Cached),
        },
    }
}

/// The cached commit that may be served if the Hub refuses or is away.
fn copy(job: &Job) -> Result<Option<String>, Unreadable> {
    if job.request.strict || job.request.force_download {
        return Ok(None);
    }
    layout::where_allowed(complete(job))
}

/// The commit that the cache knows the revision as, if it has all required files of it.
pub(crate) fn complete(job: &Job) -> Result<Option<String>, Unreadable> {
    let Some(commit) = job.cache.commit_of(job.request.revision())? else {
        return Ok(None);
    };
    Ok(has_required(job, &commit)?.then_some(commit))
}

/// The commit of the cached copy, announced by a warning; the error itself if there is none or it must not be used.
pub(crate) fn fall_back(job: &Job, error: HubError) -> Result<String, HubError> {
    if may_fall_back(&error) {
        serve_copy(job, error)
    } else {
        Err(error)
    }
}

/// The same where `error` is known to say nothing about the repository.
pub(crate) fn serve_copy(job: &Job, error: HubError) -> Result<String, HubError> {
    let Ok(Some(commit)) = copy(job) else {
        return Err(error);
    };
    let id = crate::validation::shown(&job.request.repo_id);
    let what = format!("The cached copy of {id} at commit {commit} is used; it may be out of date.");
    job.warn(error.code(), format!("{} {what}", error.one_line()));
    Ok(commit)
}

fn is_required(job: &Job, name: Option<&str>) -> bool {
    job.request
        .files
        .iter()
        .any(|spec| spec.required && Some(spec.name.as_str()) == name)
}

/// Whether the cache has all required files of a commit.
fn has_required(job: &Job, commit: &str) -> Result<bool, Unreadable> {
    let mut required = job.request.files.iter().filter(|spec| spec.required).peekable();
    if required.peek().is_none() {
        return layout::is_folder(&job.cache.snapshot(commit));
    }
    for spec in required {
        let found = job.cache.find(commit, &job.request.path_of(&spec.name))?;
        if !matches!(found, Found::Present(_)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Failures that say nothing about what the repository holds: the cached copy is as good as it was.
fn may_fall_back(error: &HubError) -> bool {
    match error.kind() {
        Code::Network
        | Code::Timeout
        | Code::Server
        | Code::RateLimited
        | Code::TokenMissing
        | Code::TokenInvalid
        | Code::AccessDenied => true,
        Code::RepoNotFound => error.status() == Some(401),
        _ => false,
    }
}

/// Whether an error is about the bytes of a cached file, so that fetching them again may help.
pub(crate) fn is_bad_file(error: &HubError) -> bool {
    matches!(error.kind(), Code::FileInvalid | Code::Integrity | Code::Cache) && !error.is_elsewhere()
}

/// The error for a server without the Hub's headers.
pub(crate) fn no_hub(session: &Session) -> HubError {
    HubError::new(
        Code::Protocol,
        format!(
            "{} does not answer as a Hub does (X-Repo-Commit is missing).",
            session.endpoint.as_str()
        ),
    )
    .with_hint("Check the Hub's address in HF_ENDPOINT or env.remoteHost, and any proxy in between.")
}
