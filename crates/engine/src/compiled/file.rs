//! tokenizer.json's components, as far as the compiled engine knows them. What it does not know declines.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use crate::layout::{Document, Model, ModelKind};

use super::Declined;
use super::bpe::{Merges, Settings, scan_merges};
use super::json::Scanner;
use super::pretokenize_words::Model as WordModel;
use super::unigram::Unigram;
use super::vocab::{FAILS, Vocab};
use super::wordlevel::WordLevel;
use super::wordpiece::{self, WordPiece};

/// A pattern of `Split` and `Replace`.
#[derive(Clone, Debug, Deserialize)]
pub(super) enum Pattern {
    String(String),
    Regex(String),
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(super) enum Behavior {
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum PrependScheme {
    First,
    Never,
    Always,
}

fn default_true() -> bool {
    true
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type")]
pub(super) enum PreTokenizerPart {
    Sequence {
        pretokenizers: Vec<PreTokenizerPart>,
    },
    ByteLevel {
        add_prefix_space: bool,
        #[serde(default = "default_true")]
        use_regex: bool,
    },
    Split {
        pattern: Pattern,
        behavior: Behavior,
        invert: bool,
    },
    Digits {
        individual_digits: bool,
    },
    Punctuation {
        #[serde(default = "isolated")]
        behavior: Behavior,
    },
    Metaspace {
        replacement: char,
        add_prefix_space: Option<bool>,
        prepend_scheme: Option<PrependScheme>,
        split: Option<bool>,
    },
    Whitespace,
    WhitespaceSplit,
    BertPreTokenizer,
}

fn isolated() -> Behavior {
    Behavior::Isolated
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type")]
pub(super) enum ProcessorPart {
    Sequence {
        processors: Vec<ProcessorPart>,
    },
    ByteLevel {
        add_prefix_space: bool,
        trim_offsets: bool,
    },
    TemplateProcessing {
        single: Vec<TemplatePiece>,
        pair: Vec<TemplatePiece>,
        special_tokens: TemplateTokens,
    },
    BertProcessing {
        sep: (String, u32),
        cls: (String, u32),
    },
    RobertaProcessing {
        sep: (String, u32),
        cls: (String, u32),
        trim_offsets: bool,
        add_prefix_space: bool,
    },
}

pub(super) type TemplateTokens = std::collections::HashMap<String, TemplateToken>;

#[derive(Clone, Debug, Deserialize)]
pub(super) struct TemplateToken {
    pub(super) ids: Vec<u32>,
    pub(super) tokens: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) enum TemplatePiece {
    Sequence { id: TemplateSide, type_id: u32 },
    SpecialToken { id: String, type_id: u32 },
}

impl TemplatePiece {
    pub(super) fn type_id(&self) -> u32 {
        match self {
            Self::Sequence { type_id, .. } | Self::SpecialToken { type_id, .. } => *type_id,
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(super) enum TemplateSide {
    A,
    B,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type")]
pub(super) enum DecoderPart {
    Sequence {
        decoders: Vec<DecoderPart>,
    },
    ByteLevel {},
    ByteFallback {},
    Fuse {},
    Strip {
        content: char,
        start: usize,
        stop: usize,
    },
    Replace {
        pattern: Pattern,
        content: String,
    },
    Metaspace {
        replacement: char,
        add_prefix_space: Option<bool>,
        prepend_scheme: Option<PrependScheme>,
    },
    WordPiece {
        prefix: String,
        cleanup: bool,
    },
    #[serde(rename = "BPEDecoder")]
    Bpe {
        suffix: String,
    },
    #[serde(rename = "CTC")]
    Ctc {
        pad_token: String,
        word_delimiter_token: String,
        cleanup: bool,
        /// Ours: outer blanks go.
        #[serde(default)]
        trim: bool,
    },
    /// Ours: see `layout::translate`.
    Vits {},
}

/// Reads a component that is small.
pub(super) fn part<T: for<'a> Deserialize<'a>>(
    name: &str,
    value: Option<&Value>,
) -> Result<Option<T>, Declined> {
    value
        .map(|value| T::deserialize(value).map_err(|error| Declined::new(format!("its {name}: {error}"))))
        .transpose()
}

/// The small members of a BPE model.
#[derive(Default, Deserialize)]
struct Options {
    unk_token: Option<String>,
    continuing_subword_prefix: Option<String>,
    /// transformers.js's own.
    continuing_subword_suffix: Option<String>,
    end_of_word_suffix: Option<String>,
    fuse_unk: Option<bool>,
    byte_fallback: Option<bool>,
    ignore_merges: Option<bool>,
}

/// Reads a BPE model straight into tables.
pub(super) fn read_bpe(model: &Model<'_>) -> Result<(Vocab, Merges, Settings), Declined> {
    let options = Options::deserialize(&Value::Object(model.fields.clone()))
        .map_err(|error| Declined::new(format!("its model: {error}")))?;
    let is_written = |text: &String| !text.is_empty();
    if options
        .continuing_subword_suffix
        .is_some_and(|suffix| is_written(&suffix))
    {
        return Err(Declined::new("BPE with a suffix for continuing subwords"));
    }
    let settings = Settings {
        unk: options.unk_token,
        prefix: options.continuing_subword_prefix.filter(is_written),
        suffix: options.end_of_word_suffix.filter(is_written),
        fuse_unk: options.fuse_unk.unwrap_or(false),
        byte_fallback: options.byte_fallback.unwrap_or(false),
        ignore_merges: options.ignore_merges.unwrap_or(false),
    };
    let mut scanner = Scanner::new(model.vocab);
    let vocab = Vocab::scan(&mut scanner)?;
    scanner.end()?;
    let mut scanner = Scanner::new(model.merges.ok_or_else(|| Declined::new("BPE without merges"))?);
    let prefix = settings.prefix.as_ref().map_or(0, String::len);
    let merges = scan_merges(&mut scanner, &vocab, prefix)?;
    scanner.end()?;
    Ok((vocab, merges, settings))
}

/// The members of a `WordPiece` model beside its vocabulary, with the crate's defaults for absent ones.
#[derive(Deserialize)]
struct WordPieceOptions {
    unk_token: Option<String>,
    continuing_subword_prefix: Option<String>,
    max_input_chars_per_word: Option<usize>,
}

/// Reads a `WordPiece` model.
pub(super) fn read_wordpiece(model: &Model<'_>) -> Result<(Vocab, WordModel), Declined> {
    let options = WordPieceOptions::deserialize(&Value::Object(model.fields.clone()))
        .map_err(|error| Declined::new(format!("its model: {error}")))?;
    let mut scanner = Scanner::new(model.vocab);
    let vocab = Vocab::scan_unchecked(&mut scanner)?;
    scanner.end()?;
    let settings = wordpiece::Settings {
        unk_token: options.unk_token.as_deref().unwrap_or("[UNK]"),
        continuing_subword_prefix: options.continuing_subword_prefix.as_deref().unwrap_or("##"),
        max_input_chars_per_word: options.max_input_chars_per_word.unwrap_or(100),
    };
    let tables = WordPiece::build(numbered(&vocab), &settings)
        .map_err(|reason| Declined::new(format!("it has {reason}")))?;
    check_repeated(&vocab, tables.tokens())?;
    Ok((vocab, WordModel::WordPiece(tables)))
}

/// The tokens of a vocabulary with their ids.
fn numbered(vocab: &Vocab) -> impl Iterator<Item = (&str, u32)> {
    (0u32..)
        .take(vocab.id_end())
        .filter_map(|id| Some((vocab.token(id)?, id)))
}

/// Reads a vocabulary of whole pieces, with or without a model.
pub(super) fn read_wordlevel(document: &Document<'_>) -> Result<(Vocab, WordModel), Declined> {
    let model = &document.model;
    let mut scanner = Scanner::new(model.vocab);
    let vocab = Vocab::scan_unchecked(&mut scanner)?;
    scanner.end()?;
    let is_model = model.kind == ModelKind::WordLevel;
    let find = |token: &str| numbered(&vocab).find_map(|(known, id)| (known == token).then_some(id));
    let unk_id = if is_model {
        let unk = model.fields.get("unk_token").and_then(Value::as_str);
        // Without it the first unknown word is an error.
        let id = find(unk.unwrap_or_default()).filter(|_| unk != Some(""));
        id.or(Some(FAILS))
    } else {
        document.unknown_id(find)
    };
    let tables = WordLevel::build(numbered(&vocab), unk_id, !is_model)
        .map_err(|reason| Declined::new(format!("it has {reason}")))?;
    check_repeated(&vocab, tables.tokens())?;
    Ok((vocab, WordModel::WordLevel(tables)))
}

/// The members of a Unigram model beside its vocabulary.
#[derive(Deserialize)]
struct UnigramOptions {
    unk_id: Option<usize>,
    byte_fallback: Option<bool>,
}

/// Reads a Unigram model.
pub(super) fn read_unigram(model: &Model<'_>) -> Result<(Vocab, WordModel), Declined> {
    let options = UnigramOptions::deserialize(&Value::Object(model.fields.clone()))
        .map_err(|error| Declined::new(format!("its model: {error}")))?;
    let mut scanner = Scanner::new(model.vocab);
    // A piece is written in 20 bytes or more, mostly; what is not used takes no memory.
    let mut pieces: Vec<(Cow<'_, str>, f64)> = Vec::with_capacity(model.vocab.len() / 20);
    scanner.array(|scanner| {
        scanner.step(b'[')?;
        let piece = scanner.string()?;
        scanner.step(b',')?;
        let score = scanner.number()?;
        scanner.step(b']')?;
        pieces.push((piece, score));
        Ok(())
    })?;
    scanner.end()?;
    let mut vocab = Vocab::from_tokens(pieces.iter().map(|(piece, _)| piece.as_ref()))?;
    let tables = Unigram::build(&pieces, options.unk_id, options.byte_fallback.unwrap_or(false))
        .map_err(|reason| Declined::new(format!("it has {reason}")))?;
    // Which of several empty ones counts would have to be known to each who asks.
    let empty = vocab.tokens().filter(|token| token.is_empty()).count();
    if empty > 1 {
        return Err(Declined::new("the empty token stands twice in the vocabulary"));
    }
    vocab.set_distinct(tables.tokens() + empty);
    Ok((vocab, WordModel::Unigram(tables)))
}

/// Declines a vocabulary in which a token stands twice: `distinct` are different, the empty one left out.
fn check_repeated(vocab: &Vocab, distinct: usize) -> Result<(), Declined> {
    let empty = vocab.tokens().filter(|token| token.is_empty()).count();
    if empty > 1 || vocab.len() != distinct + empty {
        return Err(Declined::new("a token stands twice in the vocabulary"));
    }
    Ok(())
}
