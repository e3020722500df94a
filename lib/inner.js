'use strict';

/**
 * `tokenizer._tokenizer` of level v4: the part of @huggingface/tokenizers' Tokenizer that programs reach for.
 */

const { native } = require('./native.js');
const { AddedToken, idOf, vocabulary } = require('./tokens.js');
const { STATE } = require('./state.js');

/** @param {any} tokenizer */
function innerTokenizer(tokenizer) {
  const state = () => tokenizer[STATE];
  const part = (/** @type {string} */ name) => {
    const config = state().json()[name];
    return config ? { config } : null;
  };
  return {
    config: tokenizer._tokenizerConfig,
    get normalizer() {
      return part('normalizer');
    },
    get pre_tokenizer() {
      return part('pre_tokenizer');
    },
    get post_processor() {
      return part('post_processor');
    },
    get decoder() {
      return part('decoder');
    },
    /** @param {string} token */
    token_to_id: (token) => idOf(state().handle, token),
    /** @param {number} id */
    id_to_token: (id) => native().idToToken(state().handle, id) ?? undefined,
    get_vocab(with_added_tokens = true) {
      const tokens = vocabulary(state().handle);
      if (!with_added_tokens) for (const { content } of state().info.added_tokens) tokens.delete(content);
      return tokens;
    },
    get_added_tokens_decoder: () =>
      new Map(state().info.added_tokens.map((/** @type {any} */ token) => [token.id, new AddedToken(token)])),
    /**
     * @param {string} text
     * @param {any} [options]
     */
    tokenize: (text, { text_pair = null, add_special_tokens = false } = {}) =>
      tokenizer.tokenize(text, { pair: text_pair, add_special_tokens }),
    /**
     * @param {string} text
     * @param {any} [options]
     */
    encode(text, { text_pair = null, add_special_tokens = true, return_token_type_ids = false } = {}) {
      const row = tokenizer._encode_plus(text, { text_pair, add_special_tokens, return_token_type_ids });
      const { input_ids: ids, attention_mask, token_type_ids } = row;
      const tokens = tokenizer.tokenize(text, { pair: text_pair, add_special_tokens });
      return token_type_ids
        ? { ids, tokens, attention_mask, token_type_ids }
        : { ids, tokens, attention_mask };
    },
    /**
     * @param {any} ids
     * @param {any} [options]
     */
    decode: (ids, options = {}) => tokenizer.decode(ids, options),
  };
}

module.exports = { innerTokenizer };
