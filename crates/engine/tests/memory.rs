//! What a tokenizer remembers of texts is bounded, however many it sees. Alone in its process, whose size is measured.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use autotokenizer_engine::{EngineChoice, LoadOptions, Tokenizer};
use serde_json::{Map, Value, json};

const MEBIBYTE: usize = 1 << 20;
/// The documented limit of all caches of a tokenizer.
const LIMIT: usize = 16 * MEBIBYTE;
/// For the texts at hand, their ids, a table while it grows, and what the allocator keeps of smaller ones.
const SLACK: usize = 16 * MEBIBYTE;
const THREADS: u64 = 4;

/// Resident memory of this process in bytes, where the system says so in a file.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

/// Letters, and pairs of them that merge.
fn model() -> String {
    let letters: Vec<String> = ('a'..='z').map(String::from).collect();
    let mut vocab = Map::new();
    let mut merges = Vec::new();
    for token in letters.iter().cloned().chain(["Ġ".to_owned()]) {
        vocab.insert(token, vocab.len().into());
    }
    for first in &letters {
        for second in &letters {
            vocab.insert(format!("{first}{second}"), vocab.len().into());
            merges.push(json!([first, second]));
        }
    }
    json!({
        "added_tokens": [], "normalizer": null, "post_processor": null,
        "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true },
        "decoder": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true },
        "model": { "type": "BPE", "vocab": Value::Object(vocab), "merges": merges }
    })
    .to_string()
}

/// So many bytes of words of which hardly two are alike.
fn encode_new_words(tokenizer: &Tokenizer, bytes: usize, seed: u64) -> usize {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let (mut text, mut ids) = (String::new(), Vec::new());
    let (mut done, mut total) = (0, 0);
    while done < bytes {
        text.clear();
        while text.len() < 64 << 10 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            // From 6 to 305 letters: all kinds of entries, and ids that do not fit into them.
            let length = 6 + (state >> 32) % if state.is_multiple_of(8) { 300 } else { 21 };
            let mut word = state;
            for _ in 0..length {
                let letter = u8::try_from(word % 26).unwrap();
                text.write_char(char::from(b'a' + letter)).unwrap();
                word = word.rotate_left(7) ^ state;
            }
            text.push(' ');
        }
        ids.clear();
        tokenizer.encode_ids(&text, None, false, &mut ids).unwrap();
        done += text.len();
        total += ids.len();
    }
    total
}

#[test]
fn what_is_remembered_of_texts_is_bounded() {
    let Some(_) = resident() else {
        println!("skipped: this system has no /proc/self/status");
        return;
    };
    let options = LoadOptions {
        engine: EngineChoice::Compiled,
        ..LoadOptions::default()
    };
    let tokenizer = Tokenizer::from_bytes(model().as_bytes(), &options).unwrap();
    let before = resident().unwrap();
    for round in 0..3 {
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let tokenizer = &tokenizer;
                scope.spawn(move || encode_new_words(tokenizer, 8 * MEBIBYTE, round * THREADS + thread + 1));
            }
        });
        let grown = resident().unwrap().saturating_sub(before);
        assert!(
            grown < LIMIT + SLACK,
            "after {} MiB of new words the process has grown by {} MiB",
            (round + 1) * THREADS * 8,
            grown >> 20
        );
    }
}
