//! Reads the `pre_tokenizer` member of a tokenizer.json.

use serde_json::{Map, Value};

/// How text is cut before Metaspace has its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// Not at all.
    Whole,
    /// `BertPreTokenizer`, or `WhitespaceSplit` and `Punctuation`.
    Bert,
    /// `WhitespaceSplit`.
    Spaced,
    /// `Punctuation`, isolated.
    Punctuated,
    /// `Whitespace`.
    Regex,
    /// `Split` by nothing: each character by itself.
    Characters,
}

/// When Metaspace writes `▁` before a piece that does not start with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Always,
    First,
    Never,
}

/// Metaspace, whatever its replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Metaspace {
    pub(super) scheme: Scheme,
    pub(super) split: bool,
}

/// A word splitter: cuts by character classes, then perhaps Metaspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) cut: Cut,
    pub(super) metaspace: Option<Metaspace>,
}

const MAX_DEPTH: usize = 8;
const WRONG: &str = "a pre-tokenizer member that is missing or of the wrong type";

impl Plan {
    /// The one that cuts nothing.
    pub(super) const WHOLE: Self = Self {
        cut: Cut::Whole,
        metaspace: None,
    };

    /// Reads the plan, or says what the word splitters do not know.
    pub(super) fn from_json(value: &Value) -> Result<Self, &'static str> {
        let mut plan = Self::WHOLE;
        plan.read(value, 0)?;
        match (plan.cut, plan.metaspace) {
            (Cut::Punctuated, Some(_)) => return Err("Metaspace after Punctuation alone"),
            (Cut::Characters, Some(_)) => return Err("Metaspace after single characters"),
            _ => {}
        }
        let first = plan
            .metaspace
            .is_some_and(|metaspace| metaspace.scheme == Scheme::First);
        if first && plan.cut != Cut::Whole {
            return Err("Metaspace with the scheme first after another pre-tokenizer");
        }
        Ok(plan)
    }

    fn read(&mut self, value: &Value, depth: usize) -> Result<(), &'static str> {
        if value.is_null() {
            return Ok(());
        }
        let object = value.as_object().ok_or(WRONG)?;
        let kind = object.get("type").and_then(Value::as_str).ok_or(WRONG)?;
        if kind == "Sequence" {
            let list = object
                .get("pretokenizers")
                .and_then(Value::as_array)
                .ok_or(WRONG)?;
            if depth == MAX_DEPTH {
                return Err("pre-tokenizers nested too deep");
            }
            return list.iter().try_for_each(|value| self.read(value, depth + 1));
        }
        if self.metaspace.is_some() {
            return Err("a pre-tokenizer after Metaspace");
        }
        let cut = match kind {
            "BertPreTokenizer" => Cut::Bert,
            "WhitespaceSplit" => Cut::Spaced,
            "Whitespace" => Cut::Regex,
            "Punctuation" => match object.get("behavior").map(Value::as_str) {
                None | Some(Some("Isolated")) => Cut::Punctuated,
                _ => return Err("Punctuation with another behaviour than Isolated"),
            },
            "Split" if splits_characters(object) => Cut::Characters,
            "Metaspace" => {
                if object.get("replacement").and_then(Value::as_str) != Some(super::cut::MARK) {
                    return Err("Metaspace with another replacement than U+2581");
                }
                self.metaspace = Some(metaspace(object)?);
                return Ok(());
            }
            _ => return Err("a pre-tokenizer that is no word splitter"),
        };
        self.cut = match (self.cut, cut) {
            (Cut::Whole, cut) => cut,
            (before, cut) if before == cut => cut,
            (Cut::Bert | Cut::Spaced | Cut::Punctuated, Cut::Bert | Cut::Spaced | Cut::Punctuated) => {
                Cut::Bert
            }
            _ => return Err("an unknown sequence of pre-tokenizers"),
        };
        Ok(())
    }
}

/// Whether a `Split` finds nothing between all characters, and keeps them.
fn splits_characters(object: &Map<String, Value>) -> bool {
    let pattern = object.get("pattern").and_then(Value::as_object);
    let regex = pattern
        .filter(|pattern| pattern.len() == 1)
        .and_then(|pattern| pattern.get("Regex"));
    let isolates = matches!(
        object.get("behavior").map(Value::as_str),
        None | Some(Some("Isolated"))
    );
    let inverts = !matches!(object.get("invert"), None | Some(Value::Bool(false)));
    regex.and_then(Value::as_str) == Some("") && isolates && !inverts
}

/// The options of a `Metaspace`.
pub(super) fn metaspace(object: &Map<String, Value>) -> Result<Metaspace, &'static str> {
    let mut scheme = match object.get("prepend_scheme") {
        None => Scheme::Always,
        Some(Value::String(scheme)) => match scheme.as_str() {
            "always" => Scheme::Always,
            "first" => Scheme::First,
            "never" => Scheme::Never,
            _ => return Err(WRONG),
        },
        Some(_) => return Err(WRONG),
    };
    match object.get("add_prefix_space") {
        None | Some(Value::Null | Value::Bool(true)) => {}
        Some(Value::Bool(false)) if object.get("prepend_scheme").is_none() => {
            // The reference rejects it: the default scheme contradicts it.
            return Err("Metaspace whose members contradict each other");
        }
        Some(Value::Bool(false)) if scheme == Scheme::Never => scheme = Scheme::Never,
        Some(_) => return Err("Metaspace whose members contradict each other"),
    }
    let split = match object.get("split") {
        None | Some(Value::Null) => true,
        Some(Value::Bool(split)) => *split,
        Some(_) => return Err(WRONG),
    };
    Ok(Metaspace { scheme, split })
}
