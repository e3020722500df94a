'use strict';

/** The matrix product, as NumPy, PyTorch and ONNX have it. */

const { count } = require('./shape.js');
const { checkFloat32 } = require('./checks.js');

/**
 * @param {any} a a vector, a matrix, or batches of matrices
 * @param {any} b
 */
function matmul(a, b) {
  checkFloat32(a, 'a', 1);
  checkFloat32(b, 'b', 1);
  const left = a.dims.length === 1 ? [1, ...a.dims] : [...a.dims];
  const right = b.dims.length === 1 ? [...b.dims, 1] : [...b.dims];
  const [rows, shared] = left.splice(-2);
  const [depth, columns] = right.splice(-2);
  const batch = broadcast(left, right);
  if (shared !== depth || batch === null) {
    throw new Error(`\`a\` of dims [${a.dims}] cannot be multiplied by \`b\` of dims [${b.dims}]`);
  }
  const [aData, bData] = [a.data, b.data];
  const dims = [...batch, ...(a.dims.length > 1 ? [rows] : []), ...(b.dims.length > 1 ? [columns] : [])];
  const data = new Float32Array(count(dims));
  // One row at a time: b is read in the order in which it lies, and sums are rounded once.
  const sums = new Float64Array(columns);
  for (let n = 0; n < count(batch); ++n) {
    const aStart = source(n, batch, left) * rows * shared;
    const bStart = source(n, batch, right) * shared * columns;
    for (let i = 0; i < rows; ++i) {
      sums.fill(0);
      for (let k = 0; k < shared; ++k) {
        const factor = aData[aStart + i * shared + k];
        const start = bStart + k * columns;
        for (let j = 0; j < columns; ++j) sums[j] += factor * bData[start + j];
      }
      data.set(sums, (n * rows + i) * columns);
    }
  }
  return { data, dims };
}

/**
 * @param {number[]} a
 * @param {number[]} b
 * @returns {number[] | null} null where they do not go together
 */
function broadcast(a, b) {
  const dims = [];
  for (let axis = Math.max(a.length, b.length); axis > 0; --axis) {
    const [x, y] = [a.at(-axis) ?? 1, b.at(-axis) ?? 1];
    if (x !== y && x !== 1 && y !== 1) return null;
    dims.push(x === 1 ? y : x);
  }
  return dims;
}

/**
 * Which matrix of an operand goes into matrix `n` of the result.
 *
 * @param {number} n
 * @param {number[]} batch
 * @param {number[]} own the operand's dimensions before the last two
 */
function source(n, batch, own) {
  let index = 0;
  let step = 1;
  let rest = n;
  for (let axis = 1; axis <= own.length; ++axis) {
    const size = /** @type {number} */ (batch.at(-axis));
    const mine = /** @type {number} */ (own.at(-axis));
    if (mine !== 1) index += (rest % size) * step;
    step *= mine;
    rest = Math.floor(rest / size);
  }
  return index;
}

module.exports = { matmul };
