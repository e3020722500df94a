//! Which bytes of a block are of a class, as masks of bits.

use wide::u8x16;

/// How many bytes a block has.
pub(super) const BLOCK: usize = 64;

/// The classes of the bytes of a block; bit `n` is byte `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bytes {
    /// Bytes of characters that are not ASCII; these have no other bit.
    pub(super) wide: u64,
    /// `[A-Z]`
    pub(super) uppers: u64,
    /// `[a-z]`
    pub(super) lowers: u64,
    /// `[0-9]`
    pub(super) digits: u64,
    /// `[\t\n\v\f\r ]`
    pub(super) white: u64,
    /// `[\r\n]`
    pub(super) newlines: u64,
    pub(super) spaces: u64,
    pub(super) apostrophes: u64,
    pub(super) slashes: u64,
    /// ASCII characters that are neither of these nor punctuation or symbols.
    pub(super) controls: u64,
}

impl Bytes {
    #[inline(always)]
    pub(super) fn read(bytes: &[u8; BLOCK]) -> Self {
        let mut read = Self::default();
        for (index, lanes) in bytes.as_chunks::<16>().0.iter().enumerate() {
            let lanes = u8x16::new(*lanes);
            let is = |byte| lanes.simd_eq(u8x16::splat(byte));
            let within = |first, last| lanes.simd_eq(lanes.max(u8x16::splat(first)).min(u8x16::splat(last)));
            let mask = |lanes: u8x16| u64::from(lanes.to_bitmask()) << (16 * index);
            let spaces = is(b' ');
            read.wide |= mask(lanes);
            read.uppers |= mask(within(b'A', b'Z'));
            read.lowers |= mask(within(b'a', b'z'));
            read.digits |= mask(within(b'0', b'9'));
            read.white |= mask(within(b'\t', b'\r') | spaces);
            read.newlines |= mask(is(b'\n') | is(b'\r'));
            read.spaces |= mask(spaces);
            read.apostrophes |= mask(is(b'\''));
            read.slashes |= mask(is(b'/'));
            read.controls |= mask(within(0, 0x1F) | is(0x7F));
        }
        read.controls &= !read.white;
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Byte by byte.
    fn one_by_one(bytes: &[u8; BLOCK]) -> Bytes {
        let mask = |is: &dyn Fn(u8) -> bool| {
            (0..)
                .zip(bytes)
                .fold(0, |mask, (at, &byte): (u32, _)| mask | u64::from(is(byte)) << at)
        };
        Bytes {
            wide: mask(&|byte| byte >= 0x80),
            uppers: mask(&|byte| byte.is_ascii_uppercase()),
            lowers: mask(&|byte| byte.is_ascii_lowercase()),
            digits: mask(&|byte| byte.is_ascii_digit()),
            white: mask(&|byte| matches!(byte, b'\t'..=b'\r' | b' ')),
            newlines: mask(&|byte| matches!(byte, b'\r' | b'\n')),
            spaces: mask(&|byte| byte == b' '),
            apostrophes: mask(&|byte| byte == b'\''),
            slashes: mask(&|byte| byte == b'/'),
            controls: mask(&|byte| byte.is_ascii_control() && !matches!(byte, b'\t'..=b'\r')),
        }
    }

    #[test]
    fn every_byte_in_every_place() {
        for around in [0, b'a', 0xFF] {
            for byte in 0..=u8::MAX {
                for at in 0..BLOCK {
                    let mut bytes = [around; BLOCK];
                    bytes[at] = byte;
                    let wanted = one_by_one(&bytes);
                    assert_eq!(Bytes::read(&bytes), wanted, "{byte} at {at}");
                }
            }
        }
    }
}
