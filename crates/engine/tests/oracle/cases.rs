//! All cases of a model, in the order of `__test__/oracle/describe.py`.

use autotokenizer_engine::{
    DecodeOptions, EncodeOptions, Encoding, EngineError, Input, Overflow, Tokenizer, Truncation,
    TruncationDirection, TruncationStrategy,
};

use crate::describe::{MARK, NONE, encoding, numbers, or_none, overflowing, shown};
use crate::texts::{Document, Random, chosen_tokens, fill, fnv1a, random_texts};

const TRUNCATED_TEXTS: usize = 40;
const LENGTHS: [(usize, usize); 7] = [(3, 0), (4, 1), (6, 0), (6, 2), (9, 4), (17, 3), (40, 7)];
const STRATEGIES: [TruncationStrategy; 3] = [
    TruncationStrategy::LongestFirst,
    TruncationStrategy::OnlyFirst,
    TruncationStrategy::OnlySecond,
];
const DIRECTIONS: [TruncationDirection; 2] = [TruncationDirection::Right, TruncationDirection::Left];
const RANDOM_DECODES: usize = 60;
const BLOCK: usize = 10;

pub(crate) struct Cases<'a> {
    name: &'a str,
    tokenizer: &'a Tokenizer,
    texts: Vec<String>,
    random: Vec<String>,
    pairs: Vec<(String, String)>,
    words: Vec<Vec<String>>,
}

impl<'a> Cases<'a> {
    pub(crate) fn new(name: &'a str, tokenizer: &'a Tokenizer, document: &Document) -> Self {
        let added: Vec<&str> = tokenizer
            .info()
            .added_tokens
            .iter()
            .map(|listed| listed.token.content.as_str())
            .collect();
        let tokens = chosen_tokens(&added);
        Self {
            name,
            tokenizer,
            texts: document.texts.iter().map(|text| fill(text, &tokens)).collect(),
            random: random_texts(name, &tokens, document),
            pairs: document
                .pairs
                .iter()
                .map(|(a, b)| (fill(a, &tokens), fill(b, &tokens)))
                .collect(),
            words: document
                .words
                .iter()
                .map(|words| words.iter().map(|word| fill(word, &tokens)).collect())
                .collect(),
        }
    }

    pub(crate) fn describe(&self, section: &str, facet: &str) -> Vec<String> {
        match section {
            "texts" => self
                .texts
                .iter()
                .map(|text| self.facet(text, None, facet))
                .collect(),
            "random" => {
                let described: Vec<_> = self
                    .random
                    .iter()
                    .map(|text| self.facet(text, None, facet))
                    .collect();
                described.chunks(BLOCK).map(|block| block.join("\n")).collect()
            }
            "pairs" => self
                .pairs
                .iter()
                .map(|(a, b)| self.facet(a, Some(b), facet))
                .collect(),
            "words" => self
                .words
                .iter()
                .map(|words| self.described_words(words))
                .collect(),
            "early" => self.early(),
            "truncated" => self.texts.iter().map(|text| self.truncated(text)).collect(),
            "stream" => self.texts.iter().map(|text| self.streamed(text)).collect(),
            "vocab" => vec![self.vocab()],
            "ids" => self.random_decodes(),
            other => vec![format!("no section {other}")],
        }
    }

    fn encode(
        &self,
        text: Input<'_>,
        pair: Option<Input<'_>>,
        special: bool,
    ) -> Result<Encoding, EngineError> {
        let options = EncodeOptions {
            add_special_tokens: special,
            ..EncodeOptions::default()
        };
        self.tokenizer.encode(text, pair, &options)
    }

    fn ids(&self, text: &str, pair: Option<&str>, special: bool) -> Result<Vec<u32>, EngineError> {
        let mut ids = Vec::new();
        self.tokenizer.encode_ids(text, pair, special, &mut ids)?;
        Ok(ids)
    }

