'use strict';

/** What an instance hides: its native tokenizer and what is derived from it. */

const { native } = require('./native.js');
const { wrap, show, classes } = require('./errors.js');

const STATE = Symbol('autotokenizer.state');

/**
 * @typedef {Object} State
 * @property {import('./internal').External} handle
 * @property {number} slot the handle's number, which the hot path uses
 * @property {Map<number, string | null>} shown how ids are shown that were among the tokens of a text; null where the
 *   text decides that
 * @property {boolean | null} zeroTypes whether a text without a second one has type 0 only, once somebody asked
 * @property {import('./internal').Info} info
 * @property {boolean} cleanUp the default of clean_up_tokenization_spaces
 * @property {Set<number>} moreSpecialIds special by tokenizer_config.json only
 * @property {{tokens: string[], count: number} | null} special the list `special_tokens`, where the level has it, and
 *   how long it was when it was made
 * @property {((texts: string[], pairs: any[] | null) => import('./internal').Adapted) | null} adapt
 *   what a subclass does to texts, where it does
 * @property {Map<string, string> | null} contents added tokens that take the blanks beside them, as levels v2 to v4
 *   show them: without these
 * @property {any} encodePlus `_encode_plus` as it is here
 * @property {any} encodeText `_encode_text` as it is here; null where a program's own has no say
 * @property {{split(text: string): string[]}} splitter cuts a text at added tokens, where the level needs it
 * @property {any} model `tokenizer.model`, once somebody looked at it
 * @property {Record<string, any> | null} parts the same of the other parts, where the level has them
 * @property {(json: any) => void} rebuild makes the native tokenizer anew, of a changed tokenizer.json
 * @property {() => any} json the tokenizer.json, parsed when somebody looks
 */

/** Handles that are loaded already, by the object that stands for their tokenizer.json. */
const loadedHandles = new WeakMap();

/**
 * Stands for the tokenizer.json of a loaded tokenizer: the text is parsed only when somebody looks inside.
 *
 * @param {import('./internal').External} handle
 * @returns {any}
 */
function lazyJson(handle) {
  /** @type {any} */
  let parsed;
  const parse = () => (parsed ??= JSON.parse(native().toJson(handle)));
  const lazy = {};
  const names = [
    'version',
    'truncation',
    'padding',
    'added_tokens',
    'normalizer',
    'pre_tokenizer',
    'post_processor',
    'decoder',
    'model',
  ];
  for (const name of names) {
    Object.defineProperty(lazy, name, {
      get: () => parse()[name],
      set: (value) => {
        parse()[name] = value;
      },
      enumerable: true,
      configurable: true,
    });
  }
  loadedHandles.set(lazy, handle);
  return lazy;
}

/**
 * @param {import('./internal').Api} api
 * @param {any} json
 * @param {any} config
 * @returns {import('./internal').External}
 */
function handleOf(api, json, config) {
  const loaded = json && typeof json === 'object' ? loadedHandles.get(json) : undefined;
  if (loaded) return loaded;
  if (!json || typeof json !== 'object') {
    const code = 'ERR_TOKENIZER_FILE';
    throw new classes.TokenizerError(
      `tokenizerJSON must be the object of a tokenizer.json, but got ${show(json)}`,
      {
        code,
      },
    );
  }
  return build(api, json, config);
}

/**
 * @param {import('./internal').Api} api
 * @param {any} json
 * @param {any} config
 */
function build(api, json, config) {
  try {
    return native().fromJson(
      JSON.stringify(json),
      api.env.engine ?? undefined,
      config?.target_lang ?? undefined,
    );
  } catch (error) {
    throw wrap(error, api.level);
  }
}

/**
 * @param {import('./internal').Info['added_tokens']} tokens
 * @returns {Map<string, string> | null} contents by what is left of them without blanks at the edges
 */
function contentsOf(tokens) {
  const greedy = tokens.filter(({ lstrip, rstrip }) => lstrip || rstrip);
  return greedy.length > 0 ? new Map(greedy.map(({ content }) => [content.trim(), content])) : null;
}

/**
 * @param {import('./internal').Api} api
 * @param {any} json
 * @param {any} config
 * @returns {State}
 */
function createState(api, json, config) {
  const handle = handleOf(api, json, config);
  /** @type {import('./internal').Info} */
  const info = JSON.parse(native().info(handle));
  const special = new Set(info.added_tokens.filter((token) => token.special).map((token) => token.content));
  const moreSpecialIds = new Set();
  for (const entry of Array.isArray(config.additional_special_tokens)
    ? config.additional_special_tokens
    : []) {
    const content = typeof entry === 'string' ? entry : entry?.content;
    if (typeof content !== 'string' || special.has(content)) continue;
    const id = native().tokenToId(handle, content);
    if (id !== null) moreSpecialIds.add(id);
  }
  const cleanUp = config.clean_up_tokenization_spaces ?? true;
  const slot = native().slot(handle);
  /** @type {State} */
  const state = {
    handle,
    slot,
    shown: new Map(),
    zeroTypes: null,
    info,
    cleanUp,
    moreSpecialIds,
    special: null,
    adapt: null,
    contents: api.level.showsBlanks ? null : contentsOf(info.added_tokens),
    encodePlus: null,
    encodeText: null,
    splitter: { split: (text) => [text] },
    model: null,
    parts: null,
    rebuild(changed) {
      state.handle = build(api, changed, config);
      state.slot = native().slot(state.handle);
      state.shown = new Map();
      state.zeroTypes = null;
      state.info = JSON.parse(native().info(state.handle));
      state.json = () => changed;
    },
    json: () => json,
  };
  return state;
}

module.exports = { STATE, createState, lazyJson };
