//! Byte pair encoding over bytes or characters: one piece of text to ids.

mod alphabet;
mod atoms;
mod chunk;
mod cuts;
mod edges;
mod holes;
mod lanes;
mod load;
mod merge;
mod missing;
mod pairs;
mod raw;
mod seams;
mod spans;

use alphabet::Alphabet;
pub(super) use alphabet::META;
use atoms::Atoms;
use chunk::{Chunk, LONG_KEY, PIECES};
use cuts::Joins;
pub(super) use cuts::{cut, is_blank};
use holes::Holes;
use lanes::{Asks, Lane, Lanes, merge_all};
pub(super) use load::{Merges, Settings, scan_merges};
use merge::Workspace;

use super::Declined;
use super::cache::{Cache, Lines, SHORT_IDS, SPARE, Stop};
use super::packed::{PackedMap, SHORT, pack};
use super::unicode::decode;
use super::vocab::Vocab;
use merge::{SMALL, Small, merge_long, merge_small};
use missing::Missing;
use pairs::{Merge, NONE, Pairs};
use raw::Raw;

/// The longest piece that the cache keeps in its lines.
const LONG: usize = 31;

/// Places in the lanes of pieces of up to [`SHORT`] and up to [`LONG`] bytes.
const SHORT_LANE: usize = SHORT + 1;
const LONG_LANE: usize = LONG + 1;

/// The longest that it keeps at all.
const LONGEST_KEPT: usize = 512;

/// Set in the keys of parts of pieces where they can have other ids than the same bytes as a piece.
const PART: u128 = 1 << 127;

/// Workspaces that grew beyond this for one long piece are given back.
const KEPT_SYMBOLS: usize = 1 << 16;

/// A BPE model as tables.
pub(super) struct Bpe {
    pairs: Pairs,
    /// Of a vocabulary with all bytes: their ids and the merges of their pairs.
    bytes: Option<Bytes>,
    /// The same of a vocabulary of characters, for those of ASCII.
    ascii: Option<Firsts<128>>,
    alphabet: Alphabet,
    joins: Option<Joins>,
    /// With `ignore_merges`: whole pieces that are tokens, as bytes of text.
    whole: Option<PackedMap>,
    longest: usize,
    /// The prefix that all tokens of a piece but the first are written with.
    prefix: Written,
    /// The suffix that the last one is written with.
    suffix: Written,
    /// How the file writes merges, where the tables hold all of them.
    layout: Option<Layout>,
}

/// How a file writes a merge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Pair,
    Line,
}

/// How long a text is.
#[derive(Clone, Copy, Default)]
struct Written {
    bytes: usize,
    characters: usize,
}

impl Written {
    fn new(text: Option<&String>) -> Self {
        text.map_or_else(Self::default, |text| Self {
            bytes: text.len(),
            characters: text.chars().count(),
        })
    }
}

struct Bytes {
    firsts: Firsts<256>,
    atoms: Atoms,
}

/// First symbols of `N` bytes, and the merges of their pairs: by left byte, then right byte.
struct Firsts<const N: usize> {
    ids: Box<[u32; N]>,
    merges: Vec<Merge>,
}

impl<const N: usize> Firsts<N> {
    fn new(ids: &[u32; N], pairs: &Pairs) -> Self {
        Self {
            ids: Box::new(*ids),
            merges: pairs.of_firsts(ids),
        }
    }

    /// What the pair of two bytes merges into.
    #[inline(always)]
    fn merge(&self, left: u8, right: u8) -> Merge {
        self.merges[usize::from(left) % N * N + usize::from(right) % N]
    }

    /// Fills a lane with the symbols of a piece of ASCII; false where one is unknown.
    #[inline(always)]
    fn begin<const PLACES: usize>(&self, piece: &[u8], index: usize, lane: &mut Lane<PLACES>) -> bool {
        lane.begin(index, piece.len());
        let mut known = true;
        for (symbol, &byte) in lane.symbols.iter_mut().zip(piece) {
            *symbol = self.ids[usize::from(byte) % N];
            known &= *symbol != NONE;
        }
        for (place, pair) in piece.windows(2).enumerate() {
            lane.set(place, self.merge(pair[0], pair[1]));
        }
        known
    }
}

