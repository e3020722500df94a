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
}

/// Reads `["a b", …]` or `[["a", "b"], …]`.
pub(in super::super) fn scan_merges(scanner: &mut Scanner<'_>, vocab: &Vocab) -> Result<Merges, Declined> {
    let mut merges: Vec<(u32, u32, u32)> = Vec::with_capacity(vocab.len());
    let mut joined = String::new();
    let mut pairs = None;
    scanner.array(|scanner| {
        let is_pair = scanner.peek() == Some(b'[');
        if *pairs.get_or_insert(is_pair) != is_pair {
            return Err(Declined::new("merges of two layouts in one file"));
        }
        if is_pair {
            let mut sides = [std::borrow::Cow::Borrowed(""), std::borrow::Cow::Borrowed("")];
            let mut count = 0;
            scanner.array(|scanner| {
                let side = scanner.string()?;
                *sides
                    .get_mut(count)
                    .ok_or_else(|| Declined::new("a merge of more than two tokens"))? = side;
                count += 1;
                Ok(())
            })?;
            if count != 2 {
                return Err(Declined::new("a merge that is not of two tokens"));
            }
            merges.push(resolve(vocab, &sides[0], &sides[1], merges.last(), &mut joined)?);
        } else {
            let text = scanner.string()?;
            if text.starts_with("#version") {
                return Ok(());
            }
            let (left, right) = text
                .split_once(' ')
                .ok_or_else(|| Declined::new("a merge without a blank"))?;
            if right.contains(' ') {
                return Err(Declined::new("a merge of more than two tokens"));
            }
            merges.push(resolve(vocab, left, right, merges.last(), &mut joined)?);
        }
        Ok(())
    })?;
    Ok(Merges { merges })
}

#[inline]
fn resolve(
    vocab: &Vocab,
    left: &str,
    right: &str,
    before: Option<&(u32, u32, u32)>,
    joined: &mut String,
) -> Result<(u32, u32, u32), Declined> {
    if left.is_empty() || right.is_empty() {
        return Err(Declined::new("a merge with an empty side"));
    }
    let unknown = || Declined::new("a merge of tokens that the vocabulary does not have");
    if left.len() <= SHORT && right.len() <= SHORT {
        // Most files write merges in the order of what they make: the same token again, or the next.
        let guess = before.and_then(|&(_, _, last)| {
            [last + 1, last].into_iter().find(|&id| {
                vocab
                    .token(id)
                    .and_then(|token| token.strip_prefix(left))
                    .is_some_and(|rest| rest == right)
            })
        });
        let left_key = pack(left.as_bytes(), 0, left.len());
        let right_key = pack(right.as_bytes(), 0, right.len());
        if let Some(key) = join(left_key, right_key) {
            return vocab
                .id_of_packed(left_key)
                .zip(vocab.id_of_packed(right_key))
                .zip(guess.or_else(|| vocab.id_of_packed(key)))
                .map(|((left, right), result)| (left, right, result))
                .ok_or_else(unknown);
        }
    }
    joined.clear();
    joined.push_str(left);
    joined.push_str(right);
    vocab
        .id(left)
        .zip(vocab.id(right))
        .zip(vocab.id(joined))
        .map(|((left, right), result)| (left, right, result))
        .ok_or_else(unknown)
}
