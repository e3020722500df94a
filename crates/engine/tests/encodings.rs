//! Whole encodings of the compiled engine against those of the reference engine: pairs, words, truncation with all
//! that overflows, added tokens, hostile texts; seeded, so that a failure comes back.
//!
//! The files are no part of the repository: `AUTOTOKENIZER_FIXTURES` names their folder, beside the repository by
//! default. Without it only the files made here are compared, and the output says so. `AUTOTOKENIZER_LONG=1` makes
//! many more cases; `AUTOTOKENIZER_SEED` others.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use autotokenizer_engine::{
    EncodeOptions, EngineChoice, Input, LoadOptions, Overflow, Tokenizer, Truncation, TruncationDirection,
    TruncationStrategy,
};
use serde_json::{Value, json};

const PARTS: [&str; 64] = [
    "a",
    "the",
    "Hello",
    " world",
    "ing",
    "'s",
    "'LL",
    "don't",
    "I'm",
    "ſ",
    "K",
    " ",
    "  ",
    "   ",
    "\n",
    "\r\n",
    "\t",
    "\u{a0}",
    "\u{3000}",
    "\u{85}",
    "1",
    "345",
    "٣",
    "½",
    "Ⅷ",
    "\u{200b}",
    "\u{feff}",
    "!",
    "...",
    "--",
    "/",
    "<|",
    "€",
    "…",
    "“",
    "_",
    "\"",
    "中",
    "国人",
    "ひらがな",
    "한국어",
    "ไทย",
    "हिन्दी",
    "עברית",
    "العربية",
    "Привет",
    "ǅ",
    "İ",
    "ß",
    "ﬁ",
    "é",
    "e\u{301}",
    "\u{301}",
    "\u{300}\u{327}",
    "q\u{323}\u{307}",
    "\u{1100}\u{1161}\u{11a8}",
    "😀",
    "👨‍👩‍👧",
    "\0",
    "\u{fffd}",
    "▁",
    "<0x41>",
    "##ing",
    "internationalisation",
];

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn text(&mut self, most: usize, added: &[String]) -> String {
        let mut text = String::new();
        for _ in 0..self.below(most + 1) {
            match self.below(16) {
                0 if !added.is_empty() => text.push_str(&added[self.below(added.len())]),
                1 => text.extend(char::from_u32(u32::try_from(self.below(0x3000)).unwrap())),
                2 => text.extend(char::from_u32(u32::try_from(self.below(0x11_0000)).unwrap())),
                3 => text.push_str(&PARTS[self.below(PARTS.len())].repeat(1 + self.below(20))),
                _ => text.push_str(PARTS[self.below(PARTS.len())]),
            }
            if self.below(3) == 0 {
                text.push(' ');
            }
        }
        text
    }

    fn words(&mut self, added: &[String]) -> Vec<String> {
        (0..self.below(6)).map(|_| self.text(3, added)).collect()
    }

    fn truncation(&mut self) -> Truncation {
        let max_length = self.below(24);
        Truncation {
            max_length,
            stride: if self.below(2) == 0 {
                0
            } else {
                self.below(max_length + 1)
            },
            strategy: [
                TruncationStrategy::LongestFirst,
                TruncationStrategy::OnlyFirst,
                TruncationStrategy::OnlySecond,
            ][self.below(3)],
            direction: [TruncationDirection::Right, TruncationDirection::Left][self.below(2)],
            overflow: [
                Overflow::Complete,
                Overflow::Complete,
                Overflow::Dropped,
                Overflow::Early,
            ][self.below(4)],
        }
    }

    fn options(&mut self) -> EncodeOptions {
        EncodeOptions {
            add_special_tokens: self.below(3) > 0,
            truncation: (self.below(2) == 0).then(|| self.truncation()),
            with_offsets: self.below(3) > 0,
            with_tokens: self.below(3) > 0,
        }
    }
}

fn long() -> bool {
    std::env::var_os("AUTOTOKENIZER_LONG").is_some()
}

fn seed() -> u64 {
    std::env::var("AUTOTOKENIZER_SEED").map_or(1, |seed| seed.parse().unwrap())
}

fn load(json: &[u8], engine: EngineChoice) -> Result<Tokenizer, autotokenizer_engine::EngineError> {
    let options = LoadOptions {
        engine,
        ..LoadOptions::default()
    };
    Tokenizer::from_bytes(json, &options)
}

struct Both {
    name: String,
    compiled: Tokenizer,
    reference: Tokenizer,
    added: Vec<String>,
}

