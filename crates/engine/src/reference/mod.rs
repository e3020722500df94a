//! The reference engine: the `tokenizers` crate, with our components where it would panic or run for hours, and for
//! layouts that it does not know.

mod aliases;
mod build;
mod cache;
mod characters;
mod decoder;
mod longest_match;
mod model;
mod nmt;
mod normalizer;
mod offsets;
mod pre_tokenizer;
mod regex;
mod replace;
mod serve;
mod suffixed;
mod tokens;
mod truncation;

pub(crate) use serve::Reference;
