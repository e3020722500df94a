'use strict';

/** Special tokens as tokenizer_config.json names them. */

const { native } = require('./native.js');

const ATTRIBUTES = [
  'bos_token',
  'eos_token',
  'unk_token',
  'sep_token',
  'pad_token',
  'cls_token',
  'mask_token',
];

/** As `added_tokens` shows them. */
class AddedToken {
  /** @param {any} token */
  constructor({ content, id, single_word, lstrip, rstrip, special, normalized }) {
    Object.assign(this, { content, id, single_word, lstrip, rstrip, special, normalized });
  }
}

/**
 * The first of `keys` that the config gives, as text.
 *
 * @param {any} config
 * @param {...string} keys
 * @returns {string | null}
 */
function tokenFromConfig(config, ...keys) {
  for (const key of keys) {
    const item = Object.hasOwn(config, key) ? config[key] : undefined;
    if (!item) continue;
    if (typeof item !== 'object') return item;
    if (item.__type !== 'AddedToken') throw Error(`Unknown token: ${item}`);
    return item.content;
  }
  return null;
}

/**
 * @param {import('./internal').External} handle
 * @param {any} token
 * @returns {number | undefined}
 */
function idOf(handle, token) {
  return typeof token === 'string' ? (native().tokenToId(handle, token) ?? undefined) : undefined;
}

/** @param {string} text */
function escapeRegExp(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * @param {{content: string}[]} tokens
 * @returns {{split(text: string): string[]}} what cuts a text at these tokens
 */
function addedTokensSplitter(tokens) {
  /** @type {RegExp | undefined} */
  let pattern;
  return {
    /** @param {string} text */
    split(text) {
      if (tokens.length === 0) return [text];
      if (!pattern) {
        // The first alternative that fits is taken: the longest is to be the first.
        const contents = tokens.map(({ content }) => content).sort((a, b) => b.length - a.length);
        pattern = new RegExp(`(${contents.map(escapeRegExp).join('|')})`);
      }
      return text.split(pattern).filter((piece) => piece !== '');
    },
  };
}

/**
 * All tokens by id, those added included.
 *
 * @param {import('./internal').External} handle
 * @returns {Map<string, number>}
 */
function vocabulary(handle) {
  const { tokens, ids } = native().vocab(handle);
  const map = new Map();
  for (let i = 0; i < tokens.length; ++i) map.set(tokens[i], ids[i]);
  return map;
}

/**
 * Adds a property. `object[name] = value` would make V8 keep an object of more than a dozen properties as a dictionary, in
 * which each call then looks things up.
 *
 * @param {any} object
 * @param {string} name
 * @param {any} value
 */
function put(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * Sets `mask_token`, `mask_token_id` and so on.
 *
 * @param {any} tokenizer
 * @param {import('./internal').External} handle
 * @param {any} config
 * @param {string[]} names without `_token`
 * @param {(...keys: string[]) => any} [get]
 */
function setSpecialTokens(tokenizer, handle, config, names, get = (...keys) => tokenFromConfig(config, ...keys)) {
  for (const name of names) {
    const key = `${name}_token`;
    // Models without a token for padding are padded with the end of text.
    const keys = name === 'pad' ? [key, 'eos_token'] : [key];
    const token = get(...keys);
    put(tokenizer, key, token);
    put(tokenizer, `${key}_id`, idOf(handle, token));
  }
}

/**
 * @param {any} config
 * @returns {Record<string, string>} what chat templates know as bos_token and so on
 */
function specialTokensMap(config) {
  const map = Object.create(null);
  for (const key of ATTRIBUTES) {
    const value = tokenFromConfig(config, key);
    if (value) map[key] = value;
  }
  return map;
}

/**
 * `chat_template` of the config: a text, or templates by name.
 *
 * @param {any} config
 */
function chatTemplates(config) {
  const template = config.chat_template ?? null;
  if (!Array.isArray(template)) return template;
  const named = Object.create(null);
  for (const { name, template: text } of template) {
    if (typeof name !== 'string' || typeof text !== 'string') {
      throw new Error('Chat template must be a list of objects with "name" and "template" properties');
    }
    named[name] = text;
  }
  return named;
}

module.exports = {
  AddedToken,
  addedTokensSplitter,
  escapeRegExp,
  tokenFromConfig,
  idOf,
  vocabulary,
  setSpecialTokens,
  specialTokensMap,
  chatTemplates,
};
