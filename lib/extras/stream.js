'use strict';

/** Text from ids that arrive one by one. */

const { work } = require('../later.js');
const { STATE } = require('../state.js');

const LAST_ID = 2 ** 32 - 1;

/** Gives the text of each new id, whole characters only, in time that does not grow with the text. */
class DecodeStream {
  /** @type {import('../internal').NativeStream} */
  #stream;

  /**
   * @param {any} tokenizer
   * @param {{skip_special_tokens?: boolean}} [options]
   */
  constructor(tokenizer, options = {}) {
    const { skip_special_tokens = false } = work().optionsOf(options);
    const state = tokenizer?.[STATE];
    if (!state) throw work().wrongType('tokenizer', 'a tokenizer of this package', tokenizer);
    this.#stream = work().native().decodeStream(state.handle, !!skip_special_tokens);
  }

  /**
   * @param {any} ids one id, or several
   * @returns {string} the text that is now certain, often none
   */
  push(ids) {
    if (typeof ids === 'number' || typeof ids === 'bigint') return this.#one(ids);
    if (ids === null || typeof ids !== 'object' || !(Symbol.iterator in ids)) {
      throw work().wrongType('ids', 'an id or a list of ids', ids);
    }
    let text = '';
    for (const id of /** @type {Iterable<any>} */ (ids)) text += this.#one(id);
    return text;
  }

  /** @returns {string} what was held back, such as the part of a character that never came */
  flush() {
    return this.#stream.flush() ?? '';
  }

  /** @param {any} given */
  #one(given) {
    const id = typeof given === 'bigint' ? Number(given) : given;
    if (typeof id !== 'number') throw work().wrongType('id', 'a number or a bigint', given);
    // As in decode: what cannot be an id stands for no text.
    if (!Number.isInteger(id) || id < 0 || id > LAST_ID) return '';
    return this.#stream.push(id) ?? '';
  }
}

module.exports = { DecodeStream };
