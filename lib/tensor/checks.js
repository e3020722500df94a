'use strict';

/** Arguments of functions, checked; errors name the argument. */

/**
 * @param {any} value
 * @param {string} name
 * @param {number} [rank] the least number of dimensions
 */
function checkTensor(value, name, rank = 0) {
  if (!Array.isArray(value?.dims)) throw new TypeError(`\`${name}\` must be a Tensor, got: ${typeof value}`);
  if (value.dims.length < rank) {
    throw new Error(`\`${name}\` must have ${rank} dimensions or more, got: [${value.dims}]`);
  }
}

/**
 * The sessions of transformers.js take no other type either.
 *
 * @param {any} value
 * @param {string} name
 * @param {number} [rank]
 */
function checkFloat32(value, name, rank) {
  checkTensor(value, name, rank);
  if (value.type !== 'float32') {
    throw new TypeError(`\`${name}\` must be a float32 tensor, got: ${value.type}`);
  }
}

/**
 * @param {any} value a number or a BigInt
 * @param {string} name
 */
function integer(value, name) {
  if (typeof value === 'bigint' || Number.isInteger(value)) return Number(value);
  const Kind = typeof value === 'number' ? RangeError : TypeError;
  throw new Kind(`\`${name}\` must be an integer, got: ${typeof value === 'number' ? value : typeof value}`);
}

/**
 * @param {any} values
 * @param {string} name
 * @returns {number[]}
 */
function integers(values, name) {
  if (!Array.isArray(values) && !ArrayBuffer.isView(values)) {
    throw new TypeError(`\`${name}\` must be an array of integers, got: ${typeof values}`);
  }
  return Array.from(/** @type {any} */ (values), (value, i) => integer(value, `${name}[${i}]`));
}

module.exports = { checkTensor, checkFloat32, integer, integers };
