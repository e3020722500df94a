//! Added tokens: ids of the file, ids given twice, and far too many.

use autotokenizer_engine::{AddedToken, EngineChoice, ErrorKind};
use serde_json::json;

use crate::models::{bpe, with};
use crate::{decode, ids, load, load_text, refused};

fn added(tokens: &[(u32, &str)]) -> serde_json::Value {
    json!(
        tokens
            .iter()
            .map(|(id, content)| json!({ "id": id, "content": content, "special": true }))
            .collect::<Vec<_>>()
    )
}

fn with_added(tokens: &[(u32, &str)]) -> serde_json::Value {
    let mut document = with(bpe(), "/added_tokens", added(tokens));
    document["post_processor"] = json!(null);
    document
}

#[test]
fn ids_are_those_of_the_file() {
    let tokenizer = load(&with_added(&[(100, "<x>"), (50, "<y>"), (3, "<z>"), (9, "ab")])).unwrap();
    assert_eq!(ids(&tokenizer, "<x><y><z>ab b"), [100, 50, 3, 9, 2]);
    assert_eq!(decode(&tokenizer, &[100, 50, 3, 9]), "<x><y><z>ab");
    assert_eq!(tokenizer.token_to_id("ab"), Some(9));
    assert_eq!(tokenizer.id_to_token(3).as_deref(), Some("<z>"));
    assert_eq!(tokenizer.info().added_tokens[1].id, 50);
}

/// GPT-4o has such gaps: a token that is added comes behind them.
#[test]
fn ids_may_have_gaps() {
    let mut document = with_added(&[(100, "<x>"), (50, "<y>")]);
    document["model"]["merges"] = json!(["a b", "ab b"]);
    let document = document.to_string();
    for engine in [EngineChoice::Compiled, EngineChoice::Reference] {
        let tokenizer = load_text(&document, engine).unwrap();
        let (more, count) = tokenizer
            .with_added_tokens(&[AddedToken {
                content: "<z>".to_owned(),
                ..AddedToken::default()
            }])
            .unwrap();
        assert_eq!((count, more.token_to_id("<z>")), (1, Some(101)));
        assert_eq!(ids(&more, "<x><y><z>b"), [100, 50, 101, 2]);
        assert_eq!(decode(&more, &[101, 77, 50]), "<z><y>");
    }
    // A place for each id up to that one would take 32 GB.
    let document = document.replace("100", &(u32::MAX - 1).to_string());
    let Err(error) = load_text(&document, EngineChoice::Compiled) else {
        panic!("there is a place for each id")
    };
    assert!(error.message().contains("far from all others"), "{error}");
    let tokenizer = load_text(&document, EngineChoice::Auto).unwrap();
    assert_eq!(ids(&tokenizer, "<x>b"), [u32::MAX - 1, 2]);
}

#[test]
fn one_id_for_two_tokens() {
    let tokenizer = load(&with_added(&[(8, "<x>"), (8, "<y>"), (9, "<y>"), (9, "<z>")])).unwrap();
    assert_eq!(ids(&tokenizer, "<x> <y> <z>"), [8, 9, 9]);
    assert_eq!(decode(&tokenizer, &[8, 9]), "<x><z>");
    assert_eq!(tokenizer.token_to_id("<y>"), Some(9));
}

#[test]
fn tokens_without_text_or_of_great_length() {
    let tokenizer = load(&with_added(&[(8, ""), (9, "<y>")])).unwrap();
    assert_eq!(ids(&tokenizer, "a<y>b"), [1, 9, 2]);
    let long = "x".repeat(5000);
    refused(&with_added(&[(8, &long)]), "longer than");
}

#[test]
fn ten_million_tokens() {
    let one = "{\"id\":9,\"content\":\"x\"},";
    let document = format!("{{\"added_tokens\":[{}{}", one.repeat(10_000_000), bpe());
    let error = load_text(&document, EngineChoice::Auto).map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
    assert!(error.message().contains("added tokens"), "{error}");
}

#[test]
fn more_tokens_are_added_as_python_adds_them() {
    let tokenizer = load(&bpe()).unwrap();
    let token = |content: &str, special| AddedToken {
        content: content.to_owned(),
        special,
        ..AddedToken::default()
    };
    let new = [
        token("<new>", true),
        token("ab", false),
        token("", false),
        token("<s>", true),
        token("<new>", true),
    ];
    let (more, count) = tokenizer.with_added_tokens(&new).unwrap();
    assert_eq!(count, 2);
    assert_eq!(ids(&more, "<new>abb <s>"), [6, 7, 3, 2, 6]);
    assert_eq!(more.info().added_tokens.len(), 3);
    assert_eq!(more.info().vocab_size, 8);
    assert_eq!(ids(&tokenizer, "<new>"), [6, 0, 0, 0, 0, 0]);
    let again = load_text(&more.to_json().unwrap(), EngineChoice::Reference).unwrap();
    assert_eq!(again.vocab(true), more.vocab(true));
    let (same, count) = more.with_added_tokens(&new).unwrap();
    assert_eq!((same.vocab(true), count), (more.vocab(true), 0));
    let (changed, count) = more.with_added_tokens(&[token("<new>", false)]).unwrap();
    assert_eq!((count, changed.info().added_tokens.len()), (1, 3));
}

#[test]
fn a_new_token_takes_no_id_of_another() {
    let document = with(bpe(), "/model/vocab/ab", json!(7));
    let new = AddedToken {
        content: "<new>".to_owned(),
        ..AddedToken::default()
    };
    let (more, _) = load(&document).unwrap().with_added_tokens(&[new]).unwrap();
    assert_eq!(more.token_to_id("<new>"), Some(8));
    assert_eq!(ids(&more, "ab<new>"), [6, 7, 8]);
}
