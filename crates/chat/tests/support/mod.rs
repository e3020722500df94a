//! What the tests against Python's expectations share.

use std::path::{Path, PathBuf};

use autotokenizer_chat::{ChatError, LocalTime, RenderOptions, Rendered, render};
use serde_json::Value;

/// The folder with the oracle and its expectations.
pub(crate) fn chat_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../__test__/chat")
}

/// Options with the oracle's clock.
pub(crate) fn options() -> RenderOptions {
    let mut options = RenderOptions::default();
    options.now = Some(LocalTime {
        year: 2024,
        month: 7,
        day: 26,
        hour: 9,
        minute: 5,
        second: 3,
        microsecond: 42,
    });
    options
}

/// Adds what Python's `render_jinja_template` always passes.
pub(crate) fn with_defaults(context: &Value) -> Value {
    let mut context = context.clone();
    let defaults = [
        ("messages", Value::Array(Vec::new())),
        ("tools", Value::Null),
        ("documents", Value::Null),
        ("add_generation_prompt", Value::Bool(false)),
    ];
    for (name, value) in defaults {
        context.as_object_mut().unwrap().entry(name).or_insert(value);
    }
    context
}

/// Says how a result differs from Python's, if it does.
pub(crate) fn difference(expected: &Value, result: &Result<Rendered, ChatError>) -> Option<String> {
    match (expected.get("text").and_then(Value::as_str), result) {
        (Some(text), Ok(rendered)) if rendered.text != text => Some(format!(
            "text\n  expected {text:?}\n  got      {:?}",
            rendered.text
        )),
        (Some(_), Ok(rendered)) => {
            let spans = expected.get("spans")?;
            let spans: Vec<(usize, usize)> = serde_json::from_value(spans.clone()).unwrap();
            let characters = |at: usize| rendered.text[..at].chars().count();
            // Python counts past the end of a text that was dropped.
            let length = rendered.text.chars().count();
            let spans: Vec<_> = spans
                .iter()
                .map(|(from, to)| (*from.min(&length), *to.min(&length)))
                .collect();
            let got: Vec<_> = rendered
                .generation
                .iter()
                .map(|(a, b)| (characters(*a), characters(*b)))
                .collect();
            (got != spans).then(|| format!("spans {spans:?} got {got:?}"))
        }
        (Some(text), Err(error)) => Some(format!("text {text:?} but error {error:?}")),
        (None, Ok(rendered)) => Some(format!(
            "error {} {} but text {:?}",
            expected["error"], expected["message"], rendered.text
        )),
        (None, Err(error)) => {
            let raised = expected["error"] == "TemplateError";
            let verbatim = matches!(error, ChatError::Raised(message) if expected["message"] == *message);
            let is_raised = matches!(error, ChatError::Raised(_));
            (raised != is_raised || (raised && !verbatim)).then(|| {
                format!(
                    "error {} {} but {error:?}",
                    expected["error"], expected["message"]
                )
            })
        }
    }
}

/// Renders and compares.
pub(crate) fn check(
    template: &str,
    context: &Value,
    options: &RenderOptions,
    expected: &Value,
) -> Option<String> {
    let result = render(template, &with_defaults(context).to_string(), options);
    difference(expected, &result).map(|difference| format!("{template:?}: {difference}"))
}
