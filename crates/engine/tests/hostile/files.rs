//! What a file may not hold, and what it may.

use autotokenizer_engine::{DecodeOptions, EngineChoice, ErrorKind};
use serde_json::{Value, json};

use crate::models::{bpe, unigram, with, word_piece};
use crate::{decode, ids, load, load_text, refused};

#[test]
fn no_json_at_all() {
    for text in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        "1",
        "\"\"",
        "{\"model\":null}",
        "{\"model\":{}}",
        "<html>",
        "\0",
    ] {
        let error = load_text(text, EngineChoice::Auto).map(drop).unwrap_err();
        assert_eq!(error.code(), "ERR_TOKENIZER_FILE", "{text:?}: {error}");
    }
    let error =
        autotokenizer_engine::Tokenizer::from_bytes(b"{\"model\": \"\xFF\"}", &<_>::default()).map(drop);
    assert!(error.unwrap_err().message().contains("UTF-8"));
}

#[test]
fn a_byte_order_mark_is_no_harm() {
    let text = format!("\u{FEFF}{}", bpe());
    assert_eq!(ids(&load_text(&text, EngineChoice::Auto).unwrap(), "ab"), [6, 3]);
}

#[test]
fn padding_and_truncation_are_ignored() {
    let mut document = bpe();
    document["padding"] = json!({ "strategy": { "Fixed": 2_000_000_000_u32 }, "direction": "Right", "pad_id": 0,
                                  "pad_type_id": 0, "pad_token": "u", "pad_to_multiple_of": 0 });
    document["truncation"] =
        json!({ "max_length": 0, "strategy": "OnlySecond", "stride": 7, "direction": "Left" });
    assert_eq!(ids(&load(&document).unwrap(), "ab ab ab"), [6, 3, 3, 3]);
    document["truncation"] = json!("nonsense");
    assert_eq!(ids(&load(&document).unwrap(), "ab"), [6, 3]);
}

#[test]
fn nested_ten_thousand_deep() {
    for (open, close) in [
        ("[", "]"),
        ("{\"normalizer\":", "}"),
        ("{\"type\":\"Sequence\",\"normalizers\":[", "]}"),
    ] {
        let deep = format!("{}0{}", open.repeat(10_000), close.repeat(10_000));
        for field in [
            "normalizer",
            "pre_tokenizer",
            "decoder",
            "post_processor",
            "added_tokens",
            "padding",
            "other",
        ] {
            let document = format!("{{\"{field}\":{deep},\"model\":{}}}", bpe()["model"]);
            match load_text(&document, EngineChoice::Auto) {
                Ok(tokenizer) => assert_eq!(ids(&tokenizer, "ab"), [3], "{field} is not looked at"),
                Err(error) => assert_eq!(error.kind(), ErrorKind::File),
            }
        }
        for field in ["vocab", "merges", "unk_token"] {
            let document = format!("{{\"model\":{{\"type\":\"BPE\",\"vocab\":{{}},\"{field}\":{deep}}}}}");
            let error = load_text(&document, EngineChoice::Auto).map(drop).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::File);
        }
    }
    // Serde's bound of 128 is out of the way of real files.
    let mut normalizer = json!({ "type": "Lowercase" });
    for _ in 0..30 {
        normalizer = json!({ "type": "Sequence", "normalizers": [normalizer] });
    }
    assert_eq!(
        ids(&load(&with(bpe(), "/normalizer", normalizer)).unwrap(), "AB"),
        [6, 3]
    );
}

#[test]
fn merges_that_cannot_be() {
    refused(
        &with(bpe(), "/model/merges/1", json!(["abb", "abb"])),
        "merges[1]",
    );
    refused(&with(bpe(), "/model/merges/1", json!(["b", "a"])), "ba");
    refused(&with(bpe(), "/model/merges/1", json!(["x", "a"])), "x");
    refused(&with(bpe(), "/model/merges/1", json!("a b c")), "merge 1");
    refused(&with(bpe(), "/model/merges/1", json!("ab")), "merge 1");
    refused(&with(bpe(), "/model/merges/1", json!([1, 2])), "merges");
    for prefix in ["##", "ééé"] {
        let mut document = bpe();
        document["model"]["continuing_subword_prefix"] = json!(prefix);
        refused(&document, "merges[0]");
    }
}

