//! Asking for memory before it is needed.

/// Brings the cache line of `slice[index]` near, if there is such an element. Unlike a load, it holds nothing up.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(always)]
pub(super) fn prefetch<T>(slice: &[T], index: usize) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

    if let Some(element) = slice.get(index) {
        // SAFETY: SSE is part of the architecture; a prefetch changes nothing that a program can see, and faults at no
        // address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(element).cast()) };
    }
}

/// Where there is no such instruction to be had, nothing is asked for.
#[cfg(not(all(target_arch = "x86_64", not(miri))))]
#[inline(always)]
pub(super) fn prefetch<T>(_slice: &[T], _index: usize) {}
