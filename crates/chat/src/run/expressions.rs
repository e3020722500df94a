//! Expressions.

use ahash::RandomState;
use std::rc::Rc;

use super::Renderer;
use super::scope::Scope;
use crate::failure::Outcome;
use crate::syntax::ast::{Comparison, Constant, Expression, ExpressionKind as Node, Symbol};
use crate::value::compare::{contains, equal, relate};
use crate::value::dict::Entries;
use crate::value::display::{to_soft_text, to_text};
use crate::value::number::{calculate, signed};
use crate::value::sequence::slice;
use crate::value::{Dict, Key, Text, Undefined, Value};

impl Renderer {
    pub(super) fn evaluate(&mut self, expression: &Expression, scope: &Rc<Scope>) -> Outcome<Value> {
        // The two most common kinds need no stack.
        match &*expression.kind {
            Node::Constant(constant) => {
                self.meter().spend(1)?;
                return Ok(constant_value(constant));
            }
            Node::Name(symbol) => {
                self.meter().spend(1)?;
                return Ok(self.variable(*symbol, scope));
            }
            _ => {}
        }
        self.meter().spend(1)?;
        self.deeper(|renderer| renderer.evaluate_node(expression, scope))
            .map_err(|failure| failure.at(expression.line))
    }

    pub(super) fn variable(&self, symbol: Symbol, scope: &Rc<Scope>) -> Value {
        let index = symbol as usize;
        let found = scope
            .get(symbol)
            .or_else(|| self.globals.get(index).cloned().flatten());
        found.unwrap_or_else(|| {
            let name = self.template.names.get(index);
            let name = name.map_or_else(|| Text::constant(""), |name| Text::given(name.clone()));
            Value::undefined(Undefined::Name(Value::Text(name)))
        })
    }

    fn evaluate_node(&mut self, expression: &Expression, scope: &Rc<Scope>) -> Outcome<Value> {
        match &*expression.kind {
            Node::Constant(constant) => Ok(constant_value(constant)),
            Node::Name(symbol) => Ok(self.variable(*symbol, scope)),
            Node::Captured => Ok(self.captured.last().cloned().unwrap_or(Value::None)),
            Node::List(items) => {
                let items = self.evaluate_all(items, scope)?;
                Value::list(self.meter(), items)
            }
            Node::Tuple(items) => {
                let items = self.evaluate_all(items, scope)?;
                Value::tuple(self.meter(), items)
            }
            Node::Dict(entries) => self.dict(entries, scope),
            Node::Attribute(of, name) => {
                let object = self.evaluate(of, scope)?;
                self.attribute(&object, name)
            }
            Node::Item(of, index) => {
                let object = self.evaluate(of, scope)?;
                let index = self.evaluate(index, scope)?;
                self.item(&object, &index)
            }
            Node::Slice(of, bounds) => {
                let object = self.evaluate(of, scope)?;
                let mut values = [Value::None, Value::None, Value::None];
                for (value, bound) in values.iter_mut().zip(bounds) {
                    if let Some(bound) = bound {
                        *value = self.evaluate(bound, scope)?;
                    }
                }
                slice(&self.heap, &object, &values)
            }
            Node::Call(..) => self.call_with(expression, None, scope),
            Node::Filter(of, name, arguments) => {
                let value = self.evaluate(of, scope)?;
                let arguments = self.arguments(arguments, scope)?;
                self.filter(name, &value, arguments)
            }
            Node::Test(of, name, arguments) => {
                let value = self.evaluate(of, scope)?;
                let arguments = self.arguments(arguments, scope)?;
                self.test(name, &value, arguments).map(Value::Bool)
            }
            Node::Not(of) => Ok(Value::Bool(!self.evaluate(of, scope)?.truthy())),
            Node::Signed(negative, of) => {
                let value = self.evaluate(of, scope)?;
                signed(&self.heap, *negative, &value)
            }
            Node::Binary(operator, left, right) => {
                let left = self.evaluate(left, scope)?;
                let right = self.evaluate(right, scope)?;
                calculate(&self.heap, *operator, &left, &right)
            }
            Node::Concat(parts) => self.concat(parts, scope),
            Node::Compare(first, rest) => self.compare(first, rest, scope),
            Node::And(left, right) => {
                let left = self.evaluate(left, scope)?;
                if left.truthy() {
                    self.evaluate(right, scope)
                } else {
                    Ok(left)
                }
            }
            Node::Or(left, right) => {
                let left = self.evaluate(left, scope)?;
                if left.truthy() {
                    Ok(left)
                } else {
                    self.evaluate(right, scope)
                }
            }
            Node::If(condition, value, otherwise) => {
                if self.evaluate(condition, scope)?.truthy() {
                    return self.evaluate(value, scope);
                }
                match otherwise {
                    Some(otherwise) => self.evaluate(otherwise, scope),
                    None => Ok(Value::undefined_hint(format!(
                        "the inline if-expression on line {} evaluated to false and no else section was defined.",
                        expression.line
                    ))),
                }
            }
        }
    }

