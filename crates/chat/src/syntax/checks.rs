//! What Jinja's compiler refuses, though the grammar allows it, and what it works out about macros.

use super::ast::{
    Expression, ExpressionKind as Node, MacroDefinition, Statement, StatementKind as Tag, Symbol, Target,
    Template, Uses,
};
use crate::failure::{Failure, Outcome};
use crate::limits::with_stack;

/// Checks a whole template.
pub(super) fn check(template: &Template) -> Outcome<()> {
    let loop_name = template.names.iter().position(|name| &**name == "loop");
    let loop_symbol = loop_name.and_then(|symbol| Symbol::try_from(symbol).ok());
    let top = Place {
        soft: false,
        in_loop: false,
        under_loop: false,
        loop_symbol,
    };
    statements(&template.body, top)?;
    template
        .blocks
        .iter()
        .try_for_each(|block| statements(&block.body, top))
}

/// Where a statement stands.
#[derive(Clone, Copy)]
struct Place {
    /// Directly inside an `if`, where an unknown filter is only an error when it is reached.
    soft: bool,
    /// `break` and `continue` have a loop to act on.
    in_loop: bool,
    /// Some loop is around, even outside the macro.
    under_loop: bool,
    loop_symbol: Option<Symbol>,
}

impl Place {
    fn hard(self) -> Self {
        Self { soft: false, ..self }
    }

    fn function(self) -> Self {
        Self {
            soft: false,
            in_loop: false,
            ..self
        }
    }
}

fn statements(body: &[Statement], place: Place) -> Outcome<()> {
    body.iter().try_for_each(|found| {
        with_stack(|| statement(found, place)).map_err(|failure| failure.at(found.line))
    })
}

fn statement(found: &Statement, place: Place) -> Outcome<()> {
    match &found.kind {
        Tag::Break | Tag::Continue if !place.in_loop => Err(Failure::syntax(
            "'break' and 'continue' stand outside of a loop",
            found.line,
        )),
        Tag::Text(_) | Tag::Block(_) | Tag::Break | Tag::Continue => Ok(()),
        Tag::Print(value) | Tag::Load(value) => expression(value, place),
        Tag::For(found) => {
            let inner = Place {
                in_loop: true,
                under_loop: true,
                ..place.hard()
            };
            target(&found.target, inner)?;
            expression(&found.iterable, place)?;
            found
                .condition
                .iter()
                .try_for_each(|condition| expression(condition, inner))?;
            statements(&found.body, inner)?;
            statements(
                &found.otherwise,
                Place {
                    under_loop: true,
                    ..place.hard()
                },
            )
        }
        Tag::If(branches, otherwise) => {
            let soft = Place { soft: true, ..place };
            for (condition, body) in branches {
                expression(condition, soft)?;
                statements(body, soft)?;
            }
            statements(otherwise, soft)
        }
        Tag::Set(targets, value) => {
            target(targets, place)?;
            expression(value, place)
        }
        Tag::SetBlock(targets, filter, body) => {
            target(targets, place)?;
            filter
                .iter()
                .try_for_each(|filter| expression(filter, place.hard()))?;
            statements(body, place.hard())
        }
        Tag::With(values, body) => {
            values
                .iter()
                .try_for_each(|(_, value)| expression(value, place))?;
            statements(body, place.hard())
        }
        Tag::FilterBlock(value, body) | Tag::Autoescape(value, body) => {
            expression(value, place.hard())?;
            statements(body, place.hard())
        }
        Tag::Generation(body) => statements(body, place.function()),
        Tag::Macro(_, definition) => macro_definition(definition, place),
        Tag::Call(definition, call) => {
            macro_definition(definition, place)?;
            expression(call, place)
        }
    }
}

fn macro_definition(definition: &MacroDefinition, place: Place) -> Outcome<()> {
    let inner = place.function();
    for default in definition
        .parameters
        .iter()
        .filter_map(|parameter| parameter.default.as_ref())
    {
        expression(default, inner)?;
    }
    statements(&definition.body, inner)
}

fn target(found: &Target, place: Place) -> Outcome<()> {
    match found {
        Target::Name(symbol) if place.under_loop && Some(*symbol) == place.loop_symbol => Err(
            Failure::syntax("Can't assign to special loop variable in for-loop target", 0),
        ),
        Target::Tuple(targets) => targets.iter().try_for_each(|inner| target(inner, place)),
        _ => Ok(()),
    }
}