impl Both {
    fn new(name: String, json: &[u8]) -> Option<Self> {
        let (compiled, reference) = match (
            load(json, EngineChoice::Compiled),
            load(json, EngineChoice::Reference),
        ) {
            (Ok(compiled), Ok(reference)) => (compiled, reference),
            (Err(error), _) | (_, Err(error)) => {
                eprintln!("skipped: {name}: not both engines load it: {error}");
                return None;
            }
        };
        let added = compiled.info().added_tokens.iter();
        Some(Self {
            name,
            added: added.map(|listed| listed.token.content.clone()).collect(),
            compiled,
            reference,
        })
    }

    fn check(&self, text: Input<'_>, pair: Option<Input<'_>>, options: &EncodeOptions) {
        let ours = self.compiled.encode(text, pair, options);
        let theirs = self.reference.encode(text, pair, options);
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(ours, theirs, "{}: {text:?} {pair:?} {options:?}", self.name);
            }
            (Err(ours), Err(theirs)) => {
                assert_eq!(ours, theirs, "{}: {text:?} {pair:?} {options:?}", self.name);
            }
            (ours, theirs) => panic!(
                "{}: {text:?} {pair:?} {options:?}: {ours:?} {theirs:?}",
                self.name
            ),
        }
    }

    fn check_ids(&self, text: &str) {
        let ids = |tokenizer: &Tokenizer| {
            let mut ids = Vec::new();
            tokenizer.encode_ids(text, None, false, &mut ids).map(|()| ids)
        };
        let (ours, theirs) = (ids(&self.compiled), ids(&self.reference));
        assert_eq!(ours, theirs, "{}: {text:?}", self.name);
    }

    fn check_random(&self, rounds: usize, random: &mut Random) {
        for _ in 0..rounds {
            let options = random.options();
            let most = [2, 12, 40][random.below(3)];
            let (text, other) = (random.text(most, &self.added), random.text(most, &self.added));
            let (words, other_words) = (random.words(&self.added), random.words(&self.added));
            let side = |text, words, choice| match choice {
                0 => Input::Words(words),
                _ => Input::Text(text),
            };
            let first = side(text.as_str(), words.as_slice(), random.below(4));
            let second = side(other.as_str(), other_words.as_slice(), random.below(4));
            self.check(first, (random.below(3) == 0).then_some(second), &options);
        }
    }
}

fn fixtures() -> Vec<PathBuf> {
    let root = std::env::var_os("AUTOTOKENIZER_FIXTURES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures"),
        PathBuf::from,
    );
    let root = if root.join("models").is_dir() {
        root.join("models")
    } else {
        root
    };
    let folders = |path: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(path)
            .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
            .unwrap_or_default()
    };
    let mut files: Vec<PathBuf> = folders(&root)
        .iter()
        .flat_map(|organisation| folders(organisation))
        .map(|model| model.join("tokenizer.json"))
        .filter(|file| file.is_file())
        .collect();
    files.sort();
    if files.is_empty() {
        eprintln!("skipped: there are no fixtures in {}", root.display());
    }
    files
}

#[test]
fn fixtures_give_the_encodings_of_the_reference() {
    let only = std::env::var("AUTOTOKENIZER_ONLY").unwrap_or_default();
    for file in fixtures() {
        let name = file.parent().unwrap().display().to_string();
        if !name.contains(&only) {
            continue;
        }
        let Some(both) = Both::new(name, &std::fs::read(&file).unwrap()) else {
            continue;
        };
        let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ seed() ^ both.name.len() as u64);
        both.check_random(if long() { 20_000 } else { 60 }, &mut random);
    }
}

/// Byte pair encoding with the end of words marked, and an unknown token.
fn marked_bpe() -> Value {
    json!({ "type": "BPE", "unk_token": "?", "end_of_word_suffix": "</w>", "fuse_unk": false,
            "vocab": { "?": 0, "t": 1, "h": 2, "e": 3, "e</w>": 4, "th": 5, "the</w>": 6, "H": 7, "l": 8, "o</w>": 9,
                       "ll": 10, "llo</w>": 11, "'": 12, "'</w>": 13, "s</w>": 14, "中</w>": 15, "1</w>": 16, "h</w>": 17,
                       "国</w>": 18, "w": 19, "!</w>": 20, "a</w>": 21, "o": 22 },
            "merges": ["t h", "th e</w>", "l l", "ll o</w>"] })
}

