//! Decoders: ids to text.

mod chain;

use std::borrow::Cow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Declined;
use super::added::Added;
use super::bytelevel;
use super::file::{DecoderPart, Pattern};
use super::vocab::Vocab;
use chain::Link;

/// How tokens become text.
enum Mode {
    /// Bytes, one after the other; what is not UTF-8 becomes U+FFFD.
    Bytes,
    /// Text and runs of byte tokens, fused, with blanks stripped from the start.
    Fallback { strip: usize },
    /// Tokens that the chain changes each by itself, and the first unlike the others.
    Each(Vec<Link>),
    /// Whatever the chain says.
    Chain(Vec<Link>),
    /// Tokens with a blank between.
    Joined,
}

/// A token's place among the bytes, and what it is; eight bytes, since a text's tokens are all over the vocabulary.
#[derive(Clone, Copy, Default)]
struct Entry {
    start: u32,
    /// The length above the flags.
    packed: u32,
}

impl Entry {
    const KNOWN: u32 = 1;
    const SPECIAL: u32 = 2;
    /// In `Fallback`: a byte of a run.
    const BYTE: u32 = 4;
    const FLAGS: u32 = 3;

    fn is(self, flag: u32) -> bool {
        self.packed & flag != 0
    }

    fn range(self) -> std::ops::Range<usize> {
        let start = self.start as usize;
        start..start + (self.packed >> Self::FLAGS) as usize
    }
}

/// Most tokens are not longer: they are copied as so many bytes, which is one move, and cut.
const CHUNK: usize = 16;

/// So many ids at a time are decoded without a table.
const FEW: usize = 512;

/// A file's decoder; its tokens are worked out when something is decoded: those that are asked for, and all of them once
/// enough were, since that may take tens of milliseconds.
pub(super) struct Decoder {
    mode: Mode,
    /// What is replaced in each token.
    replace: Option<(String, String)>,
    table: OnceLock<Option<Table>>,
    /// How many ids were decoded without it.
    decoded: AtomicUsize,
}

/// Tokens by id, in the form that the decoder's first steps give them.
struct Table {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

impl Decoder {
    pub(super) fn new(part: Option<&DecoderPart>) -> Result<Self, Declined> {
        let mut links = Vec::new();
        if let Some(part) = part {
            chain::links(part, &mut links, 0)?;
        }
        let (mode, replace) = match part {
            None => (Mode::Joined, None),
            Some(DecoderPart::ByteLevel {}) => (Mode::Bytes, None),
            Some(_) => fallback(links),
        };
        Ok(Self {
            mode,
            replace,
            table: OnceLock::new(),
            decoded: AtomicUsize::new(0),
        })
    }

    /// The text of `ids`; nothing when the tokens are too many for a table.
    pub(super) fn decode(
        &self,
        vocab: &Vocab,
        added: &Added,
        ids: &[u32],
        skip_special: bool,
    ) -> Option<String> {
        let token = |id: u32| shown(id, vocab, added).unwrap_or_default().to_owned();
        let new = |ids: &mut dyn Iterator<Item = u32>| {
            Table::new(ids, &self.mode, self.replace.as_ref(), vocab, added)
        };
        let most = vocab.id_end() / 4;
        if ids.len() <= FEW
            && self.table.get().is_none()
            && self.decoded.fetch_add(ids.len(), Ordering::Relaxed) < most
        {
            let table = new(&mut ids.iter().copied())?;
            let places: Vec<u32> = (0u32..).take(ids.len()).collect();
            let first = |place: u32| ids.get(place as usize).copied().map_or_else(String::new, token);
            return Some(table.decode(&self.mode, &places, skip_special, first));
        }
        let table = self.table.get_or_init(|| {
            let ends = added.tokens().iter().map(|token| token.id as usize + 1);
            let id_end = ends.fold(vocab.id_end(), usize::max);
            let mut table = new(&mut (0u32..).take(id_end))?;
            table.bytes.shrink_to_fit();
            Some(table)
        });
        let table = table.as_ref()?;
        Some(table.decode(&self.mode, ids, skip_special, token))
    }
}

/// The token of an id, as decoders see it.
fn shown<'a>(id: u32, vocab: &'a Vocab, added: &'a Added) -> Option<&'a str> {
    added
        .by_id(id)
        .map(|token| token.shown.as_str())
        .or_else(|| vocab.token(id))
}

impl Table {
    /// Of some ids, one after the other; nothing when there is too much text.
    fn new(
        ids: &mut dyn Iterator<Item = u32>,
        mode: &Mode,
        replace: Option<&(String, String)>,
        vocab: &Vocab,
        added: &Added,
    ) -> Option<Self> {
        let count = ids.size_hint().0;
        let mut table = Self {
            bytes: Vec::with_capacity(count * 8 + CHUNK),
            entries: Vec::with_capacity(count),
        };
        let mut changed = String::new();
        for id in ids {
            let entry = match shown(id, vocab, added) {
                Some(token) => table.add(token, added.is_special(token), mode, replace, &mut changed)?,
                None => Entry::default(),
            };
            table.entries.push(entry);
        }
        // A chunk may reach beyond the last token.
        table.bytes.extend_from_slice(&[0; CHUNK]);
        Some(table)
    }

