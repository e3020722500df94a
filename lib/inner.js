'use strict';

/**
 * `tokenizer._tokenizer` of level v4: what programs reach for of @huggingface/tokenizers' Tokenizer. Its parts, made when
 * somebody looks, are those of level v3.
 */

const { native } = require('./native.js');
const { AddedToken, addedTokensSplitter, idOf, vocabulary } = require('./tokens.js');
const { lazily } = require('./lazily.js');
const { STATE } = require('./state.js');

const PARTS = /** @type {const} */ (['normalizer', 'pre_tokenizer', 'model', 'post_processor', 'decoder']);

class Tokenizer {
  /** @type {any} */
  #outer;

  /** @param {any} outer */
  constructor(outer) {
    this.#outer = outer;
    /** @type {any} */
    const self = this;
    const config = outer._tokenizerConfig;
    const tokens = () => outer[STATE].info.added_tokens;
    const special = () => tokens().filter((/** @type {any} */ token) => token.special);
    const isNormalized = (/** @type {any} */ token) => token.normalized && self.normalizer !== null;
    lazily(self, 'tokenizer', () => outer._tokenizerJSON);
    this.config = config;
    for (const name of PARTS) lazily(self, name, () => this.#make(name));
    lazily(self, 'special_tokens', () => {
      const contents = special().map((/** @type {any} */ token) => token.content);
      return [...new Set([...contents, ...(config.additional_special_tokens ?? [])])];
    });
    lazily(self, 'all_special_ids', () => special().map((/** @type {any} */ token) => token.id));
    lazily(self, 'added_tokens', () => tokens().map((/** @type {any} */ token) => new AddedToken(token)));
    lazily(self, 'added_tokens_map', () => {
      const map = new Map();
      for (const token of self.added_tokens) {
        map.set(token.content, token);
        if (isNormalized(token)) map.set(self.normalizer(token.content), token);
      }
      return map;
    });
    lazily(self, 'splitter_unnormalized', () =>
      addedTokensSplitter(self.added_tokens.filter((/** @type {any} */ token) => !isNormalized(token))),
    );
    lazily(self, 'splitter_normalized', () => {
      const normalized = self.added_tokens.filter(isNormalized);
      return addedTokensSplitter(
        normalized.map((/** @type {any} */ { content }) => ({ content: self.normalizer(content) })),
      );
    });
    this.remove_space = config.remove_space;
    this.clean_up_tokenization_spaces = config.clean_up_tokenization_spaces ?? true;
    this.do_lowercase_and_remove_accent = config.do_lowercase_and_remove_accent ?? false;
  }

  /** @param {(typeof PARTS)[number]} name */
  #make(name) {
    const state = this.#outer[STATE];
    if (name !== 'model') return require('./parts.js').makePart(state, name, /** @type {any} */ (this).added_tokens);
    const { models } = require('./levels/models-since-v3.js');
    return require('./facades.js').makeModel(state, this.config, models());
  }

  /**
   * @param {string} text
   * @param {any} [options]
   */
  encode(text, { text_pair = null, add_special_tokens = true, return_token_type_ids = null } = {}) {
    const row = this.#outer._encode_plus(text, {
      text_pair,
      add_special_tokens,
      return_token_type_ids: !!return_token_type_ids,
    });
    const { input_ids: ids, attention_mask, token_type_ids } = row;
    const tokens = this.tokenize(text, { text_pair, add_special_tokens });
    return token_type_ids ? { ids, tokens, attention_mask, token_type_ids } : { ids, tokens, attention_mask };
  }

  /**
   * @param {any} ids
   * @param {any} [options]
   */
  decode(ids, options = {}) {
    return this.#outer.decode(ids, options);
  }

  /**
   * @param {string} text
   * @param {any} [options]
   */
  tokenize(text, { text_pair = null, add_special_tokens = false } = {}) {
    return this.#outer.tokenize(text, { pair: text_pair, add_special_tokens });
  }

  /** @param {any} text */
  encode_text(text) {
    return text === null ? null : this.tokenize(text);
  }

  /**
   * @param {string} text
   * @param {any} options
   */
  tokenize_helper(text, { text_pair = null, add_special_tokens = true }) {
    const options = { text_pair, add_special_tokens, return_token_type_ids: true };
    const { tokens, token_type_ids } = this.encode(text, options);
    return token_type_ids ? { tokens, token_type_ids } : { tokens };
  }

  /** @param {string} token */
  token_to_id(token) {
    return idOf(this.#outer[STATE].handle, token);
  }

  /** @param {number} id */
  id_to_token(id) {
    return native().idToToken(this.#outer[STATE].handle, id) ?? undefined;
  }

  get_added_tokens_decoder() {
    /** @type {any[]} */
    const tokens = /** @type {any} */ (this).added_tokens;
    return new Map(tokens.map((token) => [token.id, token]));
  }

  get_vocab(with_added_tokens = true) {
    const tokens = vocabulary(this.#outer[STATE].handle);
    if (!with_added_tokens) for (const { content } of this.#outer[STATE].info.added_tokens) tokens.delete(content);
    return tokens;
  }
}

module.exports = { innerTokenizer: (/** @type {any} */ tokenizer) => new Tokenizer(tokenizer) };
