//! Encoding and decoding through the `tokenizers` crate.

use tokenizers::tokenizer::pre_tokenizer::OffsetType;
use tokenizers::utils::truncation::truncate_encodings;
use tokenizers::{
    Encoding as CrateEncoding, Model, PostProcessor, PreTokenizer, Tokenizer, TruncationParams,
};

use super::guard::guard;
use super::offsets::CharOffsets;
use crate::engine::{Engine, Input};
use crate::error::{EngineError, ErrorKind};
use crate::options::{EncodeOptions, Overflow, Truncation, TruncationDirection, TruncationStrategy};
use crate::{Encoding, LoadOptions};

/// The `tokenizers` crate behind our trait.
pub(crate) struct Reference {
    pipeline: Tokenizer,
}

impl Reference {
    /// Builds the pipeline of `text`.
    pub(crate) fn build(text: &str, _options: &LoadOptions) -> Result<Self, EngineError> {
        guard("loading tokenizer.json", || {
            let mut pipeline: Tokenizer = text
                .parse()
                .map_err(|error| EngineError::file(format!("tokenizer.json cannot be used: {error}")))?;
            pipeline.with_padding(None);
            pipeline
                .with_truncation(None)
                .map_err(|error| EngineError::file(error.to_string()))?;
            Ok(Self { pipeline })
        })
    }

    /// One side, before truncation and post-processing.
    fn sequence(
        &self,
        input: Input<'_>,
        type_id: u32,
        offsets: OffsetType,
        limit: Option<&TruncationParams>,
    ) -> Result<CrateEncoding, EngineError> {
        match input {
            Input::Text(text) => self.piece(text, None, type_id, offsets, limit),
            Input::Words(words) => {
                let mut whole = CrateEncoding::default();
                for (index, word) in words.iter().enumerate() {
                    let index = u32::try_from(index)
                        .map_err(|_| EngineError::argument("there are more than 4,294,967,295 words"))?;
                    whole.merge_with(self.piece(word, Some(index), type_id, offsets, limit)?, false);
                }
                Ok(whole)
            }
        }
    }

    fn piece(
        &self,
        text: &str,
        word: Option<u32>,
        type_id: u32,
        offsets: OffsetType,
        limit: Option<&TruncationParams>,
    ) -> Result<CrateEncoding, EngineError> {
        let mut pieces = self
            .pipeline
            .get_added_vocabulary()
            .extract_and_normalize(self.pipeline.get_normalizer(), text);
        if let Some(pre_tokenizer) = self.pipeline.get_pre_tokenizer() {
            pre_tokenizer.pre_tokenize(&mut pieces).map_err(encode_error)?;
        }
        let limit = limit
            .filter(|params| {
                type_id != 0
                    || params.strategy != tokenizers::utils::truncation::TruncationStrategy::OnlySecond
            })
            .map(|params| (params.max_length, params.direction));
        self.pipeline
            .get_model()
            .tokenize_in_pretokenized(&mut pieces, limit)
            .map_err(encode_error)?;
        let mut encoding = pieces
            .into_encoding(word, type_id, offsets)
            .map_err(encode_error)?;
        if offsets == OffsetType::Byte {
            CharOffsets::new(text).convert(encoding.get_offsets_mut());
        }
        Ok(encoding)
    }

    fn truncation(
        &self,
        truncation: &Truncation,
        pair: bool,
        add_special_tokens: bool,
    ) -> Result<TruncationParams, EngineError> {
        let added = match self.pipeline.get_post_processor() {
            Some(processor) if add_special_tokens => processor.added_tokens(pair),
            _ => 0,
        };
        let room = truncation.max_length.checked_sub(added).ok_or_else(|| {
            EngineError::argument(format!(
                "max_length {} leaves no room for the {added} special tokens",
                truncation.max_length
            ))
        })?;
        if truncation.stride > 0 && truncation.stride >= room {
            return Err(EngineError::argument(format!(
                "stride {} must be less than the {room} tokens that max_length {} leaves beside {added} special tokens",
                truncation.stride, truncation.max_length
            )));
        }
        Ok(TruncationParams {
            max_length: room,
            stride: truncation.stride,
            strategy: match truncation.strategy {
                TruncationStrategy::LongestFirst => {
                    tokenizers::utils::truncation::TruncationStrategy::LongestFirst
                }
                TruncationStrategy::OnlyFirst => tokenizers::utils::truncation::TruncationStrategy::OnlyFirst,
                TruncationStrategy::OnlySecond => {
                    tokenizers::utils::truncation::TruncationStrategy::OnlySecond
                }
            },
            direction: match truncation.direction {
                TruncationDirection::Right => tokenizers::utils::truncation::TruncationDirection::Right,
                TruncationDirection::Left => tokenizers::utils::truncation::TruncationDirection::Left,
            },
        })
    }

