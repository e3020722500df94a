//! Many texts at once: in parallel, cut, filled up, and as matrices for a model.

use rayon::prelude::*;

use crate::{EncodeOptions, EngineError, ErrorKind, Input, Overflow, Tokenizer, Truncation};

/// Below this many bytes of text in all, handing work to other threads costs more than it saves.
const PARALLEL_BYTES: usize = 16 << 10;

/// The most places of a matrix: eight bytes each, three matrices of 2 GiB.
pub(crate) const MAX_PLACES: usize = 1 << 28;

/// The end at which a row is filled up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// After the tokens.
    #[default]
    Right,
    /// Before the tokens.
    Left,
}

/// The length to which rows are filled up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PaddingLength {
    /// That of the longest row.
    #[default]
    Longest,
    /// That of the longest row, but no more than this; longer rows stay as they are.
    LongestUpTo(usize),
    /// A given one; longer rows stay as they are.
    Fixed(usize),
}

/// How rows are filled up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Padding {
    /// To which length.
    pub length: PaddingLength,
    /// With which id.
    pub id: u32,
    /// At which end.
    pub side: Side,
    /// The length is rounded up to a multiple of this.
    pub multiple_of: Option<usize>,
}

/// How many texts are encoded at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchOptions {
    /// Runs the post-processor's template.
    pub add_special_tokens: bool,
    /// Python's truncation, which keeps the special tokens.
    pub truncation: Option<Truncation>,
    /// transformers.js's truncation: the finished row is cut at the right, special tokens included.
    pub cut: Option<usize>,
    /// How rows are filled up.
    pub padding: Option<Padding>,
    /// Whether type ids are wanted.
    pub type_ids: bool,
}

/// One text of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Token ids and fill.
    pub ids: Vec<u32>,
    /// 1 for tokens, 0 for fill.
    pub attention_mask: Vec<u32>,
    /// 0 for the first text and fill, 1 for the second, when they were wanted.
    pub type_ids: Option<Vec<u32>>,
}

/// A batch whose rows have one length, row after row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// Token ids and fill.
    pub ids: Vec<i64>,
    /// 1 for tokens, 0 for fill.
    pub attention_mask: Vec<i64>,
    /// 0 for the first text and fill, 1 for the second, when they were wanted.
    pub type_ids: Option<Vec<i64>>,
    /// Number of texts.
    pub rows: usize,
    /// Tokens and fill of each.
    pub columns: usize,
}

struct Encoded {
    ids: Vec<u32>,
    type_ids: Option<Vec<u32>>,
}

impl Tokenizer {
    /// Encodes `texts`, with `pairs` text by text, into rows that may differ in length.
    ///
    /// # Errors
    /// When a text cannot be encoded, when `pairs` has another length, and when the fill would need too much memory.
    pub fn encode_rows(
        &self,
        texts: &[String],
        pairs: Option<&[String]>,
        options: &BatchOptions,
    ) -> Result<Vec<Row>, EngineError> {
        let encoded = self.encode_each(texts, pairs, options)?;
        let target = target(&encoded, options.padding)?;
        let padding = options.padding.unwrap_or_default();
        Ok(encoded
            .into_iter()
            .map(|row| fill(row, target, padding))
            .collect())
    }

    /// Encodes `texts`, with `pairs` text by text, into one matrix; `None` when the rows differ in length.
    ///
    /// # Errors
    /// As [`Tokenizer::encode_rows`].
    pub fn encode_matrix(
        &self,
        texts: &[String],
        pairs: Option<&[String]>,
        options: &BatchOptions,
    ) -> Result<Option<Matrix>, EngineError> {
        let encoded = self.encode_each(texts, pairs, options)?;
        let columns = target(&encoded, options.padding)?
            .unwrap_or_else(|| encoded.first().map_or(0, |row| row.ids.len()));
        let fits = |row: &Encoded| match options.padding {
            Some(_) => row.ids.len() <= columns,
            None => row.ids.len() == columns,
        };
        if !encoded.iter().all(fits) {
            return Ok(None);
        }
        let padding = options.padding.unwrap_or_default();
        let places = encoded.len() * columns;
        let mut matrix = Matrix {
            ids: vec![i64::from(padding.id); places],
            attention_mask: vec![0; places],
            type_ids: options.type_ids.then(|| vec![0; places]),
            rows: encoded.len(),
            columns,
        };
        for (index, row) in encoded.iter().enumerate() {
            let start = index * columns
                + match padding.side {
                    Side::Right => 0,
                    Side::Left => columns - row.ids.len(),
                };
            let place = start..start + row.ids.len();
            widen(&mut matrix.ids[place.clone()], &row.ids);
            matrix.attention_mask[place.clone()].fill(1);
            if let (Some(target), Some(type_ids)) = (&mut matrix.type_ids, &row.type_ids) {
                widen(&mut target[place], type_ids);
            }
        }
        Ok(Some(matrix))
    }

