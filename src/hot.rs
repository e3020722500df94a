//! The hot path: what JavaScript calls for each text.
//!
//! Its functions are made of closures. What `#[napi]` makes notes for each call what is borrowed from JavaScript, which
//! short calls feel; nothing is borrowed here.

use autotokenizer_engine::DecodeOptions;
use napi::bindgen_prelude::{Env, FunctionCallContext, Object, Result, ToNapiValue};
use napi_derive::napi;

use crate::{decode, encode, scratch};

/// What `lib/native.js` makes of the addon once: the thread's scratch array `ids`, with room for `room` ids, and functions
/// that take the slot of a tokenizer: `encode(slot, text, addSpecialTokens)` fills the array and returns what is said at
/// `moreIds`, `count(slot, text, addSpecialTokens)` returns how many ids a text has, and
/// `decode(slot, count, skipSpecialTokens, cleanUp)` returns the text of the array's first `count` ids.
#[napi(catch_unwind)]
pub fn hot_path(env: &Env, room: u32) -> Result<Object<'_>> {
    let mut path = Object::new(env)?;
    path.set("ids", scratch::array(env, room)?)?;
    add(*env, &mut path, "encode", |call| {
        encode::into_scratch(*call.env, call.get(0)?, &call.get(1)?, call.get(2)?)
    })?;
    add(*env, &mut path, "count", |call| {
        encode::count_in_slot(*call.env, call.get(0)?, &call.get(1)?, call.get(2)?)
    })?;
    add(*env, &mut path, "decode", |call| {
        let options = DecodeOptions {
            skip_special_tokens: call.get(2)?,
            clean_up_tokenization_spaces: call.get(3)?,
        };
        decode::of_scratch(*call.env, call.get(0)?, call.get(1)?, options)
    })?;
    Ok(path)
}

/// Adds a function that `body` is. A panic of it becomes an error.
pub(crate) fn add<T: ToNapiValue>(
    env: Env,
    object: &mut Object<'_>,
    name: &str,
    body: impl Fn(FunctionCallContext<'_>) -> Result<T> + 'static,
) -> Result<()> {
    object.set(name, env.create_function_from_closure::<(), _, _>(name, body)?)
}
