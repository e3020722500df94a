//! An array of ids on their way to JavaScript, or from it, made once for each thread.

use std::cell::Cell;
use std::ptr::{self, NonNull};
use std::slice;

use napi::bindgen_prelude::{Env, JsValue, Result, Uint32ArraySlice};
use napi::{Error, Status, sys};
use napi_derive::napi;

use crate::failure::Failure;

/// Where the array lies, and whose it is.
#[derive(Clone, Copy)]
struct Scratch {
    env: sys::napi_env,
    data: NonNull<u32>,
    length: usize,
}

thread_local! {
    static SCRATCH: Cell<Option<Scratch>> = const { Cell::new(None) };
}

/// Makes the array that `encodeSlot` and its like fill from now on, and that `decodeSlot` reads. `lib/native.js` calls this once and hands the array to nobody.
#[napi]
pub fn scratch(env: &Env, length: u32) -> Result<Uint32ArraySlice<'_>> {
    let array = Uint32ArraySlice::copy_from(env, vec![0; length as usize])?;
    let value = array.value();
    let mut reference = ptr::null_mut();
    // SAFETY: `value` is the live array made above. The reference is never deleted, so the array lives as long as
    // its environment does.
    let status = unsafe { sys::napi_create_reference(value.env, value.value, 1, &raw mut reference) };
    if status != sys::Status::napi_ok {
        return Err(Error::new(
            Status::from(status),
            "the scratch array cannot be kept",
        ));
    }
    let data = NonNull::from(array.as_ref()).cast::<u32>();
    SCRATCH.set(Some(Scratch {
        env: value.env,
        data,
        length: array.len(),
    }));
    Ok(array)
}

fn of(env: Env) -> Result<Scratch> {
    let scratch = SCRATCH.get().filter(|scratch| scratch.env == env.raw());
    scratch.ok_or_else(|| Failure::internal(&"there is no scratch array").into_js(env))
}

/// Copies as many of `ids` into the array as fit and returns how many these are.
pub(crate) fn fill(env: Env, ids: &[u32]) -> Result<usize> {
    let scratch = of(env)?;
    let count = ids.len().min(scratch.length);
    // SAFETY: the array belongs to this thread's environment, which is in a call and so alive; the reference made
    // with it keeps its memory, which never moves, since `lib/native.js` shares the array with no code that could
    // detach it. Only this thread reads or writes it, and no Rust slice of it is alive. `count` fits in both.
    unsafe { ptr::copy_nonoverlapping(ids.as_ptr(), scratch.data.as_ptr(), count) };
    Ok(count)
}

/// Calls `body` with the first `count` ids of the array, or with all that it has.
pub(crate) fn with_ids<T>(env: Env, count: usize, body: impl FnOnce(&[u32]) -> T) -> Result<T> {
    let scratch = of(env)?;
    // SAFETY: as in `fill`. `body` is Rust that calls no JavaScript, so nothing writes the array while the slice lives.
    let ids = unsafe { slice::from_raw_parts(scratch.data.as_ptr(), count.min(scratch.length)) };
    Ok(body(ids))
}
