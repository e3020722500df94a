//! Pieces whose ids the cache does not have. The output goes on without them; they are merged together, so that the
//! waits for memory overlap, and put in their places afterwards.

/// How many holes are filled together.
const ENOUGH: usize = 64;

/// After so many look-ups the first hole is filled, however few there are: what stands behind it moves.
const PATIENCE: usize = 32;

/// How many ids are few.
const FEW: usize = 8;

/// Where a piece's ids are missing.
pub(super) struct Hole {
    /// Its place in the output.
    at: usize,
    pub(super) key: u128,
    /// Where the piece stands in the text.
    pub(super) from: usize,
    pub(super) to: usize,
    /// Where its ids stand among those found, once they are, and how many they are.
    found: Option<(usize, usize)>,
}

/// Holes in the order of the output.
#[derive(Default)]
pub(super) struct Holes {
    pub(super) list: Vec<Hole>,
    /// The ids of those that are known by now.
    found: Vec<u32>,
    /// What stands behind the first hole while they are filled.
    behind: Vec<u32>,
    waited: usize,
}

impl Holes {
    pub(super) fn add(&mut self, at: usize, key: u128, from: usize, to: usize) {
        self.list.push(Hole {
            at,
            key,
            from,
            to,
            found: None,
        });
    }

    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether it is time to fill them; asked after each look-up.
    #[inline(always)]
    pub(super) fn are_enough(&mut self) -> bool {
        self.waited += usize::from(!self.is_empty());
        self.list.len() >= ENOUGH || self.waited >= PATIENCE
    }

    /// Whether the ids of a hole are known.
    pub(super) fn knows(&self, index: usize) -> bool {
        self.list[index].found.is_some()
    }

    /// Lets `find` append the ids of a hole; nothing happens when it says that it has none.
    pub(super) fn fill(&mut self, index: usize, find: impl FnOnce(&Hole, &mut Vec<u32>) -> bool) -> bool {
        let start = self.found.len();
        let hole = &mut self.list[index];
        let found = find(hole, &mut self.found);
        if found {
            hole.found = Some((start, self.found.len() - start));
        }
        found
    }

    /// Puts all ids in their places in `out`.
    pub(super) fn close(&mut self, out: &mut Vec<u32>, kept: usize) {
        let Self {
            list,
            found,
            behind,
            waited,
        } = self;
        if let Some(first) = list.first().map(|hole| hole.at) {
            behind.clear();
            behind.extend_from_slice(&out[first..]);
            out.truncate(first);
            let mut done = first;
            for hole in list.iter() {
                append(out, &behind[done - first..], hole.at - done);
                done = hole.at;
                if let Some((start, count)) = hole.found {
                    append(out, &found[start..], count);
                }
            }
            out.extend_from_slice(&behind[done - first..]);
        }
        list.clear();
        *waited = 0;
        for ids in [found, behind] {
            if ids.capacity() > kept {
                *ids = Vec::new();
            }
            ids.clear();
        }
    }
}

/// Appends the first `count` of `ids`. A few are copied as a fixed number of them, which is faster, and cut off.
#[inline(always)]
fn append(out: &mut Vec<u32>, ids: &[u32], count: usize) {
    match ids.first_chunk::<FEW>() {
        Some(few) if count <= FEW => {
            let length = out.len() + count;
            out.extend_from_slice(few);
            out.truncate(length);
        }
        _ => out.extend_from_slice(&ids[..count]),
    }
}

#[cfg(test)]
mod tests {
    use super::Holes;

    #[test]
    fn ids_come_to_their_places() {
        let mut holes = Holes::default();
        // A 7 before all, then holes at the start, two beside each other, one without ids, one at the end.
        let mut out = vec![7, 1, 2, 3];
        for (at, ids) in [
            (1, vec![10, 11]),
            (2, vec![20]),
            (2, vec![21, 22, 23]),
            (3, vec![]),
            (4, vec![40]),
        ] {
            holes.add(at, 0, 0, 0);
            let index = holes.list.len() - 1;
            assert!(!holes.knows(index));
            assert!(!holes.fill(index, |_, _| false));
            assert!(holes.fill(index, |_, found| {
                found.extend(&ids);
                true
            }));
            assert!(holes.knows(index));
        }
        holes.close(&mut out, 1000);
        assert_eq!(out, [7, 10, 11, 1, 20, 21, 22, 23, 2, 3, 40]);
        assert!(holes.is_empty());
        holes.close(&mut out, 0);
        assert_eq!(out.len(), 11);
    }
}
