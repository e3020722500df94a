//! Documents with seeded random changes: each loads or is refused, and each that loads serves or says why not.

use autotokenizer_engine::{DecodeOptions, EncodeOptions, EngineChoice, EngineError, ErrorKind, Input};
use serde_json::{Value, json};

use crate::load_text;
use crate::models::{bpe, unigram, word_piece};

const DOCUMENTS: usize = 4000;
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

/// Answers what a call may not end in.
fn defect<T>(result: Result<T, EngineError>) -> Option<EngineError> {
    result.err().filter(|error| error.kind() == ErrorKind::Internal)
}

fn serve(document: &Value) -> Option<EngineError> {
    let tokenizer = match load_text(&document.to_string(), EngineChoice::Auto) {
        Ok(tokenizer) => tokenizer,
        Err(error) => return defect::<()>(Err(error)),
    };
    let ids: Vec<u32> = (0..12).chain([u32::MAX]).collect();
    for text in TEXTS {
        let options = EncodeOptions::default();
        let found = defect(tokenizer.encode(Input::Text(text), None, &options))
            .or_else(|| defect(tokenizer.encode(Input::Text(text), Some(Input::Text("b")), &options)))
            .or_else(|| defect(tokenizer.encode_ids(text, None, false, &mut Vec::new())));
        if found.is_some() {
            return found;
        }
    }
    let options = DecodeOptions {
        skip_special_tokens: false,
        clean_up_tokenization_spaces: true,
    };
    defect(tokenizer.decode(&ids, &options)).or_else(|| {
        let mut stream = tokenizer.decode_stream(true);
        ids.iter()
            .find_map(|id| defect(stream.push(*id)))
            .or_else(|| defect(stream.flush()))
    })
}

#[test]
fn seeded_changes() {
    let mut random = Random(0x5EED);
    let mut found = Vec::new();
    for index in 0..DOCUMENTS {
        let mut document = [bpe, word_piece, unigram][index % 3]();
        for _ in 0..=random.below(3) {
            mutate(&mut document, &mut random);
        }
        if let Some(error) = serve(&document) {
            found.push(format!("{error}\n  {document}"));
        }
    }
    assert!(
        found.is_empty(),
        "{} documents end in a panic:\n{}",
        found.len(),
        found[..found.len().min(5)].join("\n")
    );
}
