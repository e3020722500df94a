//! `object.name` and `object[key]`, as the sandbox looks them up.

use std::rc::Rc;

use super::Renderer;
use crate::failure::{Kind, Outcome};
use crate::methods;
use crate::value::dict::TextKey;
use crate::value::object::Function;
use crate::value::sequence::item_at;
use crate::value::{Key, Object, Undefined, Value};

/// Methods that change what they belong to, which the sandbox keeps away.
const DICT_CHANGES: [&str; 5] = ["clear", "pop", "popitem", "setdefault", "update"];
const LIST_CHANGES: [&str; 8] = [
    "append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove",
];

impl Renderer {
    /// `object.name`: an attribute, or else an item.
    pub(crate) fn attribute(&mut self, object: &Value, name: &str) -> Outcome<Value> {
        if let Value::Undefined(undefined) = object {
            return Err(undefined.failure(&self.heap));
        }
        if let Some(value) = self.own_attribute(object, name)? {
            return Ok(value);
        }
        if let Value::Dict(dict) = object
            && let Some(value) = dict.entries.get(&TextKey(name))
        {
            return Ok(value.clone());
        }
        Ok(missing(object, Value::constant(name)))
    }

    /// `object[key]`: an item, or else an attribute.
    pub(crate) fn item(&mut self, object: &Value, key: &Value) -> Outcome<Value> {
        let found = match object {
            Value::Undefined(undefined) => return Err(undefined.failure(&self.heap)),
            Value::Dict(dict) => {
                if let Value::Text(text) = key {
                    self.meter().spend_bytes(text.len())?;
                }
                // What cannot be a key is not found either.
                Key::new(key.clone())
                    .ok()
                    .and_then(|key| dict.entries.get(&key).cloned())
            }
            other => match item_at(&self.heap, other, key) {
                Ok(value) => Some(value),
                Err(failure) if matches!(failure.kind(), Kind::Type | Kind::Lookup) => None,
                Err(failure) => return Err(failure),
            },
        };
        if let Some(value) = found {
            return Ok(value);
        }
        if let Value::Text(name) = key
            && let Some(value) = self.own_attribute(object, name)?
        {
            return Ok(value);
        }
        Ok(missing(object, key.clone()))
    }

    fn block(&self, name: &str) -> Option<Value> {
        let number = self
            .template
            .blocks
            .iter()
            .position(|block| &*block.name == name)?;
        Some(Value::Object(Object::Block(number)))
    }

    /// What Python's `getattr` finds.
    pub(crate) fn own_attribute(&mut self, object: &Value, name: &str) -> Outcome<Option<Value>> {
        if name.starts_with("__") && name.ends_with("__") {
            let reason = Undefined::Unsafe {
                of: object.type_name(),
                name: name.to_owned(),
            };
            return Ok(Some(Value::undefined(reason)));
        }
        if let Some(method) = methods::find(object, name) {
            return Ok(Some(Object::method(object.clone(), method)));
        }
        let changes = match object {
            Value::Dict(_) => DICT_CHANGES.contains(&name),
            Value::List(_) => LIST_CHANGES.contains(&name),
            _ => false,
        };
        if changes {
            let reason = Undefined::Unsafe {
                of: object.type_name(),
                name: name.to_owned(),
            };
            return Ok(Some(Value::undefined(reason)));
        }
        match object {
            Value::Object(object) => self.object_attribute(object, name),
            Value::Bool(_) | Value::Int(_) | Value::Big(_) => Ok(match name {
                "real" | "numerator" => Some(crate::value::number::signed(&self.heap, false, object)?),
                "imag" => Some(Value::Int(0)),
                "denominator" => Some(Value::Int(1)),
                _ => None,
            }),
            Value::Float(value) => Ok(match name {
                "real" => Some(Value::Float(*value)),
                "imag" => Some(Value::Float(0.0)),
                _ => None,
            }),
            Value::Range(range) => Ok(match name {
                "start" => Some(Value::Int(range.start)),
                "stop" => Some(Value::Int(range.stop)),
                "step" => Some(Value::Int(range.step)),
                _ => None,
            }),
            Value::Tuple(list) => Ok(list
                .names
                .iter()
                .position(|known| *known == name)
                .map(|index| list.items[index].clone())),
            _ => Ok(None),
        }
    }

    fn object_attribute(&mut self, object: &Object, name: &str) -> Outcome<Option<Value>> {
        match object {
            Object::Namespace(number) => {
                let namespaces = self.heap.namespaces.borrow();
                Ok(namespaces
                    .get(*number)
                    .and_then(|attributes| attributes.get(name))
                    .cloned())
            }
            Object::Template => Ok(self.block(name)),
            Object::Loop(state) => self.loop_attribute(&Rc::clone(state), name),
            Object::Macro(found) => self.macro_attribute(found, name),
            Object::Cycler(cycler) if name == "current" => {
                Ok(cycler.items.get(cycler.position.get()).cloned())
            }
            Object::Joiner(joiner) => Ok(match name {
                "sep" => Some(joiner.separator.clone()),
                "used" => Some(Value::Bool(joiner.used.get())),
                _ => None,
            }),
            Object::Function(Function::Dict) if name == "fromkeys" => {
                Ok(Some(Value::Object(Object::Function(Function::DictFromKeys))))
            }
            _ => Ok(None),
        }
    }
}

fn missing(object: &Value, name: Value) -> Value {
    Value::undefined(Undefined::Missing {
        of: object.clone(),
        name,
    })
}
