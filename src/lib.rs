//! The N-API boundary of autotokenizer: arguments in, values out, threads and error codes. No logic.
//!
//! Everything here is a free function over an opaque handle, because calling a class method costs eight times as
//! much as calling a function. `lib/native.js` is the only JavaScript that calls them.

mod batch;
mod chat;
mod decode;
mod encode;
mod failure;
mod load;
mod task;
mod text;
mod vocabulary;
