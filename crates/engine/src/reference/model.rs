//! Models: the crate's, and those for layouts of transformers.js.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ahash::AHashMap;
use serde_json::Value;
use tokenizers::Token;
use tokenizers::models::bpe::BPE;
use tokenizers::models::unigram::Unigram;
use tokenizers::models::wordlevel::WordLevel;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::models::{ModelWrapper, TrainerWrapper};

use super::aliases::Aliases;
use super::cache::Cache;
use super::characters::Vocabulary;
use super::longest_match::LongestMatch;
use super::suffixed::Suffixed;
use crate::EngineError;
use crate::layout::{self, Document, MAX_PIECE_BYTES, ModelKind, bad, parse_ids, parse_merges, parse_pieces};

/// The model of the pipeline.
pub(super) struct Model {
    algorithm: Algorithm,
    /// The file's ids of added tokens: the crate takes an added token's id from the model.
    added: HashMap<String, u32>,
}

enum Algorithm {
    Crate(ModelWrapper),
    Bpe(ModelWrapper, Box<Cache>),
    Suffixed(Suffixed),
    LongestMatch(LongestMatch),
    Vocabulary(Vocabulary),
}

impl Model {
    pub(super) fn build(document: &Document<'_>, aliases: &Aliases) -> Result<Self, EngineError> {
        let model = &document.model;
        let algorithm = match model.kind {
            ModelKind::Bpe => bpe(model)?,
            ModelKind::WordPiece => word_piece(model)?,
            ModelKind::WordLevel => {
                let unk = model.text("unk_token")?.unwrap_or_default().to_owned();
                let built = WordLevel::builder()
                    .vocab(ids(model.vocab)?)
                    .unk_token(unk)
                    .build();
                Algorithm::Crate(ModelWrapper::WordLevel(built.map_err(|error| in_model(&error))?))
            }
            ModelKind::Unigram => unigram(model)?,
            ModelKind::Vocabulary => Algorithm::Vocabulary(Vocabulary::build(document)?),
        };
        let added = document.added_tokens.iter().filter_map(|listed| {
            aliases
                .inside(&listed.token.content)
                .map(|id| (listed.token.content.clone(), id))
        });
        Ok(Self {
            algorithm,
            added: added.collect(),
        })
    }
}

fn ids(vocab: &str) -> Result<AHashMap<String, u32>, EngineError> {
    Ok(parse_ids(vocab)?
        .into_iter()
        .map(|(token, id)| (token.into_owned(), id))
        .collect())
}

fn bpe(model: &layout::Model<'_>) -> Result<Algorithm, EngineError> {
    let vocab = ids(model.vocab)?;
    let merges = parse_merges(model.merges.unwrap_or("[]"))?;
    // Dropout is for training: with it, the crate gives other ids at every call.
    let suffix = model.text("end_of_word_suffix")?;
    if let Some(continuing) = model
        .text("continuing_subword_suffix")?
        .filter(|suffix| !suffix.is_empty())
    {
        let unk = model.text("unk_token")?;
        return Ok(Algorithm::Suffixed(Suffixed::new(
            vocab,
            &merges,
            continuing,
            suffix.unwrap_or_default(),
            unk,
        )));
    }
    let prefix = model.text("continuing_subword_prefix")?;
    check_merges(&vocab, &merges, prefix.unwrap_or_default())?;
    let merges = merges
        .into_iter()
        .map(|(left, right)| (left.into_owned(), right.into_owned()))
        .collect();
    let mut builder = BPE::builder()
        .cache_capacity(0)
        .vocab_and_merges(vocab, merges)
        .fuse_unk(model.flag("fuse_unk")?)
        .byte_fallback(model.flag("byte_fallback")?)
        .ignore_merges(model.flag("ignore_merges")?);
    if let Some(unk) = model.text("unk_token")? {
        builder = builder.unk_token(unk.to_owned());
    }
    if let Some(prefix) = prefix {
        builder = builder.continuing_subword_prefix(prefix.to_owned());
    }
    if let Some(suffix) = suffix {
        builder = builder.end_of_word_suffix(suffix.to_owned());
    }
    let built = builder.build().map_err(|error| in_model(&error))?;
    Ok(Algorithm::Bpe(ModelWrapper::BPE(built), Box::default()))
}

/// What the crate takes for granted of merges.
fn check_merges(
    vocab: &AHashMap<String, u32>,
    merges: &[(impl AsRef<str>, impl AsRef<str>)],
    prefix: &str,
) -> Result<(), EngineError> {
    let longest = vocab.keys().map(String::len).max().unwrap_or(0);
    for (index, (left, right)) in merges.iter().enumerate() {
        let (left, right) = (left.as_ref(), right.as_ref());
        let problem = if right.len() < prefix.len() || !right.is_char_boundary(prefix.len()) {
            "its right side is shorter than continuing_subword_prefix"
        } else if left.len() + right.len() - prefix.len() > longest {
            "its result is longer than every token"
        } else {
            continue;
        };
        return Err(bad(&format!("model.merges[{index}]"), problem));
    }
    Ok(())
}

