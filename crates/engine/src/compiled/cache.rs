//! The piece cache: pieces of text to their ids. Bounded, owned by the tokenizer, pooled by use.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use bytemuck::{Pod, Zeroable, cast_slice, cast_slice_mut};
use wide::u32x4;

use super::long::hash_bytes;
use super::packed::{Seeds, hash};
use super::pages::Table;
use super::prefetch::prefetch;

/// What all caches of one tokenizer may take together.
pub(super) const BUDGET: usize = 16 << 20;

const COUNT_SHIFT: u32 = 24;
const ID_MASK: u32 = (1 << COUNT_SHIFT) - 1;
/// In the place of a count: the ids are in the ring, as many as the first place says, at the position that the next
/// two hold.
const SPILLED: u32 = 0xFF;
/// Set in the short keys of such entries: who looks for a key finds only ids that are there. No packed key has it.
const ELSEWHERE: u128 = 1 << 125;
pub(super) const SHORT_IDS: usize = 4;
/// What of an entry's places are ids.
const IDS: [u32; SHORT_IDS] = [ID_MASK, u32::MAX, u32::MAX, u32::MAX];
/// Room for ids of pieces that have more of them.
pub(super) const SPARE: usize = 64;
const LONG_IDS: usize = 8;
const FIRST_LINES: usize = 1 << 8;
const FIRST_IDS: usize = 1 << 12;
const FIRST_TEXTS: usize = 1 << 6;
/// What one thread's tables may grow to: with the ring some more than three quarters of the budget.
const SHORT_LINES: usize = BUDGET / 2 / size_of::<ShortLine>();
const LONG_LINES: usize = BUDGET / 8 / size_of::<LongLine>();
const TEXTS: usize = 1 << 13;
const RING_IDS: usize = BUDGET / 8 / size_of::<u32>();

/// A cache line of two entries for keys of 16 bytes; a key of 0 is free, and the second is taken after the first.
///
/// What finds its line full goes to the line beside it, see [`beside`]: so a table may be fuller, and more of it near. As
/// entries go only where others come, an entry stands in its own line or that line is full.
#[derive(Clone, Copy, Default, Pod, Zeroable)]
#[repr(C, align(64))]
struct ShortLine {
    keys: [u128; 2],
    ids: [u32x4; 2],
}

impl ShortLine {
    /// Which entry is that of a packed key.
    #[inline(always)]
    fn side(&self, key: u128) -> Option<usize> {
        self.keys.iter().position(|&kept| kept & !ELSEWHERE == key)
    }

    fn is_full(&self) -> bool {
        self.keys[1] != 0
    }

    /// Adds an entry before the one that is here; the older of two goes.
    fn push(&mut self, key: u128, ids: u32x4) {
        self.keys = [key, self.keys[0]];
        self.ids = [ids, self.ids[0]];
    }
}

/// A cache line of one entry for a key of 32 bytes; one without ids is free.
#[derive(Clone, Copy, Default, Pod, Zeroable)]
#[repr(C, align(64))]
struct LongLine {
    key: [u128; 2],
    ids: [u32; LONG_IDS],
}

impl LongLine {
    fn is_full(&self) -> bool {
        self.ids[0] >> COUNT_SHIFT != 0
    }
}

/// The line that takes what finds its own full. The two halve 128 bytes, which processors like to fetch together.
#[inline(always)]
fn beside(slot: usize) -> usize {
    slot ^ 1
}

/// Where a text stands in the ring, its ids behind it, each in as many places as it takes.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct TextEntry {
    hash: u64,
    position: u64,
    /// How many bytes the text has; 0 is free.
    bytes: u32,
    ids: u32,
}

/// What is left of [`BUDGET`] for the caches of all threads.
#[derive(Clone)]
struct Budget(Arc<AtomicUsize>);

