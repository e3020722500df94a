'use strict';

/** `tokenizer(text, options)` with the options of Python transformers that no level has. */

const { native } = require('../native.js');
const { wrap, wrongType } = require('../errors.js');
const { STATE } = require('../state.js');
const { checkArguments, withDefaults, tensors, arrays, lists } = require('../call.js');
const rows = require('../rows.js');

/** Options whose values need everything that is known about each token. */
const FULL = [
  'return_offsets_mapping',
  'return_special_tokens_mask',
  'return_word_ids',
  'return_overflowing_tokens',
  'stride',
  'is_split_into_words',
  'return_length',
];

/** Options that the batch call of the addon takes. */
const BATCH = ['padding_side', 'pad_to_multiple_of', 'truncation_side'];

const STRATEGIES = ['longest_first', 'only_first', 'only_second'];

/** A length that means none. */
const VERY_LARGE = 1e20;

/**
 * @param {any} value
 * @param {string} name
 */
function side(value, name) {
  if (value === 'left' || value === 'right') return value;
  throw wrongType(`options.${name}`, "'left' or 'right'", value);
}

/**
 * @param {any} tokenizer
 * @param {any} given
 * @param {import('../internal').Api} api
 */
function settings(tokenizer, given, api) {
  const options = withDefaults(given);
  const { stride = 0, pad_to_multiple_of = null } = given;
  const overflow = !!given.return_overflowing_tokens;
  const byName = options.truncation === 'python' || STRATEGIES.includes(options.truncation);
  const pythonic =
    byName || (options.truncation && (overflow || stride > 0 || given.truncation_side !== undefined));
  const lengths = api.level.lengths(options, tokenizer.model_max_length, api.warn);
  const most = Math.min(
    options.max_length ?? tokenizer.model_max_length,
    tokenizer.model_max_length ?? Infinity,
  );
  return {
    options,
    lengths,
    pythonic: !!pythonic && most < VERY_LARGE,
    truncation: {
      maxLength: most,
      stride,
      strategy: STRATEGIES.includes(options.truncation) ? options.truncation : 'longest_first',
      direction: side(given.truncation_side ?? tokenizer.truncation_side ?? 'right', 'truncation_side'),
    },
    paddingSide: side(given.padding_side ?? tokenizer.padding_side, 'padding_side'),
    multiple: pad_to_multiple_of,
    overflow,
  };
}

/**
 * @param {any} value
 * @param {string} name
 */
function words(value, name) {
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value;
  throw wrongType(name, 'an array of words', value);
}

/**
 * One text or list of words a row.
 *
 * @param {any} text
 * @param {any} pair
 * @param {boolean} split
 * @param {import('../internal').Level} level
 */
function inputs(text, pair, split, level) {
  if (!split) {
    checkArguments(text, pair);
    return { ...lists(text, pair, level), batched: Array.isArray(text) };
  }
  if (!Array.isArray(text)) throw wrongType('text', 'an array of words, or of arrays of words', text);
  const batched = Array.isArray(text[0]);
  const texts = (batched ? text : [text]).map((row, i) => words(row, batched ? `text[${i}]` : 'text'));
  if (pair === null) return { texts, pairs: null, batched };
  const pairs = (batched ? pair : [pair]).map((/** @type {any} */ row) => words(row, 'text_pair'));
  if (pairs.length !== texts.length) throw Error('text and text_pair must have the same length');
  return { texts, pairs, batched };
}

/**
 * UTF-16 places of code points, or null where they are the same.
 *
 * @param {string} text
 * @returns {Uint32Array | null}
 */
function utf16Places(text) {
  if (!/[\uD800-\uDFFF]/.test(text)) return null;
  const places = [0];
  for (const character of text) places.push(places[places.length - 1] + character.length);
  return Uint32Array.from(places);
}

/**
 * @param {import('../internal').FullEncoding} encoding
 * @param {any} text
 * @param {any} pair
 * @param {string} unit
 */
