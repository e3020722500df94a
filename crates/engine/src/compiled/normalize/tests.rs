#![expect(clippy::unwrap_used, reason = "tests")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokenizers::{NormalizedString, Normalizer as _, NormalizerWrapper};

use super::{Buffers, Normalizer};

/// One normalizer beside the reference's, built from the same JSON.
struct Pair {
    ours: Normalizer,
    reference: NormalizerWrapper,
    buffers: Buffers,
    name: String,
}

impl Pair {
    fn new(value: &Value) -> Self {
        Self {
            ours: Normalizer::from_json(value).unwrap(),
            reference: serde_json::from_value(value.clone()).unwrap(),
            buffers: Buffers::default(),
            name: value.to_string().chars().take(100).collect(),
        }
    }

    fn check(&mut self, text: &str) {
        let mut expected = NormalizedString::from(text);
        self.reference.normalize(&mut expected).unwrap();
        let normalized = self.ours.normalize(text, &mut self.buffers);
        assert_eq!(normalized.text, expected.get(), "{text:?} through {}", self.name);
        let matters = |mark| !normalized.text.is_empty() && !normalized.text.starts_with([' ', mark]);
        if ['▁', '_']
            .iter()
            .any(|&mark| matters(mark) && self.ours.knows_start(mark))
        {
            // A slice of the first character says where the reference places it.
            let first = normalized.text.chars().next().unwrap().len_utf8();
            let slice = expected
                .slice(tokenizers::tokenizer::normalizer::Range::Normalized(0..first))
                .unwrap();
            assert_eq!(
                normalized.from_start,
                slice.offsets_original().0 == 0,
                "{text:?} through {}",
                self.name
            );
        }
    }
}

fn bert(clean: bool, chinese: bool, strip: Option<bool>, lower: bool) -> Value {
    json!({"type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": chinese,
           "strip_accents": strip, "lowercase": lower})
}

fn replace(from: &str, to: &str) -> Value {
    json!({"type": "Replace", "pattern": {"String": from}, "content": to})
}

fn sequence(list: &[Value]) -> Value {
    json!({"type": "Sequence", "normalizers": list})
}