    /// Adds a token's bytes; `changed` is memory that is used again.
    fn add(
        &mut self,
        token: &str,
        special: bool,
        mode: &Mode,
        replace: Option<&(String, String)>,
        changed: &mut String,
    ) -> Option<Entry> {
        let start = self.bytes.len();
        let mut byte = false;
        match mode {
            Mode::Bytes => {
                if !bytelevel::append_bytes(token.as_bytes(), &mut self.bytes) {
                    self.bytes.extend_from_slice(token.as_bytes());
                }
            }
            Mode::Fallback { .. } => {
                let replaced = match replace {
                    Some((from, to)) if token.contains(from.as_str()) => {
                        token.replace(from.as_str(), to).into()
                    }
                    _ => Cow::Borrowed(token),
                };
                if let Some(value) = chain::byte_token(&replaced) {
                    byte = true;
                    self.bytes.push(value);
                } else {
                    self.bytes.extend_from_slice(replaced.as_bytes());
                }
            }
            Mode::Each(links) => {
                changed.clear();
                changed.push_str(token);
                chain::later(links, changed);
                self.bytes.extend_from_slice(changed.as_bytes());
            }
            Mode::Chain(_) | Mode::Joined => self.bytes.extend_from_slice(token.as_bytes()),
        }
        let length = u32::try_from(self.bytes.len() - start).ok()?;
        let flags =
            Entry::KNOWN | if special { Entry::SPECIAL } else { 0 } | if byte { Entry::BYTE } else { 0 };
        Some(Entry {
            start: u32::try_from(start).ok()?,
            packed: length.checked_shl(Entry::FLAGS).filter(|_| length < 1 << 29)? | flags,
        })
    }

    /// The entries of the ids that exist and are kept.
    #[inline]
    fn kept<'a>(&'a self, ids: &'a [u32], skip_special: bool) -> impl Iterator<Item = (u32, Entry)> + 'a {
        let unwanted = if skip_special { Entry::SPECIAL } else { 0 };
        ids.iter().filter_map(move |&id| {
            let entry = *self.entries.get(id as usize)?;
            (entry.is(Entry::KNOWN) && !entry.is(unwanted)).then_some((id, entry))
        })
    }

    fn append(&self, entry: Entry, out: &mut Vec<u8>) {
        let range = entry.range();
        let length = out.len() + range.len();
        if range.len() <= CHUNK {
            out.extend_from_slice(&self.bytes[range.start..range.start + CHUNK]);
            out.truncate(length);
        } else {
            out.extend_from_slice(&self.bytes[range]);
        }
    }

    fn token(&self, entry: Entry) -> String {
        lossy(self.bytes[entry.range()].to_vec())
    }

    fn decode(&self, mode: &Mode, ids: &[u32], skip_special: bool, first: impl Fn(u32) -> String) -> String {
        let mut kept = self.kept(ids, skip_special);
        let mut out = Vec::with_capacity(ids.len() * 5 + CHUNK);
        match mode {
            Mode::Bytes => kept.for_each(|(_, entry)| self.append(entry, &mut out)),
            Mode::Fallback { strip } => {
                drop(kept);
                return self.decode_fallback(ids, skip_special, *strip);
            }
            Mode::Each(links) => {
                if let Some((id, _)) = kept.next() {
                    out.extend_from_slice(chain::run(links, vec![first(id)]).concat().as_bytes());
                }
                kept.for_each(|(_, entry)| self.append(entry, &mut out));
            }
            Mode::Chain(links) => {
                return chain::run(links, kept.map(|(_, entry)| self.token(entry)).collect()).concat();
            }
            Mode::Joined => {
                for (index, (_, entry)) in kept.enumerate() {
                    if index != 0 {
                        out.push(b' ');
                    }
                    self.append(entry, &mut out);
                }
            }
        }
        lossy(out)
    }

    fn decode_fallback(&self, ids: &[u32], skip_special: bool, strip: usize) -> String {
        let mut out = Vec::with_capacity(ids.len() * 5 + CHUNK);
        // Where a run of byte tokens began.
        let mut run = None;
        for (_, entry) in self.kept(ids, skip_special) {
            if entry.is(Entry::BYTE) {
                run.get_or_insert(out.len());
            } else if let Some(start) = run.take() {
                end_run(&mut out, start);
            }
            self.append(entry, &mut out);
        }
        if let Some(start) = run {
            end_run(&mut out, start);
        }
        let blanks = out.iter().take(strip).take_while(|&&byte| byte == b' ').count();
        out.drain(..blanks);
        lossy(out)
    }
}

/// A run of byte tokens that is not UTF-8 becomes U+FFFD once for each.
fn end_run(out: &mut Vec<u8>, start: usize) {
    if std::str::from_utf8(&out[start..]).is_err() {
        let count = out.len() - start;
        out.truncate(start);
        for _ in 0..count {
            out.extend_from_slice("\u{FFFD}".as_bytes());
        }
    }
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Recognises `Replace, ByteFallback, Fuse, Strip` and what is left when some of them are absent.
fn fallback(links: Vec<Link>) -> (Mode, Option<(String, String)>) {
    let mut rest = links.as_slice();
    let mut replace = None;
    if let [Link::Replace { from, to }, after @ ..] = rest {
        replace = Some((from.clone(), to.clone()));
        rest = after;
    }
    let strip = match rest {
        [Link::ByteFallback] | [Link::ByteFallback, Link::Fuse] => Some(0),
        [
            Link::ByteFallback,
            Link::Fuse,
            Link::Strip { content: ' ', start },
        ] => Some(*start),
        _ => None,
    };
    match strip {
        Some(strip) => (Mode::Fallback { strip }, replace),
        None if links.iter().all(Link::is_for_each) => (Mode::Each(links), None),
        None => (Mode::Chain(links), None),
    }
}

/// A `Replace` of a literal text, or a decline.
fn literal(pattern: &Pattern) -> Result<&str, Declined> {
    match pattern {
        Pattern::String(text) if !text.is_empty() => Ok(text),
        _ => Err(Declined::new("its decoder replaces by a pattern")),
    }
}
