'use strict';

/** @xenova/transformers 2: what differs. */

const { work } = require('../later.js');
const { STATE } = require('../state.js');
const { chooseDefaultOr, defaultTemplate, ownDefaultTemplate } = require('./v2-templates.js');
const { CLASSES_WITH_GROK } = require('./classes.js');
const { isOne, forgetful } = require('../whisper/punctuation.js');
const { promptMembers } = require('../whisper/prompt.js');

/** @type {any} made when a tokenizer is, or a program asks */
let Model;

const models = () =>
  (Model ??= require('../model-classes.js').createModels({
    camelCase: true,
    mergeKey: (pair) => pair.join(' '),
    more: { BPE_SPLIT_TOKEN: ' ' },
    members: {},
    createCache: () => new Map(),
  }));

/** @type {import('../internal').Level} */
module.exports = {
  name: 'v2',
  package: '@xenova/transformers',
  version: '2.17.2',

  upstream: 'v2',

  classes: {
    ...CLASSES_WITH_GROK,
    BloomTokenizer: 'GPT2Tokenizer',
    CodeLlamaTokenizer: 'LlamaTokenizer',
    BlenderbotSmallTokenizer: 'BlenderbotTokenizer',
  },
  constructorLengths: { BloomTokenizer: 2 },
  classMapping: true,
  aliases: [],
  models,

  members: () => ({
    /**
     * @this {any}
     * @param {...string} keys
     */
    getToken(...keys) {
      return work().tokenFromConfig(this._tokenizer_config, ...keys);
    },
    get default_chat_template() {
      return defaultTemplate(/** @type {any} */ (this));
    },
  }),

  validate() {},

  setUp(tokenizer, json, config) {
    const { addedTokensSplitter, chatTemplates, escapeRegExp, setSpecialTokens } = work();
    // Read from the addon when somebody asks.
    Object.defineProperty(tokenizer, '_default_chat_template', {
      get: () => ownDefaultTemplate(tokenizer),
      set: (value) => Object.defineProperty(tokenizer, '_default_chat_template', { value, writable: true }),
      configurable: true,
      enumerable: true,
    });
    tokenizer._tokenizer_config = config;
    require('../facades.js').showProperties(tokenizer, config, models());
    const contents = tokenizer.added_tokens.map((/** @type {any} */ { content, lstrip, rstrip }) => {
      return `${lstrip ? '\\s*' : ''}(${escapeRegExp(content)})${rstrip ? '\\s*' : ''}`;
    });
    tokenizer.added_tokens_regex = contents.length > 0 ? new RegExp(contents.join('|')) : null;
    tokenizer[STATE].splitter = addedTokensSplitter(tokenizer.added_tokens);
    // A program's own `getToken` has its say.
    const get = (/** @type {string[]} */ ...keys) => tokenizer.getToken(...keys);
    setSpecialTokens(tokenizer, tokenizer[STATE].handle, config, ['mask', 'pad', 'sep', 'unk'], get);
    tokenizer.model_max_length = config.model_max_length;
    tokenizer.remove_space = config.remove_space;
    tokenizer.clean_up_tokenization_spaces = config.clean_up_tokenization_spaces ?? true;
    tokenizer.do_lowercase_and_remove_accent = config.do_lowercase_and_remove_accent ?? false;
    tokenizer.padding_side = 'right';
    tokenizer.legacy = false;
    tokenizer.chat_template = chatTemplates(config);
    tokenizer._compiled_template_cache = new Map();
  },

  // encode(text, text_pair, options)
  encodeArguments(second, third) {
    const { add_special_tokens = true } = third ?? {};
    return { text_pair: second ?? null, add_special_tokens };
  },
  spreadArguments: (pair, options) => [pair, options],
  textPair: (pair) => pair,
  nullIsDefault: false,

  // Without model_max_length everything is NaN here: nothing is cut, and padding fails.
  lengths({ padding, truncation, max_length }, modelMaxLength, warn) {
    if (max_length === null) {
      return { upTo: Math.min(modelMaxLength), longest: padding !== 'max_length', truncation };
    }
    if (!truncation) {
      warn(
        'Truncation was not explicitly activated but `max_length` is provided a specific value, ' +
          'please use `truncation=true` to explicitly truncate examples to max length.',
      );
    }
    return { upTo: Math.min(max_length, modelMaxLength), longest: false, truncation };
  },

  textHasSpecial: false,
  singleIsChecked: false,
  showsBlanks: false,
  extras: null,
  chat: { tools: false, returnDict: false, aliasReasoning: false, extras: null, resolve: chooseDefaultOr },
  whisper: {
    timestamp: (seconds) => String(Math.round(seconds * 100) / 100),
    rules: {
      capped: false,
      isShort: null,
      punctuation: () => forgetful(isOne),
      inOrder: null,
      forwardOnly: false,
      clampToChunk: false,
    },
    members: promptMembers,
  },
  llama: { legacy: true, defaultSystemPrompt: true },
  llamaPadsLeft: false,
  specialTokens: 'special_tokens',

  tensor: {
    fields: true,
    without: [
      'dispose',
      'map',
      'map_',
      'div',
      'div_',
      'sub',
      'sub_',
      'gt',
      'lt',
      'mean',
      'min',
      'max',
      'argmin',
      'argmax',
      'remainder',
      'remainder_',
      'repeat',
      'tile',
    ],
    negativeRanges: false,
    noFloats: () => new TypeError('Cannot mix BigInt and other types, use explicit conversions'),
    convertsBigInt: false,
    halfway: 0,
  },

  exports: () => ({}),
  envStart: (version, root) => ({
    backends: { onnx: { wasm: {}, webgl: {}, logLevelInternal: 'warning' }, tfjs: {} },
    __dirname: root,
    version,
  }),
  env: {},
  missingId: (id) => `Cannot read properties of ${id === null ? 'null' : 'undefined'} (reading 'replace')`,
  pathsAreIds: true,
  missingFolder: () => '',
  badText: (value) => `Cannot read properties of ${value} (reading '${value === null ? 'length' : 'split'}')`,
  errorFile: 'tokenizer.json',
  errorName: (error) => error.constructor.name,
};
