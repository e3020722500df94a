//! Filters that sort or compare.

use std::rc::Rc;

use super::select::{follow, path};
use super::sequences::without_case;
use crate::failure::{Failure, Outcome};
use crate::run::Renderer;
use crate::run::arguments::required;
use crate::value::compare::{Relation, equal, relate};
use crate::value::iterate::collect;
use crate::value::object::Arguments;
use crate::value::{Heap, List, Value};

/// Sorts by merging: stable, and it does not mind values without an order among them.
pub(crate) fn sort_by<T: Clone>(heap: &Heap, items: &mut Vec<T>, key: impl Fn(&T) -> &Value) -> Outcome<()> {
    let mut width = 1;
    let mut merged = Vec::with_capacity(items.len());
    while width < items.len() {
        merged.clear();
        for pair in items.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
            while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
                let right_first = relate(heap, Relation::Less, key(b), key(a))?;
                merged.extend(if right_first { right.next() } else { left.next() }.cloned());
            }
            merged.extend(left.chain(right).cloned());
        }
        std::mem::swap(items, &mut merged);
        width *= 2;
    }
    Ok(())
}

/// Python's `sorted`: with `reverse`, equal items keep their order all the same.
fn sorted(renderer: &Renderer, mut keyed: Vec<(Value, Value)>, reverse: bool) -> Outcome<Vec<Value>> {
    if reverse {
        keyed.reverse();
    }
    sort_by(&renderer.heap, &mut keyed, |entry| &entry.0)?;
    if reverse {
        keyed.reverse();
    }
    Ok(keyed.into_iter().map(|(_, item)| item).collect())
}

fn flag(value: Option<Value>) -> bool {
    value.is_some_and(|value| value.truthy())
}

/// The value of a path, without case if that does not matter.
fn key_of(renderer: &mut Renderer, item: &Value, path: &[Value], case_sensitive: bool) -> Outcome<Value> {
    let key = follow(renderer, item.clone(), path, None)?;
    if case_sensitive {
        Ok(key)
    } else {
        without_case(renderer, key)
    }
}

pub(super) fn sort(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [reverse, case_sensitive, attribute] =
        arguments.bind("do_sort", ["reverse", "case_sensitive", "attribute"])?;
    let case_sensitive = flag(case_sensitive);
    let paths: Vec<Vec<Value>> = match attribute.unwrap_or(Value::None) {
        Value::Text(text) => text.split(',').map(|part| path(&Value::constant(part))).collect(),
        other => vec![path(&other)],
    };
    let mut keyed = Vec::new();
    for item in collect(&renderer.heap, value)? {
        let mut keys = Vec::with_capacity(paths.len());
        for path in &paths {
            keys.push(key_of(renderer, &item, path, case_sensitive)?);
        }
        keyed.push((Value::list(renderer.meter(), keys)?, item));
    }
    let items = sorted(renderer, keyed, flag(reverse))?;
    Value::list(renderer.meter(), items)
}

pub(super) fn dictsort(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [case_sensitive, by, reverse] = arguments.bind("do_dictsort", ["case_sensitive", "by", "reverse"])?;
    let by_value = match by.as_ref().map(Value::as_text) {
        None => false,
        Some(Some(by)) if &**by == "key" => false,
        Some(Some(by)) if &**by == "value" => true,
        _ => return Err(Failure::other("You can only sort by either \"key\" or \"value\"")),
    };
    let dict = match value {
        Value::Dict(dict) => Rc::clone(dict),
        Value::Undefined(undefined) => return Err(undefined.failure(&renderer.heap)),
        other => {
            return Err(Failure::other(format!(
                "'{}' object has no attribute 'items'",
                other.type_name()
            )));
        }
    };
    let case_sensitive = flag(case_sensitive);
    let mut keyed = Vec::new();
    for (key, value) in &dict.entries {
        let by = if by_value {
            value.clone()
        } else {
            key.value().clone()
        };
        let by = if case_sensitive {
            by
        } else {
            without_case(renderer, by)?
        };
        keyed.push((
            by,
            Value::tuple(renderer.meter(), vec![key.value().clone(), value.clone()])?,
        ));
    }
    let items = sorted(renderer, keyed, flag(reverse))?;
    Value::list(renderer.meter(), items)
}

pub(super) fn groupby(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [attribute, default, case_sensitive] =
        arguments.bind("do_groupby", ["attribute", "default", "case_sensitive"])?;
    let path = path(&required(attribute, "do_groupby", "attribute")?);
    let default = default.filter(|default| !matches!(default, Value::None));
    let case_sensitive = flag(case_sensitive);
    let mut keyed = Vec::new();
    for item in collect(&renderer.heap, value)? {
        let key = follow(renderer, item.clone(), &path, default.as_ref())?;
        let by = if case_sensitive {
            key.clone()
        } else {
            without_case(renderer, key.clone())?
        };
        keyed.push((by, (key, item)));
    }
    sort_by(&renderer.heap, &mut keyed, |entry| &entry.0)?;
    let mut groups: Vec<(Value, Value, Vec<Value>)> = Vec::new();
    for (by, (key, item)) in keyed {
        match groups.last_mut() {
            Some((last, _, items)) if equal(&renderer.heap, last, &by)? => items.push(item),
            _ => groups.push((by, key, vec![item])),
        }
    }
    let mut tuples = Vec::with_capacity(groups.len());
    for (_, key, items) in groups {
        let items = Value::list(renderer.meter(), items)?;
        let mut tuple = List::new(renderer.meter(), vec![key, items])?;
        tuple.names = &["grouper", "list"];
        tuples.push(Value::Tuple(Rc::new(tuple)));
    }
    Value::list(renderer.meter(), tuples)
}

fn extreme(
    renderer: &mut Renderer,
    value: &Value,
    arguments: Arguments,
    relation: Relation,
) -> Outcome<Value> {
    let [case_sensitive, attribute] = arguments.bind("do_min", ["case_sensitive", "attribute"])?;
    let path = path(&attribute.unwrap_or(Value::None));
    let case_sensitive = flag(case_sensitive);
    let mut best: Option<(Value, Value)> = None;
    for item in collect(&renderer.heap, value)? {
        let key = key_of(renderer, &item, &path, case_sensitive)?;
        best = match best {
            Some((best_key, best)) if !relate(&renderer.heap, relation, &key, &best_key)? => {
                Some((best_key, best))
            }
            _ => Some((key, item)),
        };
    }
    let item = best.map(|(_, item)| item);
    Ok(item.unwrap_or_else(|| Value::undefined_hint("No aggregated item, sequence was empty.")))
}

pub(super) fn min(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    extreme(renderer, value, arguments, Relation::Less)
}

pub(super) fn max(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    extreme(renderer, value, arguments, Relation::Greater)
}
