//! Small files made at random from all that real pipelines are made of, and texts that are hard for them.
//!
//! Models at hand have few kinds of pipelines; here each part meets each other one. Most tokens are short, so that
//! merges, ties, unknown text and added tokens are met in every text.

use std::fmt::Write as _;
use std::path::PathBuf;

use autotokenizer_engine::{ErrorKind, Tokenizer};
use serde_json::{Map, Value, json};

use crate::models::{Model, load};
use crate::random::Random;
use crate::{How, compare, same};

/// What a round gave.
pub enum Outcome {
    /// The engines agree.
    Same,
    /// An engine does not serve the file.
    LeftOut(String),
    /// They differ.
    Different(String),
}

/// Makes a file and compares the engines on `texts` texts.
#[must_use]
pub fn check(seed: u64, texts: u64) -> Outcome {
    let random = &mut Random::new(seed);
    let document = document(random);
    let json = document.to_string();
    let model = match load(json.as_bytes(), PathBuf::from(format!("pipeline {seed}"))) {
        Ok(model) => model,
        Err(reason) => return Outcome::LeftOut(reason),
    };
    if let Err(difference) = compare_tokens(&model) {
        return Outcome::Different(format!("pipeline {seed}: {difference}\n  {json}"));
    }
    let words = words(&document);
    for _ in 0..texts {
        let (first, second) = (text(random, &words), text(random, &words));
        let second = (random.below(6) == 0).then_some(second);
        // The crate panics where something was put before the first character, and ByteLevel then puts a blank there.
        if is_broken(&model.reference, &first)
            || second
                .as_deref()
                .is_some_and(|second| is_broken(&model.reference, second))
        {
            continue;
        }
        let how = How {
            special: random.below(2) == 0,
            full: random.below(2) == 0,
            cut: (random.below(8) == 0).then(|| random.below(12)),
        };
        if let Err(difference) = compare(&model.compiled, &model.reference, &first, second.as_deref(), how) {
            let name = model.path.display();
            return Outcome::Different(format!(
                "{name}: {first:?} with {second:?}, {how:?}: {difference}\n  {json}"
            ));
        }
    }
    Outcome::Same
}

/// What is said of tokens and ids.
fn compare_tokens(model: &Model) -> Result<(), String> {
    let engines = [&model.compiled, &model.reference];
    let [compiled, reference] = engines.map(|engine| engine.info().vocab_size);
    same("size", compiled, reference)?;
    for added in [false, true] {
        let [compiled, reference] = engines.map(|engine| engine.vocab(added));
        same("vocabulary", compiled, reference)?;
    }
    for (token, _) in model.reference.vocab(true) {
        let [compiled, reference] = engines.map(|engine| engine.token_to_id(&token));
        same(&token, compiled, reference)?;
    }
    for id in 0..model.size + 20 {
        let [compiled, reference] = engines.map(|engine| engine.id_to_token(id));
        same("token", compiled, reference)?;
    }
    Ok(())
}

/// Whether the reference engine ends in a panic.
fn is_broken(reference: &Tokenizer, text: &str) -> bool {
    let result = reference.encode_ids(text, None, false, &mut Vec::new());
    result.is_err_and(|error| error.kind() == ErrorKind::Internal)
}

fn pick<T: Clone>(random: &mut Random, list: &[T]) -> T {
    list[random.below(list.len())].clone()
}

fn flip(random: &mut Random) -> bool {
    random.below(2) == 0
}

const CHARACTERS: [&str; 28] = [
    "a", "b", "c", "d", "A", "B", "1", "2", " ", "\n", ".", ",", "'", "!", "-", "_", "▁", "⠀", "é", "ß",
    "中", "国", "😀", "\u{301}", "\u{a0}", "Ġ", "#", "@",
];

/// What texts are made of beside the tokens of the file.
const TEXTS: [&str; 40] = [
    " ", " ", " ", "  ", "   ", "\n", "\r\n", "\n\n\n", "\t", "\u{a0}", "\u{3000}", "a", "b", "ab", "abc",
    "A", "AB", "12", "1,000", "345", "!", "...", "--", "'s", "``", "''", "_", "▁", "▁▁", "⠀", "é",
    "e\u{301}", "\u{301}", "ß", "中国", "😀", "ﬁ", "İ", "##", "\u{200b}",
];

