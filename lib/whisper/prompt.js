'use strict';

/** get_decoder_prompt_ids: which tokens a transcript is to begin with. Level v2 only. */

const { LANGUAGES, CODES } = require('./languages.js');
const { STATE } = require('../state.js');
const { work } = require('../later.js');

const REPORT = 'Please report this issue at https://github.com/xenova/transformers.js/issues/new/choose.';

/**
 * @param {string} given a language's name or code
 * @returns {string} its code
 */
function languageCode(given) {
  const language = given.toLowerCase();
  const code = CODES.get(language) ?? (LANGUAGES.has(language) ? language : undefined);
  if (code !== undefined) return code;
  const known = language.length === 2 ? LANGUAGES.keys() : LANGUAGES.values();
  throw new Error(`Language "${language}" is not supported. Must be one of: ${JSON.stringify([...known])}`);
}

/**
 * @param {any} tokenizer
 * @param {string} token
 * @param {string} what
 */
function requiredId(tokenizer, token, what) {
  const id = work().idOf(tokenizer[STATE].handle, token);
  if (id === undefined) throw new Error(`Unable to find ${what} in model vocabulary. ${REPORT}`);
  return id;
}

/**
 * @param {any} tokenizer
 * @param {string} given
 */
function taskId(tokenizer, given) {
  const task = given.toLowerCase();
  if (task !== 'transcribe' && task !== 'translate') {
    throw new Error(`Task "${task}" is not supported. Must be one of: ["transcribe", "translate"]`);
  }
  return requiredId(tokenizer, `<|${task}|>`, `task "${task}"`);
}

/** Members of WhisperTokenizer. */
const promptMembers = {
  /**
   * Position and id of each token that is forced; what is not given is left to the model.
   *
   * @this {any}
   * @param {any} [options]
   * @returns {[number, number][]}
   */
  get_decoder_prompt_ids(options = {}) {
    const { language = null, task = null, no_timestamps = true } = options;
    const code = language ? languageCode(language) : null;
    /** @type {(number | null)[]} */
    const ids = [
      code === null ? null : requiredId(this, `<|${code}|>`, `language "${code}"`),
      task ? taskId(this, task) : null,
    ];
    if (no_timestamps) ids.push(requiredId(this, '<|notimestamps|>', '"<|notimestamps|>"'));
    return ids.flatMap((id, i) => (id === null ? [] : [/** @type {[number, number]} */ ([i + 1, id])]));
  },
};

module.exports = { promptMembers };
