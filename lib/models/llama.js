'use strict';

/** Llama: `legacy`, the side of padding, and the system prompt of level v2. */

const { STATE } = require('../state.js');

const DEFAULT_SYSTEM_PROMPT =
  'You are a helpful, respectful and honest assistant. Always answer as helpfully as possible, while being ' +
  'safe. Your answers should not include any harmful, unethical, racist, sexist, toxic, dangerous, or illegal ' +
  'content. Please ensure that your responses are socially unbiased and positive in nature.\n\n' +
  'If a question does not make any sense, or is not factually coherent, explain why instead of answering ' +
  'something not ' +
  "correct. If you don't know the answer to a question, please don't share false information.";

const FIRST_ONLY = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: false };

/**
 * `legacy: false`: only the start of a text gets a blank, not what follows a special token.
 *
 * @param {any} tokenizer
 */
function leaveLegacy(tokenizer) {
  const state = tokenizer[STATE];
  const { normalizer, pre_tokenizer } = state.info;
  const json = state.json();
  if (normalizer === null && pre_tokenizer === 'Metaspace' && json.pre_tokenizer.prepend_scheme === 'first')
    return;
  state.rebuild({ ...json, normalizer: null, pre_tokenizer: FIRST_ONLY });
  // A blank goes before every text; Metaspace leaves it out where there is one already.
  const withBlank = (/** @type {any} */ text) => (text && /^[ \u2581]/.test(text) ? ` ${text}` : text);
  state.adapt = (/** @type {any} */ texts, /** @type {any} */ pairs) => ({
    texts: texts.map(withBlank),
    pairs: pairs && pairs.map(withBlank),
  });
}

/**
 * @param {any} Base
 * @param {import('../internal').Api} api
 */
function llama(Base, api) {
  const { level } = api;
  return class LlamaTokenizer extends Base {
    constructor(/** @type {any} */ tokenizerJSON, /** @type {any} */ tokenizerConfig) {
      super(tokenizerJSON, tokenizerConfig);
      /** @type {any} */
      const self = this;
      if (level.llamaPadsLeft) self.padding_side = 'left';
      if (level.llama.defaultSystemPrompt) {
        self.DEFAULT_SYSTEM_PROMPT = DEFAULT_SYSTEM_PROMPT;
        self.use_default_system_prompt = tokenizerConfig.use_default_system_prompt ?? false;
      }
      if (level.llama.legacy) {
        self.legacy = tokenizerConfig.legacy ?? true;
        if (!self.legacy) leaveLegacy(self);
      }
    }
  };
}

module.exports = { llama };
