//! Texts with all that is known about their tokens.

use autotokenizer_engine::{Columns, Input, Language, Table, TableOptions, Tokenizer};
use napi::bindgen_prelude::{
    BigInt64ArraySlice, Either, Env, External, Float64ArraySlice, PromiseRaw, Result, Uint32ArraySlice,
};
use napi_derive::napi;
use tokio_util::sync::CancellationToken;

use crate::batch::{PaddingOptions, padding};
use crate::encode::{TruncationOptions, truncation};
use crate::failure::{Failure, check};
use crate::handle::Handle;
use crate::inbox::{Inbox, Texts};
use crate::task::{spawn, token_of};

/// Where the post-processor writes the language of a text.
#[napi(object, object_to_js = false)]
pub struct LanguageOptions {
    /// The language's token.
    pub id: u32,
    /// How many tokens stand before it, or after it.
    pub distance: u32,
    /// Whether `distance` counts from the end.
    pub from_end: bool,
}

/// Options of `encodeFull`.
#[napi(object, object_to_js = false)]
pub struct FullOptions {
    /// Whether the post-processor adds its special tokens.
    pub add_special_tokens: bool,
    /// Python's truncation, which keeps the special tokens.
    pub truncation: Option<TruncationOptions>,
    /// Whether what truncation cut off makes rows of its own.
    pub overflow: Option<bool>,
    /// transformers.js's truncation: the finished row is cut to this length.
    pub cut: Option<u32>,
    /// How rows are filled up; absent to leave them as they are.
    pub padding: Option<PaddingOptions>,
    /// Whether type ids are wanted.
    pub type_ids: bool,
    /// Whether the mask of special tokens is wanted.
    pub special_tokens_mask: Option<bool>,
    /// Whether offsets are wanted.
    pub offsets: Option<bool>,
    /// Whether offsets count UTF-16 units instead of code points.
    pub utf16: Option<bool>,
    /// Whether word ids are wanted.
    pub word_ids: Option<bool>,
    /// Whether columns are for tensors (`BigInt64Array`), or to be read by JavaScript (`Float64Array`).
    pub flat: bool,
    /// How many words each text is split into; absent for running texts.
    pub words: Option<Vec<u32>>,
    /// How many words each second text is split into.
    pub pair_words: Option<Vec<u32>>,
    /// The language of texts that have no second text.
    pub language: Option<LanguageOptions>,
    /// A token that goes before those of each text; -1 for none.
    pub prefixes: Option<Vec<i64>>,
    /// The same of second texts.
    pub pair_prefixes: Option<Vec<i64>>,
}

type Column<'env> = Either<BigInt64ArraySlice<'env>, Float64ArraySlice<'env>>;

/// Rows one after the other, in every column.
#[napi(object, object_from_js = false)]
pub struct FullBatch<'env> {
    /// The length that all rows have; absent when they differ.
    pub width: Option<u32>,
    /// The tokens of each row, fill included.
    pub lengths: Uint32ArraySlice<'env>,
    /// The text that each row is of.
    pub samples: Uint32ArraySlice<'env>,
    /// Token ids.
    pub input_ids: Column<'env>,
    /// 1 for tokens, 0 for fill.
    pub attention_mask: Column<'env>,
    /// 0 for the first text and fill, 1 for the second.
    pub token_type_ids: Option<Column<'env>>,
    /// 1 for tokens that the post-processor added and for fill.
    pub special_tokens_mask: Option<Column<'env>>,
    /// Start and end of every token.
    pub offset_mapping: Option<Column<'env>>,
    /// The word of every token; -1 for special tokens and fill.
    pub word_ids: Option<Float64ArraySlice<'env>>,
}

/// Encodes the texts of an inbox, with those of another as second texts.
#[napi(catch_unwind)]
pub fn encode_full<'env>(
    env: &'env Env,
    tokenizer: &External<Handle>,
    texts: &External<Inbox>,
    pairs: Option<&External<Inbox>>,
    options: FullOptions,
) -> Result<FullBatch<'env>> {
    let work = Work::new(*env, texts, pairs, options)?;
    let (table, shape) = check(*env, work.run(tokenizer))?;
    value(env, &table, shape)
}

/// `encodeFull` off the JS thread.
#[napi(ts_return_type = "Promise<FullBatch>")]
pub fn encode_full_async<'env>(
    env: &'env Env,
    tokenizer: &External<Handle>,
    texts: &External<Inbox>,
    pairs: Option<&External<Inbox>>,
    options: FullOptions,
    cancelled: Option<&External<CancellationToken>>,
) -> Result<PromiseRaw<'env, FullBatch<'env>>> {
    let work = Work::new(*env, texts, pairs, options)?;
    let tokenizer = tokenizer.share();
    spawn(
        env,
        token_of(cancelled),
        move || work.run(&tokenizer),
        |env, (table, shape)| value(env, &table, shape),
    )
}

