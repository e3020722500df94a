'use strict';

/** Tensor, as much of it as tokenizer output and programs around it use, at one level. */

const { mixIn } = require('../mix-in.js');
const { Storage } = require('./storage.js');
const { createMethods } = require('./methods.js');
const { createFunctions } = require('./functions.js');

const HANDLER = {
  /**
   * @param {any} target
   * @param {string | symbol} key
   */
  get(target, key) {
    if (typeof key === 'string' && Number.isInteger(Number(key))) return target._getitem(Number(key));
    return target[key];
  },
  /**
   * @param {any} target
   * @param {string | symbol} key
   * @param {any} value
   */
  set(target, key, value) {
    target[key] = value;
    return true;
  },
};

/**
 * @param {import('../internal').TensorRules} rules
 * @returns {Record<string, any>} Tensor and its functions
 */
function createTensor(rules) {
  class Tensor {
    /** @param {...any} args type, data, dims; or another tensor's storage */
    constructor(...args) {
      const [first] = args;
      const storage = first instanceof Storage ? first : new Storage(first, args[1], args[2]);
      /** @type {any} */
      const self = this;
      if (rules.fields) {
        const { dims, type, data, size } = storage;
        Object.assign(self, { dims, type, data, size });
      } else {
        self.ort_tensor = storage;
      }
      return new Proxy(self, HANDLER);
    }
  }

  if (!rules.fields) {
    for (const name of ['dims', 'type', 'data', 'size', 'location']) {
      Object.defineProperty(Tensor.prototype, name, {
        /** @this {any} */
        get() {
          return this.ort_tensor[name];
        },
        set: name === 'dims' ? setDims : undefined,
        configurable: true,
      });
    }
  }
  /** @type {Record<string, any>} */
  const methods = createMethods(Tensor, rules);
  for (const name of rules.without) delete methods[name];
  mixIn(Tensor.prototype, methods);
  Object.defineProperty(Tensor.prototype, Symbol.iterator, {
    value: iterate,
    configurable: true,
    writable: true,
  });
  return { Tensor, ...createFunctions(Tensor, rules) };
}

/**
 * @this {any}
 * @param {number[]} value
 */
function setDims(value) {
  this.ort_tensor.dims = value;
}

/** @this {any} */
function* iterate() {
  if (this.dims.length <= 1) {
    yield* this.data;
    return;
  }
  for (let i = 0; i < this.dims[0]; ++i) yield this._getitem(i);
}

module.exports = { createTensor };
