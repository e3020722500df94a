//! The templates read last.

use std::sync::{Mutex, PoisonError};

use crate::{ChatError, Template};

/// How many are remembered, and how long their source may be.
const COUNT: usize = 8;
const MAX_SOURCE: usize = 256 << 10;

/// The one used last comes last.
static RECENT: Mutex<Vec<Template>> = Mutex::new(Vec::new());

/// The template of a source, read now or before.
pub(crate) fn template(source: &str) -> Result<Template, ChatError> {
    if source.len() > MAX_SOURCE {
        return Template::new(source);
    }
    if let Some(known) = take(source) {
        put(known.clone());
        return Ok(known);
    }
    // Read outside of the lock, so that a long template holds nobody up.
    let template = Template::new(source)?;
    put(template.clone());
    Ok(template)
}

fn take(source: &str) -> Option<Template> {
    let mut recent = RECENT.lock().unwrap_or_else(PoisonError::into_inner);
    let index = recent.iter().rposition(|known| &*known.source == source)?;
    Some(recent.remove(index))
}

fn put(template: Template) {
    let mut recent = RECENT.lock().unwrap_or_else(PoisonError::into_inner);
    if recent.len() >= COUNT {
        recent.remove(0);
    }
    recent.push(template);
}
