//! The first symbols of a piece: bytes, or characters with what stands for unknown ones.

use super::super::Declined;
use super::super::bytelevel;
use super::super::packed::{PackedMap, pack};
use super::super::unicode::decode;
use super::super::vocab::{FAILS, Vocab};
use super::cuts::Joins;
use super::edges;
use super::load::{Merges, Settings};
use super::pairs::NONE;
use super::raw::Raw;

/// The character that stands for a blank.
pub(in super::super) const META: char = '▁';

/// What a model's merging begins with.
pub(in super::super) enum Alphabet {
    /// Byte-level vocabularies: ids by byte, and by byte at a piece's ends where tokens are written in another way.
    Bytes {
        /// `NONE` where the vocabulary lacks a byte.
        ids: Box<[u32; 256]>,
        ends: Option<Ends<Box<[u32; 256]>>>,
        unknown: Unknown,
        /// No byte that text can have is lacking.
        complete: bool,
    },
    Chars(Box<Chars>),
}

/// What stands at the ends of a piece: tokens behind the first may have a prefix, and the last one a suffix.
pub(in super::super) struct Ends<T> {
    first: T,
    last: T,
    /// First and last at once.
    only: T,
}

impl<T> Ends<T> {
    /// Nothing where all places of a piece are alike.
    fn new(prefix: &str, suffix: &str, table: impl Fn(&str, &str) -> T) -> Option<Self> {
        (!prefix.is_empty() || !suffix.is_empty()).then(|| Self {
            first: table("", ""),
            last: table(prefix, suffix),
            only: table("", suffix),
        })
    }

    /// The table of a place; nothing for one in between.
    #[inline(always)]
    fn at(&self, is_first: bool, is_last: bool) -> Option<&T> {
        match (is_first, is_last) {
            (true, true) => Some(&self.only),
            (true, false) => Some(&self.first),
            (false, true) => Some(&self.last),
            (false, false) => None,
        }
    }
}

/// What becomes of that which the vocabulary lacks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unknown {
    /// Its token; without one it vanishes.
    pub(super) id: Option<u32>,
    /// What stands together is one token.
    fuse: bool,
}

impl Unknown {
    const NONE: Self = Self {
        id: None,
        fuse: false,
    };

    fn new(vocab: &Vocab, settings: &Settings) -> Self {
        // How much an empty token covers would not be seen: left to the reference engine, too.
        let id = |unk: &String| vocab.id(unk).filter(|_| !unk.is_empty()).unwrap_or(FAILS);
        Self {
            id: settings.unk.as_ref().map(id),
            fuse: settings.fuse_unk,
        }
    }

    /// Takes something unknown in; `waiting` is what was unknown before, with its length.
    #[inline]
    fn meet(self, length: usize, waiting: &mut Option<(u32, usize)>, add: &mut impl FnMut(u32, usize)) {
        let Some(id) = self.id else {
            return;
        };
        let before = waiting.take();
        match before {
            Some((_, before)) if self.fuse => *waiting = Some((id, before + length)),
            _ => {
                *waiting = Some((id, length));
                if let Some((id, length)) = before {
                    add(id, length);
                }
            }
        }
    }
}

/// Vocabularies of characters.
pub(in super::super) struct Chars {
    pub(super) ascii: [u32; 128],
    pub(super) wide: PackedMap,
    /// The same at a piece's ends, where tokens are written in another way there.
    pub(super) ends: Option<Ends<PackedMap>>,
    /// Ids of `<0x00>` to `<0xFF>`; `NONE` for those that are not there.
    pub(super) bytes: Option<Box<[u32; 256]>>,
    pub(super) unknown: Unknown,
    /// Some characters vanish.
    pub(super) vanishes: bool,
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
        let prefix = settings.prefix.as_deref().unwrap_or("");
        let suffix = settings.suffix.as_deref().unwrap_or("");
        if byte_level {
            return Self::of_bytes(vocab, settings, prefix, suffix);
        }
        let mut chars = Chars {
            ascii: [NONE; 128],
            wide: PackedMap::with_capacity(one_char(vocab, prefix, "").count()),
            ends: None,
            bytes: None,
            unknown: Unknown::new(vocab, settings),
            vanishes: settings.unk.is_none(),
            meta_space,
        };
        for (character, id) in one_char(vocab, prefix, "") {
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
        chars.ends = Ends::new(prefix, suffix, |prefix, suffix| {
            let mut map = PackedMap::with_capacity(one_char(vocab, prefix, suffix).count());
            for (character, id) in one_char(vocab, prefix, suffix) {
                map.insert(character.encode_utf8(&mut [0; 4]).as_bytes(), id);
            }
            map
        });
        if chars.ends.is_some() && (settings.byte_fallback || meta_space) {
            return Err(Declined::new(
                "a prefix or suffix of subwords beside byte fallback or ▁",
            ));
        }
        if settings.byte_fallback {
            let mut bytes = Box::new([NONE; 256]);
            for (byte, place) in bytes.iter_mut().enumerate() {
                let token = format!("<0x{byte:02X}>");
                *place = vocab.id(&token).unwrap_or(NONE);
            }
            if is_complete_beside(&bytes, &chars.ascii) {
                chars.unknown = Unknown::NONE;
                chars.vanishes = false;
            }
            chars.bytes = Some(bytes);
        }
        Ok(Self::Chars(Box::new(chars)))
    }