fn text(random: &mut Random, words: &[String]) -> String {
    let mut text = String::new();
    let most = match random.below(40) {
        0 => 120,
        1..8 => 24,
        _ => 8,
    };
    for _ in 0..random.below(most) {
        match random.below(8) {
            0..3 => text.push_str(pick(random, &TEXTS)),
            3..5 => text.push_str(pick(random, &CHARACTERS)),
            5..7 if !words.is_empty() => text.push_str(&pick(random, words)),
            6 => {
                let unit = pick(random, &TEXTS);
                text.push_str(&unit.repeat(1 + random.below(12)));
            }
            _ => text.extend(char::from_u32(u32::try_from(random.below(0x3000)).unwrap_or(0))),
        }
    }
    text
}

/// The tokens of a file, as text may have them.
fn words(document: &Value) -> Vec<String> {
    let vocab = &document["model"]["vocab"];
    let mut words: Vec<String> = match vocab {
        Value::Object(tokens) => tokens.keys().cloned().collect(),
        Value::Array(pieces) => pieces
            .iter()
            .filter_map(|piece| piece[0].as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    };
    words.retain(|word| word.chars().count() > 1);
    for word in &mut words {
        *word = word.replace("##", "").replace("</w>", " ").replace('Ġ', " ");
    }
    words.extend(
        document["added_tokens"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|token| token["content"].as_str().map(str::to_owned)),
    );
    words
}

/// A tokenizer.json.
#[must_use]
pub fn document(random: &mut Random) -> Value {
    let byte_level = random.below(3) == 0;
    let (model, tokens) = match random.below(if byte_level { 1 } else { 4 }) {
        0 => bpe(random, byte_level),
        1 => unigram(random),
        2 => word_piece(random),
        _ => word_level(random),
    };
    json!({
        "version": "1.0",
        "added_tokens": added(random, &model, tokens),
        "normalizer": normalizer(random, byte_level),
        "pre_tokenizer": pre_tokenizer(random, byte_level),
        "post_processor": post_processor(random),
        "decoder": decoder(random, byte_level),
        "model": model,
    })
}

fn added(random: &mut Random, model: &Value, tokens: usize) -> Value {
    let mut next = tokens;
    let mut added = Vec::new();
    for content in ["<s>", "ab", " c", "b b", "▁a", "é"] {
        if random.below(6) > 0 {
            continue;
        }
        let id = match &model["vocab"] {
            Value::Object(vocab) => vocab.get(content).cloned(),
            Value::Array(pieces) => pieces
                .iter()
                .rposition(|piece| piece[0] == content)
                .map(Value::from),
            _ => None,
        };
        let id = id.unwrap_or_else(|| {
            next += 1;
            (next - 1).into()
        });
        let mut flag = |odds: usize| random.below(odds) == 0;
        added.push(
            json!({"id": id, "content": content, "single_word": flag(4), "lstrip": flag(4),
            "rstrip": flag(4), "normalized": flag(3), "special": flag(2)}),
        );
    }
    Value::Array(added)
}

/// Bytes as byte-level tokens write them.
fn byte_characters() -> Vec<String> {
    let is_plain = |byte: u8| matches!(byte, 0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF);
    let mut other = 0x100;
    (0..=255u8)
        .map(|byte| {
            let code = if is_plain(byte) {
                u32::from(byte)
            } else {
                other += 1;
                other - 1
            };
            char::from_u32(code).map_or_else(String::new, String::from)
        })
        .collect()
}

fn bpe(random: &mut Random, byte_level: bool) -> (Value, usize) {
    let prefix = [
        None,
        None,
        None,
        Some(""),
        Some("##"),
        Some("##"),
        Some("@"),
        Some("é"),
    ][random.below(8)];
    let suffix = [None, None, None, Some(""), Some("</w>"), Some("w")][random.below(6)];
    let (before, behind) = (prefix.unwrap_or(""), suffix.unwrap_or(""));
    let mut characters: Vec<String> = if byte_level {
        byte_characters()
    } else {
        CHARACTERS.map(str::to_owned).into()
    };
    let lacks = random.below(4);
    characters.retain(|_| lacks > 0 || random.below(12) > 0);
    let mut tokens: Vec<String> = vec!["<unk>".to_owned()];
    for character in &characters {
        tokens.push(character.clone());
        for token in [
            format!("{before}{character}"),
            format!("{character}{behind}"),
            format!("{before}{character}{behind}"),
        ] {
            if !tokens.contains(&token) && random.below(40) > 0 {
                tokens.push(token);
            }
        }
    }
    let byte_fallback = !byte_level && random.below(4) == 0;
    if byte_fallback {
        add_bytes(random, &mut tokens);
    }
    // What merges meets in texts: the first letters and a blank.
    let mut pool: Vec<String> = tokens
        .iter()
        .filter(|token| {
            let rest = token.strip_prefix(before).unwrap_or(token);
            matches!(
                rest.strip_suffix(behind).unwrap_or(rest),
                "a" | "b" | "c" | "A" | " " | "▁" | "⠀" | "Ġ" | "é" | "Ã" | "©" | "1" | "."
            )
        })
        .cloned()
        .collect();
    let mut merges = Vec::new();
    for _ in 0..random.below(60) {
        if pool.is_empty() {
            break;
        }
        let (left, right) = (pick(random, &pool), pick(random, &pool));
        let Some(rest) = right.strip_prefix(before) else {
            continue;
        };
        if rest.is_empty() || (!behind.is_empty() && left.ends_with(behind)) || left.contains('<') {
            continue;
        }
        let joined = format!("{left}{rest}");
        if !tokens.contains(&joined) {
            tokens.push(joined.clone());
        }
        if !pool.contains(&joined) {
            pool.push(joined);
        }
        merges.push(json!([left, right]));
    }
    let size = tokens.len();
    let unk =
        [None, Some("<unk>"), Some("<unk>"), Some("nowhere")][random.below(if lacks == 0 { 4 } else { 3 })];
    let model = json!({
        "type": "BPE", "dropout": null, "unk_token": unk, "continuing_subword_prefix": prefix,
        "end_of_word_suffix": suffix, "fuse_unk": flip(random), "byte_fallback": byte_fallback,
        "ignore_merges": byte_level && random.below(3) == 0, "vocab": numbered(tokens), "merges": merges,
    });
    (model, size)
}

fn numbered(tokens: Vec<String>) -> Map<String, Value> {
    tokens
        .into_iter()
        .enumerate()
        .map(|(id, token)| (token, id.into()))
        .collect()
}

/// Short texts of a few characters.
fn pieces(random: &mut Random, count: usize, first: &[&str]) -> Vec<String> {
    let letters = ["a", "b", "c", "A", " ", "▁", "⠀", "é", ".", "1", "_"];
    (0..count)
        .map(|_| {
            let mut piece = pick(random, first).to_owned();
            for _ in 0..=random.below(3) {
                piece.push_str(pick(random, &letters));
            }
            piece
        })
        .collect()
}

fn unigram(random: &mut Random) -> (Value, usize) {
    let mut tokens: Vec<String> = vec!["<unk>".to_owned()];
    tokens.extend(
        CHARACTERS
            .iter()
            .filter(|_| random.below(8) > 0)
            .map(|&text| text.to_owned()),
    );
    let count = random.below(60);
    tokens.extend(pieces(random, count, &["", "", "▁", "⠀"]));
    let byte_fallback = random.below(3) == 0;
    if byte_fallback {
        add_bytes(random, &mut tokens);
    }
    let twice = flip(random);
    if twice {
        for _ in 0..random.below(8) {
            let token = pick(random, &tokens);
            let place = random.below(tokens.len() + 1);
            tokens.insert(place, token);
        }
    } else {
        let mut seen = std::collections::HashSet::new();
        tokens.retain(|token| seen.insert(token.clone()));
    }
    let unk = tokens.iter().position(|token| token == "<unk>").unwrap_or(0);
    let unk = if twice && random.below(4) == 0 {
        random.below(tokens.len())
    } else {
        unk
    };
    let size = tokens.len();
    let vocab: Vec<Value> = tokens
        .into_iter()
        .map(|token| {
            json!([
                token,
                -f64::from(u32::try_from(random.below(12)).unwrap_or(0)) / 2.0
            ])
        })
        .collect();
    let model = json!({"type": "Unigram", "unk_id": unk, "vocab": vocab, "byte_fallback": byte_fallback});
    (model, size)
}

fn word_piece(random: &mut Random) -> (Value, usize) {
    let prefix = pick(random, &["##", "##", "", "@"]);
    let mut tokens: Vec<String> = vec!["[UNK]".to_owned()];
    for character in CHARACTERS {
        tokens.push(character.to_owned());
        if random.below(8) > 0 {
            tokens.push(format!("{prefix}{character}"));
        }
    }
    let count = random.below(40);
    tokens.extend(pieces(random, count, &["", prefix, "▁"]));
    let mut seen = std::collections::HashSet::new();
    tokens.retain(|token| seen.insert(token.clone()));
    let size = tokens.len();
    let model = json!({"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": prefix,
        "max_input_chars_per_word": pick(random, &[100, 100, 5]), "vocab": numbered(tokens)});
    (model, size)
}

fn word_level(random: &mut Random) -> (Value, usize) {
    let mut tokens: Vec<String> = vec!["<unk>".to_owned()];
    tokens.extend(CHARACTERS.map(str::to_owned));
    let count = random.below(60);
    tokens.extend(pieces(random, count, &["", "▁"]));
    let mut seen = std::collections::HashSet::new();
    tokens.retain(|token| seen.insert(token.clone()));
    let size = tokens.len();
    let unk = if random.below(8) == 0 { "nowhere" } else { "<unk>" };
    let model = json!({"type": "WordLevel", "unk_token": unk, "vocab": numbered(tokens)});
    (model, size)
}

const REPLACED: [&str; 24] = [
    r"^\s+",
    r"\s+$",
    "^ +",
    " +$",
    "^▁+$",
    " +▁",
    " {2,}",
    r"\s+",
    "[ ]{2,}",
    r"\n{3,}",
    r"\r\n?",
    "^a",
    "a$",
    "^a|b$",
    "^[ab]+",
    r"^\s*a",
    "(?:^| )a",
    "^",
    "$",
    r"\A\s+",
    r"\s+\z",
    "(?=.)|(?<!^)$",
    "[^a-z]+$",
    "^.",
];

fn normalizer(random: &mut Random, byte_level: bool) -> Value {
    let count = [0, 0, 1, 1, 2, 3][random.below(if byte_level { 4 } else { 6 })];
    let mut parts: Vec<Value> = (0..count).map(|_| normalizer_part(random)).collect();
    match parts.len() {
        0 => Value::Null,
        1 if flip(random) => parts.remove(0),
        _ => json!({"type": "Sequence", "normalizers": parts}),
    }
}

fn normalizer_part(random: &mut Random) -> Value {
    match random.below(12) {
        0 => {
            json!({"type": pick(random, &["NFC", "NFD", "NFKC", "NFKD", "Nmt", "StripAccents", "Lowercase"])})
        }
        1 => json!({"type": "Lowercase"}),
        2 | 3 => json!({"type": "Strip", "strip_left": flip(random), "strip_right": flip(random)}),
        4 => json!({"type": "Prepend", "prepend": pick(random, &["▁", " ", "a"])}),
        5 | 6 => {
            let from = pick(random, &[" ", " ", "``", "a", "▁", "  "]);
            let to = pick(random, &["▁", " ", "", "bb", "⠀"]);
            json!({"type": "Replace", "pattern": {"String": from}, "content": to})
        }
        7 => {
            json!({"type": "BertNormalizer", "clean_text": flip(random), "handle_chinese_chars": flip(random),
            "strip_accents": pick(random, &[None, Some(true), Some(false)]), "lowercase": flip(random)})
        }
        _ => {
            let content = pick(random, &["", "", " ", "▁", "xy"]);
            json!({"type": "Replace", "pattern": {"Regex": pick(random, &REPLACED)}, "content": content})
        }
    }
}

const BEHAVIORS: [&str; 5] = [
    "Removed",
    "Isolated",
    "MergedWithPrevious",
    "MergedWithNext",
    "Contiguous",
];

const SPLITS: [&str; 20] = [
    r"\s+",
    r"\d+",
    r"\w+|[^\w\s]+",
    r"\p{P}+",
    " ",
    "[ab]",
    r"'s|'t| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    r"\p{N}{1,3}",
    "[\r\n]",
    r"\s?\p{L}+",
    r"\n+",
    "",
    "a+",
    // Relatives of GPT-4's and GPT-4o's patterns: Qwen 3.5, Seed, nanochat, tiktoken, Kimi without Han.
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,2}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
];

