//! Loops, and what `loop` tells about them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::Renderer;
use super::scope::Scope;
use super::statements::Flow;
use crate::failure::{Failure, Outcome};
use crate::syntax::ast::For;
use crate::value::iterate::Items;
use crate::value::object::Arguments;
use crate::value::{Object, Value, compare};

/// What an iteration costs besides its body, as it makes a scope.
const STEPS_PER_ITERATION: usize = 3;

/// A loop under way.
#[derive(Debug)]
pub(crate) struct Loop {
    node: Arc<For>,
    /// The scope around the loop, where a condition or a recursion needs it.
    scope: Option<usize>,
    source: RefCell<Items>,
    /// Length where it is known beforehand or was asked for.
    length: Cell<Option<usize>>,
    /// Items taken so far.
    taken: Cell<usize>,
    before: RefCell<Option<Value>>,
    current: RefCell<Option<Value>>,
    peeked: RefCell<Peeked>,
    changed: Cell<Option<usize>>,
    level: usize,
    /// Nesting of the items, this object counted.
    pub(crate) depth: u32,
}

/// The next item, where it was asked for already.
#[derive(Debug, Default)]
enum Peeked {
    #[default]
    Unknown,
    Item(Value),
    End,
}

impl Loop {
    pub(crate) fn repr(&self) -> String {
        let length = self
            .length
            .get()
            .map_or_else(|| "?".to_owned(), |length| length.to_string());
        format!("<LoopContext {}/{length}>", self.taken.get())
    }
}

impl Renderer {
    pub(super) fn for_loop(&mut self, node: &Arc<For>, scope: &Rc<Scope>) -> Outcome<()> {
        let iterable = self.evaluate(&node.iterable, scope)?;
        if node.recursive {
            let kept = self.keep_scope(scope)?;
            let text = self.recursive_loop(node, kept, &iterable, 0)?;
            return self.print(&text);
        }
        self.run_loop(node, None, &iterable, 0, scope)
    }

    /// A loop whose text is caught, as its recursion is a call.
    fn recursive_loop(
        &mut self,
        node: &Arc<For>,
        kept: usize,
        iterable: &Value,
        level: usize,
    ) -> Outcome<Value> {
        let scope = Rc::clone(&self.kept_scopes[kept]);
        let text = self.catch(|renderer| renderer.run_loop(node, Some(kept), iterable, level, &scope))?;
        Ok(Value::Text(text))
    }

    fn run_loop(
        &mut self,
        node: &Arc<For>,
        kept: Option<usize>,
        iterable: &Value,
        level: usize,
        scope: &Rc<Scope>,
    ) -> Outcome<()> {
        let kept = match kept {
            None if node.condition.is_some() => Some(self.keep_scope(scope)?),
            kept => kept,
        };
        let state = Rc::new(Loop {
            node: Arc::clone(node),
            scope: kept,
            source: RefCell::new(Items::of(&self.heap, iterable)?),
            length: Cell::new(if node.condition.is_some() {
                None
            } else {
                iterable.len()
            }),
            taken: Cell::new(0),
            before: RefCell::default(),
            current: RefCell::default(),
            peeked: RefCell::default(),
            changed: Cell::default(),
            level,
            depth: iterable.depth() + 1,
        });
        let loop_symbol = self.template.names.iter().position(|name| &**name == "loop");
        let mut completed = false;
        while let Some(item) = self.advance(&state)? {
            self.meter().spend(STEPS_PER_ITERATION)?;
            let inner = Scope::inside(scope);
            self.assign(&node.target, item, &inner)?;
            if let Some(symbol) = loop_symbol {
                inner.set(
                    u32::try_from(symbol).unwrap_or(u32::MAX),
                    Value::Object(Object::Loop(Rc::clone(&state))),
                );
            }
            match self.statements(&node.body, &inner)? {
                Flow::Next => completed = true,
                Flow::Continue => {}
                Flow::Break => break,
            }
        }
        // As in Python, an iteration that `break` or `continue` cut short does not count.
        if !completed && !node.otherwise.is_empty() {
            self.statements(&node.otherwise, &Scope::inside(scope))?;
        }
        Ok(())
    }

    /// Moves a loop to its next item.
    fn advance(&mut self, state: &Loop) -> Outcome<Option<Value>> {
        let item = match state.peeked.take() {
            Peeked::Item(item) => Some(item),
            Peeked::End => None,
            Peeked::Unknown => self.next_item(state)?,
        };
        if let Some(item) = &item {
            state.taken.set(state.taken.get() + 1);
            let before = state.current.replace(Some(item.clone()));
            state.before.replace(before);
        }
        Ok(item)
    }

    /// The next item that the loop's condition lets through.
    fn next_item(&mut self, state: &Loop) -> Outcome<Option<Value>> {
        loop {
            let item = state.source.borrow_mut().next(&self.heap)?;
            // What was counted already has passed the condition.
            if state.length.get().is_some() {
                return Ok(item);
            }
            let (Some(value), Some(condition)) = (&item, &state.node.condition) else {
                return Ok(item);
            };
            let Some(scope) = state.scope.and_then(|kept| self.kept_scopes.get(kept)).cloned() else {
                return Ok(item);
            };
            let inner = Scope::inside(&scope);
            self.assign(&state.node.target, value.clone(), &inner)?;
            if self.evaluate(condition, &inner)?.truthy() {
                return Ok(item);
            }
        }
    }

