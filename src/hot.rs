//! The hot path: what JavaScript calls for each text.
//!
//! Its functions are made of closures. What `#[napi]` makes notes for each call what is borrowed from JavaScript, which would
//! be a fifth of all that `encode('Hello world!')` takes; nothing is borrowed here.

use autotokenizer_engine::DecodeOptions;
use napi::JsString;
use napi::bindgen_prelude::{Env, FunctionCallContext, Object, Result};
use napi_derive::napi;

use crate::{decode, encode, scratch};

/// What `lib/native.js` makes of the addon once: the thread's scratch array `ids`, with room for `room` ids, and the two
/// functions that fill and read it: `encode(slot, text, addSpecialTokens)`, which returns what is said at `moreIds`, and
/// `decode(slot, count, skipSpecialTokens, cleanUp)`, which returns the text of the first `count` ids.
#[napi(catch_unwind)]
pub fn hot_path(env: &Env, room: u32) -> Result<Object<'_>> {
    let mut path = Object::new(env)?;
    path.set("ids", scratch::array(env, room)?)?;
    let encode = |call: FunctionCallContext<'_>| {
        let text: JsString<'_> = call.get(1)?;
        encode::into_scratch(*call.env, call.get(0)?, &text, call.get(2)?)
    };
    path.set(
        "encode",
        env.create_function_from_closure::<(), _, _>("encode", encode)?,
    )?;
    let decode = |call: FunctionCallContext<'_>| {
        let options = DecodeOptions {
            skip_special_tokens: call.get(2)?,
            clean_up_tokenization_spaces: call.get(3)?,
        };
        decode::of_scratch(*call.env, call.get(0)?, call.get(1)?, options)
    };
    path.set(
        "decode",
        env.create_function_from_closure::<(), _, _>("decode", decode)?,
    )?;
    Ok(path)
}
