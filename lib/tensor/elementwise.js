'use strict';

/** Methods of Tensor that treat each element alike, in two forms. */

const { kind } = require('./storage.js');

/** @param {any} data */
function isBigInt(data) {
  return kind(data) === 'BigInt64Array' || kind(data) === 'BigUint64Array';
}

/**
 * `change_` for each element, and `change` for a copy.
 *
 * @param {string} name
 * @param {(...args: any[]) => (value: any, i: number, data: any) => any} make
 */
function elementwise(name, make) {
  const methods = {
    /**
     * @this {any}
     * @param {...any} args
     */
    [`${name}_`](...args) {
      const { data } = this;
      const change = make.apply(this, args);
      for (let i = 0; i < data.length; ++i) data[i] = change(data[i], i, data);
      return this;
    },
    /**
     * @this {any}
     * @param {...any} args
     */
    [name](...args) {
      return this.clone()[`${name}_`](...args);
    },
  };
  for (const method of Object.values(methods)) Object.defineProperty(method, 'length', { value: make.length });
  return methods;
}

/**
 * Python's remainder: it has the sign of the divisor.
 *
 * @this {any}
 * @param {any} value
 */
function remainderBy(value) {
  const divisor = isBigInt(this.data) ? BigInt(value) : Number(value);
  if ((divisor === 0 || divisor === 0n) && (this.type.includes('int') || this.type === 'bool')) {
    throw new RangeError('Division by zero');
  }
  if (divisor < 0 && (this.type.startsWith('uint') || this.type === 'bool')) {
    throw new RangeError('Negative divisors are not supported for unsigned or boolean tensors');
  }
  return (/** @type {any} */ x) => {
    const rest = /** @type {any} */ (x) % /** @type {any} */ (divisor);
    const wrong = (rest < 0 && divisor > 0) || (rest > 0 && divisor < 0);
    return wrong ? rest + /** @type {any} */ (divisor) : rest;
  };
}

const ELEMENTWISE = {
  ...elementwise('map', (callback) => callback),
  ...elementwise('sigmoid', () => (x) => 1 / (1 + Math.exp(-x))),
  ...elementwise('mul', (value) => (x) => x * value),
  ...elementwise('div', (value) => (x) => x / value),
  ...elementwise('add', (value) => (x) => x + value),
  ...elementwise('sub', (value) => (x) => x - value),
  ...elementwise('neg', () => (x) => -x),
  ...elementwise('clamp', (min, max) => (x) => Math.min(Math.max(x, min), max)),
  ...elementwise('round', () => (x) => Math.round(x)),
  ...elementwise('remainder', remainderBy),
};

module.exports = { ELEMENTWISE, isBigInt };
