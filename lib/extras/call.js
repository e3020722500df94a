'use strict';

/** `tokenizer(text, options)` with the options of Python transformers that no level has. */

const { wrongType, outOfRange } = require('../errors.js');
const { STATE } = require('../state.js');
const { tensors, arrays } = require('../batch.js');
const { checkArguments, withDefaults, wantsTypeIds, lists, isCount } = require('../call.js');

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

const UNITS = ['codepoint', 'utf16'];

const STRATEGIES = ['longest_first', 'only_first', 'only_second'];

/** A length that means none. */
const VERY_LARGE = 1e20;

/** No list is longer: what is more than that cuts nothing, and the addon's numbers end there. */
const LONGEST = 2 ** 32 - 1;

const COUNT = 'a whole number of 0 or more';

/**
 * A number that the addon takes as it is. Only `-1` and the like would be an error there; others it would round.
 *
 * @param {any} value
 * @param {string} name
 * @returns {number}
 */
function count(value, name) {
  if (typeof value !== 'number') throw wrongType(name, COUNT, value);
  if (!isCount(value)) throw outOfRange(name, COUNT, value);
  return value;
}

/**
 * The same for a length, which may also be as good as none. Text counts as the number in it, as in transformers.js.
 *
 * @param {any} value
 * @param {string} name
 */
function checkLength(value, name) {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (!(number > LONGEST)) count(number, name);
}

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
  const options = withDefaults(given, api.level);
  const stride = count(given.stride ?? 0, 'options.stride');
  const multiple = count(given.pad_to_multiple_of ?? 0, 'options.pad_to_multiple_of');
  checkLength(options.max_length ?? Infinity, 'options.max_length');
  checkLength(tokenizer.model_max_length ?? Infinity, 'tokenizer.model_max_length');
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
      maxLength: Math.min(most, LONGEST),
      stride,
      strategy: STRATEGIES.includes(options.truncation) ? options.truncation : 'longest_first',
      direction: side(given.truncation_side ?? tokenizer.truncation_side ?? 'right', 'truncation_side'),
    },
    paddingSide: side(given.padding_side ?? tokenizer.padding_side, 'padding_side'),
    multiple,
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
 * Texts as the addon takes them: words of all rows one after the other, and how many each row has.
 *
 * @param {any[]} rows
 */
function flattened(rows) {
  return { texts: rows.flat(), counts: rows.map((row) => row.length) };
}

/**
 * @param {any} tokenizer
 * @param {ReturnType<typeof settings>} set
 */
function paddingOf(tokenizer, { options, lengths, paddingSide, multiple }) {
  if (!options.padding) return undefined;
  const id = tokenizer.pad_token_id;
  if (!Number.isInteger(id)) throw wrongType('tokenizer.pad_token_id', 'an id', id);
  if (!lengths.longest && !isCount(lengths.upTo)) throw new RangeError('Invalid array length');
  const length = lengths.longest ? undefined : lengths.upTo;
  const atMost = lengths.longest && isCount(lengths.upTo) ? lengths.upTo : undefined;
  return { id, left: paddingSide === 'left', length, atMost, multipleOf: multiple || undefined };
}

/**
 * @param {import('../internal').Api} api
 * @param {any} tokenizer
 * @param {any} text
 * @param {any} given
 * @returns {import('../internal').CallPlan | null} null where nothing of this is asked for
 */
function planWithExtras(api, tokenizer, text, given) {
  if (given === null || typeof given !== 'object') return null;
  const full = FULL.some((name) => given[name]);
  const byName = given.truncation === 'python' || STRATEGIES.includes(given.truncation);
  const batch = byName || BATCH.some((name) => given[name] !== undefined && given[name] !== null);
  if (!full && !batch) return null;

  const { offset_unit = null } = given;
  if (offset_unit !== null && !UNITS.includes(offset_unit))
    throw wrongType('options.offset_unit', "'utf16' or 'codepoint'", offset_unit);
  const set = settings(tokenizer, given, api);
  const { options, lengths, overflow } = set;
  const split = !!given.is_split_into_words;
  const { texts, pairs, batched } = inputs(text, options.text_pair, split, api.level);
  const first = split ? flattened(texts) : { texts, counts: undefined };
  const second = split && pairs ? flattened(pairs) : { texts: pairs, counts: undefined };
  const request = {
    full,
    addSpecialTokens: !!options.add_special_tokens,
    typeIds: wantsTypeIds(tokenizer, options),
    flat: !!options.return_tensor,
    truncation: set.pythonic ? set.truncation : undefined,
    cut: !set.pythonic && lengths.truncation && lengths.upTo < LONGEST ? lengths.upTo : undefined,
    padding: paddingOf(tokenizer, set),
    overflow,
    specialTokensMask: !!given.return_special_tokens_mask,
    offsets: !!given.return_offsets_mapping,
    utf16: offset_unit === 'utf16',
    wordIds: !!given.return_word_ids,
    words: first.counts,
    pairWords: second.counts,
  };
  return {
    texts: /** @type {string[]} */ (first.texts),
    pairs: second.texts,
    request,
    finish(made) {
      const result = request.flat ? tensors(api, made) : arrays(/** @type {any} */ (made), !batched && !overflow);
      if (given.return_length) result.length = Array.from(/** @type {any} */ (made).lengths);
      if (overflow) result.overflow_to_sample_mapping = Array.from(/** @type {any} */ (made).samples);
      return result;
    },
    slow() {},
  };
}

module.exports = { planWithExtras };
