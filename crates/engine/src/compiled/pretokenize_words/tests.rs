#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::{Model, WordEncoder, WordScratch};
use crate::compiled::cache::Pool;
use crate::compiled::normalize::Normalized;
use crate::compiled::unigram::Unigram;
use crate::compiled::wordpiece::{self, WordPiece};

/// Characters that splitters treat in different ways.
const POOL: &str = "aabcXZ019 ..,!'_-~\t\n\r\u{b}\u{1c}\u{85}\u{a0}\u{2003}\u{3000}\u{2028}▁▁éß中文。「“’—\u{300}\u{200d}\
    \u{ad}\u{2581}٣①🙂\u{1f1e6}¡§\u{e0100}\u{10ffff}\0\u{7f}";

/// A splitter beside the reference's pipeline, with a model that spells each piece out, so that ids tell the pieces.
struct Pair {
    ours: WordEncoder,
    pool: Pool<WordScratch>,
    reference: tokenizers::Tokenizer,
    name: String,
}

fn spelling() -> Vec<char> {
    let mut chars: Vec<char> = POOL.chars().collect();
    chars.sort_unstable();
    chars.dedup();
    chars
}

impl Pair {
    fn wordpiece(pre_tokenizer: &Value) -> Self {
        let mut vocab = vec![
            ("[UNK]".to_owned(), 0u32),
            ("ab".to_owned(), 1),
            ("##ca".to_owned(), 2),
        ];
        for (c, id) in spelling().into_iter().zip(5..) {
            vocab.push((c.to_string(), id * 2));
            vocab.push((format!("##{c}"), id * 2 + 1));
        }
        let settings = wordpiece::Settings {
            unk_token: "[UNK]",
            continuing_subword_prefix: "##",
            max_input_chars_per_word: 40,
        };
        let model =
            WordPiece::build(vocab.iter().map(|(token, id)| (token.as_str(), *id)), &settings).unwrap();
        let vocab: serde_json::Map<String, Value> =
            vocab.into_iter().map(|(token, id)| (token, json!(id))).collect();
        let file = json!({"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                          "max_input_chars_per_word": 40, "vocab": vocab});
        Self::new(pre_tokenizer, Model::WordPiece(model), &file)
    }

    fn unigram(pre_tokenizer: &Value) -> Self {
        let mut vocab = vec![
            ("<unk>".to_owned(), 0.0),
            ("▁a".to_owned(), -1.0),
            ("b▁".to_owned(), -1.5),
        ];
        vocab.extend(spelling().into_iter().map(|c| (c.to_string(), -3.0)));
        let model = Unigram::build(&vocab, Some(0), false).unwrap();
        Self::new(
            pre_tokenizer,
            Model::Unigram(model),
            &json!({"type": "Unigram", "unk_id": 0, "vocab": vocab}),
        )
    }

    fn new(pre_tokenizer: &Value, model: Model, file: &Value) -> Self {
        let file =
            json!({"version": "1.0", "added_tokens": [], "pre_tokenizer": pre_tokenizer, "model": file});
        Self {
            ours: WordEncoder::build(pre_tokenizer, model).unwrap(),
            pool: Pool::new(),
            reference: tokenizers::Tokenizer::from_bytes(file.to_string()).unwrap(),
            name: pre_tokenizer.to_string(),
        }
    }

    fn check(&self, text: &str) {
        let expected = self.reference.encode_fast(text, false).unwrap();
        let mut ids = Vec::new();
        // Twice: the second time from the cache.
        for _ in 0..2 {
            ids.clear();
            self.pool.with(|pooled| {
                let normalized = Normalized {
                    text,
                    from_start: true,
                };
                self.ours
                    .encode(normalized, &mut pooled.cache, &mut pooled.scratch, &mut ids);
            });
            assert_eq!(ids, expected.get_ids(), "{text:?} through {}", self.name);
        }
    }
}

fn sequence(list: &[Value]) -> Value {
    json!({"type": "Sequence", "pretokenizers": list})
}

fn metaspace(scheme: &str, split: bool) -> Value {
    json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split})
}

fn kind(kind: &str) -> Value {
    json!({"type": kind})
}

fn punctuation(behavior: &str) -> Value {
    json!({"type": "Punctuation", "behavior": behavior})
}

/// `Split` by blanks.
fn blanks(behavior: &str) -> Value {
    json!({"type": "Split", "pattern": {"String": " "}, "behavior": behavior, "invert": false})
}