/// What one call uses beside the cache.
#[derive(Default)]
pub(super) struct Scratch {
    workspace: Workspace,
    chunk: Chunk,
    holes: Holes,
    /// Made when a piece is merged first: many a scratch belongs to a model that does not merge.
    lanes: Option<Lanes<SHORT_LANE>>,
    long_lanes: Option<Lanes<LONG_LANE>>,
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
        let raw = byte_level.then(|| Raw::new(vocab));
        let joins = alphabet.joins(vocab, raw.as_ref(), merges)?;
        if settings.ignore_merges && !byte_level {
            return Err(Declined::new("its BPE over characters ignores merges"));
        }
        let raw = raw.filter(|_| settings.ignore_merges);
        let (whole, longest) = (raw.as_ref().map(Raw::map), raw.as_ref().map_or(0, Raw::longest));
        let pairs = Pairs::new(&merges.merges)?;
        let layout = if merges.as_pairs {
            Layout::Pair
        } else {
            Layout::Line
        };
        let layout = Some(layout).filter(|_| !merges.has_version && pairs.are_distinct());
        let ascii = alphabet.ascii().map(|ids| Firsts::new(ids, &pairs));
        let bytes = alphabet.all_bytes().map(|ids| Bytes {
            firsts: Firsts::new(ids, &pairs),
            atoms: Atoms::new(vocab, merges, &pairs, ids),
        });
        Ok(Self {
            pairs,
            bytes,
            ascii,
            alphabet,
            joins,
            whole,
            longest,
            prefix: Written::new(settings.prefix.as_ref()),
            suffix: Written::new(settings.suffix.as_ref()),
            layout,
        })
    }

    /// Whether the tables hold all that the file says of merges.
    pub(super) fn holds_merges(&self) -> bool {
        self.layout.is_some()
    }

    /// Whether unknown text is an error.
    pub(super) fn may_fail(&self) -> bool {
        self.alphabet.may_fail()
    }

    /// Whether the file writes merges as pairs, not as lines.
    pub(super) fn writes_pairs(&self) -> bool {
        self.layout == Some(Layout::Pair)
    }

    /// The pairs that merge, in the order of the file; nothing where the tables do not hold all of them.
    pub(super) fn pairs(&self) -> Option<Vec<(u32, u32)>> {
        self.pairs.in_order().filter(|_| self.holds_merges())
    }

    /// Where text may be cut without changing ids; nothing when that is not known.
    pub(super) fn joins(&self) -> Option<&Joins> {
        self.joins.as_ref()
    }

    /// Takes the piece `text[from..to]` (not empty); its ids are appended at the latest by [`Bpe::flush`].
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
        if scratch.chunk.add(from, to) {
            self.look_up(text, cache, scratch, out);
        }
    }

    /// Gives all pieces that were taken their places in the output, so that something else can be appended.
    #[inline]
    pub(super) fn settle(&self, text: &[u8], cache: &mut Cache, scratch: &mut Scratch, out: &mut Vec<u32>) {
        if scratch.chunk.pieces().count > 0 {
            self.look_up(text, cache, scratch, out);
        }
    }

    /// Appends the ids of all pieces that were taken.
    pub(super) fn flush(&self, text: &[u8], cache: &mut Cache, scratch: &mut Scratch, out: &mut Vec<u32>) {
        self.look_up(text, cache, scratch, out);
        if !scratch.holes.is_empty() {
            self.fill(text, cache, scratch, out);
        }
    }

    /// Appends the ids of the pieces that wait, but for those that the cache does not have.
    #[inline(never)]
    fn look_up(&self, text: &[u8], cache: &mut Cache, scratch: &mut Scratch, out: &mut Vec<u32>) {
        let pieces = scratch.chunk.pieces();
        let count = std::mem::take(&mut pieces.count).min(PIECES);
        let lines = cache.lines();
        for (&(from, to), asked) in pieces.spans[..count].iter().zip(&mut pieces.asked) {
            let bytes = to - from;
            if bytes <= SHORT {
                asked.key = pack(text, from, bytes);
                asked.hash = lines.hash(asked.key);
                lines.prefetch(asked.hash);
            } else {
                asked.key = LONG_KEY;
                ask_long(lines, &text[from..to]);
            }
        }
        let mut at = out.len();
        let mut index = 0;
        loop {
            // Room for all that stand in their lines.
            out.resize(at + SHORT_IDS * (count - index) + SPARE, 0);
            let pieces = scratch.chunk.pieces();
            let lines = cache.lines();
            let stop = loop {
                let (written, stop) = lines.write(&pieces.asked[index..count], out, &mut at);
                index += written;
                if stop != Stop::Missing || pieces.asked[index].key == LONG_KEY {
                    break stop;
                }
                let (from, to) = pieces.spans[index];
                scratch.holes.add(at, pieces.asked[index].key, from, to);
                index += 1;
            };
            out.truncate(at);
            if stop == Stop::End {
                break;
            }
            let key = pieces.asked[index].key;
            let (from, to) = pieces.spans[index];
            index += 1;
            if key != LONG_KEY {
                if !cache.get_short(key, out) {
                    scratch.holes.add(out.len(), key, from, to);
                }
            } else if to - from > LONG {
                self.merge_parts(&text[from..to], cache, scratch, out);
            } else if !cache.get_long(long_key(&text[from..to], 0), out) {
                scratch.holes.add(out.len(), key, from, to);
            }
            at = out.len();
        }
        if scratch.holes.are_enough() {
            self.fill(text, cache, scratch, out);
        }
    }

    /// Finds the ids that are missing in the output.
    #[inline(never)]
    fn fill(&self, text: &[u8], cache: &mut Cache, scratch: &mut Scratch, out: &mut Vec<u32>) {
        let mut holes = std::mem::take(&mut scratch.holes);
        if let Some(whole) = &self.whole {
            for hole in &holes.list {
                whole.prefetch(hole.key);
            }
            for index in 0..holes.list.len() {
                holes.fill(index, |hole, found| {
                    let id = whole.get_packed(hole.key).filter(|_| hole.key != LONG_KEY);
                    id.inspect(|&id| {
                        cache.put_short(hole.key, &[id]);
                        found.push(id);
                    })
                    .is_some()
                });
            }
        }
        let mut missing = Missing {
            bpe: self,
            text,
            cache,
            symbols: &mut scratch.workspace.symbols,
            holes: &mut holes,
            next: 0,
        };
        let pairs = self.pairs.lookup();
        merge_all(pairs, scratch.lanes.get_or_insert_default(), &mut missing);
        missing.next = 0;
        merge_all(pairs, scratch.long_lanes.get_or_insert_default(), &mut missing);
        holes.close(out, KEPT_SYMBOLS);
        scratch.holes = holes;
    }

    /// Fills a lane with the first symbols of a piece.
    fn begin<const PLACES: usize>(
        &self,
        piece: &[u8],
        index: usize,
        symbols: &mut Vec<u32>,
        lane: &mut Lane<PLACES>,
        asks: &mut Asks<'_>,
    ) {
        if piece.is_ascii() {
            let is_begun = match (&self.bytes, &self.ascii) {
                (Some(bytes), _) => bytes.firsts.begin(piece, index, lane),
                (None, Some(ascii)) => ascii.begin(piece, index, lane),
                (None, None) => false,
            };
            if is_begun {
                return;
            }
        }
        let mut count = 0;
        if let (Some(bytes), Some(joins)) = (&self.bytes, &self.joins) {
            bytes.atoms.symbols(joins, &bytes.firsts.ids, piece, |symbol, _| {
                lane.symbols[count % PLACES] = symbol;
                count += 1;
            });
        } else {
            symbols.clear();
            self.alphabet.symbols(piece, symbols);
            for &symbol in &*symbols {
                lane.symbols[count % PLACES] = symbol;
                count += 1;
            }
        }
        lane.begin(index, count);
        for place in 1..count.min(PLACES - 1) {
            let key = Pairs::key(lane.symbols[place - 1], lane.symbols[place]);
            asks.add(true, place - 1, key);
        }
    }

    /// Ids of a piece of more than [`LONG`] bytes, of whose parts the cache may know some.
    fn merge_parts(&self, piece: &[u8], cache: &mut Cache, scratch: &mut Scratch, out: &mut Vec<u32>) {
        if let Some(id) = self.whole_id(piece) {
            return out.push(id);
        }
        match &self.joins {
            Some(joins) if self.alphabet.is_bytes() && !piece[..2].is_ascii() => {
                self.encode_cut(joins, piece, cache, scratch, out);
            }
            _ => self.merge_long(piece, cache, scratch, out),
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
        // `Digits` may have cut a character; of such ones only the bytes join.
        let inside = piece.iter().take_while(|&&byte| byte & 0xC0 == 0x80).count();
        let (mut left, mut at) = if inside > 0 {
            (u32::MAX, inside)
        } else {
            decode(piece, 0)
        };
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
            self.merge_long(part, cache, scratch, out);
        }
    }

    /// Merges a piece or a part that is no token, if the cache does not have it: runs of one sign return.
    fn merge_long(&self, piece: &[u8], cache: &mut Cache, scratch: &mut Scratch, out: &mut Vec<u32>) {
        if !(LONG + 1..=LONGEST_KEPT).contains(&piece.len()) {
            return self.merge_piece(piece, scratch, out);
        }
        if !cache.get_text(piece, out) {
            let start = out.len();
            self.merge_piece(piece, scratch, out);
            cache.put_text(piece, &out[start..]);
        }
    }

    /// A part of 16 to 31 bytes.
    fn encode_kept(
        &self,
        piece: &[u8],
        mark: u128,
        cache: &mut Cache,
        scratch: &mut Scratch,
        out: &mut Vec<u32>,
    ) {
        let key = long_key(piece, mark);
        if !cache.get_long(key, out) {
            let start = out.len();
            self.merge_piece(piece, scratch, out);
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
        let mut small = Small::new();
        for (symbol, &byte) in small.symbols.iter_mut().zip(piece) {
            *symbol = bytes.firsts.ids[usize::from(byte)];
        }
        for (place, pair) in piece.windows(2).enumerate() {
            small.set(place, bytes.firsts.merge(pair[0], pair[1]));
        }
        let mut alive = merge_small(&self.pairs, &mut small, piece.len());
        while alive != 0 {
            out.push(small.symbols[(alive.trailing_zeros() & 63) as usize]);
            alive &= alive - 1;
        }
    }

    /// The same for a piece with characters that are no bytes.
    fn merge_characters(&self, bytes: &Bytes, joins: &Joins, piece: &[u8], out: &mut Vec<u32>) {
        let mut small = Small::new();
        let mut kinds = [256; SMALL];
        let mut count = 0;
        bytes
            .atoms
            .symbols(joins, &bytes.firsts.ids, piece, |symbol, kind| {
                small.symbols[count % SMALL] = symbol;
                kinds[count % SMALL] = kind;
                count += 1;
            });
        for place in 0..count.clamp(1, SMALL) - 1 {
            let (left, right) = (kinds[place], kinds[place + 1]);
            let merge = if left < 256 && right < 256 {
                bytes.firsts.merges[left << 8 | right]
            } else {
                self.pairs.get(small.symbols[place], small.symbols[place + 1])
            };
            small.set(place, merge);
        }
        let mut alive = merge_small(&self.pairs, &mut small, count);
        while alive != 0 {
            out.push(small.symbols[(alive.trailing_zeros() & 63) as usize]);
            alive &= alive - 1;
        }
    }

    /// Ids of a piece without the cache.
    pub(super) fn merge_word(&self, piece: &[u8], scratch: &mut Scratch, out: &mut Vec<u32>) {
        match self.whole_id(piece) {
            Some(id) => out.push(id),
            None => self.merge_piece(piece, scratch, out),
        }
    }

    fn merge_piece(&self, piece: &[u8], scratch: &mut Scratch, out: &mut Vec<u32>) {
        let symbols = &mut scratch.workspace.symbols;
        symbols.clear();
        match (&self.bytes, &self.joins) {
            (Some(bytes), _) if (2..=SMALL).contains(&piece.len()) && piece.is_ascii() => {
                return self.merge_bytes(bytes, piece, out);
            }
            (Some(bytes), Some(joins)) if piece.len() <= SMALL => {
                return self.merge_characters(bytes, joins, piece, out);
            }
            (Some(bytes), Some(joins)) => {
                bytes
                    .atoms
                    .symbols(joins, &bytes.firsts.ids, piece, |symbol, _| symbols.push(symbol));
            }
            _ => self.alphabet.symbols(piece, symbols),
        }
        let count = symbols.len();
        if count <= 1 {
            out.extend_from_slice(symbols);
        } else if count <= SMALL {
            let mut small = Small::new();
            small.symbols[..count].copy_from_slice(symbols);
            for place in 0..count - 1 {
                let merge = self.pairs.get(small.symbols[place], small.symbols[place + 1]);
                small.set(place, merge);
            }
            let mut alive = merge_small(&self.pairs, &mut small, count);
            while alive != 0 {
                out.push(small.symbols[(alive.trailing_zeros() & 63) as usize]);
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

/// Asks for the line of a piece of 16 to 31 bytes. Apart, as it would take the registers of a loop over short ones.
#[inline(never)]
fn ask_long(lines: Lines<'_>, piece: &[u8]) {
    if piece.len() <= LONG {
        lines.prefetch_long(lines.hash_long(long_key(piece, 0)));
    }
}

/// The key of a piece of 16 to 31 bytes.
#[inline]
fn long_key(piece: &[u8], mark: u128) -> [u128; 2] {
    let head = piece.first_chunk().map_or(0, |head| u128::from_le_bytes(*head));
    [head, pack(piece, 16, piece.len() - 16) | mark]
}