/// Adds tokens for bytes: all, most, or those that the others leave a need for.
fn add_bytes(random: &mut Random, tokens: &mut Vec<String>) {
    let lacks = random.below(3);
    for byte in 0..=255u8 {
        // What is a token itself needs no byte.
        let needless = byte < 0x80 && tokens.contains(&char::from(byte).to_string());
        let is_there = match lacks {
            0 => true,
            1 => random.below(30) > 0,
            _ => !needless,
        };
        if is_there {
            tokens.push(format!("<0x{byte:02X}>"));
        }
    }
}

fn pre_tokenizer(random: &mut Random, byte_level: bool) -> Value {
    let mut parts = Vec::new();
    for _ in 0..[0, 1, 1, 1, 2, 2, 3][random.below(7)] {
        parts.push(pre_tokenizer_part(random));
    }
    if byte_level {
        let part = json!({"type": "ByteLevel", "add_prefix_space": random.below(3) == 0, "trim_offsets": flip(random),
            "use_regex": flip(random)});
        let place = if random.below(4) == 0 {
            random.below(parts.len() + 1)
        } else {
            parts.len()
        };
        parts.insert(place, part);
    }
    match parts.len() {
        0 => Value::Null,
        1 if random.below(3) > 0 => parts.remove(0),
        _ => json!({"type": "Sequence", "pretokenizers": parts}),
    }
}

