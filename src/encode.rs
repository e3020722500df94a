//! Text to ids.

use std::cell::RefCell;

use autotokenizer_engine::{Tokenizer, Truncation, TruncationDirection, TruncationStrategy};
use napi::JsString;
use napi::bindgen_prelude::{Either, Env, External, Null, PromiseRaw, Result, Uint32ArraySlice};
use napi_derive::napi;
use tokio_util::sync::CancellationToken;

use crate::failure::{Failure, check};
use crate::handle::{Handle, with_slot};
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
    /// Ids of the last text, of which the scratch array may have the first ones only. Room for a text's ids is kept for the
    /// next one. It is borrowed by what runs no JavaScript.
    static IDS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// Room for more ids than this (2 MB) is not kept for the next text.
const KEPT: usize = 1 << 19;

/// Empties what the thread keeps, without its room for long texts.
fn drop_long(ids: &mut Vec<u32>) {
    ids.clear();
    ids.shrink_to(KEPT);
}

/// A count of ids: a JavaScript string has at most 2^29 units, which are three bytes each and as many ids.
fn counted(count: usize) -> std::result::Result<i32, Failure> {
    i32::try_from(count).map_err(|error| Failure::internal(&error))
}

/// Encodes into the memory of the last text's ids, and calls `body` with them.
fn with_ids<T>(
    tokenizer: &Tokenizer,
    text: &str,
    pair: Option<&str>,
    special: bool,
    body: impl FnOnce(&mut Vec<u32>) -> std::result::Result<T, Failure>,
) -> std::result::Result<T, Failure> {
    IDS.with_borrow_mut(|ids| {
        ids.clear();
        if let Err(error) = tokenizer.encode_ids(text, pair, special, ids) {
            drop_long(ids);
            return Err(error.into());
        }
        body(ids)
    })
}

/// Writes ids into the thread's scratch array and returns how many there are. When they do not fit, the number is
/// negative, the first ones are there and `moreIds` has the others.
fn hand_over(env: Env, ids: &mut Vec<u32>) -> std::result::Result<i32, Failure> {
    let count = counted(ids.len())?;
    if scratch::fill(env, ids)? < ids.len() {
        return Ok(-count);
    }
    drop_long(ids);
    Ok(count)
}

/// Encodes a text with the tokenizer in a slot: the hot path. What it returns is said at `moreIds`.
pub(crate) fn into_scratch(env: Env, slot: u32, text: &JsString<'_>, special: bool) -> Result<i32> {
    let count = with_texts(text, None, |text, _| {
        let encode =
            |tokenizer: &Tokenizer| with_ids(tokenizer, text, None, special, |ids| hand_over(env, ids));
        with_slot(slot, encode)?
    })?;
    check(env, count)
}

/// Encodes a text and a second one. What it returns is said at `moreIds`.
#[napi(catch_unwind)]
pub fn encode_pair(
    env: Env,
    tokenizer: &External<Handle>,
    text: JsString<'_>,
    pair: JsString<'_>,
    add_special_tokens: bool,
) -> Result<i32> {
    let count = with_texts(&text, Some(&pair), |text, pair| {
        with_ids(tokenizer, text, pair, add_special_tokens, |ids| {
            hand_over(env, ids)
        })
    })?;
    check(env, count)
}

/// `encode` of the hot path and `encodePair` write ids into the thread's scratch array and return how many there are.
/// When they do not fit, the number is negative and the first ones are there; this writes those from `start` on, as many
/// as fit, and returns how many it wrote.
#[napi(catch_unwind)]
pub fn more_ids(env: Env, start: u32) -> Result<i32> {
    let count = IDS.with_borrow_mut(|ids| {
        let rest = ids.get(start as usize..).unwrap_or_default();
        let count = scratch::fill(env, rest)?;
        if count == rest.len() {
            drop_long(ids);
        }
        counted(count)
    });
    check(env, count)
}

/// How many ids there are, which nobody is going to read.
fn only_counted(ids: &mut Vec<u32>) -> std::result::Result<i32, Failure> {
    let count = counted(ids.len())?;
    drop_long(ids);
    Ok(count)
}

/// How many ids a text has by the tokenizer in a slot: on the hot path.
pub(crate) fn count_in_slot(env: Env, slot: u32, text: &JsString<'_>, special: bool) -> Result<i32> {
    let count = with_texts(text, None, |text, _| {
        with_slot(slot, |tokenizer| {
            with_ids(tokenizer, text, None, special, only_counted)
        })?
    })?;
    check(env, count)
}

/// How many ids a text and a second one have together.
#[napi(catch_unwind)]
pub fn count_pair(
    env: Env,
    tokenizer: &External<Handle>,
    text: JsString<'_>,
    pair: JsString<'_>,
    add_special_tokens: bool,
) -> Result<i32> {
    let count = with_texts(&text, Some(&pair), |text, pair| {
        with_ids(tokenizer, text, pair, add_special_tokens, only_counted)
    })?;
    check(env, count)
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
    Failure::new("ERR_TOKENIZER_ARGUMENT", format!("unknown {what} {value:?}"))
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
    let tokens = with_texts(&text, given(&pair), |text, pair| {
        tokenizer.tokenize(text, pair, add_special_tokens)
    })?;
    check(env, tokens)
}
