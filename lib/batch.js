'use strict';

/** Many texts in one native call, on this thread or off it, and what JavaScript makes of the answer. */

const { native, listOf, roomFor, encode, encodeWide, LOW_FIRST } = require('./native.js');
const { inboxOf, handOver } = require('./inbox.js');
const { hold, release } = require('./in-use.js');

/** @typedef {import('./internal').FullRequest} FullRequest */
/** @typedef {import('./internal').Batch} Batch */

const NOT_EVEN =
  'Unable to create tensor, you should probably activate truncation and/or padding ' +
  "with 'padding=true' and 'truncation=true' to have batched tensors with the same length.";

/**
 * The same where texts are words: a text begins with its first one.
 *
 * @param {import('./state').State} state
 * @param {string[]} words
 * @param {any[] | null} pairWords
 * @param {FullRequest} request
 * @returns {import('./internal').Adapted | undefined} nothing where it leaves them as they are
 */
function adaptedWords(state, words, pairWords, request) {
  if (state.adapt === null) return undefined;
  const [first, second] = [startsOf(request.words), startsOf(request.pairWords)];
  const pick = (/** @type {any[]} */ from, /** @type {number[]} */ places) =>
    places.map((place) => (place === -1 ? '' : from[place]));
  const changed = state.adapt(pick(words, first), pairWords && pick(pairWords, second));
  const put = (/** @type {any[]} */ into, /** @type {any[]} */ texts, /** @type {number[]} */ places) => {
    const all = [...into];
    places.forEach((place, i) => place === -1 || (all[place] = texts[i]));
    return all;
  };
  if (changed.texts) changed.texts = put(words, changed.texts, first);
  if (changed.pairs && pairWords) changed.pairs = put(pairWords, changed.pairs, second);
  return changed;
}

/**
 * @param {number[]} [counts] of words
 * @returns {number[]} where each text begins, -1 for one without words
 */
function startsOf(counts = []) {
  let next = 0;
  return counts.map((count) => {
    const start = next;
    next += count;
    return count === 0 ? -1 : start;
  });
}

/**
 * What a subclass makes of texts goes before what the addon makes of them.
 *
 * @param {import('./state').State} state
 * @param {string[]} texts
 * @param {(string | null | undefined)[] | null} pairs
 * @param {FullRequest} request
 */
function adapted(state, texts, pairs, request) {
  const changed = request.words ? adaptedWords(state, texts, pairs, request) : state.adapt?.(texts, pairs);
  const all = changed ? { texts, pairs, ...changed } : { texts, pairs };
  const { language, prefixes, pairPrefixes } = all;
  const simple =
    !request.full &&
    !language &&
    !prefixes &&
    (all.pairs?.every((/** @type {any} */ pair) => typeof pair === 'string') ?? true);
  const options = changed ? { ...request, language, prefixes, pairPrefixes } : request;
  return { texts: all.texts, pairs: all.pairs, options, simple };
}

/**
 * @param {number} count
 * @param {number} value
 * @returns {number[]}
 */
function allOf(count, value) {
  const list = roomFor(count);
  for (let i = 0; i < count; ++i) list[i] = value;
  return list;
}

/** Longer rows of fill are the addon's, which knows what is too long. */
const LONG = 1 << 16;

/**
 * The batch of a single text, made here where that is quick.
 *
 * @param {import('./state').State} state
 * @param {string} text
 * @param {FullRequest} request
 * @returns {Batch | null | undefined} null as in encodeNow; nothing where the addon makes it
 */
function encodeSingle(state, text, { addSpecialTokens, typeIds, flat, cut, padding, truncation }) {
  if (truncation || padding?.multipleOf || (padding?.length ?? 0) > LONG || !LOW_FIRST) return undefined;
  if (typeIds && !(state.zeroTypes ??= native().typesAreZero(state.handle))) return undefined;
  if (flat) {
    const row = encodeWide(state, text, addSpecialTokens, cut, padding);
    if (row === null) return null;
    const { inputIds, attentionMask } = row;
    const columns = inputIds.length;
    const tokenTypeIds = typeIds ? new BigInt64Array(columns) : undefined;
    return /** @type {any} */ ({ inputIds, attentionMask, tokenTypeIds, rows: 1, columns });
  }
  let ids = encode(state, text, null, addSpecialTokens);
  if (cut !== undefined && cut < ids.length) ids = ids.slice(0, cut);
  const missing = padding ? (padding.length ?? ids.length) - ids.length : 0;
  const filled = (/** @type {number[]} */ values, /** @type {number} */ fill) => {
    if (missing <= 0) return values;
    const rest = allOf(missing, fill);
    return padding?.left ? rest.concat(values) : values.concat(rest);
  };
  const inputIds = filled(ids, padding?.id ?? 0);
  const attentionMask = filled(allOf(ids.length, 1), 0);
  const tokenTypeIds = typeIds ? allOf(inputIds.length, 0) : undefined;
  return /** @type {any} */ ({ lengths: [inputIds.length], inputIds, attentionMask, tokenTypeIds });
}

