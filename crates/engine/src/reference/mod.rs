//! The reference engine: the `tokenizers` crate.

mod guard;
mod offsets;
mod serve;

pub(crate) use serve::Reference;
