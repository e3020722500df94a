'use strict';

/** What levels v2 and v3 show of a tokenizer as properties. */

const { native } = require('./native.js');
const { Callable } = require('./callable.js');
const { alone, mustBeTokens, showParts } = require('./parts.js');
const { idOf, vocabulary } = require('./tokens.js');
const { STATE } = require('./state.js');

/** `tokenizer.model`: the vocabulary. */
class TokenizerModel extends Callable {
  /** @type {any} */
  #tokenizer;
  /** @type {any} */
  #handle;
  /** @type {Map<string, number> | undefined} */
  #toIds;
  /** @type {string[] | undefined} */
  #vocab;

  /** @param {any} tokenizer */
  constructor(tokenizer) {
    super();
    this.#tokenizer = tokenizer;
  }

  /** @returns {any} the model part of tokenizer.json */
  get config() {
    return this.#tokenizer[STATE].json().model;
  }

  /** @returns {string} what kind of model this is, where tokenizer.json does not say it */
  get #type() {
    const { type, vocab, merges, continuing_subword_prefix, unk_token } = this.config;
    if (type) return type;
    if (Array.isArray(vocab)) return 'Unigram';
    if (merges) return 'BPE';
    return continuing_subword_prefix !== undefined && unk_token !== undefined ? 'WordPiece' : 'WordLevel';
  }

  get end_of_word_suffix() {
    return this.config.end_of_word_suffix;
  }

  get continuing_subword_suffix() {
    return this.#type === 'BPE' ? (this.config.continuing_subword_suffix ?? null) : undefined;
  }

  get byte_fallback() {
    return this.#type === 'BPE' ? (this.config.byte_fallback ?? false) : undefined;
  }

  get fuse_unk() {
    return this.#type === 'Unigram' || (this.config.fuse_unk ?? false);
  }

  get max_input_chars_per_word() {
    return this.#type === 'WordPiece' ? (this.config.max_input_chars_per_word ?? 100) : undefined;
  }

  /** @returns {boolean} whether a word of the vocabulary is one token, whatever the merges say */
  get ignore_merges() {
    return this.config.ignore_merges ?? false;
  }

  // The one setting that programs change.
  set ignore_merges(value) {
    const state = this.#tokenizer[STATE];
    const json = state.json();
    state.rebuild({ ...json, model: { ...json.model, ignore_merges: !!value } });
  }

  get unk_token() {
    const { unk_token, unk_id, vocab } = this.config;
    if (this.#type === 'Unigram') return vocab[unk_id]?.[0];
    // A bare vocabulary names no token: tokenizer_config.json does.
    return this.#type === 'WordLevel' ? this.#tokenizer.unk_token : unk_token;
  }

  get unk_token_id() {
    return idOf(this.#tokenizer[STATE].handle, this.unk_token);
  }

  /** @returns {Map<string, number>} */
  get tokens_to_ids() {
    return (this.#toIds ??= vocabulary(this.#tokenizer[STATE].handle));
  }

  /** @returns {string[]} tokens by id */
  get vocab() {
    if (this.#vocab === undefined) {
      this.#vocab = [];
      for (const [token, id] of this.tokens_to_ids) this.#vocab[id] = token;
    }
    return this.#vocab;
  }

  /** @param {string[]} tokens */
  convert_tokens_to_ids(tokens) {
    const { handle } = this.#tokenizer[STATE];
    return tokens.map((token) => idOf(handle, token) ?? this.unk_token_id);
  }

  /** @param {(number | bigint)[]} ids */
  convert_ids_to_tokens(ids) {
    return ids.map((id) => this.vocab[Number(id)] ?? this.unk_token);
  }

  /**
   * @param {string[]} tokens words, as the pre-tokenizer makes them
   * @returns {string[]}
   */
  encode(tokens) {
    mustBeTokens(tokens, 'tokens');
    const { _tokenizer_config, config = _tokenizer_config } = this.#tokenizer;
    this.#handle ??= alone({ model: this.config }, config.target_lang);
    return tokens.flatMap((token) => native().tokenize(this.#handle, token, null, false));
  }

  /** @param {string[]} tokens */
  _call(tokens) {
    return this.encode(tokens);
  }

  clear_cache() {}
}

/**
 * Properties of levels v2 and v3.
 *
 * @param {any} tokenizer
 * @param {any} config
 */
function showProperties(tokenizer, config) {
  /** @type {import('./state').State} */
  const state = tokenizer[STATE];
  const { info } = state;
  showParts(tokenizer);
  tokenizer.model = new TokenizerModel(tokenizer);

  const special = info.added_tokens.filter((token) => token.special);
  tokenizer.added_tokens = info.added_tokens.map((token) => ({ ...token }));
  tokenizer.all_special_ids = special.map((token) => token.id);
  tokenizer.additional_special_tokens = config.additional_special_tokens ?? [];
  tokenizer.special_tokens = [
    ...new Set([...special.map((token) => token.content), ...tokenizer.additional_special_tokens]),
  ];
  state.special = { tokens: tokenizer.special_tokens, count: tokenizer.special_tokens.length };
}

module.exports = { TokenizerModel, showProperties };
