/**
 * What classes of their own do: languages, transcripts, characters.
 *
 * @module
 */

import { tokenizers } from '../data/tokenizers.mjs';

const EXTRA = 1; // ids after <|notimestamps|> are time stamps

/**
 * @param {any} t
 * @param {string} token
 */
function id(t, token) {
  return t.model ? t.model.tokens_to_ids.get(token) : t.convert_tokens_to_ids(token);
}

/**
 * @param {any} t
 * @param {number} seconds
 */
function at(t, seconds) {
  return id(t, '<|notimestamps|>') + EXTRA + Math.round(seconds / 0.02);
}

/**
 * @param {any} t
 * @param {string[]} tokens
 */
const ids = (t, ...tokens) => tokens.map((token) => id(t, token));

/** @type {import('./scenarios.mjs').Scenario[]} */
const translation = ['nllb', 'mbart50', 'mbart', 'm2m100'].flatMap((on) => [
  {
    name: `languages of ${on}`,
    on,
    run: (t) => [t.language_codes, String(t.languageRegex), t.lang_to_token('xx')],
  },
  {
    name: `translation inputs of ${on}`,
    on,
    run: (t) => {
      const [, second, third] = t.language_codes;
      const options = { tgt_lang: third };
      const before = t._build_translation_inputs('hello world', { return_tensor: false }, options);
      const given = { src_lang: second, tgt_lang: third };
      const after = t._build_translation_inputs(
        ['hello world', 'hello'],
        { return_tensor: false, padding: true, truncation: true },
        given,
      );
      return [before, options, after, given, t.encode('hello'), t('hello', { return_tensor: false })];
    },
  },
  {
    name: `bad target of ${on}`,
    on,
    run: (t) => t._build_translation_inputs('hello', {}, { tgt_lang: 'xx' }),
  },
  {
    name: `bad source of ${on}`,
    on,
    run: (t) => t._build_translation_inputs('hello', {}, { src_lang: 'xx', tgt_lang: t.language_codes[0] }),
  },
]);

/** @type {import('./scenarios.mjs').Scenario[]} */
const marian = [
  { name: 'marian: _encode_text', on: 'marian', run: (t) => t._encode_text('hello') },
  { name: 'marian: plain text', on: 'marian', run: (t) => t.encode('hello world') },
  {
    name: 'marian: language',
    on: 'marian',
    run: (t) => t.encode('>>fra<< hello world'),
    differs: { v4: 'transformers.js 4 no longer splits the language off; Python does' },
    ours: (answer) => answer.value.length === 4 || fail('language'),
  },
];

/** Texts with a second one: with languages, with one that no model knows, and with nothing behind it. */
const PAIRS = [
  ['hello', '>>fra<< world'],
  ['>>fra<< hello', ' >>deu<<  world'],
  ['>>fra<< hello', 'world'],
  ['>>xyz<< hello', '>>xyz<<world'],
  ['', '>>fra<< world'],
  ['hello', '>>fra<<'],
  ['>>fra<<', '>>deu<<'],
  ['>>fra<<hello', ''],
];

/** @type {Pick<import('./scenarios.mjs').Scenario, 'on' | 'differs'>} */
const languages = {
  on: 'marian',
  differs: { v4: 'transformers.js 4 no longer splits the language off; Python does' },
};

/** What the list lacks, a warning says: see docs/compatibility.md. @param {any} t */
const knowAll = (t) => (t.supported_language_codes = ['>>fra<<', '>>deu<<']);

/** @param {any[]} rows */
const first = (rows) => JSON.stringify(rows[0]);

marian.push(
  {
    ...languages,
    name: 'marian: languages of pairs',
    run: (t) => {
      knowAll(t);
      return PAIRS.flatMap(([text, text_pair]) => [
        t(text, { text_pair, return_tensor: false }).input_ids,
        t(text, { text_pair, return_tensor: false, add_special_tokens: false }).input_ids,
      ]);
    },
    ours: ({ value }) => first(value) === '[10,12,11,0]' || fail(first(value)),
  },
  {
    ...languages,
    name: 'marian: languages of pairs, in a batch',
    run: (t) => {
      knowAll(t);
      const texts = PAIRS.map(([text]) => text);
      return t(texts, { text_pair: PAIRS.map(([, pair]) => pair), padding: true });
    },
    ours: ({ value }) => {
      const { dims, data } = value.input_ids;
      const row = data.BigInt64Array.slice(0, dims[1]);
      if (!row.join().startsWith('10n,12n,11n,0n,14n')) fail(row.join());
    },
  },
  {
    ...languages,
    name: 'marian: languages as tokens',
    levels: ['v3', 'v4'],
    run: (t) => {
      knowAll(t);
      return PAIRS.flatMap(([text, pair]) => [
        t.tokenize(text),
        t.tokenize(text, { pair }),
        t.tokenize(text, { pair, add_special_tokens: true }),
      ]);
    },
    ours: ({ value }) => {
      const shown = JSON.stringify(value[10]);
      if (shown !== '[">>xyz<<","▁hello",">>xyz<<","▁world"]') fail(shown);
    },
  },
);

