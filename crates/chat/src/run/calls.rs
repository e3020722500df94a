//! Calls of functions, methods, macros, filters and tests.

use std::rc::Rc;

use super::Renderer;
use super::predicates;
use super::scope::Scope;
use crate::failure::{Failure, Outcome};
use crate::syntax::ast::{CallArguments, Expression, ExpressionKind as Node};
use crate::value::iterate::Items;
use crate::value::object::Arguments;
use crate::value::{Object, Text, Value};

impl Renderer {
    /// A call, with the text of a call block if there is one.
    pub(super) fn call_with(
        &mut self,
        call: &Expression,
        caller: Option<Value>,
        scope: &Rc<Scope>,
    ) -> Outcome<Value> {
        let Node::Call(callee, arguments) = &*call.kind else {
            return self.evaluate(call, scope);
        };
        // A method is called where it is found: no value is made of it.
        let (receiver, method) = match &*callee.kind {
            Node::Attribute(of, name) => {
                let object = self.evaluate(of, scope)?;
                match crate::methods::find(&object, name) {
                    Some(method) => (object, Some(method)),
                    None => (
                        self.attribute(&object, name)
                            .map_err(|failure| failure.at(callee.line))?,
                        None,
                    ),
                }
            }
            _ => (self.evaluate(callee, scope)?, None),
        };
        let mut arguments = self.arguments(arguments, scope)?;
        if let Some(caller) = caller {
            arguments.keyword.push((Text::constant("caller"), caller));
        }
        match method {
            Some(method) => crate::methods::call(self, &receiver, method, arguments),
            None => self.call(&receiver, arguments),
        }
        .map_err(|failure| failure.at(call.line))
    }

    pub(crate) fn call(&mut self, callee: &Value, arguments: Arguments) -> Outcome<Value> {
        match callee {
            Value::Undefined(undefined) => Err(undefined.failure(&self.heap)),
            Value::Object(Object::Macro(found)) => self.call_macro(found, arguments),
            Value::Object(Object::Function(function)) => self.call_function(*function, arguments),
            Value::Object(Object::Loop(state)) => self.call_loop(state, &arguments),
            Value::Object(Object::Method(method)) => match &method.receiver {
                Value::Object(Object::Loop(state)) => self.loop_method(state, method.name, arguments),
                receiver => crate::methods::call(self, receiver, method.name, arguments),
            },
            Value::Object(Object::Joiner(joiner)) => {
                arguments.bind("__call__", [])?;
                Ok(if joiner.used.replace(true) {
                    joiner.separator.clone()
                } else {
                    Value::constant("")
                })
            }
            Value::Object(Object::Block(number)) => {
                arguments.bind("__call__", [])?;
                self.call_block(*number)
            }
            other => Err(Failure::type_error(format!(
                "'{}' object is not callable",
                other.type_name()
            ))),
        }
    }

    /// `self.name()`: the text of a block.
    fn call_block(&mut self, number: usize) -> Outcome<Value> {
        let block = std::sync::Arc::clone(&self.template.blocks[number]);
        let scope = Scope::root();
        self.deeper(|renderer| {
            renderer
                .catch(|renderer| renderer.statements(&block.body, &scope).map(|_| ()))
                .map(Value::Text)
        })
    }

    pub(super) fn arguments(&mut self, arguments: &CallArguments, scope: &Rc<Scope>) -> Outcome<Arguments> {
        let mut values = Arguments::default();
        for argument in &arguments.positional {
            values.positional.push(self.evaluate(argument, scope)?);
        }
        if let Some(more) = &arguments.more_positional {
            let more = self.evaluate(more, scope)?;
            let mut items = Items::of(&self.heap, &more)?;
            while let Some(item) = items.next(&self.heap)? {
                values.positional.push(item);
                self.meter()
                    .afford(values.positional.len() * size_of::<Value>())?;
            }
        }
        for (name, argument) in &arguments.keyword {
            let value = self.evaluate(argument, scope)?;
            values.keyword.push((Text::given(name.clone()), value));
        }
        if let Some(more) = &arguments.more_keyword {
            let more = self.evaluate(more, scope)?;
            let Value::Dict(dict) = &more else {
                return Err(Failure::type_error(format!(
                    "argument after ** must be a mapping, not {}",
                    more.type_name()
                )));
            };
            for (key, value) in &dict.entries {
                self.meter().spend(1 + values.keyword.len() / 8)?;
                let Value::Text(name) = key.value() else {
                    return Err(Failure::type_error("keywords must be strings"));
                };
                if values.keyword.iter().any(|(known, _)| **known == **name) {
                    return Err(Failure::type_error(format!(
                        "got multiple values for keyword argument '{}'",
                        &**name
                    )));
                }
                values.keyword.push((name.clone(), value.clone()));
            }
        }
        Ok(values)
    }

    /// `value | name(arguments)`.
    pub(crate) fn filter(&mut self, name: &str, value: &Value, arguments: Arguments) -> Outcome<Value> {
        match crate::filters::find(name) {
            Some(filter) => filter(self, value, arguments),
            None => Err(Failure::other(format!("No filter named '{name}' found."))),
        }
    }

    /// `value is name(arguments)`.
    pub(crate) fn test(&mut self, name: &str, value: &Value, arguments: Arguments) -> Outcome<bool> {
        match predicates::find(name) {
            Some(test) => test(self, value, arguments),
            None => Err(Failure::other(format!("No test named '{name}' found."))),
        }
    }
}