    fn run(
        &self,
        text: Input<'_>,
        pair: Option<Input<'_>>,
        offsets: OffsetType,
        add_special_tokens: bool,
        truncation: Option<&Truncation>,
    ) -> Result<CrateEncoding, EngineError> {
        let params = truncation
            .map(|wanted| self.truncation(wanted, pair.is_some(), add_special_tokens))
            .transpose()?;
        // The crate stops at the whole max_length, not at what the special tokens leave of it.
        let early = truncation
            .filter(|wanted| wanted.overflow == Overflow::Early)
            .and_then(|wanted| {
                params.as_ref().map(|params| TruncationParams {
                    max_length: wanted.max_length,
                    ..params.clone()
                })
            });
        let mut first = self.sequence(text, 0, offsets, early.as_ref())?;
        let mut second = pair
            .map(|pair| self.sequence(pair, 1, offsets, early.as_ref()))
            .transpose()?;
        if let Some(params) = &params {
            (first, second) = truncate_encodings(first, second, params)
                .map_err(|error| EngineError::argument(error.to_string()))?;
        }
        self.pipeline
            .post_process(first, second, add_special_tokens)
            .map_err(encode_error)
    }
}

impl Engine for Reference {
    fn encode_ids(
        &self,
        text: &str,
        pair: Option<&str>,
        add_special_tokens: bool,
        out: &mut Vec<u32>,
    ) -> Result<(), EngineError> {
        guard("encoding", || {
            let encoding = self.run(
                Input::Text(text),
                pair.map(Input::Text),
                OffsetType::None,
                add_special_tokens,
                None,
            )?;
            out.extend_from_slice(encoding.get_ids());
            Ok(())
        })
    }

    fn encode(
        &self,
        text: Input<'_>,
        pair: Option<Input<'_>>,
        options: &EncodeOptions,
    ) -> Result<Encoding, EngineError> {
        guard("encoding", || {
            let encoding = self.run(
                text,
                pair,
                OffsetType::Byte,
                options.add_special_tokens,
                options.truncation.as_ref(),
            )?;
            Ok(convert(encoding, options))
        })
    }

    fn decode(&self, ids: &[u32], skip_special_tokens: bool) -> Result<String, EngineError> {
        guard("decoding", || {
            self.pipeline.decode(ids, skip_special_tokens).map_err(|error| {
                EngineError::new(ErrorKind::Decode, format!("ids cannot be decoded: {error}"))
            })
        })
    }

    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.pipeline.token_to_id(token)
    }

    fn id_to_token(&self, id: u32) -> Option<String> {
        self.pipeline.id_to_token(id)
    }

    fn vocab(&self, with_added_tokens: bool) -> Vec<(String, u32)> {
        self.pipeline.get_vocab(with_added_tokens).into_iter().collect()
    }

    fn vocab_size(&self) -> usize {
        self.pipeline.get_vocab_size(true)
    }
}

fn encode_error(error: tokenizers::Error) -> EngineError {
    match error.downcast::<EngineError>() {
        Ok(ours) => *ours,
        Err(error) => EngineError::new(ErrorKind::Encode, format!("the text cannot be encoded: {error}")),
    }
}

fn convert(mut encoding: CrateEncoding, options: &EncodeOptions) -> Encoding {
    let overflowing = encoding
        .take_overflowing()
        .into_iter()
        .map(|part| convert(part, options))
        .collect();
    Encoding {
        type_ids: encoding.get_type_ids().to_vec(),
        tokens: if options.with_tokens {
            encoding.get_tokens().to_vec()
        } else {
            Vec::new()
        },
        offsets: if options.with_offsets {
            encoding
                .get_offsets()
                .iter()
                .map(|&(start, end)| (narrow(start), narrow(end)))
                .collect()
        } else {
            Vec::new()
        },
        word_ids: encoding.get_word_ids().to_vec(),
        special_tokens_mask: encoding.get_special_tokens_mask().to_vec(),
        sequence_ids: encoding
            .get_sequence_ids()
            .into_iter()
            .map(|id| id.map(narrow))
            .collect(),
        ids: encoding.get_ids().to_vec(),
        overflowing,
    }
}

/// Texts are shorter than 4 Gi code points: what is larger is refused before.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
