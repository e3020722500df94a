//! The compiled engine against the reference engine: real files, hostile texts, all code points.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use std::path::{Path, PathBuf};

use crate::{DecodeOptions, EngineChoice, LoadOptions, Tokenizer};

/// A small generator, seeded, so that a failure comes back.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % end
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const PARTS: [&[&str]; 9] = [
    &[
        "a", "b", "the", "Hello", " world", "ing", "'s", "'S", "'ll", "'RE", "don't", "I'm", "'ſ", "ſ", "K",
    ],
    &[
        " ", "  ", "\n", "\r\n", "\t", "\r", "\u{b}", "\u{c}", "\u{85}", "\u{a0}", "\u{2003}", "\u{3000}",
    ],
    &[
        "1", "12", "345", "٣", "½", "²", "Ⅷ", "໔", "𝟘", "०१", "1,000.5", "\u{200b}", "\u{feff}", "\u{2028}",
    ],
    &[
        "!", "?", ".", "...", "--", "/", "//", "<|", "|>", "#", "$", "€", "∑", "…", "«", "“", "_", "'", "\"",
        "\\",
    ],
    &[
        "中",
        "国人",
        "的",
        "ひらがな",
        "カタカナ",
        "한국어",
        "ไทย",
        "हिन्दी",
        "עברית",
        "العربية",
        "Привет",
        "ΑΣ",
        "ǅ",
        "ʰ",
        "ª",
        "İ",
        "ß",
        "ﬁ",
        "Ｈ",
    ],
    &[
        "é",
        "e\u{301}",
        "\u{301}",
        "\u{300}\u{327}",
        "q\u{323}\u{307}",
        "\u{1100}\u{1161}\u{11a8}",
        "\u{94d}",
        "\u{fe0f}",
        "\u{20e3}",
    ],
    &[
        "😀",
        "👨‍👩‍👧",
        "🏳️‍🌈",
        "\u{1f1fa}\u{1f1f8}",
        "\u{10ffff}",
        "\u{e000}",
        "\0",
        "\u{1}",
        "\u{7f}",
        "\u{fffd}",
        "\u{ffff}",
        "\u{16fe4}",
    ],
    &[
        "▁", "▁▁", "▁a", " ▁", "<0x0A>", "<0x41>", "Ġ", "Ċ", "##", "@@", "</w>", "[UNK]", "<unk>",
    ],
    &[
        "fn main() {",
        "    return x;",
        "\t\tif (a==b)",
        "HTTPServer",
        "camelCase",
        "snake_case",
        "AAAA",
        "aaaaaaaa",
        "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
    ],
];

fn random_text(random: &mut Random, added: &[String]) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(14) {
        match random.below(12) {
            kind @ 0..9 => text.push_str(random.pick(PARTS[kind])),
            9 if !added.is_empty() => text.push_str(&added[random.below(added.len())]),
            10 => text.extend(char::from_u32(u32::try_from(random.below(0x3000)).unwrap())),
            _ => text.extend(char::from_u32(u32::try_from(random.below(0x11_0000)).unwrap())),
        }
        if random.below(3) == 0 {
            text.push(' ');
        }
    }
    text
}

/// Long runs are chosen by an environment variable.
fn is_long() -> bool {
    std::env::var_os("AUTOTOKENIZER_LONG").is_some()
}

fn fixtures() -> Vec<PathBuf> {
    let root = std::env::var_os("AUTOTOKENIZER_FIXTURES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/models"),
        |folder| {
            let folder = PathBuf::from(folder);
            if folder.join("models").is_dir() {
                folder.join("models")
            } else {
                folder
            }
        },
    );
    let mut files = Vec::new();
    let Ok(organisations) = std::fs::read_dir(&root) else {
        eprintln!(
            "skipped: there are no fixtures at {} (AUTOTOKENIZER_FIXTURES)",
            root.display()
        );
        return files;
    };
    for organisation in organisations.flatten().filter(|entry| entry.path().is_dir()) {
        for model in std::fs::read_dir(organisation.path()).unwrap().flatten() {
            let file = model.path().join("tokenizer.json");
            if file.is_file() {
                files.push(file);
            }
        }
    }
    files.sort();
    files
}

