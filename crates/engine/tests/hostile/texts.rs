//! Texts that mean harm.

use autotokenizer_engine::{EncodeOptions, EngineChoice, Input, Overflow, Truncation, TruncationStrategy};
use serde_json::json;

use crate::models::{bpe, unigram, with, word_piece};
use crate::{ids, load, load_text};

#[test]
fn ten_megabytes() {
    let tokenizer = load_text(&bpe().to_string(), EngineChoice::Reference).unwrap();
    let text = "ab a. é😀 ".repeat(10 << 20 >> 4);
    let encoding = tokenizer
        .encode(Input::Text(&text), None, &EncodeOptions::default())
        .unwrap();
    let last = encoding.offsets.iter().map(|(_, end)| *end).max().unwrap();
    assert_eq!(last as usize, text.chars().count() - 1);
}

#[test]
fn one_long_word() {
    let endless = with(
        word_piece(),
        "/model/max_input_chars_per_word",
        json!(10_000_000_000_u64),
    );
    let whole = with(bpe(), "/pre_tokenizer", json!(null));
    for document in [endless, whole, unigram()] {
        let tokenizer = load_text(&document.to_string(), EngineChoice::Reference).unwrap();
        for unit in ["a", "ab", "é", "z"] {
            let mut ids = Vec::new();
            tokenizer
                .encode_ids(&unit.repeat(200_000), None, true, &mut ids)
                .unwrap();
            assert!(!ids.is_empty());
        }
    }
}

#[test]
fn a_hundred_thousand_texts() {
    let tokenizer = load(&bpe()).unwrap();
    let texts = vec![Input::Text("ab b"); 100_000];
    let encodings = tokenizer
        .encode_batch(&texts, None, &EncodeOptions::default())
        .unwrap();
    assert_eq!(encodings.len(), 100_000);
    assert!(encodings.iter().all(|encoding| encoding.ids == [6, 3, 2]));
    let error = tokenizer
        .encode_batch(&texts[..2], Some(&texts[..1]), &EncodeOptions::default())
        .unwrap_err();
    assert_eq!(error.code(), "ERR_TOKENIZER_ARGUMENT");
}

#[test]
fn truncation_that_cannot_be() {
    let tokenizer = load(&word_piece()).unwrap();
    let cut = |truncation, pair: Option<&str>| {
        let options = EncodeOptions {
            truncation: Some(truncation),
            ..EncodeOptions::default()
        };
        tokenizer.encode(Input::Text("ab ab ab ab"), pair.map(Input::Text), &options)
    };
    let default = Truncation::default();
    for truncation in [
        Truncation {
            max_length: 1,
            ..default
        },
        Truncation {
            max_length: 4,
            stride: 2,
            ..default
        },
        Truncation {
            max_length: 4,
            stride: usize::MAX,
            ..default
        },
        Truncation {
            max_length: 4,
            strategy: TruncationStrategy::OnlySecond,
            ..default
        },
    ] {
        assert_eq!(
            cut(truncation, None).unwrap_err().code(),
            "ERR_TOKENIZER_ARGUMENT"
        );
    }
    let first = Truncation {
        max_length: 5,
        strategy: TruncationStrategy::OnlyFirst,
        ..default
    };
    assert_eq!(
        cut(first, Some("ab ab ab")).unwrap_err().code(),
        "ERR_TOKENIZER_ARGUMENT"
    );
    assert_eq!(
        cut(
            Truncation {
                max_length: 2,
                ..default
            },
            None
        )
        .unwrap()
        .ids,
        [1, 1]
    );
    assert_eq!(
        cut(
            Truncation {
                max_length: usize::MAX,
                ..default
            },
            None
        )
        .unwrap()
        .ids
        .len(),
        6
    );
}

#[test]
fn a_stream_of_broken_bytes() {
    let mut document = with(
        bpe(),
        "/decoder",
        json!({ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true }),
    );
    document["model"]["vocab"]["Ģ"] = json!(8);
    let tokenizer = load(&document).unwrap();
    let mut stream = tokenizer.decode_stream(false);
    for _ in 0..100_000 {
        assert_eq!(stream.push(8).unwrap(), None);
    }
    assert_eq!(stream.push(1).unwrap(), Some("\u{FFFD}".repeat(100_000) + "a"));
    assert_eq!(stream.push(8).unwrap(), None);
    assert_eq!(stream.flush().unwrap().as_deref(), Some("\u{FFFD}"));
    assert_eq!(stream.flush().unwrap(), None);
    let mut stream = tokenizer.decode_stream(true);
    for _ in 0..100_000 {
        assert_eq!(stream.push(6).unwrap(), None);
        assert_eq!(stream.push(4_000_000_000).unwrap(), None);
    }
    assert_eq!(stream.push(2).unwrap().as_deref(), Some("b"));
    assert_eq!(ids(&tokenizer, "b"), [6, 2]);
}

/// Each part of one text would stand beside each part of the other.
#[test]
fn a_pair_that_is_cut_into_too_many_parts() {
    for engine in [EngineChoice::Reference, EngineChoice::Auto] {
        let tokenizer = load_text(&word_piece().to_string(), engine).unwrap();
        let long = "a ".repeat(100_000);
        let cut = |strategy, overflow| {
            let options = EncodeOptions {
                truncation: Some(Truncation {
                    max_length: 8,
                    strategy,
                    overflow,
                    ..Truncation::default()
                }),
                ..EncodeOptions::default()
            };
            let first = if strategy == TruncationStrategy::OnlySecond {
                "a"
            } else {
                &long
            };
            tokenizer.encode(Input::Text(first), Some(Input::Text(&long)), &options)
        };
        let error = cut(TruncationStrategy::LongestFirst, Overflow::Complete).unwrap_err();
        assert_eq!(error.code(), "ERR_TOKENIZER_LIMIT");
        assert!(error.message().contains("truncate only one of them"), "{error}");
        let dropped = cut(TruncationStrategy::LongestFirst, Overflow::Dropped).unwrap();
        assert!(dropped.overflowing.is_empty());
        let parts = cut(TruncationStrategy::OnlySecond, Overflow::Complete).unwrap();
        assert!(parts.overflowing.len() > 10_000);
    }
}
