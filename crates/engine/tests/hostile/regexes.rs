//! Regular expressions that go back for ever.

use autotokenizer_engine::{DecodeOptions, EncodeOptions, Input};
use serde_json::json;

use crate::models::{bpe, with};
use crate::{ids, load, refused};

/// Patterns with a text that makes them slow in an engine that tries every way.
const SLOW: [(&str, &str, usize); 8] = [
    (r"^(a+)+$", "a", 40),
    (r"(a+)+$", "a", 40),
    (r"(a|aa)+$", "a", 60),
    (r"(a|a?)+$", "a", 60),
    (r"a*a*a*a*a*b", "a", 400),
    (r"(.*)*x", "a", 40),
    (r"(?:a?){40}a{40}", "a", 39),
    (r"(\w+\s?)*$", "word ", 12),
];

#[test]
fn slow_ones_end() {
    for (pattern, unit, times) in SLOW {
        let text = unit.repeat(times) + "!";
        let split = json!({ "type": "Split", "pattern": { "Regex": pattern }, "behavior": "Isolated", "invert": false });
        let replace = json!({ "type": "Replace", "pattern": { "Regex": pattern }, "content": "" });
        for document in [
            with(bpe(), "/pre_tokenizer", split.clone()),
            with(bpe(), "/pre_tokenizer", replace.clone()),
            with(bpe(), "/normalizer", replace.clone()),
        ] {
            let tokenizer = load(&document).unwrap();
            if let Err(error) = tokenizer.encode(Input::Text(&text), None, &EncodeOptions::default()) {
                assert_eq!(error.code(), "ERR_TOKENIZER_LIMIT", "{error}");
            }
            // The next text is served as if nothing had been.
            assert_eq!(ids(&tokenizer, "b")[0], 6);
        }
        let mut document = with(bpe(), "/decoder", replace);
        document["model"]["vocab"][&text] = json!(9);
        if let Err(error) = load(&document).unwrap().decode(&[9], &DecodeOptions::default()) {
            assert_eq!(error.code(), "ERR_TOKENIZER_LIMIT", "{error}");
        }
    }
}

#[test]
fn the_same_slow_text_in_many_pieces() {
    let pieces = json!({ "type": "Sequence", "pretokenizers": [
        { "type": "WhitespaceSplit" },
        { "type": "Split", "pattern": { "Regex": r"(a*)*b" }, "behavior": "Isolated", "invert": false } ] });
    let tokenizer = load(&with(bpe(), "/pre_tokenizer", pieces)).unwrap();
    let text = format!("{} ", "a".repeat(24)).repeat(2000);
    if let Err(error) = tokenizer.encode(Input::Text(&text), None, &EncodeOptions::default()) {
        assert_eq!(error.code(), "ERR_TOKENIZER_LIMIT", "{error}");
    }
}

#[test]
fn patterns_that_are_none() {
    for pattern in ["(", "[", "*", "(?<n", "\\p{Nothing}", "(?<=a*)b", "a{2,1", "\\"] {
        let split = json!({ "type": "Split", "pattern": { "Regex": pattern }, "behavior": "Isolated", "invert": false });
        // Oniguruma reads some of these as text.
        if let Err(error) = load(&with(bpe(), "/pre_tokenizer", split)) {
            assert_eq!(error.code(), "ERR_TOKENIZER_FILE");
            assert!(error.message().contains("regular expression"), "{error}");
        }
    }
    let long = json!({ "type": "Replace", "pattern": { "Regex": "a".repeat(1 << 17) }, "content": "" });
    refused(&with(bpe(), "/normalizer", long), "64 KiB");
    for (open, close) in [("(?:", ")"), ("(a|b", ")*"), ("[a[b", "]]")] {
        let nested = format!("{}a{}", open.repeat(2000), close.repeat(2000));
        let replace = json!({ "type": "Replace", "pattern": { "Regex": nested }, "content": "" });
        refused(&with(bpe(), "/normalizer", replace), "groups and classes");
        let nested = format!("{}a{}", open.repeat(200), close.repeat(200));
        let replace = json!({ "type": "Replace", "pattern": { "Regex": nested }, "content": "" });
        load(&with(bpe(), "/normalizer", replace)).unwrap();
    }
    let counted = json!({ "type": "Replace", "pattern": { "Regex": "((((((a{99}){99}){99}){99}){99}){99})" }, "content": "" });
    let tokenizer = load(&with(bpe(), "/normalizer", counted)).unwrap();
    assert_eq!(ids(&tokenizer, "ab"), [6, 3]);
}
