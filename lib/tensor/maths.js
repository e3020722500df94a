'use strict';

/** Functions of number arrays that programs use on embeddings and scores. */

/**
 * @param {any} array
 * @param {(a: any, b: any) => boolean} better
 * @returns {[any, number]} the best value and where it is
 */
function best(array, better) {
  if (array.length === 0) throw Error('Array must not be empty');
  let at = 0;
  for (let i = 1; i < array.length; ++i) {
    if (better(array[i], array[at])) at = i;
  }
  return [array[at], at];
}

/** @param {any} array */
const max = (array) => best(array, (a, b) => a > b);

/** @param {any} array */
const min = (array) => best(array, (a, b) => a < b);

/**
 * @param {any} array
 * @returns {any}
 */
function softmax(array) {
  const [highest] = max(array);
  const powers = array.map((/** @type {number} */ x) => Math.exp(x - highest));
  const sum = powers.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0);
  return powers.map((/** @type {number} */ x) => x / sum);
}

/**
 * @param {any} array
 * @returns {any}
 */
function log_softmax(array) {
  const [highest] = max(array);
  let sum = 0;
  for (const x of array) sum += Math.exp(x - highest);
  const log = Math.log(sum);
  return array.map((/** @type {number} */ x) => x - highest - log);
}

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += a[i] * b[i];
  return sum;
}

/** @param {ArrayLike<number>} array */
function magnitude(array) {
  return Math.sqrt(dot(array, array));
}

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
function cos_sim(a, b) {
  return dot(a, b) / (magnitude(a) * magnitude(b));
}

/**
 * @param {number} value
 * @param {number} decimals
 */
function round(value, decimals) {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}

module.exports = { max, min, softmax, log_softmax, dot, magnitude, cos_sim, round };
