'use strict';

/** `tokenizer(text, options)`: the rules of transformers.js around one native call for the whole batch. */

const { wrap, wrongType } = require('./errors.js');
const { STATE } = require('./state.js');
const { NOT_EVEN, encodeNow, tensors, arrays } = require('./batch.js');
const { encodeRows } = require('./encode.js');
const { hasOwnText } = require('./own-text.js');
const rows = require('./rows.js');

/** Longer arrays do not exist in JavaScript. */
const LONGEST_ARRAY = 2 ** 32 - 1;

/**
 * @param {any} options
 * @param {import('./internal').Level} level
 * @returns {import('./internal').CallOptions}
 */
function withDefaults(options, level) {
  const {
    text_pair = null,
    add_special_tokens = true,
    padding = false,
    truncation = null,
    max_length = null,
    return_tensor = true,
    return_token_type_ids = null,
  } = options ?? {};
  return {
    text_pair,
    add_special_tokens,
    padding,
    truncation,
    max_length,
    return_tensor: level.nullIsDefault ? (return_tensor ?? true) : return_tensor,
    return_token_type_ids,
  };
}

/**
 * @param {any} text
 * @param {any} pair
 */
function checkArguments(text, pair) {
  if (Array.isArray(text)) {
    if (text.length === 0) throw Error('text array must be non-empty');
    if (pair === null) return;
    if (!Array.isArray(pair)) throw Error('text_pair must also be an array');
    if (text.length !== pair.length) throw Error('text and text_pair must have the same length');
    return;
  }
  if (text === null || text === undefined) throw Error('text may not be null or undefined');
  if (Array.isArray(pair)) {
    throw Error(
      'When specifying `text_pair`, since `text` is a string, `text_pair` must also be a string (i.e., not an array).',
    );
  }
}

/**
 * @param {any} text
 * @param {any} pair
 * @param {import('./internal').Level} level
 * @returns {{texts: string[], pairs: (string | null)[] | null}}
 */
function lists(text, pair, level) {
  const batched = Array.isArray(text);
  const texts = batched ? text : [text];
  for (let i = 0; i < texts.length; ++i) {
    if (typeof texts[i] === 'string') continue;
    if (texts[i] === null || texts[i] === undefined) throw new TypeError(level.badText(texts[i]));
    throw wrongType(batched ? `text[${i}]` : 'text', 'a string', texts[i]);
  }
  if (pair === null) return { texts, pairs: null };
  const pairs = (batched ? pair : [pair]).map((/** @type {any} */ each) => level.textPair(each));
  for (let i = 0; i < pairs.length; ++i) {
    if (typeof pairs[i] === 'string' || pairs[i] === null || pairs[i] === undefined) continue;
    throw wrongType(batched ? `text_pair[${i}]` : 'text_pair', 'a string', pairs[i]);
  }
  return {
    texts,
    pairs: pairs.every((/** @type {any} */ p) => p === null || p === undefined) ? null : pairs,
  };
}

/**
 * @param {any} value
 * @returns {value is number}
 */
function isCount(value) {
  return Number.isInteger(value) && value >= 0 && value < LONGEST_ARRAY;
}

/**
 * How the addon pads, or null where it cannot: then JavaScript does, and fails as transformers.js does.
 *
 * @param {any} tokenizer
 * @param {import('./internal').Lengths} lengths
 */
function nativePadding(tokenizer, lengths) {
  const id = tokenizer.pad_token_id;
  if (!isCount(id)) return null;
  const left = tokenizer.padding_side !== 'right';
  if (!lengths.longest) return isCount(lengths.upTo) ? { length: lengths.upTo, id, left } : null;
  // Rows longer than `upTo` stay as they are, unless they are cut.
  if (isCount(lengths.upTo)) return { id, left, atMost: lengths.upTo };
  return lengths.upTo > LONGEST_ARRAY ? { id, left } : null;
}

/**
 * Options of the native call, or null where the rows must be made in JavaScript.
 *
 * @param {any} tokenizer
 * @param {import('./internal').CallOptions} options
 * @param {import('./internal').Lengths} lengths
 * @param {boolean} typeIds
 * @returns {import('./internal').BatchOptions | null}
 */
function nativeOptions(tokenizer, options, lengths, typeIds) {
  const { upTo, truncation } = lengths;
  /** @type {import('./internal').BatchOptions} */
  const result = { addSpecialTokens: !!options.add_special_tokens, typeIds, flat: !!options.return_tensor };
  if (truncation && upTo <= LONGEST_ARRAY) {
    if (!isCount(upTo)) return null;
    result.cut = upTo;
  }
  if (options.padding) {
    const padding = nativePadding(tokenizer, lengths);
    if (padding === null) return null;
    result.padding = padding;
  }
  return result;
}

