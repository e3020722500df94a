'use strict';

/** Ids to text: which arguments transformers.js takes, and what it says to the others. */

const { native, ROOM, hotPath, hotPathUses } = require('./native.js');
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

/** @param {any} ids */
function mustBeList(ids) {
  if (!Array.isArray(ids) && !ArrayBuffer.isView(ids)) throw wrongType('token_ids', 'an array of ids', ids);
}

/**
 * Copies the ids that can stand for a token; others (negative, fractional, no number) stand for none and are left out,
 * as the engine leaves out ids that the vocabulary does not have.
 *
 * @param {ArrayLike<any>} ids
 * @param {Set<number> | null} without
 * @param {Uint32Array} target with room for all, from `start` on
 * @param {number} [start]
 * @returns {number} where they end
 */
function copyUsable(ids, without, target, start = 0) {
  let end = start;
  for (let i = 0; i < ids.length; ++i) {
    let id = ids[i];
    // True for just the numbers that an id can be; in hot code it costs nothing.
    if (typeof id !== 'number' || id >>> 0 !== id) {
      id = typeof id === 'bigint' || (typeof id === 'string' && DIGITS.test(id)) ? Number(id) : Number.NaN;
      if (!(id >= 0 && id <= LAST_ID)) continue;
    }
    if (without !== null && without.has(id)) continue;
    target[end++] = id;
  }
  return end;
}

/**
 * @param {any[]} ids
 * @param {Set<number> | null} without
 * @returns {Uint32Array}
 */
function usableIds(ids, without) {
  mustBeList(ids);
  const usable = new Uint32Array(ids.length);
  return usable.subarray(0, copyUsable(ids, without, usable));
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
    mustBeList(ids);
    if (ids.length <= ROOM) {
      const hot = hotPath();
      const use = hotPathUses();
      const count = copyUsable(ids, without, hot.ids);
      // Ids can be what a program computes when they are looked at.
      if (hotPathUses() === use) return hot.decode(state.slot, count, skip, cleanUp);
    }
    return native().decode(state.handle, usableIds(ids, without), skip, cleanUp);
  } catch (error) {
    throw wrap(error, api.level);
  }
}

/**
 * The rows of a batch for one native call, or null where they must go through `decode` one by one.
 *
 * @param {any} batch
 * @param {Set<number> | null} without
 * @returns {{ ids: Uint32Array, counts: Uint32Array } | null} all ids, and how many each row has
 */
function batchRows(batch, without) {
  if (!Array.isArray(batch)) return null;
  let length = 0;
  for (const ids of batch) {
    if (!Array.isArray(ids) || ids.length === 0 || !isIntegral(ids[0])) return null;
    length += ids.length;
  }
  const ids = new Uint32Array(length);
  const counts = new Uint32Array(batch.length);
  let end = 0;
  batch.forEach((row, i) => {
    const start = end;
    end = copyUsable(row, without, ids, start);
    counts[i] = end - start;
  });
  return { ids: ids.subarray(0, end), counts };
}

module.exports = { tensorIds, checkIds, usableIds, decodeOptions, decodeOne, batchRows };
