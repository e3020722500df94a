'use strict';

/** Functions of tensors. What programs see of them is in index.js. */

const { checkedIndex, count } = require('./shape.js');

/** @param {any} Tensor */
function createFunctions(Tensor) {
  /**
   * @param {number[]} dims
   * @param {any} value
   * @param {string} type
   * @param {any} Typed
   */
  const filled = (dims, value, type, Typed) => new Tensor(type, new Typed(count(dims)).fill(value), dims);

  /**
   * @param {any[]} tensors
   * @param {number} [dim]
   */
  function cat(tensors, dim = 0) {
    const [first] = tensors;
    const axis = checkedIndex(dim, first.dims.length);
    const dims = first.dims.slice();
    dims[axis] = tensors.reduce((sum, tensor) => sum + tensor.dims[axis], 0);
    const data = new first.data.constructor(count(dims));
    const outer = count(dims.slice(0, axis));
    const inner = count(dims.slice(axis + 1));
    let at = 0;
    for (let o = 0; o < outer; ++o) {
      for (const tensor of tensors) {
        const block = tensor.dims[axis] * inner;
        for (let i = 0; i < block; ++i) data[at++] = tensor.data[o * block + i];
      }
    }
    return new Tensor(first.type, data, dims);
  }

  /**
   * @param {any[]} tensors
   * @param {number} [dim]
   */
  function stack(tensors, dim = 0) {
    return cat(
      tensors.map((tensor) => tensor.unsqueeze(dim)),
      dim,
    );
  }

  /**
   * @param {any} tensor
   * @param {number | null} [dim]
   * @param {boolean} [keepdim]
   */
  function mean(tensor, dim = null, keepdim = false) {
    return averaged(tensor, dim, keepdim);
  }

  /**
   * @param {any} tensor
   * @param {number | null} dim
   * @param {boolean} keepdim
   */
  function averaged(tensor, dim, keepdim) {
    if (dim === null) {
      const sum = tensor.data.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0);
      return new Tensor(tensor.type, [sum / tensor.data.length], []);
    }
    const size = tensor.dims[checkedIndex(dim, tensor.dims.length)];
    const sums = tensor.sum(dim, keepdim);
    if (size !== 1)
      sums.data.forEach((/** @type {number} */ x, /** @type {number} */ i) => (sums.data[i] = x / size));
    return sums;
  }

  /**
   * @param {any} tensor
   * @param {number | null} [dim]
   * @param {number} [correction]
   * @param {boolean} [keepdim]
   */
  function std_mean(tensor, dim = null, correction = 1, keepdim = false) {
    const means = averaged(tensor, dim, keepdim);
    const axis = dim === null ? 0 : checkedIndex(dim, tensor.dims.length);
    const inner = dim === null ? 1 : count(tensor.dims.slice(axis + 1));
    const size = dim === null ? tensor.data.length : tensor.dims[axis];
    const squares = new Array(means.data.length).fill(0);
    tensor.data.forEach((/** @type {number} */ x, /** @type {number} */ i) => {
      const at = Math.floor(i / (size * inner)) * inner + (i % inner);
      squares[at] += (x - means.data[at]) ** 2;
    });
    const std = squares.map((square) => Math.sqrt(square / (size - correction)));
    return [new Tensor(tensor.type, std, means.dims), means];
  }

  /**
   * The average over the tokens that the mask keeps.
   *
   * @param {any} hidden [batch, tokens, features]
   * @param {any} mask [batch, tokens]
   */
  function mean_pooling(hidden, mask) {
    const [batch, tokens, features] = hidden.dims;
    const data = new hidden.data.constructor(batch * features);
    for (let b = 0; b < batch; ++b) {
      for (let f = 0; f < features; ++f) {
        let sum = 0;
        let weight = 0;
        for (let t = 0; t < tokens; ++t) {
          const kept = Number(mask.data[b * tokens + t]);
          weight += kept;
          sum += hidden.data[(b * tokens + t) * features + f] * kept;
        }
        data[b * features + f] = sum / weight;
      }
    }
    return new Tensor(hidden.type, data, [batch, features]);
  }

  /**
   * @param {any} input
   * @param {number[]} normalized_shape
   * @param {{eps?: number}} [options]
   */
  function layer_norm(input, normalized_shape, { eps = 1e-5 } = {}) {
    if (input.dims.length !== 2) throw new Error('`layer_norm` currently only supports 2D input.');
    const [, features] = input.dims;
    if (normalized_shape.length !== 1 && normalized_shape[0] !== features) {
      throw new Error('`normalized_shape` must be a 1D array with shape `[input.dims[1]]`.');
    }
    const [std, means] = std_mean(input, 1, 0, true);
    const data = input.data.map((/** @type {number} */ x, /** @type {number} */ i) => {
      const row = Math.floor(i / features);
      return (x - means.data[row]) / (std.data[row] + eps);
    });
    return new Tensor(input.type, data, input.dims);
  }

  /**
   * @param {number[]} size
   * @param {number | bigint | boolean} value
   */
  function full(size, value) {
    if (typeof value === 'number') return filled(size, value, 'float32', Float32Array);
    if (typeof value === 'bigint') return filled(size, value, 'int64', BigInt64Array);
    if (typeof value === 'boolean') return filled(size, value, 'bool', Uint8Array);
    throw new Error(`Unsupported data type: ${typeof value}`);
  }

  /**
   * @param {any} tensor
   * @param {string} precision
   */
  function quantize_embeddings(tensor, precision) {
    if (tensor.dims.length !== 2) throw new Error('The tensor must have 2 dimensions');
    if (tensor.dims.at(-1) % 8 !== 0)
      throw new Error('The last dimension of the tensor must be a multiple of 8');
    if (precision !== 'binary' && precision !== 'ubinary') {
      throw new Error("The precision must be either 'binary' or 'ubinary'");
    }
    const signed = precision === 'binary';
    const data = new (signed ? Int8Array : Uint8Array)(tensor.data.length / 8);
    for (let i = 0; i < data.length; ++i) {
      let byte = 0;
      for (let bit = 0; bit < 8; ++bit) byte = byte * 2 + (tensor.data[i * 8 + bit] > 0 ? 1 : 0);
      data[i] = signed ? byte - 128 : byte;
    }
    return new Tensor(signed ? 'int8' : 'uint8', data, [tensor.dims[0], tensor.dims[1] / 8]);
  }

  /**
   * @param {number[]} size
   * @param {() => number} next
   */
  const random = (size, next) => new Tensor('float32', Float32Array.from({ length: count(size) }, next), size);

  // Box and Muller's way from even to normal numbers.
  const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

  const ones = (/** @type {number[]} */ size) => filled(size, 1n, 'int64', BigInt64Array);
  const zeros = (/** @type {number[]} */ size) => filled(size, 0n, 'int64', BigInt64Array);
  return {
    cat,
    stack,
    mean,
    std_mean,
    mean_pooling,
    layer_norm,
    full,
    quantize_embeddings,
    ones,
    zeros,
    full_like: (/** @type {any} */ tensor, /** @type {any} */ value) => full(tensor.dims, value),
    ones_like: (/** @type {any} */ tensor) => ones(tensor.dims),
    zeros_like: (/** @type {any} */ tensor) => zeros(tensor.dims),
    permute: (/** @type {any} */ tensor, /** @type {number[]} */ axes) => tensor.permute(...axes),
    rand: (/** @type {number[]} */ size) => random(size, Math.random),
    randn: (/** @type {number[]} */ size) => random(size, normal),
  };
}

module.exports = { createFunctions };
