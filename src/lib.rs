//! The N-API boundary of autotokenizer: arguments in, values out, threads and error codes. No logic.
//!
//! Everything here is a free function over an opaque handle, because calling a class method costs eight times as
//! much as calling a function. `lib/native.js` is the only JavaScript that calls them.

pub mod batch;
pub mod chat;
pub mod decode;
pub mod encode;
mod failure;
pub mod load;
pub mod task;
mod text;
pub mod vocabulary;