/** @param {string} what */
function fail(what) {
  throw new Error(what);
}

const LEGACY_TEXTS = ['hello<s>hello', 'hello world', '<s>hello', '</s> hello', '', ' hello'];

/** @type {import('./scenarios.mjs').Scenario[]} */
const llama = [
  { name: 'llama: legacy', on: 'llama', run: (t) => [t.legacy, LEGACY_TEXTS.map((x) => t.encode(x))] },
  {
    name: 'llama: not legacy',
    on: 'llama',
    config: { legacy: false },
    run: (t) => [t.legacy, LEGACY_TEXTS.map((x) => t.encode(x))],
  },
  {
    name: 'llama: default of legacy',
    on: 'llama',
    config: { legacy: undefined },
    run: (t) => [t.legacy, t.encode('hello<s>hello')],
  },
  {
    // As files of the first Llama have them, whose normalizer makes `▁<s>` of `<s>`.
    name: 'llama: special tokens that are normalized',
    on: 'llama',
    run: (_, m) => {
      const { json, config } = tokenizers.llama();
      for (const token of json.added_tokens) token.normalized = true;
      const t = new m.PreTrainedTokenizer(json, config);
      const row = [1, ...ids(t, '▁hello', '▁world', '!'), 2];
      const options = { skip_special_tokens: true };
      return [t.decode(row, options), t.batch_decode([row, row.slice(1, 3), [1, 2]], options)];
    },
  },
];

/** @type {import('./scenarios.mjs').Scenario[]} */
const vits = [
  { name: 'vits: every second character', on: 'vits', run: (t) => t.decode([0, 6, 0, 7, 0, 8, 0]) },
  {
    name: 'vits: clean-up',
    on: 'vits',
    run: (t) => {
      const ids = [0, 6, 0, 7, 0, 19, 0, 1, 0, 8, 0]; // he 's
      const off = { clean_up_tokenization_spaces: false };
      return [t.decode(ids), t.decode(ids, off), t.batch_decode([ids, ids]), t.decode_single(ids, off)];
    },
  },
];

