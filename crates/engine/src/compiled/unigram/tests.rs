#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use tokenizers::Model;

use super::{Scratch, Unigram, trie::Trie};

/// A small generator, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn text(&mut self, pool: &[char], longest: usize) -> String {
        (0..self.below(longest + 1))
            .map(|_| pool[self.below(pool.len())])
            .collect()
    }
}

#[test]
fn a_trie_knows_its_keys_and_nothing_else() {
    let mut random = Random(1);
    let mut keys: Vec<Vec<u8>> = vec![
        vec![0],
        vec![0, 0],
        vec![255; 40],
        b"a".to_vec(),
        b"a\0".to_vec(),
        vec![],
    ];
    for _ in 0..6000 {
        let range = if random.below(2) == 0 { 256 } else { 4 };
        let length = 1 + random.below(9);
        keys.push(
            (0..length)
                .map(|_| u8::try_from(random.below(range)).unwrap())
                .collect(),
        );
    }
    let entries = keys
        .iter()
        .zip(0u32..)
        .map(|(key, value)| (key.as_slice(), value));
    let trie = Trie::build(entries.clone()).unwrap();
    // Of equal keys the last one counts, as when they are put into a map one after the other.
    let map: BTreeMap<&[u8], u32> = entries.filter(|(key, _)| !key.is_empty()).collect();
    for (key, value) in &map {
        assert_eq!(trie.get(key), Some(*value), "{key:?}");
    }
    for _ in 0..50_000 {
        let length = random.below(6);
        let range = if random.below(2) == 0 { 256 } else { 4 };
        let key: Vec<u8> = (0..length)
            .map(|_| u8::try_from(random.below(range)).unwrap())
            .collect();
        assert_eq!(trie.get(&key), map.get(key.as_slice()).copied(), "{key:?}");
    }
    assert_eq!(trie.longest(), 40);
}

#[test]
fn an_empty_trie_leads_nowhere() {
    let trie = Trie::build([]).unwrap();
    for byte in 0..=255 {
        assert!(trie.steps().step(trie.root(), byte).is_none());
    }
    assert_eq!(trie.get(b""), None);
}

fn assert_equal(vocab: &[(String, f64)], unk_id: usize, byte_fallback: bool, texts: &[String]) {
    let reference =
        tokenizers::models::unigram::Unigram::from(vocab.to_vec(), Some(unk_id), byte_fallback).unwrap();
    let ours = Unigram::build(vocab, Some(unk_id), byte_fallback).unwrap();
    let mut scratch = Scratch::default();
    for text in texts {
        let expected: Vec<u32> = reference
            .tokenize(text)
            .unwrap()
            .into_iter()
            .map(|token| token.id)
            .collect();
        let mut ids = vec![7];
        ours.encode(text, &mut scratch, &mut ids);
        assert_eq!(
            ids[1..],
            expected,
            "{text:?} with {vocab:?}, unknown {unk_id}, fallback {byte_fallback}"
        );
    }
}

/// Scores on a coarse grid make many segmentations equally good: ties must fall as in the reference.
#[test]
fn random_models_segment_as_the_reference_does() {
    let pool: Vec<char> = "aaabbcé中🙂▁".chars().collect();
    let mut random = Random(2);
    for round in 0..400 {
        let mut vocab = vec![("<unk>".to_owned(), 0.0)];
        for _ in 0..2 + random.below(30) {
            let score = f64::from(u32::try_from(random.below(9)).unwrap()) * -0.1 - 0.3;
            vocab.push((random.text(&pool, 4), score));
        }
        let byte_fallback = round % 3 == 0;
        if byte_fallback {
            // Not always all of them: a byte without a token makes the whole run unknown.
            let missing = random.below(300);
            vocab.extend(
                (0..256)
                    .filter(|&byte| byte != missing)
                    .map(|byte| (format!("<0x{byte:02X}>"), -9.0)),
            );
        }
        let texts: Vec<String> = (0..60).map(|_| random.text(&pool, 14)).collect();
        assert_equal(&vocab, random.below(2), byte_fallback, &texts);
    }
}

#[test]
fn the_unknown_token_in_the_text_fuses_with_its_neighbours() {
    let vocab = [("<unk>", 0.0), ("a", -1.0), ("zz", -30.0), ("<", -2.0)];
    let vocab: Vec<(String, f64)> = vocab.map(|(token, score)| (token.to_owned(), score)).to_vec();
    let texts = ["<unk>", "z<unk>z", "a<unk><unk>a", "zz", "zza", "<<unk>", ""].map(str::to_owned);
    assert_equal(&vocab, 0, false, &texts);
}

#[test]
fn models_that_cannot_serve_are_declined() {
    assert!(Unigram::build(&[("a", 0.0)], None, false).is_err());
    assert!(Unigram::build(&[("a", 0.0)], Some(1), false).is_err());
    assert!(Unigram::build::<&str>(&[], Some(0), false).is_err());
    let long = "a".repeat(2000);
    assert!(Unigram::build(&[(long.as_str(), 0.0)], Some(0), false).is_err());
}
