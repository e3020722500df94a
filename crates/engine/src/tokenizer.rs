//! The tokenizer: one engine in front, the reference engine behind it when it is needed.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::cleanup::{clean_up, strip};
use crate::compiled::{self, Declined};
use crate::ending::DecoderKind;
use crate::engine::Engine;
use crate::extend::{extend, with_tokens};
use crate::guard::guard;
use crate::layout::{self, Document};
use crate::reference::{Reference, check_decoder};
use crate::side_by_side;
use crate::source::{LargeParts, Places, Source};
use crate::{
    AddedToken, DecodeOptions, DecodeStream, EncodeOptions, Encoding, EngineChoice, EngineError, ErrorKind,
    Info, Input, LoadOptions, registry,
};

/// Below this many ids in all, handing lists to other threads costs more than it saves.
const PARALLEL_IDS: usize = 1 << 14;

/// A tokenizer.json, ready to encode and decode. Cheap to clone; clones and threads share it, and so do tokenizers
/// that are loaded from equal bytes.
#[derive(Clone)]
pub struct Tokenizer {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    source: Source,
    /// Bytes of the text that it was built from.
    length: usize,
    options: LoadOptions,
    info: Info,
    decoder_kind: DecoderKind,
    compiled: Option<Box<dyn Engine>>,
    /// Built when the compiled engine is absent, or leaves a call to it.
    reference: OnceLock<Result<Reference, EngineError>>,
    /// Special tokens that the vocabulary shows under another text, found when they are first to be skipped.
    renamed: OnceLock<Vec<u32>>,
    /// Of the text that was last found to be this tokenizer's: to hash the next takes less than to read it.
    digest: Mutex<Option<Digest>>,
}

/// A SHA-256.
type Digest = [u8; 32];

impl Shared {
    pub(crate) fn is_of(&self, text: &str, options: &LoadOptions) -> bool {
        if self.options != *options {
            return false;
        }
        if self.source.is_whole() {
            return self.source.is(text, || None);
        }
        let digest = Digest::from(Sha256::digest(text));
        let mut known = self.digest.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = *known == Some(digest) || self.source.is(text, || self.large_parts());
        if is_same {
            *known = Some(digest);
        }
        is_same
    }

    /// The tokenizer.json; its large parts may be written otherwise than in the file.
    fn text(&self) -> Cow<'_, str> {
        self.source.text(|| self.large_parts())
    }

    fn large_parts(&self) -> Option<Box<dyn LargeParts + '_>> {
        self.compiled.as_ref().and_then(|engine| engine.large_parts())
    }
}

impl Tokenizer {
    /// Loads a tokenizer.json.
    ///
    /// # Errors
    /// `ERR_TOKENIZER_FILE` with what is wrong and where.
    pub fn from_bytes(json: &[u8], options: &LoadOptions) -> Result<Self, EngineError> {
        Self::load(layout::read(json.into())?, options)
    }

    /// Loads a tokenizer.json whose bytes are not needed any more: where they have to be kept, they are not copied.
    ///
    /// # Errors
    /// `ERR_TOKENIZER_FILE` with what is wrong and where.
    pub fn from_vec(json: Vec<u8>, options: &LoadOptions) -> Result<Self, EngineError> {
        Self::load(layout::read(json.into())?, options)
    }

    fn load(text: Cow<'_, str>, options: &LoadOptions) -> Result<Self, EngineError> {
        if let Some(shared) = registry::find(&text, options) {
            return Ok(Self { shared });
        }
        let key = registry::key(&text, options);
        let shared = Arc::new(load(text, options)?);
        registry::add(&shared, key);
        Ok(Self { shared })
    }

    /// Facts about the tokenizer.
    #[must_use]
    pub fn info(&self) -> &Info {
        &self.shared.info
    }

