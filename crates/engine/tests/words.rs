//! The compiled engine against the `tokenizers` crate, over real `WordPiece` and Unigram files.
//!
//! The files are no part of the repository: `AUTOTOKENIZER_FIXTURES` names their folder, beside the repository by
//! default. A file that is not there is skipped, and the output says so. `AUTOTOKENIZER_LONG=1` takes every code
//! point through every file, more random texts, and the largest file.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;

use autotokenizer_engine::{EngineChoice, LoadOptions, Tokenizer};

const MODELS: [&str; 16] = [
    "google-bert/bert-base-uncased",
    "google-bert/bert-base-cased",
    "google-bert/bert-base-chinese",
    "google-bert/bert-base-multilingual-cased",
    "sentence-transformers/all-MiniLM-L6-v2",
    "sentence-transformers/all-mpnet-base-v2-rebuilt",
    "thenlper/gte-base",
    "facebook/esm2_t12_35M_UR50D-rebuilt",
    "google-t5/t5-small",
    "google-t5/t5-small-hub",
    "google-t5/t5-small-legacy-false",
    "albert/albert-base-v2-derived",
    "xlnet/xlnet-base-cased",
    "google/pegasus-reuters",
    "naver-clova-ix/donut-base",
    "sentence-transformers/paraphrase-multilingual-mpnet-base-v2",
];
/// The reference takes longest to load it: only when long.
const LARGEST: &str = "microsoft/deberta-v3-small-spm";
/// One file of each way to normalize.
const FAMILIES: [&str; 3] = [
    "google-bert/bert-base-uncased",
    "google-t5/t5-small",
    "albert/albert-base-v2-derived",
];

/// Every file, loaded once for all tests.
static PAIRS: LazyLock<Vec<Pair>> = LazyLock::new(|| {
    MODELS
        .into_iter()
        .chain(long().then_some(LARGEST))
        .filter_map(Pair::load)
        .collect()
});

fn fixtures() -> PathBuf {
    std::env::var_os("AUTOTOKENIZER_FIXTURES").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures"),
        PathBuf::from,
    )
}

fn long() -> bool {
    std::env::var_os("AUTOTOKENIZER_LONG").is_some()
}

struct Pair {
    name: &'static str,
    ours: Tokenizer,
    reference: tokenizers::Tokenizer,
}

impl Pair {
    fn load(name: &'static str) -> Option<Self> {
        let path = fixtures().join("models").join(name).join("tokenizer.json");
        let Ok(json) = std::fs::read(&path) else {
            eprintln!("skipped: {} is not there", path.display());
            return None;
        };
        let options = LoadOptions {
            engine: EngineChoice::Compiled,
            ..LoadOptions::default()
        };
        let mut reference = tokenizers::Tokenizer::from_bytes(&json).unwrap();
        // A file's own truncation and padding are no part of what we compute.
        reference.with_truncation(None).unwrap();
        reference.with_padding(None);
        Some(Self {
            name,
            ours: Tokenizer::from_bytes(&json, &options).unwrap(),
            reference,
        })
    }

    fn check(&self, text: &str) {
        let expected = self.reference.encode_fast(text, true).unwrap();
        let mut ids = Vec::new();
        self.ours.encode_ids(text, None, true, &mut ids).unwrap();
        if ids != expected.get_ids() {
            let part: String = text.chars().take(200).collect();
            panic!(
                "{} encodes {part:?} as\n{ids:?}, the reference as\n{:?}",
                self.name,
                expected.get_ids()
            );
        }
    }
}