fn all() -> Vec<Pair> {
    let cuts = [
        Value::Null,
        kind("BertPreTokenizer"),
        kind("WhitespaceSplit"),
        kind("Whitespace"),
        kind("Punctuation"),
        sequence(&[kind("WhitespaceSplit"), kind("Punctuation")]),
        sequence(&[]),
        // What is cut step by step.
        punctuation("Removed"),
        punctuation("MergedWithPrevious"),
        punctuation("MergedWithNext"),
        punctuation("Contiguous"),
        sequence(&[kind("Whitespace"), kind("WhitespaceSplit")]),
        sequence(&[blanks("Isolated"), kind("BertPreTokenizer")]),
        blanks("Removed"),
        sequence(&[
            json!({"type": "Digits", "individual_digits": false}),
            kind("Whitespace"),
        ]),
    ];
    let marks = |mark: &str, scheme: &str, split: bool| json!({"type": "Metaspace", "replacement": mark, "prepend_scheme": scheme, "split": split});
    let old = json!({"type": "Metaspace", "replacement": "▁", "add_prefix_space": true});
    let metaspaces = [
        metaspace("always", true),
        metaspace("first", true),
        metaspace("never", true),
        metaspace("always", false),
        metaspace("first", false),
        sequence(&[kind("WhitespaceSplit"), metaspace("always", true)]),
        sequence(&[kind("WhitespaceSplit"), metaspace("never", true)]),
        sequence(&[kind("WhitespaceSplit"), metaspace("always", false)]),
        sequence(&[kind("BertPreTokenizer"), metaspace("always", true)]),
        sequence(&[kind("Whitespace"), sequence(&[old])]),
        sequence(&[kind("WhitespaceSplit"), metaspace("first", true)]),
        sequence(&[metaspace("always", true), kind("WhitespaceSplit")]),
        sequence(&[
            metaspace("first", false),
            punctuation("MergedWithNext"),
            kind("Whitespace"),
        ]),
        sequence(&[kind("Punctuation"), metaspace("always", true)]),
        sequence(&[blanks("MergedWithPrevious"), metaspace("always", true)]),
        marks("_", "always", true),
        marks("_", "first", true),
        marks("a", "never", true),
        marks(" ", "always", true),
        sequence(&[marks("-", "first", false), blanks("Isolated")]),
    ];
    let mut pairs: Vec<Pair> = cuts.iter().map(Pair::wordpiece).collect();
    pairs.extend(metaspaces.iter().map(Pair::unigram));
    pairs
}

#[test]
fn random_texts_are_cut_as_the_reference_does() {
    let pool: Vec<char> = POOL.chars().collect();
    let mut state = 7u64;
    let mut below = |end: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % end
    };
    let pairs = all();
    for round in 0..1200 {
        // Some longer than a block or a batch, with pieces and characters across their ends.
        let length = if round % 4 == 0 {
            50 + below(300)
        } else {
            below(20)
        };
        let letters = below(6);
        let text: String = (0..length)
            .map(|_| {
                if below(6) < letters {
                    ['a', 'b', 'c', ' '][below(4)]
                } else {
                    pool[below(pool.len())]
                }
            })
            .collect();
        for pair in &pairs {
            pair.check(&text);
        }
    }
}

#[test]
fn runs_are_cut_as_the_reference_does() {
    let pairs = all();
    for unit in [
        "a", " ", "▁", "。", "中", ".", "a ", " ▁", "\u{300}", "a.", "é\u{a0}",
    ] {
        for count in [1, 15, 16, 31, 32, 63, 64, 65, 127, 128, 129, 300] {
            let text = unit.repeat(count);
            for pair in &pairs {
                pair.check(&text);
                pair.check(&format!("b{text}b"));
            }
        }
    }
}

#[test]
fn every_character_is_classed_as_the_reference_does() {
    let pairs: Vec<Pair> = ["BertPreTokenizer", "WhitespaceSplit", "Whitespace", "Punctuation"]
        .map(|name| Pair::wordpiece(&kind(name)))
        .into();
    let long = std::env::var_os("AUTOTOKENIZER_LONG").is_some();
    let points: Vec<char> = (0..0x11_0000u32)
        .filter(|point| long || matches!(point, 0..0x3_2400 | 0xE_0000..0xE_0200) || point % 4093 == 0)
        .filter_map(char::from_u32)
        .collect();
    for group in points.chunks(100) {
        // A character that is not in the vocabulary makes its word unknown: where it cuts, known words remain.
        let text: String = group.iter().flat_map(|&c| ['a', c, 'b', ' ']).collect();
        for pair in &pairs {
            pair.check(&text);
        }
    }
}

#[test]
fn unknown_splitters_are_declined() {
    let model = || Model::Unigram(Unigram::build(&[("<unk>", 0.0)], Some(0), false).unwrap());
    let contradiction = json!({"type": "Metaspace", "replacement": "▁", "add_prefix_space": false});
    for value in [
        json!("Whitespace"),
        kind("ByteLevel"),
        kind("Metaspace"),
        json!({"type": "Punctuation", "behavior": "Gone"}),
        json!({"type": "Split", "pattern": {"Regex": "a(?=b)"}, "behavior": "Isolated", "invert": false}),
        sequence(&[metaspace("always", true), metaspace("always", true)]),
        sequence(&[
            kind("WhitespaceSplit"),
            json!({"type": "ByteLevel", "add_prefix_space": false}),
        ]),
        json!({"type": "Metaspace", "replacement": "▁▁", "prepend_scheme": "always"}),
        contradiction,
    ] {
        assert!(WordEncoder::build(&value, model()).is_err(), "{value}");
    }
}
