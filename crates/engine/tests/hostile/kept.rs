//! What is kept of a file: it must say the same when somebody asks for it, and be shared with nothing else.

use autotokenizer_engine::{AddedToken, EngineChoice, Tokenizer};
use serde_json::{Value, json};

use crate::{ids, load_text};

/// The character of GPT-2's alphabet for each byte.
fn byte_characters() -> Vec<String> {
    let mut next = 256;
    (0..=255u32)
        .map(|byte| {
            let code = if matches!(byte, 0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF) {
                byte
            } else {
                next += 1;
                next - 1
            };
            char::from_u32(code).unwrap().to_string()
        })
        .collect()
}

/// Merges with everything in them that JSON writes by an escape.
const MERGES: [(&str, &str); 6] = [
    ("a", "b"),
    ("ab", "\""),
    ("\\", "n"),
    ("Ġ", "ab"),
    ("é", "\\n"),
    ("ab", "ab"),
];

/// Tokens by id, as files list them.
fn vocab() -> Vec<(String, u32)> {
    let made = MERGES.iter().map(|(left, right)| format!("{left}{right}"));
    let tokens = byte_characters().into_iter().chain(made);
    let ids = (0..262u32).map(|place| place * 7 % 262);
    let mut vocab: Vec<_> = tokens.zip(ids).collect();
    vocab.sort_by_key(|&(_, id)| id);
    vocab
}

/// The same tokens in another order.
fn reversed() -> Vec<(String, u32)> {
    vocab().into_iter().rev().collect()
}

fn lines() -> Value {
    MERGES
        .iter()
        .map(|(left, right)| format!("{left} {right}"))
        .collect()
}

fn pairs() -> Value {
    MERGES.iter().map(|(left, right)| json!([left, right])).collect()
}

fn file(vocab: &[(String, u32)], merges: &Value, merges_first: bool) -> String {
    let entries = vocab.iter().map(|(token, id)| format!("{}: {id}", json!(token)));
    let vocab = entries.collect::<Vec<_>>().join(",\n ");
    let large = if merges_first {
        format!("\"merges\": {merges},\n \"vocab\": {{{vocab}}}")
    } else {
        format!("\"vocab\": {{{vocab}}},\n \"merges\" :{merges:#}")
    };
    format!(
        r#"{{"version": "1.0", "truncation": null,
            "added_tokens": [{{"id": 262, "content": "<s>\n", "special": true, "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false}}],
            "model": {{"type": "BPE", "fuse_unk": false, {large}, "unk_token": null }},
            "normalizer": null, "post_processor": null, "decoder": {{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}},
            "pre_tokenizer": {{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
                "use_regex": true}} }}"#
    )
}

/// A file whose model takes words whole or in parts, and has no merges.
fn words_file(kind: &str, tokens: &[&str], more: &str) -> String {
    let entries = tokens
        .iter()
        .zip(0..)
        .map(|(token, id)| format!("{}: {id}", json!(token)));
    let vocab = entries.collect::<Vec<_>>().join(",\n ");
    format!(
        r###"{{"version": "1.0", "truncation": null, "added_tokens": [], "normalizer": null, "post_processor": null,
            "pre_tokenizer": {{"type": "BertPreTokenizer"}}, "decoder": null,
            "model": {{"type": "{kind}", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100, "vocab": {{{vocab}}}{more} }} }}"###
    )
}

/// Tokens with everything in them that JSON writes by an escape.
const WORDS: [&str; 8] = ["[UNK]", "a", "##b", "\"", "\\", "é", "\n", "##é\u{1}"];

fn compiled(json: &str) -> Tokenizer {
    load_text(json, EngineChoice::Compiled).unwrap()
}

fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

#[test]
fn the_file_says_the_same() {
    for merges in [lines(), pairs()] {
        for merges_first in [false, true] {
            let json = file(&vocab(), &merges, merges_first);
            let tokenizer = compiled(&json);
            let written = tokenizer.to_json().unwrap();
            assert_eq!(read(&written), read(&json));
            // What is behind it serves: the reference engine is built from it, and so is a tokenizer with more tokens.
            let text = "<s>\nab\"ab \\n é\\n abab";
            let reference = load_text(&json, EngineChoice::Reference).unwrap();
            assert_eq!(ids(&tokenizer, text), ids(&reference, text));
            let token = AddedToken {
                content: "new".to_owned(),
                ..AddedToken::default()
            };
            let (more, count) = tokenizer.with_added_tokens(&[token]).unwrap();
            assert_eq!(count, 1);
            assert_eq!(read(&more.to_json().unwrap())["model"], read(&json)["model"]);
            assert_eq!(ids(&more, "ab new")[0], ids(&reference, "ab")[0]);
        }
    }
}

