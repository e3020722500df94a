//! A Hugging Face Hub client that can be trusted with a token, and the cache of Python's `huggingface_hub`.
//!
//! It knows nothing of tokenizers or Node. [`load`] takes files of one commit into memory, from a local folder,
//! the cache or the Hub. Environment variables come from the caller ([`Variables`]), never from the process.

mod account;
mod cache;
mod client;
mod credential;
mod digest;
mod disk;
mod download;
mod endpoint;
mod error;
mod failure;
mod fetch;
mod glob;
mod load;
mod local;
mod oauth;
mod oidc;
mod options;
mod protocol;
mod proxy;
mod read;
mod redact;
mod redirect;
mod refresh;
mod refusal;
mod resolve;
mod retry;
mod save;
mod session;
mod slots;
mod stored;
mod tls;
mod validation;
mod variables;

pub use account::{Account, Membership, TokenInfo, check_access, whoami};
pub use cache::scan::{CacheReport, CachedFile, CachedRepo, CachedRevision, delete_from_cache, scan_cache};
pub use credential::{Credential, TOKEN_VARIABLES, Token, TokenOption, TokenSource};
pub use error::{Code, HubError};
pub use glob::Filter;
pub use load::{LoadedFile, Snapshot, Source, load};
pub use options::{Event, FileCheck, FileSpec, OnEvent, Request, Timeouts};
pub use read::blocking;
pub use save::{Saved, download, preload, snapshot};
pub use tokio_util::sync::CancellationToken;
pub use variables::Variables;
