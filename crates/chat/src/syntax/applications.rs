//! What is applied to a value: filters, tests, and the arguments of calls.

use std::sync::Arc;

use super::ast::{CallArguments, Expression, ExpressionKind as Node};
use super::parser::Parser;
use super::tokens::Kind;
use crate::failure::Outcome;

impl Parser {
    pub(super) fn filters_and_tests(&mut self, mut value: Expression) -> Outcome<Expression> {
        loop {
            let line = self.line();
            value = match self.peek() {
                Kind::Operator("|") => {
                    self.skip(1);
                    self.filter(value)?
                }
                Kind::Operator("(") => {
                    let arguments = self.call_arguments()?;
                    self.expression(Node::Call(value, arguments), line)?
                }
                kind if kind.is_name("is") => self.test(value)?,
                _ => return Ok(value),
            };
        }
    }

    /// One filter, from its name on.
    pub(super) fn filter(&mut self, value: Expression) -> Outcome<Expression> {
        let line = self.line();
        let name = self.dotted_name()?;
        let arguments = if self.peek().is_operator("(") {
            self.call_arguments()?
        } else {
            CallArguments::default()
        };
        self.expression(Node::Filter(value, name, arguments), line)
    }

    fn dotted_name(&mut self) -> Outcome<Arc<str>> {
        let mut name = self.expect_name()?;
        while self.skip_operator(".") {
            name = Arc::from(format!("{name}.{}", self.expect_name()?));
        }
        Ok(name)
    }

    fn test(&mut self, value: Expression) -> Outcome<Expression> {
        let line = self.line();
        self.skip(1);
        let negated = self.skip_name("not");
        let name = self.dotted_name()?;
        let mut arguments = CallArguments::default();
        match self.peek() {
            Kind::Operator("(") => arguments = self.call_arguments()?,
            kind if kind.is_name("else") || kind.is_name("or") || kind.is_name("and") => {}
            kind if kind.is_name("is") => return self.fail("You cannot chain multiple tests with is"),
            Kind::Name(_) | Kind::Text(_) | Kind::Integer(_) | Kind::Float(_) | Kind::Operator("[" | "{") => {
                let argument = self.primary()?;
                arguments.positional.push(self.postfix(argument)?);
            }
            _ => {}
        }
        let test = self.expression(Node::Test(value, name, arguments), line)?;
        if negated {
            self.expression(Node::Not(test), line)
        } else {
            Ok(test)
        }
    }

    pub(super) fn call_arguments(&mut self) -> Outcome<CallArguments> {
        const INVALID: &str = "invalid syntax for function call expression";
        self.expect_operator("(")?;
        let mut arguments = CallArguments::default();
        let mut is_first = true;
        while !self.peek().is_operator(")") {
            if !is_first {
                self.expect_operator(",")?;
                if self.peek().is_operator(")") {
                    break;
                }
            }
            is_first = false;
            let CallArguments {
                positional,
                keyword,
                more_positional,
                more_keyword,
            } = &mut arguments;
            if self.skip_operator("*") {
                if more_positional.is_some() || more_keyword.is_some() {
                    return self.fail(INVALID);
                }
                *more_positional = Some(self.condition()?);
            } else if self.skip_operator("**") {
                if more_keyword.is_some() {
                    return self.fail(INVALID);
                }
                *more_keyword = Some(self.condition()?);
            } else if matches!(self.peek(), Kind::Name(_)) && self.peek_at(1).is_operator("=") {
                if more_keyword.is_some() {
                    return self.fail(INVALID);
                }
                let name = self.expect_name()?;
                self.skip(1);
                if keyword.iter().any(|(known, _)| *known == name) {
                    return self.fail(format!("keyword argument repeated: {name}"));
                }
                keyword.push((name, self.condition()?));
            } else {
                if more_positional.is_some() || more_keyword.is_some() || !keyword.is_empty() {
                    return self.fail(INVALID);
                }
                positional.push(self.condition()?);
            }
        }
        self.expect_operator(")")?;
        Ok(arguments)
    }
}
