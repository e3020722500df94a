//! Normalizers that only turn blanks into ▁: their work is done while merging, without a copy of the text.

use serde_json::Value;

/// What such a normalizer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fused {
    /// It puts a ▁ before the text.
    pub(super) prepend: bool,
}

/// Recognises `Replace " " by "▁"`, alone or with `Prepend "▁"`.
pub(super) fn fused(normalizer: &Value) -> Option<Fused> {
    match kind(normalizer)? {
        "Replace" => is_replace(normalizer).then_some(Fused { prepend: false }),
        "Sequence" => match normalizer.get("normalizers")?.as_array()?.as_slice() {
            [replace] if is_replace(replace) => Some(Fused { prepend: false }),
            [prepend, replace] if is_prepend(prepend) && is_replace(replace) => Some(Fused { prepend: true }),
            _ => None,
        },
        _ => None,
    }
}

/// Whether no blank is left in text that this normalizer made.
pub(super) fn leaves_no_blank(normalizer: &Value) -> bool {
    match kind(normalizer) {
        Some("Replace") => is_replace(normalizer),
        Some("Sequence") => normalizer
            .get("normalizers")
            .and_then(Value::as_array)
            .and_then(|list| list.last())
            .is_some_and(leaves_no_blank),
        _ => false,
    }
}

fn kind(part: &Value) -> Option<&str> {
    part.get("type")?.as_str()
}

fn is_replace(part: &Value) -> bool {
    kind(part) == Some("Replace")
        && part.get("content").and_then(Value::as_str) == Some("▁")
        && part
            .get("pattern")
            .and_then(|pattern| pattern.get("String"))
            .and_then(Value::as_str)
            == Some(" ")
}

fn is_prepend(part: &Value) -> bool {
    kind(part) == Some("Prepend") && part.get("prepend").and_then(Value::as_str) == Some("▁")
}
