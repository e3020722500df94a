//! Reading tokenizer.json: once, borrowing, with every layout that transformers.js loads brought into one form.

mod check;
mod document;

pub use check::check_json;
#[expect(unused_imports, reason = "for the compiled engine")]
pub(crate) use document::{Document, Model, ModelKind};
