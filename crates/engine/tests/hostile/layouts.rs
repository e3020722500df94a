//! Layouts that transformers.js reads and the `tokenizers` crate does not.

use autotokenizer_engine::{EngineChoice, Input, LoadOptions, Tokenizer};
use serde_json::{Value, json};

use crate::models::{bpe, unigram, with, word_piece};
use crate::{decode, ids, load};

fn letters() -> Value {
    json!({ "type": "Split", "pattern": { "Regex": "" }, "behavior": "Isolated", "invert": false })
}

fn mms() -> Value {
    json!({
        "added_tokens": [],
        "normalizer": { "type": "Replace", "pattern": { "String": " " }, "content": "|" },
        "pre_tokenizer": letters(),
        "decoder": { "type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": true },
        "model": { "vocab": {
            "eng": { "<pad>": 0, "<unk>": 1, "|": 2, "a": 3, "b": 4 },
            "fra": { "<pad>": 0, "<unk>": 1, "|": 2, "é": 3, "a": 4 }
        } }
    })
}

fn load_language(target_lang: Option<&str>) -> Result<Tokenizer, autotokenizer_engine::EngineError> {
    let target_lang = target_lang.map(str::to_owned);
    Tokenizer::from_bytes(
        mms().to_string().as_bytes(),
        &LoadOptions {
            target_lang,
            ..LoadOptions::default()
        },
    )
}

// As Python's Wav2Vec2CTCTokenizer with the same vocabulary and target_lang.
#[test]
fn a_vocabulary_for_each_language() {
    let (english, french) = (
        load_language(Some("eng")).unwrap(),
        load_language(Some("fra")).unwrap(),
    );
    assert_eq!(ids(&english, "ab é"), [3, 4, 2, 1]);
    assert_eq!(ids(&french, "ab é"), [4, 1, 2, 3]);
    assert_eq!(decode(&french, &[4, 4, 0, 4, 2, 3, 3, 2]), "aa é");
    for (language, name) in [(None, "target_lang"), (Some("deu"), "deu")] {
        let error = load_language(language).map(drop).unwrap_err();
        assert_eq!(error.code(), "ERR_TOKENIZER_ARGUMENT");
        assert!(
            error.message().contains(name) && error.message().contains("eng, fra"),
            "{error}"
        );
    }
}

// The tokens are those of transformers.js: an unknown piece keeps its text.
#[test]
fn unknown_pieces_keep_their_text() {
    let tokenizer = load_language(Some("eng")).unwrap();
    assert_eq!(
        tokenizer.tokenize("aé b", None, false).unwrap(),
        ["a", "é", "|", "b"]
    );
    let mut document = mms();
    document["model"]["vocab"] = json!({ "a": 0, "?": 1 });
    assert_eq!(ids(&load(&document).unwrap(), "aéa"), [0, 0]);
    let named = LoadOptions {
        unk_token: Some("?".to_owned()),
        ..LoadOptions::default()
    };
    let tokenizer = Tokenizer::from_bytes(document.to_string().as_bytes(), &named).unwrap();
    assert_eq!(ids(&tokenizer, "aéa"), [0, 1, 0]);
}

#[test]
fn the_first_converter_wrote_no_pre_tokenizer() {
    let mut document = mms();
    document["model"]["vocab"] = json!({ "<pad>": 0, "<unk>": 1, "|": 2, "a": 3 });
    document["normalizer"] = Value::Null;
    document["pre_tokenizer"] = Value::Null;
    assert_eq!(ids(&load(&document).unwrap(), "a b"), [3, 2, 1]);
}

#[test]
fn models_without_type() {
    for mut document in [bpe(), word_piece(), unigram()] {
        let typed = load(&document).unwrap();
        document["model"].as_object_mut().unwrap().remove("type");
        let untyped = load(&document).unwrap();
        assert_eq!(untyped.info().model_type, typed.info().model_type);
        assert_eq!(ids(&untyped, "ab abb x."), ids(&typed, "ab abb x."));
    }
    let words = json!({ "model": { "vocab": { "u": 0, "ab": 1 }, "unk_token": "u" },
                        "pre_tokenizer": { "type": "WhitespaceSplit" } });
    assert_eq!(ids(&load(&words).unwrap(), "ab abb"), [1, 0]);
}

