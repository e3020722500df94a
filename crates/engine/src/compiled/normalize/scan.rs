//! Finding the few bytes that need work: 64 bytes at a time become a bit mask, in code that compilers vectorise.

use wide::u8x16;

/// Bytes in a block.
pub(crate) const BLOCK: usize = 64;

/// One bit a byte: set where `test` holds.
#[inline(always)]
pub(crate) fn mask(block: &[u8; BLOCK], test: impl Fn(u8) -> bool) -> u64 {
    let mut flags = [0u8; BLOCK];
    for (flag, &byte) in flags.iter_mut().zip(block) {
        *flag = if test(byte) { u8::MAX } else { 0 };
    }
    let groups = flags.as_chunks::<16>().0.iter().enumerate();
    groups.fold(0, |mask, (index, group)| {
        mask | u64::from(u8x16::new(*group).to_bitmask()) << (16 * index)
    })
}

/// The block at `at`, filled up with `filler` past the end of `bytes`.
#[inline(always)]
pub(crate) fn block(bytes: &[u8], at: usize, filler: u8) -> [u8; BLOCK] {
    let rest = &bytes[at..];
    if let Some(block) = rest.first_chunk() {
        return *block;
    }
    let mut block = [filler; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    block
}

/// Walks the places where `test` holds, in order.
pub(crate) struct Places<'a, F> {
    bytes: &'a [u8],
    test: F,
    /// The start of the block after the one that `left` describes.
    next: usize,
    left: u64,
}

impl<'a, F: Fn(u8) -> bool> Places<'a, F> {
    pub(crate) fn new(bytes: &'a [u8], test: F) -> Self {
        Self {
            bytes,
            test,
            next: 0,
            left: 0,
        }
    }

    /// The first place at or after `from`, or the length of the text. `from` never decreases.
    #[inline]
    pub(crate) fn from(&mut self, from: usize) -> usize {
        loop {
            if from < self.next {
                let start = self.next - BLOCK;
                let skipped = from.saturating_sub(start);
                let left = self.left & (u64::MAX << skipped);
                if left != 0 {
                    return (start + left.trailing_zeros() as usize).min(self.bytes.len());
                }
            }
            if self.next >= self.bytes.len() {
                return self.bytes.len();
            }
            // Blocks that `from` has passed hold nothing that is asked for.
            self.next = self.next.max(from - from % BLOCK);
            let block = block(self.bytes, self.next.min(self.bytes.len()), b'a');
            self.left = mask(&block, &self.test);
            self.next += BLOCK;
        }
    }
}

/// The character at `at`, which must be a boundary inside the text.
#[inline(always)]
pub(crate) fn char_at(text: &str, at: usize) -> char {
    text.get(at..)
        .and_then(|rest| rest.chars().next())
        .unwrap_or('\0')
}