function offsetsOf(encoding, text, pair, unit) {
  /** @type {Map<any, Uint32Array | null>} */
  const places = new Map();
  return encoding.ids.map((_, i) => {
    const span = [encoding.offsets[2 * i], encoding.offsets[2 * i + 1]];
    const source = encoding.sequenceIds[i] === 1 ? pair : text;
    if (unit !== 'utf16' || encoding.sequenceIds[i] === -1) return span;
    const own = Array.isArray(source) ? source[encoding.wordIds[i]] : source;
    if (!places.has(own)) places.set(own, utf16Places(own));
    const table = places.get(own);
    return table ? span.map((at) => table[at]) : span;
  });
}

/**
 * @param {any} tokenizer
 * @param {import('../internal').FullEncoding} encoding
 * @param {any} text
 * @param {any} pair
 * @param {any} given
 */
function fullRow(tokenizer, encoding, text, pair, given) {
  const typeIds =
    (given.return_token_type_ids ?? tokenizer.return_token_type_ids) && tokenizer[STATE].info.type_ids;
  /** @type {Record<string, any[]>} */
  const row = { input_ids: encoding.ids, attention_mask: encoding.ids.map(() => 1) };
  if (typeIds) row.token_type_ids = encoding.typeIds;
  if (given.return_special_tokens_mask) row.special_tokens_mask = encoding.specialTokensMask;
  if (given.return_offsets_mapping) row.offset_mapping = offsetsOf(encoding, text, pair, given.offset_unit);
  if (given.return_word_ids) row.word_ids = encoding.wordIds.map((id) => (id === -1 ? null : id));
  return row;
}

/** What fills each list. @type {Record<string, any>} */
const FILL = { attention_mask: 0, token_type_ids: 0, special_tokens_mask: 1, word_ids: null };

/**
 * @param {Record<string, any[]>[]} made
 * @param {ReturnType<typeof settings>} set
 * @param {any} padId
 */
function padRows(made, { options, lengths, paddingSide, multiple }, padId) {
  if (!options.padding) return;
  const longest = Math.max(...made.map((row) => row.input_ids.length));
  let target = Math.min(lengths.upTo, lengths.longest ? longest : Infinity);
  if (multiple) target = Math.ceil(target / multiple) * multiple;
  for (const row of made) {
    const missing = target - row.input_ids.length;
    if (missing <= 0) continue;
    for (const key of Object.keys(row)) {
      const value = key === 'input_ids' ? padId : FILL[key];
      const fill = Array.from({ length: missing }, () => (key === 'offset_mapping' ? [0, 0] : value));
      row[key] = paddingSide === 'right' ? [...row[key], ...fill] : [...fill, ...row[key]];
    }
  }
}

/**
 * @param {import('../internal').Api} api
 * @param {Record<string, any[]>[]} made
 * @returns {any}
 */
function asTensors({ Tensor }, made) {
  if (!rows.even(made)) {
    throw Error(
      'Unable to create tensor, you should probably activate truncation and/or padding ' +
        "with 'padding=true' and 'truncation=true' to have batched tensors with the same length.",
    );
  }
  const dims = [made.length, made[0].input_ids.length];
  /** @type {any} */
  const result = {};
  for (const key of Object.keys(made[0])) {
    if (key === 'word_ids') result[key] = made.map((row) => row[key]);
    else if (key === 'offset_mapping') {
      const flat = made.flatMap((row) => row[key].flat()).map(BigInt);
      result[key] = new Tensor('int64', BigInt64Array.from(flat), [...dims, 2]);
    } else result[key] = new Tensor('int64', rows.flatten(made, key), dims);
  }
  return result;
}

/**
 * @param {import('../internal').Api} api
 * @param {any} tokenizer
 * @param {any} text
 * @param {any} given
 */