/// A call, ready for any thread.
struct Work {
    texts: Texts,
    pairs: Texts,
    words: Option<Vec<u32>>,
    pair_words: Option<Vec<u32>>,
    options: TableOptions,
    shape: Shape,
}

/// What becomes of the columns in JavaScript.
#[derive(Clone, Copy)]
struct Shape {
    flat: bool,
    columns: Columns,
}

impl Work {
    fn new(
        env: Env,
        texts: &External<Inbox>,
        pairs: Option<&External<Inbox>>,
        options: FullOptions,
    ) -> Result<Self> {
        let columns = Columns {
            type_ids: options.type_ids,
            special_tokens_mask: options.special_tokens_mask == Some(true),
            offsets: options.offsets == Some(true),
            word_ids: options.word_ids == Some(true),
        };
        let table = TableOptions {
            add_special_tokens: options.add_special_tokens,
            truncation: truncation(env, options.truncation.as_ref())?,
            overflow: options.overflow == Some(true),
            cut: options.cut.map(|length| length as usize),
            padding: options.padding.as_ref().map(padding),
            columns,
            utf16: options.utf16 == Some(true),
            language: options.language.map(|language| Language {
                id: language.id,
                distance: language.distance as usize,
                from_end: language.from_end,
            }),
            prefixes: tokens(options.prefixes),
            pair_prefixes: tokens(options.pair_prefixes),
        };
        Ok(Self {
            texts: Texts::take(Some(texts)),
            pairs: Texts::take(pairs),
            words: options.words,
            pair_words: options.pair_words,
            options: table,
            shape: Shape {
                flat: options.flat,
                columns,
            },
        })
    }

    fn run(self, tokenizer: &Tokenizer) -> std::result::Result<(Table, Shape), Failure> {
        let (texts, pairs) = (self.texts.decoded(), self.pairs.decoded());
        let (texts, pairs) = (
            Side::new(texts, self.words.as_deref()),
            Side::new(pairs, self.pair_words.as_deref()),
        );
        let table = tokenizer.encode_table(
            &texts
                .inputs()
                .map(|text| text.unwrap_or(Input::Text("")))
                .collect::<Vec<_>>(),
            &pairs.inputs().collect::<Vec<_>>(),
            &self.options,
        )?;
        Ok((table, self.shape))
    }
}

/// -1 is none.
fn tokens(ids: Option<Vec<i64>>) -> Vec<Option<u32>> {
    let ids = ids.unwrap_or_default().into_iter();
    ids.map(|id| u32::try_from(id).ok()).collect()
}

/// First texts or second texts: running ones, or split into words.
enum Side {
    Texts(Vec<Option<String>>),
    Words(Vec<Vec<String>>),
}

impl Side {
    fn new(texts: Vec<Option<String>>, words: Option<&[u32]>) -> Self {
        let Some(words) = words else {
            return Self::Texts(texts);
        };
        let mut texts = texts.into_iter().map(Option::unwrap_or_default);
        Self::Words(
            words
                .iter()
                .map(|&count| texts.by_ref().take(count as usize).collect())
                .collect(),
        )
    }

    fn inputs(&self) -> Box<dyn Iterator<Item = Option<Input<'_>>> + '_> {
        match self {
            Self::Texts(texts) => Box::new(texts.iter().map(|text| text.as_deref().map(Input::Text))),
            Self::Words(rows) => Box::new(rows.iter().map(|words| Some(Input::Words(words)))),
        }
    }
}

fn value<'env>(env: &'env Env, table: &Table, shape: Shape) -> Result<FullBatch<'env>> {
    let column = |values: &[i64]| -> Result<Column<'env>> {
        Ok(if shape.flat {
            Either::A(BigInt64ArraySlice::copy_from(env, values)?)
        } else {
            Either::B(numbers(env, values)?)
        })
    };
    let wanted = |wanted: bool, values: &[i64]| wanted.then(|| column(values)).transpose();
    Ok(FullBatch {
        width: table.width(),
        lengths: Uint32ArraySlice::copy_from(env, &table.lengths)?,
        samples: Uint32ArraySlice::copy_from(env, &table.samples)?,
        input_ids: column(&table.ids)?,
        attention_mask: column(&table.attention_mask)?,
        token_type_ids: wanted(shape.columns.type_ids, &table.type_ids)?,
        special_tokens_mask: wanted(shape.columns.special_tokens_mask, &table.special_tokens_mask)?,
        offset_mapping: wanted(shape.columns.offsets, &table.offsets)?,
        word_ids: shape
            .columns
            .word_ids
            .then(|| numbers(env, &table.word_ids))
            .transpose()?,
    })
}

#[expect(clippy::cast_precision_loss, reason = "ids and places are below 2^32")]
fn numbers<'env>(env: &'env Env, values: &[i64]) -> Result<Float64ArraySlice<'env>> {
    Float64ArraySlice::copy_from(env, values.iter().map(|&value| value as f64).collect::<Vec<_>>())
}
