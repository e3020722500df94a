//! The Hub and its cache, without a tokenizer. Structured results cross as JSON.

use std::collections::HashMap;
use std::path::PathBuf;

use autotokenizer_hub::{Request, Saved};
use napi::bindgen_prelude::{Env, External, FnArgs, Function, PromiseRaw, Result};
use napi_derive::napi;
use tokio_util::sync::CancellationToken;

use crate::event::{Events, LoadEvent, number};
use crate::failure::Failure;
use crate::load::source_name;
use crate::request::HubRequest;
use crate::task::{run, spawn, token_of};

/// Where the files of a repository are.
#[napi(object, object_from_js = false)]
pub struct SavedFiles {
    /// The commit.
    pub commit: String,
    /// `cache` or `network`.
    pub source: String,
    /// The snapshot's folder.
    pub folder: String,
    /// Each file's path by its name; `null` for one that does not exist.
    pub files: HashMap<String, Option<String>>,
}

fn text(path: PathBuf) -> String {
    path.to_string_lossy().into_owned()
}

impl From<Saved> for SavedFiles {
    fn from(saved: Saved) -> Self {
        Self {
            commit: saved.commit,
            source: source_name(saved.source).into(),
            folder: text(saved.folder),
            files: saved
                .files
                .into_iter()
                .map(|(name, path)| (name, path.map(text)))
                .collect(),
        }
    }
}

fn json(value: &impl serde::Serialize) -> std::result::Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::internal(&error))
}

type Listener<'a> = Function<'a, FnArgs<(LoadEvent,)>, ()>;

/// Whose token is sent and what it may do, as JSON.
#[napi(ts_return_type = "Promise<string>")]
pub fn whoami<'env>(
    env: &'env Env,
    request: HubRequest,
    on_event: Listener<'_>,
    cancelled: Option<&External<CancellationToken>>,
) -> Result<PromiseRaw<'env, String>> {
    let (variables, events) = (request.variables(), Events::new(&on_event, &request)?);
    let cancelled = token_of(cancelled);
    run(env, async move {
        let request = Request::from(request);
        let account = autotokenizer_hub::whoami(&variables, &request, events.listener(), cancelled).await;
        events.delivered().await;
        json(&account?)
    })
}

/// Resolves if the token can read the repository's files.
#[napi(ts_return_type = "Promise<void>")]
pub fn check_access<'env>(
    env: &'env Env,
    request: HubRequest,
    on_event: Listener<'_>,
    cancelled: Option<&External<CancellationToken>>,
) -> Result<PromiseRaw<'env, ()>> {
    let (variables, events) = (request.variables(), Events::new(&on_event, &request)?);
    let cancelled = token_of(cancelled);
    run(env, async move {
        let request = Request::from(request);
        let answer =
            autotokenizer_hub::check_access(&variables, &request, events.listener(), cancelled).await;
        events.delivered().await;
        Ok(answer?)
    })
}

/// Takes the files that the patterns want to the cache.
#[napi(ts_return_type = "Promise<SavedFiles>")]
pub fn snapshot<'env>(
    env: &'env Env,
    request: HubRequest,
    on_event: Listener<'_>,
    cancelled: Option<&External<CancellationToken>>,
) -> Result<PromiseRaw<'env, SavedFiles>> {
    let (variables, events, filter) = (
        request.variables(),
        Events::new(&on_event, &request)?,
        request.filter(),
    );
    let cancelled = token_of(cancelled);
    run(env, async move {
        let request = Request::from(request);
        let saved =
            autotokenizer_hub::snapshot(&variables, request, &filter, events.listener(), cancelled).await;
        events.delivered().await;
        Ok(SavedFiles::from(saved?))
    })
}

/// Takes the files of `request` to the cache.
#[napi(ts_return_type = "Promise<SavedFiles>")]
pub fn download<'env>(
    env: &'env Env,
    request: HubRequest,
    on_event: Listener<'_>,
    cancelled: Option<&External<CancellationToken>>,
) -> Result<PromiseRaw<'env, SavedFiles>> {
    let (variables, events) = (request.variables(), Events::new(&on_event, &request)?);
    let cancelled = token_of(cancelled);
    run(env, async move {
        let request = Request::from(request);
        let saved = autotokenizer_hub::download(&variables, request, events.listener(), cancelled).await;
        events.delivered().await;
        Ok(SavedFiles::from(saved?))
    })
}

/// What the cache holds, as JSON.
#[napi(ts_return_type = "Promise<string>")]
pub fn scan_cache(env: &Env, request: HubRequest) -> Result<PromiseRaw<'_, String>> {
    let variables = request.variables();
    let folder = request.cache_dir.map(PathBuf::from);
    let work = move || json(&autotokenizer_hub::scan_cache(&variables, folder.as_deref())?);
    spawn(env, CancellationToken::new(), work, |_, report| Ok(report))
}

/// Removes a repository, or one revision of it, from the cache and returns how many bytes that freed.
#[napi(ts_return_type = "Promise<number>")]
pub fn delete_from_cache(env: &Env, request: HubRequest) -> Result<PromiseRaw<'_, f64>> {
    let variables = request.variables();
    let folder = request.cache_dir.map(PathBuf::from);
    let work = move || {
        let id = request.model.unwrap_or_default();
        let revision = request.revision.as_deref();
        Ok(autotokenizer_hub::delete_from_cache(
            &variables,
            folder.as_deref(),
            &id,
            revision,
        )?)
    };
    spawn(env, CancellationToken::new(), work, |_, freed| Ok(number(freed)))
}