// The ids are those of transformers.js 4.3.1 for the same file.
#[test]
fn blenderbot_small() {
    let document = json!({
        "added_tokens": [{ "id": 0, "content": "__null__", "special": true, "normalized": false }],
        "normalizer": { "type": "Lowercase" },
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
            { "type": "Replace", "pattern": { "Regex": "([.,!?()])" }, "content": " $1" },
            { "type": "Replace", "pattern": { "Regex": "(')" }, "content": " $1 " },
            { "type": "Replace", "pattern": { "String": "\n" }, "content": " __newln__ " },
            { "type": "Split", "pattern": { "Regex": "\\s+" }, "behavior": "Removed", "invert": false } ] },
        "model": {
            "type": "BPE", "unk_token": "__unk__", "continuing_subword_suffix": "@@", "end_of_word_suffix": "",
            "vocab": { "__null__": 0, "__unk__": 1, "he@@": 2, "y": 3, "hey": 4, ".": 5, "'": 6, "s": 7, "t@@": 8 },
            "merges": ["h e", "he y"]
        }
    });
    let tokenizer = load(&document).unwrap();
    assert_eq!(
        ids(&tokenizer, "Hey. __null__ hez's\nts"),
        [4, 5, 0, 2, 1, 6, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1, 8, 7]
    );
    assert_eq!(tokenizer.tokenize("heyy", None, false).unwrap(), ["__unk__", "y"]);
}

#[test]
fn a_charsmap_that_was_left_out() {
    for charsmap in [json!(null), json!("")] {
        let precompiled = json!({ "type": "Precompiled", "precompiled_charsmap": charsmap });
        let tokenizer = load(&with(unigram(), "/normalizer", precompiled)).unwrap();
        assert_eq!(ids(&tokenizer, "ａ\tb\u{200B}\u{0001}ab"), [2, 3, 2, 4, 5]);
        let encoding = tokenizer
            .encode(Input::Text("ﬁ a"), None, &<_>::default())
            .unwrap();
        assert_eq!(encoding.offsets.last(), Some(&(2, 3)));
    }
}

#[test]
fn vits_decodes_every_second_token() {
    let blanks = json!({ "type": "Replace", "pattern": { "Regex": "(?=.)|(?<!^)$" }, "content": "k" });
    let document = json!({ "normalizer": blanks, "pre_tokenizer": letters(), "decoder": null,
                           "model": { "vocab": { "k": 0, "a": 1, "b": 2 } } });
    let tokenizer = load(&document).unwrap();
    assert_eq!(ids(&tokenizer, "ab"), [0, 1, 0, 2, 0]);
    assert_eq!(decode(&tokenizer, &[0, 1, 0, 2, 0]), "ab");
    assert_eq!(decode(&tokenizer, &[2]), "b");
    assert!(ids(&tokenizer, "").is_empty());
}

/// As the `tokenizers` crate, and transformers.js for all classes but that of VITS.
#[test]
fn characters_without_a_decoder_are_joined_with_spaces() {
    let document =
        json!({ "pre_tokenizer": letters(), "decoder": null, "model": { "vocab": { "a": 0, "b": 1 } } });
    let tokenizer = load(&document).unwrap();
    assert_eq!(ids(&tokenizer, "ab"), [0, 1]);
    assert_eq!(decode(&tokenizer, &[0, 1]), "a b");
}

#[test]
fn equal_files_share_their_tables() {
    let json = bpe().to_string();
    let options = LoadOptions {
        engine: EngineChoice::Reference,
        ..LoadOptions::default()
    };
    let first = Tokenizer::from_bytes(json.as_bytes(), &options).unwrap();
    let second = Tokenizer::from_bytes(json.as_bytes(), &options).unwrap();
    let other = Tokenizer::from_bytes(bpe().to_string().replace("abb", "abc").as_bytes(), &options);
    assert!(std::ptr::eq(first.info(), second.info()));
    assert!(other.is_err());
}
