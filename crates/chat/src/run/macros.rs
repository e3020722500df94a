//! Macros, and the texts of call blocks, which are macros without a name.

use std::rc::Rc;
use std::sync::Arc;

use super::Renderer;
use super::scope::Scope;
use crate::failure::{Failure, Outcome};
use crate::syntax::ast::MacroDefinition;
use crate::value::dict::Entries;
use crate::value::object::Arguments;
use crate::value::{Dict, Key, Object, Text, Value};

/// A macro with the scope it was made in.
#[derive(Debug)]
pub(crate) struct Macro {
    pub(crate) definition: Arc<MacroDefinition>,
    scope: usize,
}

/// Takes a keyword argument out, if it was given.
fn take(keyword: &mut Vec<(Text, Value)>, name: &str) -> Option<Value> {
    let index = keyword.iter().position(|(known, _)| &**known == name)?;
    Some(keyword.remove(index).1)
}

impl Renderer {
    pub(super) fn new_macro(
        &mut self,
        definition: &Arc<MacroDefinition>,
        scope: &Rc<Scope>,
    ) -> Outcome<Value> {
        let scope = self.keep_scope(scope)?;
        Ok(Value::Object(Object::Macro(Rc::new(Macro {
            definition: Arc::clone(definition),
            scope,
        }))))
    }

    pub(super) fn call_macro(&mut self, found: &Macro, arguments: Arguments) -> Outcome<Value> {
        let definition = Arc::clone(&found.definition);
        let name = definition
            .name
            .as_deref()
            .map_or_else(|| "None".to_owned(), |name| format!("'{name}'"));
        let parameters = &definition.parameters;
        let Arguments {
            mut positional,
            mut keyword,
        } = arguments;
        let surplus = positional.split_off(positional.len().min(parameters.len()));
        let has_caller = parameters.iter().any(|parameter| &*parameter.name == "caller");
        let mut found_caller = has_caller;
        let mut values: Vec<Option<Value>> = positional.into_iter().map(Some).collect();
        if values.len() < parameters.len() {
            found_caller = false;
            for parameter in &parameters[values.len()..] {
                found_caller |= &*parameter.name == "caller";
                values.push(take(&mut keyword, &parameter.name));
            }
        }
        let scope = Scope::inside(&Rc::clone(&self.kept_scopes[found.scope]));
        let uses = definition.uses;
        if uses.caller && !found_caller {
            let caller = take(&mut keyword, "caller").filter(|caller| !matches!(caller, Value::None));
            let caller = caller.unwrap_or_else(|| Value::undefined_hint("No caller defined"));
            self.set_special(&scope, "caller", caller);
        }
        if uses.kwargs {
            let mut entries = Entries::default();
            for (name, value) in keyword.drain(..) {
                entries.insert(Key::new(Value::Text(name))?, value);
            }
            let kwargs = Value::Dict(Rc::new(Dict::new(self.meter(), entries)?));
            self.set_special(&scope, "kwargs", kwargs);
        } else if keyword.iter().any(|(name, _)| &**name == "caller") {
            return Err(Failure::type_error(format!(
                "macro {name} was invoked with two values for the special caller argument. This is most likely a bug."
            )));
        } else if let Some((keyword, _)) = keyword.first() {
            return Err(Failure::type_error(format!(
                "macro {name} takes no keyword argument '{}'",
                &**keyword
            )));
        }
        if uses.varargs {
            let varargs = Value::tuple(self.meter(), surplus)?;
            self.set_special(&scope, "varargs", varargs);
        } else if !surplus.is_empty() {
            return Err(Failure::type_error(format!(
                "macro {name} takes not more than {} argument(s)",
                parameters.len()
            )));
        }
        for (parameter, value) in parameters.iter().zip(values) {
            let value = match (value, &parameter.default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.evaluate(default, &scope)?,
                (None, None) => {
                    Value::undefined_hint(format!("parameter '{}' was not provided", parameter.name))
                }
            };
            scope.set(parameter.symbol, value);
        }
        let text = self.deeper(|renderer| {
            renderer.catch(|renderer| renderer.statements(&definition.body, &scope).map(|_| ()))
        })?;
        Ok(Value::Text(text))
    }

    fn set_special(&self, scope: &Scope, name: &str, value: Value) {
        if let Some(index) = self.template.names.iter().position(|known| &**known == name) {
            scope.set(u32::try_from(index).unwrap_or(u32::MAX), value);
        }
    }

    pub(super) fn macro_attribute(&self, found: &Macro, name: &str) -> Outcome<Option<Value>> {
        let definition = &found.definition;
        Ok(Some(match name {
            "name" => match &definition.name {
                Some(name) => Value::Text(Text::given(Arc::clone(name))),
                None => Value::None,
            },
            "arguments" => {
                let names = definition.parameters.iter();
                let names = names.map(|parameter| Value::Text(Text::given(Arc::clone(&parameter.name))));
                Value::tuple(self.meter(), names.collect())?
            }
            "catch_kwargs" => Value::Bool(definition.uses.kwargs),
            "catch_varargs" => Value::Bool(definition.uses.varargs),
            "caller" => Value::Bool(definition.uses.caller),
            _ => return Ok(None),
        }))
    }
}
