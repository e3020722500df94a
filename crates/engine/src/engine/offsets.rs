//! From byte offsets to code points, in the memory of one number for each block of the text.

/// How many bytes a block has.
const BLOCK: usize = 64;

/// Counts the code points before a byte of a text.
pub(crate) struct CharOffsets<'a> {
    bytes: &'a [u8],
    /// How many code points start before each block; empty for ASCII, where both counts are one.
    blocks: Vec<usize>,
}

impl<'a> CharOffsets<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut blocks = Vec::new();
        if !text.is_ascii() {
            blocks.reserve_exact(bytes.len() / BLOCK + 1);
            let mut count = 0;
            for block in bytes.chunks(BLOCK) {
                blocks.push(count);
                count += starts(block);
            }
        }
        Self { bytes, blocks }
    }

    /// Converts as the crate does: a byte inside a character stands for the character; offsets that start at the
    /// end of the text stay as they are.
    pub(crate) fn convert(&self, (start, end): (usize, usize)) -> (usize, usize) {
        if start >= self.bytes.len() {
            return (start, end);
        }
        let past = usize::from(end >= self.bytes.len());
        let last = if past == 1 { self.bytes.len() - 1 } else { end };
        (self.char_at(start), self.char_at(last) + past)
    }

    /// The index of the character that `byte` belongs to.
    fn char_at(&self, byte: usize) -> usize {
        let block = byte / BLOCK;
        match self.blocks.get(block) {
            None => byte,
            Some(before) => before + starts(&self.bytes[block * BLOCK..=byte]) - 1,
        }
    }
}

/// How many characters start in `bytes`.
fn starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::CharOffsets;

    #[test]
    fn counts_characters_before_every_byte() {
        let text = "aé🙂\u{10FFFF}b ".repeat(40);
        let converter = CharOffsets::new(&text);
        for (index, (byte, character)) in text.char_indices().enumerate() {
            for inside in 0..character.len_utf8() {
                let offsets = converter.convert((byte + inside, text.len()));
                assert_eq!(offsets, (index, text.chars().count()));
            }
        }
    }

    #[test]
    fn leaves_what_starts_at_the_end() {
        assert_eq!(CharOffsets::new("é").convert((2, 2)), (2, 2));
    }
}
