//! Many texts with all that is known about their tokens: cut, filled up, column by column.
use crate::batch::MAX_PLACES;
use crate::side_by_side;
use crate::units::to_utf16;
use crate::{
    EncodeOptions, Encoding, EngineError, ErrorKind, Input, Padding, PaddingLength, Side, Tokenizer,
    Truncation,
};

/// Which columns a [`Table`] has beside ids and attention mask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a set of columns")]
pub struct Columns {
    /// The text of the pair that a token belongs to.
    pub type_ids: bool,
    /// Which tokens the post-processor added.
    pub special_tokens_mask: bool,
    /// Where tokens stand.
    pub offsets: bool,
    /// The words that tokens belong to.
    pub word_ids: bool,
}

/// The language of a text, written over the token that the post-processor put there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// The language's token.
    pub id: u32,
    /// How many tokens stand before it, or after it.
    pub distance: usize,
    /// Whether `distance` counts from the end.
    pub from_end: bool,
}

/// How a [`Table`] is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableOptions {
    /// Runs the post-processor's template.
    pub add_special_tokens: bool,
    /// Python's truncation, which keeps the special tokens.
    pub truncation: Option<Truncation>,
    /// Whether what truncation cut off makes rows of its own.
    pub overflow: bool,
    /// transformers.js's truncation: the finished row is cut at the right, special tokens included.
    pub cut: Option<usize>,
    /// How rows are filled up.
    pub padding: Option<Padding>,
    /// The columns that are wanted.
    pub columns: Columns,
    /// Whether offsets count UTF-16 units instead of code points.
    pub utf16: bool,
    /// The language of texts that have no second text.
    pub language: Option<Language>,
    /// A token that goes before those of each text (Marian's target language); none beyond the end of the list.
    pub prefixes: Vec<Option<u32>>,
    /// The same of second texts.
    pub pair_prefixes: Vec<Option<u32>>,
}

/// Rows one after the other, in every column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The tokens of each row, fill included.
    pub lengths: Vec<u32>,
    /// The text that each row is of.
    pub samples: Vec<u32>,
    /// Token ids.
    pub ids: Vec<i64>,
    /// 1 for tokens, 0 for fill.
    pub attention_mask: Vec<i64>,
    /// 0 for the first text and fill, 1 for the second.
    pub type_ids: Vec<i64>,
    /// 1 for tokens that the post-processor added and for fill.
    pub special_tokens_mask: Vec<i64>,
    /// Start and end of every token; zeros for fill.
    pub offsets: Vec<i64>,
    /// The word of every token; -1 for special tokens and fill.
    pub word_ids: Vec<i64>,
}

impl Table {
    /// The length that all rows have; `None` when they differ.
    #[must_use]
    pub fn width(&self) -> Option<u32> {
        let first = self.lengths.first().copied().unwrap_or(0);
        self.lengths
            .iter()
            .all(|&length| length == first)
            .then_some(first)
    }
}

