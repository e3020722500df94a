//! A double-array trie over bytes: from any state, one load tells whether a byte leads on.

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
/// Free slots tried for a node with several children before a new block is opened.
const MAX_TRIES: usize = 16;

/// Where a walk stands: the base of the children of the node reached.
pub(crate) type State = u32;

/// A map from non-empty byte strings to numbers that is walked a byte at a time.
pub(crate) struct Trie {
    /// The unit in the low half, the number of the key that ends there in the high half: one load for both.
    slots: Vec<u64>,
    root: State,
    longest: usize,
    count: usize,
}

impl Trie {
    /// Builds the trie; of equal keys the last one counts, empty keys are left out.
    pub(crate) fn build<'a>(
        entries: impl IntoIterator<Item = (&'a [u8], u32)>,
    ) -> Result<Self, &'static str> {
        let mut keys = Vec::new();
        let mut order = Vec::new();
        for (bytes, value) in entries {
            if bytes.len() > usize::from(u16::MAX) {
                return Err("a token longer than 65,535 bytes");
            }
            if !bytes.is_empty() {
                let place = u32::try_from(keys.len()).map_err(|_| "a vocabulary that is too large")?;
                let prefix = prefix(bytes);
                keys.push(Key { prefix, bytes, value });
                order.push((prefix, place));
            }
        }
        // Keys that agree in 16 bytes are few: they are put in order afterwards.
        order.sort_unstable();
        for same in order
            .chunk_by_mut(|a, b| a.0 == b.0)
            .filter(|same| same.len() > 1)
        {
            same.sort_by(|a, b| {
                let bytes = |place: u32| keys[place as usize].bytes;
                bytes(a.1).cmp(bytes(b.1)).then(b.1.cmp(&a.1))
            });
        }
        let mut keys: Vec<Key<'a>> = order.into_iter().map(|(_, place)| keys[place as usize]).collect();
        keys.dedup_by(|later, kept| later.prefix == kept.prefix && later.bytes == kept.bytes);
        Builder::new(&keys).run(&keys)
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

    /// Follows `byte`: the next state, and the number of the key that ends there.
    #[inline(always)]
    pub(crate) fn step(&self, state: State, byte: u8) -> Option<(State, Option<u32>)> {
        let slot = *self.slots.get((state ^ u32::from(byte)) as usize)?;
        #[expect(clippy::cast_possible_truncation, reason = "the low half")]
        let unit = slot as u32;
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

    /// The state after `bytes`.
    pub(crate) fn walk(&self, state: State, bytes: &[u8]) -> Option<State> {
        bytes
            .iter()
            .try_fold(state, |state, &byte| self.step(state, byte).map(|(next, _)| next))
    }

    /// The number of a whole key.
    pub(crate) fn get(&self, key: &[u8]) -> Option<u32> {
        let (&last, start) = key.split_last()?;
        self.step(self.walk(self.root, start)?, last)?.1
    }
}

#[derive(Clone, Copy)]
struct Key<'a> {
    prefix: u128,
    bytes: &'a [u8],
    value: u32,
}

impl Key<'_> {
    /// The byte at `depth`, which the key is longer than. Most are at hand; the text is far away.
    #[inline(always)]
    fn label(&self, depth: usize) -> u8 {
        if depth < 16 {
            self.prefix.to_be_bytes()[depth]
        } else {
            self.bytes[depth]
        }
    }
}

/// The first 16 bytes, big-endian: orders most keys without touching their text.
fn prefix(bytes: &[u8]) -> u128 {
    let mut first = [0; 16];
    let length = bytes.len().min(16);
    first[..length].copy_from_slice(&bytes[..length]);
    u128::from_be_bytes(first)
}

/// A node whose children are still to be placed.
struct Pending {
    /// The slot of the node, or nothing for the root.
    slot: Option<usize>,
    keys: std::ops::Range<usize>,
    depth: usize,
}

struct Builder {
    units: Vec<u32>,
    values: Vec<u32>,
    /// Bases already given away: each belongs to one node, so a label decides whose child a slot is.
    bases: Vec<bool>,
    /// The free slots in the open blocks, as a ring through slot 0, which is never free.
    next: Vec<u32>,
    previous: Vec<u32>,
}

