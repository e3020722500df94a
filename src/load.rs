//! Getting a tokenizer: from the Hub, from a folder, from a text.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use autotokenizer_engine::{EngineChoice, LoadOptions, Tokenizer};
use autotokenizer_hub::{Event, FileSpec, Request, Snapshot, Source, TokenOption, Variables};
use napi::bindgen_prelude::{Either, Env, External, FnArgs, Function, PromiseRaw, Result};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;
use tokio_util::sync::CancellationToken;

use crate::failure::{Failure, check};
use crate::task::token_of;

/// A file to load.
#[napi(object, object_to_js = false)]
pub struct FileRequest {
    /// Its path in the repository, below `subfolder`.
    pub name: String,
    /// Whether loading fails without it.
    pub required: bool,
}

/// What to load, from where, and on whose behalf.
#[napi(object, object_to_js = false)]
pub struct LoadRequest {
    /// A repository id or a folder.
    pub model: String,
    /// Branch, tag or commit; `main` if absent.
    pub revision: Option<String>,
    /// Folder inside the repository.
    pub subfolder: Option<String>,
    /// The cache's folder instead of huggingface_hub's.
    pub cache_dir: Option<String>,
    /// Where ids are looked up as folders first.
    pub local_model_path: Option<String>,
    /// Whether folders may be read.
    pub allow_local: bool,
    /// Whether the Hub may be asked.
    pub allow_remote: bool,
    /// Whether only what is on this machine may be used.
    pub local_files_only: bool,
    /// The token, or `false` to send none; absent to look for one.
    pub token: Option<Either<String, bool>>,
    /// The Hub's address instead of `HF_ENDPOINT` or huggingface.co.
    pub remote_host: Option<String>,
    /// Names of the variables that may hold a token; empty for the usual ones.
    pub token_variables: Vec<String>,
    /// The environment variables, read at this call.
    pub variables: HashMap<String, String>,
    /// Whether to download even what is cached.
    pub force_download: bool,
    /// Whether a cached copy is refused when the Hub denies access or cannot be reached.
    pub strict: bool,
    /// What requests say of the program.
    pub user_agent: String,
    /// The files.
    pub files: Vec<FileRequest>,
    /// `auto`, `reference` or `compiled`.
    pub engine: Option<String>,
    /// The language of a vocabulary that has several (MMS).
    pub target_lang: Option<String>,
}

/// What happens while files are loaded.
#[napi(object, object_from_js = false)]
pub struct LoadEvent {
    /// `initiate`, `download`, `progress`, `done`, `warning`; `end` when no more will come.
    pub status: String,
    /// The file.
    pub file: Option<String>,
    /// Bytes so far.
    pub loaded: Option<f64>,
    /// Bytes in all, where the server says.
    pub total: Option<f64>,
    /// The warning's code.
    pub code: Option<String>,
    /// The warning's text.
    pub message: Option<String>,
}

/// A loaded tokenizer with the files that came with it.
#[napi(object, object_from_js = false)]
pub struct Loaded {
    /// The tokenizer.
    pub tokenizer: External<Tokenizer>,
    /// The texts of the other files by name; `null` for one that does not exist.
    pub files: HashMap<String, Option<String>>,
    /// The commit, when it came from a Hub.
    pub commit: Option<String>,
    /// `local`, `cache` or `network`.
    pub source: String,
    /// The snapshot's or the local folder.
    pub folder: Option<String>,
}

/// The file that the tokenizer is built from.
const TOKENIZER_FILE: &str = "tokenizer.json";

/// Loads files and builds the tokenizer, all off the JS thread. Events arrive in order on the JS thread.
#[napi(ts_return_type = "Promise<Loaded>")]
pub fn load<'env>(
    env: &'env Env,
    request: LoadRequest,
    on_event: Function<'_, FnArgs<(LoadEvent,)>, ()>,
    cancelled: Option<&External<CancellationToken>>,
) -> Result<PromiseRaw<'env, Loaded>> {
    let events = Arc::new(on_event.build_threadsafe_function().weak::<true>().build()?);
    let queue = Arc::clone(&events);
    let on_event = Arc::new(move |event: Event| {
        queue.call(
            FnArgs::from((LoadEvent::from(event),)),
            ThreadsafeFunctionCallMode::NonBlocking,
        );
    });
    let options = check(
        *env,
        load_options(request.engine.as_deref(), request.target_lang.clone()),
    )?;
    let variables = Variables::from(request.variables.clone());
    let cancelled = token_of(cancelled);
    let future = async move {
        let check = Arc::new(check_file);
        let loading = autotokenizer_hub::load(
            &variables,
            request.into(),
            on_event,
            Some(check),
            cancelled.clone(),
        );
        let snapshot = loading.await;
        // Events and the promise have queues of their own: the last event's answer says that all were delivered.
        let _ = events.call_async(FnArgs::from((LoadEvent::of("end"),))).await;
        let snapshot = match snapshot {
            Ok(snapshot) => snapshot,
            Err(error) => return Ok(Err(Failure::from(error))),
        };
        let building = tokio::task::spawn_blocking(move || build(snapshot, &options));
        Ok(tokio::select! {
            biased;
            () = cancelled.cancelled() => Err(Failure::aborted()),
            joined = building => joined.unwrap_or_else(|panic| Err(Failure::internal(&panic))),
        })
    };
    env.spawn_future_with_callback(future, |env, outcome| {
        outcome.map_err(|failure: Failure| failure.into_js(*env))
    })
}

