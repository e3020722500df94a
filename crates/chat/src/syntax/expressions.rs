//! Expressions, one method for each level of precedence.

use std::sync::Arc;

use num_traits::ToPrimitive;

use super::ast::{Comparison, Constant, Expression, ExpressionKind as Node};
use super::parser::Parser;
use super::tokens::Kind;
use crate::failure::Outcome;
use crate::value::compare::Relation;
use crate::value::number::Operator;

/// How far a tuple without parentheses reaches.
#[derive(Clone, Copy, Default)]
pub(super) struct TupleRules {
    /// Inline `if` is not part of the items.
    pub(super) without_condition: bool,
    /// A name that ends the tuple.
    pub(super) end_name: Option<&'static str>,
    /// The tuple stands in parentheses, so that it may be empty.
    pub(super) in_parentheses: bool,
}

impl Parser {
    /// `a, b`, or just `a`.
    pub(super) fn tuple(&mut self, rules: TupleRules) -> Outcome<Expression> {
        let line = self.line();
        let mut items = Vec::new();
        let mut is_tuple = false;
        loop {
            if !items.is_empty() {
                self.expect_operator(",")?;
            }
            if self.at_tuple_end(rules.end_name) {
                break;
            }
            items.push(if rules.without_condition {
                self.or()?
            } else {
                self.condition()?
            });
            if !self.peek().is_operator(",") {
                break;
            }
            is_tuple = true;
        }
        if !is_tuple {
            if let Some(item) = items.pop() {
                return Ok(item);
            }
            if !rules.in_parentheses {
                return self.fail(format!(
                    "Expected an expression, got '{}'",
                    self.peek().describe()
                ));
            }
        }
        self.expression(Node::Tuple(items), line)
    }

    pub(super) fn at_tuple_end(&self, end_name: Option<&str>) -> bool {
        match self.peek() {
            Kind::VariableEnd | Kind::BlockEnd | Kind::Operator(")") => true,
            kind => end_name.is_some_and(|name| kind.is_name(name)),
        }
    }

    /// A whole expression: `a if b else c`.
    pub(super) fn condition(&mut self) -> Outcome<Expression> {
        self.nested(|parser| {
            let line = parser.line();
            let mut value = parser.or()?;
            while parser.skip_name("if") {
                let condition = parser.or()?;
                let otherwise = if parser.skip_name("else") {
                    Some(parser.condition()?)
                } else {
                    None
                };
                value = parser.expression(Node::If(condition, value, otherwise), line)?;
            }
            Ok(value)
        })
    }