fn expression(found: &Expression, place: Place) -> Outcome<()> {
    let unknown =
        |kind: &str, name: &str| Err(Failure::syntax(format!("No {kind} named '{name}'."), found.line));
    match &*found.kind {
        Node::Filter(_, name, _) if !place.soft && crate::filters::find(name).is_none() => {
            return unknown("filter", name);
        }
        Node::Test(_, name, _) if !place.soft && crate::run::predicates::find(name).is_none() => {
            return unknown("test", name);
        }
        _ => {}
    }
    let inner = if matches!(*found.kind, Node::If(..)) {
        Place { soft: true, ..place }
    } else {
        place
    };
    found
        .kind
        .children()
        .into_iter()
        .try_for_each(|child| with_stack(|| expression(child, inner)))
}

/// Which of `caller`, `kwargs` and `varargs` a macro's body reads before it sets them.
pub(super) fn special_names(body: &[Statement], symbols: [Symbol; 3]) -> Uses {
    let mut search = Search {
        symbols: symbols.map(Some),
        found: [false; 3],
    };
    search.statements(body);
    let [caller, kwargs, varargs] = search.found;
    Uses {
        caller,
        kwargs,
        varargs,
    }
}

struct Search {
    /// Names still looked for; one that was set is not.
    symbols: [Option<Symbol>; 3],
    found: [bool; 3],
}

impl Search {
    fn statements(&mut self, body: &[Statement]) {
        for found in body {
            with_stack(|| self.statement(found));
        }
    }

    fn statement(&mut self, found: &Statement) {
        match &found.kind {
            Tag::Text(_) | Tag::Block(_) | Tag::Break | Tag::Continue => {}
            Tag::Print(value) | Tag::Load(value) => self.expression(value),
            Tag::For(found) => {
                self.target(&found.target);
                self.expression(&found.iterable);
                self.statements(&found.body);
                self.statements(&found.otherwise);
                if let Some(condition) = &found.condition {
                    self.expression(condition);
                }
            }
            Tag::If(branches, otherwise) => {
                for (condition, body) in branches {
                    self.expression(condition);
                    self.statements(body);
                }
                self.statements(otherwise);
            }
            Tag::Set(target, value) => {
                self.target(target);
                self.expression(value);
            }
            Tag::SetBlock(target, filter, body) => {
                self.target(target);
                if let Some(filter) = filter {
                    self.expression(filter);
                }
                self.statements(body);
            }
            Tag::With(values, body) => {
                for (target, _) in values {
                    self.target(target);
                }
                for (_, value) in values {
                    self.expression(value);
                }
                self.statements(body);
            }
            Tag::FilterBlock(value, body) | Tag::Autoescape(value, body) => {
                self.statements(body);
                self.expression(value);
            }
            Tag::Generation(body) => self.statements(body),
            Tag::Macro(_, definition) => self.definition(definition),
            Tag::Call(definition, call) => {
                self.expression(call);
                self.definition(definition);
            }
        }
    }

    fn definition(&mut self, definition: &MacroDefinition) {
        for parameter in &definition.parameters {
            self.forget(parameter.symbol);
            if let Some(default) = &parameter.default {
                self.expression(default);
            }
        }
        self.statements(&definition.body);
    }

    fn target(&mut self, found: &Target) {
        match found {
            Target::Name(symbol) => self.forget(*symbol),
            Target::Tuple(targets) => {
                for inner in targets {
                    self.target(inner);
                }
            }
            Target::Attribute(..) => {}
        }
    }

    fn forget(&mut self, symbol: Symbol) {
        for wanted in &mut self.symbols {
            if *wanted == Some(symbol) {
                *wanted = None;
            }
        }
    }

    fn expression(&mut self, found: &Expression) {
        if let Node::Name(symbol) = &*found.kind {
            for (wanted, found) in self.symbols.iter().zip(&mut self.found) {
                *found |= *wanted == Some(*symbol);
            }
        }
        for child in found.kind.children() {
            with_stack(|| self.expression(child));
        }
    }
}
