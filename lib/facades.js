'use strict';

/** The parts of a tokenizer that levels v2 and v3 show as properties: views of the addon's own. */

const { native } = require('./native.js');
const { idOf } = require('./tokens.js');
const { STATE } = require('./state.js');

/** `tokenizer.model`: the vocabulary. */
class TokenizerModel {
  /** @type {any} */
  #tokenizer;
  /** @type {Map<string, number> | undefined} */
  #toIds;
  /** @type {string[] | undefined} */
  #vocab;

  /** @param {any} tokenizer */
  constructor(tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** @returns {any} the model part of tokenizer.json */
  get config() {
    return this.#tokenizer[STATE].json().model;
  }

  get end_of_word_suffix() {
    return this.#tokenizer[STATE].info.decoder_end_of_word_suffix ?? undefined;
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
    return unk_token ?? (Array.isArray(vocab) && unk_id !== null ? vocab[unk_id]?.[0] : undefined);
  }

  get unk_token_id() {
    return idOf(this.#tokenizer[STATE].handle, this.unk_token);
  }

  /** @returns {Map<string, number>} */
  get tokens_to_ids() {
    return (this.#toIds ??= new Map(Object.entries(native().vocab(this.#tokenizer[STATE].handle))));
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

  clear_cache() {}
}

/** `tokenizer.normalizer` and the like: their settings. */
class Component {
  /** @type {any} */
  #tokenizer;
  /** @type {string} */
  #part;

  /**
   * @param {any} tokenizer
   * @param {string} part
   */
  constructor(tokenizer, part) {
    this.#tokenizer = tokenizer;
    this.#part = part;
  }

  /** @returns {any} this part of tokenizer.json */
  get config() {
    return this.#tokenizer[STATE].json()[this.#part];
  }
}

/**
 * Properties of levels v2 and v3.
 *
 * @param {any} tokenizer
 * @param {any} config
 */
function showParts(tokenizer, config) {
  /** @type {import('./state').State} */
  const { info } = tokenizer[STATE];
  const part = (/** @type {string} */ name, /** @type {any} */ there) =>
    there ? new Component(tokenizer, name) : null;
  tokenizer.normalizer = part('normalizer', info.normalizer);
  tokenizer.pre_tokenizer = part('pre_tokenizer', info.pre_tokenizer);
  tokenizer.model = new TokenizerModel(tokenizer);
  tokenizer.post_processor = part('post_processor', info.has_post_processor);
  tokenizer.decoder = part('decoder', info.decoder);

  const special = info.added_tokens.filter((token) => token.special);
  tokenizer.added_tokens = info.added_tokens.map((token) => ({ ...token }));
  tokenizer.all_special_ids = special.map((token) => token.id);
  tokenizer.additional_special_tokens = config.additional_special_tokens ?? [];
  tokenizer.special_tokens = [
    ...new Set([...special.map((token) => token.content), ...tokenizer.additional_special_tokens]),
  ];
}

module.exports = { TokenizerModel, showParts };
