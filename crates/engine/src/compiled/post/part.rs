//! A part of an encoding on its way through truncation and post-processors, and how parts are put together: as the
//! `tokenizers` crate does, down to what it loses on the way.

use std::ops::Range;

use crate::Encoding;
use crate::engine::truncation::stride_too_long;
use crate::error::EngineError;
use crate::options::{Overflow, Truncation, TruncationDirection, TruncationStrategy};

/// Which columns a part has beside its ids; the others stay empty.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Wanted {
    pub(in super::super) tokens: bool,
    pub(in super::super) offsets: bool,
    pub(in super::super) words: bool,
}

/// Tokens with what is known about them, one place of every column that is wanted for each.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Part {
    pub(in super::super) ids: Vec<u32>,
    pub(in super::super) tokens: Vec<String>,
    pub(in super::super) offsets: Vec<(u32, u32)>,
    pub(in super::super) words: Vec<Option<u32>>,
    /// How many blanks a token begins and ends with, where offsets have to be trimmed.
    pub(in super::super) blanks: Vec<(u32, u32)>,
    type_ids: Vec<u32>,
    special: Vec<u32>,
    overflowing: Vec<Self>,
    /// Where the sequences stand; without any, all of it is the first.
    sequences: Vec<(u32, Range<usize>)>,
}

impl Part {
    /// Gives all tokens one type.
    pub(super) fn set_type(&mut self, type_id: u32) {
        self.type_ids.clear();
        self.type_ids.resize(self.ids.len(), type_id);
    }

    /// Fills the columns that post-processors look at.
    pub(super) fn start(&mut self, type_id: u32) {
        self.set_type(type_id);
        self.special.resize(self.ids.len(), 0);
    }

    /// Special tokens.
    pub(super) fn special(ids: &[u32], tokens: &[String], type_id: u32, wanted: Wanted) -> Self {
        let count = ids.len();
        Self {
            ids: ids.to_vec(),
            tokens: if wanted.tokens {
                tokens.to_vec()
            } else {
                Vec::new()
            },
            offsets: vec![(0, 0); if wanted.offsets { count } else { 0 }],
            words: vec![None; if wanted.words { count } else { 0 }],
            blanks: vec![(0, 0); if wanted.offsets { count } else { 0 }],
            type_ids: vec![type_id; count],
            special: vec![1; count],
            overflowing: Vec::new(),
            sequences: Vec::new(),
        }
    }

    pub(super) fn set_sequence(&mut self, sequence: u32) {
        self.place_sequence(sequence, 0..self.ids.len());
    }

    pub(super) fn place_sequence(&mut self, sequence: u32, range: Range<usize>) {
        match self.sequences.iter_mut().find(|(known, _)| *known == sequence) {
            Some((_, place)) => *place = range,
            None => self.sequences.push((sequence, range)),
        }
    }

    pub(super) fn only_sequence(&mut self, sequence: u32, range: Range<usize>) {
        self.sequences.clear();
        self.sequences.push((sequence, range));
    }

    pub(super) fn overflowing_mut(&mut self) -> &mut [Self] {
        &mut self.overflowing
    }

    /// Appends the columns of `other`, which does not overflow and knows of no sequence.
    pub(super) fn append(&mut self, other: &Self) {
        self.ids.extend_from_slice(&other.ids);
        self.tokens.extend_from_slice(&other.tokens);
        self.offsets.extend_from_slice(&other.offsets);
        self.words.extend_from_slice(&other.words);
        self.blanks.extend_from_slice(&other.blanks);
        self.type_ids.extend_from_slice(&other.type_ids);
        self.special.extend_from_slice(&other.special);
    }

    /// Puts `before` and `after` around this part and each that overflows.
    pub(super) fn surround(&mut self, before: &Self, after: &Self, sequence: u32) {
        for part in &mut self.overflowing {
            part.surround(before, after, sequence);
        }
        let length = self.ids.len();
        let overflowing = std::mem::take(&mut self.overflowing);
        let mut whole = before.clone();
        whole.append(self);
        whole.append(after);
        // The crate forgets which of the tokens were special before.
        let end = before.ids.len() + length;
        whole.special[before.ids.len()..end].fill(0);
        whole.overflowing = overflowing;
        whole.only_sequence(sequence, before.ids.len()..end);
        *self = whole;
    }

    /// Appends `other`, and every way to join what overflows.
    pub(super) fn merge(&mut self, other: Self) {
        if self.ids.is_empty() && self.overflowing.is_empty() && self.sequences.is_empty() {
            *self = other;
            return;
        }
        let mut joined = Vec::new();
        for part in &self.overflowing {
            joined.push(part.joined(other.clone()));
            for rest in &other.overflowing {
                joined.push(part.joined(rest.clone()));
            }
        }
        for rest in &other.overflowing {
            joined.push(self.joined(rest.clone()));
        }
        let length = self.ids.len();
        for (sequence, range) in other.sequences.clone() {
            self.place_sequence(sequence, length + range.start..length + range.end);
        }
        self.append(&other);
        self.overflowing = joined;
    }