impl Budget {
    fn take(&self, bytes: usize) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(bytes)
            })
            .is_ok()
    }

    /// Makes a table twice as long, up to `most`. Where that is too much, `limit` says that it will not be longer.
    fn grow<T: Pod>(&self, table: &mut Table<T>, first: usize, most: usize, limit: &mut usize) -> bool {
        let length = (table.len() * 2).max(first);
        let has_grown = self.take((length - table.len()) * size_of::<T>());
        if has_grown {
            table.grow(length, most);
        } else {
            *limit = table.len();
        }
        has_grown
    }

    fn give_back(&self, bytes: usize) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Pieces to ids. Whole keys are compared; when a line is full the older entry goes.
pub(super) struct Cache {
    short: Table<ShortLine>,
    long: Table<LongLine>,
    texts: Table<TextEntry>,
    short_added: usize,
    long_added: usize,
    texts_added: usize,
    texts_limit: usize,
    short_limit: usize,
    long_limit: usize,
    /// Ids of entries that have more than fit into a line: the newest of all that were written.
    ring: Vec<u32>,
    ring_limit: usize,
    written: u64,
    seeds: Seeds,
    budget: Budget,
}

impl Cache {
    fn new(budget: Budget) -> Self {
        Self {
            short: Table::default(),
            long: Table::default(),
            texts: Table::default(),
            texts_added: 0,
            texts_limit: TEXTS,
            short_added: 0,
            long_added: 0,
            short_limit: SHORT_LINES,
            long_limit: LONG_LINES,
            ring: Vec::new(),
            ring_limit: RING_IDS,
            written: 0,
            seeds: Seeds::get(),
            budget,
        }
    }

    fn taken(&self) -> usize {
        self.short.len() * size_of::<ShortLine>()
            + self.long.len() * size_of::<LongLine>()
            + self.texts.len() * size_of::<TextEntry>()
            + self.ring.len() * size_of::<u32>()
    }

    /// What looks for entries.
    #[inline(always)]
    pub(super) fn lines(&self) -> Lines<'_> {
        Lines {
            short: &self.short,
            long: &self.long,
            ring: Ring {
                ids: &self.ring,
                written: self.written,
            },
            seeds: self.seeds,
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
        hash_long(key, &self.seeds) as usize & self.long.len().wrapping_sub(1)
    }

    /// Appends the ids of a piece with a packed key; false when it is not here.
    #[inline(always)]
    pub(super) fn get_short(&self, key: u128, out: &mut Vec<u32>) -> bool {
        match find_short(&self.short, key, self.short_slot(key)) {
            Some((slot, side)) => self.emit(self.short[slot].ids[side].to_array(), out),
            None => false,
        }
    }

    /// Where the entry of a key of two halves stands.
    #[inline(always)]
    fn find_long(&self, key: [u128; 2]) -> Option<usize> {
        let home = self.long_slot(key);
        let is_here = |slot: usize| {
            let line = self.long.get(slot).filter(|line| line.is_full())?;
            Some(line.key == key)
        };
        if is_here(home)? {
            return Some(home);
        }
        Some(beside(home)).filter(|&slot| is_here(slot) == Some(true))
    }

    /// The same for a piece of up to 31 bytes.
    #[inline]
    pub(super) fn get_long(&self, key: [u128; 2], out: &mut Vec<u32>) -> bool {
        match self.find_long(key) {
            Some(slot) => self.emit(self.long[slot].ids, out),
            None => false,
        }
    }

    #[inline(always)]
    fn emit<const N: usize>(&self, mut ids: [u32; N], out: &mut Vec<u32>) -> bool {
        let count = ids[0] >> COUNT_SHIFT;
        if count == SPILLED {
            let ids = self.lines().ring.of(ids);
            out.extend_from_slice(ids.unwrap_or_default());
            return ids.is_some();
        }
        ids[0] &= ID_MASK;
        // A copy of fixed size is one store; what is too much is cut off.
        let length = out.len() + count as usize;
        out.extend_from_slice(&ids);
        out.truncate(length);
        true
    }

