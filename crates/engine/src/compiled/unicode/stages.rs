//! Facts about all code points: as runs in a file, and in memory in two stages.

/// Code points that share an entry of the first stage.
pub(super) const BLOCK: usize = 128;

const BLOCKS: usize = 0x11_0000 / BLOCK;

/// Runs of code points of the same value: the length as a varint, then `N` bytes of value. [`assert_up_to_date`] holds
/// each equal to what it was made of, and can write it.
pub(in super::super) struct Runs<const N: usize>(&'static [u8]);

impl<const N: usize> Runs<N> {
    pub(in super::super) const fn new(file: &'static [u8]) -> Self {
        Self(file)
    }

    /// Lengths and values.
    pub(in super::super) fn iter(&self) -> impl Iterator<Item = (usize, [u8; N])> + use<N> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let mut length = 0;
            let mut shift = 0;
            loop {
                let (&byte, after) = rest.split_first()?;
                rest = after;
                length |= usize::from(byte & 127) << shift;
                if byte < 128 {
                    break;
                }
                shift += 7;
            }
            let (value, after) = rest.split_first_chunk()?;
            rest = after;
            Some((length, *value))
        })
    }
}

/// Values by code point.
pub(in super::super) struct Stages {
    blocks: Vec<u16>,
    values: Vec<[u16; BLOCK]>,
}

impl Stages {
    /// Of runs; what they do not reach has the value `rest`.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "there are fewer blocks than 16 bits count"
    )]
    pub(in super::super) fn new(runs: impl Iterator<Item = (usize, u16)>, rest: u16) -> Self {
        let mut blocks = Vec::with_capacity(BLOCKS);
        let mut values: Vec<[u16; BLOCK]> = Vec::new();
        // Where the blocks are that hold one value only.
        let mut plain: Vec<(u16, u16)> = Vec::new();
        let mut block = [rest; BLOCK];
        let mut filled = 0;
        for (mut length, value) in runs.chain([(0x11_0000, rest)]) {
            while length > 0 && blocks.len() < BLOCKS {
                let count = length.min(BLOCK - filled);
                block[filled..filled + count].fill(value);
                filled += count;
                length -= count;
                if filled < BLOCK {
                    break;
                }
                filled = 0;
                // The first one stands by itself: its owner may change it.
                let shared = count == BLOCK && !blocks.is_empty();
                let known = plain.iter().find(|known| shared && known.0 == value);
                blocks.push(known.map_or(values.len(), |known| usize::from(known.1)) as u16);
                if known.is_none() {
                    if shared {
                        plain.push((value, values.len() as u16));
                    }
                    values.push(block);
                }
            }
        }
        Self { blocks, values }
    }

    /// The values of the first code points.
    pub(super) fn first(&mut self) -> Option<&mut [u16; BLOCK]> {
        self.values.first_mut()
    }

    /// The value of a code point.
    #[inline]
    pub(in super::super) fn of(&self, code: u32) -> u16 {
        let block = self.blocks.get((code >> 7) as usize).copied().unwrap_or(0);
        self.values[usize::from(block)][(code & 127) as usize]
    }
}

/// Holds a file of runs equal to the values of all code points, which another crate says. Where the environment has
/// `WRITE_TABLES`, it writes the file instead.
#[cfg(test)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    reason = "tests; seven bits of a length"
)]
pub(in super::super) fn assert_up_to_date<const N: usize>(
    runs: &Runs<N>,
    path: &str,
    values: impl Iterator<Item = [u8; N]>,
) {
    let mut expected: Vec<(usize, [u8; N])> = Vec::new();
    for value in values {
        match expected.last_mut() {
            Some((length, last)) if *last == value => *length += 1,
            _ => expected.push((1, value)),
        }
    }
    // What is not assigned, up to the last code point, is left out.
    expected.pop_if(|(_, value)| *value == [0; N]);
    if std::env::var_os("WRITE_TABLES").is_some() {
        let mut file = Vec::new();
        for (mut length, value) in expected {
            while length > 127 {
                file.push((length & 127) as u8 | 128);
                length >>= 7;
            }
            file.push(length as u8);
            file.extend(value);
        }
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src/compiled")
            .join(path);
        std::fs::write(path, file).expect("the table can be written");
        return;
    }
    // Not `assert_eq`, which would print thousands of runs.
    let found: Vec<_> = runs.iter().collect();
    let differs = found
        .iter()
        .zip(&expected)
        .position(|(found, expected)| found != expected);
    assert_eq!(
        (found.len(), differs),
        (expected.len(), None),
        "{path} is out of date: WRITE_TABLES=1 writes it"
    );
}