#[test]
fn numbers_out_of_range() {
    for number in ["1e30", "-1", "4294967296", "0.5", "1e400", "18446744073709551616"] {
        for place in [
            "/added_tokens/0/id",
            "/model/vocab/a",
            "/post_processor/special_tokens/<s>/ids/0",
        ] {
            let document = with(bpe(), place, json!("NUMBER"))
                .to_string()
                .replace("\"NUMBER\"", number);
            let error = load_text(&document, EngineChoice::Auto).map(drop).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::File, "{place} {number}");
        }
    }
    refused(&with(unigram(), "/model/unk_id", json!(-1)), "unk_id");
    refused(&with(unigram(), "/model/unk_id", json!(6)), "unk_id");
    refused(&with(unigram(), "/model/vocab/0", json!(["<unk>", "x"])), "vocab");
    refused(
        &with(word_piece(), "/model/max_input_chars_per_word", json!(-1)),
        "max_input_chars_per_word",
    );
    let endless = with(word_piece(), "/model/max_input_chars_per_word", json!(u64::MAX));
    assert_eq!(ids(&load(&endless).unwrap(), "ab abb x"), [1, 4, 4, 3, 0, 1]);
}

#[test]
fn ids_with_gaps_and_far_apart() {
    let document = with(bpe(), "/model/vocab/ab", json!(u32::MAX));
    let tokenizer = load(&document).unwrap();
    assert_eq!(ids(&tokenizer, "ab a"), [6, u32::MAX, 1]);
    assert_eq!(decode(&tokenizer, &[u32::MAX, 1, 77, u32::MAX - 1]), "aba");
    assert_eq!(tokenizer.vocab(false).last(), Some(&("ab".to_owned(), u32::MAX)));
}

#[test]
fn two_tokens_of_one_id() {
    let document = with(bpe(), "/model/vocab/b", json!(1));
    let tokenizer = load(&document).unwrap();
    let encoded = ids(&tokenizer, "b a");
    assert_eq!(encoded, [6, 1, 1]);
}

#[test]
fn a_fixed_length_of_zero() {
    refused(
        &with(
            bpe(),
            "/pre_tokenizer",
            json!({ "type": "FixedLength", "length": 0 }),
        ),
        "FixedLength",
    );
    let nested = json!({ "type": "Sequence", "pretokenizers": [{ "type": "FixedLength", "length": 0 }] });
    refused(&with(bpe(), "/pre_tokenizer", nested), "pretokenizers[0]");
    let wide = json!({ "type": "FixedLength", "length": u64::MAX });
    assert_eq!(
        ids(&load(&with(bpe(), "/pre_tokenizer", wide)).unwrap(), "abab"),
        [6, 3, 3]
    );
}

#[test]
fn a_strip_decoder_longer_than_its_tokens() {
    for (start, stop) in [(0, 1), (1, 1), (5, 5), (u64::MAX, u64::MAX)] {
        let strip = json!({ "type": "Strip", "content": "a", "start": start, "stop": stop });
        let tokenizer = load(&with(bpe(), "/decoder", strip)).unwrap();
        assert_eq!(decode(&tokenizer, &[1, 2, 1]), "b");
    }
    refused(
        &with(
            bpe(),
            "/decoder",
            json!({ "type": "Strip", "content": "ab", "start": 0, "stop": 0 }),
        ),
        "decoder",
    );
    refused(
        &with(
            bpe(),
            "/decoder",
            json!({ "type": "Strip", "content": "a", "start": -1, "stop": 0 }),
        ),
        "start",
    );
}

