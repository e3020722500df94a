'use strict';

/** What an instance hides, made of a tokenizer.json or of what is loaded already. */

const { native } = require('./native.js');
const { wrap, show, classes } = require('./errors.js');

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
 * @returns {import('./state').State}
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
  /** @type {import('./state').State} */
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

module.exports = { createState, lazyJson };