    fn encode_each(
        &self,
        texts: &[String],
        pairs: Option<&[String]>,
        options: &BatchOptions,
    ) -> Result<Vec<Encoded>, EngineError> {
        if let Some(pairs) = pairs
            && pairs.len() != texts.len()
        {
            let message = format!(
                "{} texts cannot be paired with {} texts",
                texts.len(),
                pairs.len()
            );
            return Err(EngineError::argument(message));
        }
        let one = |index: usize| {
            let pair = pairs.map(|pairs| pairs[index].as_str());
            self.encode_one(&texts[index], pair, options)
        };
        let bytes = texts
            .iter()
            .chain(pairs.unwrap_or_default())
            .map(String::len)
            .sum::<usize>();
        if texts.len() < 2 || bytes < PARALLEL_BYTES {
            (0..texts.len()).map(one).collect()
        } else {
            (0..texts.len()).into_par_iter().map(one).collect()
        }
    }

    fn encode_one(
        &self,
        text: &str,
        pair: Option<&str>,
        options: &BatchOptions,
    ) -> Result<Encoded, EngineError> {
        let mut encoded = if options.type_ids || options.truncation.is_some() {
            let full = EncodeOptions {
                add_special_tokens: options.add_special_tokens,
                truncation: options.truncation.map(without_overflow),
                with_offsets: false,
                with_tokens: false,
            };
            let encoding = self.encode(Input::Text(text), pair.map(Input::Text), &full)?;
            Encoded {
                ids: encoding.ids,
                type_ids: options.type_ids.then_some(encoding.type_ids),
            }
        } else {
            let mut ids = Vec::new();
            self.encode_ids(text, pair, options.add_special_tokens, &mut ids)?;
            Encoded { ids, type_ids: None }
        };
        if let Some(cut) = options.cut {
            encoded.ids.truncate(cut);
            if let Some(type_ids) = &mut encoded.type_ids {
                type_ids.truncate(cut);
            }
        }
        Ok(encoded)
    }
}

/// Nobody sees what a row's truncation cut off.
fn without_overflow(truncation: Truncation) -> Truncation {
    match truncation.overflow {
        Overflow::Complete | Overflow::Dropped => Truncation {
            overflow: Overflow::Dropped,
            ..truncation
        },
        Overflow::Early => truncation,
    }
}

/// The length of every filled row; `None` without padding.
fn target(encoded: &[Encoded], padding: Option<Padding>) -> Result<Option<usize>, EngineError> {
    let longest = encoded.iter().map(|row| row.ids.len()).max().unwrap_or(0);
    let target = match padding {
        None => None,
        Some(padding) => {
            let length = match padding.length {
                PaddingLength::Longest => longest,
                PaddingLength::LongestUpTo(most) => longest.min(most),
                PaddingLength::Fixed(length) => length,
            };
            let multiple = padding.multiple_of.unwrap_or(1).max(1);
            Some(length.checked_next_multiple_of(multiple).unwrap_or(usize::MAX))
        }
    };
    let columns = target.unwrap_or(longest).max(longest);
    if columns
        .checked_mul(encoded.len())
        .is_none_or(|places| places > MAX_PLACES)
    {
        let message = format!(
            "{} rows of {columns} tokens are more than the {MAX_PLACES} places a batch may have; use a smaller \
             length or batch",
            encoded.len()
        );
        return Err(EngineError::new(ErrorKind::Limit, message));
    }
    Ok(target)
}

fn fill(row: Encoded, target: Option<usize>, padding: Padding) -> Row {
    let missing = target.map_or(0, |target| target.saturating_sub(row.ids.len()));
    let extend = |values: Vec<u32>, with: u32| match padding.side {
        _ if missing == 0 => values,
        Side::Right => [values, vec![with; missing]].concat(),
        Side::Left => [vec![with; missing], values].concat(),
    };
    Row {
        attention_mask: extend(vec![1; row.ids.len()], 0),
        ids: extend(row.ids, padding.id),
        type_ids: row.type_ids.map(|type_ids| extend(type_ids, 0)),
    }
}

fn widen(target: &mut [i64], ids: &[u32]) {
    for (place, id) in target.iter_mut().zip(ids) {
        *place = i64::from(*id);
    }
}
