/**
 * What programs do besides encoding and decoding: settings of `env`, properties in order, printing, classes of their own.
 *
 * @module
 */

import { inspect } from 'node:util';
import { tokenizers } from '../data/tokenizers.mjs';

const since3 = ['v3', 'v4'];

/** @typedef {import('./scenarios.mjs').Scenario} Scenario */

/** Where ONNX Runtime is, and which: nothing that a package without it could tell. */
const ELSEWHERE = new Set(['wasmPaths', 'versions']);

/** @param {any} settings */
const names = (settings) => Object.keys(settings).filter((name) => !ELSEWHERE.has(name));

/** @type {Scenario[]} */
const env = [
  { name: 'env: names in order', run: (_, m) => Object.keys(m.env) },
  {
    name: 'env: settings of ONNX Runtime',
    run: (_, { env: { backends } }) => {
      const { onnx } = backends;
      const before = [names(backends), names(onnx), names(onnx.wasm), onnx.logLevelInternal ?? onnx.logLevel, onnx.webgpu];
      onnx.wasm.numThreads = 1;
      onnx.wasm.proxy = false;
      return [before, onnx.wasm.numThreads, onnx.wasm.proxy];
    },
  },
];

const ALL = ['bert', 'gpt2', 'llama', 'nllb', 'marian', 'whisper', 'vits', 'letters'];

/** @type {Scenario[]} */
const order = ALL.map((on) => ({ name: `properties of ${on} in order`, on, run: (t) => Object.keys(t) }));

/** @param {any} m */
const float = (m) => new m.Tensor('float32', Float32Array.from([1, -2, 3.5, 4, 5, 6]), [2, 3]);

/** @type {Scenario[]} */
const tensors = [
  {
    name: 'tensor: unsqueeze without an axis',
    run: (_, m) => [float(m).unsqueeze(), float(m).unsqueeze(null), float(m).unsqueeze_(), float(m).unsqueeze_(-1)],
  },
  { name: 'tensor: as JSON', run: (_, m) => JSON.stringify(float(m)) },
  {
    name: 'tensor: printed',
    // The package is one file, in which two classes cannot have one name.
    run: (_, m) => inspect(float(m)).replace('_Tensor', 'Tensor'),
  },
  {
    name: 'tensor: of clamped bytes',
    levels: since3,
    run: (_, m) => new m.Tensor(new Uint8ClampedArray([1, 300]), [2]),
  },
];

const SPACED = ['hello', ' hello', '  hello world', '▁hello', '<s> hello'];
const LANGUAGES = { nllb: 'fra_Latn', mbart50: 'fr_XX', mbart: 'fr_XX', m2m100: 'fr' };

/** @type {Scenario[]} */
const adapted = [
  ...Object.entries(LANGUAGES).map(([on, language]) => ({
    name: `tokens of ${on} after the source language changed`,
    on,
    run: (/** @type {any} */ t) => {
      t._build_translation_inputs('hello', {}, { src_lang: language, tgt_lang: language });
      const special = { add_special_tokens: true };
      return [
        t.tokenize?.('hello', special),
        t.tokenize?.('hello'),
        t.tokenize?.('hello', { pair: 'world', ...special }),
        t._tokenize_helper?.('hello', special),
        t._encode_text('hello'),
        t.post_processor?.(['a']),
        t.post_processor?.config.single,
      ];
    },
  })),
  {
    name: 'tokens of llama without legacy',
    on: 'llama',
    config: { legacy: false },
    run: (t) =>
      SPACED.map((text) => [
        t._encode_text(text),
        t.tokenize?.(text, { pair: text, add_special_tokens: true }),
        t._tokenize_helper?.(text, { pair: text, add_special_tokens: true }),
      ]),
  },
  {
    name: 'tokens of marian with a language',
    on: 'marian',
    levels: ['v3'],
    run: (t) => [t.tokenize('>>fra<< hello'), t._tokenize_helper('>>fra<<hello', { add_special_tokens: true })],
  },
];

const NO_IDS = [null, undefined, 5, '5', {}, [], [1.5], new Uint8Array([5])];

/** @type {Scenario[]} */
const more = [
  {
    name: 'decode_single of what are no ids',
    levels: ['v4'],
    run: (t) =>
      NO_IDS.map((ids) => {
        try {
          return t.decode_single(ids, {});
        } catch (error) {
          return String(error);
        }
      }),
  },
  ...['gpt2', 'nllb'].map((on) => ({
    name: `lower case without accents (${on})`,
    on,
    config: { do_lowercase_and_remove_accent: true },
    run: (/** @type {any} */ t) => [
      // Composed letters keep their accents there; Python takes them apart first.
      ['HELLO', 'he\u0301LLO World', 'hello'].map((text) => [t.encode(text), t._encode_text(text), t.tokenize?.(text)]),
      t(['HELLO', 'x'], { padding: true }).input_ids,
      t.normalizer === undefined ? 0 : t.normalizer,
    ],
  })),
  { name: 'decode_single of nothing', levels: ['v2', 'v3'], run: (t) => t.decode_single([], {}) },
  {
    name: 'own getToken',
    run: (_, m) => {
      class Own extends m.BertTokenizer {
        getToken(/** @type {string[]} */ ...keys) {
          return keys[0] === 'pad_token' ? '[MASK]' : super.getToken?.(...keys);
        }
      }
      const { json, config } = tokenizers.bert();
      const own = new (/** @type {any} */ (Own))(json, config);
      return [own.pad_token, own.pad_token_id, own.sep_token, own(['hello world', 'a'], { padding: true })];
    },
  },
];

/** Methods of Tensor that are made two by two. */
const ELEMENTWISE = ['map', 'mul', 'div', 'add', 'sub', 'clamp', 'round', 'neg', 'sigmoid', 'remainder'];

/** @type {Scenario[]} */
const classes = [
  {
    name: 'classes: of AutoTokenizer, in order',
    levels: ['v2', 'v3'],
    run: (_, { AutoTokenizer }) => Object.keys(AutoTokenizer.TOKENIZER_CLASS_MAPPING),
  },
  {
    name: 'classes: length',
    run: (_, m) =>
      Object.entries(m)
        .filter(([name, Class]) => /Tokenizer(Model)?$|^Tensor$/.test(name) && Class)
        .map(([name, { length }]) => [name, length])
        .sort(),
  },
  {
    name: 'tensor: length of methods',
    run: (_, { Tensor }) =>
      ELEMENTWISE.flatMap((name) => [name, `${name}_`]).map((name) => [name, Tensor.prototype[name]?.length]),
  },
];

/** @param {() => any} run */
function thrown(run) {
  try {
    return run();
  } catch (error) {
    return /** @type {Error} */ (error).name;
  }
}

/** @type {Scenario[]} */
const nonsense = [
  {
    name: 'tensor: norms of int64',
    run: (_, { Tensor }) => {
      const ids = new Tensor('int64', [1n, 2n], [1, 2]);
      return [() => ids.norm(), () => ids.norm(2), () => ids.normalize(), () => ids.norm(3, 1)].map(thrown);
    },
  },
  {
    name: 'whisper: words of what are no ids',
    on: 'whisper',
    run: (t) =>
      ['combineTokensIntoWords', 'splitTokensOnUnicode', 'splitTokensOnSpaces', 'collateWordTimestamps'].flatMap((name) =>
        ['x', {}, null, undefined, 7].map((tokens) => thrown(() => t[name](tokens, []))),
      ),
  },
];

export const programs = [...nonsense, ...classes, ...env, ...order, ...tensors, ...adapted, ...more];
