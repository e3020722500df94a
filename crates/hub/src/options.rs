//! What a caller asks for, and what it is told on the way.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::credential::{Secrets, TokenOption};
use crate::variables::Variables;

/// One file of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSpec {
    /// Its path, below the subfolder.
    pub name: String,
    /// Whether its absence is an error.
    pub required: bool,
}

impl FileSpec {
    /// A file that must exist.
    #[must_use]
    pub fn required(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            required: true,
        }
    }

    /// A file that may be missing.
    #[must_use]
    pub fn optional(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            required: false,
        }
    }
}

/// Time and size limits; `None` means the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// To reach a server, with TLS (10 s).
    pub connect: Option<Duration>,
    /// Until the first byte of an answer (`HF_HUB_ETAG_TIMEOUT` for HEAD, `HF_HUB_DOWNLOAD_TIMEOUT` for GET, 10 s).
    pub first_byte: Option<Duration>,
    /// Between two pieces of a body (`HF_HUB_DOWNLOAD_TIMEOUT`, 10 s).
    pub idle: Option<Duration>,
    /// The least rate of a body in bytes per second, judged over `min_rate_window` (1 KiB/s); 0 for none.
    pub min_rate: Option<u64>,
    /// How long a body may stay below the least rate (30 s).
    pub min_rate_window: Option<Duration>,
    /// For the whole call (10 minutes when loading files into memory, none for downloads to disk).
    pub total: Option<Duration>,
    /// The longest wait that a server may ask for with `Retry-After` or `RateLimit` (60 s).
    pub max_retry_wait: Option<Duration>,
    /// How often one request is tried again (4).
    pub retries: Option<u32>,
    /// The largest file in bytes (512 MiB in memory; 50 GB on disk, as in Python's client).
    pub max_size: Option<u64>,
    /// The same where the Hub does not tell how large it is (512 MiB): such a body may have no end.
    pub max_untold: Option<u64>,
    /// The most files of a snapshot (no limit).
    pub max_files: Option<usize>,
}

/// All that a call needs to know.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the independent options of the JavaScript API"
)]
pub struct Request {
    /// `namespace/name`, or the path of a local folder.
    pub repo_id: String,
    /// A branch, tag or commit (`main`).
    pub revision: Option<String>,
    /// A folder inside the repository.
    pub subfolder: Option<String>,
    /// The files to load.
    pub files: Vec<FileSpec>,
    /// The token.
    pub token: TokenOption,
    /// Variables that may hold a token; empty for the usual ones.
    pub token_variables: Vec<String>,
    /// The Hub's address; `None` for `HF_ENDPOINT` or the public Hub.
    pub endpoint: Option<String>,
    /// The cache folder; `None` for the one shared with Python's client.
    pub cache_dir: Option<PathBuf>,
    /// A folder with models as `<folder>/<repo id>/<file>`.
    pub local_model_path: Option<PathBuf>,
    /// Whether local folders may be used.
    pub allow_local: bool,
    /// Whether a Hub, or its cache, may be used.
    pub allow_remote: bool,
    /// Whether the network must not be used.
    pub local_files_only: bool,
    /// Download again what the cache already has.
    pub force_download: bool,
    /// Never serve a cached copy when the Hub refused or could not be reached.
    pub strict: bool,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// Limits.
    pub timeouts: Timeouts,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            repo_id: String::new(),
            revision: None,
            subfolder: None,
            files: Vec::new(),
            token: TokenOption::Implicit,
            token_variables: Vec::new(),
            endpoint: None,
            cache_dir: None,
            local_model_path: None,
            allow_local: true,
            allow_remote: true,
            local_files_only: false,
            force_download: false,
            strict: false,
            user_agent: String::new(),
            timeouts: Timeouts::default(),
        }
    }
}

impl Request {
    /// The revision, `main` if none was given.
    #[must_use]
    pub fn revision(&self) -> &str {
        self.revision
            .as_deref()
            .filter(|revision| !revision.is_empty())
            .unwrap_or("main")
    }