/** @type {import('./scenarios.mjs').Scenario[]} */
const whisper = [
  {
    name: 'whisper: prompt',
    on: 'whisper',
    levels: ['v2'],
    run: (t) => [
      t.get_decoder_prompt_ids({ language: 'french', task: 'translate' }),
      t.get_decoder_prompt_ids({ language: 'EN' }),
      t.get_decoder_prompt_ids({ no_timestamps: false }),
      t.get_decoder_prompt_ids(),
    ],
  },
  {
    name: 'whisper: prompt for an unknown task',
    on: 'whisper',
    levels: ['v2'],
    run: (t) => t.get_decoder_prompt_ids({ task: 'sing' }),
  },
  {
    name: 'whisper: prompt for a language that is not there',
    on: 'whisper',
    levels: ['v2'],
    run: (t) => t.get_decoder_prompt_ids({ language: 'german' }),
  },
  { name: 'whisper: timestamp_begin', on: 'whisper', levels: ['v3', 'v4'], run: (t) => t.timestamp_begin },
  {
    name: 'whisper: time stamps in text',
    on: 'whisper',
    run: (t) =>
      t.decode([at(t, 0), ...ids(t, 'Ġhello', 'Ġthere'), at(t, 1.5), at(t, 1.5), ...ids(t, 'Ġfox')], {
        decode_with_timestamps: true,
        skip_special_tokens: true,
      }),
    differs: {
      v2: 'throws on an empty segment',
      v3: 'throws on an empty segment',
      v4: 'throws on an empty segment',
    },
    ours: (answer) =>
      /^<\|0(\.00)?\|> hello there<\|1\.50?\|><\|1\.50?\|> fox$/.test(answer.value) || fail(answer.value),
  },
  { name: 'whisper: no precision', on: 'whisper', run: (t) => t._decode_asr([]) },
  {
    name: 'whisper: no time stamps',
    on: 'whisper',
    run: (t) =>
      t._decode_asr(
        [
          {
            tokens: [
              ...ids(
                t,
                '<|startoftranscript|>',
                '<|en|>',
                '<|transcribe|>',
                '<|notimestamps|>',
                'Ġhello',
                'Ġthere',
                '<|endoftext|>',
              ),
            ],
          },
        ],
        { time_precision: 0.02 },
      ),
  },
  {
    name: 'whisper: language',
    on: 'whisper',
    run: (t) =>
      t._decode_asr([{ tokens: ids(t, '<|en|>', 'Ġhello') }, { tokens: ids(t, '<|fr|>', 'Ġfox') }], {
        time_precision: 0.02,
        return_language: true,
      }),
  },
  {
    name: 'whisper: segments',
    on: 'whisper',
    run: (t) =>
      t._decode_asr(
        [
          {
            tokens: [
              ...ids(t, '<|startoftranscript|>', '<|en|>', '<|transcribe|>'),
              at(t, 0),
              ...ids(t, 'Ġhello', 'Ġthere'),
              at(t, 2.5),
              at(t, 2.5),
              ...ids(t, 'Ġthis', 'Ġis', 'Ġa', 'Ġtest'),
              at(t, 5.04),
              ...ids(t, '<|endoftext|>'),
            ],
          },
        ],
        { time_precision: 0.02, return_timestamps: true, return_language: true },
      ),
  },
  {
    name: 'whisper: no end',
    on: 'whisper',
    run: (t) =>
      t._decode_asr([{ tokens: [at(t, 0), ...ids(t, 'Ġhello')] }], {
        time_precision: 0.02,
        return_timestamps: true,
      }),
  },
  {
    name: 'whisper: no end, not forced',
    on: 'whisper',
    run: (t) =>
      t._decode_asr([{ tokens: [at(t, 0), ...ids(t, 'Ġhello')] }], {
        time_precision: 0.02,
        return_timestamps: true,
        force_full_sequences: false,
      }),
  },
  {
    name: 'whisper: strides',
    on: 'whisper',
    run: (t) =>
      t._decode_asr(
        [
          {
            stride: [30, 0, 5],
            tokens: [
              at(t, 0),
              ...ids(t, 'Ġhello', 'Ġthere'),
              at(t, 20),
              at(t, 20),
              ...ids(t, 'Ġthis', 'Ġis', 'Ġa', 'Ġtest'),
              at(t, 29),
            ],
          },
          {
            stride: [30, 5, 0],
            tokens: [
              at(t, 0),
              ...ids(t, 'Ġis', 'Ġa', 'Ġtest', 'Ġof', 'Ġsix'),
              at(t, 12),
              at(t, 12),
              ...ids(t, 'Ġwords'),
              at(t, 14),
            ],
          },
        ],
        { time_precision: 0.02, return_timestamps: true },
      ),
  },
  {
    name: 'whisper: strides without time stamps',
    on: 'whisper',
    run: (t) =>
      t._decode_asr(
        [
          { stride: [30, 0, 5], tokens: ids(t, 'Ġhello', 'Ġthere', 'Ġthis', 'Ġis', 'Ġa') },
          { stride: [30, 5, 5], tokens: ids(t, 'Ġthis', 'Ġis', 'Ġa', 'Ġtest') },
          { stride: [20, 5, 0], tokens: ids(t, 'Ġa', 'Ġtest', 'Ġof', 'Ġwords') },
        ],
        { time_precision: 0.02 },
      ),
  },
  {
    name: 'whisper: words',
    on: 'whisper',
    run: (t) =>
      t._decode_asr(
        [
          {
            stride: [10, 0, 0],
            tokens: [at(t, 0), ...ids(t, 'Ġhello', ',', 'Ġ"', 'Ġthere', '!', 'Ġfox', 's'), at(t, 4)],
            token_timestamps: [0, 0.1, 0.5, 0.6, 0.7, 1.2, 1.8, 2.2, 4.4],
          },
        ],
        { time_precision: 0.02, return_timestamps: 'word' },
      ),
  },
  {
    name: 'whisper: words over strides',
    on: 'whisper',
    run: (t) =>
      t._decode_asr(
        [
          {
            stride: [30, 0, 5],
            tokens: [at(t, 0), ...ids(t, 'Ġhello', 'Ġthere', 'Ġthis', 'Ġis', 'Ġa'), at(t, 29)],
            token_timestamps: [0, 10, 11, 26, 26.5, 27, 29],
          },
          {
            stride: [30, 5, 0],
            tokens: [at(t, 0), ...ids(t, 'Ġthis', 'Ġis', 'Ġa', 'Ġtest'), at(t, 12)],
            token_timestamps: [0, 6.05, 6.5, 7, 8, 12],
          },
        ],
        { time_precision: 0.02, return_timestamps: 'word' },
      ),
    differs: { v3: 'compares lists of times as text, so 26 is after 101' },
    ours: (answer) => answer.value[0] === ' hello there this is a test' || fail(answer.value[0]),
  },
  {
    name: 'whisper: words of a language without spaces',
    on: 'whisper',
    run: (t) => t.combineTokensIntoWords(t.encode ? ids(t, 'Ġhello', 'Ã', '©', 'Ġfox') : [], 'japanese'),
  },
  {
    name: 'whisper: words by spaces',
    on: 'whisper',
    run: (t) =>
      t.combineTokensIntoWords(ids(t, 'Ġhello', 's', ',', 'Ġ¿', 'Ġfox', '?', '<|endoftext|>'), 'english'),
  },
  {
    name: 'whisper: longest common sequence',
    on: 'whisper',
    run: (t) =>
      t.findLongestCommonSequence([
        [1, 2, 3, 4, 5],
        [3, 4, 5, 6],
        [9, 9],
      ]),
  },
];

export const models = [...translation, ...marian, ...llama, ...vits, ...whisper];
