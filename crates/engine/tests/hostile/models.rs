//! Small documents of every family.

use serde_json::{Value, json};

/// Byte pair encoding over a few letters.
pub(crate) fn bpe() -> Value {
    json!({
        "version": "1.0",
        "added_tokens": [{ "id": 6, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
                           "normalized": false, "special": true }],
        "normalizer": { "type": "Lowercase" },
        "pre_tokenizer": { "type": "Whitespace" },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{ "SpecialToken": { "id": "<s>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }],
            "pair": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 1 } }],
            "special_tokens": { "<s>": { "id": "<s>", "ids": [6], "tokens": ["<s>"] } }
        },
        "decoder": { "type": "Sequence", "decoders": [
            { "type": "Replace", "pattern": { "String": "▁" }, "content": " " }, { "type": "ByteFallback" },
            { "type": "Fuse" }, { "type": "Strip", "content": " ", "start": 1, "stop": 0 } ] },
        "model": {
            "type": "BPE", "unk_token": "u", "fuse_unk": false, "byte_fallback": false,
            "vocab": { "u": 0, "a": 1, "b": 2, "ab": 3, "abb": 4, "▁": 5 },
            "merges": ["a b", ["ab", "b"]]
        }
    })
}

/// Words of a BERT.
pub(crate) fn word_piece() -> Value {
    json!({
        "added_tokens": [{ "id": 1, "content": "[CLS]", "special": true }],
        "normalizer": { "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                        "strip_accents": null, "lowercase": true },
        "pre_tokenizer": { "type": "BertPreTokenizer" },
        "post_processor": { "type": "BertProcessing", "sep": ["[CLS]", 1], "cls": ["[CLS]", 1] },
        "decoder": { "type": "WordPiece", "prefix": "##", "cleanup": true },
        "model": {
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": { "[UNK]": 0, "[CLS]": 1, "a": 2, "##b": 3, "ab": 4, ".": 5 }
        }
    })
}

/// Pieces of a T5.
pub(crate) fn unigram() -> Value {
    json!({
        "added_tokens": [{ "id": 1, "content": "</s>", "special": true }],
        "normalizer": { "type": "Sequence", "normalizers": [
            { "type": "NFKC" }, { "type": "Replace", "pattern": { "Regex": " {2,}" }, "content": " " } ] },
        "pre_tokenizer": { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true },
        "post_processor": null,
        "decoder": { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true },
        "model": {
            "type": "Unigram", "unk_id": 0, "byte_fallback": false,
            "vocab": [["<unk>", 0.0], ["</s>", 0.0], ["▁", -2.0], ["a", -1.0], ["b", -1.5], ["▁ab", -2.5]]
        }
    })
}

/// `document` with `value` at `pointer`.
pub(crate) fn with(mut document: Value, pointer: &str, value: Value) -> Value {
    *document.pointer_mut(pointer).unwrap() = value;
    document
}
