'use strict';

/** Ids to text: which arguments transformers.js takes, and what it says to the others. */

const { native } = require('./native.js');
const { wrap, wrongType } = require('./errors.js');
const { STATE } = require('./state.js');
const { idOf } = require('./tokens.js');
const { hasOwnDecoding, textByParts } = require('./own-text.js');

const LAST_ID = 2 ** 32 - 1;

/** An id as text: transformers.js looks it up all the same, where it is not the first. */
const DIGITS = /^(0|[1-9]\d*)$/;

/** @param {any} value */
function isIntegral(value) {
  return Number.isInteger(value) || typeof value === 'bigint';
}

/**
 * @param {any} tensor
 * @returns {any[]}
 */
function tensorIds(tensor) {
  const { dims } = tensor;
  if (dims.length === 1) return tensor.tolist();
  if (dims.length !== 2) throw Error(`Expected tensor to have 1-2 dimensions, got ${dims.length}.`);
  if (dims[0] !== 1) {
    throw Error(
      'Unable to decode tensor with `batch size !== 1`. Use `tokenizer.batch_decode(...)` for batched inputs.',
    );
  }
  return tensor.tolist()[0];
}

/** @param {any} ids */
function checkIds(ids) {
  if (!Array.isArray(ids) || ids.length === 0 || !isIntegral(ids[0])) {
    throw Error('token_ids must be a non-empty array of integers.');
  }
}

/**
 * Writes the ids that can stand for a token; others (negative, fractional, no number) stand for none and are left out, as
 * the engine leaves out ids that the vocabulary does not have.
 *
 * @param {any[]} ids
 * @param {Set<number> | null} without
 * @param {Uint32Array} usable
 * @param {number} start where to write
 * @returns {number} where the next one goes
 */
function writeUsable(ids, without, usable, start) {
  let end = start;
  for (let i = 0; i < ids.length; ++i) {
    let id = ids[i];
    // True for just the numbers that an id can be; in hot code it costs nothing.
    if (typeof id !== 'number' || id >>> 0 !== id) {
      id = typeof id === 'bigint' || (typeof id === 'string' && DIGITS.test(id)) ? Number(id) : Number.NaN;
      if (!(id >= 0 && id <= LAST_ID)) continue;
    }
    if (without !== null && without.has(id)) continue;
    usable[end++] = id;
  }
  return end;
}

/**
 * @param {any[]} ids
 * @param {Set<number> | null} without
 * @returns {Uint32Array}
 */
function usableIds(ids, without) {
  if (!Array.isArray(ids) && !ArrayBuffer.isView(ids)) throw wrongType('token_ids', 'an array of ids', ids);
  const usable = new Uint32Array(ids.length);
  const count = writeUsable(ids, without, usable, 0);
  return count === usable.length ? usable : usable.subarray(0, count);
}

/**
 * @param {import('./state').State} state
 * @param {any} tokenizer
 * @param {any} options
 */
function decodeOptions(
  state,
  tokenizer,
  { skip_special_tokens = false, clean_up_tokenization_spaces = null },
) {
  const cleanUp = !!(clean_up_tokenization_spaces ?? tokenizer.clean_up_tokenization_spaces ?? state.cleanUp);
  if (!skip_special_tokens) return { skip: false, cleanUp, without: null };
  const own = ownSpecialIds(state, tokenizer);
  if (own) return { skip: false, cleanUp, without: own };
  return { skip: true, cleanUp, without: state.moreSpecialIds.size > 0 ? state.moreSpecialIds : null };
}

/**
 * @param {import('./state').State} state
 * @param {any} tokenizer
 * @returns {Set<number> | null} ids of `special_tokens` where a program changed that list
 */
function ownSpecialIds({ handle, special }, tokenizer) {
  if (special === null) return null;
  /** @type {string[]} */
  const tokens = tokenizer.special_tokens;
  if (tokens === special.tokens && tokens.length === special.count) return null;
  return new Set(tokens.map((token) => idOf(handle, token) ?? -1));
}

/**
 * @param {import('./internal').Api} api
 * @param {any} tokenizer
 * @param {any[]} ids
 * @param {any} options
 * @returns {string}
 */
function decodeOne(api, tokenizer, ids, options) {
  const state = tokenizer[STATE];
  const { skip, cleanUp, without } = decodeOptions(state, tokenizer, options);
  if (hasOwnDecoding(state)) {
    return textByParts(tokenizer, ids, usableIds(ids, null), !!options.skip_special_tokens, cleanUp);
  }
  try {
    return native().decode(state.handle, usableIds(ids, without), skip, cleanUp);
  } catch (error) {
    throw wrap(error, api.level);
  }
}

/**
 * The rows of a batch for one native call, or null where they must go through `decode` one by one.
 *
 * @param {any} batch
 * @param {import('./state').State} state
 * @param {Set<number> | null} without
 * @returns {{ids: Uint32Array, counts: Uint32Array} | null} the ids of all rows, and how many each has
 */
function batchRows(batch, state, without) {
  if (!Array.isArray(batch)) return null;
  let most = 0;
  for (const ids of batch) {
    if (!Array.isArray(ids) || ids.length === 0 || !isIntegral(ids[0])) return null;
    most += ids.length;
  }
  const ids = new Uint32Array(most);
  const counts = new Uint32Array(batch.length);
  let end = 0;
  batch.forEach((row, i) => {
    const start = end;
    end = writeUsable(row, without, ids, start);
    counts[i] = end - start;
  });
  return { ids, counts };
}

module.exports = { tensorIds, checkIds, usableIds, decodeOptions, decodeOne, batchRows };
