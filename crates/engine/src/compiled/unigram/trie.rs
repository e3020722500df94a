//! A double-array trie over bytes: from any state, one load tells whether a byte leads on.

use std::ops::Range;

use super::super::pages::Table;

/// A slot: bits 0–8 the label (0x100: free), bit 9 set where a key ends, bits 10–31 the base of its children.
const LABEL: u32 = 0x1FF;
const FREE: u32 = 0x100;
const ENDS: u32 = 0x200;
const BASE_SHIFT: u32 = 10;
/// Slots that a base of 22 bits reaches.
const MAX_SLOTS: usize = 1 << (32 - BASE_SHIFT);
const BLOCK: usize = 256;
/// Blocks at the end of the array in which a place for children is sought.
const OPEN_BLOCKS: usize = 16;
/// As many slots as are kept of the lists of open blocks, the block that is being closed among them.
const OPEN_SLOTS: usize = (2 * OPEN_BLOCKS) * BLOCK;
/// Keys that there is room for from the start, at most: real vocabularies have fewer.
const MOST_AT_ONCE: usize = 1 << 20;
/// Free slots tried for a node with several children before a new block is opened.
const MAX_TRIES: usize = 16;

/// Where a walk stands: the base of the children of the node reached.
pub(crate) type State = u32;

/// A map from non-empty byte strings to numbers that is walked a byte at a time.
pub(crate) struct Trie {
    /// The unit in the low half, the number of the key that ends there in the high half: one load for both.
    slots: Table<u64>,
    root: State,
    longest: usize,
    count: usize,
}

impl Trie {
    /// Builds the trie; of equal keys the last one counts, empty keys are left out.
    pub(crate) fn build<'a>(
        entries: impl IntoIterator<Item = (&'a [u8], u32)>,
    ) -> Result<Self, &'static str> {
        let entries = entries.into_iter();
        // Ids with gaps are not known to be fewer. What is not used is never touched, but a file may promise millions.
        let most = entries.size_hint().1.unwrap_or(0).min(MOST_AT_ONCE);
        let (mut keys, mut texts) = (Vec::with_capacity(most), Vec::with_capacity(most));
        let mut longest = 0;
        for (text, value) in entries {
            if text.len() > usize::from(u16::MAX) {
                return Err("a token longer than 65,535 bytes");
            }
            if !text.is_empty() {
                let place = u32::try_from(texts.len()).map_err(|_| "a vocabulary that is too large")?;
                keys.push(Key::new(text, place, value));
                texts.push(text);
                longest = longest.max(text.len());
            }
        }
        keys.sort_unstable_by_key(Key::order);
        for same in keys
            .chunk_by_mut(|a, b| a.order() == b.order())
            .filter(|same| same.len() > 1)
        {
            same.sort_by(|a, b| {
                let text = |key: &Key| texts[key.place as usize];
                text(a).cmp(text(b)).then(b.place.cmp(&a.place))
            });
        }
        keys.dedup_by(|later, kept| {
            later.order() == kept.order() && texts[later.place as usize] == texts[kept.place as usize]
        });
        let mut builder = Builder::new(keys.len());
        let root = builder.run(&keys, &texts)?;
        Ok(Self {
            slots: builder.slots,
            root,
            longest,
            count: keys.len(),
        })
    }

    /// What walks through the trie.
    #[inline(always)]
    pub(crate) fn steps(&self) -> Steps<'_> {
        Steps { slots: &self.slots }
    }

    /// The state before the first byte.
    #[inline(always)]
    pub(crate) fn root(&self) -> State {
        self.root
    }

    /// The length in bytes of the longest key.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The state after `bytes`.
    pub(crate) fn walk(&self, state: State, bytes: &[u8]) -> Option<State> {
        let steps = self.steps();
        bytes.iter().try_fold(state, |state, &byte| {
            steps.step(state, byte).map(|(next, _)| next)
        })
    }

    /// The number of a whole key.
    pub(crate) fn get(&self, key: &[u8]) -> Option<u32> {
        let (&last, start) = key.split_last()?;
        self.steps().step(self.walk(self.root, start)?, last)?.1
    }
}

/// The slots of a [`Trie`], near at hand.
#[derive(Clone, Copy)]
pub(crate) struct Steps<'a> {
    slots: &'a [u64],
}

