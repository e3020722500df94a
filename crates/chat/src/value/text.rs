//! Strings. Python counts characters; the bytes are UTF-8.

use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use crate::failure::Outcome;
use crate::limits::{Charge, Meter};

#[derive(Debug, Clone)]
enum Storage {
    /// From the template or the context.
    Given(Arc<str>),
    /// Made while rendering, and counted.
    Made(Rc<(Box<str>, Charge)>),
}

/// A string, or a `Markup` string, whose operations escape what they add.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    storage: Storage,
    markup: bool,
}

impl Text {
    pub(crate) fn new(meter: &Meter, text: String) -> Outcome<Self> {
        let charge = meter.charge(text.len() + 64)?;
        Ok(Self {
            storage: Storage::Made(Rc::new((text.into_boxed_str(), charge))),
            markup: false,
        })
    }

    pub(crate) fn constant(text: &str) -> Self {
        Self::given(Arc::from(text))
    }

    pub(crate) fn given(text: Arc<str>) -> Self {
        Self {
            storage: Storage::Given(text),
            markup: false,
        }
    }

    pub(crate) fn is_markup(&self) -> bool {
        self.markup
    }

    /// The same text as `Markup`, or no longer.
    pub(crate) fn with_markup(&self, markup: bool) -> Self {
        Self {
            storage: self.storage.clone(),
            markup,
        }
    }

    pub(crate) fn char_count(&self) -> usize {
        if self.is_ascii() {
            self.len()
        } else {
            self.chars().count()
        }
    }

    /// Whether both are one object, as Python's `is` asks.
    pub(crate) fn same(&self, other: &Self) -> bool {
        std::ptr::eq(self.as_ptr(), other.as_ptr())
            && self.len() == other.len()
            && self.markup == other.markup
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.storage {
            Storage::Given(text) => text,
            Storage::Made(made) => &made.0,
        }
    }
}

/// What Python calls white space: Unicode's, and four separators.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// `&`, `<`, `>` and both quotes as HTML entities, as markupsafe writes them.
pub(crate) fn escape(meter: &Meter, text: &str) -> Outcome<String> {
    meter.spend_bytes(text.len())?;
    let longest = text
        .bytes()
        .filter(|byte| matches!(byte, b'&' | b'<' | b'>' | b'\'' | b'"'))
        .count();
    meter.afford(text.len() + 4 * longest)?;
    let mut escaped = String::with_capacity(text.len() + 4 * longest);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\'' => escaped.push_str("&#39;"),
            '"' => escaped.push_str("&#34;"),
            other => escaped.push(other),
        }
    }
    Ok(escaped)
}
