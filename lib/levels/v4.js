'use strict';

/** @huggingface/transformers 4: what differs. */

const { work } = require('../later.js');
const { STATE } = require('../state.js');
const { LogLevel } = require('../env.js');
const { classes } = require('../error-classes.js');
const { lazily } = require('../lazily.js');
const {
  lengths,
  encodeArguments: sinceV3,
  spreadArguments,
  missingFolder,
  timestampMembers,
  onnxSettings,
  resolve,
} = require('./since-v3.js');
const { isSome, forgetful } = require('../whisper/punctuation.js');
const { COMMON_CLASSES } = require('./classes.js');

const PARTS = ['model', 'decoder', 'post_processor', 'pre_tokenizer', 'normalizer'];

const isPunctuation = forgetful(isSome);

/** How many seconds the times of an overlap may be out of order. */
const TOLERANCE = 0.1;

/** An empty second text is none, as in Python. @param {any} pair */
const textPair = (pair) => pair || null;

/** @type {import('../internal').Level['encodeArguments']} */
function encodeArguments(options, third) {
  const { text_pair, add_special_tokens } = sinceV3(options, third);
  return { text_pair: textPair(text_pair), add_special_tokens };
}

/** @param {any} value */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @type {import('../internal').Level} */
module.exports = {
  name: 'v4',
  package: '@huggingface/transformers',
  version: '4.3.1',

  upstream: 'v4',

  classes: { ...COMMON_CLASSES, MgpstrTokenizer: null, CohereAsrTokenizer: null },
  constructorLengths: { LlamaTokenizer: 0 },
  classMapping: false,
  models: null,
  aliases: [['TokenizersBackend', 'PreTrainedTokenizer']],

  members: () => ({
    /** @this {any} */
    get_vocab() {
      return work().vocabulary(this[STATE].handle);
    },
    get model_max_length() {
      return /** @type {any} */ (this).config.model_max_length ?? Infinity;
    },
    get add_eos_token() {
      return /** @type {any} */ (this).config.add_eos_token;
    },
    get add_bos_token() {
      return /** @type {any} */ (this).config.add_bos_token;
    },
    /**
     * @this {any}
     * @param {any} tokens
     */
    convert_tokens_to_ids(tokens) {
      const { idOf, wrongType } = work();
      const { handle } = this[STATE];
      if (typeof tokens === 'string') return idOf(handle, tokens);
      if (!Array.isArray(tokens)) throw wrongType('tokens', 'a string or an array of strings', tokens);
      return tokens.map((token) => idOf(handle, token));
    },
    /**
     * @this {any}
     * @param {any} text
     * @param {any} [options]
     */
    tokenize(text, options = {}) {
      const { pair = null, add_special_tokens = false } = options;
      return work().tokenize(this, text, textPair(pair), add_special_tokens);
    },
    /**
     * @this {any}
     * @param {any} [options]
     */
    get_chat_template(options = {}) {
      const { chat_template = null, tools = null } = options;
      return work().chooseTemplate(this, chat_template, tools);
    },
  }),

  validate(json, config) {
    if (!isObject(json)) throw new Error('Tokenizer must be a valid object');
    for (const part of PARTS) {
      if (!(part in json)) throw new Error(`Tokenizer must contain a "${part}" property`);
    }
    if (!isObject(config)) throw new Error('Config must be a valid object');
  },

  setUp(tokenizer, json, config) {
    const { handle, info } = tokenizer[STATE];
    tokenizer.padding_side = 'right';
    tokenizer._tokenizerJSON = json;
    tokenizer._tokenizerConfig = config;
    lazily(tokenizer, '_tokenizer', () => require('../inner.js').innerTokenizer(tokenizer));
    tokenizer.config = config;
    tokenizer.padding_side = config.padding_side ?? tokenizer.padding_side;
    work().setSpecialTokens(tokenizer, handle, config, ['mask', 'pad', 'sep', 'unk', 'bos', 'eos']);
    tokenizer.chat_template = work().chatTemplates(config);
    tokenizer._compiled_template_cache = new Map();
    const special = info.added_tokens.filter((/** @type {any} */ token) => token.special);
    tokenizer.all_special_ids = special.map((/** @type {any} */ token) => token.id);
    tokenizer.all_special_tokens = special.map((/** @type {any} */ token) => token.content);
  },

  encodeArguments,
  spreadArguments,
  textPair,
  nullIsDefault: true,
  lengths,
  textHasSpecial: true,
  singleIsChecked: true,
  showsBlanks: false,
  extras: null,
  chat: { tools: true, returnDict: true, aliasReasoning: false, extras: null, resolve },
  whisper: {
    timestamp: (seconds) => seconds.toFixed(2),
    rules: {
      capped: true,
      isShort: isPunctuation,
      punctuation: () => isPunctuation,
      inOrder: (left, right) => left[0] - TOLERANCE <= right[0],
      forwardOnly: true,
      clampToChunk: true,
    },
    members: timestampMembers,
  },
  llama: { legacy: false, defaultSystemPrompt: false },
  llamaPadsLeft: true,
  specialTokens: 'all_special_tokens',
  tensor: {
    fields: false,
    without: ['indexOf'],
    negativeRanges: true,
    noFloats: (type) => Error(`Expected a floating point tensor as input. Got ${type}`),
    convertsBigInt: true,
    halfway: 1e-6,
  },

  exports: () => ({ LogLevel }),

  envStart: (version) => ({
    version,
    backends: { onnx: { ...onnxSettings(), logLevel: 'error', setLogLevel() {} } },
    logLevel: LogLevel.WARNING,
  }),
  env: {
    useWasmCache: true,
    cacheKey: 'transformers-cache',
    experimental_useCrossOriginStorage: false,
    fetch: globalThis.fetch?.bind(globalThis),
  },
  missingId: () => 'modelId is required for get_tokenizer_files',
  pathsAreIds: false,
  missingFolder,
  badText: (value) => `Cannot read properties of ${value} (reading 'length')`,
  errorFile: 'tokenizer_config.json',
  errorName: (error) =>
    error instanceof classes.ModelFileNotFoundError ? 'ModelFileNotFoundError' : error.constructor.name,
};
