//! Many texts at once: in parallel, cut, filled up, and as matrices for a model.

use crate::side_by_side;
use crate::{EncodeOptions, EngineError, ErrorKind, Input, Overflow, Tokenizer, Truncation};

/// Below this many bytes of text in all, handing work to other threads costs more than it saves.
const PARALLEL_BYTES: usize = 16 << 10;

/// How large the parts are, at the most, in which a batch is encoded side by side, and how many a thread gets at least.
const PART_BYTES: usize = 32 << 10;
const PARTS: usize = 4;

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

/// A batch whose rows have one length once they are filled up.
pub struct Matrix {
    encoded: Encoded,
    padding: Padding,
    type_ids: bool,
    rows: usize,
    columns: usize,
}

/// The numbers of a matrix, row after row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatrixNumbers<T> {
    /// Token ids and fill.
    pub ids: T,
    /// 1 for tokens, 0 for fill.
    pub attention_mask: T,
    /// 0 for the first text and fill, 1 for the second, when they were wanted.
    pub type_ids: Option<T>,
}

impl Matrix {
    /// Number of texts.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Tokens and fill of each.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// How many numbers it has of each kind.
    #[must_use]
    pub fn places(&self) -> usize {
        self.rows * self.columns
    }

    /// Whether there are type ids.
    #[must_use]
    pub fn has_type_ids(&self) -> bool {
        self.type_ids
    }

    /// Writes it into memory of the caller's, which is all zero and has as many places.
    pub fn write(&self, numbers: MatrixNumbers<&mut [i64]>) {
        if self.places() != 0 {
            write(self, numbers);
        }
    }

    /// The numbers, in memory of their own.
    #[must_use]
    pub fn to_numbers(&self) -> MatrixNumbers<Vec<i64>> {
        let zeros = || vec![0; self.places()];
        let mut numbers = MatrixNumbers {
            ids: zeros(),
            attention_mask: zeros(),
            type_ids: self.type_ids.then(zeros),
        };
        self.write(MatrixNumbers {
            ids: &mut numbers.ids,
            attention_mask: &mut numbers.attention_mask,
            type_ids: numbers.type_ids.as_deref_mut(),
        });
        numbers
    }
}

/// Rows one after the other.
#[derive(Default)]
struct Rows {
    ids: Vec<u32>,
    /// Absent where none are wanted, and where all are 0.
    type_ids: Option<Vec<u32>>,
    /// Where each row ends.
    ends: Vec<usize>,
}

impl Rows {
    fn iter(&self) -> impl Iterator<Item = (&[u32], Option<&[u32]>)> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| {
            let types = self.type_ids.as_ref().map(|type_ids| &type_ids[start..end]);
            (&self.ids[start..end], types)
        })
    }

    /// Ends the row that begins at `start`.
    fn end(&mut self, start: usize, cut: Option<usize>) {
        let end = cut.map_or(self.ids.len(), |cut| self.ids.len().min(start + cut));
        self.ids.truncate(end);
        if let Some(type_ids) = &mut self.type_ids {
            type_ids.truncate(end);
        }
        self.ends.push(end);
    }
}

/// Rows in the order of the texts, as they were encoded side by side.
struct Encoded(Vec<Rows>);

impl Encoded {
    fn iter(&self) -> impl Iterator<Item = (&[u32], Option<&[u32]>)> {
        self.0.iter().flat_map(Rows::iter)
    }

    fn lengths(&self) -> impl Iterator<Item = usize> {
        self.iter().map(|(ids, _)| ids.len())
    }
}

