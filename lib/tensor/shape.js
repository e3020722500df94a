'use strict';

/** Indices and dimensions. */

/**
 * @param {number} index
 * @param {number} size
 * @param {number | null} [dimension] for the message
 * @returns {number} the index counted from the start
 */
function checkedIndex(index, size, dimension = null) {
  if (index < -size || index >= size) {
    const where = dimension === null ? '' : ` ${dimension}`;
    throw new Error(`IndexError: index ${index} is out of bounds for dimension${where} with size ${size}`);
  }
  return index < 0 ? index + size : index;
}

/** @param {readonly number[]} dims */
function strides(dims) {
  const result = new Array(dims.length);
  let step = 1;
  for (let i = dims.length - 1; i >= 0; --i) {
    result[i] = step;
    step *= dims[i];
  }
  return result;
}

/** @param {readonly number[]} dims */
function count(dims) {
  return dims.reduce((a, b) => a * b, 1);
}

/**
 * Nested arrays of flat data.
 *
 * @param {any} data
 * @param {readonly number[]} dims
 * @returns {any}
 */
function nested(data, dims) {
  if (dims.length === 0) return data[0];
  /** @type {(axis: number, start: number) => any[]} */
  const build = (axis, start) => {
    const size = dims[axis];
    if (axis === dims.length - 1) return Array.from(data.slice(start, start + size));
    const step = count(dims.slice(axis + 1));
    return Array.from({ length: size }, (_, i) => build(axis + 1, start + i * step));
  };
  return build(0, 0);
}

/**
 * @param {number[]} dims
 * @param {number | number[] | null} dim
 */
function squeezed(dims, dim) {
  if (dim === null) return dims.filter((size) => size !== 1);
  const chosen = Array.isArray(dim) ? dim : [dim];
  return dims.filter((size, i) => size !== 1 || !chosen.includes(i));
}

/**
 * @param {number[]} dims
 * @param {number | null} dim
 */
function unsqueezed(dims, dim) {
  const at = checkedIndex(dim ?? 0, dims.length + 1);
  return [...dims.slice(0, at), 1, ...dims.slice(at)];
}

/**
 * Data in the order of other axes.
 *
 * @param {any} data
 * @param {number[]} dims
 * @param {number[]} axes
 */
function permuted(data, dims, axes) {
  const shape = axes.map((axis) => dims[axis]);
  const from = strides(dims);
  const steps = axes.map((axis) => from[axis]);
  const result = new data.constructor(data.length);
  const position = new Array(shape.length).fill(0);
  let source = 0;
  for (let i = 0; i < data.length; ++i) {
    result[i] = data[source];
    for (let axis = shape.length - 1; axis >= 0; --axis) {
      source += steps[axis];
      if (++position[axis] < shape[axis]) break;
      source -= steps[axis] * shape[axis];
      position[axis] = 0;
    }
  }
  return { data: result, dims: shape };
}

/**
 * Reduces one axis.
 *
 * @param {(a: any, b: any, at: number) => any} combine
 * @param {any} tensor
 * @param {number} dim
 * @param {boolean} keepdim
 * @param {any} [initial]
 */
function reduced(combine, { data, dims, type }, dim, keepdim, initial) {
  const axis = checkedIndex(dim, dims.length);
  const inner = count(dims.slice(axis + 1));
  const outer = count(dims.slice(0, axis));
  const result = new data.constructor(outer * inner);
  if (initial !== undefined) result.fill(initial);
  let i = 0;
  for (let o = 0; o < outer; ++o) {
    for (let k = 0; k < dims[axis]; ++k) {
      for (let n = 0; n < inner; ++n) {
        const at = o * inner + n;
        result[at] = combine(result[at], data[i++], at);
      }
    }
  }
  const shape = [...dims];
  if (keepdim) shape[axis] = 1;
  else shape.splice(axis, 1);
  return { type, data: result, dims: shape, size: dims[axis] };
}

/**
 * @param {any} slice null, an index, or [start, end]
 * @param {number} size
 * @param {number} axis
 * @param {boolean} negativeRanges
 * @returns {{start: number, end: number, keep: boolean}}
 */
function range(slice, size, axis, negativeRanges) {
  if (slice === null || slice === undefined) return { start: 0, end: size, keep: true };
  if (typeof slice === 'number') {
    const start = checkedIndex(slice, size, axis);
    return { start, end: start + 1, keep: false };
  }
  if (!Array.isArray(slice) || slice.length !== 2) throw new Error(`Invalid slice: ${slice}`);
  const [start, end] = negativeRanges ? [bound(slice[0], 0, size), bound(slice[1], size, size)] : slice;
  if (start > end) throw new Error(`Invalid slice: ${slice}`);
  return { start: Math.max(start, 0), end: Math.min(end, size), keep: true };
}

/**
 * @param {number | null} value
 * @param {number} absent
 * @param {number} size
 */
function bound(value, absent, size) {
  if (value === null) return absent;
  if (value < -size) return 0;
  if (value >= size) return size;
  return value < 0 ? value + size : value;
}

module.exports = { checkedIndex, strides, count, nested, squeezed, unsqueezed, permuted, reduced, range };
