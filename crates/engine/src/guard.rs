//! Panics of an engine become errors, and are not printed.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use crate::error::{EngineError, ErrorKind};

thread_local! {
    static GUARDED: Cell<u32> = const { Cell::new(0) };
}

/// Counts a thread's guarded calls, also when one ends by a panic.
struct Depth;

impl Depth {
    fn enter() -> Self {
        GUARDED.set(GUARDED.get() + 1);
        Self
    }
}

impl Drop for Depth {
    fn drop(&mut self) {
        GUARDED.set(GUARDED.get() - 1);
    }
}

/// Runs `work`; a panic within becomes an error that says `doing`.
pub(crate) fn guard<T>(doing: &str, work: impl FnOnce() -> Result<T, EngineError>) -> Result<T, EngineError> {
    silence_guarded();
    let depth = Depth::enter();
    // What `work` touches is either dropped with it or (the crate's caches) valid after any panic.
    let result = catch_unwind(AssertUnwindSafe(work));
    drop(depth);
    result.unwrap_or_else(|panic| {
        Err(EngineError::new(
            ErrorKind::Internal,
            format!(
                "{doing} ended in a panic of the engine: {}",
                reason(panic.as_ref())
            ),
        ))
    })
}

/// Puts a hook before the present one that says nothing about panics that [`guard`] catches.
fn silence_guarded() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |info| {
            if GUARDED.get() == 0 {
                previous(info);
            }
        }));
    });
}

fn reason(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}
