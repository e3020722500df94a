//! Many texts at once, as matrices for a model.

use autotokenizer_engine::{
    BatchOptions, Matrix, MatrixNumbers, Padding, PaddingLength, Row, Side, Tokenizer,
};
use napi::JsString;
use napi::bindgen_prelude::{
    BigInt64ArraySlice, Either, Env, External, FromNapiValue, Function, JsObjectValue, JsValue, PromiseRaw,
    Result, Uint32ArraySlice, Unknown,
};
use napi_derive::napi;
use tokio_util::sync::CancellationToken;

use crate::encode::{TruncationOptions, truncation};
use crate::failure::{Failure, check};
use crate::handle::Handle;
use crate::inbox::{Inbox, Texts};
use crate::task::{spawn, token_of};
use crate::text::TextList;

/// How rows are filled up.
#[napi(object, object_to_js = false)]
pub struct PaddingOptions {
    /// A length; absent for the longest row's.
    pub length: Option<u32>,
    /// The longest row counts up to this length.
    pub at_most: Option<u32>,
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

/// Rows one after the other.
#[napi(object, object_from_js = false)]
pub struct ListBatch<'env> {
    /// Tokens of each row.
    pub lengths: Uint32ArraySlice<'env>,
    /// Token ids.
    pub input_ids: Uint32ArraySlice<'env>,
    /// 1 for tokens, 0 for fill.
    pub attention_mask: Uint32ArraySlice<'env>,
    /// 0 for the first text and fill, 1 for the second; absent unless wanted.
    pub token_type_ids: Option<Uint32ArraySlice<'env>>,
}

enum Batch {
    Flat(Matrix),
    Numbers {
        numbers: MatrixNumbers<Vec<i64>>,
        rows: usize,
        columns: usize,
    },
    Lists(Vec<Row>),
}

impl Batch {
    /// Does what need not be done on the JS thread.
    fn off_thread(self) -> Self {
        match self {
            Self::Flat(matrix) => Self::Numbers {
                numbers: matrix.to_numbers(),
                rows: matrix.rows(),
                columns: matrix.columns(),
            },
            other => other,
        }
    }
}

type BatchValue<'env> = Option<Either<FlatBatch<'env>, ListBatch<'env>>>;

/// Encodes `texts` (with `pairs`) in parallel. `null` when a matrix is wanted and the rows differ in length.
#[napi(catch_unwind, ts_return_type = "FlatBatch | ListBatch | null")]
pub fn encode_batch<'env>(
    env: &'env Env,
    tokenizer: &External<Handle>,
    #[napi(ts_arg_type = "Array<string>")] texts: Vec<JsString<'env>>,
    #[napi(ts_arg_type = "Array<string> | undefined | null")] pairs: Option<Vec<JsString<'env>>>,
    options: EncodeBatchOptions,
) -> Result<BatchValue<'env>> {
    let parsed = parse(*env, &options)?;
    let texts = TextList::read(&texts)?;
    let pairs = pairs.map(|pairs| TextList::read(&pairs)).transpose()?;
    let (texts, pairs) = (texts.texts()?, pairs.as_ref().map(TextList::texts).transpose()?);
    let batch = check(
        *env,
        encode(tokenizer, &texts, pairs.as_deref(), &parsed, options.flat),
    )?;
    value(env, batch)
}

/// `encodeBatch` off the JS thread, for the texts of an inbox and second texts of another.
#[napi(ts_return_type = "Promise<FlatBatch | ListBatch | null>")]
pub fn encode_batch_async<'env>(
    env: &'env Env,
    tokenizer: &External<Handle>,
    texts: &External<Inbox>,
    pairs: Option<&External<Inbox>>,
    options: EncodeBatchOptions,
    cancelled: Option<&External<CancellationToken>>,
) -> Result<PromiseRaw<'env, BatchValue<'env>>> {
    let parsed = parse(*env, &options)?;
    let tokenizer = tokenizer.share();
    let (texts, pairs) = (
        Texts::take(Some(texts)),
        pairs.map(|pairs| Texts::take(Some(pairs))),
    );
    let work = move || {
        let (texts, pairs) = (texts.all(), pairs.map(Texts::all));
        let batch = encode(&tokenizer, &texts, pairs.as_deref(), &parsed, options.flat)?;
        Ok(batch.map(Batch::off_thread))
    };
    spawn(env, token_of(cancelled), work, value)
}

