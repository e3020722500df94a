//! Renders a template's tree.

pub(crate) mod arguments;
mod attributes;
mod calls;
mod expressions;
mod globals;
mod loops;
mod macros;
pub(crate) mod predicates;
mod scope;
mod statements;

use std::rc::Rc;
use std::sync::Arc;

pub(crate) use loops::Loop;
pub(crate) use macros::Macro;
use scope::Scope;

use crate::failure::{Failure, Outcome};
use crate::limits::Meter;
use crate::syntax::ast::Template;
use crate::time::LocalTime;
use crate::value::object::{Function, Object};
use crate::value::{Dict, Heap, Text, Value};

/// One rendering.
pub(crate) struct Renderer {
    template: Arc<Template>,
    pub(crate) heap: Heap,
    /// The context's variables and the functions, by symbol.
    globals: Vec<Option<Value>>,
    /// The text written so far: the template's own, and that of each block whose text is caught.
    buffers: Vec<String>,
    /// Bytes in all of them.
    buffered: usize,
    captured: Vec<Value>,
    /// Scopes that macros and recursive loops were made in. They are reached by number, so that a scope that holds
    /// its own macro is no cycle of memory.
    kept_scopes: Vec<Rc<Scope>>,
    depth: usize,
    autoescape: bool,
    now: Option<LocalTime>,
    generation: Vec<Span>,
}

/// Bytes of a scope that is kept, with a few variables and the macro that keeps it.
const KEPT_SCOPE: usize = 320;

/// Where a `generation` block stands: from a byte of the template's own text on, so many characters.
struct Span {
    start: usize,
    characters: usize,
}

/// What a rendering yields.
pub(crate) struct Output {
    pub(crate) text: String,
    pub(crate) generation: Vec<(usize, usize)>,
}

/// Renders `template` with the members of `context` as its variables.
pub(crate) fn render(
    template: &Arc<Template>,
    context: &Dict,
    meter: Meter,
    now: Option<LocalTime>,
) -> Outcome<Output> {
    let global = |name: &Arc<str>| match &**name {
        "self" => Some(Value::Object(Object::Template)),
        name => context.get(name).cloned().or_else(|| {
            let known = Function::GLOBALS.iter().find(|(known, _)| *known == name)?;
            Some(Value::Object(Object::Function(known.1)))
        }),
    };
    let mut renderer = Renderer {
        globals: template.names.iter().map(global).collect(),
        template: Arc::clone(template),
        heap: Heap::new(meter),
        buffers: vec![String::new()],
        buffered: 0,
        captured: Vec::new(),
        kept_scopes: Vec::new(),
        depth: 0,
        autoescape: false,
        now,
        generation: Vec::new(),
    };
    let root = Scope::root();
    renderer.statements(&template.body, &root)?;
    let text = renderer.buffers.pop().unwrap_or_default();
    let generation = renderer.generation.iter().map(|span| span.bytes(&text)).collect();
    Ok(Output { text, generation })
}

impl Span {
    /// The span in bytes, which Python counts in characters, even past text that was dropped.
    fn bytes(&self, text: &str) -> (usize, usize) {
        let start = self.start.min(text.len());
        let rest = text.get(start..).unwrap_or_default();
        let end = rest
            .char_indices()
            .nth(self.characters)
            .map_or(text.len(), |(at, _)| start + at);
        (start, end)
    }
}

impl Renderer {
    pub(crate) fn meter(&self) -> &Meter {
        &self.heap.meter
    }

    /// Runs one step of the tree's recursion.
    fn deeper<T>(&mut self, step: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        self.depth += 1;
        if self.depth > self.meter().limits().recursion {
            let limit = self.meter().limits().recursion;
            return Err(Failure::limit(format!(
                "the template recurses more than {limit} levels deep"
            )));
        }
        let result = crate::limits::with_stack(|| step(self));
        self.depth -= 1;
        result
    }

    fn write(&mut self, text: &str) -> Outcome<()> {
        self.meter().spend_bytes(text.len())?;
        self.buffered += text.len();
        let limit = self.meter().limits().output_bytes;
        if self.buffered > limit {
            return Err(Failure::limit(format!(
                "the rendered text takes more than {limit} bytes"
            )));
        }
        if let Some(buffer) = self.buffers.last_mut() {
            buffer.push_str(text);
        }
        Ok(())
    }

    /// Catches what `body` writes.
    fn catch(&mut self, body: impl FnOnce(&mut Self) -> Outcome<()>) -> Outcome<Text> {
        self.buffers.push(String::new());
        let result = body(self);
        let caught = self.buffers.pop().unwrap_or_default();
        self.buffered -= caught.len();
        result?;
        let text = Text::new(self.meter(), caught)?;
        Ok(text.with_markup(self.autoescape))
    }

    /// Keeps a scope for a macro or a recursive loop, by number.
    fn keep_scope(&mut self, scope: &Rc<Scope>) -> Outcome<usize> {
        self.meter().spend(1)?;
        let is_last = self
            .kept_scopes
            .last()
            .is_some_and(|last| Rc::ptr_eq(last, scope));
        if !is_last {
            // Kept to the end, so never given back.
            self.meter().keep(KEPT_SCOPE)?;
            self.kept_scopes.push(Rc::clone(scope));
        }
        Ok(self.kept_scopes.len() - 1)
    }
}
