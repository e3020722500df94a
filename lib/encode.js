'use strict';

/** Text to ids, one text or several, through whatever a subclass does to them. */

const { native, encode } = require('./native.js');
const { wrap, wrongType } = require('./errors.js');
const { STATE } = require('./state.js');

/**
 * @param {any} value
 * @param {string} name
 */
function mustBeText(value, name) {
  if (typeof value !== 'string') throw wrongType(name, 'a string', value);
}

/**
 * @param {any} pair
 * @returns {string | null}
 */
function pairOf(pair) {
  if (pair === null || pair === undefined) return null;
  mustBeText(pair, 'text_pair');
  return pair;
}

/**
 * Ids of one text, or of one and its pair, through whatever the subclass does to them.
 *
 * @param {import('./internal').Api} api
 * @param {import('./state').State} state
 * @param {any} text
 * @param {any} pair
 * @param {any} addSpecialTokens
 * @returns {number[]}
 */
function encodeOne(api, state, text, pair, addSpecialTokens) {
  mustBeText(text, 'text');
  const second = pairOf(pair);
  try {
    if (state.rows === null) return encode(state, text, second, !!addSpecialTokens);
    return state.rows([text], second === null ? null : [second], !!addSpecialTokens).inputIds[0];
  } catch (error) {
    throw wrap(error, api.level);
  }
}

/**
 * Rows as the addon encodes them; a missing second text is no second text.
 *
 * @param {import('./state').State} state
 * @param {string[]} texts
 * @param {(string | null | undefined)[] | null} pairs
 * @param {boolean} addSpecialTokens
 * @returns {import('./internal').RowBatch}
 */
function nativeRows(state, texts, pairs, addSpecialTokens) {
  const options = { addSpecialTokens, typeIds: state.info.type_ids, flat: false };
  if (pairs === null || pairs.every((pair) => typeof pair === 'string')) {
    return /** @type {any} */ (
      native().encodeBatch(state.handle, texts, /** @type {any} */ (pairs), options)
    );
  }
  const each = texts.map((text, i) =>
    nativeRows(state, [text], pairs[i] == null ? null : [pairs[i]], addSpecialTokens),
  );
  /** @param {'inputIds' | 'attentionMask' | 'tokenTypeIds'} key */
  const joined = (key) => each.map((batch) => /** @type {any} */ (batch)[key]?.[0]);
  return {
    inputIds: joined('inputIds'),
    attentionMask: joined('attentionMask'),
    tokenTypeIds: state.info.type_ids ? joined('tokenTypeIds') : undefined,
  };
}

/**
 * @param {import('./state').State} state
 * @param {string[]} texts
 * @param {(string | null)[] | null} pairs
 * @param {boolean} addSpecialTokens
 * @returns {import('./internal').RowBatch}
 */
function encodeRows(state, texts, pairs, addSpecialTokens) {
  return (state.rows ?? nativeRows.bind(null, state))(texts, pairs, addSpecialTokens);
}

/**
 * @param {import('./internal').RowBatch} batch
 * @param {number} index
 * @param {boolean} typeIds
 */
function rowOf(batch, index, typeIds) {
  /** @type {Record<string, any[]>} */
  const row = { input_ids: batch.inputIds[index], attention_mask: batch.attentionMask[index] };
  if (typeIds && batch.tokenTypeIds) row.token_type_ids = batch.tokenTypeIds[index];
  return row;
}

/**
 * `_encode_plus`: one row with its mask.
 *
 * @param {any} tokenizer
 * @param {any} text
 * @param {any} pair
 * @param {boolean} addSpecialTokens
 * @param {boolean | null} typeIds
 */
function encodeRow(tokenizer, text, pair, addSpecialTokens, typeIds) {
  mustBeText(text, 'text');
  const second = pairOf(pair);
  const batch = encodeRows(tokenizer[STATE], [text], second === null ? null : [second], addSpecialTokens);
  return rowOf(batch, 0, !!(typeIds ?? tokenizer.return_token_type_ids));
}

/**
 * @param {any} tokenizer
 * @param {any} text
 * @param {any} pair
 * @param {any} addSpecialTokens
 * @returns {string[]}
 */
function tokenize(tokenizer, text, pair, addSpecialTokens) {
  mustBeText(text, 'text');
  try {
    return native().tokenize(tokenizer[STATE].handle, text, pairOf(pair), !!addSpecialTokens);
  } catch (error) {
    throw wrap(error);
  }
}

module.exports = { encodeOne, encodeRow, encodeRows, nativeRows, rowOf, tokenize };
