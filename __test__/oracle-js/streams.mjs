/**
 * Streams of ids, and the pieces of text that come of them: run on transformers.js itself to write the expectations
 * (expected.streams.json), and on this package to compare.
 *
 * @module
 */
import { tokenizers } from '../data/tokenizers.mjs';

/** Of each kind of decoder one: WordPiece, ByteLevel, ByteFallback, Metaspace, CTC, and none. */
const NAMES = ['bert', 'gpt2', 'llama', 'nllb', 'marian', 'whisper', 'ctc', 'letters'];

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
 */

/** As the tokens of ByteFallback write it. @param {string} text */
const inBytes = (text) => [...Buffer.from(text)].map((byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);

/** @returns {Stream[]} */
export function streams() {
  return NAMES.flatMap((on) => {
    const { vocab } = tokenizers[on]().json.model;
    /** @type {string[]} */
    const tokens = Array.isArray(vocab) ? vocab.map(([token]) => token) : Object.keys(vocab);
    // Bytes in any order are no text, and each package says so in its own way.
    const usual = tokens.flatMap((token, id) => (/^<0x..>$/.test(token) ? [] : [id]));
    return [1, 2, 3, 4].flatMap((seed) => {
      const random = numbers(seed, usual.length);
      const ids = Array.from({ length: 40 }, () => usual[/** @type {number} */ (random.next().value)]);
      if (usual.length < tokens.length) {
        for (const [at, text] of /** @type {const} */ ([[30, 'é'], [20, '中文'], [10, '😀']])) {
          ids.splice(at, 0, ...inBytes(text).map((token) => tokens.indexOf(token)));
        }
      }
      return [true, false].map((skip) => ({ on, skip, ids }));
    });
  });
}

/**
 * @param {any} module the package, at one level
 * @param {Stream} stream
 * @returns {{pieces: string[], whole: string}} what is printed, and what the same ids are at once
 */
export function streamed({ PreTrainedTokenizer, TextStreamer, ...module }, { on, skip, ids }) {
  const { json, config } = tokenizers[on]();
  const tokenizer = new (module[config.tokenizer_class] ?? PreTrainedTokenizer)(json, config);
  const options = { skip_special_tokens: skip, clean_up_tokenization_spaces: false };
  /** @type {string[]} */
  const pieces = [];
  const callback_function = (/** @type {string} */ piece) => pieces.push(piece);
  const streamer = new TextStreamer(tokenizer, { skip_prompt: true, callback_function, ...options });
  // The first is the prompt.
  streamer.put([[0n]]);
  for (const id of ids) streamer.put([[BigInt(id)]]);
  streamer.end();
  return { pieces, whole: tokenizer.decode(ids, options) };
}