fn load(json: &[u8], engine: EngineChoice) -> Result<Tokenizer, crate::EngineError> {
    Tokenizer::from_bytes(
        json,
        &LoadOptions {
            engine,
            ..LoadOptions::default()
        },
    )
}

struct Both {
    name: String,
    compiled: Tokenizer,
    reference: Tokenizer,
}

impl Both {
    #[track_caller]
    fn check(&self, text: &str, pair: Option<&str>, special: bool) {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        if self
            .reference
            .encode_ids(text, pair, special, &mut theirs)
            .is_err()
        {
            return;
        }
        self.compiled.encode_ids(text, pair, special, &mut ours).unwrap();
        assert_eq!(ours, theirs, "{}: {text:?} {pair:?}", self.name);
    }

    #[track_caller]
    fn check_decode(&self, ids: &[u32]) {
        for skip_special_tokens in [false, true] {
            let options = DecodeOptions {
                skip_special_tokens,
                ..DecodeOptions::default()
            };
            if let Ok(theirs) = self.reference.decode(ids, &options) {
                assert_eq!(
                    self.compiled.decode(ids, &options).unwrap(),
                    theirs,
                    "{}: {ids:?}",
                    self.name
                );
            }
        }
    }

    fn check_texts(&self) {
        let added: Vec<String> = self
            .compiled
            .info()
            .added_tokens
            .iter()
            .map(|token| token.token.content.clone())
            .collect();
        let mut random = Random(0x9E37_79B9 + self.name.len() as u64);
        for text in [
            "",
            " ",
            "  ",
            "a",
            " a",
            "Hello world!",
            "Hello world!\n\n  x",
            "don't I'LL 'ſ",
        ] {
            self.check(text, None, true);
            self.check(text, Some("b c"), true);
            self.check(text, Some(""), false);
        }
        for index in 0..if is_long() { 100_000 } else { 60 } {
            let text = random_text(&mut random, &added);
            let pair = (index % 10 == 0).then(|| random_text(&mut random, &added));
            self.check(&text, pair.as_deref(), index % 2 == 0);
            if index % 7 == 0 {
                let mut ids = Vec::new();
                self.compiled.encode_ids(&text, None, true, &mut ids).unwrap();
                self.check_decode(&ids);
            }
        }
        for unit in [
            "a", " ", "\n", "中", "😀", "1", "\u{301}", "!", "ab", " a", "▁", "\t", "'", "aA", "é", "<",
        ] {
            let count = if is_long() { 20_000 } else { 200 };
            self.check(&unit.repeat(count), None, false);
            self.check(&format!("x{}y", unit.repeat(count / 2)), None, false);
        }
    }

    /// Every code point alone and between others, or a sample of them.
    fn check_characters(&self) {
        let mut random = Random(7);
        for code in 0..0x11_0000 {
            let Some(character) = char::from_u32(code) else {
                continue;
            };
            if !is_long() && random.below(if code < 0x3000 { 200 } else { 20_000 }) != 0 {
                continue;
            }
            let c = character;
            self.check(&c.to_string(), None, false);
            self.check(&format!("a{c}b {c} 1{c}2'{c}A{c}{c}\n{c}Bc "), None, false);
        }
    }

    fn check_vocabulary(&self) {
        let size = u32::try_from(self.compiled.info().vocab_size).unwrap();
        assert_eq!(
            self.reference.info().vocab_size,
            self.compiled.info().vocab_size,
            "{}",
            self.name
        );
        let step = if is_long() { 1 } else { 97 };
        let ids: Vec<u32> = (0..size + 5).step_by(step).collect();
        for &id in &ids {
            assert_eq!(
                self.compiled.id_to_token(id),
                self.reference.id_to_token(id),
                "{}: {id}",
                self.name
            );
            self.check_decode(&[id, id]);
        }
        // So many are decoded from a table of all tokens, as all are then that follow.
        let many: Vec<u32> = ids.iter().copied().cycle().take(ids.len().max(1000)).collect();
        self.check_decode(&many);
        for &id in &ids {
            self.check_decode(&[id, id]);
        }
        if is_long() {
            assert_eq!(
                self.compiled.vocab(true),
                self.reference.vocab(true),
                "{}",
                self.name
            );
        }
    }
}

