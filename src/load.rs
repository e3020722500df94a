//! Getting a tokenizer: from the Hub, from a folder, from a text.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use autotokenizer_engine::{EngineChoice, EngineError, LoadOptions, Tokenizer};
use autotokenizer_hub::{Snapshot, Source};
use napi::bindgen_prelude::{Env, External, FnArgs, Function, PromiseRaw, Result};
use napi_derive::napi;
use tokio_util::sync::CancellationToken;

use crate::event::{Events, LoadEvent};
use crate::failure::{Failure, check};
use crate::handle::Handle;
use crate::request::HubRequest;
use crate::task::token_of;

/// The file that the tokenizer is built from.
const TOKENIZER_FILE: &str = "tokenizer.json";

/// A loaded tokenizer with the files that came with it.
#[napi(object, object_from_js = false)]
pub struct Loaded {
    /// The tokenizer.
    pub tokenizer: External<Handle>,
    /// The texts of the other files by name; `null` for one that does not exist.
    pub files: HashMap<String, Option<String>>,
    /// The commit, when it came from a Hub.
    pub commit: Option<String>,
    /// `local`, `cache` or `network`.
    pub source: String,
    /// The snapshot's or the local folder.
    pub folder: Option<String>,
}

/// Loads files and builds the tokenizer, all off the JS thread. Events arrive in order on the JS thread.
#[napi(ts_return_type = "Promise<Loaded>")]
pub fn load<'env>(
    env: &'env Env,
    request: HubRequest,
    on_event: Function<'_, FnArgs<(LoadEvent,)>, ()>,
    cancelled: Option<&External<CancellationToken>>,
) -> Result<PromiseRaw<'env, Loaded>> {
    let options = check(
        *env,
        load_options(request.engine.as_deref(), request.target_lang.clone()),
    )?;
    let (variables, events) = (request.variables(), Events::new(&on_event, &request)?);
    let cancelled = token_of(cancelled);
    let future = async move {
        let built = Arc::new(Building::default());
        let (building, choice) = (Arc::clone(&built), options.clone());
        let check = Arc::new(move |name: &str, bytes: &[u8]| match name {
            TOKENIZER_FILE => building.build(bytes, &choice),
            _ => check_file(name, bytes),
        });
        let preload = request.preload == Some(true);
        let (request, listener, cancel) = (request.into(), events.listener(), cancelled.clone());
        let snapshot = if preload {
            autotokenizer_hub::preload(&variables, request, listener, Some(check), cancel).await
        } else {
            autotokenizer_hub::load(&variables, request, listener, Some(check), cancel).await
        };
        events.delivered().await;
        let snapshot = match snapshot {
            Ok(snapshot) => snapshot,
            Err(error) => return Ok(Err(Failure::from(error))),
        };
        let building = autotokenizer_hub::blocking(move || gather(snapshot, &built, &options));
        Ok(tokio::select! {
            biased;
            () = cancelled.cancelled() => Err(Failure::aborted()),
            joined = building => joined.unwrap_or_else(|error| Err(Failure::internal(&error))),
        })
    };
    env.spawn_future_with_callback(future, |env, outcome: std::result::Result<Built, Failure>| {
        outcome.map(Loaded::from).map_err(|failure| failure.into_js(*env))
    })
}

/// What the pool hands to the JS thread.
struct Built {
    tokenizer: Tokenizer,
    files: HashMap<String, Option<String>>,
    commit: Option<String>,
    source: Source,
    folder: Option<PathBuf>,
}

impl From<Built> for Loaded {
    fn from(built: Built) -> Self {
        Self {
            tokenizer: Handle::external(built.tokenizer),
            files: built.files,
            commit: built.commit,
            source: source_name(built.source).into(),
            folder: built.folder.map(|folder| folder.to_string_lossy().into_owned()),
        }
    }
}

/// Builds a tokenizer from the text of a tokenizer.json, on the JS thread, as the public constructor must.
#[napi(catch_unwind)]
pub fn from_json(
    env: Env,
    tokenizer_json: String,
    engine: Option<String>,
    target_lang: Option<String>,
) -> Result<External<Handle>> {
    let options = check(env, load_options(engine.as_deref(), target_lang))?;
    check(env, Tokenizer::from_bytes(tokenizer_json.as_bytes(), &options)).map(Handle::external)
}

fn load_options(
    engine: Option<&str>,
    target_lang: Option<String>,
) -> std::result::Result<LoadOptions, Failure> {
    let engine = match engine {
        None | Some("auto") => EngineChoice::Auto,
        Some("reference") => EngineChoice::Reference,
        Some("compiled") => EngineChoice::Compiled,
        Some(other) => {
            return Err(Failure::new(
                "ERR_TOKENIZER_ARGUMENT",
                format!("engine must be 'auto', 'reference' or 'compiled', not {other:?}"),
            ));
        }
    };
    Ok(LoadOptions {
        engine,
        target_lang,
        ..LoadOptions::default()
    })
}

/// A file that is not JSON must not stay in the cache: it is an error page or a broken download.
fn check_file(name: &str, bytes: &[u8]) -> std::result::Result<(), String> {
    if Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        autotokenizer_engine::check_json(bytes)
    } else {
        Ok(())
    }
}

/// The tokenizer of the file that was judged last: to build it is the best way to judge it, and the digest of the
/// file is taken at the same time.
#[derive(Default)]
struct Building(Mutex<Option<std::result::Result<Tokenizer, EngineError>>>);

impl Building {
    /// A file of which no tokenizer can be built may be JSON all the same: then nothing broke on the way, and what is
    /// wrong with it is said when all files are there.
    fn build(&self, bytes: &[u8], options: &LoadOptions) -> std::result::Result<(), String> {
        let built = Tokenizer::from_bytes(bytes, options);
        if built.is_err() {
            autotokenizer_engine::check_json(bytes)?;
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(built);
        Ok(())
    }

    fn take(&self) -> Option<std::result::Result<Tokenizer, EngineError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn gather(
    mut snapshot: Snapshot,
    building: &Building,
    options: &LoadOptions,
) -> std::result::Result<Built, Failure> {
    let mut tokenizer = None;
    let mut files = HashMap::new();
    for file in std::mem::take(&mut snapshot.files) {
        if file.name == TOKENIZER_FILE {
            let bytes = file.bytes.unwrap_or_default();
            let built = building
                .take()
                .unwrap_or_else(|| Tokenizer::from_bytes(&bytes, options));
            tokenizer = Some(built?);
        } else {
            // JSON files are UTF-8 here, `check_file` has seen to that.
            let text = file
                .bytes
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            files.insert(file.name, text);
        }
    }
    let tokenizer = tokenizer.ok_or_else(|| Failure::internal(&"no tokenizer.json was asked for"))?;
    let Snapshot {
        commit,
        source,
        folder,
        ..
    } = snapshot;
    Ok(Built {
        tokenizer,
        files,
        commit,
        source,
        folder,
    })
}

/// Where files came from, as JavaScript sees it.
pub(crate) fn source_name(source: Source) -> &'static str {
    match source {
        Source::Local => "local",
        Source::Cache => "cache",
        Source::Network => "network",
    }
}
