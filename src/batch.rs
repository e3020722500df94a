//! Many texts at once, as matrices for a model.

use autotokenizer_engine::{BatchOptions, Matrix, Padding, PaddingLength, Row, Side, Tokenizer};
use napi::bindgen_prelude::{BigInt64ArraySlice, Either, Env, External, PromiseRaw, Result};
use napi_derive::napi;
use tokio_util::sync::CancellationToken;

use crate::encode::{TruncationOptions, truncation};
use crate::failure::{Failure, check};
use crate::handle::Handle;
use crate::task::{spawn, token_of};

/// How rows are filled up.
#[napi(object, object_to_js = false)]
pub struct PaddingOptions {
    /// A length; absent for the longest row's.
    pub length: Option<u32>,
    /// The id that fills.
    pub id: u32,
    /// Whether the fill goes to the left.
    pub left: bool,
    /// The length is rounded up to a multiple of this.
    pub multiple_of: Option<u32>,
}

/// Options of `encodeBatch`.
#[napi(object, object_to_js = false)]
pub struct EncodeBatchOptions {
    /// Whether the post-processor adds its special tokens.
    pub add_special_tokens: bool,
    /// Python's truncation, which keeps the special tokens.
    pub truncation: Option<TruncationOptions>,
    /// transformers.js's truncation: the finished row is cut to this length.
    pub cut: Option<u32>,
    /// How rows are filled up; absent to leave them as they are.
    pub padding: Option<PaddingOptions>,
    /// Whether type ids are wanted.
    pub type_ids: bool,
    /// Whether one matrix is wanted instead of lists.
    pub flat: bool,
}

/// A matrix, row after row.
#[napi(object, object_from_js = false)]
pub struct FlatBatch<'env> {
    /// Token ids.
    pub input_ids: BigInt64ArraySlice<'env>,
    /// 1 for tokens, 0 for fill.
    pub attention_mask: BigInt64ArraySlice<'env>,
    /// 0 for the first text and fill, 1 for the second; absent unless wanted.
    pub token_type_ids: Option<BigInt64ArraySlice<'env>>,
    /// Number of texts.
    pub rows: u32,
    /// Tokens of each.
    pub columns: u32,
}

/// Lists, one for each text.
#[napi(object, object_from_js = false)]
pub struct ListBatch {
    /// Token ids.
    pub input_ids: Vec<Vec<u32>>,
    /// 1 for tokens, 0 for fill.
    pub attention_mask: Vec<Vec<u32>>,
    /// 0 for the first text and fill, 1 for the second; absent unless wanted.
    pub token_type_ids: Option<Vec<Vec<u32>>>,
}

enum Batch {
    Flat(Matrix),
    Lists(Vec<Row>),
}

type BatchValue<'env> = Option<Either<FlatBatch<'env>, ListBatch>>;

/// Encodes `texts` (with `pairs`) in parallel. `null` when a matrix is wanted and the rows differ in length.
#[napi(catch_unwind, ts_return_type = "FlatBatch | ListBatch | null")]
pub fn encode_batch<'env>(
    env: &'env Env,
    tokenizer: &External<Handle>,
    texts: Vec<String>,
    pairs: Option<Vec<String>>,
    options: EncodeBatchOptions,
) -> Result<BatchValue<'env>> {
    let parsed = parse(*env, &options)?;
    let batch = check(
        *env,
        encode(tokenizer, &texts, pairs.as_deref(), &parsed, options.flat),
    )?;
    value(env, batch)
}

/// `encodeBatch` off the JS thread.
#[napi(ts_return_type = "Promise<FlatBatch | ListBatch | null>")]
pub fn encode_batch_async<'env>(
    env: &'env Env,
    tokenizer: &External<Handle>,
    texts: Vec<String>,
    pairs: Option<Vec<String>>,
    options: EncodeBatchOptions,
    cancelled: Option<&External<CancellationToken>>,
) -> Result<PromiseRaw<'env, BatchValue<'env>>> {
    let parsed = parse(*env, &options)?;
    let tokenizer = tokenizer.share();
    let work = move || encode(&tokenizer, &texts, pairs.as_deref(), &parsed, options.flat);
    spawn(env, token_of(cancelled), work, value)
}

fn parse(env: Env, options: &EncodeBatchOptions) -> Result<BatchOptions> {
    Ok(BatchOptions {
        add_special_tokens: options.add_special_tokens,
        truncation: truncation(env, options.truncation.as_ref())?,
        cut: options.cut.map(|length| length as usize),
        padding: options.padding.as_ref().map(|padding| Padding {
            length: padding.length.map_or(PaddingLength::Longest, |length| {
                PaddingLength::Fixed(length as usize)
            }),
            id: padding.id,
            side: if padding.left { Side::Left } else { Side::Right },
            multiple_of: padding.multiple_of.map(|multiple| multiple as usize),
        }),
        type_ids: options.type_ids,
    })
}

fn encode(
    tokenizer: &Tokenizer,
    texts: &[String],
    pairs: Option<&[String]>,
    options: &BatchOptions,
    flat: bool,
) -> std::result::Result<Option<Batch>, Failure> {
    if flat {
        Ok(tokenizer.encode_matrix(texts, pairs, options)?.map(Batch::Flat))
    } else {
        Ok(Some(Batch::Lists(tokenizer.encode_rows(texts, pairs, options)?)))
    }
}

fn value(env: &Env, batch: Option<Batch>) -> Result<BatchValue<'_>> {
    Ok(match batch {
        None => None,
        Some(Batch::Flat(matrix)) => Some(Either::A(FlatBatch {
            input_ids: BigInt64ArraySlice::copy_from(env, &matrix.ids)?,
            attention_mask: BigInt64ArraySlice::copy_from(env, &matrix.attention_mask)?,
            token_type_ids: matrix
                .type_ids
                .map(|type_ids| BigInt64ArraySlice::copy_from(env, &type_ids))
                .transpose()?,
            rows: count(matrix.rows),
            columns: count(matrix.columns),
        })),
        Some(Batch::Lists(rows)) => Some(Either::B(lists(rows))),
    })
}

fn lists(rows: Vec<Row>) -> ListBatch {
    let mut lists = ListBatch {
        input_ids: Vec::new(),
        attention_mask: Vec::new(),
        token_type_ids: None,
    };
    for row in rows {
        lists.input_ids.push(row.ids);
        lists.attention_mask.push(row.attention_mask);
        if let Some(type_ids) = row.type_ids {
            lists.token_type_ids.get_or_insert_with(Vec::new).push(type_ids);
        }
    }
    lists
}

fn count(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