fn all() -> Vec<Pair> {
    let spaces = json!({"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "});
    let kinds: Vec<Value> = ["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt"]
        .map(|kind| json!({"type": kind}))
        .into();
    let strip = |left: bool, right: bool| json!({"type": "Strip", "strip_left": left, "strip_right": right});
    let mut values = kinds.clone();
    values.extend([
        bert(true, true, None, true),
        bert(true, true, None, false),
        bert(false, true, Some(false), true),
        bert(true, false, Some(true), false),
        bert(false, false, Some(true), true),
        strip(true, true),
        strip(true, false),
        strip(false, true),
        spaces.clone(),
        json!({"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "}),
        json!({"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": ""}),
        json!({"type": "Replace", "pattern": {"Regex": "(?=.)|(?<!^)$"}, "content": "k"}),
        json!({"type": "Replace", "pattern": {"Regex": r"[^a\s\p{M}]+"}, "content": "xy"}),
        json!({"type": "Replace", "pattern": {"Regex": "[^ab]|a+"}, "content": ""}),
        json!({"type": "Replace", "pattern": {"Regex": r"^\s+|\s+$"}, "content": ""}),
        json!({"type": "Replace", "pattern": {"Regex": "^▁+$"}, "content": ""}),
        json!({"type": "Replace", "pattern": {"Regex": r"\A[^\n]|.$"}, "content": "x"}),
        replace("``", "\""),
        json!({"type": "Prepend", "prepend": "▁"}),
        sequence(&[
            kinds[6].clone(),
            kinds[2].clone(),
            spaces.clone(),
            strip(true, true),
        ]),
        sequence(&[
            replace("''", "\""),
            kinds[3].clone(),
            kinds[5].clone(),
            kinds[4].clone(),
        ]),
        sequence(&[
            strip(true, true),
            kinds[1].clone(),
            json!({"type": "Prepend", "prepend": "▁"}),
            replace(" ", "▁"),
        ]),
        // The mark stands for what was prepended and for the first character.
        sequence(&[
            json!({"type": "Prepend", "prepend": " "}),
            json!({"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}),
        ]),
        sequence(&[
            strip(true, false),
            kinds[5].clone(),
            kinds[6].clone(),
            kinds[2].clone(),
            spaces,
        ]),
    ]);
    values.iter().map(Pair::new).collect()
}

/// Characters that normalizers treat in different ways, and ones that join or change places.
const POOL: &str = "aeE .,''``()-\t\n\r\u{b}\u{85}\u{a0}\u{3000}\u{2581}\u{200b}\u{200d}\u{300}\u{301}\u{323}\u{345}\
    \u{5b0}\u{64b}\u{1100}\u{1161}\u{11a8}\u{ac00}\u{ac01}中文éàÜßﬁ™①½Å\u{212b}\u{1f1e6}👩\u{1f3fd}\u{fe0f}क\u{94d}षนำ\
    \u{309a}か\u{3099}\0\u{1}\u{7f}\u{ad}\u{fffd}İıſΣ\u{1d165}\u{1d16e}\u{600}\u{dd9}\u{ddc}\u{1e0a}\u{0f71}\u{0f72}";

fn random_texts(count: usize) -> impl Iterator<Item = String> {
    let pool: Vec<char> = POOL.chars().collect();
    let mut state = 5u64;
    let mut below = move |end: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % end
    };
    (0..count).map(move |round| {
        // Some longer than a block, so that characters fall across its end.
        let length = if round % 8 == 0 { 60 + below(80) } else { below(12) };
        (0..length)
            .map(|_| match below(8) {
                0 => char::from_u32(u32::try_from(below(0x3100)).unwrap()).unwrap_or('a'),
                1..=3 => 'a',
                _ => pool[below(pool.len())],
            })
            .collect()
    })
}

#[test]
fn random_texts_are_normalized_as_the_reference_does() {
    let mut pairs = all();
    for text in random_texts(1500) {
        for pair in &mut pairs {
            pair.check(&text);
        }
    }
}

#[test]
fn white_space_across_the_end_of_a_block_is_normalized_as_the_reference_does() {
    let mut pairs = all();
    for before in 60..68 {
        for white in ["  ", " \t", "\t ", "\n", " \u{a0}", "\u{3000} ", " \u{85}", " "] {
            let words: String = "ab c ".chars().cycle().take(before).collect();
            for pair in &mut pairs {
                pair.check(&format!("{words}x{white}{words}{white}"));
            }
        }
    }
}

/// The planes that hold characters; the rest of the code space only with `AUTOTOKENIZER_LONG=1`.
fn points() -> impl Iterator<Item = char> {
    let long = std::env::var_os("AUTOTOKENIZER_LONG").is_some();
    (0..0x11_0000u32)
        .filter(move |point| long || matches!(point, 0..0x3_2400 | 0xE_0000..0xE_0200) || point % 4093 == 0)
        .filter_map(char::from_u32)
}

#[test]
fn every_character_is_normalized_as_the_reference_does() {
    let mut pairs = all();
    let points: Vec<char> = points().collect();
    for group in points.chunks(200) {
        let alone: String = group.iter().flat_map(|&c| [c, 'x']).collect();
        let marked: String = group
            .iter()
            .flat_map(|&c| [c, '\u{323}', '\u{301}', ' '])
            .collect();
        for pair in &mut pairs {
            pair.check(&alone);
            pair.check(&marked);
        }
    }
}

#[test]
fn unknown_normalizers_are_declined() {
    for value in [
        json!({"type": "ByteLevel"}),
        json!({"type": "Replace", "pattern": {"Regex": "a*"}, "content": ""}),
        json!({"type": "Replace", "pattern": {"String": ""}, "content": "x"}),
        json!({"type": "Prepend", "prepend": ""}),
        json!({"type": "Precompiled", "precompiled_charsmap": "AAAA"}),
        json!({"type": "Precompiled", "precompiled_charsmap": "not base64"}),
        json!({"type": "Strip", "strip_left": 1, "strip_right": true}),
        json!({"type": "BertNormalizer", "lowercase": true}),
        json!("NFC"),
        json!({}),
    ] {
        assert!(Normalizer::from_json(&value).is_err(), "{value}");
    }
    let mut deep = json!({"type": "NFC"});
    for _ in 0..40 {
        deep = sequence(&[deep]);
    }
    assert!(Normalizer::from_json(&deep).is_err());
}

/// A map whose trie points outside itself makes the reference panic on some text: it is declined.
#[test]
fn charsmaps_that_point_outside_themselves_are_declined() {
    const BLOCK: usize = 256;
    let encode = |units: &[u32], text: &[u8]| {
        let mut blob = u32::try_from(units.len() * 4).unwrap().to_le_bytes().to_vec();
        blob.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        blob.extend(text);
        json!({"type": "Precompiled", "precompiled_charsmap": STANDARD.encode(&blob)})
    };
    // The root's children stand at 256; `a` maps to the text at its value.
    let mut units = vec![0u32; 3 * BLOCK];
    units[0] = 256 << 10;
    let place = 256 ^ usize::from(b'a');
    units[place] = u32::from(b'a') | 1 << 8 | (u32::try_from(place ^ 512).unwrap() << 10);
    units[512] = 1 << 31;
    let mut pair = Pair::new(&encode(&units, b"bc\0"));
    for text in ["a", "xay", "aa\u{301}a", "\u{301}a"] {
        pair.check(text);
    }
    let mut outside = units.clone();
    outside[0] = 1 << 30;
    assert!(Normalizer::from_json(&encode(&outside, b"bc\0")).is_err());
    let mut outside = units.clone();
    outside[512] = (1 << 31) + 99;
    assert!(Normalizer::from_json(&encode(&outside, b"bc\0")).is_err());
    assert!(Normalizer::from_json(&encode(&units[..600], b"bc\0")).is_err());
    assert!(Normalizer::from_json(&encode(&[], b"")).is_err());
    assert!(Normalizer::from_json(&encode(&units, &[0xFF])).is_err());
}
