'use strict';

/**
 * Rows of ids in JavaScript: what the addon does for whole batches, for the cases that it does not take
 * (subclasses
 * that change the ids, values for which transformers.js fails in its own way).
 */

/** @typedef {Record<string, any[]>} Row */

/**
 * @param {Row} row
 * @param {number} length
 */
function truncate(row, length) {
  for (const key of Object.keys(row)) row[key].length = length;
}

/**
 * @param {Row} row
 * @param {number} length
 * @param {any} padId
 * @param {string} side
 */
function pad(row, length, padId, side) {
  for (const key of Object.keys(row)) {
    const fill = new Array(length - row[key].length).fill(key === 'input_ids' ? padId : 0);
    row[key] = side === 'right' ? row[key].concat(fill) : fill.concat(row[key]);
  }
}

/**
 * @param {Row[]} rows
 * @param {import('./internal').Lengths} lengths
 * @param {any} padding
 * @param {any} padId
 * @param {string} side
 */
function shape(rows, lengths, padding, padId, side) {
  const { truncation } = lengths;
  if (!padding && !truncation) return;
  const longest = lengths.longest ? rows.reduce((most, row) => Math.max(most, row.input_ids.length), 0) : Infinity;
  const target = Math.min(lengths.upTo, longest);
  for (const row of rows) {
    const { length } = row.input_ids;
    if (length === target) continue;
    if (length > target) {
      if (truncation) truncate(row, target);
    } else if (padding) {
      pad(row, target, padId, side);
    }
  }
}

/**
 * @param {Row[]} rows
 * @returns {boolean} whether they make a matrix
 */
function even(rows) {
  const [first] = rows;
  return rows.every((row) => Object.keys(row).every((key) => row[key].length === first[key]?.length));
}

/**
 * @param {Row[]} rows
 * @param {string} key
 * @returns {BigInt64Array}
 */
function flatten(rows, key) {
  const columns = rows[0].input_ids.length;
  const data = new BigInt64Array(rows.length * columns);
  rows.forEach((row, i) => {
    for (let j = 0; j < columns; ++j) data[i * columns + j] = BigInt(row[key][j]);
  });
  return data;
}

module.exports = { shape, even, flatten };