impl Steps<'_> {
    /// Follows `byte`: the next state, and the number of the key that ends there.
    #[inline(always)]
    pub(crate) fn step(self, state: State, byte: u8) -> Option<(State, Option<u32>)> {
        let slot = *self.slots.get((state ^ u32::from(byte)) as usize)?;
        let unit = unit(slot);
        if unit & LABEL != u32::from(byte) {
            return None;
        }
        let value = if unit & ENDS == 0 {
            None
        } else {
            Some((slot >> 32) as u32)
        };
        Some((unit >> BASE_SHIFT, value))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low half")]
#[inline(always)]
fn unit(slot: u64) -> u32 {
    slot as u32
}

/// How many of a key's bytes stand in its order.
const HEAD: usize = 15;

/// A key while the trie is built: small, and in order without its text, which is far away.
struct Key {
    /// The first bytes, big-endian, in two halves; the last byte is the key's length, or 16 for all that are longer.
    high: u64,
    low: u64,
    /// Which text it is.
    place: u32,
    value: u32,
}

impl Key {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the halves of a number, and at most 16"
    )]
    fn new(text: &[u8], place: u32, value: u32) -> Self {
        let mut head = [0; HEAD + 1];
        let length = text.len().min(HEAD);
        head[..length].copy_from_slice(&text[..length]);
        head[HEAD] = text.len().min(HEAD + 1) as u8;
        let order = u128::from_be_bytes(head);
        Self {
            high: (order >> 64) as u64,
            low: order as u64,
            place,
            value,
        }
    }

    /// Orders keys as their bytes do, but for those that agree in the first 15 bytes and have more. One number, since two
    /// would be compared with branches that are guessed wrong every other time.
    #[inline(always)]
    fn order(&self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }

    /// The byte at `depth`, which the key is longer than.
    #[inline(always)]
    fn label(&self, depth: usize, texts: &[&[u8]]) -> u8 {
        match depth {
            0..8 => self.high.to_be_bytes()[depth],
            8..HEAD => self.low.to_be_bytes()[depth - 8],
            _ => texts[self.place as usize][depth],
        }
    }

    #[inline(always)]
    fn length(&self, texts: &[&[u8]]) -> usize {
        match usize::from(self.low.to_be_bytes()[7]) {
            length @ 0..=HEAD => length,
            _ => texts[self.place as usize].len(),
        }
    }
}

/// A node whose children are still to be placed.
struct Pending {
    /// The slot of the node, or nothing for the root.
    slot: Option<usize>,
    keys: Range<usize>,
    depth: usize,
}

struct Builder {
    slots: Table<u64>,
    /// The end of the blocks that were opened.
    end: usize,
    /// Of the open blocks, by slots modulo [`OPEN_SLOTS`]: whether a base was given away (each belongs to one node, so a
    /// label decides whose child a slot is), and the free slots before and after each; 0, which is never free, for none.
    given: Vec<bool>,
    next: Vec<u32>,
    previous: Vec<u32>,
    first: u32,
    last: u32,
}

impl Builder {
    fn new(keys: usize) -> Self {
        // As many as real vocabularies take, up to five for each token.
        let mut slots = Table::new((keys * 5 + BLOCK).min(MAX_SLOTS));
        // Block 0 stays free of labels: its bases mean "no children".
        slots[..BLOCK].fill(u64::from(FREE));
        Self {
            slots,
            end: BLOCK,
            given: vec![true; OPEN_SLOTS],
            next: vec![0; OPEN_SLOTS],
            previous: vec![0; OPEN_SLOTS],
            first: 0,
            last: 0,
        }
    }

