//! Ids to text, whole and as a stream.

use std::cell::RefCell;
use std::rc::Rc;

use autotokenizer_engine::DecodeOptions;
use napi::JsString;
use napi::bindgen_prelude::{Either, Env, External, Object, PromiseRaw, Result, Uint32ArraySlice};
use napi_derive::napi;
use tokio_util::sync::CancellationToken;

use crate::failure::{Failure, check};
use crate::handle::{Handle, with_slot};
use crate::hot;
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

/// Starts a streaming decoder: `push(id)` adds an id and returns the text that is now certain, or `null`; `flush()`
/// returns the text still held back, or `null`. They are closures for the reason that `hotPath` gives.
#[napi(
    catch_unwind,
    ts_return_type = "{ push(id: number): string | null, flush(): string | null }"
)]
pub fn decode_stream<'env>(
    env: &'env Env,
    tokenizer: &External<Handle>,
    skip_special_tokens: bool,
) -> Result<Object<'env>> {
    let stream = Rc::new(RefCell::new(tokenizer.decode_stream(skip_special_tokens)));
    let same = Rc::clone(&stream);
    let mut functions = Object::new(env)?;
    hot::add(*env, &mut functions, "push", move |call| {
        let id = call.get(0)?;
        // The engine runs no JavaScript, so that it is borrowed once.
        let text = stream.borrow_mut().push(id);
        Ok(check(*call.env, text)?.map(Text))
    })?;
    hot::add(*env, &mut functions, "flush", move |call| {
        let text = same.borrow_mut().flush();
        Ok(check(*call.env, text)?.map(Text))
    })?;
    Ok(functions)
}