#[test]
fn templates_that_name_what_is_not_there() {
    let token = json!([{ "SpecialToken": { "id": "</s>", "type_id": 0 } }]);
    refused(&with(bpe(), "/post_processor/single", token.clone()), "</s>");
    refused(&with(bpe(), "/post_processor/pair", token), "</s>");
    let second = json!([{ "Sequence": { "id": "B", "type_id": 0 } }]);
    refused(&with(bpe(), "/post_processor/single", second), "sequence B");
    refused(
        &with(bpe(), "/post_processor/special_tokens/<s>/tokens", json!([])),
        "as many ids as tokens",
    );
    refused(&with(bpe(), "/post_processor/special_tokens", json!({})), "<s>");
    let nested = json!({ "type": "Sequence", "processors": [
        { "type": "TemplateProcessing", "single": [{ "SpecialToken": { "id": "x", "type_id": 0 } }], "pair": [],
          "special_tokens": {} } ] });
    refused(&with(bpe(), "/post_processor", nested), "processors[0]");
}

#[test]
fn charsmaps_that_lead_out_of_themselves() {
    let precompiled = |charsmap: &str| json!({ "type": "Precompiled", "precompiled_charsmap": charsmap });
    // A length of four gigabytes; an empty tree; a root that points far away; no Base64.
    for charsmap in ["/////w==", "AAAAAA==", "BAAAAP////8=", "%%%", "AAA"] {
        refused(
            &with(unigram(), "/normalizer", precompiled(charsmap)),
            "precompiled_charsmap",
        );
    }
    refused(
        &with(unigram(), "/normalizer/normalizers/0", precompiled("?")),
        "normalizers[0]",
    );
}

#[test]
fn components_of_no_kind() {
    for place in ["/normalizer", "/pre_tokenizer", "/decoder", "/post_processor"] {
        for value in [
            json!(1),
            json!("x"),
            json!([]),
            json!({ "type": "Nothing" }),
            json!({ "type": 1 }),
        ] {
            refused(&with(bpe(), place, value), &place[1..]);
        }
        load(&with(bpe(), place, Value::Null)).unwrap();
    }
    refused(&with(bpe(), "/model/type", json!("RNN")), "RNN");
    refused(&with(bpe(), "/model/type", json!(1)), "model.type");
    refused(&with(bpe(), "/model/unk_token", json!(1)), "unk_token");
    refused(&with(bpe(), "/model/fuse_unk", json!("yes")), "fuse_unk");
}

#[test]
fn lone_surrogates_are_read() {
    let text = bpe().to_string().replace("\"▁\"", "\"\\ud83d\"");
    let tokenizer = load_text(&text, EngineChoice::Auto).unwrap();
    assert_eq!(ids(&tokenizer, "ab \u{FFFD}"), [6, 3, 0]);
    assert_eq!(tokenizer.info().vocab_size, 7);
}

#[test]
fn a_vocabulary_without_its_unknown_token() {
    let document = with(word_piece(), "/model/unk_token", json!("[NONE]"));
    let tokenizer = load(&document).unwrap();
    assert_eq!(ids(&tokenizer, "ab"), [1, 4, 1]);
    let error = tokenizer
        .encode_ids("zz", None, true, &mut Vec::new())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Encode);
    let document = with(unigram(), "/model/unk_id", Value::Null);
    let error = load(&document)
        .unwrap()
        .encode_ids("zz", None, true, &mut Vec::new())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Encode);
}

#[test]
fn dropout_is_for_training() {
    let mut document = bpe();
    document["model"]["dropout"] = json!(1.0);
    document["model"]["merges"] = json!(["a b", "ab b"]);
    for engine in [EngineChoice::Reference, EngineChoice::Compiled] {
        let tokenizer = load_text(&document.to_string(), engine).unwrap();
        assert_eq!(ids(&tokenizer, "ababb"), [6, 3, 4]);
    }
}

#[test]
fn decoding_what_is_not_there() {
    let tokenizer = load(&word_piece()).unwrap();
    let options = DecodeOptions {
        skip_special_tokens: true,
        clean_up_tokenization_spaces: true,
    };
    assert_eq!(
        tokenizer.decode(&[1, 4, u32::MAX, 3, 5, 99], &options).unwrap(),
        "abb."
    );
    assert_eq!(tokenizer.decode(&[], &options).unwrap(), "");
    assert_eq!(tokenizer.id_to_token(99), None);
}