impl Tokenizer {
    /// Encodes `texts`, in parallel; a text without a pair has `None` in `pairs`, or `pairs` ends before it.
    ///
    /// # Errors
    /// When a text cannot be encoded, an option cannot be, or the fill would need too much memory.
    pub fn encode_table(
        &self,
        texts: &[Input<'_>],
        pairs: &[Option<Input<'_>>],
        options: &TableOptions,
    ) -> Result<Table, EngineError> {
        let rows = side_by_side::map(texts.iter().enumerate(), |(index, &text)| {
            self.rows_of(index, text, pairs.get(index).copied().flatten(), options)
        });
        let rows: Vec<Vec<Encoding>> = rows.into_iter().collect::<Result<_, _>>()?;
        let longest = rows.iter().flatten().map(Encoding::len).max().unwrap_or(0);
        let count = rows.iter().map(Vec::len).sum();
        let width = width(longest, count, options.padding)?;
        let mut table = Table::default();
        for (sample, encodings) in rows.into_iter().enumerate() {
            for encoding in encodings {
                table.samples.push(number(sample));
                table.push(&encoding, width, options);
            }
        }
        Ok(table)
    }

    fn rows_of(
        &self,
        index: usize,
        text: Input<'_>,
        pair: Option<Input<'_>>,
        options: &TableOptions,
    ) -> Result<Vec<Encoding>, EngineError> {
        let prefix = |of: &[Option<u32>]| of.get(index).copied().flatten();
        let prefixes = [prefix(&options.prefixes), prefix(&options.pair_prefixes)];
        let mut first = self.encode_for(text, pair, prefixes != [None, None], options)?;
        let mut rest = std::mem::take(&mut first.overflowing);
        for (sequence, prefix) in (0u32..).zip(prefixes) {
            if let Some(prefix) = prefix {
                put_before(&mut first, sequence, prefix);
            }
        }
        if !options.overflow {
            rest.clear();
        }
        let mut rows = Vec::with_capacity(1 + rest.len());
        rows.push(first);
        rows.append(&mut rest);
        for row in &mut rows {
            if options.utf16 {
                to_utf16(row, text, pair);
            }
            if let Some(language) = options.language
                && pair.is_none()
                && options.add_special_tokens
            {
                mark(row, language);
            }
            if let Some(cut) = options.cut {
                row.ids.truncate(cut);
            }
        }
        Ok(rows)
    }

    /// Only as much as the columns need; with the sequence of each token where they are `told`.
    fn encode_for(
        &self,
        text: Input<'_>,
        pair: Option<Input<'_>>,
        told: bool,
        options: &TableOptions,
    ) -> Result<Encoding, EngineError> {
        if let (Input::Text(text), None, None, false) = (text, options.truncation, pair, told)
            && options.columns == Columns::default()
        {
            let mut encoding = Encoding::default();
            self.encode_ids(text, None, options.add_special_tokens, &mut encoding.ids)?;
            return Ok(encoding);
        }
        let wanted = EncodeOptions {
            add_special_tokens: options.add_special_tokens,
            truncation: options.truncation,
            // Word ids come with offsets.
            with_offsets: options.columns.offsets || options.columns.word_ids,
            with_tokens: false,
        };
        self.encode(text, pair, &wanted)
    }
}

impl Table {
    fn push(&mut self, row: &Encoding, width: Option<usize>, options: &TableOptions) {
        // `cut` has shortened the ids only: they say how much of every column is left.
        let length = row.ids.len();
        let missing = width.map_or(0, |width| width.saturating_sub(length));
        let padding = options.padding.unwrap_or_default();
        self.lengths.push(number(length + missing));
        let extend =
            |column: &mut Vec<i64>, values: &mut dyn Iterator<Item = i64>, each: usize, fill: i64| {
                let fill = std::iter::repeat_n(fill, missing * each);
                match padding.side {
                    Side::Right => column.extend(values.take(length * each).chain(fill)),
                    Side::Left => column.extend(fill.chain(values.take(length * each))),
                }
            };
        extend(
            &mut self.ids,
            &mut row.ids.iter().map(|&id| i64::from(id)),
            1,
            i64::from(padding.id),
        );
        extend(&mut self.attention_mask, &mut std::iter::repeat(1), 1, 0);
        let columns = options.columns;
        if columns.type_ids {
            let mut values = row.type_ids.iter().map(|&id| i64::from(id));
            extend(&mut self.type_ids, &mut values, 1, 0);
        }
        if columns.special_tokens_mask {
            let mut values = row.special_tokens_mask.iter().map(|&bit| i64::from(bit));
            extend(&mut self.special_tokens_mask, &mut values, 1, 1);
        }
        if columns.offsets {
            let mut values = row
                .offsets
                .iter()
                .flat_map(|&(start, end)| [i64::from(start), i64::from(end)]);
            extend(&mut self.offsets, &mut values, 2, 0);
        }
        if columns.word_ids {
            let mut values = row.word_ids.iter().map(|id| id.map_or(-1, i64::from));
            extend(&mut self.word_ids, &mut values, 1, -1);
        }
    }
}

/// Puts a token before those of a sequence, where the post-processor would have put the sequence with it.
fn put_before(encoding: &mut Encoding, sequence: u32, id: u32) {
    let ids = &encoding.sequence_ids;
    let place = ids
        .iter()
        .position(|&of| of == Some(sequence))
        .unwrap_or_else(|| {
            // A text without tokens: the second comes behind the first.
            let before = ids.iter().rposition(|&of| of.is_some_and(|of| of < sequence));
            before.map_or(0, |before| before + 1)
        });
    encoding.ids.insert(place, id);
    if !encoding.type_ids.is_empty() {
        let type_id = encoding.type_ids.get(place).copied().unwrap_or_default();
        encoding.type_ids.insert(place, type_id);
    }
    if !encoding.special_tokens_mask.is_empty() {
        encoding.special_tokens_mask.insert(place, 0);
    }
    if !encoding.word_ids.is_empty() {
        encoding.word_ids.insert(place, None);
    }
    encoding.sequence_ids.insert(place, Some(sequence));
    if !encoding.offsets.is_empty() {
        encoding.offsets.insert(place, (0, 0));
    }
}

fn mark(encoding: &mut Encoding, language: Language) {
    let length = encoding.ids.len();
    let place = if language.from_end {
        length.checked_sub(1 + language.distance)
    } else {
        Some(language.distance)
    };
    if let Some(id) = place.and_then(|place| encoding.ids.get_mut(place)) {
        *id = language.id;
    }
}

/// The length of filled rows; `None` without padding.
fn width(longest: usize, rows: usize, padding: Option<Padding>) -> Result<Option<usize>, EngineError> {
    let width = padding.map(|padding| {
        let length = match padding.length {
            PaddingLength::Longest => longest,
            PaddingLength::LongestUpTo(most) => longest.min(most),
            PaddingLength::Fixed(length) => length,
        };
        let multiple = padding.multiple_of.unwrap_or(1).max(1);
        length.checked_next_multiple_of(multiple).unwrap_or(usize::MAX)
    });
    let columns = width.unwrap_or(0).max(longest);
    if columns.checked_mul(rows).is_none_or(|places| places > MAX_PLACES) {
        let message = format!(
            "{rows} rows of {columns} tokens are more than the {MAX_PLACES} places a batch may have; use a smaller \
             length or batch"
        );
        return Err(EngineError::new(ErrorKind::Limit, message));
    }
    Ok(width)
}

/// `MAX_PLACES` keeps every count below 2^32.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::LoadOptions;

    fn tokenizer() -> Tokenizer {
        let json = r#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
            "pre_tokenizer":{"type":"WhitespaceSplit"},"post_processor":{"type":"TemplateProcessing",
            "single":[{"SpecialToken":{"id":"<en>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
            {"SpecialToken":{"id":"</s>","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},
            {"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"<en>":{"id":"<en>","ids":[5],"tokens":["<en>"]},
            "</s>":{"id":"</s>","ids":[6],"tokens":["</s>"]}}},"decoder":null,"model":{"type":"WordLevel",
            "vocab":{"<unk>":0,"a":1,"b":2,"c":3,"😀":4,"<en>":5,"</s>":6,"<fr>":7},"unk_token":"<unk>"}}"#;
        Tokenizer::from_bytes(json.as_bytes(), &LoadOptions::default()).unwrap()
    }

    fn all() -> TableOptions {
        TableOptions {
            add_special_tokens: true,
            columns: Columns {
                type_ids: true,
                special_tokens_mask: true,
                offsets: true,
                word_ids: true,
            },
            ..TableOptions::default()
        }
    }

    #[test]
    fn rows_are_filled_on_either_side() {
        let texts = [Input::Text("a"), Input::Text("a b c")];
        for (side, ids, mask) in [
            (Side::Right, [5, 1, 6, 9, 9, 9], [1, 1, 1, 0, 0, 0]),
            (Side::Left, [9, 9, 9, 5, 1, 6], [0, 0, 0, 1, 1, 1]),
        ] {
            let padding = Padding {
                id: 9,
                side,
                multiple_of: Some(3),
                ..Padding::default()
            };
            let options = TableOptions {
                padding: Some(padding),
                ..all()
            };
            let table = tokenizer().encode_table(&texts, &[], &options).unwrap();
            assert_eq!((table.width(), table.lengths.len()), (Some(6), 2));
            assert_eq!(table.ids[..6], ids);
            assert_eq!(table.attention_mask[..6], mask);
            assert_eq!(table.offsets.len(), 24);
            assert_eq!(table.word_ids.len(), 12);
        }
    }

    #[test]
    fn offsets_count_in_the_unit_asked_for() {
        let texts = [Input::Text("😀 a"), Input::Text("a")];
        let pairs = [Some(Input::Text("b 😀 c")), None];
        for (utf16, expected) in [
            (false, [0, 1, 2, 3, 0, 1, 2, 3, 4, 5]),
            (true, [0, 2, 3, 4, 0, 1, 2, 4, 5, 6]),
        ] {
            let options = TableOptions { utf16, ..all() };
            let table = tokenizer().encode_table(&texts, &pairs, &options).unwrap();
            assert_eq!(table.offsets[..10], expected);
            assert_eq!(table.type_ids, [0, 0, 1, 1, 1, 0, 0, 0]);
            assert_eq!(table.width(), None);
        }
        let words = ["😀".to_owned(), "a".to_owned()];
        let options = TableOptions { utf16: true, ..all() };
        let table = tokenizer()
            .encode_table(&[Input::Words(&words)], &[], &options)
            .unwrap();
        assert_eq!(table.offsets, [0, 0, 0, 2, 0, 1, 0, 0]);
        assert_eq!(table.word_ids, [-1, 0, 1, -1]);
    }

    #[test]
    fn what_is_cut_off_makes_rows() {
        let truncation = Truncation {
            max_length: 4,
            stride: 1,
            ..Truncation::default()
        };
        let options = TableOptions {
            truncation: Some(truncation),
            overflow: true,
            ..all()
        };
        let table = tokenizer()
            .encode_table(&[Input::Text("a b c"), Input::Text("c")], &[], &options)
            .unwrap();
        assert_eq!(table.samples, [0, 0, 1]);
        assert_eq!(table.ids, [5, 1, 2, 6, 5, 2, 3, 6, 5, 3, 6]);
        let cut = TableOptions {
            cut: Some(2),
            ..all()
        };
        let table = tokenizer()
            .encode_table(&[Input::Text("a b")], &[], &cut)
            .unwrap();
        assert_eq!((table.ids, table.offsets), (vec![5, 1], vec![0, 0, 0, 1]));
    }

    #[test]
    fn languages_are_written_into_the_template_and_prefixes_before_texts() {
        let language = |distance, from_end| {
            Some(Language {
                id: 7,
                distance,
                from_end,
            })
        };
        let texts = [Input::Text("a"), Input::Text("b")];
        let pairs = [None, Some(Input::Text("c"))];
        for (language, expected) in [
            (language(0, false), [7, 1, 6, 2, 3]),
            (language(0, true), [5, 1, 7, 2, 3]),
            (language(9, true), [5, 1, 6, 2, 3]),
        ] {
            let options = TableOptions {
                add_special_tokens: true,
                language,
                ..TableOptions::default()
            };
            let table = tokenizer().encode_table(&texts, &pairs, &options).unwrap();
            assert_eq!(table.ids, expected);
        }
        let options = TableOptions {
            prefixes: vec![None, Some(7)],
            ..all()
        };
        let table = tokenizer().encode_table(&texts, &[], &options).unwrap();
        assert_eq!(table.ids, [5, 1, 6, 5, 7, 2, 6]);
        assert_eq!(table.word_ids, [-1, 0, -1, -1, -1, 0, -1]);
        let options = TableOptions {
            prefixes: vec![None, Some(7), Some(7)],
            pair_prefixes: vec![Some(7), None, Some(0)],
            add_special_tokens: true,
            ..TableOptions::default()
        };
        for (text, expected) in [
            ("a", [1, 7, 3, 7, 1, 3, 7, 1, 0, 3].as_slice()),
            ("", &[7, 3, 7, 3, 7, 0, 3]),
        ] {
            let pairs = [Some(Input::Text("c")); 3];
            let table = tokenizer()
                .encode_table(&[Input::Text(text); 3], &pairs, &options)
                .unwrap();
            assert_eq!(table.ids, expected);
        }
    }

    #[test]
    fn a_width_that_needs_too_much_memory_is_refused() {
        let padding = Padding {
            length: PaddingLength::Fixed(2_000_000_000),
            ..Padding::default()
        };
        let options = TableOptions {
            padding: Some(padding),
            ..all()
        };
        let error = tokenizer()
            .encode_table(&[Input::Text("a")], &[], &options)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
    }
}