    fn of_bytes(vocab: &Vocab, settings: &Settings, prefix: &str, suffix: &str) -> Result<Self, Declined> {
        if settings.byte_fallback {
            return Err(Declined::new("byte fallback over byte-level text"));
        }
        let table = |prefix: &str, suffix: &str| {
            let mut ids = Box::new([NONE; 256]);
            for byte in 0..=255u8 {
                let id = vocab.id(&format!("{prefix}{}{suffix}", bytelevel::char_of(byte)));
                ids[usize::from(byte)] = id.unwrap_or(NONE);
            }
            ids
        };
        let ids = table(prefix, "");
        let ends = Ends::new(prefix, suffix, table);
        let all = |ends: &Ends<Box<[u32; 256]>>| {
            [&ends.first, &ends.last, &ends.only]
                .into_iter()
                .all(|ids| is_complete(ids))
        };
        let complete = is_complete(&ids) && ends.as_ref().is_none_or(all);
        let unknown = if complete {
            Unknown::NONE
        } else {
            Unknown::new(vocab, settings)
        };
        Ok(Self::Bytes {
            ids,
            ends,
            unknown,
            complete,
        })
    }

    /// Whether unknown text is an error.
    pub(super) fn may_fail(&self) -> bool {
        let unknown = match self {
            Self::Bytes { unknown, .. } => unknown,
            Self::Chars(chars) => &chars.unknown,
        };
        unknown.id == Some(FAILS)
    }

    /// The ids of bytes, when every byte that text can have has one and a piece's ends are like any other place.
    pub(in super::super) fn all_bytes(&self) -> Option<&[u32; 256]> {
        match self {
            Self::Bytes {
                ids,
                ends: None,
                complete: true,
                ..
            } => Some(ids),
            _ => None,
        }
    }

    /// The ids of the characters of ASCII, `NONE` for those that have none, when a piece's ends are like any other place.
    pub(in super::super) fn ascii(&self) -> Option<&[u32; 128]> {
        match self {
            Self::Chars(chars) => Some(&chars.ascii).filter(|_| chars.ends.is_none()),
            Self::Bytes { .. } => None,
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
                // What vanishes lets others meet, and what is unknown waits for what is known.
                Some(bytes) if is_complete_beside(bytes, &chars.ascii) => {
                    edges::char_joins(vocab, merges, bytes, chars.meta_space).map(Some)
                }
                _ => Ok(None),
            },
            Self::Bytes { .. } => Ok(None),
        }
    }

    /// Appends the first symbols of a piece.
    #[inline]
    pub(in super::super) fn symbols(&self, piece: &[u8], out: &mut Vec<u32>) {
        self.each(piece, |id, _| out.push(id));
    }

    /// Calls `add` with the first symbols of a piece, each with the length of what it stands for, as the vocabulary
    /// writes it.
    #[inline]
    pub(super) fn each(&self, piece: &[u8], mut add: impl FnMut(u32, usize)) {
        match self {
            Self::Bytes {
                ids, ends, unknown, ..
            } => {
                let mut waiting = None;
                for (place, &byte) in piece.iter().enumerate() {
                    let end = ends
                        .as_ref()
                        .and_then(|ends| ends.at(place == 0, place + 1 == piece.len()));
                    let table = end.unwrap_or(ids);
                    let (id, length) = (table[usize::from(byte)], bytelevel::char_of(byte).len_utf8());
                    if id == NONE {
                        unknown.meet(length, &mut waiting, &mut add);
                    } else {
                        if let Some((id, length)) = waiting.take() {
                            add(id, length);
                        }
                        add(id, length);
                    }
                }
                if let Some((id, length)) = waiting {
                    add(id, length);
                }
            }
            Self::Chars(chars) => chars.each(piece, add),
        }
    }
}