/**
 * @param {import('./state').State} state
 * @param {string[]} texts words of all texts one after the other, where `request.words` counts them
 * @param {(string | null | undefined)[] | null} pairs
 * @param {FullRequest} request
 * @returns {Batch | null} null where a matrix is wanted, but the rows differ in length
 */
function encodeNow(state, texts, pairs, request) {
  const call = adapted(state, texts, pairs, request);
  const { handle } = state;
  if (call.simple) {
    const single = call.texts.length === 1 && !call.pairs ? encodeSingle(state, call.texts[0], request) : undefined;
    return single === undefined ? native().encodeBatch(handle, call.texts, call.pairs, request) : single;
  }
  return native().encodeFull(handle, inboxOf(call.texts), call.pairs && inboxOf(call.pairs, 1), call.options);
}

/**
 * encodeNow off the JS thread.
 *
 * @param {import('./state').State} state
 * @param {string[]} texts
 * @param {(string | null | undefined)[] | null} pairs
 * @param {FullRequest} request
 * @param {import('./internal').External} [cancelled]
 * @returns {Promise<Batch | null>}
 */
async function encodeLater(state, texts, pairs, request, cancelled) {
  const call = adapted(state, texts, pairs, request);
  const { handle } = state;
  hold(handle);
  try {
    const first = await handOver(call.texts);
    const second = call.pairs && (await handOver(call.pairs));
    return call.simple
      ? native().encodeBatchAsync(handle, first, second, request, cancelled)
      : native().encodeFullAsync(handle, first, second, call.options, cancelled);
  } finally {
    // What the addon has begun keeps the tokenizer itself.
    release(handle);
  }
}

/**
 * @param {ArrayLike<number>} column
 * @param {ArrayLike<number>} lengths
 * @param {(values: any, start: number, length: number) => any[]} [cut]
 * @returns {any[][]} a list a row
 */
function split(column, lengths, cut = listOf) {
  let start = 0;
  return Array.from(lengths, (length) => {
    const list = cut(column, start, length);
    start += length;
    return list;
  });
}

/**
 * @param {ArrayLike<number>} column
 * @param {number} start
 * @param {number} length
 */
function spans(column, start, length) {
  const list = roomFor(length);
  for (let i = 0; i < length; ++i) list[i] = [column[2 * (start + i)], column[2 * (start + i) + 1]];
  return list;
}

/**
 * @param {ArrayLike<number>} column
 * @param {number} start
 * @param {number} length
 */
function wordIds(column, start, length) {
  return listOf(column, start, length).map((id) => (id === -1 ? null : id));
}

/**
 * @param {Batch} batch
 * @returns {Record<string, any[][]>} what each column of the result holds, a list a row
 */
function columnsOf(batch) {
  const { lengths } = batch;
  /** @type {Record<string, any[][]>} */
  const result = {
    input_ids: split(batch.inputIds, lengths),
    attention_mask: split(batch.attentionMask, lengths),
  };
  if (batch.tokenTypeIds) result.token_type_ids = split(batch.tokenTypeIds, lengths);
  if (batch.specialTokensMask) result.special_tokens_mask = split(batch.specialTokensMask, lengths);
  if (batch.offsetMapping) result.offset_mapping = split(batch.offsetMapping, lengths, spans);
  if (batch.wordIds) result.word_ids = split(batch.wordIds, lengths, wordIds);
  return result;
}

/**
 * @param {Batch} batch
 * @param {boolean} single
 * @returns {Record<string, any[]>} lists, or for a single text its list
 */
function arrays(batch, single) {
  const columns = columnsOf(batch);
  return single ? Object.fromEntries(Object.entries(columns).map(([key, [row]]) => [key, row])) : columns;
}

/**
 * @param {import('./internal').Api} api
 * @param {Batch | null} batch
 * @returns {Record<string, any>}
 */
function tensors({ Tensor }, batch) {
  const rows = batch?.rows ?? batch?.lengths.length;
  const columns = batch?.columns ?? batch?.width;
  if (!batch || columns === undefined || columns === null) throw Error(NOT_EVEN);
  const tensor = (/** @type {any} */ data) => new Tensor('int64', data, [rows, columns]);
  /** @type {Record<string, any>} */
  const result = { input_ids: tensor(batch.inputIds), attention_mask: tensor(batch.attentionMask) };
  if (batch.tokenTypeIds) result.token_type_ids = tensor(batch.tokenTypeIds);
  if (batch.specialTokensMask) result.special_tokens_mask = tensor(batch.specialTokensMask);
  if (batch.offsetMapping) {
    result.offset_mapping = new Tensor('int64', batch.offsetMapping, [rows, columns, 2]);
  }
  if (batch.wordIds) result.word_ids = split(batch.wordIds, batch.lengths, wordIds);
  return result;
}

module.exports = { NOT_EVEN, encodeNow, encodeLater, columnsOf, arrays, tensors };
