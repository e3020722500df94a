//! Tables whose memory comes in large pages where the system has them: to a table of megabytes that is asked at random,
//! the way through the tables of small pages takes as long as the memory itself.

use std::ops::{Deref, DerefMut};

use bytemuck::{Pod, cast_slice, cast_slice_mut};

/// From so many bytes on: a large page of x86-64, and of ARM with small pages of 4 KB.
const LARGE: usize = 2 << 20;

/// Elements that are all zero at first.
pub(super) struct Table<T>(Memory<T>);

enum Memory<T> {
    Small(Vec<T>),
    #[cfg(all(target_os = "linux", not(miri)))]
    Large(large::Pages),
}

impl<T: Pod> Table<T> {
    pub(super) fn new(length: usize) -> Self {
        Self::with_room(length, length)
    }

    /// Makes a longer table of it: what is new is zero. It is not going to be longer than `most`, for which there is
    /// room from the first large page on, so that nothing has to move again.
    pub(super) fn grow(&mut self, length: usize, most: usize) {
        let has_grown = match &mut self.0 {
            Memory::Small(elements) => {
                let stays = bytes_of::<T>(length) < LARGE;
                if stays {
                    elements.resize(length, T::zeroed());
                }
                stays
            }
            #[cfg(all(target_os = "linux", not(miri)))]
            Memory::Large(pages) => pages.grow(bytes_of::<T>(length)),
        };
        if !has_grown {
            let mut table = Self::with_room(length, most);
            table[..self.len()].copy_from_slice(self);
            *self = table;
        }
    }

    fn with_room(length: usize, most: usize) -> Self {
        #[cfg(all(target_os = "linux", not(miri)))]
        if let Some(pages) = large::Pages::new(bytes_of::<T>(length), bytes_of::<T>(most)) {
            return Self(Memory::Large(pages));
        }
        Self(Memory::Small(vec![T::zeroed(); length]))
    }
}

const fn bytes_of<T>(length: usize) -> usize {
    length.saturating_mul(size_of::<T>())
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(Memory::Small(Vec::new()))
    }
}

impl<T: Pod> Deref for Table<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        match &self.0 {
            Memory::Small(elements) => elements,
            #[cfg(all(target_os = "linux", not(miri)))]
            Memory::Large(pages) => cast_slice(pages.bytes()),
        }
    }
}

impl<T: Pod> DerefMut for Table<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.0 {
            Memory::Small(elements) => elements,
            #[cfg(all(target_os = "linux", not(miri)))]
            Memory::Large(pages) => cast_slice_mut(pages.bytes_mut()),
        }
    }
}

#[cfg(all(target_os = "linux", not(miri)))]
mod large {
    use std::ops::Range;

    use memmap2::{Advice, MmapMut};

    use super::LARGE as PAGE;

    /// Bytes that begin with a large page.
    pub(super) struct Pages {
        map: MmapMut,
        range: Range<usize>,
    }

    impl Pages {
        /// With room for `most`. Nothing where they do not fill a large page, or where there is no memory to be had.
        pub(super) fn new(length: usize, most: usize) -> Option<Self> {
            if length < PAGE {
                return None;
            }
            let room = most.max(length);
            // What is mapped and never touched takes no memory.
            let map = MmapMut::map_anon(room.checked_add(PAGE)?).ok()?;
            let start = map.as_ptr().align_offset(PAGE);
            // The rest stays in small pages. A system that has no large ones says so, and all stays in small pages.
            let _ = map.advise_range(Advice::HugePage, start, room / PAGE * PAGE);
            Some(Self {
                map,
                range: start..start + length,
            })
        }

        /// Adds bytes that are zero; false where there is no room for them.
        pub(super) fn grow(&mut self, length: usize) -> bool {
            let end = self.range.start.saturating_add(length);
            let fits = self.range.end <= end && end <= self.map.len();
            if fits {
                self.range.end = end;
            }
            fits
        }

        #[inline(always)]
        pub(super) fn bytes(&self) -> &[u8] {
            &self.map[self.range.clone()]
        }

        #[inline(always)]
        pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
            &mut self.map[self.range.clone()]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn tables_of_any_size_keep_what_is_written() {
        for length in [0, 1, 1000, 1 << 18, (1 << 18) + 1, 700_001] {
            let mut table = Table::<u64>::new(length);
            assert_eq!(table.len(), length);
            assert!(table.iter().all(|&element| element == 0));
            for (element, value) in table.iter_mut().zip(1..) {
                *element = value;
            }
            assert!(table.iter().copied().eq(1..=length as u64));
        }
        assert!(Table::<u64>::default().is_empty());
    }

    #[test]
    fn tables_grow() {
        const MOST: usize = 1 << 20;
        let mut table = Table::<u64>::default();
        let mut kept = 0;
        // The last is longer than it was said to become.
        for length in [1, 100, 1 << 17, 1 << 18, 1 << 19, MOST, 2 * MOST + 3] {
            table.grow(length, MOST);
            assert_eq!(table.len(), length);
            assert!(table[..kept].iter().copied().eq(1..=kept as u64));
            assert!(table[kept..].iter().all(|&element| element == 0));
            for (element, value) in table.iter_mut().zip(1..) {
                *element = value;
            }
            kept = length;
        }
    }
}