    /// About how many bytes of memory go with this tokenizer, which is what its file has; none while others share them.
    #[must_use]
    pub fn unshared_size(&self) -> usize {
        if Arc::strong_count(&self.shared) == 1 {
            self.shared.length
        } else {
            0
        }
    }

    /// Appends the ids of `text` (and of `pair`) to `out`.
    ///
    /// # Errors
    /// When the text cannot be encoded.
    pub fn encode_ids(
        &self,
        text: &str,
        pair: Option<&str>,
        add_special_tokens: bool,
        out: &mut Vec<u32>,
    ) -> Result<(), EngineError> {
        let start = out.len();
        self.serve(|engine| {
            out.truncate(start);
            engine.encode_ids(text, pair, add_special_tokens, out)
        })
    }

    /// Whether it is known that all type ids of a text without a pair are 0.
    #[must_use]
    pub fn types_are_zero(&self) -> bool {
        self.shared
            .compiled
            .as_ref()
            .is_some_and(|engine| engine.types_are_zero())
    }

    /// Encodes `input` (and `pair`) with all that `options` ask for.
    ///
    /// # Errors
    /// When the text cannot be encoded, or an option cannot be.
    pub fn encode(
        &self,
        input: Input<'_>,
        pair: Option<Input<'_>>,
        options: &EncodeOptions,
    ) -> Result<Encoding, EngineError> {
        self.serve(|engine| engine.encode(input, pair, options))
    }