fn pre_tokenizer_part(random: &mut Random) -> Value {
    let behavior = pick(random, &BEHAVIORS);
    match random.below(14) {
        0..5 => {
            let mut part = json!({"type": "Metaspace", "replacement": pick(random, &["▁", "▁", "▁", "⠀", "_", " ", "a"]),
                "prepend_scheme": pick(random, &["always", "first", "never"]), "split": random.below(3) > 0});
            if random.below(8) == 0
                && let Some(fields) = part.as_object_mut()
            {
                fields.remove("prepend_scheme");
            }
            part
        }
        5 => json!({"type": "WhitespaceSplit"}),
        6 => json!({"type": "Whitespace"}),
        7 => json!({"type": "BertPreTokenizer"}),
        8 => json!({"type": "Digits", "individual_digits": flip(random)}),
        9 => json!({"type": "Punctuation", "behavior": behavior}),
        10 => json!({"type": "Punctuation"}),
        11 | 12 => json!({"type": "Split", "pattern": {"Regex": pick(random, &SPLITS)}, "behavior": behavior,
            "invert": random.below(3) == 0}),
        _ => json!({"type": "Split", "pattern": {"String": pick(random, &[" ", " ", "▁", "\n", "ab", "|"])},
            "behavior": behavior, "invert": random.below(4) == 0}),
    }
}

