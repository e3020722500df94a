//! Variables. A loop's body, a macro, a block: each has a scope of its own over the one around it.

use std::cell::RefCell;
use std::rc::Rc;

use crate::syntax::ast::Symbol;
use crate::value::Value;

#[derive(Debug)]
pub(crate) struct Scope {
    parent: Option<Rc<Scope>>,
    /// Few as a rule, so that a list is faster than a map.
    variables: RefCell<Vec<(Symbol, Value)>>,
}

impl Scope {
    pub(super) fn root() -> Rc<Self> {
        Rc::new(Self {
            parent: None,
            variables: RefCell::default(),
        })
    }

    pub(super) fn inside(parent: &Rc<Self>) -> Rc<Self> {
        Rc::new(Self {
            parent: Some(Rc::clone(parent)),
            variables: RefCell::default(),
        })
    }

    pub(super) fn get(&self, symbol: Symbol) -> Option<Value> {
        let mut scope = self;
        loop {
            let found = scope
                .variables
                .borrow()
                .iter()
                .find(|(known, _)| *known == symbol)
                .cloned();
            if let Some((_, value)) = found {
                return Some(value);
            }
            scope = scope.parent.as_deref()?;
        }
    }

    pub(super) fn set(&self, symbol: Symbol, value: Value) {
        let mut variables = self.variables.borrow_mut();
        match variables.iter_mut().find(|(known, _)| *known == symbol) {
            Some((_, old)) => *old = value,
            None => variables.push((symbol, value)),
        }
    }

    /// The template's own scope, which blocks see past the loops around them.
    pub(super) fn outermost(this: &Rc<Self>) -> Rc<Self> {
        let mut scope = this;
        while let Some(parent) = &scope.parent {
            scope = parent;
        }
        Rc::clone(scope)
    }
}
