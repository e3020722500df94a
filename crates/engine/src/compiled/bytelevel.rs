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

const NO_BYTE: u16 = 0xFFFF;

/// The byte that a code point below 0x144 stands for, or [`NO_BYTE`].
const BYTES: [u16; 0x144] = {
    let mut bytes = [NO_BYTE; 0x144];
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

/// The character that stands for a byte.
pub(super) fn char_of(byte: u8) -> char {
    char::from_u32(u32::from(CODES[usize::from(byte)])).unwrap_or('\0')
}

/// Appends the bytes that a token stands for; false (and nothing appended) when a character stands for none.
#[inline]
pub(super) fn append_bytes(token: &[u8], out: &mut Vec<u8>) -> bool {
    // Most tokens are a blank, or none, and ASCII characters that stand for themselves.
    let word = token.strip_prefix("Ġ".as_bytes());
    let rest = word.unwrap_or(token);
    if rest
        .iter()
        .fold(true, |plain, byte| plain & matches!(byte, 0x21..0x7F))
    {
        if word.is_some() {
            out.push(b' ');
        }
        out.extend_from_slice(rest);
        return true;
    }
    append_any_bytes(token, out)
}

fn append_any_bytes(token: &[u8], out: &mut Vec<u8>) -> bool {
    let start = out.len();
    // A byte of text for each character at most.
    out.resize(start + token.len(), 0);
    let mut bytes = token.iter().copied();
    let mut places = out[start..].iter_mut();
    while let Some(byte) = bytes.next() {
        let Some(place) = places.next() else { break };
        let code = match byte {
            // Most of them: they stand for themselves.
            0x21..0x7F => {
                *place = byte;
                continue;
            }
            0..0x80 => usize::from(byte),
            // Nothing longer than two bytes stands for a byte.
            0xC2..0xE0 => usize::from(byte & 0x1F) << 6 | usize::from(bytes.next().unwrap_or(0) & 0x3F),
            _ => BYTES.len(),
        };
        let Some(Ok(value)) = BYTES.get(code).map(|&value| u8::try_from(value)) else {
            out.truncate(start);
            return false;
        };
        *place = value;
    }
    let count = token.len() - places.len();
    out.truncate(start + count);
    true
}

#[cfg(test)]
mod tests {
    use super::{append_bytes, char_of};

    #[test]
    fn tokens_stand_for_their_bytes() {
        let all: Vec<u8> = (0..=255).collect();
        for length in 0..20 {
            for bytes in all.windows(length.max(1)) {
                let bytes = &bytes[..length];
                let token: String = bytes.iter().map(|&byte| char_of(byte)).collect();
                let mut out = b"before".to_vec();
                assert!(append_bytes(token.as_bytes(), &mut out));
                assert_eq!(out, [b"before", bytes].concat(), "{token}");
                for other in [" ", "\u{a0}", "\u{144}", "\u{ad}", "日", "😀"] {
                    assert!(!append_bytes(
                        format!("{token}{other}{token}").as_bytes(),
                        &mut out
                    ));
                    assert_eq!(out, [b"before", bytes].concat(), "{token}");
                }
            }
        }
    }
}
