//! Byte pair encoding over bytes or characters: one piece of text to ids.

mod alphabet;
mod cuts;
mod load;
mod merge;
mod pairs;

use alphabet::Alphabet;
pub(super) use alphabet::META;
pub(super) use cuts::Joins;
pub(super) use load::{Merges, Settings, scan_merges};
use merge::Workspace;

use super::Declined;
use super::bytelevel;
use super::cache::Cache;
use super::packed::{PackedMap, SHORT, pack};
use super::unicode::decode;
use super::vocab::Vocab;
use merge::{SMALL, merge_long, merge_small};
use pairs::{NONE, Pairs};

/// The longest piece that the cache keeps.
const LONG: usize = 31;

/// Set in the keys of parts of pieces where they can have other ids than the same bytes as a piece.
const PART: u128 = 1 << 127;

/// Workspaces that grew beyond this for one long piece are given back.
const KEPT_SYMBOLS: usize = 1 << 16;

/// A BPE model as tables.
pub(super) struct Bpe {
    pairs: Pairs,
    /// Of a vocabulary with all bytes: their ids and the ranks of their pairs.
    bytes: Option<Bytes>,
    alphabet: Alphabet,
    joins: Option<Joins>,
    /// With `ignore_merges`: whole pieces that are tokens, as bytes of text.
    whole: Option<PackedMap>,
    longest: usize,
}

struct Bytes {
    ids: Box<[u32; 256]>,
    /// By left byte, then right byte.
    ranks: Vec<u32>,
}

/// What one call uses beside the cache.
#[derive(Default)]
pub(super) struct Scratch {
    workspace: Workspace,
}

impl Bpe {
    pub(super) fn new(
        vocab: &Vocab,
        merges: &Merges,
        settings: &Settings,
        byte_level: bool,
        meta_space: bool,
    ) -> Result<Self, Declined> {
        let alphabet = Alphabet::new(vocab, settings, byte_level, meta_space)?;
        let joins = alphabet.joins(vocab, merges)?;
        let mut longest = 0;
        let whole = if settings.ignore_merges {
            let mut whole = PackedMap::with_capacity(vocab.len());
            let mut bytes = Vec::new();
            for id in (0u32..).take(vocab.id_end()) {
                let Some(token) = vocab.token(id) else { continue };
                bytes.clear();
                if byte_level {
                    if !bytelevel::append_bytes(token, &mut bytes) {
                        continue;
                    }
                } else {
                    bytes.extend_from_slice(token.as_bytes());
                }
                longest = longest.max(bytes.len());
                whole.insert(&bytes, id);
            }
            Some(whole)
        } else {
            None
        };
        let pairs = Pairs::new(&merges.merges)?;
        let bytes = alphabet.all_bytes().map(|ids| Bytes {
            ids: Box::new(*ids),
            ranks: pairs.of_bytes(ids),
        });
        Ok(Self {
            pairs,
            bytes,
            alphabet,
            joins,
            whole,
            longest,
        })
    }

    /// Where text may be cut without changing ids; nothing when that is not known.
    pub(super) fn joins(&self) -> Option<&Joins> {
        self.joins.as_ref()
    }

    /// Appends the ids of the piece `text[from..to]` (not empty).
    #[inline(always)]
    pub(super) fn encode(
        &self,
        text: &[u8],
        from: usize,
        to: usize,
        cache: &mut Cache,
        scratch: &mut Scratch,
        out: &mut Vec<u32>,
    ) {
        let length = to - from;
        if length <= SHORT {
            let key = pack(text, from, length);
            if !cache.get_short(key, out) {
                self.miss_short(&text[from..to], key, cache, scratch, out);
            }
        } else {
            self.encode_long(&text[from..to], cache, scratch, out);
        }
    }

    #[cold]
    #[inline(never)]
    fn miss_short(
        &self,
        piece: &[u8],
        key: u128,
        cache: &mut Cache,
        scratch: &mut Scratch,
        out: &mut Vec<u32>,
    ) {
        let start = out.len();
        self.merge_whole(piece, scratch, out);
        cache.put_short(key, &out[start..]);
    }

    #[inline(never)]
    fn encode_long(&self, piece: &[u8], cache: &mut Cache, scratch: &mut Scratch, out: &mut Vec<u32>) {
        match &self.joins {
            Some(joins) if self.alphabet.is_bytes() && !piece[..2].is_ascii() => {
                if let Some(id) = self.whole_id(piece) {
                    out.push(id);
                } else {
                    self.encode_cut(joins, piece, cache, scratch, out);
                }
            }
            _ if piece.len() > LONG => self.merge_whole(piece, scratch, out),
            _ => self.encode_kept(piece, 0, cache, scratch, out),
        }
    }

