//! Ids to text, whole and as a stream.

use std::sync::Mutex;

use autotokenizer_engine::{DecodeOptions, DecodeStream};
use napi::JsString;
use napi::bindgen_prelude::{Either, Env, External, PromiseRaw, Result, Uint32ArraySlice};
use napi_derive::napi;
use tokio_util::sync::CancellationToken;

use crate::failure::{Failure, check};
use crate::handle::Handle;
use crate::task::{spawn, token_of};
use crate::text::new_string;

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

/// Lists of ids, which come one after the other in one array: to read them one by one would keep the event loop waiting.
fn rows(ids: &[u32], counts: &[u32]) -> Vec<Vec<u32>> {
    let mut rest = ids;
    counts
        .iter()
        .map(|&count| {
            let (row, more) = rest.split_at((count as usize).min(rest.len()));
            rest = more;
            row.to_vec()
        })
        .collect()
}

/// The texts of several lists of ids, decoded in parallel. `counts` says how many of the ids each list has.
#[napi(catch_unwind)]
pub fn decode_batch(
    env: Env,
    tokenizer: &External<Handle>,
    ids: Uint32ArraySlice<'_>,
    counts: Uint32ArraySlice<'_>,
    skip_special_tokens: bool,
    clean_up: bool,
) -> Result<Vec<String>> {
    check(
        env,
        tokenizer.decode_batch(&rows(&ids, &counts), &options(skip_special_tokens, clean_up)),
    )
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
) -> Result<PromiseRaw<'env, Vec<String>>> {
    let tokenizer = tokenizer.share();
    let rows = rows(&ids, &counts);
    let work = move || Ok(tokenizer.decode_batch(&rows, &options(skip_special_tokens, clean_up))?);
    spawn(env, token_of(cancelled), work, |_, texts| Ok(texts))
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
