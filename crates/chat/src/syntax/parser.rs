//! The token stream, and the parser's common ground.

use std::collections::HashMap;
use std::sync::Arc;

use super::ast::{Block, Expression, ExpressionKind, Symbol, Template};
use super::tokens::{Kind, Token};
use crate::failure::{Failure, Outcome};
use crate::limits::with_stack;

/// Nested tags and parentheses, far beyond the sixty or so at which Python gives up.
const MAX_NESTING: usize = 150;

/// Levels of one expression's tree, which long chains of operators add to as well.
const MAX_EXPRESSION_DEPTH: usize = 1_000;

/// Reads a template.
pub(crate) fn parse(source: &str) -> Outcome<Template> {
    let mut parser = Parser {
        tokens: super::lexer::tokenize(source)?,
        at: 0,
        names: Vec::new(),
        symbols: HashMap::new(),
        blocks: Vec::new(),
        nesting: 0,
        open_tags: Vec::new(),
        expected_tags: Vec::new(),
    };
    let body = parser.statements(&[])?;
    let Parser { names, blocks, .. } = parser;
    let blocks = blocks.into_iter().flatten().collect();
    let template = Template { body, names, blocks };
    super::checks::check(&template)?;
    Ok(template)
}

pub(super) struct Parser {
    tokens: Vec<Token>,
    at: usize,
    names: Vec<Arc<str>>,
    symbols: HashMap<Arc<str>, Symbol>,
    /// None while a block's own text is still being read.
    pub(super) blocks: Vec<Option<Arc<Block>>>,
    nesting: usize,
    /// The tags that wait for their end, and what would end them, for messages.
    pub(super) open_tags: Vec<Arc<str>>,
    pub(super) expected_tags: Vec<&'static [&'static str]>,
}

impl Parser {
    pub(super) fn peek(&self) -> &Kind {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> &Kind {
        // The last token is always `End`.
        let index = (self.at + ahead).min(self.tokens.len() - 1);
        &self.tokens[index].kind
    }

    pub(super) fn line(&self) -> usize {
        self.tokens[self.at.min(self.tokens.len() - 1)].line
    }

    pub(super) fn next(&mut self) -> Kind {
        let kind = self.peek().clone();
        self.skip(1);
        kind
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.tokens.len() - 1);
    }

    pub(super) fn skip_operator(&mut self, operator: &str) -> bool {
        let found = self.peek().is_operator(operator);
        if found {
            self.skip(1);
        }
        found
    }

    pub(super) fn skip_name(&mut self, name: &str) -> bool {
        let found = self.peek().is_name(name);
        if found {
            self.skip(1);
        }
        found
    }

    pub(super) fn fail<T>(&self, message: impl Into<String>) -> Outcome<T> {
        Err(Failure::syntax(message, self.line()))
    }

    fn fail_expected<T>(&self, expected: &str) -> Outcome<T> {
        if *self.peek() == Kind::End {
            return self.fail(format!("unexpected end of template, expected '{expected}'."));
        }
        self.fail(format!(
            "expected token '{expected}', got '{}'",
            self.peek().describe()
        ))
    }

    pub(super) fn expect_operator(&mut self, operator: &str) -> Outcome<()> {
        if self.skip_operator(operator) {
            Ok(())
        } else {
            self.fail_expected(operator)
        }
    }

    pub(super) fn expect_keyword(&mut self, name: &str) -> Outcome<()> {
        if self.skip_name(name) {
            Ok(())
        } else {
            self.fail_expected(name)
        }
    }

    pub(super) fn expect_kind(&mut self, kind: &Kind) -> Outcome<()> {
        if self.peek() == kind {
            self.skip(1);
            return Ok(());
        }
        self.fail_expected(&kind.describe())
    }

    pub(super) fn expect_name(&mut self) -> Outcome<Arc<str>> {
        match self.peek() {
            Kind::Name(name) => {
                let name = Arc::clone(name);
                self.skip(1);
                Ok(name)
            }
            _ => self.fail_expected("name"),
        }
    }

    pub(super) fn symbol(&mut self, name: &Arc<str>) -> Symbol {
        if let Some(symbol) = self.symbols.get(name) {
            return *symbol;
        }
        let symbol = Symbol::try_from(self.names.len()).unwrap_or(Symbol::MAX);
        self.names.push(Arc::clone(name));
        self.symbols.insert(Arc::clone(name), symbol);
        symbol
    }

    /// Runs one level of the grammar's recursion.
    pub(super) fn nested<T>(&mut self, level: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(Failure::limit(format!(
                "the template is nested more than {MAX_NESTING} levels deep"
            )));
        }
        let result = with_stack(|| level(self));
        self.nesting -= 1;
        result
    }

    /// An expression of the tree.
    pub(super) fn expression(&self, kind: ExpressionKind, line: usize) -> Outcome<Expression> {
        let _ = self;
        let depth = 1 + kind
            .children()
            .into_iter()
            .map(|child| child.depth)
            .max()
            .unwrap_or(0);
        if depth > MAX_EXPRESSION_DEPTH {
            return Err(Failure::limit(format!(
                "an expression has more than {MAX_EXPRESSION_DEPTH} levels"
            )));
        }
        Ok(Expression {
            kind: Box::new(kind),
            line,
            depth,
        })
    }
}
