//! Python's three ways to put values into a text: `%`, `str.format`, and the specifications both share.

pub(crate) mod brace;
pub(crate) mod percent;
mod spec;