    /// The entry for `ids`, or nothing when it cannot be kept.
    #[expect(clippy::cast_possible_truncation, reason = "the halves of a position")]
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
            let position = self.spill(ids)?;
            entry[0] = SPILLED << COUNT_SHIFT | count;
            entry[1] = position as u32;
            entry[2] = (position >> 32) as u32;
        }
        Some(entry)
    }

    /// Writes ids to the ring, which grows until it may not and then goes around.
    #[expect(clippy::cast_possible_truncation, reason = "a place in the ring")]
    fn spill(&mut self, ids: &[u32]) -> Option<u64> {
        let mut place = (self.written % self.ring.len().max(1) as u64) as usize;
        if place + ids.len() > self.ring.len() || self.written == self.ring.len() as u64 {
            let size = (self.ring.len() * 2).max(FIRST_IDS);
            // Positions stay what they are only as long as nothing has gone around.
            let grows = self.written <= self.ring.len() as u64 && size <= self.ring_limit;
            if grows && self.budget.take((size - self.ring.len()) * size_of::<u32>()) {
                self.ring.resize(size, 0);
            } else {
                self.ring_limit = self.ring.len();
            }
            if ids.len() > self.ring.len() {
                return None;
            }
            place = (self.written % self.ring.len() as u64) as usize;
            if place + ids.len() > self.ring.len() {
                self.written += (self.ring.len() - place) as u64;
                place = 0;
            }
        }
        let position = self.written;
        self.ring[place..place + ids.len()].copy_from_slice(ids);
        self.written += ids.len() as u64;
        Some(position)
    }

    /// Keeps the ids of a piece.
    pub(super) fn put_short(&mut self, key: u128, ids: &[u32]) {
        let length = self.short.len();
        if self.short_added * 2 >= length && length < self.short_limit {
            self.grow_short();
        }
        let Some(entry) = self.entry::<SHORT_IDS>(ids) else {
            return;
        };
        let is_spilled = entry[0] >> COUNT_SHIFT == SPILLED;
        let kept = if is_spilled { key | ELSEWHERE } else { key };
        let slot = self.short_slot(key);
        if let Some(pair) = self.short.as_chunks_mut().0.get_mut(slot / 2) {
            self.short_added += usize::from(put_short(pair, !slot.is_multiple_of(2), kept, entry.into()));
        }
    }

    #[cold]
    fn grow_short(&mut self) {
        let before = self.short.len();
        if !self
            .budget
            .grow(&mut self.short, FIRST_LINES, SHORT_LINES, &mut self.short_limit)
        {
            return;
        }
        self.short_added = 0;
        // One more bit of the hash counts: an entry stays, or goes as far as the table was long.
        let (seeds, table): (_, &mut [_]) = (self.seeds, &mut self.short);
        let (lines, added) = table.split_at_mut(before);
        let (pairs, others) = (lines.as_chunks_mut::<2>().0, added.as_chunks_mut::<2>().0);
        for (pair, other) in pairs.iter_mut().zip(others) {
            let before_it = std::mem::replace(pair, [ShortLine::zeroed(); 2]);
            for ShortLine { keys, ids } in &before_it {
                for (&key, &ids) in keys.iter().zip(ids) {
                    if key == 0 {
                        break;
                    }
                    let hash = hash(key & !ELSEWHERE, &seeds);
                    let goes = hash & before as u64 != 0;
                    let pair = if goes { &mut *other } else { &mut *pair };
                    put_short(pair, hash & 1 != 0, key, ids);
                    self.short_added += 1;
                }
            }
        }
    }

    /// Keeps the ids of a longer piece.
    pub(super) fn put_long(&mut self, key: [u128; 2], ids: &[u32]) {
        if self.long_added * 2 >= self.long.len() && self.long.len() < self.long_limit {
            self.grow_long();
        }
        let Some(ids) = self.entry(ids) else {
            return;
        };
        if let Some(slot) = self.find_long(key) {
            self.long[slot].ids = ids;
            return;
        }
        self.long_added += 1;
        add_long(&mut self.long, self.seeds, LongLine { key, ids });
    }

    #[cold]
    fn grow_long(&mut self) {
        let before = self.long.len();
        if !self
            .budget
            .grow(&mut self.long, FIRST_LINES, LONG_LINES, &mut self.long_limit)
        {
            return;
        }
        self.long_added = 0;
        for slot in (0..before).step_by(2) {
            let lines = [slot, beside(slot)].map(|slot| std::mem::take(&mut self.long[slot]));
            for line in lines.into_iter().filter(LongLine::is_full) {
                self.long_added += 1;
                add_long(&mut self.long, self.seeds, line);
            }
        }
    }
}

