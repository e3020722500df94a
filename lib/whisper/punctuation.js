'use strict';

/** What counts as punctuation between words. */

const CLASS = '[\\p{P}\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E]';

/** @type {Record<string, RegExp>} made when a transcript is: Node.js takes half a millisecond for Unicode's classes */
const patterns = {};

/**
 * @param {string} source
 * @param {string} text
 */
const matches = (source, text) => (patterns[source] ??= new RegExp(source, 'u')).test(text);

/** @type {import('./words').Test} */
const isOne = (text) => matches(`^${CLASS}$`, text);

/** @type {import('./words').Test} */
const isSome = (text) => matches(`^${CLASS}+$`, text);

/**
 * As the patterns of transformers.js, which remember where they last matched: of two in a row only the first
 * counts.
 *
 * @param {import('./words').Test} test
 * @returns {import('./words').Test}
 */
function forgetful(test) {
  let matched = false;
  return (text) => {
    matched = !matched && test(text);
    return matched;
  };
}

module.exports = { isOne, isSome, forgetful };
