'use strict';

/** clean_up_tokenization_spaces for text that the addon did not decode as a whole. */

const PAIRS = [' .', ' ?', ' !', ' ,', " ' ", " n't", " 'm", " 's", " 've", " 're"];

/** What each of them begins with: most texts have none of it, and a stream asks after each word. */
const ANY = / (?:[.?!,']|n't)/;

/** @param {string} text */
function cleanUp(text) {
  if (!ANY.test(text)) return text;
  return PAIRS.reduce((result, pair) => result.replaceAll(pair, pair.trim()), text);
}

module.exports = { cleanUp };
