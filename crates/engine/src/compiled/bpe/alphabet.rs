//! The first symbols of a piece: bytes, or characters with what stands for unknown ones.

use super::super::Declined;
use super::super::bytelevel;
use super::super::packed::{PackedMap, pack};
use super::super::unicode::decode;
use super::super::vocab::Vocab;
use super::cuts::Joins;
use super::edges;
use super::load::{Merges, Settings};
use super::pairs::NONE;
use super::raw::Raw;

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
    pub(in super::super) fn joins(
        &self,
        vocab: &Vocab,
        raw: Option<&Raw>,
        merges: &Merges,
    ) -> Result<Option<Joins>, Declined> {
        match self {
            Self::Bytes { .. } if self.all_bytes().is_some() => {
                Ok(raw.map(|raw| edges::byte_joins(raw, merges)))
            }
            Self::Chars(chars) => match &chars.bytes {
                Some(bytes) => edges::char_joins(vocab, merges, bytes, chars.meta_space).map(Some),
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
        let token = vocab.token(id).filter(|token| token.len() <= 4 + suffix.len())?;
        let mut characters = token.strip_suffix(suffix)?.chars();
        let character = characters.next()?;
        characters.next().is_none().then_some((character, id))
    })
}