impl Tokenizer {
    /// Encodes `texts`, with `pairs` text by text, into rows that may differ in length.
    ///
    /// # Errors
    /// When a text cannot be encoded, when `pairs` has another length, and when the fill would need too much memory.
    pub fn encode_rows<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        pairs: Option<&[T]>,
        options: &BatchOptions,
    ) -> Result<Vec<Row>, EngineError> {
        let encoded = self.encode_each(texts, pairs, options)?;
        let target = target(&encoded, options.padding)?;
        let padding = options.padding.unwrap_or_default();
        Ok(encoded
            .iter()
            .map(|(ids, type_ids)| {
                let zeros = || vec![0; ids.len()];
                let types = options
                    .type_ids
                    .then(|| type_ids.map_or_else(zeros, <[u32]>::to_vec));
                fill(ids.to_vec(), types, target, padding)
            })
            .collect())
    }

    /// Encodes `texts`, with `pairs` text by text, into one matrix; `None` when the rows differ in length.
    ///
    /// # Errors
    /// As [`Tokenizer::encode_rows`].
    pub fn encode_matrix<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        pairs: Option<&[T]>,
        options: &BatchOptions,
    ) -> Result<Option<Matrix>, EngineError> {
        let encoded = self.encode_each(texts, pairs, options)?;
        let columns =
            target(&encoded, options.padding)?.unwrap_or_else(|| encoded.lengths().next().unwrap_or(0));
        let fits = |length| match options.padding {
            Some(_) => length <= columns,
            None => length == columns,
        };
        if !encoded.lengths().all(fits) {
            return Ok(None);
        }
        Ok(Some(Matrix {
            encoded,
            padding: options.padding.unwrap_or_default(),
            type_ids: options.type_ids,
            rows: texts.len(),
            columns,
        }))
    }

    fn encode_each<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        pairs: Option<&[T]>,
        options: &BatchOptions,
    ) -> Result<Encoded, EngineError> {
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
        let length = |text: &T| text.as_ref().len();
        let bytes = texts
            .iter()
            .chain(pairs.unwrap_or_default())
            .map(length)
            .sum::<usize>();
        if texts.len() < 2 || bytes < PARALLEL_BYTES {
            return Ok(Encoded(vec![self.encode_some(texts, pairs, options)?]));
        }
        // Several parts for each thread: some texts take longer than others.
        let parts = (bytes / PART_BYTES).max(PARTS * rayon::current_num_threads());
        let each = texts.len().div_ceil(parts);
        let rows = side_by_side::map(texts.chunks(each).enumerate(), |(index, texts)| {
            let pairs = pairs.map(|pairs| &pairs[index * each..][..texts.len()]);
            self.encode_some(texts, pairs, options)
        });
        Ok(Encoded(rows.into_iter().collect::<Result<_, _>>()?))
    }

    /// Encodes texts one after the other.
    fn encode_some<T: AsRef<str>>(
        &self,
        texts: &[T],
        pairs: Option<&[T]>,
        options: &BatchOptions,
    ) -> Result<Rows, EngineError> {
        let needs_types = options.type_ids && !(pairs.is_none() && self.types_are_zero());
        let mut rows = Rows {
            type_ids: needs_types.then(Vec::new),
            ..Rows::default()
        };
        for (index, text) in texts.iter().enumerate() {
            let (text, pair) = (text.as_ref(), pairs.map(|pairs| pairs[index].as_ref()));
            let start = rows.ids.len();
            if needs_types || options.truncation.is_some() {
                let full = EncodeOptions {
                    add_special_tokens: options.add_special_tokens,
                    truncation: options.truncation.map(without_overflow),
                    with_offsets: false,
                    with_tokens: false,
                };
                let encoding = self.encode(Input::Text(text), pair.map(Input::Text), &full)?;
                rows.ids.extend_from_slice(&encoding.ids);
                if let Some(type_ids) = &mut rows.type_ids {
                    type_ids.extend_from_slice(&encoding.type_ids);
                }
            } else {
                self.encode_ids(text, pair, options.add_special_tokens, &mut rows.ids)?;
            }
            rows.end(start, options.cut);
        }
        Ok(rows)
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
fn target(encoded: &Encoded, padding: Option<Padding>) -> Result<Option<usize>, EngineError> {
    let longest = encoded.lengths().max().unwrap_or(0);
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
    let rows = encoded.lengths().count();
    if columns.checked_mul(rows).is_none_or(|places| places > MAX_PLACES) {
        let message = format!(
            "{rows} rows of {columns} tokens are more than the {MAX_PLACES} places a batch may have; use a smaller \
             length or batch"
        );
        return Err(EngineError::new(ErrorKind::Limit, message));
    }
    Ok(target)
}

fn fill(ids: Vec<u32>, type_ids: Option<Vec<u32>>, target: Option<usize>, padding: Padding) -> Row {
    let missing = target.map_or(0, |target| target.saturating_sub(ids.len()));
    let extend = |values: Vec<u32>, with: u32| match padding.side {
        _ if missing == 0 => values,
        Side::Right => [values, vec![with; missing]].concat(),
        Side::Left => [vec![with; missing], values].concat(),
    };
    Row {
        attention_mask: extend(vec![1; ids.len()], 0),
        ids: extend(ids, padding.id),
        type_ids: type_ids.map(|type_ids| extend(type_ids, 0)),
    }
}

/// Writes rows into a matrix of zeros, side by side as they were encoded: most of the time goes into touching memory.
fn write(matrix: &Matrix, numbers: MatrixNumbers<&mut [i64]>) {
    let (encoded, padding, columns) = (&matrix.encoded, matrix.padding, matrix.columns);
    let size = encoded.0[0].ends.len() * columns;
    let ids = numbers.ids.chunks_mut(size);
    let masks = numbers.attention_mask.chunks_mut(size);
    let mut types = numbers
        .type_ids
        .into_iter()
        .flat_map(|type_ids| type_ids.chunks_mut(size));
    let part = |((rows, ids), mask)| Places {
        rows,
        ids,
        mask,
        type_ids: types.next(),
    };
    let parts = encoded.0.iter().zip(ids).zip(masks).map(part).collect();
    side_by_side::each(parts, |mut part: Places<'_>| part.fill(columns, padding));
}

/// Rows, and their places in a matrix.
struct Places<'a> {
    rows: &'a Rows,
    ids: &'a mut [i64],
    mask: &'a mut [i64],
    type_ids: Option<&'a mut [i64]>,
}

impl Places<'_> {
    fn fill(&mut self, columns: usize, padding: Padding) {
        let places = self
            .ids
            .chunks_exact_mut(columns)
            .zip(self.mask.chunks_exact_mut(columns));
        for ((row, _), (ids, mask)) in self.rows.iter().zip(places) {
            let (place, fill) = split_row(ids, row.len(), padding.side);
            widen(place, row);
            fill.fill(i64::from(padding.id));
            split_row(mask, row.len(), padding.side).0.fill(1);
        }
        let type_ids = self
            .type_ids
            .iter_mut()
            .flat_map(|all| all.chunks_exact_mut(columns));
        for ((row, types), place) in self.rows.iter().zip(type_ids) {
            // Zeros are there already.
            if let Some(types) = types {
                widen(split_row(place, row.len(), padding.side).0, types);
            }
        }
    }
}

