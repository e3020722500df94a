'use strict';

/** autotokenizer itself: level v4, and what no level has. */

const v4 = require('./v4.js');
const { createMembers } = require('../extras/members.js');
const { work } = require('../later.js');
const { isOne, isSome } = require('../whisper/punctuation.js');

/** @type {import('../internal').Level} */
module.exports = {
  ...v4,
  name: 'plain',

  // Accessors stay accessors.
  members: (api) => Object.defineProperties(v4.members(api), Object.getOwnPropertyDescriptors(createMembers(api))),

  setUp(tokenizer, json, config) {
    v4.setUp(tokenizer, json, config);
    tokenizer.truncation_side = config.truncation_side ?? 'right';
  },

  // Both encode(text, text_pair, options) and encode(text, options).
  encodeArguments(second, third) {
    if (second !== null && typeof second === 'object') return v4.encodeArguments(second, third);
    const { add_special_tokens = true } = third ?? {};
    return { text_pair: v4.textPair(second), add_special_tokens };
  },

  // As Python, which tests single characters.
  whisper: { ...v4.whisper, rules: { ...v4.whisper.rules, isShort: isSome, punctuation: () => isOne } },
  showsBlanks: true,
  extras: (api, tokenizer, text, given) => work().planWithExtras(api, tokenizer, text, given),
  chat: { ...v4.chat, aliasReasoning: true, extras: (...args) => work().chatWithExtras(...args) },
};
