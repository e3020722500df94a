//! Asking for memory before it is needed.

/// Brings the cache line of `slice[index]` near, whether there is such an element or not. Unlike a load, it holds nothing
/// up.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(always)]
pub(super) fn prefetch<T>(slice: &[T], index: usize) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

    let element = slice.as_ptr().wrapping_add(index);
    // SAFETY: SSE is part of the architecture; a prefetch changes nothing that a program can see, and faults at no
    // address.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(element.cast()) };
}

/// Where there is no such instruction to be had, nothing is asked for.
#[cfg(not(all(target_arch = "x86_64", not(miri))))]
#[inline(always)]
pub(super) fn prefetch<T>(_slice: &[T], _index: usize) {}
