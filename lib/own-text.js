'use strict';

/** Ids by way of a program's own `_encode_text`, as levels v2 and v3 make them. */

const { STATE } = require('./state.js');

/**
 * @param {any} tokenizer
 * @returns {boolean} whether a program made `_encode_text` its own
 */
function hasOwnText(tokenizer) {
  const { encodeText } = tokenizer[STATE];
  return encodeText !== null && tokenizer._encode_text !== encodeText;
}

/**
 * @param {any} tokenizer
 * @returns {boolean} whether `encode` goes by what a program made its own; since level v4 it does not
 */
function hasOwnRow(tokenizer) {
  const { encodePlus, encodeText } = tokenizer[STATE];
  return encodeText !== null && (tokenizer._encode_plus !== encodePlus || tokenizer._encode_text !== encodeText);
}

/**
 * @param {any} tokenizer
 * @param {any} text
 * @param {any} pair
 * @param {any} addSpecialTokens
 * @returns {{tokens: string[], token_type_ids?: number[]}}
 */
function tokensOf(tokenizer, text, pair, addSpecialTokens) {
  const tokens = tokenizer._encode_text(text);
  const second = tokenizer._encode_text(pair);
  if (tokenizer.post_processor && addSpecialTokens) return tokenizer.post_processor(tokens, second);
  return { tokens: [...(tokens ?? []), ...(second ?? [])] };
}

/**
 * @param {any} tokenizer
 * @param {any} text
 * @param {any} pair
 * @param {any} addSpecialTokens
 * @param {boolean | null} typeIds
 * @returns {Record<string, any[]>}
 */
function rowOfTokens(tokenizer, text, pair, addSpecialTokens, typeIds) {
  const { tokens, token_type_ids } = tokensOf(tokenizer, text, pair ?? null, addSpecialTokens);
  const input_ids = tokenizer.model.convert_tokens_to_ids(tokens);
  const row = { input_ids, attention_mask: new Array(input_ids.length).fill(1) };
  return (typeIds ?? tokenizer.return_token_type_ids) && token_type_ids ? { ...row, token_type_ids } : row;
}

module.exports = { hasOwnRow, hasOwnText, tokensOf, rowOfTokens };