#[test]
fn the_file_of_a_model_without_merges_says_the_same() {
    for (kind, more) in [
        ("WordPiece", ""),
        ("WordLevel", ""),
        ("WordPiece", ", \"merges\": null"),
    ] {
        let json = words_file(kind, &WORDS, more);
        let tokenizer = compiled(&json);
        let written = tokenizer.to_json().unwrap();
        assert_eq!(read(&written), read(&json));
        // It is not what was kept.
        assert_ne!(written, json);
        let reference = load_text(&json, EngineChoice::Reference).unwrap();
        let again = load_text(&written, EngineChoice::Reference).unwrap();
        let text = "a ab é aé\u{1} \" \\ b";
        assert_eq!(ids(&tokenizer, text), ids(&reference, text));
        assert_eq!(ids(&again, text), ids(&reference, text));
        let mut other = WORDS;
        other.swap(1, 5);
        let other = words_file(kind, &other, more);
        for _ in 0..2 {
            assert!(std::ptr::eq(tokenizer.info(), compiled(&json).info()));
            assert!(!std::ptr::eq(tokenizer.info(), compiled(&other).info()));
        }
    }
}

#[test]
fn what_tables_without_merges_do_not_hold_is_kept() {
    let mut backwards = words_file("WordPiece", &WORDS, "");
    backwards = backwards
        .replace("\"a\": 1", "\"a\": 2")
        .replace("\"##b\": 2", "\"##b\": 1");
    let files = [
        backwards,
        words_file("WordPiece", &WORDS, ", \"merges\": [ \"a b\" ]"),
        words_file("WordLevel", &WORDS, ", \"merges\": []"),
    ];
    for json in files {
        let tokenizer = load_text(&json, EngineChoice::Auto).unwrap();
        assert_eq!(tokenizer.to_json().unwrap(), json);
    }
}

#[test]
fn what_tables_do_not_hold_is_kept() {
    let mut version = lines();
    version.as_array_mut().unwrap().insert(0, json!("#version: 0.2"));
    let mut repeated = lines();
    repeated.as_array_mut().unwrap().push(json!("a b"));
    let files = [
        file(&vocab(), &version, false),
        file(&vocab(), &repeated, false),
        file(&reversed(), &lines(), false),
    ];
    for json in files {
        assert_eq!(compiled(&json).to_json().unwrap(), json);
    }
}

#[test]
fn only_what_is_equal_is_shared() {
    // A file that no other test has, since those run beside this one; and so much around what differs that a sample of
    // the text does not tell.
    let file = |vocab: &[(String, u32)], merges: &Value, merges_first| {
        let [before, behind] = [1000, 1 << 20].map(|count| " ".repeat(count));
        before + &file(vocab, merges, merges_first).replace("<s>", "<shared>") + &behind
    };
    let json = file(&vocab(), &lines(), false);
    let tokenizer = compiled(&json);
    // The first is compared with the tables, the next with what is known of the first.
    for _ in 0..3 {
        assert!(std::ptr::eq(tokenizer.info(), compiled(&json).info()));
    }
    let mut swapped = vocab();
    let (first, last) = (swapped[0].1, swapped[9].1);
    (swapped[0].1, swapped[9].1) = (last, first);
    let mut other_merges = lines();
    other_merges.as_array_mut().unwrap().swap(0, 2);
    let mut shorter = lines();
    shorter.as_array_mut().unwrap().pop();
    let others = [
        file(&swapped, &lines(), false),
        file(&reversed(), &lines(), false),
        file(&vocab(), &other_merges, false),
        file(&vocab(), &shorter, false),
        file(&vocab(), &pairs(), false),
        file(&vocab(), &lines(), true),
    ];
    for other in others {
        assert!(
            !std::ptr::eq(tokenizer.info(), compiled(&other).info()),
            "{other}"
        );
        let written = compiled(&other).to_json().unwrap();
        assert_eq!(read(&written), read(&other));
        // Which of two tokens comes first, reading does not tell.
        let is_before = |json: &str| json.find("\"a\"") < json.find("\"b\"");
        assert_eq!(is_before(&written), is_before(&other));
    }
}
