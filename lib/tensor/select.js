'use strict';

/** Parts of a tensor: the greatest of each row, and ranges with steps. */

const { count, strides } = require('./shape.js');
const { checkFloat32, integer, integers } = require('./checks.js');

/** NaN is the greatest, as in PyTorch. @type {(a: number, b: number) => boolean} */
const exceeds = (a, b) => a > b || (Number.isNaN(a) && !Number.isNaN(b));

/**
 * @param {any} x
 * @param {any} [k]
 */
function topk(x, k) {
  checkFloat32(x, 'x', 1);
  const size = x.dims.at(-1);
  const taken = k === Infinity ? size : Math.min(integer(k ?? size, 'k'), size);
  if (taken < 0) throw new RangeError(`\`k\` must not be negative, got: ${k}`);
  const dims = [...x.dims.slice(0, -1), taken];
  const values = new Float32Array(count(dims));
  const indices = new BigInt64Array(values.length);
  for (let at = 0, start = 0; at < values.length; start += size) {
    const row = x.data.subarray(start, start + size);
    for (const index of greatest(row, taken)) {
      values[at] = row[index];
      indices[at++] = BigInt(index);
    }
  }
  return { values, indices, dims };
}

/**
 * Of equal values the first comes first.
 *
 * @param {Float32Array} row
 * @param {number} wanted one or more
 */
function greatest(row, wanted) {
  // Sorting numbers alone is much faster than sorting indices; typed arrays put NaN last.
  const least = row.slice().sort()[row.length - wanted];
  /** @type {number[]} */
  const above = [];
  /** @type {number[]} */
  const equal = [];
  row.forEach((value, i) => {
    if (exceeds(value, least)) above.push(i);
    else if (equal.length < wanted && !exceeds(least, value)) equal.push(i);
  });
  above.sort((i, j) => Number(exceeds(row[j], row[i])) - Number(exceeds(row[i], row[j])));
  return above.concat(equal.slice(0, wanted - above.length));
}

/**
 * @param {any} data
 * @param {any} starts
 * @param {any} ends
 * @param {any} axes
 * @param {any} [steps]
 */
function slice(data, starts, ends, axes, steps) {
  checkFloat32(data, 'data', 1);
  const from = integers(starts, 'starts');
  const lists = { ends: integers(ends, 'ends'), axes: integers(axes, 'axes') };
  const all = { ...lists, steps: integers(steps ?? lists.axes.map(() => 1), 'steps') };
  for (const [name, { length }] of Object.entries(all)) {
    if (length === from.length) continue;
    throw new Error(`\`${name}\` must be as long as \`starts\`, got: ${length} and ${from.length}`);
  }
  const { dims } = data;
  const ranges = dims.map((/** @type {number} */ size) => ({ first: 0, step: 1, size }));
  const chosen = new Set();
  all.axes.forEach((axis, i) => {
    const at = axis < 0 ? axis + dims.length : axis;
    if (!(at in dims)) throw new Error(`\`axes\` has ${axis}, which dims [${dims}] have not`);
    if (chosen.has(at)) throw new Error(`\`axes\` has an axis twice, got: [${all.axes}]`);
    if (all.steps[i] === 0) throw new Error(`\`steps\` must not have 0, got: [${all.steps}]`);
    chosen.add(at);
    ranges[at] = range(from[i], all.ends[i], all.steps[i], dims[at]);
  });
  return gathered(data.data, dims, ranges);
}

/**
 * @param {number} start
 * @param {number} end
 * @param {number} step
 * @param {number} size
 */
function range(start, end, step, size) {
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const bound = (/** @type {number} */ index, /** @type {number} */ least) =>
    Math.min(Math.max(index < 0 ? index + size : index, least), high);
  const first = bound(start, 0);
  return { first, step, size: Math.max(0, Math.ceil((bound(end, low) - first) / step)) };
}

/**
 * @param {any} source
 * @param {number[]} from
 * @param {{first: number, step: number, size: number}[]} ranges
 */
function gathered(source, from, ranges) {
  const dims = ranges.map(({ size }) => size);
  const steps = strides(from).map((stride, axis) => stride * ranges[axis].step);
  const position = dims.map(() => 0);
  let at = strides(from).reduce((sum, stride, axis) => sum + stride * ranges[axis].first, 0);
  const data = new source.constructor(count(dims));
  for (let i = 0; i < data.length; ++i) {
    data[i] = source[at];
    for (let axis = dims.length - 1; axis >= 0; --axis) {
      at += steps[axis];
      if (++position[axis] < dims[axis]) break;
      at -= steps[axis] * dims[axis];
      position[axis] = 0;
    }
  }
  return { data, dims };
}

module.exports = { topk, slice };
