/**
 * Streams of ids, and the pieces of text that come of them: run on transformers.js itself to write the expectations
 * (expected.streams.json), and on this package to compare.
 *
 * @module
 */
import { tokenizers } from '../data/tokenizers.mjs';

/** Of each kind of decoder one: WordPiece, ByteLevel, ByteFallback, Metaspace, CTC, and none. */
const NAMES = ['bert', 'gpt2', 'llama', 'nllb', 'marian', 'whisper', 'ctc', 'letters', 'clip'];

/** Tokens that end words say so, as those of CLIP do. */
function clip() {
  const { json, config } = tokenizers.gpt2();
  const tokens = Object.keys(json.model.vocab);
  const vocab = { ...json.model.vocab };
  tokens.forEach((token, i) => (vocab[`${token}</w>`] = tokens.length + i));
  return { json: { ...json, model: { ...json.model, vocab, end_of_word_suffix: '</w>' } }, config };
}

/** @type {Record<string, () => any>} */
const made = { ...tokenizers, clip };

/** Numbers below `end`, the same each time. @param {number} seed @param {number} end */
function* numbers(seed, end) {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield Math.floor((state / 2 ** 32) * end);
  }
}

/**
 * @typedef {object} Stream
 * @property {string} on
 * @property {boolean} skip whether special tokens are left out
 * @property {number[]} ids
 * @property {'subclass' | 'instance' | 'other'} [own] whose code makes text of ids, where a program has its own
 */

/** As the tokens of ByteFallback write it. @param {string} text */
const inBytes = (text) => [...Buffer.from(text)].map((byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);

/** What a program may do to a text. @param {string} text */
const loud = (text) => text.toUpperCase().replaceAll('HELLO', 'Hello there,\n');

/** @returns {Stream[]} */
export function streams() {
  const own = usual().filter((stream, i) => i % 4 < 2);
  const ways = /** @type {const} */ (['subclass', 'instance', 'other']);
  return [...usual(), ...ways.flatMap((way) => own.map((stream) => ({ ...stream, own: way })))];
}

/** @returns {Stream[]} */
function usual() {
  return NAMES.flatMap((on) => {
    const { vocab } = made[on]().json.model;
    /** @type {string[]} */
    const tokens = Array.isArray(vocab) ? vocab.map(([token]) => token) : Object.keys(vocab);
    // Bytes in any order are no text, and each package says so in its own way.
    const noText = on === 'clip' ? /[^!-~]/ : /^<0x..>$/;
    const usual = tokens.flatMap((token, id) => (noText.test(token) ? [] : [id]));
    return [1, 2, 3, 4].flatMap((seed) => {
      const random = numbers(seed, usual.length);
      const ids = Array.from({ length: 40 }, () => usual[/** @type {number} */ (random.next().value)]);
      if (tokens.includes('<0x00>')) {
        for (const [at, text] of /** @type {const} */ ([[30, 'é'], [20, '中文'], [10, '😀']])) {
          ids.splice(at, 0, ...inBytes(text).map((token) => tokens.indexOf(token)));
        }
      }
      // With special tokens CLIP's text has no blanks at its ends in Python, and one in transformers.js.
      const skips = on === 'clip' ? [true] : [true, false];
      return skips.map((skip) => ({ on, skip, ids }));
    });
  });
}

/**
 * @param {any} module the package, at one level
 * @param {Stream} stream
 * @returns {{pieces: string[], whole: string}} what is printed, and what the same ids are at once
 */
export function streamed({ PreTrainedTokenizer, TextStreamer, ...module }, { on, skip, ids, own }) {
  const { json, config } = made[on]();
  const Class = module[config.tokenizer_class] ?? PreTrainedTokenizer;
  class Loud extends Class {
    decode(/** @type {any} */ given, /** @type {any} */ decode_args) {
      return loud(super.decode(given, decode_args));
    }
  }
  let tokenizer = new (own === 'subclass' ? Loud : Class)(json, config);
  if (own === 'instance') {
    const decode = tokenizer.decode.bind(tokenizer);
    tokenizer.decode = (/** @type {any} */ given, /** @type {any} */ decode_args) => loud(decode(given, decode_args));
  }
  if (own === 'other') {
    // Whatever has these two is a tokenizer to a streamer.
    const { all_special_ids } = tokenizer;
    tokenizer = { all_special_ids, decode: (/** @type {any[]} */ given) => given.map((id) => `${id}${id % 3n ? '' : ' '}`).join('') };
  }
  const options = { skip_special_tokens: skip, clean_up_tokenization_spaces: false };
  /** @type {string[]} */
  const pieces = [];
  const callback_function = (/** @type {string} */ piece) => pieces.push(piece);
  const streamer = new TextStreamer(tokenizer, { skip_prompt: true, callback_function, ...options });
  // The first is the prompt.
  streamer.put([[0n]]);
  for (const id of ids) streamer.put([[BigInt(id)]]);
  streamer.end();
  return { pieces, whole: tokenizer.decode(own === 'other' ? ids.map(BigInt) : ids, options) };
}