/// The places of a row for its tokens, and those that are filled up.
fn split_row(row: &mut [i64], tokens: usize, side: Side) -> (&mut [i64], &mut [i64]) {
    match side {
        Side::Right => row.split_at_mut(tokens),
        Side::Left => {
            let (fill, place) = row.split_at_mut(row.len() - tokens);
            (place, fill)
        }
    }
}

fn widen(target: &mut [i64], ids: &[u32]) {
    for (place, id) in target.iter_mut().zip(ids) {
        *place = i64::from(*id);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::{BatchOptions, PARALLEL_BYTES, Padding, PaddingLength, Side};
    use crate::{EncodeOptions, EngineChoice, Input, LoadOptions, Tokenizer};

    /// A tokenizer whose template gives a single text the type `single`.
    fn tokenizer(single: u32, engine: EngineChoice) -> Tokenizer {
        let vocab: serde_json::Map<_, _> = (0u32..50)
            .map(|id| (format!("w{id}"), json!(id)))
            .chain([("<s>".to_owned(), json!(50)), ("</s>".to_owned(), json!(51))])
            .collect();
        let special =
            |token: &str, type_id: u32| json!({ "SpecialToken": { "id": token, "type_id": type_id } });
        let sequence = |id: &str, type_id: u32| json!({ "Sequence": { "id": id, "type_id": type_id } });
        let tokens = |token: &str, id: u32| json!({ "id": token, "ids": [id], "tokens": [token] });
        let file = json!({
            "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
            "pre_tokenizer": { "type": "Whitespace" }, "decoder": null,
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [special("<s>", single), sequence("A", single), special("</s>", single)],
                "pair": [special("<s>", 0), sequence("A", 0), sequence("B", 1), special("</s>", 1)],
                "special_tokens": { "<s>": tokens("<s>", 50), "</s>": tokens("</s>", 51) },
            },
            "model": { "type": "WordLevel", "vocab": vocab, "unk_token": "w0" },
        });
        let options = LoadOptions {
            engine,
            ..LoadOptions::default()
        };
        Tokenizer::from_bytes(file.to_string().as_bytes(), &options).unwrap()
    }

    fn texts(count: usize, seed: usize) -> Vec<String> {
        let words =
            |index: usize| (0..(index * seed) % 23).map(move |word| format!("w{}", (word * 7 + index) % 60));
        (0..count)
            .map(|index| words(index).collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// Batches that one thread encodes, and such that all do, against texts one by one in the reference engine.
    #[test]
    fn rows_are_those_of_single_texts() {
        for (single, count) in [(0, 9), (0, 2000), (1, 9), (1, 2000)] {
            let (ours, reference) = (
                tokenizer(single, EngineChoice::Auto),
                tokenizer(single, EngineChoice::Reference),
            );
            let (first, second) = (texts(count, 5), texts(count, 11));
            let bytes: usize = first.iter().map(String::len).sum();
            assert_eq!(bytes > 2 * PARALLEL_BYTES, count > 9);
            for (pairs, side, cut, length) in [
                (None, Side::Right, None, PaddingLength::Longest),
                (None, Side::Left, Some(12), PaddingLength::Fixed(40)),
                (Some(&second[..]), Side::Left, None, PaddingLength::Longest),
                (Some(&second[..]), Side::Right, Some(9), PaddingLength::Longest),
            ] {
                let padding = Padding {
                    length,
                    id: 49,
                    side,
                    multiple_of: None,
                };
                let options = BatchOptions {
                    add_special_tokens: true,
                    truncation: None,
                    cut,
                    padding: Some(padding),
                    type_ids: true,
                };
                let matrix = ours.encode_matrix(&first, pairs, &options).unwrap().unwrap();
                let numbers = matrix.to_numbers();
                let rows = ours.encode_rows(&first, pairs, &options).unwrap();
                assert_eq!((matrix.rows(), rows.len()), (count, count));
                let columns = matrix.columns();
                let one = EncodeOptions {
                    add_special_tokens: true,
                    ..EncodeOptions::default()
                };
                for (index, row) in rows.iter().enumerate() {
                    let pair = pairs.map(|pairs| Input::Text(&pairs[index]));
                    let encoding = reference.encode(Input::Text(&first[index]), pair, &one).unwrap();
                    let kept = encoding.ids.len().min(cut.unwrap_or(usize::MAX));
                    let missing = columns - kept;
                    let filled = |values: &[u32], with: u32| {
                        let fill = vec![with; missing];
                        match side {
                            Side::Right => [&values[..kept], &fill].concat(),
                            Side::Left => [&fill, &values[..kept]].concat(),
                        }
                    };
                    assert_eq!(row.ids, filled(&encoding.ids, 49));
                    assert_eq!(row.attention_mask, filled(&vec![1; kept], 0));
                    assert_eq!(row.type_ids, Some(filled(&encoding.type_ids, 0)));
                    let place = index * columns..(index + 1) * columns;
                    let wide =
                        |values: &[u32]| values.iter().map(|&value| i64::from(value)).collect::<Vec<_>>();
                    assert_eq!(numbers.ids[place.clone()], wide(&row.ids));
                    assert_eq!(numbers.attention_mask[place.clone()], wide(&row.attention_mask));
                    let types = numbers.type_ids.as_ref().unwrap();
                    assert_eq!(types[place], wide(row.type_ids.as_ref().unwrap()));
                }
            }
        }
    }
}
