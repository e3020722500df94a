'use strict';

/**
 * Ids and text by way of a program's own code: its `_encode_text`, or what it made of a tokenizer's parts, as levels v2
 * and v3 call them.
 */

const { STATE } = require('./state.js');
const { native } = require('./native.js');
const { cleanUp: cleaned } = require('./clean-up.js');

/** Nobody changes what nobody looked at: until then its code takes no part in loading. @type {any} */
let parts;

/** @returns {typeof import('./parts.js') & typeof import('./facades.js')} */
const partsOf = () => (parts ??= { ...require('./parts.js'), ...require('./facades.js') });

/** @param {import('./state').State} state @param {any} name */
const isOwnPart = (state, name) => state.parts !== null && partsOf().isOwnPart(state, name);

/** @param {import('./state').State} state @param {any} name */
const isOwnModel = (state, name) => state.model !== null && partsOf().isOwnModel(state, name);

/**
 * @param {import('./state').State} state
 * @returns {boolean} whether pieces of a text become tokens by a program's own code
 */
function hasOwnPieces(state) {
  return (
    isOwnPart(state, 'normalizer') ||
    isOwnPart(state, 'pre_tokenizer') ||
    isOwnModel(state, '_call') ||
    isOwnModel(state, 'encode')
  );
}

/**
 * @param {import('./state').State} state
 * @returns {boolean} whether a part of what makes ids is a program's own
 */
function hasOwnParts(state) {
  return hasOwnPieces(state) || isOwnPart(state, 'post_processor') || isOwnModel(state, 'convert_tokens_to_ids');
}

/**
 * @param {any} tokenizer
 * @returns {boolean} whether a program made `_encode_text` its own, or a part
 */
function hasOwnText(tokenizer) {
  const state = tokenizer[STATE];
  const { encodeText } = state;
  return encodeText !== null && (tokenizer._encode_text !== encodeText || hasOwnParts(state));
}

/**
 * @param {any} tokenizer
 * @returns {boolean} whether `encode` goes by what a program made its own; since level v4 it does not
 */
function hasOwnRow(tokenizer) {
  const { encodePlus, encodeText } = tokenizer[STATE];
  return encodeText !== null && (tokenizer._encode_plus !== encodePlus || hasOwnText(tokenizer));
}

/**
 * @param {any} tokenizer
 * @param {string} text
 * @returns {string[]} added tokens, and what is between them
 */
function sectionsOf(tokenizer, text) {
  const sections = tokenizer[STATE].splitter.split(text);
  for (const { content, lstrip, rstrip } of tokenizer.added_tokens) {
    for (let i = 0; i < sections.length; ++i) {
      if (sections[i] !== content) continue;
      if (lstrip && i > 0) sections[i - 1] = sections[i - 1].trimEnd();
      if (rstrip && i + 1 < sections.length) sections[i + 1] = sections[i + 1].trimStart();
    }
  }
  return sections;
}

/**
 * `_encode_text` where a part is a program's own: each is called.
 *
 * @param {any} tokenizer
 * @param {string} text
 * @returns {string[]}
 */
function tokensByParts(tokenizer, text) {
  const { normalizer, pre_tokenizer, model } = tokenizer;
  const added = new Set(tokenizer.added_tokens.map((/** @type {any} */ { content }) => content));
  return sectionsOf(tokenizer, text).flatMap((section, section_index) => {
    if (added.has(section)) return [section];
    const normal = section !== '' && normalizer !== null ? normalizer(section) : section;
    if (normal.length === 0) return [];
    return model(pre_tokenizer === null ? [normal] : pre_tokenizer(normal, { section_index }));
  });
}

/**
 * @param {any} tokenizer
 * @param {any} text
 * @param {any} pair
 * @param {any} addSpecialTokens
 * @returns {{tokens: string[], token_type_ids?: number[]}}
 */
function tokensOf(tokenizer, text, pair, addSpecialTokens) {
  const tokens = tokenizer._encode_text(text);
  const second = tokenizer._encode_text(pair);
  const { post_processor } = tokenizer;
  if (post_processor) return post_processor(tokens, second, { add_special_tokens: addSpecialTokens });
  return { tokens: [...(tokens ?? []), ...(second ?? [])] };
}

/**
 * @param {any} tokenizer
 * @param {any} text
 * @param {any} pair
 * @param {any} addSpecialTokens
 * @param {boolean | null} typeIds
 * @returns {Record<string, any[]>}
 */
function rowOfTokens(tokenizer, text, pair, addSpecialTokens, typeIds) {
  const { tokens, token_type_ids } = tokensOf(tokenizer, text, pair ?? null, addSpecialTokens);
  const input_ids = tokenizer.model.convert_tokens_to_ids(tokens);
  const row = { input_ids, attention_mask: new Array(input_ids.length).fill(1) };
  return (typeIds ?? tokenizer.return_token_type_ids) && token_type_ids ? { ...row, token_type_ids } : row;
}

/**
 * @param {import('./state').State} state
 * @returns {boolean} whether ids become text by a program's own code
 */
function hasOwnDecoding(state) {
  return isOwnPart(state, 'decoder') || isOwnModel(state, 'convert_ids_to_tokens');
}

/**
 * @param {any} tokenizer
 * @param {any[]} ids
 * @param {Uint32Array} usable those of them that can be ids
 * @param {boolean} skip
 * @param {boolean} cleanUp
 * @returns {string}
 */
function textByParts(tokenizer, ids, usable, skip, cleanUp) {
  const { model, decoder, special_tokens } = tokenizer;
  const state = tokenizer[STATE];
  /** @type {string[]} */
  let tokens = isOwnModel(state, 'convert_ids_to_tokens')
    ? model.convert_ids_to_tokens(ids)
    : Array.from(usable, (id) => native().idToToken(state.handle, id)).filter((token) => token !== null);
  if (skip) tokens = tokens.filter((token) => !special_tokens.includes(token));
  let text = decoder ? decoder(tokens) : tokens.join(' ');
  if (decoder?.end_of_word_suffix) text = text.replaceAll(decoder.end_of_word_suffix, ' ').trim();
  return cleanUp ? cleaned(text) : text;
}

module.exports = {
  hasOwnRow,
  hasOwnText,
  hasOwnPieces,
  hasOwnDecoding,
  textByParts,
  tokensByParts,
  tokensOf,
  rowOfTokens,
};
