//! One set of tables for a tokenizer.json that a process loads several times.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use crate::LoadOptions;
use crate::tokenizer::Shared;

/// The tokenizers that are in use, by a hash of a sample of their text. Equal hashes are only a hint: texts are
/// compared whole.
static LOADED: LazyLock<Mutex<Loaded>> = LazyLock::new(Mutex::default);

#[derive(Default)]
struct Loaded {
    hasher: RandomState,
    tokenizers: HashMap<u64, Vec<Weak<Shared>>>,
}

/// How much of the text is hashed: enough to tell models apart, little to read.
const SAMPLES: usize = 64;
const SAMPLE: usize = 64;

impl Loaded {
    fn key(&self, text: &str, options: &LoadOptions) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        options.hash(&mut hasher);
        text.len().hash(&mut hasher);
        let bytes = text.as_bytes();
        let step = (bytes.len() / SAMPLES).max(SAMPLE);
        for start in (0..bytes.len()).step_by(step) {
            hasher.write(&bytes[start..bytes.len().min(start + SAMPLE)]);
        }
        hasher.finish()
    }
}

/// A panic while the lock is held leaves the map as it was.
fn loaded() -> MutexGuard<'static, Loaded> {
    LOADED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The hash of a sample of `text`.
pub(crate) fn key(text: &str, options: &LoadOptions) -> u64 {
    loaded().key(text, options)
}

/// The tokenizer of `text` that is in use already.
pub(crate) fn find(text: &str, options: &LoadOptions) -> Option<Arc<Shared>> {
    let candidates: Vec<Arc<Shared>> = {
        let loaded = loaded();
        let entries = loaded.tokenizers.get(&loaded.key(text, options))?;
        entries.iter().filter_map(Weak::upgrade).collect()
    };
    candidates.into_iter().find(|shared| shared.is_of(text, options))
}

/// Notes a tokenizer that others may share, and forgets those that are gone.
pub(crate) fn add(shared: &Arc<Shared>, key: u64) {
    let mut loaded = loaded();
    loaded.tokenizers.retain(|_, entries| {
        entries.retain(|entry| entry.strong_count() > 0);
        !entries.is_empty()
    });
    loaded
        .tokenizers
        .entry(key)
        .or_default()
        .push(Arc::downgrade(shared));
}