/// Where a packed key's entry stands, if its line is that of `slot`.
#[inline(always)]
fn find_short(table: &[ShortLine], key: u128, slot: usize) -> Option<(usize, usize)> {
    let line = table.get(slot)?;
    if let Some(side) = line.side(key) {
        return Some((slot, side));
    }
    let slot = Some(beside(slot)).filter(|_| line.is_full())?;
    Some((slot, table.get(slot)?.side(key)?))
}

/// Puts an entry into its line of two, the second or the first, or into the other one, or in the place of the older one
/// in its line; false where it replaces the one of the same key, whose ids have gone from the ring.
#[inline(always)]
fn put_short(pair: &mut [ShortLine; 2], second: bool, key: u128, ids: u32x4) -> bool {
    for line in [usize::from(second), usize::from(!second)] {
        let line = &mut pair[line];
        for (kept, place) in line.keys.iter_mut().zip(&mut line.ids) {
            if *kept == 0 || *kept == key {
                let is_new = *kept == 0;
                (*kept, *place) = (key, ids);
                return is_new;
            }
        }
    }
    pair[usize::from(second)].push(key, ids);
    true
}

/// Adds an entry of a longer piece that is not there.
#[expect(clippy::cast_possible_truncation, reason = "masked to the table's size")]
fn add_long(table: &mut [LongLine], seeds: Seeds, entry: LongLine) {
    let slot = hash_long(entry.key, &seeds) as usize & table.len().wrapping_sub(1);
    let is_free = |slot: &usize| table.get(*slot).is_some_and(|line| !line.is_full());
    let slot = [slot, beside(slot)].into_iter().find(is_free).unwrap_or(slot);
    if let Some(line) = table.get_mut(slot) {
        *line = entry;
    }
}

#[inline(always)]
fn hash_long(key: [u128; 2], seeds: &Seeds) -> u64 {
    hash(key[0], seeds) ^ hash(key[1], seeds).rotate_left(29)
}

/// The tables of a [`Cache`], near at hand.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a> {
    short: &'a [ShortLine],
    long: &'a [LongLine],
    ring: Ring<'a>,
    seeds: Seeds,
}

/// Ids of entries that have more than fit into a line: the newest of all that were written, as many as there is room for.
#[derive(Clone, Copy)]
struct Ring<'a> {
    /// As many as a power of two, or none.
    ids: &'a [u32],
    written: u64,
}

impl<'a> Ring<'a> {
    /// What was written at `position`, if it was not written over.
    #[expect(clippy::cast_possible_truncation, reason = "a place in the ring")]
    fn get(self, position: u64, count: usize) -> Option<&'a [u32]> {
        let size = self.ids.len();
        if self.written - position > size as u64 {
            return None;
        }
        let start = position as usize & size.wrapping_sub(1);
        self.ids.get(start..start + count)
    }

    /// The ids of an entry that says where they are.
    fn of<const N: usize>(self, entry: [u32; N]) -> Option<&'a [u32]> {
        let position = u64::from(entry[2]) << 32 | u64::from(entry[1]);
        self.get(position, (entry[0] & ID_MASK) as usize)
    }
}

