//! Filters that apply another filter or a test to each item, and paths of attributes.

use crate::failure::{Failure, Kind, Outcome};
use crate::run::Renderer;
use crate::value::iterate::Items;
use crate::value::object::Arguments;
use crate::value::{Stream, Text, Value};

/// The steps of `a.b.0`.
pub(super) fn path(attribute: &Value) -> Vec<Value> {
    match attribute {
        Value::None => Vec::new(),
        Value::Text(text) => text.split('.').map(step).collect(),
        other => vec![other.clone()],
    }
}

fn step(name: &str) -> Value {
    let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    match name.parse() {
        Ok(number) if is_number => Value::Int(number),
        _ => Value::constant(name),
    }
}

/// What a path leads to from `item`.
pub(super) fn follow(
    renderer: &mut Renderer,
    item: Value,
    path: &[Value],
    default: Option<&Value>,
) -> Outcome<Value> {
    let mut item = item;
    for step in path {
        item = renderer.item(&item, step)?;
        if let Some(default) = default
            && item.is_undefined()
        {
            item = default.clone();
        }
    }
    Ok(item)
}

/// What a generator of Python yields: `step` for each item, until it fails.
pub(super) fn generate(
    renderer: &mut Renderer,
    value: &Value,
    mut step: impl FnMut(&mut Renderer, Value) -> Outcome<Option<Value>>,
) -> Outcome<Value> {
    let mut made = Vec::new();
    let result = run(renderer, value, &mut made, &mut step);
    let failure = match result {
        Err(failure) if failure.kind() == Kind::Limit => return Err(failure),
        result => result.err(),
    };
    Stream::value(renderer.meter(), "generator", made, failure)
}

fn run(
    renderer: &mut Renderer,
    value: &Value,
    made: &mut Vec<Value>,
    step: &mut impl FnMut(&mut Renderer, Value) -> Outcome<Option<Value>>,
) -> Outcome<()> {
    let mut items = Items::of(&renderer.heap, value)?;
    while let Some(item) = items.next(&renderer.heap)? {
        made.extend(step(renderer, item)?);
        renderer.meter().afford(made.len() * size_of::<Value>())?;
    }
    Ok(())
}

/// A generator that fails at the first item.
fn failing(renderer: &Renderer, failure: Failure) -> Outcome<Value> {
    Stream::value(renderer.meter(), "generator", Vec::new(), Some(failure))
}

/// Whether a falsy value ends a generator before it looks at its arguments.
fn empty(renderer: &Renderer, value: &Value) -> Option<Outcome<Value>> {
    (!value.truthy()).then(|| Stream::value(renderer.meter(), "generator", Vec::new(), None))
}

pub(super) fn map(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    if let Some(empty) = empty(renderer, value) {
        return empty;
    }
    let Arguments {
        mut positional,
        mut keyword,
    } = arguments;
    let mut take = |name: &str| {
        let index = keyword.iter().position(|(known, _)| &**known == name)?;
        Some(keyword.remove(index).1)
    };
    if positional.is_empty()
        && let Some(attribute) = take("attribute")
    {
        let default = take("default").filter(|default| !matches!(default, Value::None));
        if let Some((name, _)) = keyword.first() {
            let message = format!("Unexpected keyword argument '{}'", &**name);
            return failing(renderer, Failure::other(message));
        }
        let path = path(&attribute);
        return generate(renderer, value, |renderer, item| {
            follow(renderer, item, &path, default.as_ref()).map(Some)
        });
    }
    if positional.is_empty() {
        return failing(renderer, Failure::other("map requires a filter argument"));
    }
    let name = positional.remove(0);
    let arguments = Arguments { positional, keyword };
    generate(renderer, value, |renderer, item| match &name {
        Value::Text(name) => renderer.filter(name, &item, arguments.again()).map(Some),
        _ => Err(Failure::other("No filter of that name found.")),
    })
}

impl Arguments {
    /// The same arguments for another call.
    fn again(&self) -> Self {
        let keyword = self
            .keyword
            .iter()
            .map(|(name, value): &(Text, Value)| (name.clone(), value.clone()));
        Self {
            positional: self.positional.clone(),
            keyword: keyword.collect(),
        }
    }
}

/// Items for which a test, or else the item itself, is `wanted`.
fn choose(
    renderer: &mut Renderer,
    value: &Value,
    arguments: Arguments,
    by_attribute: bool,
    wanted: bool,
) -> Outcome<Value> {
    if let Some(empty) = empty(renderer, value) {
        return empty;
    }
    let Arguments { positional, keyword } = arguments;
    let mut positional = positional.into_iter();
    let path = if by_attribute {
        match positional.next() {
            Some(attribute) => path(&attribute),
            None => return failing(renderer, Failure::other("Missing parameter for attribute name")),
        }
    } else {
        Vec::new()
    };
    let test = positional.next();
    let arguments = Arguments {
        positional: positional.collect(),
        keyword,
    };
    generate(renderer, value, |renderer, item| {
        let asked = follow(renderer, item.clone(), &path, None)?;
        let holds = match &test {
            None => asked.truthy(),
            Some(Value::Text(name)) => renderer.test(name, &asked, arguments.again())?,
            Some(_) => return Err(Failure::other("No test of that name found.")),
        };
        Ok((holds == wanted).then_some(item))
    })
}

pub(super) fn select(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    choose(renderer, value, arguments, false, true)
}

pub(super) fn reject(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    choose(renderer, value, arguments, false, false)
}

pub(super) fn selectattr(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    choose(renderer, value, arguments, true, true)
}

pub(super) fn rejectattr(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    choose(renderer, value, arguments, true, false)
}
