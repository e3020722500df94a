//! tokenizer.json to ids to text.
//!
//! Two engines serve behind [`Tokenizer`], with equal results: the reference engine is the `tokenizers` crate, the
//! compiled engine builds flat tables for the pipelines that it knows. No panic leaves this crate, and neither a
//! hostile file nor a hostile text makes it use unbounded memory or time.

mod added;
mod batch;
mod cleanup;
mod compiled;
mod encoding;
mod ending;
mod engine;
mod error;
mod extend;
mod guard;
mod info;
mod layout;
mod nmt_nfkc;
mod options;
mod reference;
mod registry;
mod side_by_side;
mod source;
mod stream;
mod table;
mod tokenizer;
mod units;

pub use added::{AddedToken, ListedToken};
pub use batch::{BatchOptions, Matrix, MatrixNumbers, Padding, PaddingLength, Row, Side};
pub use encoding::Encoding;
pub use engine::Input;
pub use error::{EngineError, ErrorKind};
pub use info::Info;
pub use layout::check_json;
pub use options::{
    DecodeOptions, EncodeOptions, EngineChoice, LoadOptions, Overflow, Truncation, TruncationDirection,
    TruncationStrategy,
};
pub use stream::DecodeStream;
pub use table::{Columns, Language, Table, TableOptions};
pub use tokenizer::Tokenizer;