fn parse(env: Env, options: &EncodeBatchOptions) -> Result<BatchOptions> {
    Ok(BatchOptions {
        add_special_tokens: options.add_special_tokens,
        truncation: truncation(env, options.truncation.as_ref())?,
        cut: options.cut.map(|length| length as usize),
        padding: options.padding.as_ref().map(padding),
        type_ids: options.type_ids,
    })
}

pub(crate) fn padding(options: &PaddingOptions) -> Padding {
    Padding {
        length: match (options.length, options.at_most) {
            (Some(length), _) => PaddingLength::Fixed(length as usize),
            (None, Some(most)) => PaddingLength::LongestUpTo(most as usize),
            (None, None) => PaddingLength::Longest,
        },
        id: options.id,
        side: if options.left { Side::Left } else { Side::Right },
        multiple_of: options.multiple_of.map(|multiple| multiple as usize),
    }
}

fn encode<T: AsRef<str> + Sync>(
    tokenizer: &Tokenizer,
    texts: &[T],
    pairs: Option<&[T]>,
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
        Some(Batch::Flat(matrix)) => Some(Either::A(written(env, &matrix)?)),
        Some(Batch::Numbers {
            numbers,
            rows,
            columns,
        }) => Some(Either::A(FlatBatch {
            input_ids: array(env, numbers.ids)?,
            attention_mask: array(env, numbers.attention_mask)?,
            token_type_ids: numbers.type_ids.map(|types| array(env, types)).transpose()?,
            rows: count(rows),
            columns: count(columns),
        })),
        Some(Batch::Lists(rows)) => Some(Either::B(lists(env, &rows)?)),
    })
}

/// Writes a matrix into memory of the JavaScript engine. It frees that as soon as it collects the array; what it does
/// not own waits for the event loop, of which a program that encodes in a loop never sees a turn.
fn written<'env>(env: &'env Env, matrix: &Matrix) -> Result<FlatBatch<'env>> {
    let zeros = || zeros(env, matrix.places());
    let mut ids = zeros()?;
    let mut mask = zeros()?;
    let mut types = matrix.has_type_ids().then(zeros).transpose()?;
    // SAFETY: the arrays have just been made, nobody else has them, and no JavaScript runs until they are written.
    matrix.write(unsafe {
        MatrixNumbers {
            ids: ids.as_mut(),
            attention_mask: mask.as_mut(),
            type_ids: types.as_mut().map(|types| types.as_mut()),
        }
    });
    Ok(FlatBatch {
        input_ids: ids,
        attention_mask: mask,
        token_type_ids: types,
        rows: count(matrix.rows()),
        columns: count(matrix.columns()),
    })
}

/// From so many numbers on (64 KB) N-API is not asked for memory, since it ends the process where there is none.
const LARGE: usize = 1 << 13;

/// A new array of zeros.
fn zeros(env: &Env, length: usize) -> Result<BigInt64ArraySlice<'_>> {
    if length < LARGE {
        return BigInt64ArraySlice::copy_from(env, vec![0; length]);
    }
    let class: Function<'_, u32, Unknown<'_>> = env.get_global()?.get_named_property("BigInt64Array")?;
    let array = class.new_instance(count(length))?;
    // SAFETY: the value is alive, and of this environment.
    unsafe { BigInt64ArraySlice::from_napi_value(env.raw(), array.raw()) }
}

/// Numbers for JavaScript. Few are copied, which is cheaper than what a finalizer costs; many are handed over, since
/// a copy would keep the event loop waiting.
fn array(env: &Env, numbers: Vec<i64>) -> Result<BigInt64ArraySlice<'_>> {
    if numbers.len() < LARGE {
        BigInt64ArraySlice::copy_from(env, numbers)
    } else {
        BigInt64ArraySlice::from_data(env, numbers)
    }
}

fn lists<'env>(env: &'env Env, rows: &[Row]) -> Result<ListBatch<'env>> {
    let joined = |column: &dyn Fn(&Row) -> &[u32]| {
        let values: Vec<u32> = rows.iter().flat_map(|row| column(row).iter().copied()).collect();
        Uint32ArraySlice::copy_from(env, values)
    };
    let with_types = !rows.is_empty() && rows.iter().all(|row| row.type_ids.is_some());
    Ok(ListBatch {
        lengths: Uint32ArraySlice::copy_from(
            env,
            rows.iter().map(|row| count(row.ids.len())).collect::<Vec<_>>(),
        )?,
        input_ids: joined(&|row| &row.ids)?,
        attention_mask: joined(&|row| &row.attention_mask)?,
        token_type_ids: with_types
            .then(|| joined(&|row| row.type_ids.as_deref().unwrap_or_default()))
            .transpose()?,
    })
}

fn count(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
