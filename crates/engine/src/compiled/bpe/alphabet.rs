//! The first symbols of a piece: bytes, or characters with what stands for unknown ones.

use super::super::Declined;
use super::super::bytelevel;
use super::super::packed::{PackedMap, pack};
use super::super::unicode::decode;
use super::super::vocab::Vocab;
use super::cuts::Joins;
use super::load::{Merges, Settings};
use super::pairs::NONE;

/// The character that stands for a blank.
pub(in super::super) const META: char = '▁';

/// What a model's merging begins with.
pub(in super::super) enum Alphabet {
    /// Byte-level vocabularies: ids by byte, and by byte at a piece's end where tokens have a suffix there.
    Bytes {
        /// `NONE` where the vocabulary lacks a byte; such bytes vanish.
        ids: Box<[u32; 256]>,
        last: Option<Box<[u32; 256]>>,
    },
    Chars(Box<Chars>),
}

/// Vocabularies of characters.
pub(in super::super) struct Chars {
    pub(super) ascii: [u32; 128],
    pub(super) wide: PackedMap,
    /// The same at a piece's end, where tokens have a suffix there.
    pub(super) last: Option<PackedMap>,
    /// Ids of `<0x00>` to `<0xFF>`.
    pub(super) bytes: Option<Box<[u32; 256]>>,
    pub(super) unk: Option<u32>,
    pub(super) fuse_unk: bool,
    /// A blank in the text stands for [`META`].
    pub(super) meta_space: bool,
}

impl Alphabet {
    pub(in super::super) fn new(
        vocab: &Vocab,
        settings: &Settings,
        byte_level: bool,
        meta_space: bool,
    ) -> Result<Self, Declined> {
        let suffix = settings.suffix.as_deref().unwrap_or("");
        if byte_level {
            return Self::of_bytes(vocab, settings, suffix);
        }
        let mut chars = Chars {
            ascii: [NONE; 128],
            wide: PackedMap::with_capacity(one_char(vocab, "").count()),
            last: None,
            bytes: None,
            unk: None,
            fuse_unk: settings.fuse_unk,
            meta_space,
        };
        for (character, id) in one_char(vocab, "") {
            match chars.ascii.get_mut(character as usize) {
                Some(place) => *place = id,
                None => {
                    chars
                        .wide
                        .insert(character.encode_utf8(&mut [0; 4]).as_bytes(), id);
                }
            }
        }
        if meta_space {
            let id = vocab
                .id("▁")
                .ok_or_else(|| Declined::new("the vocabulary has no ▁"))?;
            chars.ascii[usize::from(b' ')] = id;
        }
        if !suffix.is_empty() {
            if settings.byte_fallback || meta_space {
                return Err(Declined::new("an end-of-word suffix beside byte fallback or ▁"));
            }
            let mut last = PackedMap::with_capacity(one_char(vocab, suffix).count());
            for (character, id) in one_char(vocab, suffix) {
                last.insert(character.encode_utf8(&mut [0; 4]).as_bytes(), id);
            }
            chars.last = Some(last);
        }
        if settings.byte_fallback {
            let mut bytes = Box::new([NONE; 256]);
            for (byte, place) in bytes.iter_mut().enumerate() {
                let token = format!("<0x{byte:02X}>");
                *place = vocab
                    .id(&token)
                    .ok_or_else(|| Declined::new("byte fallback without all byte tokens"))?;
            }
            chars.bytes = Some(bytes);
        }
        if let Some(unk) = &settings.unk {
            let id = vocab.id(unk);
            if id.is_none() && !settings.byte_fallback {
                return Err(Declined::new("the unknown token is not in the vocabulary"));
            }
            chars.unk = id;
        }
        Ok(Self::Chars(Box::new(chars)))
    }

    fn of_bytes(vocab: &Vocab, settings: &Settings, suffix: &str) -> Result<Self, Declined> {
        if settings.byte_fallback {
            return Err(Declined::new("byte fallback over byte-level text"));
        }
        let table = |suffix: &str| -> Result<Box<[u32; 256]>, Declined> {
            let mut ids = Box::new([NONE; 256]);
            for byte in 0..=255u8 {
                let id = vocab.id(&format!("{}{suffix}", bytelevel::char_of(byte)));
                ids[usize::from(byte)] = id.unwrap_or(NONE);
                // Bytes that valid UTF-8 has.
                let occurs = !matches!(byte, 0xC0 | 0xC1 | 0xF5..=0xFF);
                if id.is_none() && occurs && (settings.unk.is_some() || !suffix.is_empty()) {
                    return Err(Declined::new("a byte-level vocabulary without some bytes"));
                }
            }
            Ok(ids)
        };
        let last = if suffix.is_empty() {
            None
        } else {
            Some(table(suffix)?)
        };
        Ok(Self::Bytes {
            ids: table("")?,
            last,
        })
    }

    /// The ids of bytes, when every byte that text can have has one and a piece's end is like any other place.
    pub(in super::super) fn all_bytes(&self) -> Option<&[u32; 256]> {
        match self {
            // 0xC0 and 0xC1 never occur, nor does what lies above 0xF4.
            Self::Bytes { ids, last: None } => {
                let complete = ids[..0xC0].iter().chain(&ids[0xC2..0xF5]).all(|&id| id != NONE);
                complete.then_some(&**ids)
            }
            _ => None,
        }
    }

    pub(in super::super) fn is_bytes(&self) -> bool {
        matches!(self, Self::Bytes { .. })
    }

