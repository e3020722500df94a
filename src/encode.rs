//! Text to ids.

use autotokenizer_engine::{
    EncodeOptions, Encoding, Input, Truncation, TruncationDirection, TruncationStrategy,
};
use napi::JsString;
use napi::bindgen_prelude::{Either, Env, External, Null, PromiseRaw, Result, Uint32ArraySlice};
use napi_derive::napi;
use tokio_util::sync::CancellationToken;

use crate::failure::{Failure, check};
use crate::handle::{Handle, in_slot};
use crate::scratch;
use crate::task::{spawn, token_of};
use crate::text::with_texts;

type Pair<'a> = Either<JsString<'a>, Null>;

fn given<'a, 'env>(pair: &'a Pair<'env>) -> Option<&'a JsString<'env>> {
    match pair {
        Either::A(pair) => Some(pair),
        Either::B(_) => None,
    }
}

thread_local! {
    /// Ids of the last text, when they did not fit into the caller's array.
    static OVERFLOW: std::cell::RefCell<Vec<u32>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Writes the ids of `text` into `ids` and returns how many there are. When they do not fit, nothing is written and
/// `takeIds` has them.
#[napi(catch_unwind)]
pub fn encode_into(
    env: Env,
    tokenizer: &External<Handle>,
    text: JsString<'_>,
    pair: Pair<'_>,
    add_special_tokens: bool,
    mut ids: Uint32ArraySlice<'_>,
) -> Result<u32> {
    with_texts(&text, given(&pair), |text, pair| {
        let mut encoded = OVERFLOW.take();
        encoded.clear();
        check(
            env,
            tokenizer.encode_ids(text, pair, add_special_tokens, &mut encoded),
        )?;
        let count = encoded.len();
        // SAFETY: the array is the JS thread's, which is in this call; `lib/native.js` shares it with no other thread.
        let target = unsafe { ids.as_mut() };
        if let Some(target) = target.get_mut(..count) {
            target.copy_from_slice(&encoded);
        }
        OVERFLOW.set(encoded);
        u32::try_from(count).map_err(|_| Failure::internal(&"more than 2^32 ids").into_js(env))
    })
}

/// More ids than this are not kept for the next text.
const KEPT: usize = 1 << 16;

/// Writes the ids of `text` into the thread's scratch array and returns how many there are: the hot path. When they do
/// not fit, the number is negative and `takeIds` has them.
#[napi(catch_unwind)]
pub fn encode_slot(env: Env, slot: u32, text: JsString<'_>, add_special_tokens: bool) -> Result<i32> {
    let tokenizer = in_slot(slot).ok_or_else(|| Failure::internal(&"the tokenizer is gone").into_js(env))?;
    with_texts(&text, None, |text, _| {
        let mut encoded = OVERFLOW.take();
        encoded.clear();
        check(
            env,
            tokenizer.encode_ids(text, None, add_special_tokens, &mut encoded),
        )?;
        let count = i32::try_from(encoded.len()).map_err(|error| Failure::internal(&error).into_js(env))?;
        if scratch::fill(env, &encoded) {
            encoded.clear();
            encoded.shrink_to(KEPT);
            OVERFLOW.set(encoded);
            return Ok(count);
        }
        OVERFLOW.set(encoded);
        Ok(-count)
    })
}

/// The ids of the last `encodeInto` or `encodeSlot` of this thread that did not fit.
#[napi]
pub fn take_ids(env: &Env) -> Result<Uint32ArraySlice<'_>> {
    Uint32ArraySlice::copy_from(env, OVERFLOW.take())
}

/// The ids of `text`, computed off the JS thread.
#[napi(ts_return_type = "Promise<Uint32Array>")]
pub fn encode_async<'env>(
    env: &'env Env,
    tokenizer: &External<Handle>,
    text: String,
    pair: Option<String>,
    add_special_tokens: bool,
    cancelled: Option<&External<CancellationToken>>,
) -> Result<PromiseRaw<'env, Uint32ArraySlice<'env>>> {
    let tokenizer = tokenizer.share();
    let work = move || {
        let mut ids = Vec::new();
        tokenizer.encode_ids(&text, pair.as_deref(), add_special_tokens, &mut ids)?;
        Ok(ids)
    };
    spawn(env, token_of(cancelled), work, |env, ids: Vec<u32>| {
        Uint32ArraySlice::copy_from(env, ids)
    })
}