    /// Encodes many inputs, in parallel.
    ///
    /// # Errors
    /// The first error of the inputs; `ERR_TOKENIZER_ARGUMENT` when there are not as many pairs as texts.
    pub fn encode_batch(
        &self,
        texts: &[Input<'_>],
        pairs: Option<&[Input<'_>]>,
        options: &EncodeOptions,
    ) -> Result<Vec<Encoding>, EngineError> {
        if let Some(pairs) = pairs.filter(|pairs| pairs.len() != texts.len()) {
            return Err(EngineError::argument(format!(
                "there are {} texts, but {} pairs",
                texts.len(),
                pairs.len()
            )));
        }
        side_by_side::map(texts.iter().enumerate(), |(index, text)| {
            self.encode(*text, pairs.map(|pairs| pairs[index]), options)
        })
        .into_iter()
        .collect()
    }

    /// The tokens of `text` (and of `pair`).
    ///
    /// # Errors
    /// When the text cannot be encoded.
    pub fn tokenize(
        &self,
        text: &str,
        pair: Option<&str>,
        add_special_tokens: bool,
    ) -> Result<Vec<String>, EngineError> {
        let options = EncodeOptions {
            add_special_tokens,
            with_offsets: false,
            ..EncodeOptions::default()
        };
        Ok(self
            .encode(Input::Text(text), pair.map(Input::Text), &options)?
            .tokens)
    }

    /// The text of `ids`; ids that do not exist are skipped.
    ///
    /// # Errors
    /// When the decoder refuses the tokens.
    pub fn decode(&self, ids: &[u32], options: &DecodeOptions) -> Result<String, EngineError> {
        let mut text = self.decode_raw(ids, options.skip_special_tokens)?;
        if let Some(suffix) = &self.shared.info.decoder_end_of_word_suffix {
            let spaced = text.replace(suffix.as_str(), " ");
            // Python's CLIPTokenizer strips too; it is the one class there with both.
            let strips = self.shared.decoder_kind == DecoderKind::ByteLevel;
            text = if strips { strip(&spaced).to_owned() } else { spaced };
        }
        Ok(if options.clean_up_tokenization_spaces {
            clean_up(text)
        } else {
            text
        })
    }

    /// The texts of many lists of ids, in parallel where there are enough of them.
    ///
    /// # Errors
    /// The first error of the lists.
    pub fn decode_batch<T: AsRef<[u32]> + Sync>(
        &self,
        batch: &[T],
        options: &DecodeOptions,
    ) -> Result<Vec<String>, EngineError> {
        let decode = |ids: &T| self.decode(ids.as_ref(), options);
        let count: usize = batch.iter().map(|ids| ids.as_ref().len()).sum();
        if batch.len() < 2 || count < PARALLEL_IDS {
            return batch.iter().map(decode).collect();
        }
        side_by_side::map(batch.iter(), decode).into_iter().collect()
    }

    /// What the decoder makes of `tokens`, before it joins them.
    ///
    /// # Errors
    /// When the decoder refuses the tokens.
    pub fn decode_chain(&self, tokens: &[String]) -> Result<Vec<String>, EngineError> {
        self.serve(|engine| engine.decode_chain(tokens.to_vec()))
    }

    /// A decoder for ids that arrive one by one.
    #[must_use]
    pub fn decode_stream(&self, skip_special_tokens: bool) -> DecodeStream {
        DecodeStream::new(self.clone(), skip_special_tokens)
    }

    /// The id of a token, among the added tokens and the vocabulary.
    #[must_use]
    pub fn token_to_id(&self, token: &str) -> Option<u32> {
        self.front().and_then(|engine| engine.token_to_id(token))
    }

    /// The token of an id.
    #[must_use]
    pub fn id_to_token(&self, id: u32) -> Option<String> {
        self.front().and_then(|engine| engine.id_to_token(id))
    }

    /// How each of `ids` is shown by [`Tokenizer::tokenize`]; nothing where that depends on the text.
    #[must_use]
    pub fn shown(&self, ids: &[u32]) -> Vec<Option<String>> {
        let engine = self.front();
        let shown = |&id: &u32| engine.and_then(|engine| engine.shown(id)).map(str::to_owned);
        ids.iter().map(shown).collect()
    }

    /// All tokens with their ids, by ascending id.
    #[must_use]
    pub fn vocab(&self, with_added_tokens: bool) -> Vec<(String, u32)> {
        let mut vocab = self
            .front()
            .map_or_else(Vec::new, |engine| engine.vocab(with_added_tokens));
        vocab.sort_unstable_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
        vocab
    }

    /// How many tokens the vocabulary has without added ones.
    pub(crate) fn model_size(&self) -> usize {
        self.front().map_or(0, Engine::model_size)
    }

    /// A tokenizer with more added tokens, and how many of them are new.
    ///
    /// # Errors
    /// When a token cannot be added.
    pub fn with_added_tokens(&self, tokens: &[AddedToken]) -> Result<(Self, usize), EngineError> {
        let (listed, count) = extend(self, tokens)?;
        if count == 0 {
            return Ok((self.clone(), 0));
        }
        let text = with_tokens(&self.shared.text(), &listed)?;
        Ok((Self::from_vec(text.into_bytes(), &self.shared.options)?, count))
    }

    /// The tokenizer.json of this tokenizer, added tokens included.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn to_json(&self) -> Result<String, EngineError> {
        Ok(self.shared.text().into_owned())
    }

    pub(crate) fn decoder_kind(&self) -> DecoderKind {
        self.shared.decoder_kind
    }

    /// Whether decoding may skip the token of `id`, which is shown as `token`.
    pub(crate) fn is_special(&self, id: u32, token: &str) -> bool {
        self.shared.info.is_special(token) || self.is_renamed(id)
    }

    fn is_renamed(&self, id: u32) -> bool {
        self.renamed().binary_search(&id).is_ok()
    }

    /// Special tokens that are shown as they are normalized, by ascending id: the crate looks for `▁<s>` among the special tokens, does
    /// not find it, and shows it where it was to be skipped.
    fn renamed(&self) -> &[u32] {
        self.shared.renamed.get_or_init(|| {
            let info = &self.shared.info;
            let special = info
                .added_tokens
                .iter()
                .filter(|listed| listed.token.special && listed.token.normalized);
            let is_renamed = |&id: &u32| self.id_to_token(id).is_some_and(|shown| !info.is_special(&shown));
            let mut renamed: Vec<u32> = special.map(|listed| listed.id).filter(is_renamed).collect();
            renamed.sort_unstable();
            renamed
        })
    }

    /// The decoder's text, before word-end suffixes and clean-up.
    pub(crate) fn decode_raw(&self, ids: &[u32], skip_special_tokens: bool) -> Result<String, EngineError> {
        if skip_special_tokens && !self.renamed().is_empty() {
            let kept: Vec<u32> = ids.iter().copied().filter(|&id| !self.is_renamed(id)).collect();
            return self.serve(|engine| engine.decode(&kept, true));
        }
        self.serve(|engine| engine.decode(ids, skip_special_tokens))
    }

    /// The compiled engine's answer, or the reference engine's where it leaves the call to it.
    fn serve<T>(
        &self,
        mut call: impl FnMut(&dyn Engine) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        if let Some(engine) = &self.shared.compiled {
            match guard("the call", || call(engine.as_ref())) {
                Err(error) if error.kind() == ErrorKind::Unsupported => {}
                // A defect of ours is no reason to fail where the reference engine can answer; tests see it.
                Err(error) if error.kind() == ErrorKind::Internal && !cfg!(debug_assertions) => {}
                answer => return answer,
            }
        }
        call(self.reference()?)
    }

    /// The engine that knows the vocabulary.
    fn front(&self) -> Option<&dyn Engine> {
        match &self.shared.compiled {
            Some(engine) => Some(engine.as_ref()),
            None => self.reference().ok().map(|reference| reference as &dyn Engine),
        }
    }

    fn reference(&self) -> Result<&Reference, EngineError> {
        let build = || Reference::build(&Document::parse(&self.shared.text(), &self.shared.options)?);
        self.shared
            .reference
            .get_or_init(build)
            .as_ref()
            .map_err(Clone::clone)
    }
}

/// Builds the engine that serves.
fn load(text: Cow<'_, str>, options: &LoadOptions) -> Result<Shared, EngineError> {
    let document = Document::parse(&text, options)?;
    guard("loading the decoder", || check_decoder(&document))?;
    let outcome = match options.engine {
        EngineChoice::Reference => Err(Declined {
            reason: "it was asked for".to_owned(),
        }),
        EngineChoice::Auto | EngineChoice::Compiled => guard("loading", || Ok(compiled::compile(&document)))
            .unwrap_or_else(|error| {
                Err(Declined {
                    reason: error.message().to_owned(),
                })
            }),
    };
    let reference = OnceLock::new();
    let (compiled, reason, vocab_size) = match outcome {
        Ok(engine) => {
            let size = engine.vocab_size();
            (
                Some(engine),
                "it knows every piece of this pipeline".to_owned(),
                size,
            )
        }
        Err(declined) if options.engine == EngineChoice::Compiled => {
            return Err(EngineError::file(format!(
                "the compiled engine cannot serve this tokenizer.json: {}",
                declined.reason
            )));
        }
        Err(declined) => {
            let built = Reference::build(&document)?;
            let size = built.vocab_size();
            // Nobody else holds the cell yet.
            let _ = reference.set(Ok(built));
            (None, declined.reason, size)
        }
    };
    let info = Info::new(&document, compiled.is_some(), reason, vocab_size);
    let decoder_kind = DecoderKind::of(document.decoder.as_ref());
    let large = compiled.as_ref().and_then(|engine| engine.large_parts());
    // A model that does not merge may be given merges, of which nothing is known afterwards.
    let places = large
        .filter(|large| large.merge() == document.model.merges.is_some())
        .and_then(|_| Places::in_document(&text, &document));
    drop(document);
    Ok(Shared {
        length: text.len(),
        source: Source::new(text, places),
        options: options.clone(),
        info,
        decoder_kind,
        compiled,
        reference,
        renamed: OnceLock::new(),
        digest: Mutex::default(),
    })
}