    /// Which neighbours some merge joins; nothing where cutting could change ids.
    pub(in super::super) fn joins(&self, vocab: &Vocab, merges: &Merges) -> Result<Option<Joins>, Declined> {
        match self {
            Self::Bytes { .. } if self.all_bytes().is_some() => Ok(Some(byte_joins(vocab, merges))),
            Self::Chars(chars) => match &chars.bytes {
                Some(bytes) => char_joins(vocab, merges, bytes, chars.meta_space).map(Some),
                None => Ok(None),
            },
            Self::Bytes { .. } => Ok(None),
        }
    }

    /// Appends the first symbols of a piece.
    #[inline]
    pub(in super::super) fn symbols(&self, piece: &[u8], out: &mut Vec<u32>) {
        match self {
            Self::Bytes { ids, last: None } => {
                out.extend(
                    piece
                        .iter()
                        .map(|&byte| ids[usize::from(byte)])
                        .filter(|&id| id != NONE),
                );
            }
            Self::Bytes {
                ids,
                last: Some(last),
            } => {
                if let Some((&end, start)) = piece.split_last() {
                    out.extend(
                        start
                            .iter()
                            .map(|&byte| ids[usize::from(byte)])
                            .filter(|&id| id != NONE),
                    );
                    out.push(last[usize::from(end)]);
                }
            }
            Self::Chars(chars) => chars.symbols(piece, out),
        }
    }
}

impl Chars {
    #[inline]
    fn symbols(&self, piece: &[u8], out: &mut Vec<u32>) {
        let mut pending_unk = None;
        let mut at = 0;
        while at < piece.len() {
            let (code, width) = decode(piece, at);
            let end = at + width;
            let id = match &self.last {
                Some(last) if end >= piece.len() => last.get_packed(pack(piece, at, width)),
                _ if code < 128 => Some(self.ascii[code as usize]).filter(|&id| id != NONE),
                _ => self.wide.get_packed(pack(piece, at, width)),
            };
            if let Some(id) = id {
                out.extend(pending_unk.take());
                out.push(id);
            } else if let Some(bytes) = &self.bytes {
                out.extend(
                    piece[at..end.min(piece.len())]
                        .iter()
                        .map(|&byte| bytes[usize::from(byte)]),
                );
            } else if let Some(unk) = self.unk {
                if !self.fuse_unk {
                    out.extend(pending_unk.take());
                }
                pending_unk = Some(unk);
            }
            at = end;
        }
        out.extend(pending_unk);
    }
}

/// Tokens of one character before `suffix`.
fn one_char<'a>(vocab: &'a Vocab, suffix: &'a str) -> impl Iterator<Item = (char, u32)> + 'a {
    (0u32..).take(vocab.id_end()).filter_map(move |id| {
        let mut characters = vocab.token(id)?.strip_suffix(suffix)?.chars();
        let character = characters.next()?;
        characters.next().is_none().then_some((character, id))
    })
}

fn char_joins(
    vocab: &Vocab,
    merges: &Merges,
    bytes: &[u32; 256],
    meta_space: bool,
) -> Result<Joins, Declined> {
    let mut joins = Joins::new(merges.merges.len(), false);
    let mut is_byte = vec![false; vocab.id_end()];
    for &id in bytes {
        is_byte[id as usize] = true;
    }
    for &(left, right, _) in &merges.merges {
        if is_byte[left as usize] || is_byte[right as usize] {
            return Err(Declined::new("merges of byte tokens"));
        }
        let last = vocab.token(left).and_then(|token| token.chars().next_back());
        let first = vocab.token(right).and_then(|token| token.chars().next());
        if let Some((last, first)) = last.zip(first) {
            let as_text = |character| {
                if meta_space && character == META {
                    ' '
                } else {
                    character
                }
            };
            for (last, first) in [
                (last, first),
                (as_text(last), first),
                (last, as_text(first)),
                (as_text(last), as_text(first)),
            ] {
                joins.add(u32::from(last), u32::from(first));
            }
        }
    }
    Ok(joins)
}

fn byte_joins(vocab: &Vocab, merges: &Merges) -> Joins {
    let mut joins = Joins::new(merges.merges.len(), true);
    let (mut left_bytes, mut right_bytes) = (Vec::new(), Vec::new());
    for &(left, right, _) in &merges.merges {
        left_bytes.clear();
        right_bytes.clear();
        let tokens = vocab.token(left).zip(vocab.token(right));
        let known = tokens.is_some_and(|(left, right)| {
            bytelevel::append_bytes(left, &mut left_bytes) && bytelevel::append_bytes(right, &mut right_bytes)
        });
        if !known {
            continue;
        }
        let (Some(&last), Some(&first)) = (left_bytes.last(), right_bytes.first()) else {
            continue;
        };
        if first & 0xC0 == 0x80 {
            // Inside a character, where nothing is ever cut.
            continue;
        }
        match last_char(&left_bytes).zip(first_char(&right_bytes)) {
            Some((left, right)) => joins.add(left, right),
            None => joins.add_bytes(last, first),
        }
    }
    joins
}

/// The character that begins these bytes, when it is whole.
fn first_char(bytes: &[u8]) -> Option<u32> {
    let width = match bytes.first()? {
        0..=0x7F => 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let text = std::str::from_utf8(bytes.get(..width)?).ok()?;
    text.chars().next().map(u32::from)
}

/// The character that ends these bytes, when it is whole.
fn last_char(bytes: &[u8]) -> Option<u32> {
    let start = bytes.iter().rposition(|byte| byte & 0xC0 != 0x80)?;
    let text = std::str::from_utf8(bytes.get(start..)?).ok()?;
    let mut characters = text.chars();
    let character = characters.next().map(u32::from);
    characters.next().is_none().then_some(character)?
}
