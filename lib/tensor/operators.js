'use strict';

/**
 * What transformers.js leaves to ONNX Runtime, and `interpolate`. Those that wait for it there are async here. Few
 * programs use them, so that they are read when called.
 */

/**
 * @param {any} Tensor
 * @param {import('../internal').TensorRules} rules
 */
function createOperators(Tensor, { halfway }) {
  /** @param {{type?: string, data: any, dims: number[]}} parts */
  const made = ({ type = 'float32', data, dims }) => new Tensor(type, data, dims);
  return {
    /**
     * @param {any} input
     * @param {number[]} size
     * @param {string} [_mode] not looked at, as in transformers.js
     * @param {boolean} [_align_corners] nor is this
     */
    interpolate: (input, size, _mode = 'bilinear', _align_corners = false) => 
      made(require('./interpolate.js').interpolate(input, size)),
    /**
     * @param {any} input
     * @param {{size?: any, mode?: string}} [options]
     */
    interpolate_4d: async (input, { size = null, mode = 'bilinear' } = {}) =>
      made(require('./resize.js').interpolate_4d(input, size, mode, halfway)),
    /**
     * @param {any} a
     * @param {any} b
     */
    matmul: async (a, b) => made(require('./matmul.js').matmul(a, b)),
    /**
     * @param {any} x
     * @param {any} a
     */
    rfft: async (x, a) => made(require('./fourier.js').rfft(x, a)),
    /**
     * @param {any} x
     * @param {number} [k]
     */
    topk: async (x, k) => {
      const { values, indices, dims } = require('./select.js').topk(x, k);
      return [new Tensor('float32', values, dims), new Tensor('int64', indices, dims)];
    },
    /**
     * @param {any} data
     * @param {number[]} starts
     * @param {number[]} ends
     * @param {number[]} axes
     * @param {number[]} [steps]
     */
    slice: async (data, starts, ends, axes, steps) => 
      made(require('./select.js').slice(data, starts, ends, axes, steps)),
  };
}

module.exports = { createOperators };
