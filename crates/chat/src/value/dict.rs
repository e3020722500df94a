//! Dicts: ordered, with Python's rules for equal keys.

use std::hash::{Hash, Hasher};

use ahash::RandomState;
use indexmap::{Equivalent, IndexMap};
use num_traits::ToPrimitive;

use super::compare::equal_keys;
use super::{Value, depth_around};
use crate::failure::{Failure, Outcome};
use crate::limits::{Charge, Meter};

/// A hashable value.
#[derive(Debug, Clone)]
pub(crate) struct Key(Value);

impl Key {
    /// Takes what Python can hash.
    pub(crate) fn new(value: Value) -> Outcome<Self> {
        check_hashable(&value)?;
        Ok(Self(value))
    }

    pub(crate) fn value(&self) -> &Value {
        &self.0
    }
}

/// Values that a tuple may have to be a key, as all of them are read each time it is looked up.
const MAX_KEY: u64 = 1_000;

fn check_hashable(value: &Value) -> Outcome<()> {
    match value {
        Value::List(_) | Value::Dict(_) => Err(Failure::type_error(format!(
            "unhashable type: '{}'",
            value.type_name()
        ))),
        Value::View(_, view) if *view != super::View::Values => Err(Failure::type_error(format!(
            "unhashable type: '{}'",
            value.type_name()
        ))),
        Value::Tuple(list) if list.weight > MAX_KEY => Err(Failure::limit(format!(
            "a key is made of more than {MAX_KEY} values"
        ))),
        Value::Tuple(list) => list.items.iter().try_for_each(check_hashable),
        _ => Ok(()),
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        equal_keys(&self.0, &other.0)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_value(&self.0, state);
    }
}

/// Equal numbers hash alike whatever their type.
fn hash_value<H: Hasher>(value: &Value, state: &mut H) {
    match value {
        Value::Text(text) => hash_text(text, state),
        Value::Bool(value) => i64::from(*value).hash(state),
        Value::Int(value) => value.hash(state),
        Value::Big(big) => big.value.to_f64().unwrap_or(f64::INFINITY).to_bits().hash(state),
        Value::Float(value) => match super::float::as_exact_i64(*value) {
            Some(whole) => whole.hash(state),
            None => value.to_bits().hash(state),
        },
        Value::Tuple(list) => {
            for item in &list.items {
                hash_value(item, state);
            }
        }
        Value::None => 1_u8.hash(state),
        // Rare as keys: equality alone tells these apart.
        _ => 2_u8.hash(state),
    }
}

fn hash_text<H: Hasher>(text: &str, state: &mut H) {
    text.hash(state);
}

/// A text to look a key up by, without making a value of it.
pub(crate) struct TextKey<'a>(pub(crate) &'a str);

impl Hash for TextKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_text(self.0, state);
    }
}

impl Equivalent<Key> for TextKey<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        key.0.as_text().is_some_and(|text| &**text == self.0)
    }
}

/// What a dict holds. The hash is keyed: names come from strangers.
pub(crate) type Entries = IndexMap<Key, Value, RandomState>;

/// A dict.
#[derive(Debug, Default)]
pub(crate) struct Dict {
    pub(crate) entries: Entries,
    pub(crate) depth: u32,
    charge: Option<Charge>,
}

/// Bytes of one entry: the key, the value, and the index around them.
const ENTRY: usize = 2 * size_of::<Value>() + 24;

impl Dict {
    pub(crate) fn new(meter: &Meter, entries: Entries) -> Outcome<Self> {
        let charge = meter.charge(entries.len() * ENTRY + 96)?;
        Ok(Self {
            depth: depth(&entries)?,
            entries,
            charge: Some(charge),
        })
    }

    /// A dict that came with the context, which is not counted.
    pub(crate) fn given(entries: Entries) -> Outcome<Self> {
        Ok(Self {
            depth: depth(&entries)?,
            entries,
            charge: None,
        })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.entries.get(&TextKey(name))
    }

    /// Sets one entry and counts it, for namespaces.
    pub(crate) fn set(&mut self, meter: &Meter, key: Key, value: Value) -> Outcome<()> {
        depth_around([key.value(), &value].into_iter())?;
        if let Some(old) = self.entries.get_mut(&key) {
            *old = value;
            return Ok(());
        }
        self.charge = None;
        self.charge = Some(meter.charge((self.entries.len() + 1) * ENTRY + 96)?);
        self.entries.insert(key, value);
        Ok(())
    }
}

fn depth(entries: &Entries) -> Outcome<u32> {
    depth_around(entries.iter().flat_map(|(key, value)| [key.value(), value]))
}
