//! The scanners against the crate's own pre-tokenizers: all code points in context, and random strings.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write;

use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::{OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer};

use super::super::file::PreTokenizerPart;
use super::super::unicode::classes;
use super::{plan, run};

fn split(regex: &str, behavior: &str, invert: bool) -> String {
    serde_json::json!({"type": "Split", "pattern": {"Regex": regex}, "behavior": behavior, "invert": invert})
        .to_string()
}

const HAN: &str = "[一-龥\u{3040}-ゟ゠-ヿ]+";

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
    for number in [r"\p{N}{1,3}", r"\p{N}"] {
        all.push(isolated(number));
        for (before, after) in super::parse::CL100K {
            all.push(isolated(&format!("{before}{number}{after}")));
        }
        for (before, after, _) in super::parse::O200K {
            all.push(isolated(&format!("{before}{number}{after}")));
            all.push(split(&format!("{before}{number}{after}"), "Removed", true));
        }
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
    all
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
    let numbers: Vec<char> = "0123٣½𝟘 ,a_\u{301}".chars().collect();
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
            let text: String = (0..length).map(|_| alphabet[next() % alphabet.len()]).collect();
            case.check(&text);
        }
    }
}
