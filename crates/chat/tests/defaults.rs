//! The default templates, against what version 2 of transformers.js renders by its own.
#![expect(clippy::unwrap_used, reason = "tests")]

use autotokenizer_chat::{ChatError, DefaultTemplateOptions, RenderOptions, default_template, render};
use serde_json::{Value, json};

#[test]
fn default_templates_render_as_upstream() {
    let file = include_str!("../../../__test__/chat/expectations/defaults.json");
    let file: Value = serde_json::from_str(file).unwrap();
    for case in file["cases"].as_array().unwrap() {
        let mut options = DefaultTemplateOptions::default();
        options.use_default_system_prompt = case["use_default_system_prompt"] == true;
        let template = default_template(case["class"].as_str().unwrap(), &options).unwrap();
        let context = json!({
            "messages": case["messages"],
            "add_generation_prompt": case["add_generation_prompt"],
            "bos_token": "<s>",
            "eos_token": "</s>",
        });
        match render(&template, &context.to_string(), &RenderOptions::default()) {
            Ok(rendered) => assert_eq!(case["text"], rendered.text, "{case}"),
            Err(ChatError::Raised(message)) => assert_eq!(case["raised"], message, "{case}"),
            Err(error) => panic!("{case}: {error:?}"),
        }
    }
}
