//! Reading merges.

use super::super::Declined;
use super::super::json::Scanner;
use super::super::packed::{SHORT, join, pack};
use super::super::vocab::Vocab;

/// The options of a BPE model, as tokenizer.json has them.
#[derive(Debug, Default)]
pub(in super::super) struct Settings {
    pub(in super::super) unk: Option<String>,
    pub(in super::super) suffix: Option<String>,
    pub(in super::super) fuse_unk: bool,
    pub(in super::super) byte_fallback: bool,
    pub(in super::super) ignore_merges: bool,
}

/// Merges in order of rank: (left, right, result).
pub(in super::super) struct Merges {
    pub(in super::super) merges: Vec<(u32, u32, u32)>,
    /// Whether the file writes them as pairs rather than as lines.
    pub(in super::super) as_pairs: bool,
    /// Whether a line of the file is no merge.
    pub(in super::super) has_version: bool,
}

/// Merges that are looked up together.
const BATCH: usize = 32;

/// Reads `["a b", …]` or `[["a", "b"], …]`.
pub(in super::super) fn scan_merges(scanner: &mut Scanner<'_>, vocab: &Vocab) -> Result<Merges, Declined> {
    let mut resolver = Resolver {
        vocab,
        merges: Vec::with_capacity(vocab.len()),
        keys: [0; 2 * BATCH],
        waiting: 0,
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
            let mut sides = [None, None];
            let mut count = 0;
            scanner.array(|scanner| {
                let side = scanner.token()?;
                *sides
                    .get_mut(count)
                    .ok_or_else(|| Declined::new("a merge of more than two tokens"))? = Some(side);
                count += 1;
                Ok(())
            })?;
            let [Some(left), Some(right)] = sides else {
                return Err(Declined::new("a merge that is not of two tokens"));
            };
            resolver.add((&left.text, left.key), (&right.text, right.key))
        } else {
            let text = scanner.string()?;
            if text.starts_with("#version") {
                has_version = true;
                return Ok(());
            }
            let (left, right) = text
                .split_once(' ')
                .ok_or_else(|| Declined::new("a merge without a blank"))?;
            if right.contains(' ') {
                return Err(Declined::new("a merge of more than two tokens"));
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
    merges: Vec<(u32, u32, u32)>,
    /// The keys of the merges that wait, left and right in turn.
    keys: [u128; 2 * BATCH],
    waiting: usize,
    joined: String,
}

impl Resolver<'_> {
    /// Adds a merge of two tokens with their keys.
    #[inline]
    fn add(&mut self, left: (&str, u128), right: (&str, u128)) -> Result<(), Declined> {
        if left.1 == 0 || right.1 == 0 {
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
                Some(key) => {
                    // Most files write merges in the order of what they make: the same token again, or the next.
                    let last = self.merges.last().map_or(0, |merge| merge.2);
                    [last, last + 1]
                        .into_iter()
                        .find(|&id| self.vocab.key(id) == key)
                        .or_else(|| map.get_packed(key))
                }
                None => self.result(left, right),
            };
            self.merges.push((left, right, result.ok_or_else(unknown)?));
        }
        Ok(())
    }

    /// Looks up a merge with a token that has no key.
    fn long(&mut self, left: &str, right: &str) -> Result<(), Declined> {
        if left.is_empty() || right.is_empty() {
            return Err(Declined::new("a merge with an empty side"));
        }
        self.flush()?;
        let (left, right) = self.vocab.id(left).zip(self.vocab.id(right)).ok_or_else(unknown)?;
        let result = self.result(left, right).ok_or_else(unknown)?;
        self.merges.push((left, right, result));
        Ok(())
    }

    /// What two tokens make together.
    fn result(&mut self, left: u32, right: u32) -> Option<u32> {
        let vocab = self.vocab;
        let (left, right) = vocab.token(left).zip(vocab.token(right))?;
        let last = self.merges.last().map_or(0, |merge| merge.2);
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
