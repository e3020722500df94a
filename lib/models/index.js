'use strict';

/** The tokenizer classes of a level. Most are names; the others have a module here. */

const { translation } = require('./translation.js');
const { marian } = require('./marian.js');
const { llama } = require('./llama.js');
const { vits } = require('./vits.js');
const { whisper } = require('../whisper/index.js');

/** Classes that give token_type_ids unless told otherwise. */
const WITH_TYPE_IDS = new Set(
  [
    'Bert',
    'Albert',
    'MobileBert',
    'SqueezeBert',
    'Deberta',
    'DebertaV2',
    'Herbert',
    'ConvBert',
    'RoFormer',
    'XLM',
    'Electra',
  ].map((name) => `${name}Tokenizer`),
);

/** What transformers.js says when it makes one of these. @param {string} name */
const notYetSupported = (name) =>
  `WARNING: \`${name}\` is not yet supported by Hugging Face's "fast" tokenizers library. ` +
  'Therefore, you may experience slightly inaccurate results.';

/** @type {Record<string, (Base: any, api: import('../internal').Api) => any>} */
const OWN = {
  MBartTokenizer: translation(/^[a-z]{2}_[A-Z]{2}$/),
  NllbTokenizer: translation(/^[a-z]{3}_[A-Z][a-z]{3}$/),
  M2M100Tokenizer: translation(/^__[a-z]{2,3}__$/, {
    strip: (token) => token.slice(2, -2),
    wrap: (code) => `__${code}__`,
  }),
  MarianTokenizer: marian(notYetSupported),
  LlamaTokenizer: llama,
  VitsTokenizer: vits,
  WhisperTokenizer: whisper,
  XLMTokenizer: (Base, api) =>
    class extends Base {
      return_token_type_ids = true;

      constructor(/** @type {any} */ tokenizerJSON, /** @type {any} */ tokenizerConfig) {
        super(tokenizerJSON, tokenizerConfig);
        api.warn(notYetSupported('XLMTokenizer'));
      }
    },
};

/**
 * @param {string} name
 * @param {any} Base
 * @param {import('../internal').Api} api
 */
function createClass(name, Base, api) {
  const make = OWN[name];
  let Class;
  if (make) Class = make(Base, api);
  else if (WITH_TYPE_IDS.has(name)) {
    Class = class extends Base {
      return_token_type_ids = true;
    };
  } else {
    Class = class extends Base {};
  }
  Object.defineProperty(Class, 'name', { value: name, configurable: true });
  const { [name]: length = Class.length } = api.level.constructorLengths;
  if (length !== Class.length) Object.defineProperty(Class, 'length', { value: length, configurable: true });
  return Class;
}

/**
 * @param {import('../internal').Api} api
 * @param {any} PreTrainedTokenizer
 * @returns {Record<string, any>}
 */
function createClasses(api, PreTrainedTokenizer) {
  /** @type {Record<string, any>} */
  const classes = { PreTrainedTokenizer };
  const { classes: bases } = api.level;
  const create = (/** @type {string} */ name) => {
    if (Object.hasOwn(classes, name)) return classes[name];
    classes[name] = createClass(name, create(bases[name] ?? 'PreTrainedTokenizer'), api);
    return classes[name];
  };
  for (const name of Object.keys(bases)) create(name);
  return classes;
}

module.exports = { createClasses };
