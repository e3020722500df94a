//! JavaScript strings into UTF-8, through a buffer that is kept, and back.

use std::cell::RefCell;

use napi::bindgen_prelude::{JsValue, Result, ToNapiValue};
use napi::{Env, Error, JsString, Status, sys};

/// Room for longer texts (in bytes) is not kept, so that one of them does not stay in memory.
const KEPT: usize = 2 << 20;

/// What is asked for before it is known how long many texts are.
const MOST_AT_FIRST: usize = 64 << 20;

thread_local! {
    static BUFFERS: RefCell<[Vec<u8>; 2]> = const { RefCell::new([Vec::new(), Vec::new()]) };
}

/// Calls `body`, which runs no JavaScript, with `text` and `pair` as UTF-8. Lone surrogates become U+FFFD, as in every
/// encoder of JavaScript.
pub(crate) fn with_texts<T>(
    text: &JsString<'_>,
    pair: Option<&JsString<'_>>,
    body: impl FnOnce(&str, Option<&str>) -> T,
) -> Result<T> {
    BUFFERS.with_borrow_mut(|[first, second]| {
        let result = read(text, first).and_then(|text| {
            let pair = pair.map(|pair| read(pair, second)).transpose()?;
            Ok(body(text, pair))
        });
        for buffer in [first, second] {
            buffer.clear();
            buffer.shrink_to(KEPT);
        }
        result
    })
}

/// Below this, N-API's own conversion from UTF-8 is as good.
const LONG: usize = 1 << 12;

/// A JavaScript string, made of what costs the engine least: bytes for ASCII, UTF-16 for long texts.
pub(crate) fn new_string<'env>(env: &'env Env, text: &str) -> Result<JsString<'env>> {
    if text.is_ascii() {
        env.create_string_latin1(text)
    } else if text.len() < LONG {
        env.create_string(text)
    } else {
        let mut units = vec![0; text.len()];
        let length = encoding_rs::mem::convert_str_to_utf16(text, &mut units);
        env.create_string_utf16(&units[..length])
    }
}

/// What becomes a JavaScript string by `new_string` when it is returned.
pub(crate) struct Text(pub(crate) String);

impl ToNapiValue for Text {
    unsafe fn to_napi_value(env: sys::napi_env, text: Self) -> Result<sys::napi_value> {
        Ok(new_string(&Env::from_raw(env), &text.0)?.raw())
    }
}

/// Reads into a buffer, of which nothing else remains.
fn read<'buffer>(text: &JsString<'_>, buffer: &'buffer mut Vec<u8>) -> Result<&'buffer str> {
    buffer.clear();
    if buffer.capacity() < 256 {
        buffer.reserve(1024);
    }
    append(text, buffer)?;
    checked(buffer)
}

/// The bytes as the text that they are.
fn checked(bytes: &[u8]) -> Result<&str> {
    simdutf8::basic::from_utf8(bytes).map_err(|error| Error::new(Status::GenericFailure, error.to_string()))
}

/// Appends in one pass where the buffer is large enough, in two where it is not.
fn append(text: &JsString<'_>, buffer: &mut Vec<u8>) -> Result<()> {
    let start = buffer.len();
    let room = room(buffer);
    // A UTF-8 character has at most four bytes: with that much room left nothing was cut off.
    if copy(text, buffer)? + 4 >= room {
        buffer.truncate(start);
        buffer.reserve(text.utf8_len()? + 8);
        copy(text, buffer)?;
    }
    Ok(())
}

/// Many texts as UTF-8 in one piece of memory.
pub(crate) struct TextList {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl TextList {
    /// Lone surrogates become U+FFFD.
    pub(crate) fn read(texts: &[JsString<'_>]) -> Result<Self> {
        let mut bytes = Vec::with_capacity((texts.len() * 256 + 1024).min(MOST_AT_FIRST));
        let mut ends = Vec::with_capacity(texts.len());
        for text in texts {
            append(text, &mut bytes)?;
            ends.push(bytes.len());
        }
        Ok(Self { bytes, ends })
    }

    pub(crate) fn texts(&self) -> Result<Vec<&str>> {
        let text = checked(&self.bytes)?;
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        Ok(starts
            .zip(&self.ends)
            .map(|(start, &end)| &text[start..end])
            .collect())
    }
}

/// How many bytes may be copied at once. Node.js takes more for a negative number and copies nothing, without an error; no
/// string has as many.
fn room(buffer: &Vec<u8>) -> usize {
    (buffer.capacity() - buffer.len()).min(i32::MAX as usize)
}

/// Fills what is free of the buffer with as much of `text` as fits and returns the number of bytes.
fn copy(text: &JsString<'_>, buffer: &mut Vec<u8>) -> Result<usize> {
    let value = text.value();
    let mut written = 0;
    let room = room(buffer);
    let free = &mut buffer.spare_capacity_mut()[..room];
    // SAFETY: `value` is a live string of this call's environment. N-API writes at most `free.len()` bytes including the
    // closing zero into `free`, which `buffer` owns, and reports how many bytes before that zero it wrote, so these are
    // initialised.
    let status = unsafe {
        let status = sys::napi_get_value_string_utf8(
            value.env,
            value.value,
            free.as_mut_ptr().cast(),
            free.len(),
            &raw mut written,
        );
        if status == sys::Status::napi_ok {
            buffer.set_len(buffer.len() + written);
        }
        status
    };
    if status == sys::Status::napi_ok {
        Ok(written)
    } else {
        Err(Error::new(Status::StringExpected, "a string was expected"))
    }
}
