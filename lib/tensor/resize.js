'use strict';

/** Maps of another size, as ONNX Runtime's Resize makes them. */

const { count } = require('./shape.js');
const { checkTensor, checkFloat32, integers } = require('./checks.js');

/** @typedef {[number, number][]} Taps which elements, and how much of each */

/**
 * An element beyond the border is the one at it.
 *
 * @type {Record<string, (x: number, last: number, halfway: number) => Taps>}
 */
const MODES = {
  nearest: (x, last, halfway) => [[within(Math.ceil(x - 0.5 - halfway), last), 1]],
  bilinear(x, last) {
    const inside = within(x, last);
    const low = Math.floor(inside);
    // Two halves, not one and nothing: nothing times infinity is NaN.
    const part = low === last ? 0.5 : inside - low;
    return [
      [low, 1 - part],
      [Math.min(low + 1, last), part],
    ];
  },
  bicubic(x, last) {
    const low = Math.floor(x);
    return [-1, 0, 1, 2].map((i) => [within(low + i, last), cubic(Math.abs(x - low - i))]);
  },
};

/**
 * @param {number} x
 * @param {number} last
 */
const within = (x, last) => Math.min(Math.max(x, 0), last);

/** Keys's kernel. @param {number} distance */
function cubic(distance) {
  const a = -0.75;
  if (distance <= 1) return ((a + 2) * distance - (a + 3)) * distance ** 2 + 1;
  return ((distance - 5) * distance + 8) * distance * a - 4 * a;
}

/**
 * @param {any} input
 * @param {any} size the last two, three, or all dimensions
 * @param {string} mode
 * @param {number} halfway
 */
function interpolate_4d(input, size, mode, halfway) {
  checkTensor(input, 'input');
  const from = input.dims;
  if (from.length !== 4) throw new Error('`interpolate_4d` currently only supports 4D input.');
  if (!size) throw new Error('`interpolate_4d` requires a `size` argument.');
  if (![2, 3, 4].includes(size.length)) throw new Error('`size` must be of length 2, 3, or 4.');
  if (!Object.hasOwn(MODES, mode)) throw new Error(`Unsupported mode: ${mode}`);
  checkFloat32(input, 'input');
  const to = [...from.slice(0, 4 - size.length), ...integers(size, 'size')];
  if (to.some((length, axis) => length < 0 || (length === 0) !== (from[axis] === 0))) {
    throw new Error(`\`size\` [${size}] cannot be made of dims [${from}]`);
  }
  /** @param {number} x @param {number} last */
  const taps = (x, last) => MODES[mode](x, last, halfway);
  let { data } = input;
  for (const axis of axesOf(from, to, mode)) data = resized(data, axis, from, to, taps);
  return { data: Float32Array.from(data), dims: to };
}

/**
 * Averages are made over two axes, also the one that keeps its length: there too NaN spreads.
 *
 * @param {number[]} from
 * @param {number[]} to
 * @param {string} mode
 */
function axesOf(from, to, mode) {
  const changed = [0, 1, 2, 3].filter((axis) => from[axis] !== to[axis]);
  if (mode === 'nearest' || changed.length === 0) return changed;
  const pair = [
    [2, 3],
    [1, 2],
  ].find((axes) => changed.every((axis) => axes.includes(axis)));
  if (pair) return pair;
  throw new Error(`\`size\` changes more than height and width in mode ${mode}: [${from}] to [${to}]`);
}

/**
 * @param {any} source axes before `axis` have their new length
 * @param {number} axis
 * @param {number[]} from
 * @param {number[]} to
 * @param {(x: number, last: number) => Taps} taps
 */
function resized(source, axis, from, to, taps) {
  const [outer, inner] = [count(to.slice(0, axis)), count(from.slice(axis + 1))];
  const [size, length] = [from[axis], to[axis]];
  const data = new Float64Array(outer * length * inner);
  const { fround } = Math;
  const scale = fround(length / size);
  for (let i = 0; i < length; ++i) {
    // In single precision, as there: it decides which of two is the nearest.
    const x = fround(fround(fround(i + 0.5) / scale) - 0.5);
    for (const [index, weight] of taps(x, size - 1)) {
      for (let o = 0; o < outer; ++o) {
        const [at, there] = [(o * length + i) * inner, (o * size + index) * inner];
        for (let n = 0; n < inner; ++n) data[at + n] += weight * source[there + n];
      }
    }
  }
  return data;
}

module.exports = { interpolate_4d };