const HARD: [&str; 38] = [
    "",
    " ",
    "\n",
    "Hello world!",
    " leading and trailing  ",
    "Two  spaces,   three,    four",
    "tab\tnew\nline\r\nreturn\rform\u{c}feed\u{b}",
    "café cafe\u{301} naïve Ångström \u{212b} ﬁne ™ ½ ① ﷺ",
    "don't can't I'm we've they'll",
    "``quoted'' and 'quoted'",
    "<s></s><unk><pad><mask>[CLS][SEP][MASK][UNK][PAD]<extra_id_0>",
    "a<mask> b<mask>c <mask>",
    "[ MASK ] [mask] [MASK",
    "▁ ▁▁ a▁b ▁a",
    "中文字符 日本語テキスト 한국어 텍스트",
    "日本語のひらがなとカタカナ、ｶﾞﾊﾟ",
    "нормальный текст, ЁЖ Й и\u{306}",
    "नमस्ते दुनिया क\u{94d}ष",
    "สวัสดีชาวโลก น้ำ",
    "مرحبا بالعالم ﻻ",
    "שָׁלוֹם עולם",
    "Việt Nam tiếng Việt",
    "👩‍👩‍👧‍👦 🇩🇪🇫🇷 👍🏽 ❤️ 🏴‍☠️",
    "x\u{200b}y\u{200d}z\u{feff}w\u{ad}v\u{2060}",
    "\u{0}\u{1}\u{7f}\u{80}\u{9f}\u{fffd}",
    "\u{e0001}\u{e0100}\u{f0000}\u{10ffff}",
    "İstanbul ıi ſ ẞß ΣΑΣ",
    "a\u{323}\u{307} a\u{307}\u{323} \u{1e69} s\u{307}\u{323}",
    "\u{1d15e}\u{1d165}\u{1d16e} \u{1d160}",
    "\u{f900}\u{2f800}\u{20000}\u{2b820}\u{2ceb0}",
    "\u{ac00}\u{1100}\u{1161}\u{11a8}\u{ac01}\u{11a8}",
    "3.14159 1,000,000 2024-11-22 0x1F 100%",
    "https://example.com/a_b?c=d&e=f#g user@host.org",
    "fn main() { println!(\"{}\", x[0] + 1); } // comment",
    "e\u{301}\u{301}\u{301} \u{301}lead \u{345}",
    "“curly” ‘quotes’ – dashes — … ¿qué? ¡sí! «ici»",
    "\u{2028}\u{2029}\u{85}\u{1680}\u{2000}\u{202f}\u{205f}\u{3000}",
    "averyveryveryverylongwordthatgoesonandonandonwithoutanyspacesorpunctuationuntilitisbeyondonehundredcharacters",
];

#[test]
fn hard_texts_give_the_ids_of_the_reference() {
    for pair in PAIRS.iter() {
        for text in HARD {
            pair.check(text);
            pair.check(&format!(" {text}"));
            pair.check(&format!("a{text}b"));
        }
        pair.check(&HARD.concat());
        pair.check(&HARD.join(" "));
    }
}

/// Runs without a place to cut, at the edges of blocks, caches and word limits.
#[test]
fn runs_give_the_ids_of_the_reference() {
    let counts: &[usize] = if long() {
        &[15, 16, 31, 64, 99, 100, 101, 129, 20_000]
    } else {
        &[16, 64, 101, 300]
    };
    let units = [
        "a",
        "Ab",
        " ",
        "\n",
        ".",
        "中",
        "é",
        "e\u{301}",
        "\u{301}",
        "👍",
        "1",
        "▁",
        "क\u{94d}",
        "\u{ac00}",
        "ß ",
    ];
    for pair in PAIRS.iter() {
        for unit in units {
            for &count in counts {
                pair.check(&unit.repeat(count));
            }
        }
    }
}

/// The characters that normalizers treat one by one, through a file of each family; the whole code space through
/// all files when long.
#[test]
fn every_character_gives_the_ids_of_the_reference() {
    let points: Vec<char> = (0..0x11_0000u32)
        .filter(|point| {
            long() || matches!(point, 0..0x3400 | 0xF900..0x1_0000 | 0x1_D100..0x1_D800) || point % 521 == 0
        })
        .filter_map(char::from_u32)
        .collect();
    for pair in PAIRS
        .iter()
        .filter(|pair| long() || FAMILIES.contains(&pair.name))
    {
        for group in points.chunks(64) {
            let mut text = String::new();
            for c in group {
                write!(text, "{c} a{c}b{c}{c}\u{301} ").unwrap();
            }
            pair.check(&text);
        }
        if long() {
            for c in &points {
                pair.check(c.encode_utf8(&mut [0; 4]));
            }
        }
    }
}

#[test]
fn random_texts_give_the_ids_of_the_reference() {
    let pool: Vec<char> = HARD.concat().chars().collect();
    let mut state = 11u64;
    let mut below = |end: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % end
    };
    let rounds = if long() { 100_000 } else { 150 };
    for pair in PAIRS.iter() {
        for _ in 0..rounds {
            let length = below(40);
            let text: String = (0..length)
                .map(|_| match below(10) {
                    0 => char::from_u32(u32::try_from(below(0x11_0000)).unwrap()).unwrap_or(' '),
                    1..=3 => ['e', 't', ' ', 'S'][below(4)],
                    _ => pool[below(pool.len())],
                })
                .collect();
            pair.check(&text);
        }
    }
}