/// Models that decline until they are known, with the reason; none but these may.
const DECLINED: [&str; 5] = [
    "Helsinki-NLP/opus-mt-en-mg-xenova",
    "openai/clip-vit-base-patch32",
    "openai-community/openai-gpt-vocab",
    "facebook/mms-tts-eng-xenova",
    "facebook/wav2vec2-base-960h-rebuilt",
];

#[test]
fn fixtures_encode_and_decode_as_the_reference_does() {
    for file in fixtures() {
        let folder = file.parent().unwrap();
        let name = format!(
            "{}/{}",
            folder.parent().unwrap().file_name().unwrap().display(),
            folder.file_name().unwrap().display()
        );
        let json = std::fs::read(&file).unwrap();
        let compiled = match load(&json, EngineChoice::Compiled) {
            Ok(compiled) => compiled,
            Err(error) => {
                assert!(DECLINED.contains(&name.as_str()), "{name}: {error}");
                eprintln!("skipped: {name}: {error}");
                continue;
            }
        };
        let Ok(reference) = load(&json, EngineChoice::Reference) else {
            eprintln!("skipped: {name}: the reference engine does not load it");
            continue;
        };
        let both = Both {
            name,
            compiled,
            reference,
        };
        both.check_texts();
        both.check_characters();
        both.check_vocabulary();
    }
}

/// Merges of tokens that begin with `characters`; what they make is added to the tokens.
fn random_merges(
    random: &mut Random,
    count: usize,
    characters: &[&str],
    tokens: &mut Vec<String>,
) -> Vec<serde_json::Value> {
    let mut pool: Vec<String> = characters.iter().map(|&character| character.to_owned()).collect();
    let mut merge = || {
        let left = pool[random.below(pool.len())].clone();
        let right = pool[random.below(pool.len())].clone();
        let joined = format!("{left}{right}");
        if !tokens.contains(&joined) {
            tokens.push(joined.clone());
            pool.push(joined);
        }
        serde_json::json!([left, right])
    };
    (0..count).map(|_| merge()).collect()
}

/// A byte-level file with a random vocabulary: merges that no training made.
fn random_file(random: &mut Random, mut added: Vec<serde_json::Value>, ignore_merges: bool) -> String {
    let letters = ["a", "b", "c", "Ġ", "Ã", "©"];
    let mut tokens: Vec<String> = (0..=255)
        .map(super::bytelevel::char_of)
        .map(String::from)
        .collect();
    let merges = random_merges(random, 40, &letters, &mut tokens);
    tokens.push("abcab".to_owned() + "cabcabc");
    let vocab: serde_json::Map<String, serde_json::Value> = tokens
        .iter()
        .enumerate()
        .map(|(id, token)| (token.clone(), id.into()))
        .collect();
    let mut next = vocab.len();
    for token in &mut added {
        token["id"] = vocab
            .get(token["content"].as_str().unwrap())
            .cloned()
            .unwrap_or_else(|| {
                next += 1;
                (next - 1).into()
            });
    }
    serde_json::json!({
        "version": "1.0", "added_tokens": added, "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false},
        "post_processor": null, "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
        "model": {"type": "BPE", "vocab": vocab, "merges": merges, "ignore_merges": ignore_merges}
    })
    .to_string()
}

#[test]
fn random_merges_give_the_ids_of_the_reference() {
    let mut random = Random(42);
    let rounds = if is_long() { 3000 } else { 60 };
    for round in 0..rounds {
        let file = random_file(&mut random, Vec::new(), round % 2 == 0);
        let both = Both {
            name: format!("round {round}"),
            compiled: load(file.as_bytes(), EngineChoice::Compiled).unwrap(),
            reference: load(file.as_bytes(), EngineChoice::Reference).unwrap(),
        };
        for _ in 0..60 {
            let most = if random.below(9) == 0 { 200 } else { 24 };
            let length = random.below(most);
            let text: String = (0..length)
                .map(|_| random.pick(&["a", "b", "c", " ", "é", "a", "b"]))
                .collect();
            both.check(&text, None, false);
        }
        both.check("abcabcabcabc", None, false);
    }
}

