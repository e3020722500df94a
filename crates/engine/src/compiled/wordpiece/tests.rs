#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use tokenizers::Model;

use super::{Settings, WordPiece};

fn assert_equal(vocab: &BTreeMap<String, u32>, settings: &Settings<'_>, texts: &[String]) {
    let reference = tokenizers::models::wordpiece::WordPiece::builder()
        .vocab(
            vocab
                .iter()
                .map(|(token, id)| (token.clone(), *id))
                .collect::<ahash::AHashMap<_, _>>(),
        )
        .unk_token(settings.unk_token.to_owned())
        .continuing_subword_prefix(settings.continuing_subword_prefix.to_owned())
        .max_input_chars_per_word(settings.max_input_chars_per_word)
        .build()
        .unwrap();
    let ours = WordPiece::build(vocab.iter().map(|(token, id)| (token.as_str(), *id)), settings).unwrap();
    for text in texts {
        let expected: Vec<u32> = reference
            .tokenize(text)
            .unwrap()
            .into_iter()
            .map(|token| token.id)
            .collect();
        let mut ids = vec![7];
        ours.encode(text, &mut ids);
        assert_eq!(ids[1..], expected, "{text:?} with {vocab:?} and {settings:?}");
    }
}

#[test]
fn random_models_cover_words_as_the_reference_does() {
    let pool: Vec<char> = "aaabbcé中🙂#".chars().collect();
    let mut state = 3u64;
    let mut below = |end: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % end
    };
    for round in 0..300 {
        let prefix = ["##", "", "#", "é"][round % 4];
        let mut vocab = BTreeMap::from([("[UNK]".to_owned(), 0)]);
        for id in 1..2 + u32::try_from(below(40)).unwrap() {
            let mut token = if below(2) == 0 {
                prefix.to_owned()
            } else {
                String::new()
            };
            token.extend((0..below(4)).map(|_| pool[below(pool.len())]));
            vocab.insert(token, id);
        }
        let texts: Vec<String> = (0..60)
            .map(|_| (0..below(12)).map(|_| pool[below(pool.len())]).collect())
            .collect();
        let settings = Settings {
            unk_token: "[UNK]",
            continuing_subword_prefix: prefix,
            max_input_chars_per_word: below(12),
        };
        assert_equal(&vocab, &settings, &texts);
    }
}

#[test]
fn models_that_cannot_serve_are_declined() {
    let settings = Settings {
        unk_token: "[UNK]",
        continuing_subword_prefix: "##",
        max_input_chars_per_word: usize::MAX,
    };
    let long = "a".repeat(2000);
    assert!(WordPiece::build([("[UNK]", 0), (long.as_str(), 1)], &settings).is_err());
}
