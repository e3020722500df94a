//! An array of ids on their way to JavaScript, or from it, made once for each thread.

use std::cell::{Cell, RefCell};
use std::ptr::{self, NonNull};
use std::slice;

use napi::bindgen_prelude::{Env, FromNapiValue, JsValue, Result, Uint32ArraySlice};
use napi::{Error, Status, sys};

use crate::failure::Failure;

/// Where the array lies, and whose it is.
#[derive(Clone, Copy)]
struct Scratch {
    env: sys::napi_env,
    reference: sys::napi_ref,
    data: NonNull<u32>,
    length: usize,
}

thread_local! {
    /// The one that was filled last.
    static SCRATCH: Cell<Option<Scratch>> = const { Cell::new(None) };
    /// One for each environment of the thread: a program that loads the addon again, as one that empties
    /// `require.cache` does, goes on using what it loaded before.
    static ALL: RefCell<Vec<Scratch>> = const { RefCell::new(Vec::new()) };
}

fn find(env: sys::napi_env) -> Option<Scratch> {
    ALL.with_borrow(|all| all.iter().find(|scratch| scratch.env == env).copied())
}

/// Forgets the array of an environment that ends.
fn forget(env: sys::napi_env) {
    // At the end of the thread there may be nothing left to forget.
    let _ = SCRATCH.try_with(Cell::take);
    let _ = ALL.try_with(|all| {
        if let Ok(mut all) = all.try_borrow_mut() {
            all.retain(|scratch| scratch.env != env);
        }
    });
}

/// The array that encoding fills and decoding reads, made at the first call. `lib/native.js` asks for it and hands it to
/// nobody. JavaScript that is loaded several times over one addon has to get the same one each time.
pub(crate) fn array(env: &Env, length: u32) -> Result<Uint32ArraySlice<'_>> {
    if let Some(scratch) = find(env.raw()) {
        let mut value = ptr::null_mut();
        // SAFETY: the reference is of this environment, is strong, and is never deleted.
        let status = unsafe { sys::napi_get_reference_value(scratch.env, scratch.reference, &raw mut value) };
        kept(status)?;
        // SAFETY: the value is alive, and of this environment.
        return unsafe { Uint32ArraySlice::from_napi_value(scratch.env, value) };
    }
    let array = Uint32ArraySlice::copy_from(env, vec![0; length as usize])?;
    let value = array.value();
    let mut reference = ptr::null_mut();
    // SAFETY: `value` is the live array made above. The reference is never deleted, so the array lives as long as
    // its environment does.
    let status = unsafe { sys::napi_create_reference(value.env, value.value, 1, &raw mut reference) };
    kept(status)?;
    let _ = env.add_env_cleanup_hook(env.raw(), forget)?;
    let data = NonNull::from(array.as_ref()).cast::<u32>();
    let made = Scratch {
        env: value.env,
        reference,
        data,
        length: array.len(),
    };
    ALL.with_borrow_mut(|all| all.push(made));
    Ok(array)
}

fn of(env: Env) -> std::result::Result<Scratch, Failure> {
    let last = SCRATCH.get().filter(|scratch| scratch.env == env.raw());
    last.or_else(|| find(env.raw()).inspect(|&found| SCRATCH.set(Some(found))))
        .ok_or_else(|| Failure::internal(&"there is no scratch array"))
}

fn kept(status: sys::napi_status) -> Result<()> {
    if status == sys::Status::napi_ok {
        return Ok(());
    }
    Err(Error::new(
        Status::from(status),
        "the scratch array cannot be kept",
    ))
}

/// Copies as many of `ids` into the array as fit and returns how many these are.
pub(crate) fn fill(env: Env, ids: &[u32]) -> std::result::Result<usize, Failure> {
    let scratch = of(env)?;
    let count = ids.len().min(scratch.length);
    // SAFETY: the array belongs to this thread's environment, which is in a call and so alive; the reference made
    // with it keeps its memory, which never moves, since `lib/native.js` shares the array with no code that could
    // detach it. Only this thread reads or writes it, and no Rust slice of it is alive. `count` fits in both.
    unsafe { ptr::copy_nonoverlapping(ids.as_ptr(), scratch.data.as_ptr(), count) };
    Ok(count)
}

/// Calls `body` with the first `count` ids of the array, or with all that it has.
pub(crate) fn with_ids<T>(
    env: Env,
    count: usize,
    body: impl FnOnce(&[u32]) -> std::result::Result<T, Failure>,
) -> std::result::Result<T, Failure> {
    let scratch = of(env)?;
    // SAFETY: as in `fill`. `body` is Rust that calls no JavaScript, so nothing writes the array while the slice lives.
    let ids = unsafe { slice::from_raw_parts(scratch.data.as_ptr(), count.min(scratch.length)) };
    body(ids)
}
