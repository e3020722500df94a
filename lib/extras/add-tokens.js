'use strict';

/** add_tokens and add_special_tokens: the tokenizer gets a new native one that knows more. */

const { native } = require('../native.js');
const { wrap, wrongType } = require('../errors.js');
const { STATE } = require('../state.js');
const { setSpecialTokens } = require('../tokens.js');
const { isHeld } = require('../in-use.js');

const NAMES = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'];

/**
 * @param {any} token
 * @param {string} name
 * @param {boolean} otherwise
 * @returns {boolean}
 */
function flag(token, name, otherwise) {
  const value = token[name] ?? otherwise;
  if (typeof value !== 'boolean') throw wrongType(`tokens: ${name}`, 'a boolean', value);
  return value;
}

/**
 * @param {any} token
 * @param {boolean} special
 */
function normalizedToken(token, special) {
  if (typeof token === 'string') {
    return { content: token, special, lstrip: false, rstrip: false, singleWord: false, normalized: !special };
  }
  if (typeof token?.content !== 'string')
    throw wrongType('tokens', 'strings or objects with `content`', token);
  const isSpecial = flag(token, 'special', special);
  return {
    content: token.content,
    special: isSpecial,
    lstrip: flag(token, 'lstrip', false),
    rstrip: flag(token, 'rstrip', false),
    singleWord: flag(token, 'single_word', false),
    normalized: flag(token, 'normalized', !isSpecial),
  };
}

/** Handles that were made here, so that no other tokenizer has them. @type {WeakSet<import('../internal').External>} */
const own = new WeakSet();

/**
 * What a handle holds is freed when the event loop turns; a loop that adds token by token would fill the memory with
 * all vocabularies in between. So one that is made here is changed where it is, unless calls with it are under way.
 *
 * @param {import('../state').State} state
 * @param {object[]} list
 * @returns {number} how many were new
 */
function extend(state, list) {
  if (own.has(state.handle) && !isHeld(state.handle)) return native().addTokensHere(state.handle, list);
  const { tokenizer: handle, added } = native().addTokens(state.handle, list);
  own.add(handle);
  state.handle = handle;
  state.slot = native().slot(handle);
  return added;
}

/**
 * @param {any} tokenizer
 * @param {any} tokens
 * @param {boolean} special
 * @returns {number} how many were new
 */
function addTokens(tokenizer, tokens, special) {
  const list = (Array.isArray(tokens) ? tokens : [tokens]).map((token) => normalizedToken(token, special));
  /** @type {import('../state').State} */
  const state = tokenizer[STATE];
  try {
    const added = extend(state, list);
    const { handle } = state;
    state.shown = new Map();
    state.info = JSON.parse(native().info(handle));
    state.json = () => JSON.parse(native().toJson(handle));
    const specials = state.info.added_tokens.filter((token) => token.special);
    tokenizer.all_special_ids = specials.map((token) => token.id);
    tokenizer.all_special_tokens = specials.map((token) => token.content);
    return added;
  } catch (error) {
    throw wrap(error);
  }
}

/**
 * All of them are looked at before the first is added.
 *
 * @param {any} tokens
 */
function checkSpecialTokens(tokens) {
  if (tokens === null || typeof tokens !== 'object' || Array.isArray(tokens))
    throw wrongType('tokens', 'an object of special tokens', tokens);
  for (const [key, value] of Object.entries(tokens)) {
    if (key === 'additional_special_tokens') {
      if (!Array.isArray(value)) throw wrongType(`tokens.${key}`, 'an array', value);
      for (const token of value) normalizedToken(token, true);
    } else if (NAMES.some((name) => key === `${name}_token`)) {
      normalizedToken(value, true);
    } else {
      const names = NAMES.map((name) => `${name}_token`).join(', ');
      throw wrongType('tokens', `an object with the keys ${names} or additional_special_tokens`, key);
    }
  }
}

/**
 * @param {any} tokenizer
 * @param {any} tokens
 * @returns {number} how many were new
 */
function addSpecialTokens(tokenizer, tokens) {
  checkSpecialTokens(tokens);
  let added = 0;
  for (const [key, value] of Object.entries(tokens)) {
    if (key === 'additional_special_tokens') {
      added += addTokens(tokenizer, value, true);
      const contents = value.map((/** @type {any} */ token) => token.content ?? token);
      const known = tokenizer.config.additional_special_tokens ?? [];
      tokenizer.config.additional_special_tokens = [...new Set([...known, ...contents])];
    } else {
      added += addTokens(tokenizer, value, true);
      tokenizer.config[key] = value.content ?? value;
    }
  }
  setSpecialTokens(
    tokenizer,
    tokenizer[STATE].handle,
    tokenizer.config,
    NAMES.filter((name) => name !== 'cls'),
  );
  return added;
}

module.exports = { addTokens, addSpecialTokens };