/// How long an encoding may be, in the manner of Python's `tokenizers`: special tokens are counted and kept.
#[napi(object, object_to_js = false)]
pub struct TruncationOptions {
    /// The most tokens of an encoding, special tokens included.
    pub max_length: u32,
    /// Tokens that neighbouring parts share.
    pub stride: u32,
    /// `longest_first`, `only_first` or `only_second`.
    pub strategy: String,
    /// `right` or `left`: the side that is cut.
    pub direction: String,
}

/// Options of `encodeFull`.
#[napi(object, object_to_js = false)]
pub struct FullOptions {
    /// Whether the post-processor adds its special tokens.
    pub add_special_tokens: bool,
    /// Where to cut; absent for no truncation.
    pub truncation: Option<TruncationOptions>,
}

/// Everything known about one encoding.
#[napi(object, object_from_js = false)]
pub struct FullEncoding {
    /// Token ids.
    pub ids: Vec<u32>,
    /// 0 for the first text, 1 for the second.
    pub type_ids: Vec<u32>,
    /// The tokens themselves.
    pub tokens: Vec<String>,
    /// Start and end of each token, in code points of its text, flattened.
    pub offsets: Vec<u32>,
    /// The word each token came from; -1 for special tokens.
    pub word_ids: Vec<i32>,
    /// The text each token came from; -1 for special tokens.
    pub sequence_ids: Vec<i32>,
    /// 1 for the tokens that the post-processor added.
    pub special_tokens_mask: Vec<u32>,
    /// What truncation cut off, in parts of the same length.
    pub overflowing: Vec<FullEncoding>,
}

fn index(value: Option<u32>) -> i32 {
    value.and_then(|value| i32::try_from(value).ok()).unwrap_or(-1)
}

impl From<Encoding> for FullEncoding {
    fn from(encoding: Encoding) -> Self {
        Self {
            offsets: encoding
                .offsets
                .iter()
                .flat_map(|&(start, end)| [start, end])
                .collect(),
            word_ids: encoding.word_ids.iter().copied().map(index).collect(),
            sequence_ids: encoding.sequence_ids.iter().copied().map(index).collect(),
            special_tokens_mask: encoding.special_tokens_mask,
            overflowing: encoding.overflowing.into_iter().map(Self::from).collect(),
            ids: encoding.ids,
            type_ids: encoding.type_ids,
            tokens: encoding.tokens,
        }
    }
}

pub(crate) fn truncation(env: Env, options: Option<&TruncationOptions>) -> Result<Option<Truncation>> {
    let Some(options) = options else { return Ok(None) };
    let strategy = match options.strategy.as_str() {
        "longest_first" => TruncationStrategy::LongestFirst,
        "only_first" => TruncationStrategy::OnlyFirst,
        "only_second" => TruncationStrategy::OnlySecond,
        other => return Err(unknown("truncation strategy", other).into_js(env)),
    };
    let direction = match options.direction.as_str() {
        "right" => TruncationDirection::Right,
        "left" => TruncationDirection::Left,
        other => return Err(unknown("truncation side", other).into_js(env)),
    };
    let (max_length, stride) = (options.max_length as usize, options.stride as usize);
    Ok(Some(Truncation {
        max_length,
        stride,
        strategy,
        direction,
        ..Truncation::default()
    }))
}

fn unknown(what: &str, value: &str) -> Failure {
    Failure::Coded {
        code: "ERR_TOKENIZER_ARGUMENT",
        message: format!("unknown {what} {value:?}"),
    }
}

fn input(side: &Either<String, Vec<String>>) -> Input<'_> {
    match side {
        Either::A(text) => Input::Text(text),
        Either::B(words) => Input::Words(words),
    }
}

/// Ids with types, offsets, words and masks. A side given as an array is already split into words.
#[napi(catch_unwind)]
pub fn encode_full(
    env: Env,
    tokenizer: &External<Handle>,
    text: Either<String, Vec<String>>,
    pair: Option<Either<String, Vec<String>>>,
    options: FullOptions,
) -> Result<FullEncoding> {
    let options = EncodeOptions {
        add_special_tokens: options.add_special_tokens,
        truncation: truncation(env, options.truncation.as_ref())?,
        ..EncodeOptions::default()
    };
    let encoding = tokenizer.encode(input(&text), pair.as_ref().map(input), &options);
    check(env, encoding).map(FullEncoding::from)
}

/// The tokens of `text`, as strings.
#[napi(catch_unwind)]
pub fn tokenize(
    env: Env,
    tokenizer: &External<Handle>,
    text: JsString<'_>,
    pair: Pair<'_>,
    add_special_tokens: bool,
) -> Result<Vec<String>> {
    with_texts(&text, given(&pair), |text, pair| {
        check(env, tokenizer.tokenize(text, pair, add_special_tokens))
    })
}
