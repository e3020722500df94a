//! The byte-level alphabet: each byte has a printable character that stands for it in vocabularies.

/// The code point that stands for a byte.
pub(super) const CODES: [u16; 256] = {
    let mut codes = [0; 256];
    let mut byte = 0usize;
    let mut next = 256u16;
    while byte < 256 {
        let printable = matches!(byte, 0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF);
        #[expect(clippy::cast_possible_truncation, reason = "a byte")]
        if printable {
            codes[byte] = byte as u16;
        } else {
            codes[byte] = next;
            next += 1;
        }
        byte += 1;
    }
    codes
};

/// The byte that a code point below 0x144 stands for, or 0xFFFF.
const BYTES: [u16; 0x144] = {
    let mut bytes = [0xFFFF; 0x144];
    let mut byte = 0usize;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "a byte")]
        {
            bytes[CODES[byte] as usize] = byte as u16;
        }
        byte += 1;
    }
    bytes
};

/// The byte that a character stands for.
#[inline]
pub(super) fn byte_of(character: char) -> Option<u8> {
    BYTES
        .get(character as usize)
        .and_then(|&byte| u8::try_from(byte).ok())
}

/// The character that stands for a byte.
pub(super) fn char_of(byte: u8) -> char {
    char::from_u32(u32::from(CODES[usize::from(byte)])).unwrap_or('\0')
}

/// Appends the bytes that a token stands for; false (and nothing appended) when a character stands for none.
pub(super) fn append_bytes(token: &str, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    for character in token.chars() {
        let Some(byte) = byte_of(character) else {
            out.truncate(start);
            return false;
        };
        out.push(byte);
    }
    true
}
