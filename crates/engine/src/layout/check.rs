//! Whether bytes are JSON at all.

use serde::de::IgnoredAny;

/// Says why `bytes` are not a JSON document; what the document holds is not looked at.
///
/// # Errors
/// What is wrong, and in which line and column.
pub fn check_json(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("it is not UTF-8: {error}"))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    serde_json::from_str::<IgnoredAny>(text)
        .map(drop)
        .map_err(|error| format!("it is not JSON: {error}"))
}
