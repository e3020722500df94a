//! The functions that every template can call.

use std::cell::Cell;
use std::rc::Rc;

use super::Renderer;
use super::arguments::{index, required};
use super::statements::set_attribute;
use crate::failure::{Failure, Kind, Outcome};
use crate::time::{LocalTime, strftime};
use crate::value::dict::Entries;
use crate::value::display::to_text;
use crate::value::iterate::{Items, collect};
use crate::value::object::{Arguments, Cycler, Function, Joiner};
use crate::value::{Dict, Key, Object, Range, Value, depth_around};

impl Renderer {
    pub(super) fn call_function(&mut self, function: Function, arguments: Arguments) -> Outcome<Value> {
        match function {
            Function::Range => self.range(arguments),
            Function::Dict => {
                let entries = self.dict_entries("dict", arguments)?;
                Ok(Value::Dict(Rc::new(Dict::new(self.meter(), entries)?)))
            }
            Function::DictFromKeys => {
                let [keys, value] = arguments.bind_places("fromkeys", ["iterable", "value"])?;
                let keys = collect(&self.heap, &required(keys, "fromkeys", "iterable")?)?;
                let mut entries = Entries::default();
                for key in keys {
                    entries.insert(Key::new(key)?, value.clone().unwrap_or(Value::None));
                }
                Ok(Value::Dict(Rc::new(Dict::new(self.meter(), entries)?)))
            }
            Function::Namespace => self.namespace(arguments),
            Function::Cycler => cycler(arguments),
            Function::Joiner => {
                let [separator] = arguments.bind("Joiner", ["sep"])?;
                let separator = separator.unwrap_or_else(|| Value::constant(", "));
                let depth = depth_around(std::iter::once(&separator))?;
                let joiner = Joiner {
                    separator,
                    used: Cell::new(false),
                    depth,
                };
                Ok(Value::Object(Object::Joiner(Rc::new(joiner))))
            }
            Function::RaiseException => {
                let [message] = arguments.bind("raise_exception", ["message"])?;
                let message = required(message, "raise_exception", "message")?;
                let text = match &message {
                    Value::None => "None".into(),
                    other => to_text(&self.heap, other)?.to_string(),
                };
                Err(Failure::new(Kind::Raised, text))
            }
            Function::StrftimeNow => {
                let [format] = arguments.bind("strftime_now", ["format"])?;
                let format = required(format, "strftime_now", "format")?;
                let Value::Text(format) = &format else {
                    return Err(Failure::type_error(format!(
                        "strftime() argument 1 must be str, not {}",
                        format.type_name()
                    )));
                };
                let now = self.now.unwrap_or_else(LocalTime::now);
                // Each directive is at least two bytes and becomes at most a few dozen.
                self.meter().afford(format.len().saturating_mul(16))?;
                Value::text(self.meter(), strftime(&now, format))
            }
        }
    }

    fn range(&mut self, arguments: Arguments) -> Outcome<Value> {
        let [first, second, step] = arguments.bind_places("range", ["start", "stop", "step"])?;
        let first = index(&self.heap, &required(first, "range", "stop")?)?;
        let second = second.map(|value| index(&self.heap, &value)).transpose()?;
        let step = step.map_or(Ok(1), |value| index(&self.heap, &value))?;
        if step == 0 {
            return Err(Failure::value_error("range() arg 3 must not be zero"));
        }
        let (start, stop) = second.map_or((0, first), |stop| (first, stop));
        let range = Range { start, stop, step };
        let limit = self.meter().limits().range_length;
        if range.wide_len() > limit as u128 {
            return Err(Failure::limit(format!(
                "Range too big. The sandbox blocks ranges larger than MAX_RANGE ({limit})."
            )));
        }
        Ok(Value::Range(range))
    }

    /// What `dict(…)` puts together: another dict or pairs, and keyword arguments.
    fn dict_entries(&mut self, function: &str, arguments: Arguments) -> Outcome<Entries> {
        let Arguments { positional, keyword } = arguments;
        let mut entries = Entries::default();
        match &positional[..] {
            [] => {}
            [Value::Dict(dict)] => {
                self.meter().afford(dict.entries.len() * 96)?;
                self.meter().spend(dict.entries.len())?;
                entries.clone_from(&dict.entries);
            }
            [pairs] => {
                let mut items = Items::of(&self.heap, pairs)?;
                while let Some(pair) = items.next(&self.heap)? {
                    let pair = collect(&self.heap, &pair)?;
                    let [key, value] = &pair[..] else {
                        return Err(Failure::value_error(format!(
                            "dictionary update sequence element #{} has length {}; 2 is required",
                            entries.len(),
                            pair.len()
                        )));
                    };
                    entries.insert(Key::new(key.clone())?, value.clone());
                    self.meter().afford(entries.len() * 96)?;
                }
            }
            more => {
                return Err(Failure::type_error(format!(
                    "{function} expected at most 1 argument, got {}",
                    more.len()
                )));
            }
        }
        for (name, value) in keyword {
            entries.insert(Key::new(Value::Text(name))?, value);
        }
        Ok(entries)
    }

    fn namespace(&mut self, arguments: Arguments) -> Outcome<Value> {
        let entries = self.dict_entries("dict", arguments)?;
        let number = {
            let mut namespaces = self.heap.namespaces.borrow_mut();
            // Namespaces live to the end.
            self.heap.meter.keep(size_of::<Dict>())?;
            namespaces.push(Dict::default());
            namespaces.len() - 1
        };
        for (key, value) in entries {
            if let Value::Text(name) = key.value() {
                set_attribute(&self.heap, number, name, value)?;
            } else {
                let mut namespaces = self.heap.namespaces.borrow_mut();
                namespaces[number].set(&self.heap.meter, key, value)?;
            }
        }
        Ok(Value::Object(Object::Namespace(number)))
    }
}

fn cycler(arguments: Arguments) -> Outcome<Value> {
    if let Some((name, _)) = arguments.keyword.first() {
        return Err(Failure::type_error(format!(
            "Cycler.__init__() got an unexpected keyword argument '{}'",
            &**name
        )));
    }
    let items = arguments.positional;
    if items.is_empty() {
        return Err(Failure::other("at least one item has to be provided"));
    }
    let depth = depth_around(items.iter())?;
    Ok(Value::Object(Object::Cycler(Rc::new(Cycler {
        items,
        position: Cell::new(0),
        depth,
    }))))
}
