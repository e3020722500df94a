//! What JavaScript wants of the Hub, as `crates/hub` takes it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use autotokenizer_hub::{FileSpec, Filter, Request, Timeouts, TokenOption, Variables};
use napi::bindgen_prelude::Either;
use napi_derive::napi;

/// Texts that a tokenizer comes with are read whole, and anybody can write a repository: hundreds of templates of
/// megabytes are no templates.
const MAX_TEXTS: usize = 100;
const MAX_TEXT: u64 = 4 << 20;

/// A file to load.
#[napi(object, object_to_js = false)]
pub struct FileRequest {
    /// Its path in the repository, below `subfolder`.
    pub name: String,
    /// Whether loading fails without it.
    pub required: bool,
}

/// What is wanted of the Hub or its cache, from where, and on whose behalf.
#[napi(object, object_to_js = false)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the options of JavaScript are independent switches"
)]
pub struct HubRequest {
    /// A repository id or a folder; absent where a call is about no repository.
    pub model: Option<String>,
    /// Branch, tag or commit; `main` if absent.
    pub revision: Option<String>,
    /// Folder inside the repository.
    pub subfolder: Option<String>,
    /// The cache's folder instead of the one that `huggingface_hub` uses.
    pub cache_dir: Option<String>,
    /// Where ids are looked up as folders first.
    pub local_model_path: Option<String>,
    /// Whether folders may be read.
    pub allow_local: bool,
    /// Whether the Hub may be asked.
    pub allow_remote: bool,
    /// Whether only what is on this machine may be used.
    pub local_files_only: bool,
    /// The token, `false` to send none, `true` to look for one even where that is disabled; absent to look for one.
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
    /// Whether what cannot be cached is an error.
    pub preload: Option<bool>,
    /// Whether to draw progress bars on stderr, if that is a terminal.
    pub progress: Option<bool>,
    /// What requests say of the program.
    pub user_agent: String,
    /// The files to load.
    pub files: Option<Vec<FileRequest>>,
    /// Which files of a snapshot are wanted; all if absent.
    pub allow_patterns: Option<Vec<String>>,
    /// Which files of a snapshot are not wanted.
    pub ignore_patterns: Option<Vec<String>>,
    /// Whether a snapshot may have only as many files, and as large ones, as will be read as texts.
    pub texts: Option<bool>,
    /// `auto`, `reference` or `compiled`.
    pub engine: Option<String>,
    /// The language of a vocabulary that has several (MMS).
    pub target_lang: Option<String>,
}

impl HubRequest {
    pub(crate) fn variables(&self) -> Variables {
        Variables::from(self.variables.clone())
    }

    /// Whether bars are wanted, which `HF_HUB_DISABLE_PROGRESS_BARS` forbids as in `huggingface_hub`.
    pub(crate) fn draws(&self) -> bool {
        self.progress == Some(true) && !self.variables().is_true("HF_HUB_DISABLE_PROGRESS_BARS")
    }

    pub(crate) fn filter(&self) -> Filter {
        Filter {
            allow: self.allow_patterns.clone().unwrap_or_default(),
            ignore: self.ignore_patterns.clone().unwrap_or_default(),
        }
    }
}

impl From<HubRequest> for Request {
    fn from(request: HubRequest) -> Self {
        Self {
            repo_id: request.model.unwrap_or_default(),
            revision: request.revision,
            subfolder: request.subfolder,
            files: request
                .files
                .unwrap_or_default()
                .into_iter()
                .map(|file| FileSpec {
                    name: file.name,
                    required: file.required,
                })
                .collect(),
            token: match request.token {
                None => TokenOption::Implicit,
                Some(Either::B(true)) => TokenOption::Wanted,
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
            timeouts: match request.texts {
                Some(true) => Timeouts {
                    max_size: Some(MAX_TEXT),
                    max_files: Some(MAX_TEXTS),
                    total: Some(Duration::from_secs(60)),
                    ..Timeouts::default()
                },
                _ => Timeouts::default(),
            },
        }
    }
}