    /// Adds all keys; the state before their first bytes.
    fn run(&mut self, keys: &[Key], texts: &[&[u8]]) -> Result<State, &'static str> {
        let mut root = 0;
        let mut pending = vec![Pending {
            slot: None,
            keys: 0..keys.len(),
            depth: 0,
        }];
        let mut children: Vec<(u8, Range<usize>)> = Vec::with_capacity(BLOCK);
        while let Some(node) = pending.pop() {
            if node.keys.len() == 1 {
                self.tail(&keys[node.keys.start], texts, node.slot, node.depth, &mut root)?;
                continue;
            }
            children.clear();
            let mut at = node.keys.start;
            while at < node.keys.end {
                let label = keys[at].label(node.depth, texts);
                let mut end = at + 1;
                while end < node.keys.end && keys[end].label(node.depth, texts) == label {
                    end += 1;
                }
                children.push((label, at..end));
                at = end;
            }
            if children.is_empty() {
                continue;
            }
            let base = self.place(&children)?;
            self.lead(node.slot, base, &mut root);
            for (label, range) in children.drain(..).rev() {
                let slot = base as usize ^ usize::from(label);
                let mut rest = range.clone();
                // The shortest of the keys comes first: it may end here.
                let key = &keys[range.start];
                if key.length(texts) == node.depth + 1 {
                    self.end_key(slot, key.value);
                    rest.start += 1;
                }
                if !rest.is_empty() {
                    pending.push(Pending {
                        slot: Some(slot),
                        keys: rest,
                        depth: node.depth + 1,
                    });
                }
            }
        }
        Ok(root)
    }

    /// Adds the rest of a key that shares nothing more with others: a chain of single children.
    fn tail(
        &mut self,
        key: &Key,
        texts: &[&[u8]],
        mut slot: Option<usize>,
        depth: usize,
        root: &mut State,
    ) -> Result<(), &'static str> {
        for depth in depth..key.length(texts) {
            let label = key.label(depth, texts);
            let base = self.place_one(label)?;
            self.lead(slot, base, root);
            slot = Some(base as usize ^ usize::from(label));
        }
        if let Some(slot) = slot {
            self.end_key(slot, key.value);
        }
        Ok(())
    }

    /// The children of the node at `slot` are found from `base` on.
    fn lead(&mut self, slot: Option<usize>, base: u32, root: &mut State) {
        match slot {
            Some(slot) => self.slots[slot] |= u64::from(base << BASE_SHIFT),
            None => *root = base,
        }
    }

    /// A key ends at `slot`.
    fn end_key(&mut self, slot: usize, value: u32) {
        self.slots[slot] |= u64::from(ENDS) | u64::from(value) << 32;
    }

    /// Finds a base whose slots for all labels are free, and takes them.
    fn place(&mut self, children: &[(u8, Range<usize>)]) -> Result<u32, &'static str> {
        if let [(label, _)] = children {
            return self.place_one(*label);
        }
        let base = if let Some(base) = self.find(children) {
            base
        } else {
            self.open_block()?;
            // A fresh block has every slot free and its first base unused.
            self.end - BLOCK
        };
        self.given[base % OPEN_SLOTS] = true;
        for (label, _) in children {
            let slot = base ^ usize::from(*label);
            self.unlink(slot);
            self.slots[slot] = u64::from(*label);
        }
        Ok(index(base))
    }

    /// The same for a single label, as most nodes have: any free slot will do whose base is not given away.
    fn place_one(&mut self, label: u8) -> Result<u32, &'static str> {
        let label = usize::from(label);
        let mut slot = self.first as usize;
        for _ in 0..MAX_TRIES {
            if slot == 0 || !self.given[(slot ^ label) % OPEN_SLOTS] {
                break;
            }
            slot = self.next[slot % OPEN_SLOTS] as usize;
        }
        if slot == 0 || self.given[(slot ^ label) % OPEN_SLOTS] {
            self.open_block()?;
            slot = self.end - BLOCK;
        }
        let base = slot ^ label;
        self.given[base % OPEN_SLOTS] = true;
        self.unlink(slot);
        self.slots[slot] = label as u64;
        Ok(index(base))
    }

    fn find(&self, children: &[(u8, Range<usize>)]) -> Option<usize> {
        let slots = &*self.slots;
        let first = usize::from(children.first()?.0);
        let mut slot = self.first as usize;
        let mut tries = 0;
        while slot != 0 && tries < MAX_TRIES {
            let base = slot ^ first;
            let fits = || {
                children
                    .iter()
                    .all(|(label, _)| unit(slots[base ^ usize::from(*label)]) == FREE)
            };
            if !self.given[base % OPEN_SLOTS] && fits() {
                return Some(base);
            }
            slot = self.next[slot % OPEN_SLOTS] as usize;
            tries += 1;
        }
        None
    }

    fn open_block(&mut self) -> Result<(), &'static str> {
        let start = self.end;
        self.end += BLOCK;
        if self.end > MAX_SLOTS {
            return Err("a vocabulary that is too large");
        }
        if self.end > self.slots.len() {
            let mut slots = Table::new((2 * self.end).min(MAX_SLOTS));
            slots[..start].copy_from_slice(&self.slots[..start]);
            self.slots = slots;
        }
        // Older blocks are nearly full: searching them costs more than their few slots are worth. Blocks are opened in
        // their order, so what is left of the oldest comes first.
        let oldest = index((start + BLOCK).saturating_sub(OPEN_BLOCKS * BLOCK));
        while self.first != 0 && self.first < oldest {
            self.first = self.next[self.first as usize % OPEN_SLOTS];
        }
        let before = match self.first {
            0 => 0,
            first => {
                self.previous[first as usize % OPEN_SLOTS] = 0;
                self.last
            }
        };
        let place = start % OPEN_SLOTS;
        let places = place..place + BLOCK;
        self.slots[start..start + BLOCK].fill(u64::from(FREE));
        self.given[places.clone()].fill(false);
        let links = self.next[places.clone()]
            .iter_mut()
            .zip(&mut self.previous[places]);
        for ((next, previous), slot) in links.zip(index(start)..) {
            (*next, *previous) = (slot + 1, slot.wrapping_sub(1));
        }
        self.next[place + BLOCK - 1] = 0;
        self.previous[place] = before;
        match before {
            0 => self.first = index(start),
            before => self.next[before as usize % OPEN_SLOTS] = index(start),
        }
        self.last = index(start + BLOCK - 1);
        Ok(())
    }

    /// Takes a slot of an open block out of the list of those that are free.
    fn unlink(&mut self, slot: usize) {
        let (before, after) = (self.previous[slot % OPEN_SLOTS], self.next[slot % OPEN_SLOTS]);
        match before {
            0 => self.first = after,
            before => self.next[before as usize % OPEN_SLOTS] = after,
        }
        match after {
            0 => self.last = before,
            after => self.previous[after as usize % OPEN_SLOTS] = before,
        }
    }
}

/// Slots stay below [`MAX_SLOTS`], which `open_block` checks.
fn index(slot: usize) -> u32 {
    u32::try_from(slot).unwrap_or(0)
}