fn word_piece(model: &layout::Model<'_>) -> Result<Algorithm, EngineError> {
    let vocab = ids(model.vocab)?;
    let unk = model.text("unk_token")?.unwrap_or("[UNK]").to_owned();
    let prefix = model
        .text("continuing_subword_prefix")?
        .unwrap_or("##")
        .to_owned();
    let longest = match model.fields.get("max_input_chars_per_word") {
        None | Some(Value::Null) => 100,
        Some(number) => number
            .as_u64()
            .and_then(|number| usize::try_from(number).ok())
            .ok_or_else(|| bad("model.max_input_chars_per_word", "it must be a whole number"))?,
    };
    if longest > LongestMatch::CRATE_LIMIT {
        return Ok(Algorithm::LongestMatch(LongestMatch::new(
            vocab, unk, prefix, longest,
        )));
    }
    let built = WordPiece::builder()
        .vocab(vocab)
        .unk_token(unk)
        .continuing_subword_prefix(prefix)
        .max_input_chars_per_word(longest)
        .build();
    Ok(Algorithm::Crate(ModelWrapper::WordPiece(
        built.map_err(|error| in_model(&error))?,
    )))
}

fn unigram(model: &layout::Model<'_>) -> Result<Algorithm, EngineError> {
    let pieces = parse_pieces(model.vocab)?;
    if let Some(index) = pieces.iter().position(|(piece, _)| piece.len() > MAX_PIECE_BYTES) {
        return Err(bad(
            &format!("model.vocab[{index}]"),
            &format!("the piece is longer than {MAX_PIECE_BYTES} bytes"),
        ));
    }
    let unk = match model.fields.get("unk_id") {
        None | Some(Value::Null) => None,
        Some(id) => Some(
            id.as_u64()
                .and_then(|id| usize::try_from(id).ok())
                .ok_or_else(|| bad("model.unk_id", "it must be an id"))?,
        ),
    };
    let built = Unigram::from(pieces, unk, model.flag("byte_fallback")?);
    Ok(Algorithm::Crate(ModelWrapper::Unigram(
        built.map_err(|error| in_model(&error))?,
    )))
}

fn in_model(error: &tokenizers::Error) -> EngineError {
    bad("model", &error.to_string())
}

impl tokenizers::Model for Model {
    type Trainer = TrainerWrapper;

    fn tokenize(&self, sequence: &str) -> tokenizers::Result<Vec<Token>> {
        match &self.algorithm {
            Algorithm::Crate(model) => model.tokenize(sequence),
            Algorithm::Bpe(model, cache) => cache.get(sequence, || model.tokenize(sequence)),
            Algorithm::Suffixed(model) => Ok(model.tokenize(sequence)),
            Algorithm::LongestMatch(model) => Ok(model.tokenize(sequence)?),
            Algorithm::Vocabulary(model) => Ok(model.tokenize(sequence)),
        }
    }

    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.added.get(token).copied().or_else(|| match &self.algorithm {
            Algorithm::Crate(model) | Algorithm::Bpe(model, _) => model.token_to_id(token),
            Algorithm::Suffixed(model) => model.tokens.id(token),
            Algorithm::LongestMatch(model) => model.tokens.id(token),
            Algorithm::Vocabulary(model) => model.tokens.id(token),
        })
    }

    fn id_to_token(&self, id: u32) -> Option<String> {
        match &self.algorithm {
            Algorithm::Crate(model) | Algorithm::Bpe(model, _) => model.id_to_token(id),
            Algorithm::Suffixed(model) => model.tokens.token(id).map(str::to_owned),
            Algorithm::LongestMatch(model) => model.tokens.token(id).map(str::to_owned),
            Algorithm::Vocabulary(model) => model.tokens.token(id).map(str::to_owned),
        }
    }

    fn get_vocab(&self) -> HashMap<String, u32> {
        match &self.algorithm {
            Algorithm::Crate(model) | Algorithm::Bpe(model, _) => model.get_vocab(),
            Algorithm::Suffixed(model) => model.tokens.all(),
            Algorithm::LongestMatch(model) => model.tokens.all(),
            Algorithm::Vocabulary(model) => model.tokens.all(),
        }
    }

    fn get_vocab_size(&self) -> usize {
        match &self.algorithm {
            Algorithm::Crate(model) | Algorithm::Bpe(model, _) => model.get_vocab_size(),
            Algorithm::Suffixed(model) => model.tokens.len(),
            Algorithm::LongestMatch(model) => model.tokens.len(),
            Algorithm::Vocabulary(model) => model.tokens.len(),
        }
    }

    fn save(&self, _folder: &Path, _prefix: Option<&str>) -> tokenizers::Result<Vec<PathBuf>> {
        Err("a model is saved as part of its tokenizer.json".into())
    }

    fn get_trainer(&self) -> TrainerWrapper {
        match &self.algorithm {
            Algorithm::Crate(model) | Algorithm::Bpe(model, _) => model.get_trainer(),
            _ => ModelWrapper::BPE(BPE::default()).get_trainer(),
        }
    }
}