    fn evaluate_all(&mut self, expressions: &[Expression], scope: &Rc<Scope>) -> Outcome<Vec<Value>> {
        expressions
            .iter()
            .map(|expression| self.evaluate(expression, scope))
            .collect()
    }

    fn dict(&mut self, entries: &[(Expression, Expression)], scope: &Rc<Scope>) -> Outcome<Value> {
        let mut made = Entries::with_capacity_and_hasher(entries.len(), RandomState::default());
        for (key, value) in entries {
            let key = Key::new(self.evaluate(key, scope)?)?;
            let value = self.evaluate(value, scope)?;
            made.insert(key, value);
        }
        Ok(Value::Dict(Rc::new(Dict::new(self.meter(), made)?)))
    }

    /// `a ~ b`: the texts of both, whatever they are.
    fn concat(&mut self, parts: &[Expression], scope: &Rc<Scope>) -> Outcome<Value> {
        let values = self.evaluate_all(parts, scope)?;
        let to_part = if self.autoescape { to_soft_text } else { to_text };
        let texts = values
            .iter()
            .map(|value| to_part(&self.heap, value))
            .collect::<Outcome<Vec<Text>>>()?;
        if texts.iter().any(Text::is_markup) {
            let empty = Text::constant("").with_markup(true);
            return crate::methods::join_texts(&self.heap, &empty, &texts).map(Value::Text);
        }
        let length = texts.iter().map(|text| text.len()).sum();
        self.meter().afford(length)?;
        let mut joined = String::with_capacity(length);
        for text in &texts {
            joined.push_str(text);
        }
        Value::text(self.meter(), joined)
    }

    /// `a < b < c`: each pair must hold, and the first that does not ends it.
    fn compare(
        &mut self,
        first: &Expression,
        rest: &[(Comparison, Expression)],
        scope: &Rc<Scope>,
    ) -> Outcome<Value> {
        let mut left = self.evaluate(first, scope)?;
        for (comparison, operand) in rest {
            let right = self.evaluate(operand, scope)?;
            let holds = match comparison {
                Comparison::Equal => equal(&self.heap, &left, &right)?,
                Comparison::NotEqual => !equal(&self.heap, &left, &right)?,
                Comparison::Order(relation) => relate(&self.heap, *relation, &left, &right)?,
                Comparison::In => contains(&self.heap, &right, &left)?,
                Comparison::NotIn => !contains(&self.heap, &right, &left)?,
            };
            if !holds {
                return Ok(Value::Bool(false));
            }
            left = right;
        }
        Ok(Value::Bool(true))
    }
}

fn constant_value(constant: &Constant) -> Value {
    match constant {
        Constant::None => Value::None,
        Constant::Bool(value) => Value::Bool(*value),
        Constant::Int(value) => Value::Int(*value),
        Constant::Big(value) => Value::given_integer(value.clone()),
        Constant::Float(value) => Value::Float(*value),
        Constant::Text(text) => Value::Text(Text::given(text.clone())),
    }
}
