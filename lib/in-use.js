'use strict';

/** Which handles calls under way go on with later: what they stand for must not change under them. */

/** How many such calls there are. @type {Map<import('./internal').External, number>} */
const calls = new Map();

/** @param {import('./internal').External} handle */
function hold(handle) {
  calls.set(handle, (calls.get(handle) ?? 0) + 1);
}

/** @param {import('./internal').External} handle */
function release(handle) {
  const left = (calls.get(handle) ?? 1) - 1;
  if (left > 0) calls.set(handle, left);
  else calls.delete(handle);
}

/**
 * @param {import('./internal').External} handle
 * @returns {boolean}
 */
function isHeld(handle) {
  return calls.has(handle);
}

module.exports = { hold, release, isHeld };
