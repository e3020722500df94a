//! The piece cache: pieces of text to their ids. Bounded, owned by the tokenizer, pooled by use.

use std::sync::{Mutex, MutexGuard, TryLockError};

use super::packed::{Seeds, hash};

/// What all caches of one tokenizer may take together.
pub(super) const BUDGET: usize = 16 << 20;

const COUNT_SHIFT: u32 = 24;
const ID_MASK: u32 = (1 << COUNT_SHIFT) - 1;
/// In the place of a count: the ids are in the arena, at `ids[1]`, `ids[2]` of them.
const SPILLED: u32 = 0xFF;
const SHORT_IDS: usize = 4;
const LONG_IDS: usize = 8;
const FIRST_LINES: usize = 1 << 8;

/// A cache line of two entries for keys of 16 bytes; a key of 0 is free.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct ShortLine {
    keys: [u128; 2],
    ids: [[u32; SHORT_IDS]; 2],
}

/// A cache line of one entry for a key of 32 bytes.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct LongLine {
    key: [u128; 2],
    ids: [u32; LONG_IDS],
}

const FREE_SHORT: ShortLine = ShortLine {
    keys: [0; 2],
    ids: [[0; SHORT_IDS]; 2],
};
const FREE_LONG: LongLine = LongLine {
    key: [0; 2],
    ids: [0; LONG_IDS],
};

/// Pieces to ids. Whole keys are compared; when a line is full the older entry goes.
pub(super) struct Cache {
    short: Vec<ShortLine>,
    long: Vec<LongLine>,
    arena: Vec<u32>,
    short_added: usize,
    long_added: usize,
    short_limit: usize,
    long_limit: usize,
    arena_limit: usize,
    seeds: Seeds,
}

impl Cache {
    fn new(bytes: usize) -> Self {
        let lines = (bytes / 128).max(FIRST_LINES);
        // Half for short keys, a quarter for long ones, a quarter for what spills.
        let short_limit = 1 << lines.ilog2();
        Self {
            short: Vec::new(),
            long: Vec::new(),
            arena: Vec::new(),
            short_added: 0,
            long_added: 0,
            short_limit,
            long_limit: (short_limit / 2).max(FIRST_LINES),
            arena_limit: bytes / 16,
            seeds: Seeds::get(),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "masked to the table's size")]
    #[inline(always)]
    fn short_slot(&self, key: u128) -> usize {
        hash(key, &self.seeds) as usize & self.short.len().wrapping_sub(1)
    }

    #[expect(clippy::cast_possible_truncation, reason = "masked to the table's size")]
    #[inline(always)]
    fn long_slot(&self, key: [u128; 2]) -> usize {
        let mixed = hash(key[0], &self.seeds) ^ hash(key[1], &self.seeds).rotate_left(29);
        mixed as usize & self.long.len().wrapping_sub(1)
    }

    /// Appends the ids of a piece with a packed key; false when it is not here.
    #[inline(always)]
    pub(super) fn get_short(&self, key: u128, out: &mut Vec<u32>) -> bool {
        let slot = self.short_slot(key);
        let Some(line) = self.short.get(slot) else {
            return false;
        };
        let ids = if line.keys[0] == key {
            line.ids[0]
        } else if line.keys[1] == key {
            line.ids[1]
        } else {
            return false;
        };
        self.emit(ids, out);
        true
    }

    /// The same for a piece of up to 31 bytes.
    #[inline]
    pub(super) fn get_long(&self, key: [u128; 2], out: &mut Vec<u32>) -> bool {
        let Some(line) = self.long.get(self.long_slot(key)) else {
            return false;
        };
        if line.key != key {
            return false;
        }
        self.emit(line.ids, out);
        true
    }

    #[inline(always)]
    fn emit<const N: usize>(&self, mut ids: [u32; N], out: &mut Vec<u32>) {
        let count = ids[0] >> COUNT_SHIFT;
        if count == SPILLED {
            out.extend_from_slice(&self.arena[ids[1] as usize..(ids[1] + ids[2]) as usize]);
            return;
        }
        ids[0] &= ID_MASK;
        // A copy of fixed size is one store; what is too much is cut off.
        let length = out.len() + count as usize;
        out.extend_from_slice(&ids);
        out.truncate(length);
    }

