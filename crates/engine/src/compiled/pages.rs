//! Tables whose memory comes in large pages where the system has them: to a table of megabytes that is asked at random,
//! the way through the tables of small pages takes as long as the memory itself.

use std::ops::{Deref, DerefMut};

use bytemuck::{Pod, cast_slice, cast_slice_mut};

/// A fixed number of elements, at first all zero.
pub(super) struct Table<T>(Memory<T>);

enum Memory<T> {
    Small(Vec<T>),
    #[cfg(all(target_os = "linux", not(miri)))]
    Large(large::Pages),
}

impl<T: Pod> Table<T> {
    pub(super) fn new(length: usize) -> Self {
        #[cfg(all(target_os = "linux", not(miri)))]
        if let Some(pages) = large::Pages::new(length.saturating_mul(size_of::<T>())) {
            return Self(Memory::Large(pages));
        }
        Self(Memory::Small(vec![T::zeroed(); length]))
    }
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

    /// What x86-64 has, and ARM with small pages of 4 KB.
    const PAGE: usize = 2 << 20;

    /// Bytes that begin with a large page.
    pub(super) struct Pages {
        map: MmapMut,
        range: Range<usize>,
    }

    impl Pages {
        /// Nothing where they do not fill a large page, or where there is no memory to be had.
        pub(super) fn new(length: usize) -> Option<Self> {
            if length < PAGE {
                return None;
            }
            // What is mapped and never touched takes no memory.
            let map = MmapMut::map_anon(length.checked_add(PAGE)?).ok()?;
            let start = map.as_ptr().align_offset(PAGE);
            // The rest stays in small pages. A system that has no large ones says so, and all stays in small pages.
            let _ = map.advise_range(Advice::HugePage, start, length / PAGE * PAGE);
            Some(Self {
                map,
                range: start..start + length,
            })
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
}
