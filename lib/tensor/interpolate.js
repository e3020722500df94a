'use strict';

/** Images of another size, as transformers.js makes them itself. */

const { count } = require('./shape.js');
const { ARRAYS } = require('./storage.js');
const { checkTensor, integers } = require('./checks.js');

/** Types of which no averages can be made. */
const NOT_NUMBERS = ['string', 'int64', 'uint64', ...(ARRAYS.float16 === Uint16Array ? ['float16'] : [])];

/**
 * Bilinear, whatever the mode: transformers.js knows no other here. Sums are made in its order, since integers
 * are cut off after them.
 *
 * @param {any} input [channels, height, width]
 * @param {any} size [height, width]
 */
function interpolate(input, size) {
  checkTensor(input, 'input', 2);
  const { type, data: source } = input;
  if (NOT_NUMBERS.includes(type)) throw new TypeError(`\`input\` must not be a tensor of ${type}`);
  const [height, width] = integers(size, 'size');
  if (!(height >= 0 && width >= 0)) {
    throw new RangeError(`\`size\` must be [height, width], neither negative, got: [${size}]`);
  }
  const [fromHeight, fromWidth] = input.dims.slice(-2);
  const dims = [input.dims.at(-3) ?? 1, height, width];
  const data = new source.constructor(count(dims));
  const [rows, columns] = [neighbours(fromHeight, height), neighbours(fromWidth, width)];
  let at = 0;
  for (let channel = 0; channel < dims[0]; ++channel) {
    for (const [y1, y2, t] of rows) {
      const [above, below] = [y1, y2].map((y) => (channel * fromHeight + y) * fromWidth);
      for (const [x1, x2, s] of columns) {
        data[at++] =
          (1 - s) * (1 - t) * source[above + x1] +
          s * (1 - t) * source[above + x2] +
          (1 - s) * t * source[below + x1] +
          s * t * source[below + x2];
      }
    }
  }
  return { type, data, dims };
}

/**
 * @param {number} from
 * @param {number} to
 */
function neighbours(from, to) {
  return Array.from({ length: to }, (_, i) => {
    const x = (i + 0.5) / (to / from) - 0.5;
    const low = Math.max(Math.floor(x), 0);
    return [low, Math.min(Math.floor(x) + 1, from - 1), x - low];
  });
}

module.exports = { interpolate };
