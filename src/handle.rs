//! Tokenizers as JavaScript holds them: an opaque object, and a number for the hot path.

use std::cell::RefCell;
use std::ops::Deref;
use std::thread::{self, ThreadId};

use autotokenizer_engine::Tokenizer;
use napi::bindgen_prelude::External;
use napi_derive::napi;

use crate::failure::Failure;

thread_local! {
    /// This thread's tokenizers by slot. Looking a number up costs a tenth of what opening an external object costs.
    static SLOTS: RefCell<Vec<Option<Tokenizer>>> = const { RefCell::new(Vec::new()) };
}

/// What an external object holds. It is made and dropped on its JavaScript thread.
pub struct Handle {
    tokenizer: Tokenizer,
    slot: usize,
    thread: ThreadId,
}

impl Handle {
    /// To be called on the JavaScript thread.
    pub(crate) fn external(tokenizer: Tokenizer) -> External<Self> {
        // The engine collects what takes much memory sooner; of itself it sees a few bytes.
        let size = tokenizer.unshared_size();
        let slot = SLOTS.with_borrow_mut(|slots| {
            let free = slots.iter().position(Option::is_none).unwrap_or_else(|| {
                slots.push(None);
                slots.len() - 1
            });
            slots[free] = Some(tokenizer.clone());
            free
        });
        let handle = Self {
            tokenizer,
            slot,
            thread: thread::current().id(),
        };
        External::new_with_size_hint(handle, size)
    }

    /// Puts another tokenizer in the place of this one, which is freed now: the object itself, and what it holds, would
    /// only be freed when the event loop turns.
    pub(crate) fn replace(&mut self, tokenizer: Tokenizer) {
        SLOTS.with_borrow_mut(|slots| {
            if let Some(slot) = slots.get_mut(self.slot) {
                *slot = Some(tokenizer.clone());
            }
        });
        self.tokenizer = tokenizer;
    }

    /// The tokenizer, to be used on any thread.
    pub(crate) fn share(&self) -> Tokenizer {
        self.tokenizer.clone()
    }
}

impl Deref for Handle {
    type Target = Tokenizer;

    fn deref(&self) -> &Tokenizer {
        &self.tokenizer
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // Slots belong to the thread that gave them out; at its end they may be gone already.
        if self.thread == thread::current().id() {
            let _ = SLOTS.try_with(|slots| {
                if let Ok(mut slots) = slots.try_borrow_mut()
                    && let Some(slot) = slots.get_mut(self.slot)
                {
                    *slot = None;
                }
            });
        }
    }
}

/// The number by which the hot path knows a tokenizer, for as long as the object lives.
#[napi]
pub fn slot(tokenizer: &External<Handle>) -> u32 {
    u32::try_from(tokenizer.slot).unwrap_or(u32::MAX)
}

/// Calls `body` with the tokenizer in a slot of this thread. `body` runs no JavaScript.
pub(crate) fn with_slot<T>(slot: u32, body: impl FnOnce(&Tokenizer) -> T) -> Result<T, Failure> {
    SLOTS.with_borrow(|slots| match slots.get(slot as usize) {
        Some(Some(tokenizer)) => Ok(body(tokenizer)),
        _ => Err(Failure::internal(&"the tokenizer is gone")),
    })
}