impl Builder {
    fn new(keys: &[Key<'_>]) -> Self {
        // About the slots that real vocabularies take: four a token.
        let room = (keys.len() * 4 + BLOCK).min(MAX_SLOTS);
        // Block 0 stays free of labels: its bases mean "no children".
        let block = |filler| {
            let mut slots = Vec::with_capacity(room);
            slots.resize(BLOCK, filler);
            slots
        };
        Self {
            units: block(FREE),
            values: block(0),
            bases: vec![true; BLOCK],
            next: block(0),
            previous: block(0),
        }
    }

    fn run(mut self, keys: &[Key<'_>]) -> Result<Trie, &'static str> {
        let mut root = 0;
        let mut pending = vec![Pending {
            slot: None,
            keys: 0..keys.len(),
            depth: 0,
        }];
        let mut children: Vec<(u8, std::ops::Range<usize>)> = Vec::with_capacity(BLOCK);
        while let Some(node) = pending.pop() {
            if node.keys.len() == 1 {
                self.tail(&keys[node.keys.start], node.slot, node.depth, &mut root)?;
                continue;
            }
            children.clear();
            let mut at = node.keys.start;
            while at < node.keys.end {
                let label = keys[at].label(node.depth);
                let mut end = at + 1;
                while end < node.keys.end && keys[end].label(node.depth) == label {
                    end += 1;
                }
                children.push((label, at..end));
                at = end;
            }
            if children.is_empty() {
                continue;
            }
            let base = self.place(&children)?;
            match node.slot {
                Some(slot) => self.units[slot] |= base << BASE_SHIFT,
                None => root = base,
            }
            for (label, range) in children.drain(..).rev() {
                let slot = base as usize ^ usize::from(label);
                let mut rest = range.clone();
                // The shortest of the keys comes first: it may end here.
                if keys[range.start].bytes.len() == node.depth + 1 {
                    self.units[slot] |= ENDS;
                    self.values[slot] = keys[range.start].value;
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
        let slots = self.units.iter().zip(&self.values);
        let slots = slots
            .map(|(&unit, &value)| u64::from(unit) | (u64::from(value) << 32))
            .collect();
        let longest = keys.iter().map(|key| key.bytes.len()).max().unwrap_or(0);
        Ok(Trie {
            slots,
            root,
            longest,
            count: keys.len(),
        })
    }

    /// Adds the rest of a key that shares nothing more with others: a chain of single children.
    fn tail(
        &mut self,
        key: &Key<'_>,
        mut slot: Option<usize>,
        depth: usize,
        root: &mut State,
    ) -> Result<(), &'static str> {
        for depth in depth..key.bytes.len() {
            let label = key.label(depth);
            let base = self.place(&[(label, 0..0)])?;
            match slot {
                Some(slot) => self.units[slot] |= base << BASE_SHIFT,
                None => *root = base,
            }
            slot = Some(base as usize ^ usize::from(label));
        }
        if let Some(slot) = slot {
            self.units[slot] |= ENDS;
            self.values[slot] = key.value;
        }
        Ok(())
    }

    /// Finds a base whose slots for all labels are free, and takes them.
    fn place(&mut self, children: &[(u8, std::ops::Range<usize>)]) -> Result<u32, &'static str> {
        let base = if let Some(base) = self.find(children) {
            base
        } else {
            self.open_block()?;
            // A fresh block has every slot free and its first base unused.
            self.units.len() - BLOCK
        };
        self.bases[base] = true;
        for (label, _) in children {
            let slot = base ^ usize::from(*label);
            self.unlink(slot);
            self.units[slot] = u32::from(*label);
        }
        u32::try_from(base).map_err(|_| "a vocabulary that is too large")
    }

    fn find(&self, children: &[(u8, std::ops::Range<usize>)]) -> Option<usize> {
        let first = usize::from(children.first()?.0);
        let mut slot = self.next[0] as usize;
        let mut tries = 0;
        while slot != 0 && tries < MAX_TRIES {
            let base = slot ^ first;
            let fits = || {
                children
                    .iter()
                    .all(|(label, _)| self.units[base ^ usize::from(*label)] == FREE)
            };
            if !self.bases[base] && fits() {
                return Some(base);
            }
            slot = self.next[slot] as usize;
            tries += 1;
        }
        None
    }

    fn open_block(&mut self) -> Result<(), &'static str> {
        let start = self.units.len();
        if start + BLOCK > MAX_SLOTS {
            return Err("a vocabulary that is too large");
        }
        self.units.resize(start + BLOCK, FREE);
        self.values.resize(start + BLOCK, 0);
        self.bases.resize(start + BLOCK, false);
        self.next.resize(start + BLOCK, 0);
        self.previous.resize(start + BLOCK, 0);
        for slot in start..start + BLOCK {
            let last = self.previous[0];
            self.next[last as usize] = index(slot);
            self.previous[slot] = last;
            self.next[slot] = 0;
            self.previous[0] = index(slot);
        }
        // Older blocks are nearly full: searching them costs more than their few slots are worth.
        if start >= (OPEN_BLOCKS + 1) * BLOCK {
            let old = start - OPEN_BLOCKS * BLOCK;
            for slot in old..old + BLOCK {
                if self.units[slot] == FREE {
                    self.unlink(slot);
                }
            }
        }
        Ok(())
    }

    fn unlink(&mut self, slot: usize) {
        let (before, after) = (self.previous[slot], self.next[slot]);
        // A slot of a closed block is in no list: it points at slot 0 on both sides and is not its neighbour.
        if self.next[before as usize] as usize == slot {
            self.next[before as usize] = after;
            self.previous[after as usize] = before;
        }
        self.next[slot] = 0;
        self.previous[slot] = 0;
    }
}

/// Slots stay below [`MAX_SLOTS`], which `open_block` checks.
fn index(slot: usize) -> u32 {
    u32::try_from(slot).unwrap_or(0)
}
