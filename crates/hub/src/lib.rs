//! A Hugging Face Hub client that can be trusted with a token, and the cache of Python's `huggingface_hub`.
//!
//! It knows nothing of tokenizers or Node. [`load`] takes files of one commit into memory, from a local folder,
//! the cache or the Hub. Environment variables come from the caller ([`Variables`]), never from the process.

mod cache;
mod client;
mod credential;
mod digest;
mod download;
mod endpoint;
mod error;
mod failure;
mod fetch;
mod load;
mod local;
mod options;
mod protocol;
mod proxy;
mod redact;
mod redirect;
mod resolve;
mod retry;
mod session;
mod tls;
mod validation;
mod variables;

pub use credential::{Credential, TOKEN_VARIABLES, Token, TokenOption, TokenSource};
pub use error::{Code, HubError};
pub use load::{LoadedFile, Snapshot, Source, load};
pub use options::{Event, FileCheck, FileSpec, OnEvent, Request, Timeouts};
pub use tokio_util::sync::CancellationToken;
pub use variables::Variables;
