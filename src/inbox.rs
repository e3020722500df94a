//! Texts on their way off the JS thread, handed over in parts: reading one long string would block the event loop.

use std::sync::Mutex;

use napi::bindgen_prelude::{Either, Env, External, Null, Result, Utf16String};
use napi_derive::napi;

use crate::failure::Failure;

/// Texts in the order they came; UTF-16 is what JavaScript has, so that taking it over is a copy.
#[derive(Default)]
pub struct Inbox(Mutex<Vec<Option<Vec<u16>>>>);

/// An empty inbox.
#[napi]
pub fn inbox() -> External<Inbox> {
    External::new(Inbox::default())
}

/// Adds texts, or places without one. With `continued` the first of them is more of the last text.
#[napi(catch_unwind)]
pub fn put_texts(
    env: Env,
    inbox: &External<Inbox>,
    texts: Vec<Either<Utf16String, Null>>,
    continued: bool,
) -> Result<()> {
    let mut held = inbox
        .0
        .lock()
        .map_err(|poisoned| Failure::internal(&poisoned).into_js(env))?;
    for (index, given) in texts.into_iter().enumerate() {
        let units = match given {
            Either::A(units) => Some(units.to_vec()),
            Either::B(_) => None,
        };
        match (continued && index == 0, held.last_mut()) {
            (true, Some(Some(last))) => last.extend(units.unwrap_or_default()),
            _ => held.push(units),
        }
    }
    Ok(())
}

/// What came in, for work on any thread.
pub(crate) struct Texts(Vec<Option<Vec<u16>>>);

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
            .map(|text| text.map(|units| String::from_utf16_lossy(&units)))
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