/// Byte pair encoding whose tokens have a prefix, but for those that begin a piece.
fn prefixed_bpe() -> Value {
    json!({ "type": "BPE", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "fuse_unk": true,
            "vocab": { "[UNK]": 0, "t": 1, "##h": 2, "##e": 3, "th": 4, "the": 5, "H": 6, "##l": 7, "##o": 8, "##ll": 9,
                       "##ello": 10, "##el": 11, "##lo": 12, "e": 13, "l": 14, "#": 15, "###": 16, "####": 17, "i": 18,
                       "##n": 19, "##g": 20, "##in": 21, "##i": 22, "##ing": 23, "a": 24, "##a": 25, "##s": 26,
                       "##nal": 27, "##国": 28, "中": 29, "中国": 30, "[UNK]a": 31 },
            "merges": ["t ##h", "th ##e", "##l ##l", "##l ##o", "##e ##l", "##el ##lo", "##i ##n", "##in ##g",
                       "### ###", "中 ##国", "[UNK] ##a"] })
}

/// Documents of every family that the compiled engine knows and that needs no large file.
fn made() -> Vec<(&'static str, Value)> {
    let bert = json!({ "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                       "strip_accents": null, "lowercase": true });
    let metaspace = json!({ "type": "Sequence", "pretokenizers": [
        { "type": "WhitespaceSplit" }, { "type": "Metaspace", "replacement": "▁", "add_prefix_space": true } ] });
    let letters =
        json!({ "type": "Split", "pattern": { "Regex": "" }, "behavior": "Isolated", "invert": false });
    let words = json!({ "<unk>": 0, "the": 1, "world": 2, "'": 3, "s": 4, "Hello": 5, "!": 6, "中": 7, "a": 8, "|": 9, "H": 10 });
    vec![
        (
            "the layout of GPT-1",
            json!({ "added_tokens": [{ "id": 23, "content": "<x>", "special": true, "normalized": false }],
                    "normalizer": bert, "pre_tokenizer": { "type": "BertPreTokenizer" },
                    "decoder": { "type": "BPEDecoder", "suffix": "</w>" }, "model": marked_bpe() }),
        ),
        (
            "BPE over words",
            json!({ "normalizer": { "type": "Replace", "pattern": { "Regex": r"\s+" }, "content": " " },
                    "pre_tokenizer": { "type": "Whitespace" }, "decoder": { "type": "BPEDecoder", "suffix": "</w>" },
                    "model": marked_bpe() }),
        ),
        (
            "WordLevel",
            json!({ "added_tokens": [{ "id": 11, "content": "[MASK]", "special": true, "lstrip": true }],
                    "pre_tokenizer": { "type": "Whitespace" },
                    "model": { "type": "WordLevel", "unk_token": "<unk>", "vocab": words } }),
        ),
        (
            "the layout of wav2vec2",
            json!({ "normalizer": { "type": "Replace", "pattern": { "String": " " }, "content": "|" },
                    "pre_tokenizer": letters,
                    "decoder": { "type": "CTC", "pad_token": "<unk>", "word_delimiter_token": "|", "cleanup": true },
                    "model": { "vocab": words } }),
        ),
        (
            "the layout of MMS",
            json!({ "normalizer": { "type": "Sequence", "normalizers": [
                        { "type": "Lowercase" }, { "type": "Replace", "pattern": { "Regex": "[^ a-z\\n–]" }, "content": "" },
                        { "type": "Strip", "strip_left": true, "strip_right": true },
                        { "type": "Replace", "pattern": { "Regex": "(?=.)|(?<!^)$" }, "content": "k" } ] },
                    "pre_tokenizer": letters, "decoder": null,
                    "model": { "vocab": { "k": 0, "a": 1, "h": 2, " ": 3, "e": 4, "o": 5, "\n": 6 } } }),
        ),
        (
            "the layout of Marian",
            json!({ "added_tokens": [{ "id": 0, "content": "</s>", "special": true }],
                    "normalizer": { "type": "Precompiled", "precompiled_charsmap": null },
                    "pre_tokenizer": metaspace,
                    "decoder": { "type": "Metaspace", "replacement": "▁", "add_prefix_space": true },
                    "model": { "type": "Unigram", "unk_id": 1, "vocab": [
                        ["</s>", 0.0], ["<unk>", 0.0], ["▁", -2.0], ["a", -1.0], ["▁the", -2.5], ["中", -3.0], ["1", -4.0],
                        ["fi", -4.0], ["～", -3.0], ["!", -3.0], ["e", -2.0], ["\u{301}", -5.0], ["é", -3.0] ] } }),
        ),
        (
            "Unigram with tokens that stand there twice",
            json!({ "added_tokens": [{ "id": 8, "content": "<x>", "special": true }, { "id": 10, "content": "<y>", "special": true }],
                    "pre_tokenizer": { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always" },
                    "model": { "type": "Unigram", "unk_id": 0, "vocab": [
                        ["<unk>", 0.0], ["the", -1.0], ["▁", -2.0], ["e", -1.0], ["the", -9.0], ["h", -1.5], ["<unk>", -3.0],
                        ["▁", -2.5], ["<x>", -1.0], ["▁the", -9.5] ] } }),
        ),
        (
            "Unigram with a byte for unknown text",
            json!({ "pre_tokenizer": { "type": "Whitespace" },
                    "model": { "type": "Unigram", "unk_id": 1, "byte_fallback": true, "vocab": [
                        ["the", -1.0], ["<0x61>", -2.0], ["<0x48>", -2.0], ["e", -1.0], ["l", -1.5], ["o", -1.0] ] } }),
        ),
    ]
    .into_iter()
    .chain(made_in_steps())
    .collect()
}

/// Documents whose text is cut step by step, and with tokens that are written in other ways.
fn made_in_steps() -> Vec<(&'static str, Value)> {
    let words = json!({ "<unk>": 0, "the": 1, "world": 2, "'": 3, "Hello": 4, "!": 5, " ": 6, "a": 7 });
    vec![
        (
            "BPE with a prefix",
            json!({ "pre_tokenizer": { "type": "Whitespace" },
                    "decoder": { "type": "WordPiece", "prefix": "##", "cleanup": true }, "model": prefixed_bpe() }),
        ),
        (
            "BPE with a prefix that is empty",
            json!({ "pre_tokenizer": { "type": "Whitespace" },
                    "model": { "type": "BPE", "unk_token": "?", "continuing_subword_prefix": "", "end_of_word_suffix": "",
                               "vocab": { "?": 0, "t": 1, "h": 2, "e": 3, "th": 4, "the": 5 }, "merges": ["t h", "th e"] } }),
        ),
        (
            "BPE with another mark",
            json!({ "pre_tokenizer": { "type": "Metaspace", "replacement": "⠀", "prepend_scheme": "always", "split": true },
                    "decoder": { "type": "Metaspace", "replacement": "⠀", "prepend_scheme": "always", "split": true },
                    "model": { "type": "BPE", "unk_token": null, "vocab": { "⠀": 0, "t": 1, "h": 2, "e": 3, "⠀t": 4, "he": 5,
                               "⠀the": 6, "a": 7, "1": 8 }, "merges": ["⠀ t", "h e", "⠀t he"] } }),
        ),
        (
            "BPE over marks that are cut",
            json!({ "normalizer": { "type": "Lowercase" },
                    "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
                        { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": false },
                        { "type": "Split", "pattern": { "Regex": "▁" }, "behavior": "MergedWithPrevious", "invert": false },
                        { "type": "Digits", "individual_digits": true } ] },
                    "model": { "type": "BPE", "unk_token": "?", "fuse_unk": true, "vocab": { "▁": 0, "t": 1, "h": 2, "e": 3,
                               "?": 4, "e▁": 5, "th": 6, "the▁": 7, "1": 8 }, "merges": ["e ▁", "t h", "th e▁"] } }),
        ),
        (
            "Unigram over marks that are cut",
            json!({ "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
                        { "type": "Punctuation", "behavior": "MergedWithPrevious" },
                        { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true },
                        { "type": "Digits", "individual_digits": true }, { "type": "Punctuation" } ] },
                    "model": { "type": "Unigram", "unk_id": 0, "vocab": [
                        ["<unk>", 0.0], ["the", -1.0], ["▁", -2.0], ["e", -1.0], ["h", -1.5], ["▁the", -1.5], ["1", -1.0],
                        ["'", -2.0], ["H", -2.0], ["▁1", -1.0] ] } }),
        ),
        (
            "WordLevel between blanks",
            json!({ "pre_tokenizer": { "type": "Split", "pattern": { "String": " " }, "behavior": "Isolated", "invert": false },
                    "model": { "type": "WordLevel", "unk_token": "<unk>", "vocab": words } }),
        ),
        (
            "WordPiece between line ends",
            json!({ "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
                        { "type": "Split", "pattern": { "String": "\n" }, "behavior": "Isolated", "invert": false },
                        { "type": "Whitespace" } ] },
                    "model": { "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                               "max_input_chars_per_word": 9,
                               "vocab": { "the": 0, "[UNK]": 1, "Hello": 2, "a": 3, "!": 4, "##s": 5, "'": 6, "th": 7, "##e": 8 } } }),
        ),
        (
            "BPE of bytes between words",
            json!({ "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
                        { "type": "Whitespace" }, { "type": "Punctuation", "behavior": "MergedWithNext" },
                        { "type": "ByteLevel", "add_prefix_space": false, "use_regex": true, "trim_offsets": true } ] },
                    "model": byte_bpe() }),
        ),
        (
            "normalized at both ends",
            json!({ "normalizer": { "type": "Sequence", "normalizers": [
                        { "type": "Replace", "pattern": { "Regex": "^\\s+" }, "content": "" },
                        { "type": "Replace", "pattern": { "Regex": "[.!]+$" }, "content": " ." } ] },
                    "pre_tokenizer": { "type": "Whitespace" }, "model": prefixed_bpe() }),
        ),
    ]
}