    fn peek(&mut self, state: &Loop) -> Outcome<Option<Value>> {
        let is_unknown = matches!(*state.peeked.borrow(), Peeked::Unknown);
        if is_unknown {
            let next = self.next_item(state)?;
            state.peeked.replace(next.map_or(Peeked::End, Peeked::Item));
        }
        Ok(match &*state.peeked.borrow() {
            Peeked::Item(item) => Some(item.clone()),
            Peeked::Unknown | Peeked::End => None,
        })
    }

    fn loop_length(&mut self, state: &Loop) -> Outcome<usize> {
        if let Some(length) = state.length.get() {
            return Ok(length);
        }
        let mut rest = Vec::new();
        while let Some(item) = self.next_item(state)? {
            rest.push(item);
            self.meter().afford(rest.len() * size_of::<Value>())?;
        }
        let peeked = usize::from(matches!(*state.peeked.borrow(), Peeked::Item(_)));
        let length = rest.len() + state.taken.get() + peeked;
        let list = crate::value::List::new(self.meter(), rest)?;
        state.source.replace(Items::List(Rc::new(list), 0));
        state.length.set(Some(length));
        Ok(length)
    }

    /// An attribute of `loop`.
    pub(super) fn loop_attribute(&mut self, state: &Rc<Loop>, name: &str) -> Outcome<Option<Value>> {
        let taken = state.taken.get();
        let number = |count: usize| Ok(Some(Value::count(count)));
        let signed = |length: usize, minus: usize| {
            let difference = i64::try_from(length).unwrap_or(i64::MAX) - i64::try_from(minus).unwrap_or(0);
            Ok(Some(Value::Int(difference)))
        };
        let index0 = taken.saturating_sub(1);
        match name {
            "index" => number(taken),
            "index0" => number(index0),
            "first" => Ok(Some(Value::Bool(index0 == 0))),
            "depth" => number(state.level + 1),
            "depth0" => number(state.level),
            "length" => number(self.loop_length(state)?),
            "revindex" => signed(self.loop_length(state)?, index0),
            "revindex0" => signed(self.loop_length(state)?, taken),
            "last" => Ok(Some(Value::Bool(self.peek(state)?.is_none()))),
            "nextitem" => {
                let next = self.peek(state)?;
                Ok(Some(next.unwrap_or_else(|| {
                    Value::undefined_hint("there is no next item")
                })))
            }
            "previtem" => {
                let before = if index0 == 0 {
                    None
                } else {
                    state.before.borrow().clone()
                };
                Ok(Some(before.unwrap_or_else(|| {
                    Value::undefined_hint("there is no previous item")
                })))
            }
            "cycle" => Ok(Some(Object::method(
                Value::Object(Object::Loop(Rc::clone(state))),
                "cycle",
            ))),
            "changed" => Ok(Some(Object::method(
                Value::Object(Object::Loop(Rc::clone(state))),
                "changed",
            ))),
            _ => Ok(None),
        }
    }

    pub(super) fn loop_method(&mut self, state: &Loop, name: &str, arguments: Arguments) -> Outcome<Value> {
        if !arguments.keyword.is_empty() {
            return Err(Failure::type_error(format!(
                "{name}() got an unexpected keyword argument"
            )));
        }
        let mut values = arguments.positional;
        if name == "cycle" {
            if values.is_empty() {
                return Err(Failure::type_error("no items for cycling given"));
            }
            let index = state.taken.get().saturating_sub(1) % values.len();
            return Ok(values.swap_remove(index));
        }
        let asked = Value::tuple(self.meter(), values)?;
        let Some(slot) = state.changed.get() else {
            self.meter().keep(size_of::<Value>())?;
            let mut known = self.heap.changed.borrow_mut();
            state.changed.set(Some(known.len()));
            known.push(asked);
            return Ok(Value::Bool(true));
        };
        let before = self.heap.changed.borrow()[slot].clone();
        let changed = !compare::equal(&self.heap, &before, &asked)?;
        if changed {
            self.heap.changed.borrow_mut()[slot] = asked;
        }
        Ok(Value::Bool(changed))
    }

    /// `loop(items)`: the loop's body for other items.
    pub(super) fn call_loop(&mut self, state: &Rc<Loop>, arguments: &Arguments) -> Outcome<Value> {
        let [iterable] = &arguments.positional[..] else {
            return Err(Failure::type_error("loop() takes exactly one argument"));
        };
        match state.scope {
            Some(kept) if state.node.recursive => {
                self.deeper(|renderer| renderer.recursive_loop(&state.node, kept, iterable, state.level + 1))
            }
            _ => Err(Failure::type_error(
                "The loop must have the 'recursive' marker to be called recursively.",
            )),
        }
    }
}