    /// The entry for `ids`, or nothing when it cannot be kept.
    fn entry<const N: usize>(&mut self, ids: &[u32]) -> Option<[u32; N]> {
        let mut entry = [0; N];
        let count = u32::try_from(ids.len()).ok()?;
        if ids.is_empty() || ids.iter().any(|&id| id > ID_MASK) {
            return None;
        }
        if ids.len() <= N {
            entry[..ids.len()].copy_from_slice(ids);
            entry[0] |= count << COUNT_SHIFT;
        } else {
            if self.arena.len() + ids.len() > self.arena_limit {
                return None;
            }
            entry[0] = SPILLED << COUNT_SHIFT;
            entry[1] = u32::try_from(self.arena.len()).ok()?;
            entry[2] = count;
            self.arena.extend_from_slice(ids);
        }
        Some(entry)
    }

    /// Keeps the ids of a piece.
    pub(super) fn put_short(&mut self, key: u128, ids: &[u32]) {
        if self.short_added >= self.short.len() && self.short.len() < self.short_limit {
            self.grow_short();
        }
        if let Some(entry) = self.entry(ids) {
            self.short_added += 1;
            self.place_short(key, entry);
        }
    }

    fn place_short(&mut self, key: u128, entry: [u32; SHORT_IDS]) {
        let slot = self.short_slot(key);
        let line = &mut self.short[slot];
        line.keys = [key, line.keys[0]];
        line.ids = [entry, line.ids[0]];
    }

    #[cold]
    fn grow_short(&mut self) {
        let lines = (self.short.len() * 2).max(FIRST_LINES);
        let old = std::mem::replace(&mut self.short, vec![FREE_SHORT; lines]);
        self.short_added = 0;
        for line in old {
            for side in [1, 0] {
                if line.keys[side] != 0 {
                    self.short_added += 1;
                    self.place_short(line.keys[side], line.ids[side]);
                }
            }
        }
    }

    /// Keeps the ids of a longer piece.
    pub(super) fn put_long(&mut self, key: [u128; 2], ids: &[u32]) {
        if self.long_added * 2 >= self.long.len() && self.long.len() < self.long_limit {
            self.grow_long();
        }
        if let Some(ids) = self.entry(ids) {
            self.long_added += 1;
            let slot = self.long_slot(key);
            self.long[slot] = LongLine { key, ids };
        }
    }

    #[cold]
    fn grow_long(&mut self) {
        let lines = (self.long.len() * 2).max(FIRST_LINES);
        let old = std::mem::replace(&mut self.long, vec![FREE_LONG; lines]);
        self.long_added = 0;
        for line in old {
            if line.key != [0; 2] {
                self.long_added += 1;
                let slot = self.long_slot(line.key);
                self.long[slot] = line;
            }
        }
    }
}

/// What one call works with; reused by later calls.
pub(super) struct Pooled<S> {
    pub(super) cache: Cache,
    pub(super) scratch: S,
}

/// One [`Pooled`] for each thread that encodes at the same time, up to a fixed number. The first slot, which a
/// program of one thread always gets, has half of the budget.
pub(super) struct Pool<S> {
    slots: Box<[Slot<S>]>,
}

type Slot<S> = Mutex<Option<Pooled<S>>>;

impl<S: Default> Pool<S> {
    pub(super) fn new() -> Self {
        let threads = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .clamp(2, 32);
        Self {
            slots: (0..threads).map(|_| Mutex::new(None)).collect(),
        }
    }

    /// Runs `work` with a free slot; when all are taken, with a small one of its own.
    #[inline]
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Pooled<S>) -> T) -> T {
        for (index, slot) in self.slots.iter().enumerate() {
            let mut guard = match slot.try_lock() {
                Ok(guard) => guard,
                Err(TryLockError::WouldBlock) => continue,
                Err(TryLockError::Poisoned(poisoned)) => emptied(slot, poisoned.into_inner()),
            };
            let bytes = if index == 0 {
                BUDGET / 2
            } else {
                BUDGET / 2 / (self.slots.len() - 1)
            };
            let pooled = guard.get_or_insert_with(|| Pooled::new(bytes));
            return work(pooled);
        }
        work(&mut Pooled::new(1 << 16))
    }
}

impl<S: Default> Pooled<S> {
    fn new(bytes: usize) -> Self {
        Self {
            cache: Cache::new(bytes),
            scratch: S::default(),
        }
    }
}

/// A call that panicked may have left its slot half written: it starts afresh.
#[cold]
fn emptied<'a, T>(
    slot: &Mutex<Option<T>>,
    mut guard: MutexGuard<'a, Option<T>>,
) -> MutexGuard<'a, Option<T>> {
    *guard = None;
    slot.clear_poison();
    guard
}
