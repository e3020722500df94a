//! A model's vocabulary and a BPE model's merges as JSON, written again from the tables and compared with them.

use std::fmt::Write as _;

use crate::source::LargeParts;

use super::Declined;
use super::bpe::Bpe;
use super::json::Scanner;
use super::vocab::Vocab;

/// The tables that hold all that the file says of vocabulary and merges.
pub(super) struct Large<'a> {
    pub(super) vocab: &'a Vocab,
    /// The model, where it merges.
    pub(super) bpe: Option<&'a Bpe>,
}

/// Appends `token` as a string of JSON.
fn push_string(token: &str, out: &mut String) {
    out.push('"');
    for character in token.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            // Writing to a string does not fail.
            '\0'..='\u{1F}' => drop(write!(out, "\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
}

impl Large<'_> {
    fn tokens(&self) -> impl Iterator<Item = (u32, &str)> {
        (0u32..)
            .take(self.vocab.id_end())
            .filter_map(|id| Some((id, self.vocab.token(id)?)))
    }

    fn check_vocab(&self, text: &str) -> Result<bool, Declined> {
        let mut tokens = self.tokens();
        let mut scanner = Scanner::new(text);
        let mut equal = true;
        scanner.object(|scanner, token| {
            let id = scanner.unsigned()?;
            equal &= tokens.next() == Some((id, &token.text));
            Ok(())
        })?;
        scanner.end()?;
        Ok(equal && tokens.next().is_none())
    }

    fn check_merges(&self, text: &str) -> Result<bool, Declined> {
        let Some(bpe) = self.bpe else {
            return Ok(text.is_empty());
        };
        let Some(pairs) = bpe.pairs() else {
            return Ok(false);
        };
        let mut pairs = pairs.into_iter();
        let mut equal = true;
        let mut is = |left: &str, right: &str| {
            equal &= pairs.next().is_some_and(|pair| {
                self.vocab.token(pair.0) == Some(left) && self.vocab.token(pair.1) == Some(right)
            });
        };
        let mut scanner = Scanner::new(text);
        scanner.array(|scanner| {
            if bpe.writes_pairs() {
                let mut sides = Vec::with_capacity(2);
                scanner.array(|scanner| {
                    sides.push(scanner.string()?);
                    Ok(())
                })?;
                match sides.as_slice() {
                    [left, right] => is(left, right),
                    _ => return Err(Declined::new("a merge that is not of two tokens")),
                }
            } else {
                let line = scanner.string()?;
                let (left, right) = line
                    .split_once(' ')
                    .ok_or_else(|| Declined::new("a merge without a blank"))?;
                is(left, right);
            }
            Ok(())
        })?;
        scanner.end()?;
        Ok(equal && pairs.next().is_none())
    }
}

impl LargeParts for Large<'_> {
    fn merge(&self) -> bool {
        self.bpe.is_some()
    }

    fn vocab(&self) -> String {
        let mut out = String::from("{");
        for (id, token) in self.tokens() {
            if out.len() > 1 {
                out.push(',');
            }
            push_string(token, &mut out);
            // Writing to a string does not fail.
            let _ = write!(out, ":{id}");
        }
        out.push('}');
        out
    }

    fn merges(&self) -> String {
        let Some(bpe) = self.bpe else {
            return String::new();
        };
        let mut out = String::from("[");
        let mut line = String::new();
        for (left, right) in bpe.pairs().unwrap_or_default() {
            if out.len() > 1 {
                out.push(',');
            }
            let token = |id| self.vocab.token(id).unwrap_or_default();
            let (left, right) = (token(left), token(right));
            if bpe.writes_pairs() {
                out.push('[');
                push_string(left, &mut out);
                out.push(',');
                push_string(right, &mut out);
                out.push(']');
            } else {
                line.clear();
                line.extend([left, " ", right]);
                push_string(&line, &mut out);
            }
        }
        out.push(']');
        out
    }

    fn has_vocab(&self, vocab: &str) -> bool {
        self.check_vocab(vocab).unwrap_or(false)
    }

    fn has_merges(&self, merges: &str) -> bool {
        self.check_merges(merges).unwrap_or(false)
    }
}
