//! Ids to text, whole and as a stream.

use std::sync::Mutex;

use autotokenizer_engine::{DecodeOptions, DecodeStream};
use napi::JsString;
use napi::bindgen_prelude::{Either, Env, External, PromiseRaw, Result, Uint32ArraySlice};
use napi_derive::napi;
use tokio_util::sync::CancellationToken;

use crate::failure::{Failure, check};
use crate::handle::{Handle, with_slot};
use crate::scratch;
use crate::task::{spawn, token_of};
use crate::text::{Text, new_string};

fn options(skip_special_tokens: bool, clean_up_tokenization_spaces: bool) -> DecodeOptions {
    DecodeOptions {
        skip_special_tokens,
        clean_up_tokenization_spaces,
    }
}

/// The text of `ids`.
#[napi(catch_unwind)]
pub fn decode<'env>(
    env: &'env Env,
    tokenizer: &External<Handle>,
    ids: Either<Uint32ArraySlice<'_>, Vec<u32>>,
    skip_special_tokens: bool,
    clean_up: bool,
) -> Result<JsString<'env>> {
    let ids: &[u32] = match &ids {
        Either::A(ids) => ids,
        Either::B(ids) => ids,
    };
    let text = check(
        *env,
        tokenizer.decode(ids, &options(skip_special_tokens, clean_up)),
    )?;
    new_string(env, &text)
}

/// What the decoder makes of `tokens`, before it joins them.
#[napi(catch_unwind)]
pub fn decode_chain(env: Env, tokenizer: &External<Handle>, tokens: Vec<String>) -> Result<Vec<String>> {
    check(env, tokenizer.decode_chain(&tokens))
}

/// The text of the first `count` ids of the thread's scratch array, by the tokenizer in a slot: the hot path.
pub(crate) fn of_scratch(env: Env, slot: u32, count: u32, options: DecodeOptions) -> Result<Text> {
    let decode =
        |ids: &[u32]| with_slot(slot, |tokenizer| tokenizer.decode(ids, &options))?.map_err(Failure::from);
    check(env, scratch::with_ids(env, count as usize, decode)).map(Text)
}

/// Lists of ids, one after the other.
struct Lists {
    ids: Vec<u32>,
    counts: Vec<u32>,
}

impl Lists {
    fn each(&self) -> Vec<&[u32]> {
        let mut rest = &self.ids[..];
        let take = |&count: &u32| {
            let (list, others) = rest.split_at(rest.len().min(count as usize));
            rest = others;
            list
        };
        self.counts.iter().map(take).collect()
    }
}

/// The texts of lists of ids, of which `counts` says how long each is.
#[napi(catch_unwind)]
pub fn decode_batch<'env>(
    env: &'env Env,
    tokenizer: &External<Handle>,
    ids: Uint32ArraySlice<'_>,
    counts: Uint32ArraySlice<'_>,
    skip_special_tokens: bool,
    clean_up: bool,
) -> Result<Vec<JsString<'env>>> {
    let lists = Lists {
        ids: ids.to_vec(),
        counts: counts.to_vec(),
    };
    let options = options(skip_special_tokens, clean_up);
    let texts = check(*env, tokenizer.decode_batch(&lists.each(), &options))?;
    texts.iter().map(|text| new_string(env, text)).collect()
}

/// `decodeBatch` off the JS thread.
#[napi(ts_return_type = "Promise<Array<string>>")]
pub fn decode_batch_async<'env>(
    env: &'env Env,
    tokenizer: &External<Handle>,
    ids: Uint32ArraySlice<'_>,
    counts: Uint32ArraySlice<'_>,
    skip_special_tokens: bool,
    clean_up: bool,
    cancelled: Option<&External<CancellationToken>>,
) -> Result<PromiseRaw<'env, Vec<JsString<'env>>>> {
    let tokenizer = tokenizer.share();
    let lists = Lists {
        ids: ids.to_vec(),
        counts: counts.to_vec(),
    };
    let work = move || Ok(tokenizer.decode_batch(&lists.each(), &options(skip_special_tokens, clean_up))?);
    spawn(env, token_of(cancelled), work, |env, texts: Vec<String>| {
        texts.iter().map(|text| new_string(env, text)).collect()
    })
}

/// A streaming decoder's state.
type Stream = Mutex<DecodeStream>;

/// Starts a streaming decoder.
#[napi(catch_unwind)]
pub fn decode_stream(
    tokenizer: &External<Handle>,
    skip_special_tokens: bool,
) -> External<Mutex<DecodeStream>> {
    External::new(Mutex::new(tokenizer.decode_stream(skip_special_tokens)))
}

fn with_stream<T>(
    env: Env,
    stream: &Stream,
    body: impl FnOnce(&mut DecodeStream) -> std::result::Result<T, autotokenizer_engine::EngineError>,
) -> Result<T> {
    let mut stream = stream
        .lock()
        .map_err(|poisoned| Failure::internal(&poisoned).into_js(env))?;
    check(env, body(&mut stream))
}

/// Adds an id; the text that is now certain, or `null`.
#[napi(catch_unwind)]
pub fn decode_stream_push(
    env: Env,
    stream: &External<Mutex<DecodeStream>>,
    id: u32,
) -> Result<Option<String>> {
    with_stream(env, stream, |stream| stream.push(id))
}

/// The text still held back, or `null`.
#[napi(catch_unwind)]
pub fn decode_stream_flush(env: Env, stream: &External<Mutex<DecodeStream>>) -> Result<Option<String>> {
    with_stream(env, stream, DecodeStream::flush)
}
