//! The compiled engine as an [`Engine`].

use serde_json::Value;

use crate::engine::{Engine, Input};
use crate::layout::{Document, ModelKind};
use crate::source::LargeParts;
use crate::{EncodeOptions, Encoding, EngineError, Overflow};

use super::Declined;
use super::added::{Added, Token};
use super::bpe::Bpe;
use super::decode::Decoder;
use super::file::{
    DecoderPart, PreTokenizerPart, ProcessorPart, part, read_bpe, read_unigram, read_wordlevel,
    read_wordpiece,
};
use super::large::Large;
use super::meta::{Fused, fused, leaves_no_blank};
use super::normalize::Normalizer;
use super::pipeline::{Encoder, Pipeline};
use super::post::{Part, Post, Step, Wanted};
use super::pretokenize_words::{Model as WordModel, WordEncoder};
use super::split::plan;
use super::trace::Tokens;
use super::vocab::{FAILS, Vocab};

/// A file in tables.
pub(super) struct Compiled {
    pipeline: Pipeline,
    post: Post,
    decoder: Decoder,
    vocab: Vocab,
    /// How many tokens there are.
    size: usize,
    /// There is text that gives [`FAILS`].
    may_fail: bool,
}

impl Compiled {
    pub(super) fn new(document: &Document<'_>) -> Result<Self, Declined> {
        let processor: Option<ProcessorPart> = part("post-processor", document.post_processor.as_ref())?;
        let decoder: Option<DecoderPart> = part("decoder", document.decoder.as_ref())?;
        let post = Post::new(processor.as_ref())?;
        let normalizer = match &document.normalizer {
            Some(value) => Normalizer::from_json(value).map_err(has)?,
            None => Normalizer::none(),
        };
        let (mut vocab, encoder, fused) = match document.model.kind {
            ModelKind::Bpe => bpe(document)?,
            ModelKind::WordPiece => words(document, read_wordpiece(&document.model)?)?,
            ModelKind::Unigram => words(document, read_unigram(&document.model)?)?,
            ModelKind::WordLevel | ModelKind::Vocabulary => words(document, read_wordlevel(document)?)?,
        };
        let added = Added::new(
            &document.added_tokens,
            |token| encoder.id(&vocab, token),
            |id| vocab.token(id).is_some(),
            vocab.len(),
            &normalizer,
        )?;
        let decoder = Decoder::new(decoder.as_ref())?;
        let new = |token: &&Token| encoder.id(&vocab, &token.content).is_none();
        let size = vocab.distinct() + added.tokens().iter().filter(new).count();
        vocab.built();
        let may_fail = encoder.may_fail();
        let pipeline = Pipeline::new(added, normalizer, fused, encoder)?;
        Ok(Self {
            pipeline,
            post,
            decoder,
            vocab,
            size,
            may_fail,
        })
    }
}

fn has(reason: &'static str) -> Declined {
    Declined::new(format!("it has {reason}"))
}

type Read = (Vocab, Encoder, Option<Fused>);

/// Words that a model takes each by itself.
fn words(document: &Document<'_>, (vocab, model): (Vocab, WordModel)) -> Result<Read, Declined> {
    let pre_tokenizer = document.pre_tokenizer.as_ref().unwrap_or(&Value::Null);
    let encoder = WordEncoder::build(pre_tokenizer, model).map_err(has)?;
    Ok((vocab, Encoder::Words(Box::new(encoder)), None))
}

fn bpe(document: &Document<'_>) -> Result<Read, Declined> {
    let given = document.pre_tokenizer.as_ref();
    let bpe_words = || {
        let (vocab, merges, settings) = read_bpe(&document.model)?;
        let model = Bpe::new(&vocab, &merges, &settings, false, false)?;
        words(document, (vocab, WordModel::Bpe(Box::new(model))))
    };
    if given.is_some_and(WordEncoder::cuts_words) {
        return bpe_words();
    }
    let blanks = !document.normalizer.as_ref().is_some_and(leaves_no_blank);
    let plan = part("pre-tokenizer", given)
        .and_then(|pre_tokenizer: Option<PreTokenizerPart>| plan(pre_tokenizer.as_ref(), blanks));
    let plan = match plan {
        Err(_) if given.is_some_and(WordEncoder::knows) => return bpe_words(),
        plan => plan?,
    };
    let fused = document
        .normalizer
        .as_ref()
        .and_then(fused)
        .filter(|_| !plan.byte_level && plan.metaspace.is_none() && plan.stages.is_empty());
    let (vocab, merges, settings) = read_bpe(&document.model)?;
    let meta_space = fused.is_some() || plan.metaspace.is_some();
    let bpe = Box::new(Bpe::new(&vocab, &merges, &settings, plan.byte_level, meta_space)?);
    Ok((vocab, Encoder::Bpe { plan, bpe }, fused))
}

