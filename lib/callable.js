'use strict';

/**
 * Instances are functions: `new Tokenizer(…)(text)` runs `_call(text)`. As in transformers.js, `instanceof`
 * works and
 * the prototype is the class's own, so `call`, `apply` and `bind` of Function are not there.
 */
class Callable {
  constructor() {
    /** @type {any} */
    const closure = function (/** @type {any[]} */ ...args) {
      return closure._call(...args);
    };
    return Object.setPrototypeOf(closure, new.target.prototype);
  }

  /**
   * @param {...any} args
   * @returns {any}
   */
  _call(...args) {
    throw Error('Must implement _call method in subclass');
  }
}

module.exports = { Callable };