    /// What an error is told of this request.
    pub(crate) fn asked(&self) -> Asked {
        Asked {
            repo_id: self.repo_id.clone(),
            revision: self.revision().to_owned(),
            token: self.token.clone(),
            token_variables: self.token_variables.clone(),
            secrets: Secrets::default(),
        }
    }

    /// A file's path inside the repository.
    pub(crate) fn path_of(&self, name: &str) -> String {
        match self.subfolder.as_deref().filter(|folder| !folder.is_empty()) {
            Some(folder) => format!("{folder}/{name}"),
            None => name.to_owned(),
        }
    }
}

/// The part of a request that its errors need.
pub(crate) struct Asked {
    pub(crate) repo_id: String,
    pub(crate) revision: String,
    pub(crate) token: TokenOption,
    pub(crate) token_variables: Vec<String>,
    pub(crate) secrets: Secrets,
}

/// What happens while files are loaded. Files are named as in the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A file was asked for.
    Initiate {
        /// Its name.
        file: String,
    },
    /// It was found, here or on the Hub.
    Download {
        /// Its name.
        file: String,
    },
    /// Some of it has arrived.
    Progress {
        /// Its name.
        file: String,
        /// Bytes so far.
        loaded: u64,
        /// Bytes in all, where known.
        total: Option<u64>,
    },
    /// It is complete.
    Done {
        /// Its name.
        file: String,
    },
    /// Something the caller should know although the call goes on.
    Warning {
        /// A stable name.
        code: String,
        /// A sentence.
        message: String,
    },
}

/// Receives events; called from worker threads.
pub type OnEvent = Arc<dyn Fn(Event) + Send + Sync>;

/// Judges the whole bytes of a file, by its name in the request, before it may enter the cache.
pub type FileCheck = Arc<dyn Fn(&str, &[u8]) -> Result<(), String> + Send + Sync>;

/// [`Timeouts`] with every default filled in.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) connect: Duration,
    pub(crate) head_first_byte: Duration,
    pub(crate) get_first_byte: Duration,
    pub(crate) idle: Duration,
    pub(crate) min_rate: u64,
    pub(crate) min_rate_window: Duration,
    pub(crate) total: Option<Duration>,
    pub(crate) max_retry_wait: Duration,
    pub(crate) retries: u32,
    pub(crate) max_size: u64,
    /// The same where the Hub has not told how long the file is.
    pub(crate) max_untold: u64,
    pub(crate) max_files: usize,
}

impl Limits {
    /// `in_memory` chooses the defaults of small files.
    pub(crate) fn new(timeouts: &Timeouts, variables: &Variables, in_memory: bool) -> Self {
        const IN_MEMORY: u64 = 512 << 20;
        const ON_DISK: u64 = 50_000_000_000;
        const TEN: Duration = Duration::from_secs(10);
        let download = variables.seconds("HF_HUB_DOWNLOAD_TIMEOUT").unwrap_or(TEN);
        let etag = variables.seconds("HF_HUB_ETAG_TIMEOUT").unwrap_or(TEN);
        Self {
            connect: timeouts.connect.unwrap_or(TEN),
            head_first_byte: timeouts.first_byte.unwrap_or(etag),
            get_first_byte: timeouts.first_byte.unwrap_or(download),
            idle: timeouts.idle.unwrap_or(download),
            min_rate: timeouts.min_rate.unwrap_or(1024),
            min_rate_window: timeouts.min_rate_window.unwrap_or(Duration::from_secs(30)),
            total: timeouts.total.or(in_memory.then_some(Duration::from_secs(600))),
            max_retry_wait: timeouts.max_retry_wait.unwrap_or(Duration::from_secs(60)),
            retries: timeouts.retries.unwrap_or(4),
            max_size: timeouts
                .max_size
                .unwrap_or(if in_memory { IN_MEMORY } else { ON_DISK }),
            max_untold: timeouts.max_untold.unwrap_or(IN_MEMORY),
            max_files: timeouts.max_files.unwrap_or(usize::MAX),
        }
    }
}