/// Builds a tokenizer from the text of a tokenizer.json, on the JS thread, as the public constructor must.
#[napi(catch_unwind)]
pub fn from_json(
    env: Env,
    tokenizer_json: String,
    engine: Option<String>,
    target_lang: Option<String>,
) -> Result<External<Tokenizer>> {
    let options = check(env, load_options(engine.as_deref(), target_lang))?;
    check(env, Tokenizer::from_bytes(tokenizer_json.as_bytes(), &options)).map(External::new)
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
            return Err(Failure::Coded {
                code: "ERR_TOKENIZER_ARGUMENT",
                message: format!("engine must be 'auto', 'reference' or 'compiled', not {other:?}"),
            });
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
    if !std::path::Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        return Ok(());
    }
    autotokenizer_engine::check_json(bytes)
}

fn build(snapshot: Snapshot, options: &LoadOptions) -> std::result::Result<Loaded, Failure> {
    let mut tokenizer = None;
    let mut files = HashMap::new();
    for file in snapshot.files {
        if file.name.rsplit('/').next() == Some(TOKENIZER_FILE) {
            let bytes = file.bytes.unwrap_or_default();
            tokenizer = Some(Tokenizer::from_bytes(&bytes, options)?);
        } else {
            // Python reads these files as UTF-8 and fails; so does `check_file` for JSON.
            let text = file
                .bytes
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            files.insert(file.name, text);
        }
    }
    let tokenizer = tokenizer.ok_or_else(|| Failure::internal(&"no tokenizer.json was asked for"))?;
    Ok(Loaded {
        tokenizer: External::new(tokenizer),
        files,
        commit: snapshot.commit,
        source: match snapshot.source {
            Source::Local => "local",
            Source::Cache => "cache",
            Source::Network => "network",
        }
        .into(),
        folder: snapshot
            .folder
            .map(|folder| folder.to_string_lossy().into_owned()),
    })
}

impl From<LoadRequest> for Request {
    fn from(request: LoadRequest) -> Self {
        Self {
            repo_id: request.model,
            revision: request.revision,
            subfolder: request.subfolder,
            files: request
                .files
                .into_iter()
                .map(|file| FileSpec {
                    name: file.name,
                    required: file.required,
                })
                .collect(),
            token: match request.token {
                None | Some(Either::B(true)) => TokenOption::Implicit,
                Some(Either::B(false)) => TokenOption::None,
                Some(Either::A(token)) => TokenOption::Explicit(token),
            },
            token_variables: request.token_variables,
            endpoint: request.remote_host,
            cache_dir: request.cache_dir.map(PathBuf::from),
            local_model_path: request.local_model_path.map(PathBuf::from),
            allow_local: request.allow_local,
            allow_remote: request.allow_remote,
            local_files_only: request.local_files_only,
            force_download: request.force_download,
            strict: request.strict,
            user_agent: request.user_agent,
            ..Self::default()
        }
    }
}

impl LoadEvent {
    fn of(status: &str) -> Self {
        Self {
            status: status.into(),
            file: None,
            loaded: None,
            total: None,
            code: None,
            message: None,
        }
    }
}

impl From<Event> for LoadEvent {
    fn from(event: Event) -> Self {
        let mut result = Self::of("");
        let status = match event {
            Event::Initiate { file } => {
                result.file = Some(file);
                "initiate"
            }
            Event::Download { file } => {
                result.file = Some(file);
                "download"
            }
            Event::Progress { file, loaded, total } => {
                result.file = Some(file);
                result.loaded = Some(number(loaded));
                result.total = total.map(number);
                "progress"
            }
            Event::Done { file } => {
                result.file = Some(file);
                "done"
            }
            Event::Warning { code, message } => {
                result.code = Some(code.to_string());
                result.message = Some(message);
                "warning"
            }
        };
        status.clone_into(&mut result.status);
        result
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "JavaScript's numbers are exact up to 2^53 bytes"
)]
fn number(bytes: u64) -> f64 {
    bytes as f64
}
