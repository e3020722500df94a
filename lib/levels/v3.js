'use strict';

/** @huggingface/transformers 3: what differs. */

const { work } = require('../later.js');
const { STATE } = require('../state.js');
const { models } = require('./models-since-v3.js');
const {
  lengths,
  encodeArguments,
  spreadArguments,
  missingFolder,
  timestampMembers,
  onnxSettings,
  resolve,
} = require('./since-v3.js');
const { isOne, isSome, forgetful } = require('../whisper/punctuation.js');
const { CLASSES_WITH_GROK } = require('./classes.js');

/**
 * By start, then by end, as Python compares tuples. A token without an end is the last of its audio.
 *
 * @param {[number, number | null]} left
 * @param {[number, number | null]} right
 */
function isBefore([leftStart, leftEnd], [rightStart, rightEnd]) {
  if (leftStart !== rightStart) return leftStart < rightStart;
  return (leftEnd ?? Infinity) <= (rightEnd ?? Infinity);
}

/** @type {import('../internal').Level} */
module.exports = {
  name: 'v3',
  package: '@huggingface/transformers',
  version: '3.8.1',

  upstream: 'v3',

  classes: { ...CLASSES_WITH_GROK, MgpstrTokenizer: null },
  constructorLengths: {},
  classMapping: true,
  aliases: [],
  models,

  members: () => ({
    /**
     * @this {any}
     * @param {...string} keys
     */
    getToken(...keys) {
      return work().tokenFromConfig(this.config, ...keys);
    },
    /**
     * @this {any}
     * @param {any} text
     * @param {any} [options]
     */
    _tokenize_helper(text, options = {}) {
      const { pair = null, add_special_tokens = false } = options;
      const { encodeRow, hasOwnText, tokenize, tokensOf } = work();
      if (hasOwnText(this)) return tokensOf(this, text, pair, add_special_tokens);
      const tokens = tokenize(this, text, pair, add_special_tokens);
      const { token_type_ids } = encodeRow(this, text, pair, add_special_tokens, true);
      return token_type_ids ? { tokens, token_type_ids } : { tokens };
    },
    /**
     * @this {any}
     * @param {any} text
     * @param {any} [options]
     */
    tokenize(text, options = {}) {
      const { pair = null, add_special_tokens = false } = options;
      const { hasOwnText, tokenize, tokensOf } = work();
      if (hasOwnText(this)) return tokensOf(this, text, pair, add_special_tokens).tokens;
      return tokenize(this, text, pair, add_special_tokens);
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

  validate() {},

  setUp(tokenizer, json, config) {
    const { addedTokensSplitter, chatTemplates, setSpecialTokens } = work();
    tokenizer.padding_side = 'right';
    tokenizer.config = config;
    require('../facades.js').showProperties(tokenizer, config, models());
    tokenizer.added_tokens_splitter = addedTokensSplitter(tokenizer.added_tokens);
    tokenizer[STATE].splitter = tokenizer.added_tokens_splitter;
    tokenizer.added_tokens_map = new Map(
      tokenizer.added_tokens.map((/** @type {any} */ token) => [token.content, token]),
    );
    // A program's own `getToken` has its say.
    const get = (/** @type {string[]} */ ...keys) => tokenizer.getToken(...keys);
    setSpecialTokens(tokenizer, tokenizer[STATE].handle, config, ['mask', 'pad', 'sep', 'unk', 'bos', 'eos'], get);
    tokenizer.model_max_length = config.model_max_length;
    tokenizer.remove_space = config.remove_space;
    tokenizer.clean_up_tokenization_spaces = config.clean_up_tokenization_spaces ?? true;
    tokenizer.do_lowercase_and_remove_accent = config.do_lowercase_and_remove_accent ?? false;
    if (config.padding_side) tokenizer.padding_side = config.padding_side;
    tokenizer.add_bos_token = config.add_bos_token;
    tokenizer.add_eos_token = config.add_eos_token;
    tokenizer.legacy = false;
    tokenizer.chat_template = chatTemplates(config);
    tokenizer._compiled_template_cache = new Map();
  },

  encodeArguments,
  spreadArguments,
  textPair: (pair) => pair,
  nullIsDefault: false,
  lengths,
  textHasSpecial: false,
  singleIsChecked: false,
  showsBlanks: false,
  extras: null,
  chat: { tools: true, returnDict: false, aliasReasoning: false, extras: null, resolve },
  whisper: {
    timestamp: (seconds) => seconds.toFixed(2),
    rules: {
      capped: true,
      isShort: forgetful(isSome),
      punctuation: () => forgetful(isOne),
      inOrder: isBefore,
      forwardOnly: false,
      clampToChunk: false,
    },
    members: timestampMembers,
  },
  llama: { legacy: true, defaultSystemPrompt: false },
  llamaPadsLeft: true,
  specialTokens: 'special_tokens',
  tensor: {
    fields: false,
    without: ['remainder', 'remainder_', 'repeat', 'tile'],
    negativeRanges: true,
    noFloats: () => new TypeError('Cannot mix BigInt and other types, use explicit conversions'),
    convertsBigInt: true,
    halfway: 0,
  },
  exports: () => ({}),
  envStart: (version) => ({ version, backends: { onnx: { ...onnxSettings(), logLevel: 'warning' } } }),
  env: {},
  missingId: (id) => `Cannot read properties of ${id === null ? 'null' : 'undefined'} (reading 'replace')`,
  pathsAreIds: false,
  missingFolder,
  badText: (value) => `Cannot read properties of ${value} (reading 'length')`,
  errorFile: 'tokenizer.json',
  errorName: (error) => error.constructor.name,
};
