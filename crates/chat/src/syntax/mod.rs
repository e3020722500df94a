//! From a template's source to its tree, by the rules of Jinja's lexer, parser and compiler.

mod applications;
pub(crate) mod ast;
mod checks;
mod expressions;
mod lexer;
mod literals;
mod parser;
mod statements;
mod targets;
mod tokens;

pub(crate) use parser::parse;