    fn joined(&self, other: Self) -> Self {
        let mut whole = self.clone();
        whole.merge(other);
        whole
    }

    /// Cuts to `room` tokens; what is cut off becomes parts of that length, if they are kept.
    fn truncate(&mut self, room: usize, limit: &Limit<'_>) -> Result<(), EngineError> {
        let count = self.ids.len();
        if room >= count {
            return Ok(());
        }
        let wanted = limit.truncation;
        let keep = wanted.overflow != Overflow::Dropped;
        if room == 0 {
            let whole = std::mem::take(self);
            if keep {
                self.overflowing.push(whole);
            }
            return Ok(());
        }
        if wanted.stride >= room {
            return Err(stride_too_long(wanted.stride, limit.room));
        }
        self.sequences.clear();
        let advance = room - wanted.stride;
        let mut ranges = Vec::new();
        match wanted.direction {
            TruncationDirection::Right => {
                let mut start = 0;
                loop {
                    let stop = (start + room).min(count);
                    ranges.push(start..stop);
                    if stop == count || !keep {
                        break;
                    }
                    start += advance;
                }
            }
            TruncationDirection::Left => {
                let mut stop = count;
                loop {
                    let start = stop.saturating_sub(room);
                    ranges.push(start..stop);
                    if start == 0 || !keep {
                        break;
                    }
                    stop -= advance;
                }
            }
        }
        let mut parts = ranges.into_iter().map(|range| self.slice(&range));
        let mut first = parts.next().unwrap_or_default();
        first.overflowing = parts.collect();
        *self = first;
        Ok(())
    }

    fn slice(&self, range: &Range<usize>) -> Self {
        Self {
            ids: column(&self.ids, range),
            tokens: column(&self.tokens, range),
            offsets: column(&self.offsets, range),
            words: column(&self.words, range),
            blanks: column(&self.blanks, range),
            type_ids: column(&self.type_ids, range),
            special: column(&self.special, range),
            overflowing: Vec::new(),
            sequences: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Encoding {
        let sequence_ids = self.sequence_ids();
        Encoding {
            sequence_ids,
            ids: self.ids,
            type_ids: self.type_ids,
            tokens: self.tokens,
            offsets: self.offsets,
            word_ids: self.words,
            special_tokens_mask: self.special,
            overflowing: self.overflowing.into_iter().map(Self::finish).collect(),
        }
    }

    fn sequence_ids(&self) -> Vec<Option<u32>> {
        let all = 0..self.ids.len();
        let mut ids = vec![None; all.end];
        for sequence in (0u32..).take(self.sequences.len().max(1)) {
            let known = self.sequences.iter().find(|(known, _)| *known == sequence);
            ids[known.map_or_else(|| all.clone(), |(_, range)| range.clone())].fill(Some(sequence));
        }
        ids
    }
}

/// An empty column is not wanted.
fn column<T: Clone>(values: &[T], range: &Range<usize>) -> Vec<T> {
    values.get(range.clone()).map_or_else(Vec::new, <[T]>::to_vec)
}

/// A truncation with the room that the special tokens leave.
pub(super) struct Limit<'a> {
    pub(super) truncation: &'a Truncation,
    pub(super) room: usize,
}

/// Cuts the sequences, if they are too long.
pub(super) fn truncate(
    first: &mut Part,
    mut second: Option<&mut Part>,
    limit: &Limit<'_>,
) -> Result<(), EngineError> {
    let room = limit.room;
    let counts = (first.ids.len(), second.as_ref().map_or(0, |part| part.ids.len()));
    let total = counts.0 + counts.1;
    if room > 0 && total <= room {
        return Ok(());
    }
    let strategy = limit.truncation.strategy;
    if room == 0 || strategy == TruncationStrategy::LongestFirst {
        let Some(second) = second else {
            return first.truncate(room, limit);
        };
        let (one, other) = match room {
            0 => (0, 0),
            _ => shares(counts, room),
        };
        first.truncate(one, limit)?;
        return second.truncate(other, limit);
    }
    let (part, count) = match (strategy, second.take()) {
        (TruncationStrategy::OnlySecond, None) => {
            return Err(EngineError::argument(
                "Truncation error: Second sequence not provided",
            ));
        }
        (TruncationStrategy::OnlySecond, Some(second)) => (second, counts.1),
        _ => (first, counts.0),
    };
    match count.checked_sub(total - room) {
        None | Some(0) => Err(EngineError::argument(
            "Truncation error: Sequence to truncate too short to respect the provided max_length",
        )),
        Some(left) => part.truncate(left, limit),
    }
}

/// How much of two sequences is left: the longer one gives way first.
fn shares(counts: (usize, usize), room: usize) -> (usize, usize) {
    let swapped = counts.0 > counts.1;
    let mut short = counts.0.min(counts.1);
    let mut long = if short > room {
        short
    } else {
        short.max(room - short)
    };
    if short + long > room {
        short = room / 2;
        long = short + room % 2;
    }
    if swapped { (long, short) } else { (short, long) }
}