function fullCall(api, tokenizer, text, given) {
  const set = settings(tokenizer, given, api);
  const { options, lengths } = set;
  const { texts, pairs, batched } = inputs(text, options.text_pair, !!given.is_split_into_words, api.level);
  const { handle } = tokenizer[STATE];
  /** @type {Record<string, any[]>[]} */
  const made = [];
  /** @type {number[]} */
  const samples = [];
  texts.forEach((/** @type {any} */ row, /** @type {number} */ i) => {
    const pair = pairs?.[i] ?? null;
    const encoding = native().encodeFull(handle, row, pair, {
      addSpecialTokens: !!options.add_special_tokens,
      truncation: set.pythonic ? set.truncation : undefined,
    });
    for (const part of set.overflow ? [encoding, ...encoding.overflowing] : [encoding]) {
      made.push(fullRow(tokenizer, part, row, pair, given));
      samples.push(i);
    }
  });
  if (lengths.truncation && !set.pythonic) {
    for (const row of made) for (const key of Object.keys(row)) row[key] = row[key].slice(0, lengths.upTo);
  }
  padRows(made, set, tokenizer.pad_token_id);

  const single = !batched && !set.overflow;
  /** @type {any} */
  const result = options.return_tensor ? asTensors(api, made) : {};
  if (!options.return_tensor) {
    for (const key of Object.keys(made[0])) result[key] = single ? made[0][key] : made.map((row) => row[key]);
  }
  if (given.return_length) result.length = made.map((row) => row.input_ids.length);
  if (set.overflow) result.overflow_to_sample_mapping = samples;
  return result;
}

/**
 * @param {import('../internal').Api} api
 * @param {any} tokenizer
 * @param {any} text
 * @param {any} given
 */
function batchCall(api, tokenizer, text, given) {
  const set = settings(tokenizer, given, api);
  const { options, lengths } = set;
  const { texts, pairs, batched } = inputs(text, options.text_pair, false, api.level);
  const typeIds =
    (options.return_token_type_ids ?? tokenizer.return_token_type_ids) && tokenizer[STATE].info.type_ids;
  /** @type {import('../internal').BatchOptions} */
  const request = {
    addSpecialTokens: !!options.add_special_tokens,
    typeIds: !!typeIds,
    flat: !!options.return_tensor,
  };
  if (set.pythonic) request.truncation = set.truncation;
  else if (lengths.truncation && lengths.upTo < VERY_LARGE) request.cut = lengths.upTo;
  if (options.padding) {
    request.padding = { id: tokenizer.pad_token_id, left: set.paddingSide === 'left' };
    if (!lengths.longest) request.padding.length = lengths.upTo;
    if (set.multiple) request.padding.multipleOf = set.multiple;
    if (!Number.isInteger(request.padding.id))
      throw wrongType('tokenizer.pad_token_id', 'an id', tokenizer.pad_token_id);
  }
  const { handle } = tokenizer[STATE];
  const batch = native().encodeBatch(handle, /** @type {any} */ (texts), /** @type {any} */ (pairs), request);
  return request.flat ? tensors(api, batch) : arrays(batch, batched);
}

/**
 * @param {import('../internal').Api} api
 * @param {any} tokenizer
 * @param {any} text
 * @param {any} given
 * @returns {any} the result, or null where nothing of this is asked for
 */
function callWithExtras(api, tokenizer, text, given) {
  if (given === null || typeof given !== 'object') return null;
  const full = FULL.some((name) => given[name]);
  const byName = given.truncation === 'python' || STRATEGIES.includes(given.truncation);
  const batch = byName || BATCH.some((name) => given[name] !== undefined && given[name] !== null);
  if (!full && !batch) return null;
  try {
    const own = tokenizer[STATE].rows === null && !full;
    return own ? batchCall(api, tokenizer, text, given) : fullCall(api, tokenizer, text, given);
  } catch (error) {
    throw wrap(error, api.level);
  }
}

module.exports = { callWithExtras };