/**
 * @param {any} tokenizer
 * @param {import('./internal').CallOptions} options
 * @returns {boolean} whether token_type_ids are in the result
 */
function wantsTypeIds(tokenizer, options) {
  return (
    !!(options.return_token_type_ids ?? tokenizer.return_token_type_ids) && tokenizer[STATE].info.type_ids
  );
}

/**
 * @param {any} tokenizer
 * @returns {boolean} whether a program makes rows or tokens of its own
 */
function isOwn(tokenizer) {
  return tokenizer._encode_plus !== tokenizer[STATE].encodePlus || hasOwnText(tokenizer);
}

/**
 * @param {import('./internal').Api} api
 * @param {any} tokenizer
 * @param {string[]} texts
 * @param {(string | null)[] | null} pairs
 * @param {import('./internal').CallOptions} options
 * @param {boolean} typeIds
 * @returns {Record<string, any[]>[]}
 */
function makeRows({ level }, tokenizer, texts, pairs, options, typeIds) {
  const state = tokenizer[STATE];
  if (isOwn(tokenizer)) {
    // A program's own subclass: its rows are what it makes of each text.
    const { add_special_tokens, return_token_type_ids } = options;
    return texts.map((text, i) => {
      const rest = level.spreadArguments(pairs?.[i] ?? null, { add_special_tokens, return_token_type_ids });
      return tokenizer._encode_plus(text, ...rest);
    });
  }
  return encodeRows(state, texts, pairs, !!options.add_special_tokens, typeIds);
}

/**
 * @param {import('./internal').Api} api
 * @param {any} tokenizer
 * @param {string[]} texts
 * @param {(string | null)[] | null} pairs
 * @param {import('./internal').CallOptions} options
 * @param {import('./internal').Lengths} lengths
 * @param {boolean} batched
 */
function callInJavaScript(api, tokenizer, texts, pairs, options, lengths, batched) {
  const made = makeRows(api, tokenizer, texts, pairs, options, wantsTypeIds(tokenizer, options));
  const { pad_token_id: id, padding_side: side } = tokenizer;
  rows.shape(made, lengths, options.padding, id, side);
  // The levels go on as transformers.js does, which tensors then cannot take.
  const isFilled = api.level.extras && id === undefined && made.some((row) => row.input_ids.includes(id));
  if (isFilled) throw wrongType('tokenizer.pad_token_id', 'an id', id);
  const keys = Object.keys(made[0]);
  /** @type {any} */
  const result = {};
  if (!options.return_tensor) {
    for (const key of keys) result[key] = batched ? made.map((row) => row[key]) : made[0][key];
    return result;
  }
  if (!rows.even(made)) throw Error(NOT_EVEN);
  for (const key of keys) {
    const dims = [made.length, made[0].input_ids.length];
    result[key] = new api.Tensor('int64', rows.flatten(made, key), dims);
  }
  return result;
}

/**
 * What one call needs, checked. Without a `request` only JavaScript can make the rows, in `slow`.
 *
 * @param {import('./internal').Api} api
 * @param {any} tokenizer
 * @param {any} text
 * @param {any} given
 * @returns {import('./internal').CallPlan}
 */
function plan(api, tokenizer, text, given) {
  const extra = api.level.extras?.(api, tokenizer, text, given);
  if (extra) return extra;
  const options = withDefaults(given, api.level);
  checkArguments(text, options.text_pair);
  const { texts, pairs } = lists(text, options.text_pair, api.level);
  const lengths = api.level.lengths(options, tokenizer.model_max_length, api.warn);
  const batched = Array.isArray(text);
  const slow = () => callInJavaScript(api, tokenizer, texts, pairs, options, lengths, batched);
  return {
    texts,
    pairs,
    request: isOwn(tokenizer) ? null : nativeOptions(tokenizer, options, lengths, wantsTypeIds(tokenizer, options)),
    finish(batch) {
      if (!options.return_tensor) return arrays(/** @type {any} */ (batch), !batched);
      // Rows that are longer than what they are padded to, but not cut, can make a matrix all the same.
      return batch === null && options.padding ? slow() : tensors(api, batch);
    },
    slow,
  };
}

/**
 * @param {import('./internal').Api} api
 * @param {any} tokenizer
 * @param {any} text
 * @param {any} given
 * @returns {any}
 */
function call(api, tokenizer, text, given) {
  try {
    const { texts, pairs, request, finish, slow } = plan(api, tokenizer, text, given);
    return request === null ? slow() : finish(encodeNow(tokenizer[STATE], texts, pairs, request));
  } catch (error) {
    throw wrap(error, api.level);
  }
}

module.exports = { call, plan, isCount, withDefaults, wantsTypeIds, checkArguments, lists };