impl Compiled {
    /// Leaves a call to the reference engine in which the model could not go on: it fails as it should.
    fn check(&self, ids: &[u32]) -> Result<(), EngineError> {
        if self.may_fail && ids.contains(&FAILS) {
            return Err(EngineError::unsupported("text that the model has no ids for"));
        }
        Ok(())
    }

    /// One sequence.
    fn part(&self, input: Input<'_>, wanted: Wanted) -> Result<Part, EngineError> {
        let mut part = Part::default();
        if !(wanted.tokens || wanted.offsets || wanted.words) {
            match input {
                Input::Text(text) => self.pipeline.encode(text, &mut part.ids),
                Input::Words(words) => words
                    .iter()
                    .for_each(|word| self.pipeline.encode(word, &mut part.ids)),
            }
            self.check(&part.ids)?;
            return Ok(part);
        }
        let mut tokens = Tokens {
            part: &mut part,
            vocab: &self.vocab,
            wanted,
            blanks: wanted.offsets && self.post.trims(),
            word: None,
            words: 0,
        };
        match input {
            Input::Text(text) => self.pipeline.trace(text, &mut tokens)?,
            Input::Words(words) => {
                for (index, word) in (0..).zip(words) {
                    tokens.word = Some(index);
                    self.pipeline.trace(word, &mut tokens)?;
                }
            }
        }
        self.check(&part.ids)?;
        Ok(part)
    }
}

impl Engine for Compiled {
    fn encode_ids(
        &self,
        text: &str,
        pair: Option<&str>,
        add_special_tokens: bool,
        out: &mut Vec<u32>,
    ) -> Result<(), EngineError> {
        let start = out.len();
        let steps = if pair.is_some() {
            &self.post.pair
        } else {
            &self.post.single
        };
        for step in steps {
            match step {
                Step::Special(ids) if add_special_tokens => out.extend_from_slice(ids),
                Step::Special(_) => {}
                Step::First => self.pipeline.encode(text, out),
                Step::Second => self.pipeline.encode(pair.unwrap_or_default(), out),
            }
        }
        self.check(&out[start..])
    }

    fn types_are_zero(&self) -> bool {
        self.post.types_are_zero
    }

    fn encode(
        &self,
        text: Input<'_>,
        pair: Option<Input<'_>>,
        options: &EncodeOptions,
    ) -> Result<Encoding, EngineError> {
        let wanted = Wanted {
            tokens: options.with_tokens,
            offsets: options.with_offsets,
            words: options.with_offsets || options.with_tokens,
        };
        if let Some(truncation) = &options.truncation {
            if truncation.overflow == Overflow::Early {
                return Err(EngineError::unsupported(
                    "the crate's early end of truncated text",
                ));
            }
            // Before the work that it may make vain.
            self.post
                .room(truncation, pair.is_some(), options.add_special_tokens)?;
        }
        let first = self.part(text, wanted)?;
        let second = pair.map(|pair| self.part(pair, wanted)).transpose()?;
        self.post.finish(first, second, options, wanted)
    }

    fn decode(&self, ids: &[u32], skip_special_tokens: bool) -> Result<String, EngineError> {
        self.decoder
            .decode(&self.vocab, self.pipeline.added(), ids, skip_special_tokens)
            .ok_or_else(|| EngineError::unsupported("decoding with so large a vocabulary"))
    }

    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.pipeline.added().id(token).or_else(|| self.vocab.id(token))
    }

    fn id_to_token(&self, id: u32) -> Option<String> {
        let added = self.pipeline.added().by_id(id).map(|token| token.shown.as_str());
        added.or_else(|| self.vocab.token(id)).map(str::to_owned)
    }

    fn shown(&self, id: u32) -> Option<&str> {
        // An added token is shown with the blanks that it takes, and as it was normalized.
        if self.pipeline.added().by_id(id).is_some() {
            return None;
        }
        let token = self.vocab.token(id)?;
        self.pipeline.encoder().always_shows(id, token).then_some(token)
    }

    fn vocab(&self, with_added_tokens: bool) -> Vec<(String, u32)> {
        let added = self.pipeline.added();
        let mut all: Vec<(String, u32)> = self
            .vocab
            .entries()
            .filter(|(token, _)| !with_added_tokens || added.id(token).is_none())
            .map(|(token, id)| (token.to_owned(), id))
            .collect();
        if with_added_tokens {
            all.extend(
                added
                    .tokens()
                    .iter()
                    .map(|token| (token.content.clone(), token.id)),
            );
        }
        all
    }

    fn model_size(&self) -> usize {
        self.vocab.distinct()
    }

    fn vocab_size(&self) -> usize {
        self.size
    }

    fn large_parts(&self) -> Option<Box<dyn LargeParts + '_>> {
        let bpe = self.pipeline.merging();
        let holds_all = bpe.map_or_else(|| self.pipeline.is_of_ids(), Bpe::holds_merges);
        // Tables do not know of another order, which levels v2 and v3 show.
        if !holds_all || !self.vocab.in_order() {
            return None;
        }
        Some(Box::new(Large {
            vocab: &self.vocab,
            bpe,
        }))
    }
}
