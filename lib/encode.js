'use strict';

/** Text to ids, one text or several, through whatever a subclass does to them. */

const { native, encode } = require('./native.js');
const { inboxOf } = require('./inbox.js');
const { wrap, wrongType } = require('./errors.js');
const { STATE } = require('./state.js');
const { encodeNow, columnsOf } = require('./batch.js');

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
    if (state.adapt === null) return encode(state, text, second, !!addSpecialTokens);
    const pairs = second === null ? null : [second];
    return encodeRows(state, [text], pairs, !!addSpecialTokens, false)[0].input_ids;
  } catch (error) {
    throw wrap(error, api.level);
  }
}

/**
 * @param {import('./state').State} state
 * @param {string[]} texts
 * @param {(string | null)[] | null} pairs
 * @param {boolean} addSpecialTokens
 * @param {boolean} typeIds
 * @returns {Record<string, any[]>[]} one for each text
 */
function encodeRows(state, texts, pairs, addSpecialTokens, typeIds) {
  const request = { addSpecialTokens, typeIds: typeIds && state.info.type_ids, flat: false };
  const columns = Object.entries(columnsOf(/** @type {any} */ (encodeNow(state, texts, pairs, request))));
  return texts.map((_, i) => Object.fromEntries(columns.map(([key, rows]) => [key, rows[i]])));
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
  const withTypes = !!(typeIds ?? tokenizer.return_token_type_ids);
  const pairs = second === null ? null : [second];
  return encodeRows(tokenizer[STATE], [text], pairs, addSpecialTokens, withTypes)[0];
}

/**
 * The tokens of ids. The addon is asked once for each id: making a string for JavaScript takes it longer than encoding
 * the text.
 *
 * @param {import('./state').State} state
 * @param {number[]} ids
 * @returns {string[] | null} null where the text decides how one of them is shown
 */
function shownTokens(state, ids) {
  const { handle, shown } = state;
  const tokens = new Array(ids.length);
  /** @type {Set<number> | null} */
  let unknown = null;
  for (let i = 0; i < ids.length; ++i) {
    const token = shown.get(ids[i]);
    if (token === null) return null;
    if (token === undefined) (unknown ??= new Set()).add(ids[i]);
    tokens[i] = token;
  }
  if (unknown === null) return tokens;
  const asked = [...unknown];
  native()
    .shown(handle, asked)
    .forEach((token, i) => shown.set(asked[i], token));
  return shownTokens(state, ids);
}

/**
 * Tokens, with what a subclass does to texts.
 *
 * @param {import('./state').State} state
 * @param {string} text
 * @param {string | null} pair
 * @param {boolean} addSpecialTokens
 * @returns {string[]}
 */
function adaptedTokens(state, text, pair, addSpecialTokens) {
  const { handle, adapt } = state;
  if (adapt === null) {
    const shown = shownTokens(state, encode(state, text, pair, addSpecialTokens));
    return shown ?? native().tokenize(handle, text, pair, addSpecialTokens);
  }
  const changed = adapt([text], pair === null ? null : [pair]);
  const { texts = [text], pairs = [pair], language, prefixTokens } = changed;
  const second = pairs?.[0] ?? null;
  const tokens = native().tokenize(handle, texts[0], second, addSpecialTokens);
  const token = (/** @type {number} */ id) => /** @type {string} */ (native().idToToken(handle, id));
  if (language && pair === null && addSpecialTokens) {
    tokens[language.fromEnd ? tokens.length - 1 - language.distance : language.distance] = token(language.id);
  }
  if (!prefixTokens) return tokens;
  const places = placesOfTexts(handle, texts[0], second, addSpecialTokens);
  for (const i of [1, 0]) {
    const prefix = prefixTokens[i][0] ?? null;
    if (prefix !== null) tokens.splice(places[i], 0, prefix);
  }
  return tokens;
}

/**
 * @param {import('./internal').External} handle
 * @param {string} text
 * @param {string | null} pair
 * @param {boolean} addSpecialTokens
 * @returns {number[]} where the tokens of each text begin
 */
function placesOfTexts(handle, text, pair, addSpecialTokens) {
  const request = { addSpecialTokens, typeIds: false, flat: false, specialTokensMask: true };
  const batch = native().encodeFull(handle, inboxOf([text]), pair === null ? null : inboxOf([pair], 1), request);
  /** @type {number[]} */
  const own = [];
  batch.specialTokensMask.forEach((/** @type {number} */ special, /** @type {number} */ i) => special || own.push(i));
  const count = native().tokenize(handle, text, null, false).length;
  // A text without tokens: the second comes behind the first.
  return [count > 0 ? own[0] : 0, own[count] ?? (count > 0 ? own[count - 1] + 1 : 0)];
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
    const state = tokenizer[STATE];
    const { contents } = state;
    const tokens = adaptedTokens(state, text, pairOf(pair), !!addSpecialTokens);
    return contents ? tokens.map((token) => contents.get(token.trim()) ?? token) : tokens;
  } catch (error) {
    throw wrap(error);
  }
}

module.exports = { encodeOne, encodeRow, encodeRows, tokenize, mustBeText, pairOf };
