//! Texts on their way off the JS thread, handed over in parts: reading one long string would block the event loop.

use std::sync::{Mutex, MutexGuard};

use encoding_rs::mem;
use napi::bindgen_prelude::{Either, Env, External, Null, Result, Utf16String};
use napi_derive::napi;

use crate::failure::Failure;

/// A text, in the parts in which it came: joining them would copy megabytes on the JS thread. UTF-16 is what JavaScript
/// has, so that taking it over is a copy.
type Parts = Vec<Utf16String>;

/// Texts in the order they came.
#[derive(Default)]
pub struct Inbox(Mutex<Vec<Option<Parts>>>);

impl Inbox {
    fn held(&self, env: Env) -> Result<MutexGuard<'_, Vec<Option<Parts>>>> {
        self.0
            .lock()
            .map_err(|poisoned| Failure::internal(&poisoned).into_js(env))
    }
}

/// An empty inbox.
#[napi]
pub fn inbox() -> External<Inbox> {
    External::new(Inbox::default())
}

/// Adds texts, or places without one. With `continued` the first of them is more of the last text, of which no part ends
/// within a surrogate pair.
#[napi(catch_unwind)]
pub fn put_texts(
    env: Env,
    inbox: &External<Inbox>,
    texts: Vec<Either<Utf16String, Null>>,
    continued: bool,
) -> Result<()> {
    let mut held = inbox.held(env)?;
    put(&mut held, texts, continued);
    Ok(())
}

/// Puts texts in the place of what is there: for an inbox that is used again.
#[napi(catch_unwind)]
pub fn set_texts(env: Env, inbox: &External<Inbox>, texts: Vec<Either<Utf16String, Null>>) -> Result<()> {
    let mut held = inbox.held(env)?;
    held.clear();
    put(&mut held, texts, false);
    Ok(())
}

fn put(held: &mut Vec<Option<Parts>>, texts: Vec<Either<Utf16String, Null>>, continued: bool) {
    for (index, given) in texts.into_iter().enumerate() {
        match (given, held.last_mut()) {
            (Either::A(more), Some(Some(parts))) if continued && index == 0 => parts.push(more),
            (Either::A(text), _) => held.push(Some(vec![text])),
            (Either::B(_), _) => held.push(None),
        }
    }
}

/// What came in, for work on any thread.
pub(crate) struct Texts(Vec<Option<Parts>>);

impl Texts {
    /// Empties `inbox`.
    pub(crate) fn take(inbox: Option<&External<Inbox>>) -> Self {
        let list = inbox.and_then(|inbox| inbox.0.lock().ok().map(|mut list| std::mem::take(&mut *list)));
        Self(list.unwrap_or_default())
    }

    /// As UTF-8. Lone surrogates become U+FFFD, as in every encoder of JavaScript.
    pub(crate) fn decoded(self) -> Vec<Option<String>> {
        self.0
            .into_iter()
            .map(|text| text.map(|parts| decode(&parts)))
            .collect()
    }

    /// All of them, a missing one as the empty text.
    pub(crate) fn all(self) -> Vec<String> {
        self.decoded()
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect()
    }
}

/// UTF-16 to UTF-8, without memory for the three times longer text that it could become.
fn decode(parts: &Parts) -> String {
    let length = parts.iter().map(|units| units.len()).sum::<usize>();
    let mut text = String::with_capacity(length);
    // A unit becomes three bytes at most.
    let mut piece = "\0".repeat(length.saturating_mul(3).clamp(16, 1 << 13));
    for units in parts {
        let mut rest = &units[..];
        while !rest.is_empty() {
            let (read, written) = mem::convert_utf16_to_str_partial(rest, &mut piece);
            text.push_str(&piece[..written]);
            rest = &rest[read..];
        }
    }
    text
}