    pub(super) fn or(&mut self) -> Outcome<Expression> {
        let line = self.line();
        let mut left = self.and()?;
        while self.skip_name("or") {
            let right = self.and()?;
            left = self.expression(Node::Or(left, right), line)?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Outcome<Expression> {
        let line = self.line();
        let mut left = self.not()?;
        while self.skip_name("and") {
            let right = self.not()?;
            left = self.expression(Node::And(left, right), line)?;
        }
        Ok(left)
    }

    fn not(&mut self) -> Outcome<Expression> {
        let line = self.line();
        if self.skip_name("not") {
            let value = self.nested(Self::not)?;
            return self.expression(Node::Not(value), line);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Outcome<Expression> {
        let line = self.line();
        let first = self.sum()?;
        let mut rest = Vec::new();
        while let Some(operator) = self.comparison_operator() {
            rest.push((operator, self.sum()?));
        }
        if rest.is_empty() {
            Ok(first)
        } else {
            self.expression(Node::Compare(first, rest), line)
        }
    }

    fn comparison_operator(&mut self) -> Option<Comparison> {
        let (operator, tokens) = match self.peek() {
            Kind::Operator("==") => (Comparison::Equal, 1),
            Kind::Operator("!=") => (Comparison::NotEqual, 1),
            Kind::Operator("<") => (Comparison::Order(Relation::Less), 1),
            Kind::Operator("<=") => (Comparison::Order(Relation::LessEqual), 1),
            Kind::Operator(">") => (Comparison::Order(Relation::Greater), 1),
            Kind::Operator(">=") => (Comparison::Order(Relation::GreaterEqual), 1),
            kind if kind.is_name("in") => (Comparison::In, 1),
            kind if kind.is_name("not") && self.peek_at(1).is_name("in") => (Comparison::NotIn, 2),
            _ => return None,
        };
        self.skip(tokens);
        Some(operator)
    }

    fn sum(&mut self) -> Outcome<Expression> {
        let operators = [("+", Operator::Add), ("-", Operator::Subtract)];
        self.binary(&operators, Self::concat)
    }

    fn concat(&mut self) -> Outcome<Expression> {
        let line = self.line();
        let first = self.product()?;
        if !self.peek().is_operator("~") {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.skip_operator("~") {
            parts.push(self.product()?);
        }
        self.expression(Node::Concat(parts), line)
    }

    fn product(&mut self) -> Outcome<Expression> {
        let operators = [
            ("*", Operator::Multiply),
            ("/", Operator::Divide),
            ("//", Operator::FloorDivide),
            ("%", Operator::Modulo),
        ];
        self.binary(&operators, Self::power)
    }

    fn power(&mut self) -> Outcome<Expression> {
        self.binary(&[("**", Operator::Power)], |parser| parser.unary(true))
    }

    /// Operators of one level, applied from left to right.
    fn binary(
        &mut self,
        operators: &[(&str, Operator)],
        operand: impl Fn(&mut Self) -> Outcome<Expression>,
    ) -> Outcome<Expression> {
        let line = self.line();
        let mut left = operand(self)?;
        while let Some((_, operator)) = operators.iter().find(|(sign, _)| self.peek().is_operator(sign)) {
            self.skip(1);
            let right = operand(self)?;
            left = self.expression(Node::Binary(*operator, left, right), line)?;
        }
        Ok(left)
    }

    fn unary(&mut self, with_filters: bool) -> Outcome<Expression> {
        let line = self.line();
        let negative = self.peek().is_operator("-");
        let mut value = if negative || self.peek().is_operator("+") {
            self.skip(1);
            let value = self.nested(|parser| parser.unary(false))?;
            self.expression(Node::Signed(negative, value), line)?
        } else {
            self.primary()?
        };
        value = self.postfix(value)?;
        if with_filters {
            self.filters_and_tests(value)
        } else {
            Ok(value)
        }
    }

    /// A name, a literal, or something in brackets.
    pub(super) fn primary(&mut self) -> Outcome<Expression> {
        let line = self.line();
        let node = match self.peek().clone() {
            Kind::Name(name) => {
                self.skip(1);
                match &*name {
                    "true" | "True" => Node::Constant(Constant::Bool(true)),
                    "false" | "False" => Node::Constant(Constant::Bool(false)),
                    "none" | "None" => Node::Constant(Constant::None),
                    _ => Node::Name(self.symbol(&name)),
                }
            }
            Kind::Text(mut text) => {
                self.skip(1);
                while let Kind::Text(more) = self.peek() {
                    text.push_str(more);
                    self.skip(1);
                }
                Node::Constant(Constant::Text(Arc::from(text)))
            }
            Kind::Integer(value) => {
                self.skip(1);
                Node::Constant(value.to_i64().map_or(Constant::Big(value), Constant::Int))
            }
            Kind::Float(value) => {
                self.skip(1);
                Node::Constant(Constant::Float(value))
            }
            Kind::Operator("(") => {
                self.skip(1);
                let value = self.tuple(TupleRules {
                    in_parentheses: true,
                    ..TupleRules::default()
                })?;
                self.expect_operator(")")?;
                return Ok(value);
            }
            Kind::Operator("[") => Node::List(self.list()?),
            Kind::Operator("{") => Node::Dict(self.dict()?),
            other => return self.fail(format!("unexpected '{}'", other.describe())),
        };
        self.expression(node, line)
    }

    fn list(&mut self) -> Outcome<Vec<Expression>> {
        self.expect_operator("[")?;
        let mut items = Vec::new();
        while !self.peek().is_operator("]") {
            if !items.is_empty() {
                self.expect_operator(",")?;
            }
            if self.peek().is_operator("]") {
                break;
            }
            items.push(self.condition()?);
        }
        self.expect_operator("]")?;
        Ok(items)
    }

    fn dict(&mut self) -> Outcome<Vec<(Expression, Expression)>> {
        self.expect_operator("{")?;
        let mut entries = Vec::new();
        while !self.peek().is_operator("}") {
            if !entries.is_empty() {
                self.expect_operator(",")?;
            }
            if self.peek().is_operator("}") {
                break;
            }
            let key = self.condition()?;
            self.expect_operator(":")?;
            entries.push((key, self.condition()?));
        }
        self.expect_operator("}")?;
        Ok(entries)
    }

    /// Attributes, items and calls.
    pub(super) fn postfix(&mut self, mut value: Expression) -> Outcome<Expression> {
        loop {
            let line = self.line();
            value = match self.peek() {
                Kind::Operator(".") => self.attribute(value)?,
                Kind::Operator("[") => self.subscript(value)?,
                Kind::Operator("(") => {
                    let arguments = self.call_arguments()?;
                    self.expression(Node::Call(value, arguments), line)?
                }
                _ => return Ok(value),
            };
        }
    }

    fn attribute(&mut self, value: Expression) -> Outcome<Expression> {
        let line = self.line();
        self.skip(1);
        match self.next() {
            Kind::Name(name) => self.expression(Node::Attribute(value, name), line),
            Kind::Integer(index) => {
                let constant = index.to_i64().map_or(Constant::Big(index), Constant::Int);
                let index = self.expression(Node::Constant(constant), line)?;
                self.expression(Node::Item(value, index), line)
            }
            _ => self.fail("expected name or number"),
        }
    }

    fn subscript(&mut self, value: Expression) -> Outcome<Expression> {
        let line = self.line();
        self.expect_operator("[")?;
        let mut indices = Vec::new();
        while !self.peek().is_operator("]") {
            if !indices.is_empty() {
                self.expect_operator(",")?;
            }
            let first = if self.peek().is_operator(":") {
                None
            } else {
                Some(self.condition()?)
            };
            if self.skip_operator(":") {
                let stop = self.slice_part()?;
                let step = if self.skip_operator(":") {
                    self.slice_part()?
                } else {
                    None
                };
                if !indices.is_empty() || !self.peek().is_operator("]") {
                    return self.fail("a slice must stand alone in its brackets");
                }
                self.skip(1);
                return self.expression(Node::Slice(value, [first, stop, step]), line);
            }
            indices.extend(first);
        }
        self.expect_operator("]")?;
        let index = match indices.pop() {
            Some(index) if indices.is_empty() => index,
            last => {
                indices.extend(last);
                self.expression(Node::Tuple(indices), line)?
            }
        };
        self.expression(Node::Item(value, index), line)
    }

    fn slice_part(&mut self) -> Outcome<Option<Expression>> {
        match self.peek() {
            Kind::Operator(":" | "]" | ",") => Ok(None),
            _ => self.condition().map(Some),
        }
    }
}
