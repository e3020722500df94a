//! Real chat templates, each with many conversations, against digests of what Python renders.
#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use autotokenizer_chat::{ChatError, Rendered, Template};
use serde_json::Value;
use sha2::{Digest, Sha256};
use support::{chat_folder, options};

/// Where `collect.py` puts what is not committed.
fn collected() -> PathBuf {
    std::env::var_os("AUTOTOKENIZER_CHAT_TEMPLATES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/chat-templates"),
        PathBuf::from,
    )
}

/// Templates by name.
fn templates() -> HashMap<String, String> {
    let mut found = HashMap::new();
    for folder in [chat_folder().join("templates"), collected()] {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "jinja") {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    let start = hash
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte));
    format!("{start:016x}")
}

/// Says how a rendering differs from Python's, if it does.
fn difference(expected: &Value, result: &Result<Rendered, ChatError>) -> Option<String> {
    match result {
        Ok(rendered) => {
            let characters = |at: usize| rendered.text[..at].chars().count();
            let spans: Vec<_> = rendered
                .generation
                .iter()
                .map(|(from, to)| [characters(*from), characters(*to)])
                .collect();
            let spans = serde_json::to_string(&spans).unwrap();
            let same = expected["text"] == digest(&rendered.text) && expected["spans"] == digest(&spans);
            (!same).then(|| format!("expected {expected} but {} {:?}", digest(&spans), rendered.text))
        }
        Err(ChatError::Raised(message)) => {
            (expected["raised"] != **message).then(|| format!("expected {expected} but raised {message:?}"))
        }
        Err(error) => expected
            .get("error")
            .is_none()
            .then(|| format!("expected {expected} but {error:?}")),
    }
}

#[test]
fn real_templates_render_as_in_python() {
    let file = fs::read_to_string(chat_folder().join("expectations/templates.json")).unwrap();
    let file: Value = serde_json::from_str(&file).unwrap();
    let templates = templates();
    let mut options = options();
    options.track_generation = true;
    let mut differences = Vec::new();
    let mut skipped = Vec::new();
    for expected in file["templates"].as_array().unwrap() {
        let name = expected["name"].as_str().unwrap();
        let Some(source) = templates
            .get(name)
            .filter(|source| expected["sha256"] == digest(source))
        else {
            skipped.push(name);
            continue;
        };
        let template = Template::new(source);
        for (conversation, expected) in expected["results"].as_object().unwrap() {
            let context = file["contexts"][conversation].as_str().unwrap();
            let result = template
                .clone()
                .and_then(|template| template.render(context, &options));
            let found = difference(expected, &result);
            differences.extend(found.map(|difference| format!("{name}, {conversation}: {difference}")));
        }
    }
    if !skipped.is_empty() {
        println!(
            "skipped {} templates that were not collected (collect.py): {}",
            skipped.len(),
            skipped.join(", ")
        );
    }
    for committed in fs::read_dir(chat_folder().join("templates")).unwrap() {
        let name = committed
            .unwrap()
            .path()
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        assert!(
            !skipped.contains(&name.as_str()),
            "{name} is not the template that the expectations are for"
        );
    }
    assert!(
        differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}