    fn facet(&self, text: &str, pair: Option<&str>, facet: &str) -> String {
        let both = [true, false];
        match facet {
            "ids" => both
                .map(|special| shown(self.ids(text, pair, special).map(|ids| numbers(&ids))))
                .join("|"),
            "full" => both
                .map(|special| {
                    let value = self.encode(Input::Text(text), pair.map(Input::Text), special);
                    shown(value.map(|value| encoding(&value)))
                })
                .join("|"),
            _ => both
                .map(|special| match self.ids(text, pair, special) {
                    Ok(ids) => self.decoded(&ids),
                    Err(error) => shown(Err(error)),
                })
                .join(MARK),
        }
    }

    fn decoded(&self, ids: &[u32]) -> String {
        let choices = [(false, false), (false, true), (true, false), (true, true)];
        choices
            .map(|(skip_special_tokens, clean_up_tokenization_spaces)| {
                let options = DecodeOptions {
                    skip_special_tokens,
                    clean_up_tokenization_spaces,
                };
                shown(self.tokenizer.decode(ids, &options))
            })
            .join(MARK)
    }

    fn described_words(&self, words: &[String]) -> String {
        let words = Input::Words(words);
        let three = [(None, true), (None, false), (Some(words), true)];
        three
            .map(|(pair, special)| shown(self.encode(words, pair, special).map(|value| encoding(&value))))
            .join("|")
    }

    fn cut(&self, text: &str, pair: Option<&str>, truncation: Truncation) -> String {
        let options = EncodeOptions {
            truncation: Some(truncation),
            ..EncodeOptions::default()
        };
        overflowing(
            self.tokenizer
                .encode(Input::Text(text), pair.map(Input::Text), &options),
        )
    }

    fn early(&self) -> Vec<String> {
        let pairs = self.pairs.iter().map(|(a, b)| (a, Some(b)));
        let texts = self.texts.iter().take(TRUNCATED_TEXTS).map(|text| (text, None));
        pairs
            .chain(texts)
            .map(|(text, pair)| {
                let mut described = Vec::new();
                for (max_length, stride) in LENGTHS {
                    for strategy in STRATEGIES {
                        for direction in DIRECTIONS {
                            let overflow = Overflow::Early;
                            let truncation = Truncation {
                                max_length,
                                stride,
                                strategy,
                                direction,
                                overflow,
                            };
                            described.push(self.cut(text, pair.map(String::as_str), truncation));
                        }
                    }
                }
                described.join("\n")
            })
            .collect()
    }

    fn truncated(&self, text: &str) -> String {
        let mut described = Vec::new();
        for (max_length, stride) in LENGTHS {
            for direction in DIRECTIONS {
                let truncation = Truncation {
                    max_length,
                    stride,
                    direction,
                    ..Truncation::default()
                };
                described.push(self.cut(text, None, truncation));
            }
        }
        described.join("\n")
    }

    fn streamed(&self, text: &str) -> String {
        let ids = self.ids(text, None, true).unwrap();
        [false, true]
            .map(|skip| {
                let mut stream = self.tokenizer.decode_stream(skip);
                let pieces: Vec<_> = ids.iter().map(|id| stream.push(*id).unwrap()).collect();
                or_none(&pieces)
            })
            .join("|")
    }

    fn vocab(&self) -> String {
        let entries = self.tokenizer.vocab(true);
        let top = entries.last().map_or(0, |(_, id)| *id);
        let described: Vec<_> = entries
            .iter()
            .map(|(token, id)| format!("{id} {token}"))
            .collect();
        let tokens: Vec<_> = (0..top + 3)
            .step_by(97)
            .map(|id| self.tokenizer.id_to_token(id))
            .collect();
        described.join(MARK) + NONE + &or_none(&tokens)
    }

    fn random_decodes(&self) -> Vec<String> {
        let mut random = Random::new(fnv1a(self.name.as_bytes()) ^ 0x5EED);
        let top = self.tokenizer.vocab(true).last().map_or(0, |(_, id)| *id) as usize + 20;
        let one = |_| {
            // The length comes first in Python too: `range(1 + random.below(30))` is evaluated before its elements.
            let length = 1 + random.below(30);
            let ids: Vec<u32> = (0..length)
                .map(|_| u32::try_from(random.below(top)).unwrap())
                .collect();
            self.decoded(&ids)
        };
        (0..RANDOM_DECODES).map(one).collect()
    }
}
