'use strict';

/** PreTrainedTokenizer: what every level has. The level adds its own members and properties. */

const { Callable } = require('./callable.js');
const { work } = require('./later.js');
const { mixIn } = require('./mix-in.js');
const { STATE, OUR_DECODING } = require('./state.js');

/**
 * @param {import('./internal').Api} api
 * @returns {any} the class PreTrainedTokenizer of this api
 */
function createTokenizerClass(api) {
  const { level } = api;

  class PreTrainedTokenizer extends Callable {
    return_token_type_ids = false;

    /**
     * @param {any} tokenizerJSON the object of a tokenizer.json
     * @param {any} tokenizerConfig the object of a tokenizer_config.json
     */
    constructor(tokenizerJSON, tokenizerConfig) {
      super();
      level.validate(tokenizerJSON, tokenizerConfig);
      const state = work().createState(api, tokenizerJSON, tokenizerConfig);
      const { _encode_plus: encodePlus, _encode_text: encodeText } = PreTrainedTokenizer.prototype;
      Object.assign(state, { encodePlus, encodeText: level.textHasSpecial ? null : encodeText });
      Object.defineProperty(this, STATE, { value: state });
      level.setUp(this, tokenizerJSON, tokenizerConfig);
      if (tokenizerConfig.do_lowercase_and_remove_accent) lowerWithoutAccents(state);
    }

    /**
     * @param {any} pretrained_model_name_or_path a model id of the Hub, or a folder
     * @param {any} [options]
     * @returns {Promise<any>}
     */
    static async from_pretrained(pretrained_model_name_or_path, options = {}) {
      const other = otherLevel(api);
      if (other) return other.classes[this.name].from_pretrained(pretrained_model_name_or_path, options);
      return construct(this, await work().load(api, pretrained_model_name_or_path, options), options);
    }

    /**
     * @param {any} text
     * @param {any} [options]
     */
    _call(text, options = {}) {
      return work().call(api, this, text, options);
    }

    /**
     * @param {any} text
     * @returns {string[] | null} the tokens of one text; at level v4 with the special ones around it
     */
    _encode_text(text) {
      if (text === null) return null;
      if (work().hasOwnPieces(stateOf(this))) return work().tokensByParts(this, text);
      return work().tokenize(this, text, null, level.textHasSpecial);
    }

    /**
     * @param {any} text
     * @param {...any} rest as in encode
     */
    _encode_plus(text, ...rest) {
      const { text_pair, add_special_tokens } = level.encodeArguments(rest[0], rest[1]);
      const { return_token_type_ids = null } = rest.at(-1) ?? {};
      const { encodeRow, hasOwnText, rowOfTokens } = work();
      if (hasOwnText(this)) return rowOfTokens(this, text, text_pair, add_special_tokens, return_token_type_ids);
      return encodeRow(this, text, text_pair, !!add_special_tokens, return_token_type_ids);
    }

    /**
     * @param {any} text
     * @param {...any} rest options; at level v2 the second text comes before them
     * @returns {number[]}
     */
    encode(text, ...rest) {
      const { encodeOne, hasOwnRow } = work();
      const state = stateOf(this);
      if (hasOwnRow(this)) return this._encode_plus(text, ...rest).input_ids;
      if (rest.length === 0) return encodeOne(api, state, text, null, true);
      const { text_pair, add_special_tokens } = level.encodeArguments(rest[0], rest[1]);
      return encodeOne(api, state, text, text_pair, add_special_tokens);
    }

    /**
     * @param {any} batch
     * @param {any} [decode_args]
     * @returns {string[]}
     */
    batch_decode(batch, decode_args = {}) {
      const { batchRows, decodeOptions, hasOwnDecoding, native, wrongType } = work();
      const lists = batch instanceof api.Tensor ? batch.tolist() : batch;
      const base = PreTrainedTokenizer.prototype;
      if (this.decode === base.decode && this.decode_single === base.decode_single) {
        const state = stateOf(this);
        if (hasOwnDecoding(state)) return lists.map((/** @type {any} */ ids) => this.decode(ids, decode_args));
        const { skip, cleanUp, without } = decodeOptions(state, this, decode_args);
        const rows = batchRows(lists, without);
        if (rows !== null) return native().decodeBatch(state.handle, rows.ids, rows.counts, skip, cleanUp);
      }
      if (!Array.isArray(lists)) throw wrongType('batch', 'an array of arrays of ids, or a Tensor', batch);
      return lists.map((ids) => this.decode(ids, decode_args));
    }

    /**
     * @param {any} token_ids
     * @param {any} [decode_args]
     * @returns {string}
     */
    decode(token_ids, decode_args = {}) {
      const ids = token_ids instanceof api.Tensor ? work().tensorIds(token_ids) : token_ids;
      work().checkIds(ids);
      return this.decode_single(ids, decode_args);
    }

    /**
     * @param {any} token_ids
     * @param {any} decode_args
     * @returns {string}
     */
    decode_single(token_ids, decode_args) {
      if (level.singleIsChecked) work().checkIds(token_ids);
      return work().decodeOne(api, this, token_ids, decode_args);
    }

    /**
     * @param {any} conversation
     * @param {any} [options]
     * @returns {any}
     */
    apply_chat_template(conversation, options = {}) {
      return work().applyChatTemplate(api, this, conversation, options ?? {});
    }
  }

  OUR_DECODING.add(PreTrainedTokenizer.prototype.decode).add(PreTrainedTokenizer.prototype.decode_single);
  mixIn(PreTrainedTokenizer.prototype, level.members(api));
  return PreTrainedTokenizer;
}

/**
 * XLM, which Python has no fast tokenizer for: its config says what is done before the normalizer.
 *
 * @param {import('./state').State} state
 */
function lowerWithoutAccents(state) {
  const json = state.json();
  const normalizers = [{ type: 'Lowercase' }, { type: 'NFD' }, { type: 'StripAccents' }, json.normalizer ?? []].flat();
  state.rebuild({ ...json, normalizer: { type: 'Sequence', normalizers } });
  // The file is shown as it is.
  state.json = () => json;
}

/**
 * @param {any} tokenizer
 * @returns {import('./state').State}
 */
function stateOf(tokenizer) {
  return tokenizer[STATE];
}

/**
 * Where a program sets `env.apiLevel`, loading goes by that level.
 *
 * @param {import('./internal').Api} api
 * @returns {import('./internal').Api | null}
 */
function otherLevel(api) {
  const wanted = api.env.apiLevel ?? api.level.name;
  return wanted === api.level.name ? null : api.at(wanted);
}

/**
 * @param {any} Class
 * @param {{handle: import('./internal').External, config: any}} loaded
 * @param {any} options
 */
function construct(Class, { handle, config }, options) {
  const { legacy = null } = options;
  if (legacy !== null) config.legacy = legacy;
  return new Class(work().lazyJson(handle), config);
}

module.exports = { createTokenizerClass, construct, otherLevel, stateOf };
