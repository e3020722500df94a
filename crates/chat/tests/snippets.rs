//! Short templates, each against what Python makes of it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::fs;

use serde_json::Value;
use support::{chat_folder, check, options};

#[test]
fn short_templates_render_as_in_python() {
    let file = fs::read_to_string(chat_folder().join("expectations/snippets.json")).unwrap();
    let file: Value = serde_json::from_str(&file).unwrap();
    let mut differences = Vec::new();
    for case in file["cases"].as_array().unwrap() {
        let mut context = file["context"].clone();
        let mut options = options();
        if let Some(messages) = case.get("messages") {
            context["messages"] = messages.clone();
        }
        options.continue_final_message = case.get("field").and_then(Value::as_str).map(str::to_owned);
        options.track_generation = case.get("track").is_some();
        differences.extend(check(
            case["template"].as_str().unwrap(),
            &context,
            &options,
            case,
        ));
    }
    assert!(
        differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}