    /// A piece in parts that merge independently.
    fn encode_cut(
        &self,
        joins: &Joins,
        piece: &[u8],
        cache: &mut Cache,
        scratch: &mut Scratch,
        out: &mut Vec<u32>,
    ) {
        let mut start = 0;
        let (mut left, mut at) = decode(piece, 0);
        while at < piece.len() {
            let (right, width) = decode(piece, at);
            if !joins.joins(left, right) && !joins.joins_bytes(piece[at - 1], piece[at]) {
                self.encode_part(&piece[start..at], cache, scratch, out);
                start = at;
            }
            left = right;
            at += width;
        }
        self.encode_part(&piece[start..], cache, scratch, out);
    }

    /// A part of a piece: with `ignore_merges` only whole pieces are looked up in the vocabulary, so that the same
    /// bytes may have other ids as a part, and have another key.
    fn encode_part(&self, part: &[u8], cache: &mut Cache, scratch: &mut Scratch, out: &mut Vec<u32>) {
        let mark = if self.whole.is_some() { PART } else { 0 };
        if part.len() <= SHORT {
            let key = pack(part, 0, part.len()) | mark;
            if !cache.get_short(key, out) {
                let start = out.len();
                self.merge_piece(part, scratch, out);
                cache.put_short(key, &out[start..]);
            }
        } else if part.len() <= LONG {
            self.encode_kept(part, mark, cache, scratch, out);
        } else {
            self.merge_piece(part, scratch, out);
        }
    }

    /// A piece of 16 to 31 bytes.
    fn encode_kept(
        &self,
        piece: &[u8],
        mark: u128,
        cache: &mut Cache,
        scratch: &mut Scratch,
        out: &mut Vec<u32>,
    ) {
        let head = piece.first_chunk().map_or(0, |head| u128::from_le_bytes(*head));
        let key = [head, pack(piece, 16, piece.len() - 16) | mark];
        if !cache.get_long(key, out) {
            let start = out.len();
            if mark == 0 {
                self.merge_whole(piece, scratch, out);
            } else {
                self.merge_piece(piece, scratch, out);
            }
            cache.put_long(key, &out[start..]);
        }
    }

    #[inline]
    fn whole_id(&self, piece: &[u8]) -> Option<u32> {
        self.whole
            .as_ref()
            .filter(|_| piece.len() <= self.longest)?
            .get(piece)
    }

    /// A piece of 2 to [`SMALL`] bytes, all of which the vocabulary has.
    fn merge_bytes(&self, bytes: &Bytes, piece: &[u8], out: &mut Vec<u32>) {
        let mut symbols = [0; SMALL];
        let mut ranks = [NONE; SMALL];
        for (symbol, &byte) in symbols.iter_mut().zip(piece) {
            *symbol = bytes.ids[usize::from(byte)];
        }
        for (rank, pair) in ranks.iter_mut().zip(piece.windows(2)) {
            *rank = bytes.ranks[usize::from(pair[0]) << 8 | usize::from(pair[1])];
        }
        let mut alive = merge_small(&self.pairs, &mut symbols, &mut ranks, piece.len());
        while alive != 0 {
            out.push(symbols[(alive.trailing_zeros() & 63) as usize]);
            alive &= alive - 1;
        }
    }

    /// Ids of a piece without the cache.
    fn merge_whole(&self, piece: &[u8], scratch: &mut Scratch, out: &mut Vec<u32>) {
        match self.whole_id(piece) {
            Some(id) => out.push(id),
            None => self.merge_piece(piece, scratch, out),
        }
    }

    fn merge_piece(&self, piece: &[u8], scratch: &mut Scratch, out: &mut Vec<u32>) {
        if let (Some(bytes), 2..=SMALL) = (&self.bytes, piece.len()) {
            return self.merge_bytes(bytes, piece, out);
        }
        let symbols = &mut scratch.workspace.symbols;
        symbols.clear();
        self.alphabet.symbols(piece, symbols);
        let count = symbols.len();
        if count <= 1 {
            out.extend_from_slice(symbols);
        } else if count <= SMALL {
            let mut fixed = [0; SMALL];
            let mut ranks = [NONE; SMALL];
            fixed[..count].copy_from_slice(symbols);
            for place in 0..count - 1 {
                ranks[place] = self.pairs.rank(fixed[place], fixed[place + 1]);
            }
            let mut alive = merge_small(&self.pairs, &mut fixed, &mut ranks, count);
            while alive != 0 {
                out.push(fixed[(alive.trailing_zeros() & 63) as usize]);
                alive &= alive - 1;
            }
        } else {
            merge_long(&self.pairs, &mut scratch.workspace);
            out.extend(
                scratch
                    .workspace
                    .symbols
                    .iter()
                    .copied()
                    .filter(|&symbol| symbol != NONE),
            );
            scratch.workspace.shrink(KEPT_SYMBOLS);
        }
    }
}