/// Byte pair encoding over all bytes.
fn byte_bpe() -> Value {
    let mut vocab = serde_json::Map::new();
    let printable = |byte: &u32| matches!(byte, 0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF);
    let others = (0..256)
        .filter(|byte| !printable(byte))
        .zip(256..)
        .map(|(_, code)| code);
    for code in (0..256).filter(printable).chain(others) {
        vocab.insert(char::from_u32(code).unwrap().to_string(), json!(vocab.len()));
    }
    let merges = [
        "t h", "th e", "Ġ Ġ", "Ġ the", "l l", "o r", "1 1", "ä ¸", "ä¸ Ń", "Ġ w", "' s", ". .",
    ];
    for merge in merges {
        vocab.insert(merge.replace(' ', ""), json!(vocab.len()));
    }
    json!({ "type": "BPE", "vocab": vocab, "merges": merges })
}

/// `Digits` behind `ByteLevel` takes some characters that stand for bytes for digits, and cuts inside of characters.
#[test]
fn characters_that_are_cut_give_the_encodings_of_the_reference() {
    let mut model = byte_bpe();
    // A character whose first bytes are those of 国, and one that 0x83 and the first byte of é look like.
    for (left, right) in [("å", "Ľ"), ("åĽ", "Ģ"), ("Ã", "ĥ"), ("Ã", "©"), (".", "A")] {
        let vocab = model["vocab"].as_object_mut().unwrap();
        vocab.insert(format!("{left}{right}"), json!(vocab.len()));
        model["merges"]
            .as_array_mut()
            .unwrap()
            .push(json!(format!("{left} {right}")));
    }
    for (use_regex, single) in [(false, false), (false, true), (true, false), (true, true)] {
        let document = json!({ "model": model, "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
            { "type": "ByteLevel", "add_prefix_space": false, "use_regex": use_regex, "trim_offsets": true },
            { "type": "Digits", "individual_digits": single } ] } });
        let name = format!("with regex {use_regex}, single {single}");
        let both = Both::new(name, document.to_string().as_bytes()).unwrap();
        for text in [
            "国",
            "a国é",
            "\u{2c83}Ã",
            "\u{2c83}é",
            "ಏ.Axé.A中.A中.A中.A中.A中.A中.A中",
            "中.A中.A中.A中.A中.A中.A国",
        ] {
            both.check_ids(text);
            both.check(Input::Text(text), None, &EncodeOptions::default());
        }
        let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ seed());
        both.check_random(if long() { 20_000 } else { 300 }, &mut random);
    }
}

