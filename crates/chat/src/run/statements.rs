//! Statements.

use std::rc::Rc;
use std::sync::Arc;

use super::scope::Scope;
use super::{Renderer, Span};
use crate::failure::{Failure, Outcome};
use crate::syntax::ast::{Expression, Statement, StatementKind as Tag, Target};
use crate::value::display::to_text;
use crate::value::iterate::Items;
use crate::value::text::escape;
use crate::value::{Heap, Key, Object, Text, Value};

/// What follows a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

impl Renderer {
    pub(super) fn statements(&mut self, body: &[Statement], scope: &Rc<Scope>) -> Outcome<Flow> {
        for statement in body {
            let flow = self
                .deeper(|renderer| renderer.statement(statement, scope))
                .map_err(|failure| failure.at(statement.line))?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn statement(&mut self, statement: &Statement, scope: &Rc<Scope>) -> Outcome<Flow> {
        match &statement.kind {
            Tag::Text(text) => self.write(text)?,
            Tag::Print(value) => {
                let value = self.evaluate(value, scope)?;
                self.print(&value)?;
            }
            Tag::If(branches, otherwise) => {
                for (condition, body) in branches {
                    if self.evaluate(condition, scope)?.truthy() {
                        return self.statements(body, scope);
                    }
                }
                return self.statements(otherwise, scope);
            }
            Tag::For(found) => self.for_loop(found, scope)?,
            Tag::Set(target, value) => {
                self.check_namespaces(target, scope)?;
                let value = self.evaluate(value, scope)?;
                self.assign(target, value, scope)?;
            }
            Tag::SetBlock(target, filter, body) => {
                let (flow, text) = self.caught_body(body, filter.as_ref(), scope)?;
                if flow != Flow::Next {
                    return Ok(flow);
                }
                self.assign(target, text, scope)?;
            }
            Tag::FilterBlock(filter, body) => {
                let (flow, text) = self.caught_body(body, Some(filter), scope)?;
                if flow != Flow::Next {
                    return Ok(flow);
                }
                self.print(&text)?;
            }
            Tag::With(values, body) => {
                let inner = Scope::inside(scope);
                for (target, value) in values {
                    let value = self.evaluate(value, scope)?;
                    self.assign(target, value, &inner)?;
                }
                return self.statements(body, &inner);
            }
            Tag::Autoescape(value, body) => {
                let value = self.evaluate(value, scope)?.truthy();
                let before = std::mem::replace(&mut self.autoescape, value);
                let flow = self.statements(body, &Scope::inside(scope));
                self.autoescape = before;
                return flow;
            }
            Tag::Macro(symbol, definition) => {
                let found = self.new_macro(definition, scope)?;
                scope.set(*symbol, found);
            }
            Tag::Call(definition, call) => {
                let caller = self.new_macro(definition, scope)?;
                let value = self.call_with(call, Some(caller), scope)?;
                self.print(&value)?;
            }
            Tag::Generation(body) => self.generation(body, scope)?,
            Tag::Block(number) => {
                let block = Arc::clone(&self.template.blocks[*number]);
                let root = Scope::outermost(scope);
                self.statements(&block.body, &Scope::inside(&root))?;
            }
            Tag::Load(template) => {
                self.evaluate(template, scope)?;
                return Err(Failure::type_error("no loader for this environment specified"));
            }
            Tag::Break => return Ok(Flow::Break),
            Tag::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    /// Writes a value as a print tag does.
    pub(super) fn print(&mut self, value: &Value) -> Outcome<()> {
        if !self.autoescape {
            // Most are texts, which need no copy.
            return match value {
                Value::Text(text) => self.write(text),
                other => {
                    let text = to_text(&self.heap, other)?;
                    self.write(&text)
                }
            };
        }
        let text = match value {
            Value::Text(text) if text.is_markup() => text.clone(),
            other => {
                let text = to_text(&self.heap, other)?;
                Text::new(self.meter(), escape(self.meter(), &text)?)?
            }
        };
        self.write(&text)
    }

    /// The text of a body, passed through filters.
    fn caught_body(
        &mut self,
        body: &[Statement],
        filter: Option<&Expression>,
        scope: &Rc<Scope>,
    ) -> Outcome<(Flow, Value)> {
        let inner = Scope::inside(scope);
        let mut flow = Flow::Next;
        let text = self.catch(|renderer| {
            flow = renderer.statements(body, &inner)?;
            Ok(())
        })?;
        let Some(filter) = filter else {
            return Ok((flow, Value::Text(text)));
        };
        self.captured.push(Value::Text(text));
        let filtered = self.evaluate(filter, &inner);
        self.captured.pop();
        Ok((flow, filtered?))
    }

    /// The text of an assistant, whose place is noted: from where the template's own text ends by then.
    fn generation(&mut self, body: &[Statement], scope: &Rc<Scope>) -> Outcome<()> {
        let inner = Scope::inside(scope);
        let text = self.catch(|renderer| renderer.statements(body, &inner).map(|_| ()))?;
        let start = self.buffers.first().map_or(0, String::len);
        self.meter().spend_bytes(text.len())?;
        // Spans live to the end.
        self.meter().keep(size_of::<Span>())?;
        self.generation.push(Span {
            start,
            characters: text.char_count(),
        });
        self.write(&text)
    }

    /// An attribute can be set on namespaces only, which is asked before the value is evaluated.
    fn check_namespaces(&mut self, target: &Target, scope: &Rc<Scope>) -> Outcome<()> {
        match target {
            Target::Name(_) => Ok(()),
            Target::Tuple(targets) => targets
                .iter()
                .try_for_each(|inner| self.check_namespaces(inner, scope)),
            Target::Attribute(symbol, _) => match self.variable(*symbol, scope) {
                Value::Object(Object::Namespace(_)) => Ok(()),
                _ => Err(Failure::other("cannot assign attribute on non-namespace object")),
            },
        }
    }

    pub(super) fn assign(&mut self, target: &Target, value: Value, scope: &Rc<Scope>) -> Outcome<()> {
        match target {
            Target::Name(symbol) => {
                scope.set(*symbol, value);
                Ok(())
            }
            Target::Attribute(symbol, name) => match self.variable(*symbol, scope) {
                Value::Object(Object::Namespace(number)) => set_attribute(&self.heap, number, name, value),
                other => Err(Failure::type_error(format!(
                    "'{}' object does not support item assignment",
                    other.type_name()
                ))),
            },
            Target::Tuple(targets) => {
                let values = self.unpack(&value, targets.len())?;
                targets
                    .iter()
                    .zip(values)
                    .try_for_each(|(target, value)| self.assign(target, value, scope))
            }
        }
    }

    fn unpack(&mut self, value: &Value, count: usize) -> Outcome<Vec<Value>> {
        let heap = &self.heap;
        let cannot =
            |_| Failure::type_error(format!("cannot unpack non-iterable {} object", value.type_name()));
        let mut items = Items::of(heap, value).map_err(cannot)?;
        let mut values = Vec::new();
        while let Some(item) = items.next(heap)? {
            if values.len() == count {
                return Err(Failure::value_error(format!(
                    "too many values to unpack (expected {count})"
                )));
            }
            values.push(item);
        }
        if values.len() < count {
            return Err(Failure::value_error(format!(
                "not enough values to unpack (expected {count}, got {})",
                values.len()
            )));
        }
        Ok(values)
    }
}

/// Sets one attribute of a namespace.
pub(super) fn set_attribute(heap: &Heap, number: usize, name: &str, value: Value) -> Outcome<()> {
    if name.starts_with('_') {
        return Err(Failure::other(format!(
            "Chat templates cannot store underscore-prefixed attributes on a namespace, but got '{name}'. Please \
             rename the attribute."
        )));
    }
    let key = Key::new(Value::constant(name))?;
    let mut namespaces = heap.namespaces.borrow_mut();
    match namespaces.get_mut(number) {
        Some(attributes) => attributes.set(&heap.meter, key, value),
        None => Ok(()),
    }
}