/// A file of characters with tokens for bytes, of which some are not there: merges that no training made.
fn random_fallback_file(random: &mut Random) -> String {
    // What the vocabulary has itself needs no byte: Gemma has the tabulator. Now and then it lacks what it needs.
    let mut lacking = vec!['\t', 'a', ' '];
    if random.below(3) == 0 {
        lacking.push(['é', 'x'][random.below(2)]);
    }
    let lacking: String = lacking.into_iter().collect();
    let characters = ["a", "b", "c", "▁", "\t", "中"];
    let mut tokens = vec!["<unk>".to_owned()];
    tokens.extend(
        (0..=u8::MAX)
            .filter(|byte| !lacking.as_bytes().contains(byte))
            .map(|byte| format!("<0x{byte:02X}>")),
    );
    tokens.extend(characters.map(str::to_owned));
    let merges = random_merges(random, 30, &characters, &mut tokens);
    let vocab: serde_json::Map<String, serde_json::Value> =
        tokens.into_iter().zip((0..).map(Into::into)).collect();
    serde_json::json!({
        "version": "1.0", "added_tokens": [],
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        "pre_tokenizer": null, "post_processor": null, "decoder": null,
        "model": {"type": "BPE", "vocab": vocab, "merges": merges, "byte_fallback": true,
            "unk_token": "<unk>", "fuse_unk": random.below(2) == 0}
    })
    .to_string()
}

#[test]
fn bytes_that_no_text_needs_may_be_missing() {
    let mut random = Random(9);
    for round in 0..if is_long() { 3000 } else { 100 } {
        let file = random_fallback_file(&mut random);
        let both = Both {
            name: format!("round {round}"),
            compiled: load(file.as_bytes(), EngineChoice::Compiled).unwrap(),
            reference: load(file.as_bytes(), EngineChoice::Reference).unwrap(),
        };
        for _ in 0..60 {
            let most = if random.below(9) == 0 { 200 } else { 24 };
            let length = random.below(most);
            let text: String = (0..length)
                .map(|_| random.pick(&["a", "b", "c", " ", "\t", "é", "x", "中", "文", "a", " "]))
                .collect();
            both.check(&text, None, false);
        }
    }
}

#[test]
fn added_tokens_with_all_flags_match_as_in_the_reference() {
    let mut random = Random(77);
    let names = [
        "ab", "abc", "b c", "[X]", "[X]]", " q", "q ", "é", "\u{301}", "_w", "  ", " ",
    ];
    for round in 0..if is_long() { 2000 } else { 80 } {
        let mut added = Vec::new();
        for name in names {
            if random.below(2) == 0 {
                let mut flag = || random.below(3) == 0;
                added.push(serde_json::json!({"content": name, "single_word": flag(),
                    "lstrip": flag(), "rstrip": flag(), "normalized": flag(), "special": flag()}));
            }
        }
        let file = random_file(&mut random, added, false);
        let both = Both {
            name: format!("round {round}"),
            compiled: load(file.as_bytes(), EngineChoice::Compiled).unwrap(),
            reference: load(file.as_bytes(), EngineChoice::Reference).unwrap(),
        };
        for _ in 0..40 {
            let text: String = (0..random.below(12))
                .map(|_| {
                    random.pick(&[
                        "ab", "c", "[X]", "]", " ", "\n", "\u{3000}", "q", "é", "_w", "e\u{301}", "W",
                    ])
                })
                .collect();
            both.check(&text, None, true);
            let mut ids = Vec::new();
            both.compiled.encode_ids(&text, None, true, &mut ids).unwrap();
            both.check_decode(&ids);
        }
    }
}

#[test]
fn many_threads_share_a_tokenizer() {
    let file = random_file(&mut Random(1), Vec::new(), false);
    let tokenizer = load(file.as_bytes(), EngineChoice::Compiled).unwrap();
    let texts: Vec<String> = (0..200)
        .map(|seed| random_text(&mut Random(seed + 1), &[]))
        .collect();
    let alone: Vec<Vec<u32>> = texts.iter().map(|text| ids(&tokenizer, text)).collect();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for (text, expected) in texts.iter().zip(&alone) {
                    assert_eq!(ids(&tokenizer, text), *expected);
                }
            });
        }
    });
}

fn ids(tokenizer: &Tokenizer, text: &str) -> Vec<u32> {
    let mut out = Vec::new();
    tokenizer.encode_ids(text, None, false, &mut out).unwrap();
    out
}