/// Vocabularies that lack some of what text has, with each thing that can become of it.
fn lacking() -> Vec<(String, Value)> {
    let bytes =
        json!({ "type": "ByteLevel", "add_prefix_space": false, "use_regex": true, "trim_offsets": true });
    let metaspace = json!({ "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always" });
    let mut all = Vec::new();
    for (unk, fuse) in [Some("<unk>"), Some("none"), Some(""), None]
        .into_iter()
        .flat_map(|unk| [(unk, false), (unk, true)])
    {
        for (suffix, ignore) in [("", false), ("", true), ("</w>", false), ("</w>", true)] {
            let mut model = byte_bpe();
            model["unk_token"] = json!(unk);
            model["fuse_unk"] = json!(fuse);
            model["ignore_merges"] = json!(ignore);
            model["end_of_word_suffix"] = json!(suffix);
            let vocab = model["vocab"].as_object_mut().unwrap();
            for token in ["H", "n", "S", "Ã", "Ń", "ð", "ã", "ģ", "=", "\\"] {
                vocab.remove(token);
            }
            // Made by merges with the unknown token, of which a part is missing, and at the end of pieces.
            for token in [
                "<unk>", "<unk>a", "a<unk>", "Ã©", "Hello", "the</w>", "e</w>", "s</w>", "°</w>", "1</w>",
                "a</w>",
            ] {
                let id = vocab.len() + 20;
                vocab.insert(token.to_owned(), json!(id));
            }
            let merges = [
                "t h", "<unk> a", "th e", "th e</w>", "a <unk>", "Ġ Ġ", "Ġ the", "l l", "o r", "1 1", "ä ¸",
                "Ġ w", ". .",
            ];
            model["merges"] = json!(merges);
            all.push((
                format!("bytes, {unk:?}, fused {fuse}, suffix {suffix:?}, whole pieces {ignore}"),
                json!({ "pre_tokenizer": bytes, "decoder": bytes, "model": model }),
            ));
        }
        for bytes in [Some(&bytes), None] {
            let mut model = prefixed_bpe();
            model["unk_token"] = json!(unk.map(|unk| unk.replace("<unk>", "[UNK]")));
            model["fuse_unk"] = json!(fuse);
            if bytes.is_none() {
                model["end_of_word_suffix"] = json!("o");
            }
            all.push((
                format!("with a prefix, {unk:?}, fused {fuse}, bytes {}", bytes.is_some()),
                json!({ "pre_tokenizer": bytes.unwrap_or(&json!({ "type": "Whitespace" })), "model": model }),
            ));
        }
        for fallback in [false, true] {
            let vocab = json!({ "▁": 0, "<unk>": 1, "t": 2, "h": 3, "e": 4, "th": 5, "▁th": 6, "<0xC3>": 7, "<0xA9>": 8,
                "<0xE4>": 9, "l": 10, "ll": 11, "<0x41>": 12, "<0xC3><0xA9>": 13, "<unk>e": 14, "1": 15, "o": 16, "<0x0A>": 17 });
            let merges = ["t h", "▁ th", "l l", "<0xC3> <0xA9>", "<unk> e"];
            let model = json!({ "type": "BPE", "vocab": vocab, "merges": merges, "unk_token": unk, "fuse_unk": fuse,
                                "byte_fallback": fallback });
            let normalizer = json!({ "type": "Sequence", "normalizers": [{ "type": "Prepend", "prepend": "▁" },
                { "type": "Replace", "pattern": { "String": " " }, "content": "▁" }] });
            for (name, part, value) in [
                ("normalized", "normalizer", &normalizer),
                ("with Metaspace", "pre_tokenizer", &metaspace),
                ("words", "pre_tokenizer", &json!({ "type": "Whitespace" })),
            ] {
                all.push((
                    format!("characters {name}, {unk:?}, fused {fuse}, fallback {fallback}"),
                    json!({ part: value, "model": model }),
                ));
            }
        }
        let vocab = json!({ "the": 0, "<unk>": 1, "Hello": 2, "a": 3, "!": 4, "##s": 5, "'": 6 });
        all.push((
            format!("WordPiece, {unk:?}"),
            json!({ "pre_tokenizer": { "type": "BertPreTokenizer" },
                    "model": { "type": "WordPiece", "vocab": vocab, "unk_token": unk.unwrap_or("[UNK]"),
                               "continuing_subword_prefix": "##", "max_input_chars_per_word": 9 } }),
        ));
        all.push((
            format!("words, {unk:?}"),
            json!({ "pre_tokenizer": { "type": "Whitespace" },
                    "model": { "type": "WordLevel", "vocab": vocab, "unk_token": unk } }),
        ));
    }
    all
}

