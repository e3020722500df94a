//! Documents with seeded random changes: each loads or is refused, serves or says why not, and both
//! engines do the same.
//!
//! `AUTOTOKENIZER_MUTATIONS` asks for another number of documents, `AUTOTOKENIZER_SEED` for others.

use std::fmt::Debug;

use autotokenizer_engine::{
    DecodeOptions, EncodeOptions, Encoding, EngineChoice, EngineError, ErrorKind, Input,
};
use serde_json::{Value, json};

use crate::load_text;
use crate::models::{bpe, unigram, word_piece};

const DOCUMENTS: u32 = 4000;
const SEED: u32 = 0x5EED;
const TEXTS: [&str; 6] = [
    "",
    "ab a b abb.",
    "  AB\té😀 <s>[CLS]</s>",
    "a\0b\u{301}▁",
    "ababababab",
    "<s>ab",
];

struct Random(u32);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % bound
    }
}

/// A value that a component may not expect.
fn odd(random: &mut Random) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(-1),
        json!(u64::MAX),
        json!(4_294_967_295_u32),
        json!(0.5),
        json!(-1e300),
        json!(""),
        json!("a"),
        json!(" "),
        json!("\u{0}"),
        json!("▁"),
        json!("ab"),
        json!("$A"),
        json!([]),
        json!({}),
        json!([[]]),
        json!(["a", 1]),
        json!({ "type": "Sequence" }),
        json!({ "type": "Lowercase" }),
        json!({ "type": "Strip" }),
        json!({ "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true }),
        json!({ "type": "Digits", "individual_digits": true }),
        json!({ "type": "Punctuation" }),
        json!({ "type": "Prepend", "prepend": "" }),
        json!({ "type": "StripAccents" }),
        json!({ "type": "FixedLength", "length": 2 }),
        json!({ "type": "CTC", "pad_token": "a", "word_delimiter_token": "", "cleanup": true }),
        json!({ "type": "BPEDecoder", "suffix": "" }),
        json!({ "type": "Replace", "pattern": { "String": "" }, "content": "x" }),
        json!({ "type": "Replace", "pattern": { "Regex": "" }, "content": "x" }),
        json!({ "type": "Split", "pattern": { "Regex": "a?" }, "behavior": "MergedWithNext", "invert": true }),
        json!({ "type": "Split", "pattern": { "String": "" }, "behavior": "Contiguous", "invert": false }),
        json!({ "type": "Metaspace", "replacement": "a", "prepend_scheme": "first", "split": false }),
        json!({ "type": "RobertaProcessing", "sep": ["a", 1], "cls": ["b", 2], "trim_offsets": true,
                "add_prefix_space": false }),
    ];
    values[random.below(values.len())].clone()
}

/// Every place of a document.
fn places(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                places(
                    field,
                    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                    all,
                );
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                places(element, format!("{at}/{index}"), all);
            }
        }
        _ => {}
    }
    all.push(at);
}

fn mutate(document: &mut Value, random: &mut Random) {
    let mut all = Vec::new();
    places(document, String::new(), &mut all);
    let place = &all[random.below(all.len())];
    if random.below(4) > 0 {
        *document.pointer_mut(place).unwrap() = odd(random);
    } else if let Some((parent, name)) = place.rsplit_once('/') {
        match document.pointer_mut(parent).unwrap() {
            Value::Object(fields) => {
                let value = odd(random);
                if random.below(2) == 0 {
                    fields.remove(name);
                } else {
                    fields.insert(format!("{name}x"), value);
                }
            }
            Value::Array(elements) => {
                let index = random.below(elements.len());
                let element = elements[index].clone();
                elements.push(element);
            }
            _ => {}
        }
    }
}

/// What a call gave, or with which code it failed.
fn outcome<T: Debug>(result: Result<T, EngineError>) -> String {
    match result {
        Ok(value) => format!("{value:?}"),
        Err(error) if error.kind() == ErrorKind::Internal => format!("{}: {error}", error.code()),
        Err(error) => error.code().to_owned(),
    }
}

/// What an engine makes of a document.
fn outcomes(document: &str, engine: EngineChoice) -> Vec<String> {
    let tokenizer = match load_text(document, engine) {
        Ok(tokenizer) => tokenizer,
        Err(error) => return vec![outcome::<()>(Err(error))],
    };
    let mut outcomes = Vec::new();
    let options = EncodeOptions::default();
    for text in TEXTS {
        for pair in [None, Some(Input::Text("b"))] {
            let encoding = tokenizer.encode(Input::Text(text), pair, &options);
            // Tokens of ids that stand twice in the vocabulary are left to chance by the crate.
            outcomes.push(outcome(encoding.map(|encoding| Encoding {
                tokens: Vec::new(),
                ..encoding
            })));
        }
        let mut ids = Vec::new();
        outcomes.push(outcome(
            tokenizer.encode_ids(text, None, false, &mut ids).map(|()| ids),
        ));
    }
    outcomes
}

/// What decoding gives. Documents with an id for two tokens are left out.
fn decoded(document: &str, engine: EngineChoice) -> Vec<String> {
    let Ok(tokenizer) = load_text(document, engine) else {
        return Vec::new();
    };
    let ids: Vec<u32> = (0..12).chain([u32::MAX]).collect();
    let options = DecodeOptions {
        skip_special_tokens: false,
        clean_up_tokenization_spaces: true,
    };
    let mut outcomes = vec![outcome(tokenizer.decode(&ids, &options))];
    let mut stream = tokenizer.decode_stream(true);
    outcomes.extend(ids.iter().map(|id| outcome(stream.push(*id))));
    outcomes.push(outcome(stream.flush()));
    let vocab = tokenizer.vocab(false);
    let twice = vocab.windows(2).any(|pair| pair[0].1 == pair[1].1);
    if twice && !outcomes.iter().any(|outcome| outcome.contains("INTERNAL")) {
        Vec::new()
    } else {
        outcomes
    }
}

#[test]
fn seeded_changes() {
    let number = |name, default| {
        std::env::var(name)
            .ok()
            .and_then(|number| number.parse().ok())
            .unwrap_or(default)
    };
    let mut random = Random(number("AUTOTOKENIZER_SEED", SEED).max(1));
    let mut found = Vec::new();
    for index in 0..number("AUTOTOKENIZER_MUTATIONS", DOCUMENTS) {
        let mut document = [bpe, word_piece, unigram][index as usize % 3]();
        for _ in 0..=random.below(3) {
            mutate(&mut document, &mut random);
        }
        let document = document.to_string();
        for work in [outcomes, decoded] {
            let [auto, reference] =
                [EngineChoice::Auto, EngineChoice::Reference].map(|engine| work(&document, engine));
            if auto != reference
                || reference
                    .iter()
                    .any(|outcome| outcome.contains("ERR_TOKENIZER_INTERNAL"))
            {
                let differs = auto
                    .iter()
                    .zip(&reference)
                    .find(|(auto, reference)| auto != reference);
                found.push(format!("{differs:?}\n  {document}"));
            }
        }
    }
    let shown = found[..found.len().min(500)].join("\n");
    assert!(
        found.is_empty(),
        "{} documents end in a panic or differ by engine:\n{shown}",
        found.len()
    );
}
