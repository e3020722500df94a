//! Reading merges.

use std::borrow::Cow;

use super::super::Declined;
use super::super::json::Scanner;
use super::super::packed::{SHORT, join, pack};
use super::super::vocab::Vocab;

/// The options of a BPE model, as tokenizer.json has them.
#[derive(Debug, Default)]
pub(in super::super) struct Settings {
    pub(in super::super) unk: Option<String>,
    /// What tokens begin with that are not the first of a piece; not empty.
    pub(in super::super) prefix: Option<String>,
    /// What the last token of a piece ends with; not empty.
    pub(in super::super) suffix: Option<String>,
    pub(in super::super) fuse_unk: bool,
    pub(in super::super) byte_fallback: bool,
    pub(in super::super) ignore_merges: bool,
}

/// Merges in order of rank: (left, right, result).
#[expect(
    clippy::struct_field_names,
    reason = "the merges of a file, and facts about it"
)]
pub(in super::super) struct Merges {
    pub(in super::super) merges: Vec<(u32, u32, u32)>,
    /// Whether the file writes them as pairs rather than as lines.
    pub(in super::super) as_pairs: bool,
    /// Whether a line of the file is no merge.
    pub(in super::super) has_version: bool,
}

/// Merges that are looked up together.
const BATCH: usize = 32;

/// Reads `["a b", …]` or `[["a", "b"], …]`; what a merge makes lacks the first `prefix` bytes of its right side.
pub(in super::super) fn scan_merges(
    scanner: &mut Scanner<'_>,
    vocab: &Vocab,
    prefix: usize,
) -> Result<Merges, Declined> {
    let mut resolver = Resolver {
        vocab,
        prefix,
        merges: Vec::with_capacity(vocab.len()),
        keys: [0; 2 * BATCH],
        waiting: 0,
        last: (0, vocab.key(0)),
        next: vocab.key(1),
        joined: String::new(),
    };
    let mut pairs = None;
    let mut has_version = false;
    scanner.array(|scanner| {
        let is_pair = scanner.peek() == Some(b'[');
        if *pairs.get_or_insert(is_pair) != is_pair {
            return Err(Declined::new("merges of two layouts in one file"));
        }
        if is_pair {
            scanner.step(b'[')?;
            let left = scanner.token()?;
            scanner.step(b',')?;
            let right = scanner.token()?;
            scanner.step(b']')?;
            resolver.add((&left.text, left.key), (&right.text, right.key))
        } else {
            let text = scanner.string()?;
            if text.starts_with("#version") {
                has_version = true;
                return Ok(());
            }
            let blank = |byte: &u8| *byte == b' ';
            let place = text.bytes().position(|byte| blank(&byte));
            let (left, right) = place
                .and_then(|place| Some((text.get(..place)?, text.get(place + 1..)?)))
                .ok_or_else(|| Declined::new("a merge without a blank"))?;
            if right.as_bytes().iter().any(blank) {
                return Err(Declined::new("a merge of more than two tokens"));
            }
            if matches!(text, Cow::Borrowed(_)) {
                // The line is followed by a quote, where the scanner is now.
                let start = scanner.place() - 1 - text.len();
                let keys = (
                    scanner.key(start, left.len()),
                    scanner.key(start + left.len() + 1, right.len()),
                );
                return resolver.add((left, keys.0), (right, keys.1));
            }
            resolver.add((left, key(left)), (right, key(right)))
        }
    })?;
    resolver.flush()?;
    Ok(Merges {
        merges: resolver.merges,
        as_pairs: pairs.unwrap_or(false),
        has_version,
    })
}

/// The key of a token, 0 when it is long or empty.
#[inline]
fn key(text: &str) -> u128 {
    if text.len() > SHORT || text.is_empty() {
        0
    } else {
        pack(text.as_bytes(), 0, text.len())
    }
}

/// Looks merges up, many at once: most of the time goes into waiting for memory.
struct Resolver<'a> {
    vocab: &'a Vocab,
    prefix: usize,
    merges: Vec<(u32, u32, u32)>,
    /// The keys of the merges that wait, left and right in turn.
    keys: [u128; 2 * BATCH],
    waiting: usize,
    /// What the merge before made, with its key, and the key of the token after that.
    last: (u32, u128),
    next: u128,
    joined: String,
}

impl Resolver<'_> {
    /// Adds a merge of two tokens with their keys.
    #[inline]
    fn add(&mut self, left: (&str, u128), right: (&str, u128)) -> Result<(), Declined> {
        if left.1 == 0 || right.1 == 0 || self.prefix > 0 {
            return self.long(left.0, right.0);
        }
        self.keys[self.waiting] = left.1;
        self.keys[self.waiting + 1] = right.1;
        self.waiting += 2;
        if self.waiting == self.keys.len() {
            return self.flush();
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Declined> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut found = [0; 2 * BATCH];
        let map = self.vocab.building().ok_or_else(unknown)?;
        if !map.get_all(&self.keys[..waiting], &mut found[..waiting]) {
            return Err(unknown());
        }
        let keys = self.keys;
        let (keys, _) = keys[..waiting].as_chunks::<2>();
        let (found, _) = found[..waiting].as_chunks::<2>();
        for (&[left_key, right_key], &[left, right]) in keys.iter().zip(found) {
            let result = match join(left_key, right_key) {
                // Most files write merges in the order of what they make: the same token again, or the next.
                Some(key) if key == self.last.1 => Some(self.last.0),
                Some(key) if key == self.next => Some(self.last.0 + 1),
                Some(key) => map.get_packed(key),
                None => self.result(left, right),
            };
            self.push(left, right, result.ok_or_else(unknown)?);
        }
        Ok(())
    }

    /// Looks up a merge with a token that has no key, or must not be joined by it.
    fn long(&mut self, left: &str, right: &str) -> Result<(), Declined> {
        if left.is_empty() || right.len() <= self.prefix {
            return Err(Declined::new("a merge with an empty side"));
        }
        self.flush()?;
        let (left, right) = self
            .vocab
            .id(left)
            .zip(self.vocab.id(right))
            .ok_or_else(unknown)?;
        let result = self.result(left, right).ok_or_else(unknown)?;
        self.push(left, right, result);
        Ok(())
    }

    #[inline]
    fn push(&mut self, left: u32, right: u32, result: u32) {
        self.merges.push((left, right, result));
        if result != self.last.0 {
            self.last = (result, self.vocab.key(result));
            self.next = self.vocab.key(result + 1);
        }
    }

    /// What two tokens make together.
    fn result(&mut self, left: u32, right: u32) -> Option<u32> {
        let vocab = self.vocab;
        let (left, right) = vocab.token(left).zip(vocab.token(right)?.get(self.prefix..))?;
        let last = self.last.0;
        let made = |id: u32| {
            let rest = vocab.token(id)?.strip_prefix(left)?;
            (rest == right).then_some(id)
        };
        made(last).or_else(|| made(last + 1)).or_else(|| {
            self.joined.clear();
            self.joined.push_str(left);
            self.joined.push_str(right);
            vocab.id(&self.joined)
        })
    }
}

#[cold]
fn unknown() -> Declined {
    Declined::new("a merge of tokens that the vocabulary does not have")
}
