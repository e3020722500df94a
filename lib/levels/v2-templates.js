'use strict';

/** Level v2 has a chat template for every class, where the model brings none. */

const { work } = require('../later.js');
const { COMMON_CLASSES } = require('./classes.js');

const WARNING =
  'No chat template is defined for this tokenizer - using a default chat template ' +
  'that implements the ChatML format. If the default is not appropriate for ' +
  'your model, please set `tokenizer.chat_template` to an appropriate template. ' +
  'See https://huggingface.co/docs/transformers/main/chat_templating for more information.';

/** Which tokenizers were warned about. */
const warned = new WeakSet();

/**
 * @param {any} tokenizer
 * @returns {string}
 */
function defaultTemplate(tokenizer) {
  if (!warned.has(tokenizer)) {
    console.warn(WARNING);
    warned.add(tokenizer);
  }
  return tokenizer._default_chat_template;
}

/**
 * The default template of the class, or of the one that a program's own class extends.
 *
 * @param {any} tokenizer
 * @returns {string}
 */
function ownDefaultTemplate(tokenizer) {
  let prototype = Object.getPrototypeOf(tokenizer);
  while (prototype && !Object.hasOwn(COMMON_CLASSES, prototype.constructor.name)) {
    prototype = Object.getPrototypeOf(prototype);
  }
  const name = prototype?.constructor.name ?? 'PreTrainedTokenizer';
  return work().native().defaultChatTemplate(name, !!tokenizer.use_default_system_prompt) ?? '';
}

/**
 * Which template apply_chat_template takes: an argument, the model's, the default.
 *
 * @param {any} tokenizer
 * @param {any} template
 */
function chooseDefaultOr(tokenizer, template) {
  const own = tokenizer.chat_template;
  if (own && typeof own === 'object') return work().fromNamed(own, template, ['default']);
  // Also where a template is given: its getter warns.
  const fallback = own === null ? tokenizer.default_chat_template : own;
  return template ?? fallback;
}

module.exports = { defaultTemplate, ownDefaultTemplate, chooseDefaultOr };
