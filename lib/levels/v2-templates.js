'use strict';

/** Level v2 has a chat template for every class, where the model brings none. */

const { native } = require('../native.js');
const { fromNamed } = require('../chat.js');

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
  const template = tokenizer._default_chat_template;
  if (!('DEFAULT_SYSTEM_PROMPT' in tokenizer)) return template;
  const prompt = tokenizer.DEFAULT_SYSTEM_PROMPT.replaceAll('\n', '\\n').replaceAll("'", "\\'");
  return template
    .replaceAll('USE_DEFAULT_PROMPT', tokenizer.use_default_system_prompt ? 'true' : 'false')
    .replaceAll('DEFAULT_SYSTEM_MESSAGE', () => prompt);
}

/**
 * The default template's text for the first class of the chain that has one of its own.
 *
 * @param {any} tokenizer
 * @returns {string}
 */
function ownDefaultTemplate(tokenizer) {
  const names = [];
  for (let proto = Object.getPrototypeOf(tokenizer); proto; proto = Object.getPrototypeOf(proto)) {
    names.push(proto.constructor.name);
  }
  const options = JSON.stringify({ use_default_system_prompt: !!tokenizer.use_default_system_prompt });
  for (const name of names) {
    const template = native().defaultChatTemplate(name, options);
    if (template !== null) return template;
  }
  return '';
}

/**
 * Which template apply_chat_template takes: an argument, the model's, the default.
 *
 * @param {any} tokenizer
 * @param {any} template
 */
function chooseDefaultOr(tokenizer, template) {
  const own = tokenizer.chat_template;
  if (own && typeof own === 'object') return fromNamed(own, template, ['default']);
  // Also where a template is given: its getter warns.
  const fallback = own === null ? tokenizer.default_chat_template : own;
  return template ?? fallback;
}

module.exports = { defaultTemplate, ownDefaultTemplate, chooseDefaultOr };