#[test]
fn what_a_vocabulary_lacks_becomes_what_it_does_in_the_reference() {
    for (name, document) in lacking() {
        let both =
            Both::new(name.clone(), document.to_string().as_bytes()).unwrap_or_else(|| panic!("{name}"));
        let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ seed() ^ name.len() as u64);
        both.check_random(if long() { 20_000 } else { 300 }, &mut random);
        for text in [
            "the",
            " the the",
            "é",
            "aé a",
            "Hello",
            "Hello the",
            "中",
            "\n",
            "tth",
        ] {
            both.check_ids(text);
            both.check_ids(text);
        }
    }
}

/// transformers.js's own member, which the crate does not have.
#[test]
fn a_suffix_of_subwords_is_never_forgotten() {
    let mut model = marked_bpe();
    model["continuing_subword_suffix"] = json!("@@");
    let document = json!({ "pre_tokenizer": { "type": "Whitespace" }, "model": model });
    assert!(load(document.to_string().as_bytes(), EngineChoice::Compiled).is_err());
}

/// Which whole words are tokens is not looked up by the compiled engine: such a file is left to the reference engine.
#[test]
fn merges_over_words_are_never_ignored() {
    let mut model = marked_bpe();
    model["ignore_merges"] = json!(true);
    let document = json!({ "pre_tokenizer": { "type": "Whitespace" }, "model": model });
    assert!(load(document.to_string().as_bytes(), EngineChoice::Compiled).is_err());
}