impl Lines<'_> {
    #[inline(always)]
    pub(super) fn hash(self, key: u128) -> u64 {
        hash(key, &self.seeds)
    }

    #[inline(always)]
    pub(super) fn hash_long(self, key: [u128; 2]) -> u64 {
        hash_long(key, &self.seeds)
    }

    /// Asks for the line of a longer piece.
    #[expect(clippy::cast_possible_truncation, reason = "masked to the table's size")]
    #[inline(always)]
    pub(super) fn prefetch_long(self, hash: u64) {
        prefetch(self.long, hash as usize & self.long.len().wrapping_sub(1));
    }

    /// Asks for the line of a piece.
    #[expect(clippy::cast_possible_truncation, reason = "masked to the table's size")]
    #[inline(always)]
    pub(super) fn prefetch(self, hash: u64) {
        prefetch(self.short, hash as usize & self.short.len().wrapping_sub(1));
    }

    /// Writes the ids of pieces to `out` from `*at` on, which moves with them, up to the first piece whose ids cannot be
    /// written; how many pieces were written, and why no more. Behind `at`, anything may be written.
    #[expect(clippy::cast_possible_truncation, reason = "masked to the table's size")]
    #[inline(always)]
    pub(super) fn write(self, pieces: &[Asked], out: &mut [u32], at: &mut usize) -> (usize, Stop) {
        let mut place = *at;
        let mut written = 0;
        let mut stop = Stop::End;
        for &Asked { key, hash } in pieces {
            let Some(line) = self.short.get(hash as usize & self.short.len().wrapping_sub(1)) else {
                stop = Stop::Missing;
                break;
            };
            // Which of the two it is cannot be foreseen: no branch.
            let side = usize::from(line.keys[0] != key);
            let room = out.get_mut(place..).and_then(<[u32]>::first_chunk_mut);
            if line.keys[side] == key
                && let Some(room) = room
            {
                let ids = line.ids[side];
                // All places are stored, which is one store, before it is known how many they are.
                *room = (ids & u32x4::new(IDS)).to_array();
                place += (ids.as_array()[0] >> COUNT_SHIFT) as usize;
            } else {
                match self.write_other(key, hash, out, place) {
                    Ok(end) => place = end,
                    Err(why) => {
                        stop = why;
                        break;
                    }
                }
            }
            written += 1;
        }
        *at = place;
        (written, stop)
    }

    /// Writes the ids of a piece that do not stand in the line where they are looked for first; where they end.
    #[expect(clippy::cast_possible_truncation, reason = "masked to the table's size")]
    #[inline(never)]
    fn write_other(self, key: u128, hash: u64, out: &mut [u32], at: usize) -> Result<usize, Stop> {
        let slot = hash as usize & self.short.len().wrapping_sub(1);
        let (slot, side) = find_short(self.short, key, slot).ok_or(Stop::Missing)?;
        let mut entry = self.short[slot].ids[side].to_array();
        let count = entry[0] >> COUNT_SHIFT;
        let ids = if count == SPILLED {
            self.ring.of(entry).ok_or(Stop::Missing)?
        } else {
            entry[0] &= ID_MASK;
            &entry[..count as usize]
        };
        let end = at + ids.len();
        out.get_mut(at..end).ok_or(Stop::NoRoom)?.copy_from_slice(ids);
        Ok(end)
    }
}

/// Why no more pieces were written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// All were.
    End,
    /// The cache does not have the next one.
    Missing,
    /// There is not enough room for its ids.
    NoRoom,
}

/// A piece on its way to its line.
#[derive(Clone, Copy, Default)]
pub(super) struct Asked {
    pub(super) key: u128,
    pub(super) hash: u64,
}

