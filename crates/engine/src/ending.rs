//! Whether decoded text surely ends in U+FFFD, told from the last tokens alone.
//!
//! A stream gives out nothing while its text ends so. Without this, a long run of bytes that make no character would
//! be decoded again and again from its start.

use serde_json::Value;

/// What the decoder lets tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DecoderKind {
    /// Tokens are bytes in GPT-2's alphabet.
    ByteLevel,
    /// Tokens such as `<0xE2>` are bytes; a run of them is text only as a whole.
    ByteFallback,
    /// A token that follows itself is one token.
    Ctc,
    /// Text ends as its last token does.
    Plain,
    /// Nothing is known.
    #[default]
    Other,
}

impl DecoderKind {
    pub(crate) fn of(decoder: Option<&Value>) -> Self {
        let Some(decoder) = decoder else {
            return Self::Plain;
        };
        let kind = |decoder: &Value| decoder.get("type").and_then(Value::as_str).map(str::to_owned);
        match kind(decoder).as_deref() {
            Some("ByteLevel") => Self::ByteLevel,
            Some("CTC") => Self::Ctc,
            Some("WordPiece" | "Metaspace" | "BPEDecoder" | "Fuse") => Self::Plain,
            Some("Sequence") => {
                let parts: Vec<_> = decoder
                    .get("decoders")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .map(kind)
                    .collect();
                let known = |part: &Option<String>| {
                    matches!(
                        part.as_deref(),
                        Some("Replace" | "ByteFallback" | "Fuse" | "Strip")
                    )
                };
                let falls_back = parts.iter().any(|part| part.as_deref() == Some("ByteFallback"));
                if falls_back && parts.iter().all(known) {
                    Self::ByteFallback
                } else {
                    Self::Other
                }
            }
            _ => Self::Other,
        }
    }
}

/// The end of a list of tokens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ending {
    /// For [`DecoderKind::ByteLevel`] the last bytes; for [`DecoderKind::ByteFallback`] the run of bytes at the end.
    bytes: Vec<u8>,
    /// How many of a run's bytes are whole characters.
    whole: usize,
    broken: bool,
    /// The last token, if it was no byte, ends in U+FFFD.
    replaced: bool,
}

/// A character that starts in the last three bytes may be unfinished; one more shows where it starts.
const TAIL: usize = 4;

impl Ending {
    pub(crate) fn push(&mut self, kind: DecoderKind, token: &str) {
        self.replaced = token.ends_with(char::REPLACEMENT_CHARACTER);
        match kind {
            DecoderKind::ByteLevel => {
                let bytes: Option<Vec<u8>> = token.chars().map(byte_of).collect();
                self.bytes
                    .extend(bytes.unwrap_or_else(|| token.as_bytes().to_vec()));
                let surplus = self.bytes.len().saturating_sub(TAIL);
                self.bytes.drain(..surplus);
            }
            DecoderKind::ByteFallback => match fallback_byte(token) {
                Some(byte) => {
                    self.bytes.push(byte);
                    match std::str::from_utf8(&self.bytes[self.whole..]) {
                        Ok(_) => self.whole = self.bytes.len(),
                        Err(error) => {
                            self.whole += error.valid_up_to();
                            self.broken |= error.error_len().is_some();
                        }
                    }
                }
                None => {
                    *self = Self {
                        replaced: self.replaced,
                        ..Self::default()
                    }
                }
            },
            DecoderKind::Ctc | DecoderKind::Plain | DecoderKind::Other => {}
        }
    }

    /// Whether the decoded text surely ends in U+FFFD.
    pub(crate) fn is_unfinished(&self, kind: DecoderKind) -> bool {
        match kind {
            DecoderKind::ByteLevel => {
                let start = self
                    .bytes
                    .iter()
                    .rposition(|byte| byte & 0xC0 != 0x80)
                    .unwrap_or(0);
                let last = String::from_utf8_lossy(&self.bytes[start..]);
                last.ends_with(char::REPLACEMENT_CHARACTER)
            }
            DecoderKind::ByteFallback if self.bytes.is_empty() => self.replaced,
            DecoderKind::ByteFallback => {
                let replacement = self.bytes.ends_with("\u{FFFD}".as_bytes());
                self.broken || self.whole < self.bytes.len() || replacement
            }
            DecoderKind::Plain => self.replaced,
            DecoderKind::Ctc | DecoderKind::Other => false,
        }
    }
}

/// The byte that a character of GPT-2's alphabet stands for.
fn byte_of(character: char) -> Option<u8> {
    let code = u32::from(character);
    match code {
        0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF => u8::try_from(code).ok(),
        // The bytes that are no letters follow from 256 on, in their order.
        0x100..=0x120 => u8::try_from(code - 0x100).ok(),
        0x121..=0x142 => u8::try_from(code - 0x121 + 0x7F).ok(),
        0x143 => Some(0xAD),
        _ => None,
    }
}

/// The byte of a token such as `<0xE2>`.
fn fallback_byte(token: &str) -> Option<u8> {
    let digits = token.strip_prefix("<0x")?.strip_suffix('>')?;
    if digits.len() == 2 {
        u8::from_str_radix(digits, 16).ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{DecoderKind, Ending, byte_of};

    fn unfinished(kind: DecoderKind, tokens: &[&str]) -> bool {
        let mut ending = Ending::default();
        for token in tokens {
            ending.push(kind, token);
        }
        ending.is_unfinished(kind)
    }

    #[test]
    fn the_alphabet_has_every_byte_once() {
        let mut bytes: Vec<u8> = ('\0'..'\u{200}').filter_map(byte_of).collect();
        bytes.sort_unstable();
        assert!(bytes.into_iter().eq(0..=255));
        assert_eq!(
            [byte_of('Ġ'), byte_of('Ċ'), byte_of('ł'), byte_of(' ')],
            [Some(b' '), Some(b'\n'), Some(0xA0), None]
        );
    }

    #[test]
    fn bytes_of_an_unfinished_character() {
        let kind = DecoderKind::ByteLevel;
        assert!(unfinished(kind, &["a", "ð", "Ł"]));
        assert!(!unfinished(kind, &["ð", "Ł", "ĺ", "Ģ"]));
        assert!(unfinished(kind, &["Ģ", "Ģ", "Ģ", "Ģ", "Ģ", "Ģ"]));
        assert!(!unfinished(kind, &["Ģ", "Ģ", "a"]));
        assert!(unfinished(kind, &["a \u{FFFD}"]));
        assert!(!unfinished(kind, &[]));
    }

    #[test]
    fn a_run_of_bytes_counts_as_a_whole() {
        let kind = DecoderKind::ByteFallback;
        assert!(unfinished(kind, &["a", "<0xE2>", "<0x82>"]));
        assert!(!unfinished(kind, &["a", "<0xE2>", "<0x82>", "<0xAC>"]));
        assert!(unfinished(kind, &["<0xFF>", "<0x41>"]));
        assert!(!unfinished(kind, &["<0xFF>", "▁a"]));
        assert!(unfinished(kind, &["<0xEF>", "<0xBF>", "<0xBD>"]));
    }
}
