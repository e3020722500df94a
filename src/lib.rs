//! The N-API boundary of autotokenizer: arguments in, values out, threads and error codes. No logic.
//!
//! Everything here is a free function over an opaque handle, because calling a class method costs eight times as
//! much as calling a function; what short calls need is in [`hot`]. `lib/native.js` is the only JavaScript that loads them.

#![expect(
    clippy::needless_pass_by_value,
    reason = "N-API hands arguments over by value"
)]
#![expect(
    clippy::missing_errors_doc,
    reason = "JavaScript sees codes; the crates document them"
)]
#![expect(
    clippy::must_use_candidate,
    reason = "every function here is called from JavaScript"
)]

pub mod batch;
pub mod chat;
pub mod decode;
pub mod encode;
pub mod event;
mod failure;
pub mod full;
pub mod handle;
pub mod hot;
pub mod hub;
pub mod inbox;
pub mod load;
mod progress;
pub mod request;
mod scratch;
pub mod task;
mod text;
pub mod vocabulary;
