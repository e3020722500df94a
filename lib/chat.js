'use strict';

/** Chat templates: which one, with which values, and what becomes of the text. The addon renders. */

const { native } = require('./native.js');
const { wrap } = require('./errors.js');
const { specialTokensMap } = require('./tokens.js');

const NOT_SET =
  'Cannot use apply_chat_template() because tokenizer.chat_template is not set and no template ' +
  'argument was passed! For information about writing templates and setting the ' +
  'tokenizer.chat_template attribute, please see the documentation at ' +
  'https://huggingface.co/docs/transformers/main/en/chat_templating';

/**
 * One of several templates: the one that is named, else the one for tools, else the default.
 *
 * @param {any} templates
 * @param {any} name
 * @param {string[]} preferred names, the first that exists is taken
 */
function fromNamed(templates, name, preferred) {
  if (name !== null) return Object.hasOwn(templates, name) ? templates[name] : name;
  const found = preferred.find((key) => key in templates);
  if (found !== undefined) return templates[found];
  throw Error(
    'This model has multiple chat templates with no default specified! Please either pass a chat ' +
      "template or the name of the template you wish to use to the 'chat_template' argument. Available " +
      `template names are ${Object.keys(templates).sort()}.`,
  );
}

/**
 * get_chat_template of levels v3 and v4.
 *
 * @param {any} tokenizer
 * @param {any} template
 * @param {any} tools
 */
function chooseTemplate(tokenizer, template, tools) {
  const own = tokenizer.chat_template;
  if (own && typeof own === 'object') {
    return fromNamed(own, template, tools === null ? ['default'] : ['tool_use', 'default']);
  }
  if (template !== null) return template;
  if (own) return own;
  throw Error(NOT_SET);
}

/**
 * @param {any} context
 * @returns {string}
 */
function jsonOf(context) {
  try {
    return JSON.stringify(context);
  } catch {
    // With a function it takes twice as long, so only where there are big integers.
    return JSON.stringify(context, (key, value) => (typeof value === 'bigint' ? Number(value) : value));
  }
}

/**
 * @param {import('./internal').Api} api
 * @param {string} template
 * @param {any} context
 * @param {boolean} [trackGeneration]
 * @param {string} [continued] the field of the last message that is to go on
 */
function render(api, template, context, trackGeneration = false, continued = undefined) {
  try {
    const { aliasReasoning } = api.level.chat;
    return native().renderChat(template, jsonOf(context), trackGeneration, continued, aliasReasoning);
  } catch (error) {
    throw wrap(error, api.level);
  }
}

/**
 * @param {import('./internal').Api} api
 * @param {any} tokenizer
 * @param {any} options of apply_chat_template
 * @returns {string}
 */
function templateOf(api, tokenizer, { chat_template = null, tools = null }) {
  const template = api.level.chat.resolve(tokenizer, chat_template, tools);
  if (typeof template === 'string') return template;
  throw Error(`chat_template must be a string, but got ${typeof template}`);
}

/**
 * @param {import('./internal').Api} api
 * @param {any} tokenizer
 * @param {any} conversation
 * @param {any} options of apply_chat_template
 */
function contextOf(api, tokenizer, conversation, options) {
  const {
    tools = null,
    documents = null,
    chat_template,
    add_generation_prompt = false,
    tokenize,
    padding,
    truncation,
    max_length,
    return_tensor,
    return_dict,
    tokenizer_kwargs,
    ...kwargs
  } = options;
  const given = api.level.chat.tools
    ? { tools, documents, ...specialTokensMap(tokenizer.config), ...kwargs }
    : { ...specialTokensMap(tokenizer._tokenizer_config), ...pickGiven(options), ...kwargs };
  return { messages: conversation, add_generation_prompt, ...given };
}

/**
 * What is an option for later levels only is a value for the template at v2, if given.
 *
 * @param {any} options
 */
function pickGiven(options) {
  /** @type {Record<string, any>} */
  const given = {};
  for (const name of ['tools', 'documents', 'return_dict']) {
    if (options[name] !== undefined) given[name] = options[name];
  }
  return given;
}

/**
 * @param {import('./internal').Api} api
 * @param {any} tokenizer
 * @param {any} conversation
 * @param {any} options
 */
function applyChatTemplate(api, tokenizer, conversation, options) {
  const extra = api.level.chat.extras?.(api, tokenizer, conversation, options);
  if (extra !== undefined && extra !== null) return extra.value;
  const template = templateOf(api, tokenizer, options);
  const { text } = render(api, template, contextOf(api, tokenizer, conversation, options));
  return tokenized(api, tokenizer, text, options);
}

/**
 * @param {import('./internal').Api} api
 * @param {any} tokenizer
 * @param {string | string[]} text
 * @param {any} options
 */
function tokenized(api, tokenizer, text, options) {
  const {
    tokenize = true,
    padding = false,
    truncation = false,
    max_length = null,
    return_tensor = true,
    return_dict = api.level.chat.returnDict,
    tokenizer_kwargs = {},
  } = options;
  if (!tokenize) return text;
  const out = tokenizer._call(text, {
    add_special_tokens: false,
    padding,
    truncation,
    max_length,
    return_tensor,
    ...tokenizer_kwargs,
  });
  return return_dict && api.level.chat.tools ? out : out.input_ids;
}

module.exports = { applyChatTemplate, chooseTemplate, fromNamed, templateOf, contextOf, render, tokenized };
