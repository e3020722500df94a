'use strict';

/** VITS: every other id is a blank between two characters. */

const { STATE } = require('../state.js');
const { lazily } = require('../lazily.js');
const { work } = require('../later.js');

/**
 * @param {import('../state').State} state
 * @returns {boolean} whether a program decodes by code of its own
 */
function isOwn(state) {
  if (state.parts === null) return false;
  const { decoder } = state.parts;
  const { VitsDecoder } = require('../parts.js');
  const { isOwnModel } = require('../facades.js');
  return decoder?.decode_chain !== VitsDecoder.prototype.decode_chain || isOwnModel(state, 'convert_ids_to_tokens');
}

/** @param {any} Base */
function vits(Base) {
  return class VitsTokenizer extends Base {
    constructor(/** @type {any} */ tokenizerJSON, /** @type {any} */ tokenizerConfig) {
      super(tokenizerJSON, tokenizerConfig);
      /** @type {any} */
      const self = this;
      const { parts } = self[STATE];
      const decoder = () => new (require('../parts.js').VitsDecoder)();
      if (parts) parts.decoder = decoder();
      else lazily(self._tokenizer, 'decoder', decoder);
    }

    /**
     * @param {any} token_ids
     * @param {any} decode_args
     * @returns {string}
     */
    decode_single(token_ids, decode_args) {
      /** @type {import('../state').State} */
      const state = /** @type {any} */ (this)[STATE];
      if (isOwn(state)) return super.decode_single(token_ids, decode_args);
      const { skip, cleanUp, without } = work().decodeOptions(state, this, decode_args);
      const special = new Set(skip ? state.info.added_tokens.filter((t) => t.special).map((t) => t.id) : []);
      const ids = [...work().usableIds(token_ids, without)].filter((id) => !special.has(id));
      const text = ids
        .filter((_, i) => i % 2 === 1)
        .map((id) => work().native().idToToken(state.handle, id) ?? '')
        .join('');
      return cleanUp ? work().cleanUp(text) : text;
    }
  };
}

module.exports = { vits };
