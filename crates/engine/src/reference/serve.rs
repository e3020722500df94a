//! Encoding and decoding through the `tokenizers` crate.

use tokenizers::tokenizer::pre_tokenizer::OffsetType;
use tokenizers::utils::truncation::{TruncationParams, TruncationStrategy};
use tokenizers::{
    Decoder as _, Encoding as CrateEncoding, Model as _, PostProcessor as _, PreTokenizer as _,
};

use super::aliases::Aliases;
use super::build::{Pipeline, build};
use super::regex::start_account;
use super::truncation::{cut, parameters};
use crate::Encoding;
use crate::engine::offsets::CharOffsets;
use crate::engine::truncation::{check_parts, check_stride};
use crate::engine::{Engine, Input};
use crate::error::{EngineError, ErrorKind};
use crate::guard::guard;
use crate::layout::Document;
use crate::options::{EncodeOptions, Overflow, Truncation};

/// The `tokenizers` crate behind our trait.
pub(crate) struct Reference {
    pipeline: Pipeline,
    aliases: Aliases,
}

impl Reference {
    /// Builds the pipeline of `document`.
    pub(crate) fn build(document: &Document<'_>) -> Result<Self, EngineError> {
        start_account();
        guard("loading tokenizer.json", || {
            let (pipeline, aliases) = build(document)?;
            Ok(Self { pipeline, aliases })
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
        let limit = limit.filter(|limit| type_id != 0 || limit.strategy != TruncationStrategy::OnlySecond);
        match input {
            Input::Text(text) => self.piece(text, None, type_id, offsets, limit),
            Input::Words(words) => {
                let mut whole = CrateEncoding::default();
                for (index, word) in words.iter().enumerate() {
                    let index = u32::try_from(index)
                        .map_err(|_| EngineError::argument("there are too many words"))?;
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
        let added = self.pipeline.get_added_vocabulary();
        let mut pieces = added.extract_and_normalize(self.pipeline.get_normalizer(), text);
        if let Some(pre_tokenizer) = self.pipeline.get_pre_tokenizer() {
            pre_tokenizer.pre_tokenize(&mut pieces).map_err(encode_error)?;
        }
        let limit = limit.map(|limit| (limit.max_length, limit.direction));
        self.pipeline
            .get_model()
            .tokenize_in_pretokenized(&mut pieces, limit)
            .map_err(encode_error)?;
        let mut encoding = pieces
            .into_encoding(word, type_id, offsets)
            .map_err(encode_error)?;
        if offsets == OffsetType::Byte {
            let converter = CharOffsets::new(text);
            for offsets in encoding.get_offsets_mut() {
                *offsets = converter.convert(*offsets);
            }
        }
        Ok(encoding)
    }

    fn run(
        &self,
        text: Input<'_>,
        pair: Option<Input<'_>>,
        offsets: OffsetType,
        add_special_tokens: bool,
        truncation: Option<&Truncation>,
    ) -> Result<CrateEncoding, EngineError> {
        start_account();
        let added = |pair| {
            self.pipeline
                .get_post_processor()
                .map_or(0, |processor| processor.added_tokens(pair))
        };
        let limit = match truncation {
            Some(wanted) => {
                check_stride(wanted, added(false))?;
                let added = if add_special_tokens {
                    added(pair.is_some())
                } else {
                    0
                };
                Some(parameters(wanted, added)?)
            }
            None => None,
        };
        // The crate's early end looks at the whole max_length, not at what the special tokens leave of it.
        let early = match truncation {
            Some(wanted) if wanted.overflow == Overflow::Early => Some(parameters(wanted, 0)?),
            _ => None,
        };
        let mut first = self.sequence(text, 0, offsets, early.as_ref())?;
        let mut second = pair
            .map(|pair| self.sequence(pair, 1, offsets, early.as_ref()))
            .transpose()?;
        if let (Some(limit), Some(wanted)) = (&limit, truncation) {
            (first, second) = cut(first, second, limit)?;
            if wanted.overflow == Overflow::Dropped {
                first.take_overflowing();
                second.as_mut().map(CrateEncoding::take_overflowing);
            }
            if let Some(second) = &second {
                check_parts(
                    first.get_overflowing().len() + 1,
                    second.get_overflowing().len() + 1,
                )?;
            }
        }
        self.pipeline
            .post_process(first, second, add_special_tokens)
            .map_err(encode_error)
    }

    fn convert(&self, mut encoding: CrateEncoding, options: &EncodeOptions) -> Encoding {
        let mut overflowing = encoding.take_overflowing();
        if options
            .truncation
            .is_some_and(|truncation| truncation.overflow == Overflow::Dropped)
        {
            overflowing.clear();
        }
        let offsets = if options.with_offsets {
            encoding.get_offsets()
        } else {
            &[]
        };
        Encoding {
            ids: encoding
                .get_ids()
                .iter()
                .map(|id| self.aliases.outside(*id))
                .collect(),
            type_ids: encoding.get_type_ids().to_vec(),
            tokens: if options.with_tokens {
                encoding.get_tokens().to_vec()
            } else {
                Vec::new()
            },
            offsets: offsets
                .iter()
                .map(|&(start, end)| (narrow(start), narrow(end)))
                .collect(),
            word_ids: if options.with_offsets || options.with_tokens {
                encoding.get_word_ids().to_vec()
            } else {
                Vec::new()
            },
            special_tokens_mask: encoding.get_special_tokens_mask().to_vec(),
            sequence_ids: encoding
                .get_sequence_ids()
                .into_iter()
                .map(|id| id.map(narrow))
                .collect(),
            overflowing: overflowing
                .into_iter()
                .map(|part| self.convert(part, options))
                .collect(),
        }
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
        let encoding = guard("encoding", || {
            self.run(
                Input::Text(text),
                pair.map(Input::Text),
                OffsetType::None,
                add_special_tokens,
                None,
            )
        })?;
        if self.aliases.is_empty() {
            out.extend_from_slice(encoding.get_ids());
        } else {
            out.extend(encoding.get_ids().iter().map(|id| self.aliases.outside(*id)));
        }
        Ok(())
    }

    fn encode(
        &self,
        text: Input<'_>,
        pair: Option<Input<'_>>,
        options: &EncodeOptions,
    ) -> Result<Encoding, EngineError> {
        // The post-processor looks at tokens and offsets, and word ids come with them.
        let (special, truncation) = (options.add_special_tokens, options.truncation.as_ref());
        let encoding = guard("encoding", || {
            self.run(text, pair, OffsetType::Byte, special, truncation)
        })?;
        Ok(self.convert(encoding, options))
    }

    fn decode(&self, ids: &[u32], skip_special_tokens: bool) -> Result<String, EngineError> {
        start_account();
        guard("decoding", || {
            self.pipeline
                .decode(ids, skip_special_tokens)
                .map_err(decode_error)
        })
    }

    fn decode_chain(&self, tokens: Vec<String>) -> Result<Vec<String>, EngineError> {
        start_account();
        guard("decoding", || match self.pipeline.get_decoder() {
            Some(decoder) => decoder.decode_chain(tokens).map_err(decode_error),
            None => Ok(tokens),
        })
    }

    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.pipeline
            .token_to_id(token)
            .map(|id| self.aliases.outside(id))
    }

    fn id_to_token(&self, id: u32) -> Option<String> {
        self.pipeline.id_to_token(id)
    }

    fn vocab(&self, with_added_tokens: bool) -> Vec<(String, u32)> {
        let vocab = self.pipeline.get_vocab(with_added_tokens).into_iter();
        vocab
            .map(|(token, id)| (token, self.aliases.outside(id)))
            .collect()
    }

    fn vocab_size(&self) -> usize {
        self.pipeline.get_vocab(true).len()
    }
}

/// Our components' own errors come back out of the crate as they went in.
fn ours(error: tokenizers::Error, kind: ErrorKind, what: &str) -> EngineError {
    match error.downcast::<EngineError>() {
        Ok(ours) => *ours,
        Err(error) => EngineError::new(kind, format!("{what}: {error}")),
    }
}

fn encode_error(error: tokenizers::Error) -> EngineError {
    ours(error, ErrorKind::Encode, "the text cannot be encoded")
}

fn decode_error(error: tokenizers::Error) -> EngineError {
    ours(error, ErrorKind::Decode, "the ids cannot be decoded")
}

/// Texts have fewer than 2^32 code points.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