impl Cache {
    /// Appends the ids of a text of any length that is not empty; false when it is not here.
    pub(super) fn get_text(&self, text: &[u8], out: &mut Vec<u32>) -> bool {
        let hash = hash_bytes(text, &self.seeds);
        let Some(entry) = self.texts.get(self.text_slot(hash)) else {
            return false;
        };
        if entry.hash != hash || entry.bytes as usize != text.len() {
            return false;
        }
        let words = text.len().div_ceil(size_of::<u32>());
        match self.lines().ring.get(entry.position, words + entry.ids as usize) {
            Some(found) if cast_slice::<u32, u8>(&found[..words])[..text.len()] == *text => {
                out.extend_from_slice(&found[words..]);
                true
            }
            _ => false,
        }
    }

    /// Keeps the ids of such a text.
    pub(super) fn put_text(&mut self, text: &[u8], ids: &[u32]) {
        if self.texts_added * 2 >= self.texts.len() && self.texts.len() < self.texts_limit {
            self.grow_texts();
        }
        let (Ok(bytes), Ok(count)) = (u32::try_from(text.len()), u32::try_from(ids.len())) else {
            return;
        };
        let mut words = vec![0; text.len().div_ceil(size_of::<u32>())];
        cast_slice_mut::<u32, u8>(&mut words)[..text.len()].copy_from_slice(text);
        words.extend_from_slice(ids);
        let hash = hash_bytes(text, &self.seeds);
        let slot = self.text_slot(hash);
        if self.texts.len() > slot
            && let Some(position) = self.spill(&words)
        {
            self.texts_added += 1;
            self.texts[slot] = TextEntry {
                hash,
                position,
                bytes,
                ids: count,
            };
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "masked to the table's size")]
    fn text_slot(&self, hash: u64) -> usize {
        hash as usize & self.texts.len().wrapping_sub(1)
    }

    #[cold]
    fn grow_texts(&mut self) {
        let before = self.texts.len();
        if !self
            .budget
            .grow(&mut self.texts, FIRST_TEXTS, TEXTS, &mut self.texts_limit)
        {
            return;
        }
        self.texts_added = 0;
        for slot in 0..before {
            let entry = std::mem::replace(&mut self.texts[slot], TextEntry::zeroed());
            if entry.bytes != 0 {
                self.texts_added += 1;
                let slot = self.text_slot(entry.hash);
                self.texts[slot] = entry;
            }
        }
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        self.budget.give_back(self.taken());
    }
}

/// What one call works with; reused by later calls.
pub(super) struct Pooled<S> {
    pub(super) cache: Cache,
    pub(super) scratch: S,
}

/// One [`Pooled`] for each thread that encodes at the same time, up to a fixed number. Their caches grow as long as
/// the budget, which is all threads', has something left.
pub(super) struct Pool<S> {
    slots: Box<[Slot<S>]>,
    budget: Budget,
}

type Slot<S> = Mutex<Option<Pooled<S>>>;

impl<S: Default> Pool<S> {
    pub(super) fn new() -> Self {
        let threads = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .clamp(2, 32);
        Self {
            slots: (0..threads).map(|_| Mutex::new(None)).collect(),
            budget: Budget(Arc::new(AtomicUsize::new(BUDGET))),
        }
    }

    /// Runs `work` with a free slot; when all are taken, with one of its own.
    #[inline]
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Pooled<S>) -> T) -> T {
        for slot in &self.slots {
            let mut guard = match slot.try_lock() {
                Ok(guard) => guard,
                Err(TryLockError::WouldBlock) => continue,
                Err(TryLockError::Poisoned(poisoned)) => emptied(slot, poisoned.into_inner()),
            };
            let pooled = guard.get_or_insert_with(|| Pooled::new(&self.budget));
            return work(pooled);
        }
        work(&mut Pooled::new(&self.budget))
    }
}

impl<S: Default> Pooled<S> {
    fn new(budget: &Budget) -> Self {
        Self {
            cache: Cache::new(budget.clone()),
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

#[cfg(test)]
mod tests;
