//! Short templates, each against what Python makes of it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use autotokenizer_chat::{ChatError, Rendered, render};
use serde_json::Value;
use support::{chat_folder, options};

/// Says how a result differs from Python's, if it does.
fn difference(expected: &Value, result: &Result<Rendered, ChatError>) -> Option<String> {
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

/// Differences between a file of Python's results and ours.
fn differences(file: &Path) -> Vec<String> {
    let file: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let mut differences = Vec::new();
    for case in file["cases"].as_array().unwrap() {
        let template = case["template"].as_str().unwrap();
        let context = case.get("context").unwrap_or(&file["context"]).as_str().unwrap();
        let mut options = options();
        options.continue_final_message = case.get("field").and_then(Value::as_str).map(str::to_owned);
        options.track_generation = case.get("track").is_some();
        let result = render(template, context, &options);
        differences.extend(difference(case, &result).map(|found| format!("{template:?}: {found}")));
    }
    differences
}

#[test]
fn short_templates_render_as_in_python() {
    let differences = differences(&chat_folder().join("expectations/snippets.json"));
    assert!(
        differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

/// Another file, made by `oracle.py random`, can be named by `AUTOTOKENIZER_CHAT_RANDOM`.
#[test]
fn random_templates_render_as_in_python() {
    let committed = chat_folder().join("expectations/random.json");
    let file = std::env::var_os("AUTOTOKENIZER_CHAT_RANDOM").map_or(committed, PathBuf::from);
    let differences = differences(&file);
    assert!(
        differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}
