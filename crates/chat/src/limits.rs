//! What one rendering may use, and the meter that counts it.

use std::cell::Cell;
use std::rc::Rc;

use crate::failure::{Failure, Outcome};

/// How much one rendering may use. The defaults hold any honest chat and end a hostile template within a second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Steps of evaluation; long strings cost more than short ones.
    pub fuel: u64,
    /// Bytes of rendered text.
    pub output_bytes: usize,
    /// Bytes that the template's own values may hold at one time, the context not counted.
    pub memory_bytes: usize,
    /// Items of one `range`; Python's sandbox has the same limit.
    pub range_length: usize,
    /// Nested calls, blocks and expressions at one time.
    pub recursion: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fuel: 5_000_000,
            output_bytes: 32 << 20,
            memory_bytes: 64 << 20,
            range_length: 100_000,
            recursion: 2_000,
        }
    }
}

/// Bytes of text that cost one step.
const BYTES_PER_STEP: usize = 64;

#[derive(Debug)]
struct Counters {
    fuel: Cell<u64>,
    live: Cell<usize>,
    limits: Limits,
}

/// Counts steps and living bytes; cheap to clone, as every value that holds memory has one.
#[derive(Debug, Clone)]
pub(crate) struct Meter(Rc<Counters>);

impl Meter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self(Rc::new(Counters {
            fuel: Cell::new(limits.fuel),
            live: Cell::new(0),
            limits: limits.clone(),
        }))
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Takes steps off the fuel.
    pub(crate) fn spend(&self, steps: usize) -> Outcome<()> {
        let left = self.0.fuel.get().checked_sub(steps as u64);
        self.0.fuel.set(left.unwrap_or(0));
        match left {
            Some(_) => Ok(()),
            None => Err(Failure::limit(format!(
                "the template takes more than {} steps",
                self.0.limits.fuel
            ))),
        }
    }

    /// Takes the steps that reading or writing `bytes` costs.
    pub(crate) fn spend_bytes(&self, bytes: usize) -> Outcome<()> {
        self.spend(1 + bytes / BYTES_PER_STEP)
    }

    /// Fails unless `bytes` more would fit: to be asked before a result that can be larger than its operands.
    pub(crate) fn afford(&self, bytes: usize) -> Outcome<()> {
        match self.0.live.get().checked_add(bytes) {
            Some(total) if total <= self.0.limits.memory_bytes => Ok(()),
            _ => Err(Failure::limit(format!(
                "the template's values take more than {} bytes",
                self.0.limits.memory_bytes
            ))),
        }
    }

    /// Counts `bytes` as living to the end of the rendering.
    pub(crate) fn keep(&self, bytes: usize) -> Outcome<()> {
        self.spend_bytes(bytes)?;
        self.afford(bytes)?;
        self.0.live.set(self.0.live.get() + bytes);
        Ok(())
    }

    /// Counts `bytes` as living until the charge is dropped.
    pub(crate) fn charge(&self, bytes: usize) -> Outcome<Charge> {
        self.keep(bytes)?;
        Ok(Charge {
            meter: self.clone(),
            bytes,
        })
    }
}

/// Bytes counted as living.
#[derive(Debug)]
pub(crate) struct Charge {
    meter: Meter,
    bytes: usize,
}

impl Drop for Charge {
    fn drop(&mut self) {
        let live = &self.meter.0.live;
        live.set(live.get().saturating_sub(self.bytes));
    }
}

/// Stack that must be left before a recursive step, and the size of the next piece of stack.
const STACK_LEFT: usize = 256 << 10;
const STACK_PIECE: usize = 2 << 20;

/// Runs one step of a recursion on a stack that is large enough, whatever thread this is.
pub(crate) fn with_stack<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(STACK_LEFT, STACK_PIECE, step)
}
