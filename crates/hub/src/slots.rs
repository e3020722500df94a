//! What is known by a key and asked for by several calls at once: those that want the same wait for the first.

use std::sync::{Arc, Mutex, PoisonError};

/// More keys than this in one process are unusual; the one that was used longest ago goes.
const MOST: usize = 16;

/// Locked while what belongs into it is on its way.
pub(crate) type Slot<T> = Arc<tokio::sync::Mutex<T>>;

/// Slots by key, the one that was used last first.
pub(crate) struct Slots<K, T>(Mutex<Vec<(K, Slot<T>)>>);

impl<K: PartialEq, T: Default> Slots<K, T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// The slot of `key`, an empty one if there is none.
    pub(crate) fn get(&self, key: K) -> Slot<T> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = slots.iter().position(|(known, _)| *known == key);
        let entry = found.map_or_else(|| (key, Slot::default()), |at| slots.remove(at));
        let slot = Arc::clone(&entry.1);
        slots.truncate(MOST - 1);
        slots.insert(0, entry);
        slot
    }
}