/// The crate loses some of what was put before the first character where it then changes the text: such a file is left
/// to the reference engine.
#[test]
fn text_between_characters_is_never_changed() {
    let blanks = json!({ "type": "Replace", "pattern": { "Regex": "(?=.)|(?<!^)$" }, "content": "▁" });
    for pre_tokenizer in [
        json!({ "type": "ByteLevel", "add_prefix_space": false, "use_regex": true, "trim_offsets": true }),
        json!({ "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true }),
    ] {
        let mut model = byte_bpe();
        model["vocab"]["▁"] = json!(300);
        let document = json!({ "normalizer": blanks, "pre_tokenizer": pre_tokenizer, "model": model });
        assert!(load(document.to_string().as_bytes(), EngineChoice::Compiled).is_err());
    }
    let strip = json!({ "type": "Strip", "strip_left": true, "strip_right": false });
    let document = json!({ "normalizer": { "type": "Sequence", "normalizers": [blanks, strip] }, "model": marked_bpe() });
    assert!(load(document.to_string().as_bytes(), EngineChoice::Compiled).is_err());
}

/// Marks that `BertNormalizer` leaves (spacing ones) change places with those that it strips: the offsets say so.
#[test]
fn marks_that_change_places_come_from_where_they_do_in_the_reference() {
    const CHARACTERS: [&str; 12] = [
        "a",
        "ű",
        "\u{1ebf}",
        "İ",
        "中",
        " ",
        "\0",
        "\u{301}",
        "\u{323}",
        "\u{1baa}",
        "\u{1d165}",
        "\u{302e}",
    ];
    let mut texts = vec![String::new()];
    for length in 1..=4 {
        let longer = texts.iter().filter(|text| text.chars().count() == length - 1);
        let longer: Vec<_> = longer
            .flat_map(|text| CHARACTERS.map(|character| format!("{text}{character}")))
            .collect();
        texts.extend(longer);
    }
    for (clean, chinese, lower) in [(true, true, true), (false, false, true), (true, true, false)] {
        let bert = json!({ "type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": chinese,
                           "strip_accents": true, "lowercase": lower });
        let document = json!({ "normalizer": bert, "pre_tokenizer": { "type": "BertPreTokenizer" },
                               "model": marked_bpe() });
        let both = Both::new("marks".to_owned(), document.to_string().as_bytes()).unwrap();
        for text in &texts {
            both.check(Input::Text(text), None, &EncodeOptions::default());
        }
    }
}

/// Pre-tokenizers that split by a pattern, with each thing that can become of its matches.
fn splits() -> Vec<(String, Value)> {
    let patterns = [
        json!({ "Regex": r" ?[^(\s|[.,!?…。，、।۔،])]+" }),
        json!({ "Regex": r"\p{N}|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\s*[\r\n]+|\s+(?!\S)|\s+" }),
        json!({ "String": "'" }),
    ];
    let behaviors = [
        "Isolated",
        "Removed",
        "MergedWithPrevious",
        "MergedWithNext",
        "Contiguous",
    ];
    let bytes =
        json!({ "type": "ByteLevel", "add_prefix_space": false, "use_regex": false, "trim_offsets": true });
    let mut all = Vec::new();
    for pattern in patterns {
        for (behavior, invert) in behaviors
            .into_iter()
            .flat_map(|kind| [(kind, false), (kind, true)])
        {
            let split =
                json!({ "type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert });
            all.push((
                format!("bytes, {split}"),
                json!({ "pre_tokenizer": { "type": "Sequence", "pretokenizers": [split, bytes] },
                        "decoder": bytes, "model": byte_bpe() }),
            ));
            all.push((
                format!("characters, {split}"),
                json!({ "pre_tokenizer": { "type": "Sequence", "pretokenizers": [split, { "type": "Digits", "individual_digits": true }] },
                        "decoder": { "type": "BPEDecoder", "suffix": "</w>" }, "model": marked_bpe() }),
            ));
        }
    }
    all
}

#[test]
fn splits_give_the_encodings_of_the_reference() {
    for (name, document) in splits() {
        let both = Both::new(name.clone(), document.to_string().as_bytes()).unwrap();
        let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ seed() ^ name.len() as u64);
        both.check_random(if long() { 20_000 } else { 300 }, &mut random);
    }
}

/// A text without a place where words end, of few characters or of parts of words, and now and then of a run.
fn long_piece(random: &mut Random) -> String {
    const WORDS: [&str; 12] = [
        "the", "of", "inter", "nation", "al", "ing", "com", "pute", "r", "s", "er", "Ü",
    ];
    let mut text = String::new();
    let most = [100, 1000, 4000][random.below(3)];
    let length = 60 + random.below(most);
    let letters = 1 + random.below(26);
    let kind = random.below(4);
    while text.len() < length {
        match kind {
            0 => text.push(char::from(b'a' + u8::try_from(random.below(letters)).unwrap())),
            1 => text.push_str(WORDS[random.below(WORDS.len())]),
            2 => text.extend(std::iter::repeat_n(
                ['a', ' ', '=', '-'][random.below(4)],
                1 + random.below(700),
            )),
            _ => text.push(['e', '\u{301}', '中', '国', 'a', '😀'][random.below(6)]),
        }
    }
    text
}

/// The first calls of a tokenizer, when its caches are empty, and the next ones, with pieces of every short length.
#[test]
fn runs_of_any_length_give_the_ids_of_the_reference() {
    let made = made()
        .into_iter()
        .map(|(name, document)| (name.to_owned(), document.to_string().into_bytes()));
    let read = |file: PathBuf| (file.display().to_string(), std::fs::read(&file).unwrap());
    for (name, json) in made.chain(fixtures().into_iter().map(read)) {
        let Some(both) = Both::new(name, &json) else {
            continue;
        };
        for character in ['\0', '\u{1}', 'a', 'é'] {
            for length in (1..=40).rev() {
                let text = String::from(character).repeat(length);
                both.check_ids(&text);
                both.check_ids(&text);
            }
        }
    }
}

#[test]
fn long_pieces_give_the_ids_of_the_reference() {
    let made = json!({ "model": byte_bpe(), "decoder": null, "pre_tokenizer":
        { "type": "ByteLevel", "add_prefix_space": false, "use_regex": false, "trim_offsets": true } });
    let made = ("made".to_owned(), made.to_string().into_bytes());
    let read = |file: PathBuf| (file.display().to_string(), std::fs::read(&file).unwrap());
    for (name, json) in std::iter::once(made).chain(fixtures().into_iter().map(read)) {
        let Some(both) = Both::new(name, &json) else {
            continue;
        };
        let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ seed() ^ both.name.len() as u64);
        for _ in 0..if long() { 2_000 } else { 12 } {
            both.check_ids(&long_piece(&mut random));
        }
    }
}

/// Words of all lengths, most of which no cache has, with some that come again soon or late.
#[test]
fn texts_of_new_words_give_the_ids_of_the_reference() {
    let read = |file: PathBuf| (file.display().to_string(), std::fs::read(&file).unwrap());
    let made = json!({ "model": byte_bpe(), "decoder": null, "pre_tokenizer":
        { "type": "ByteLevel", "add_prefix_space": false, "use_regex": true, "trim_offsets": true } });
    let made = ("made".to_owned(), made.to_string().into_bytes());
    for (name, json) in std::iter::once(made).chain(fixtures().into_iter().map(read)) {
        let Some(both) = Both::new(name, &json) else {
            continue;
        };
        let mut random = Random(0x517C_C1B7 ^ seed() ^ both.name.len() as u64);
        let mut known: Vec<String> = Vec::new();
        // The later texts find some words in the cache.
        for _ in 0..if long() { 60 } else { 4 } {
            let mut text = String::new();
            for _ in 0..random.below(4_000) {
                if known.is_empty() || random.below(3) != 0 {
                    let letters = [
                        "etaoin",
                        "abcdefghijklmnopqrstuvwxyz",
                        "бвгдеж",
                        "漢字仮名",
                        "0123456789",
                    ];
                    let letters: Vec<char> = letters[random.below(letters.len())].chars().collect();
                    let most = if random.below(8) == 0 { 45 } else { 12 };
                    let length = 1 + random.below(most);
                    known.push(
                        (0..length)
                            .map(|_| letters[random.below(letters.len())])
                            .collect(),
                    );
                }
                text.push_str(&known[random.below(known.len())]);
                text.push(if random.below(20) == 0 { '\n' } else { ' ' });
            }
            both.check_ids(&text);
        }
    }
}

#[test]
fn made_files_give_the_encodings_of_the_reference() {
    for (name, document) in made() {
        let json = document.to_string();
        let both = Both::new(name.to_owned(), json.as_bytes()).unwrap();
        let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ seed() ^ name.len() as u64);
        both.check_random(if long() { 200_000 } else { 3_000 }, &mut random);
    }
}
