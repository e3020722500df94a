//! The scanners against the crate's own pre-tokenizers: all code points in context, and random strings.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write;

use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::{OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer};

use super::super::file::PreTokenizerPart;
use super::super::unicode::classes;
use super::{Stage, plan, run};

fn split(regex: &str, behavior: &str, invert: bool) -> String {
    serde_json::json!({"type": "Split", "pattern": {"Regex": regex}, "behavior": behavior, "invert": invert})
        .to_string()
}

fn text(text: &str, behavior: &str) -> String {
    serde_json::json!({"type": "Split", "pattern": {"String": text}, "behavior": behavior, "invert": false})
        .to_string()
}

const HAN: &str = "[一-龥\u{3040}-ゟ゠-ヿ]+";

/// Patterns of GPT-4 and its relatives, so that each spelling of each alternative stands in one at least.
fn relatives() -> Vec<String> {
    let contractions = [r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|", r"'(?i:[sdmt]|ll|ve|re)|", ""];
    let letters = [
        r"[^\r\n\p{L}\p{N}]?\p{L}+",
        r"[^\r\n\p{L}\p{N}]?+\p{L}+",
        r"[^\r\n\p{L}\p{N}]?+\p{L}++",
    ];
    let numbers = [
        r"\p{N}{1,3}",
        r"\p{N}{1,2}",
        r"\p{N}",
        r"\p{N}+",
        r"\p{N}++",
        r"\p{N}{1,3}+",
    ];
    let symbols = [
        r" ?[^\s\p{L}\p{N}]+[\r\n]*",
        r" ?[^\s\p{L}\p{N}]++[\r\n]*",
        r" ?[^\s\p{L}\p{N}]++[\r\n]*+",
        r" ?[^\s\p{L}\p{N}]+",
        r" ?[^\s\p{L}\p{N}\r\n]+",
    ];
    let white = [
        r"\s*[\r\n]+|\s+(?!\S)|\s+",
        r"\s*[\r\n]+|\s+(?!\S)|\s",
        r"\s*[\r\n]|\s+(?!\S)|\s+",
        r"\s*[\r\n]|\s+(?!\S)|\s",
        r"\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    ];
    let mut all = Vec::new();
    for index in 0..18 {
        let pick = |from: &[&'static str], step: usize| from[(index / step + index) % from.len()];
        let (before, letters) = (pick(&contractions, 6), pick(&letters, 3));
        let (number, symbols) = (numbers[index % numbers.len()], pick(&symbols, 4));
        all.push(format!(
            "{before}{letters}|{number}|{symbols}|{}",
            pick(&white, 7)
        ));
        // Marks as letters: Qwen 3.5.
        all.push(format!(
            r"{before}[^\r\n\p{{L}}\p{{N}}]?[\p{{L}}\p{{M}}]+|{number}| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*|{}",
            pick(&white, 5)
        ));
    }
    let upper = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    let lower = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    for (index, number) in numbers.iter().enumerate() {
        let suffix = if index % 2 == 0 {
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        } else {
            ""
        };
        let tail = ["/]*", "]*", "/]*"][index / 2];
        let lead = r"[^\r\n\p{L}\p{N}]?";
        all.push(format!(
            r"{lead}{upper}*{lower}+{suffix}|{lead}{upper}+{lower}*{suffix}|{number}| ?[^\s\p{{L}}\p{{N}}]+[\r\n{tail}|{}",
            white[index % 4]
        ));
    }
    all
}

/// Every stage, as tokenizer.json writes it.
fn pre_tokenizers() -> Vec<String> {
    let isolated = |regex: &str| split(regex, "Isolated", false);
    let mut all = vec![
        r#"{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}"#.to_owned(),
        r#"{"type":"Digits","individual_digits":true}"#.to_owned(),
        r#"{"type":"Digits","individual_digits":false}"#.to_owned(),
        r#"{"type":"Punctuation","behavior":"Contiguous"}"#.to_owned(),
        split(super::parse::CLIP, "Removed", true),
        isolated(super::parse::DEEPSEEK),
        isolated(super::parse::GPT2),
        isolated(super::parse::R50K),
        split(super::parse::R50K, "Removed", true),
    ];
    for number in [r"\p{N}{1,3}", r"\p{N}", r"\p{N}+"] {
        all.push(isolated(number));
    }
    for (index, regex) in relatives().iter().enumerate() {
        // They match all of a text, so that both are the same.
        all.push(if index % 2 == 0 {
            isolated(regex)
        } else {
            split(regex, "Removed", true)
        });
    }
    let deepseek = [r"\p{N}{1,3}", HAN, super::parse::DEEPSEEK].map(&isolated);
    all.push(format!(
        r#"{{"type":"Sequence","pretokenizers":[{}]}}"#,
        deepseek.join(",")
    ));
    for regex in [
        "[\r\n]",
        r"\s?\p{L}+",
        r"\s?\p{P}+",
        HAN,
        "[一-龥ࠀ-一가-\u{D7FF}]+",
        r"(?=(\d{3})+(?!\d))",
        r"\d{1,3}(?=(?:\d{3})*\b)",
    ] {
        all.push(isolated(regex));
    }
    all.extend(nested());
    all
}

/// Stages behind others, which are left out where a piece has nothing that they look for.
fn nested() -> Vec<String> {
    let isolated = |regex: &str| split(regex, "Isolated", false);
    let digits = r#"{"type":"Digits","individual_digits":true}"#.to_owned();
    let punctuation = r#"{"type":"Punctuation","behavior":"Contiguous"}"#.to_owned();
    let marks = r#"{"type":"Punctuation","behavior":"MergedWithNext"}"#.to_owned();
    let behind = |rest: &[String]| [&[isolated(r"[ab]\s?|\S ")], rest].concat();
    let mut all = vec![
        // DeepSeek Coder, and about what DeepSeek LLM and V2 have.
        vec![
            isolated("[\r\n]"),
            isolated(r"\s?\p{L}+"),
            isolated(r"\s?\p{P}+"),
            isolated("[一-龥ࠀ-一가-\u{D7FF}]+"),
            digits.clone(),
        ],
        vec![
            isolated("[\r\n]"),
            isolated(r"\s?[A-Za-zµÀ-ÖØ-öø-ƺͰ-ͳА-я]+"),
            isolated("\\s?[!-/:-~！-／：-～‘-‟\u{3000}-。]+"),
            isolated(r"\s+$"),
            isolated("[一-龥ࠀ-一가-\u{D7FF}]+"),
            digits.clone(),
        ],
        vec![punctuation.clone(), isolated(super::parse::GPT2), digits.clone()],
        vec![
            split(super::parse::CLIP, "Removed", true),
            isolated(super::parse::GPT2),
        ],
        // StarCoder, Command R.
        vec![digits.clone(), isolated(super::parse::GPT2)],
        vec![digits.replace("true", "false"), isolated(super::parse::GPT2)],
    ];
    for stage in [
        isolated(r"\p{N}{1,3}"),
        isolated(r"(?=(\d{3})+(?!\d))"),
        isolated(r"\d{1,3}(?=(?:\d{3})*\b)"),
        isolated("[\r\n]"),
        isolated(HAN),
        split(r"[a-m]+|\d\d", "Removed", true),
        split(r"[a-m]+|\d\d", "Removed", false),
        split(r"^\s*[A-Z]", "MergedWithPrevious", false),
        split(r"^\s*[A-Z]", "MergedWithNext", true),
        split(r"\$|\||é", "Contiguous", false),
        text("a", "Isolated"),
        text(" ", "MergedWithNext"),
        text("'s ", "MergedWithPrevious"),
        text("中", "Removed"),
        digits,
        punctuation,
        marks,
    ] {
        all.push(behind(&[stage]));
    }
    let sequence =
        |parts: Vec<String>| format!(r#"{{"type":"Sequence","pretokenizers":[{}]}}"#, parts.join(","));
    all.into_iter().map(sequence).collect()
}

struct Case {
    ours: super::Plan,
    theirs: PreTokenizerWrapper,
    text: String,
}

impl Case {
    fn new(json: &str) -> Self {
        let part: PreTokenizerPart = serde_json::from_str(json).unwrap();
        let mut ours = plan(Some(&part), true).unwrap();
        // The crate turns bytes into characters; the pieces are compared before that.
        let theirs = if ours.byte_level {
            split(super::parse::GPT2, "Isolated", false)
        } else {
            json.to_owned()
        };
        ours.byte_level = false;
        Self {
            ours,
            theirs: serde_json::from_str(&theirs).unwrap(),
            text: json.to_owned(),
        }
    }

    fn check(&self, text: &str) {
        let mut ours = Vec::new();
        run(
            &self.ours.stages,
            classes(),
            text.as_bytes(),
            0,
            text.len(),
            &mut |from, to| ours.push(&text[from..to]),
        );
        let mut theirs = PreTokenizedString::from(text);
        self.theirs.pre_tokenize(&mut theirs).unwrap();
        let theirs: Vec<&str> = theirs
            .get_splits(OffsetReferential::Original, OffsetType::Byte)
            .into_iter()
            .map(|(piece, _, _)| piece)
            .collect();
        assert_eq!(ours, theirs, "{} on {text:?}", self.text);
    }
}

#[test]
fn relatives_of_known_patterns_have_scanners() {
    for regex in relatives() {
        let part = serde_json::from_str(&split(&regex, "Isolated", false)).unwrap();
        let stages = plan(Some(&part), true).unwrap().stages;
        assert!(
            matches!(stages[..], [Stage::Cl100k(_) | Stage::O200k(_)]),
            "{regex}: {stages:?}"
        );
    }
}

#[test]
fn what_is_no_relative_has_none() {
    let whole = r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    let others = [
        format!("{whole}|"),
        format!("{whole}|a"),
        format!("a|{whole}"),
        whole.replace(r"\p{N}{1,3}|", ""),
        whole.replace(r"\p{N}{1,3}", r"\p{N}{1,3}a"),
        whole.replace(r"]+[\r\n]*", r"]+[\r\n]+"),
        whole.replace(r" ?[^\s\p{L}\p{N}]+", r" ?[^\s\p{L}\p{M}\p{N}]+"),
    ];
    for regex in others {
        let part = serde_json::from_str(&split(&regex, "Isolated", false)).unwrap();
        let stages = plan(Some(&part), true).map(|plan| plan.stages);
        assert!(
            !matches!(stages.as_deref(), Ok([Stage::Cl100k(_) | Stage::O200k(_)])),
            "{regex}: {stages:?}"
        );
    }
}

#[test]
fn all_code_points_split_as_in_the_reference() {
    let long = std::env::var_os("AUTOTOKENIZER_LONG").is_some();
    for json in pre_tokenizers() {
        let case = Case::new(&json);
        let mut text = String::new();
        let mut count = 0;
        for code in 0..0x11_0000u32 {
            let Some(character) = char::from_u32(code) else {
                continue;
            };
            // Beyond the first planes' scripts a sample is enough for a quick run.
            if !long && code > 0x2_0000 && code % 1024 != 0 || !long && code > 0x3400 && code % 128 != 0 {
                continue;
            }
            let c = character;
            write!(text, "a{c}b {c} 1{c}2'{c}A{c}{c}\n{c}Bc {c}{c}1 '{c}{c}'s ").unwrap();
            count += 1;
            if count % 64 == 0 {
                case.check(&text);
                text.clear();
            }
            if long {
                case.check(&c.to_string());
                case.check(&format!("{c}a"));
                case.check(&format!(" {c}"));
            }
        }
        case.check(&text);
    }
}

#[test]
fn random_strings_split_as_in_the_reference() {
    let alphabet: Vec<char> =
        "aAzZsStTrReEvVmMlLdD'''   \t\n\r019.,!?/<|>_$\u{0}\u{a0}\u{3000}\u{85}٣½€«\u{301}\u{94d}éÉßſǅʰªж中あ한😀\u{200d}\u{fffd}".chars().collect();
    let ascii = &alphabet[..alphabet.iter().position(|&letter| letter == '\u{a0}').unwrap()];
    // The last is a digit of Unicode 17, which Oniguruma does not know.
    let numbers: Vec<char> = "0123٣½𝟘 ,a_\u{301}\u{11DE0}".chars().collect();
    let words: Vec<char> =
        "abAB    жЖяЯéÉαΩ漢字かなカ한국กที่हिन्दीبًשאǅʰª’“”—…。、،!'\"sſ\n\u{200d}\u{301}😀𝐀𐐀𐐨"
            .chars()
            .collect();
    let mut state = 0x1234_5678_9abc_def1u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 40).unwrap()
    };
    let rounds = if std::env::var_os("AUTOTOKENIZER_LONG").is_some() {
        200_000
    } else {
        2_000
    };
    for json in pre_tokenizers() {
        let case = Case::new(&json);
        for _ in 0..rounds {
            // Long enough for blocks, now and then, and in these mostly ASCII.
            let long = next() % 4 == 0;
            let length = next() % if long { 160 } else { 24 };
            let alphabet = match next() % 4 {
                0 => &words,
                1 | 2 if long => ascii,
                _ => &alphabet,
            };
            let alphabet = if next() % 8 == 0 { &numbers } else { alphabet };
            let mut text: String = (0..length).map(|_| alphabet[next() % alphabet.len()]).collect();
            if next() % 8 == 0 {
                // CLIP's special tokens, whole and not.
                let snippets = [
                    "<|startoftext|>",
                    "<|endoftext|>",
                    "<|endoftext|",
                    "<|<|startoftext|>|>",
                ];
                let place = text.char_indices().map(|(place, _)| place);
                let place = place.take(next() % 16).last().unwrap_or_default();
                text.insert_str(place, snippets[next() % snippets.len()]);
            }
            case.check(&text);
        }
    }
}