impl Alphabet {
    /// Where each byte of a piece comes from, when it is written as the vocabulary writes it.
    #[cold]
    pub(super) fn places(&self, piece: &[u8]) -> Vec<usize> {
        let mut places = Vec::with_capacity(2 * piece.len());
        match self {
            Self::Bytes { .. } => {
                for (place, &byte) in piece.iter().enumerate() {
                    places.resize(places.len() + bytelevel::char_of(byte).len_utf8(), place);
                }
            }
            Self::Chars(chars) => {
                for (place, &byte) in piece.iter().enumerate() {
                    places.resize(places.len() + chars.written(u32::from(byte), 1), place);
                }
            }
        }
        places
    }
}

impl Chars {
    #[inline]
    fn each(&self, piece: &[u8], mut add: impl FnMut(u32, usize)) {
        let mut waiting = None;
        let mut at = 0;
        while at < piece.len() {
            let (code, width) = decode(piece, at);
            let end = (at + width).min(piece.len());
            let ends = self
                .ends
                .as_ref()
                .and_then(|ends| ends.at(at == 0, end >= piece.len()));
            let id = match ends {
                Some(map) => map.get_packed(pack(piece, at, width)),
                None if code < 128 => Some(self.ascii[code as usize]).filter(|&id| id != NONE),
                None => self.wide.get_packed(pack(piece, at, width)),
            };
            if let Some(id) = id {
                if let Some((id, length)) = waiting.take() {
                    add(id, length);
                }
                add(id, self.written(code, width));
            } else if let Some(bytes) = self.fallback(&piece[at..end]) {
                // As in the reference, what is unknown before them comes after them.
                bytes.for_each(|id| add(id, 1));
            } else {
                self.unknown.meet(width, &mut waiting, &mut add);
            }
            at = end;
        }
        if let Some((id, length)) = waiting {
            add(id, length);
        }
    }

    /// How many bytes a character of `width` bytes has in the vocabulary.
    #[inline]
    fn written(&self, code: u32, width: usize) -> usize {
        if self.meta_space && code == u32::from(' ') {
            META.len_utf8()
        } else {
            width
        }
    }

    /// The ids of the bytes of a character, when all of them have one.
    #[inline]
    fn fallback<'a>(&'a self, character: &'a [u8]) -> Option<impl Iterator<Item = u32> + 'a> {
        let bytes = self.bytes.as_ref()?;
        let ids = character.iter().map(|&byte| bytes[usize::from(byte)]);
        ids.clone().all(|id| id != NONE).then_some(ids)
    }
}

/// Whether every byte that text can have has an id: 0xC0 and 0xC1 never occur, nor does what lies above 0xF4.
fn is_complete(ids: &[u32; 256]) -> bool {
    ids[..0xC0].iter().chain(&ids[0xC2..0xF5]).all(|&id| id != NONE)
}

/// The same where bytes stand for the characters that the vocabulary lacks: what ASCII has itself needs no byte (Gemma has
/// the tabulator, but no `<0x09>`).
fn is_complete_beside(bytes: &[u32; 256], ascii: &[u32; 128]) -> bool {
    let mut ids = *bytes;
    for (id, &character) in ids.iter_mut().zip(ascii) {
        *id = (*id).min(character);
    }
    is_complete(&ids)
}

/// How many bytes a character has that begins with `first`.
fn width_of(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

/// Tokens of one character between `prefix` and `suffix`.
fn one_char<'a>(
    vocab: &'a Vocab,
    prefix: &'a str,
    suffix: &'a str,
) -> impl Iterator<Item = (char, u32)> + 'a {
    let around = prefix.len() + suffix.len();
    (0u32..).take(vocab.id_end()).filter_map(move |id| {
        // Most tokens have other lengths than a character that begins as they do.
        let bytes = vocab.token_bytes(id)?;
        let width = bytes.len().checked_sub(around)?;
        if width == 0 || width_of(bytes[prefix.len()]) != width {
            return None;
        }
        let token = vocab.token(id)?;
        let mut characters = token.strip_prefix(prefix)?.strip_suffix(suffix)?.chars();
        let character = characters.next()?;
        characters.next().is_none().then_some((character, id))
    })
}
