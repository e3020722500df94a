'use strict';

/** clean_up_tokenization_spaces for text that arrives in parts; for whole texts the addon does it. */

const PAIRS = [' .', ' ?', ' !', ' ,', " ' ", " n't", " 'm", " 's", " 've", " 're"];

/** @param {string} text */
function cleanUp(text) {
  return PAIRS.reduce((result, pair) => result.replaceAll(pair, pair.trim()), text);
}

module.exports = { cleanUp };
