'use strict';

/** clean_up_tokenization_spaces for text that the addon did not decode as a whole. */

const PAIRS = [' .', ' ?', ' !', ' ,', " ' ", " n't", " 'm", " 's", " 've", " 're"];

/** @param {string} text */
function cleanUp(text) {
  return PAIRS.reduce((result, pair) => result.replaceAll(pair, pair.trim()), text);
}

module.exports = { cleanUp };
