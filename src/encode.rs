//! Text to ids.

use autotokenizer_engine::{Truncation, TruncationDirection, TruncationStrategy};
use napi::JsString;
use napi::bindgen_prelude::{Either, Env, External, Null, PromiseRaw, Result, Uint32ArraySlice};
use napi_derive::napi;
use tokio_util::sync::CancellationToken;

use crate::failure::{Failure, check};
use crate::handle::{Handle, in_slot};
use crate::inbox::{Inbox, Texts};
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

/// The ids of many texts, one after the other.
#[napi(object, object_from_js = false)]
pub struct ManyIds<'env> {
    /// The ids.
    pub ids: Uint32ArraySlice<'env>,
    /// How many each text has.
    pub counts: Uint32ArraySlice<'env>,
}

/// The ids of the texts of an inbox (with second texts of another), computed off the JS thread.
#[napi(ts_return_type = "Promise<ManyIds>")]
pub fn encode_many_async<'env>(
    env: &'env Env,
    tokenizer: &External<Handle>,
    texts: &External<Inbox>,
    pairs: Option<&External<Inbox>>,
    add_special_tokens: bool,
    cancelled: Option<&External<CancellationToken>>,
) -> Result<PromiseRaw<'env, ManyIds<'env>>> {
    let tokenizer = tokenizer.share();
    let (texts, pairs) = (Texts::take(Some(texts)), Texts::take(pairs));
    let work = move || {
        let (mut ids, mut counts) = (Vec::new(), Vec::new());
        let mut pairs = pairs.decoded().into_iter();
        for text in texts.all() {
            let (pair, start) = (pairs.next().flatten(), ids.len());
            tokenizer.encode_ids(&text, pair.as_deref(), add_special_tokens, &mut ids)?;
            let count = u32::try_from(ids.len() - start).map_err(|error| Failure::internal(&error))?;
            counts.push(count);
        }
        Ok((ids, counts))
    };
    spawn(
        env,
        token_of(cancelled),
        work,
        |env, (ids, counts): (Vec<u32>, Vec<u32>)| {
            Ok(ManyIds {
                ids: Uint32ArraySlice::copy_from(env, ids)?,
                counts: Uint32ArraySlice::copy_from(env, counts)?,
            })
        },
    )
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
