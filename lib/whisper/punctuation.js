'use strict';

/** What counts as punctuation between words. */

const CLASS = '[\\p{P}\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E]';
const ONE = new RegExp(`^${CLASS}$`, 'u');
const SOME = new RegExp(`^${CLASS}+$`, 'u');

/**
 * As the patterns of transformers.js, which remember where they last matched: of two in a row only the first
 * counts.
 *
 * @param {RegExp} pattern
 * @returns {import('./words').Test}
 */
function forgetful(pattern) {
  let matched = false;
  return (text) => {
    matched = !matched && pattern.test(text);
    return matched;
  };
}

module.exports = { ONE, SOME, forgetful };