fn post_processor(random: &mut Random) -> Value {
    match random.below(4) {
        0 => {
            json!({"type": "ByteLevel", "add_prefix_space": flip(random), "trim_offsets": true, "use_regex": true})
        }
        1 => json!({"type": "BertProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1]}),
        _ => Value::Null,
    }
}

fn decoder(random: &mut Random, byte_level: bool) -> Value {
    if byte_level {
        return json!({"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true});
    }
    match random.below(6) {
        0 => json!({"type": "WordPiece", "prefix": "##", "cleanup": flip(random)}),
        1 => json!({"type": "BPEDecoder", "suffix": "</w>"}),
        2 => json!({"type": "Metaspace", "replacement": pick(random, &["▁", "⠀", "_"]),
            "prepend_scheme": pick(random, &["always", "first", "never"]), "split": true}),
        3 => json!({"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
            {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}),
        _ => Value::Null,
    }
}

/// How often each reason was given, most often first.
#[must_use]
pub fn tally(mut reasons: Vec<String>) -> String {
    reasons.sort();
    let mut counts: Vec<(usize, String)> = Vec::new();
    for reason in reasons {
        match counts.last_mut() {
            Some((count, last)) if *last == reason => *count += 1,
            _ => counts.push((1, reason)),
        }
    }
    counts.sort_by_key(|count| std::cmp::Reverse(count.0));
    let mut out = String::new();
    for (count, reason) in counts {
        // Writing to a string does not fail.
        let _ = writeln!(out, "{count:6} left out: {reason}");
    }
    out
}
