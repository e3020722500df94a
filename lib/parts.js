'use strict';

/**
 * The parts of a tokenizer, each at work alone: what levels v2 and v3 show as functions. A part runs in the addon as
 * the only one of a tokenizer whose other parts do nothing.
 */

const { Callable } = require('./callable.js');
const { native } = require('./native.js');
const { wrap, wrongType } = require('./errors.js');
const { STATE } = require('./state.js');

/** A character that no text has. */
const NONE = '\u{10ffff}';

/** Knows no token, and shows each piece of a text as it is. */
const SHOWS_PIECES = { type: 'Unigram', unk_id: 0, vocab: [[NONE, 0]] };

/**
 * @param {any} parts of a tokenizer.json
 * @param {string} [targetLang] which of several vocabularies
 * @returns {import('./internal').External}
 */
function alone(parts, targetLang) {
  const nothing = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  const json = { version: '1.0', truncation: null, padding: null, added_tokens: [], ...nothing, ...parts };
  try {
    return native().fromJson(JSON.stringify(json), undefined, targetLang);
  } catch (error) {
    throw wrap(error);
  }
}

/**
 * A model of just these words.
 *
 * @param {string[]} tokens
 * @param {Map<string, number>} [known] those that have an id already
 */
function wordsOnly(tokens, known = new Map()) {
  const ids = new Map(known);
  const used = new Set(known.values());
  let next = 0;
  for (const token of [NONE, ...tokens]) {
    if (ids.has(token)) continue;
    while (used.has(next)) ++next;
    ids.set(token, next++);
  }
  return { type: 'WordLevel', unk_token: NONE, vocab: Object.fromEntries(ids) };
}

/**
 * @param {any} value
 * @param {string} name
 */
function mustBeTokens(value, name) {
  if (!Array.isArray(value) || value.some((token) => typeof token !== 'string')) {
    throw wrongType(name, 'an array of strings', value);
  }
}

/** What all parts have. */
class Part extends Callable {
  /** @type {any} */
  #settings;
  /** @type {any} */
  #config;
  /** @type {any} */
  #handle;

  /** @param {() => any} settings this part of tokenizer.json */
  constructor(settings) {
    super();
    this.#settings = settings;
  }

  /** @returns {any} this part of tokenizer.json */
  get config() {
    return (this.#config ??= this.#settings());
  }

  /**
   * @param {() => any} parts
   * @returns {import('./internal').External}
   */
  handle(parts) {
    return (this.#handle ??= alone(parts()));
  }
}

class Normalizer extends Part {
  /** @param {string} text */
  normalize(text) {
    if (typeof text !== 'string') throw wrongType('text', 'a string', text);
    const handle = this.handle(() => ({ normalizer: this.config, model: SHOWS_PIECES }));
    return native().tokenize(handle, text, null, false).join('');
  }

  /** @param {string} text */
  _call(text) {
    return this.normalize(text);
  }
}

class PreTokenizer extends Part {
  /** @param {string} text */
  pre_tokenize_text(text) {
    if (typeof text !== 'string') throw wrongType('text', 'a string', text);
    const handle = this.handle(() => ({ pre_tokenizer: this.config, model: SHOWS_PIECES }));
    return native().tokenize(handle, text, null, false);
  }

  /** @param {string | string[]} text */
  pre_tokenize(text) {
    return [text].flat().flatMap((each) => this.pre_tokenize_text(each));
  }

  /** @param {string | string[]} text */
  _call(text) {
    return this.pre_tokenize(text);
  }
}

class PostProcessor extends Part {
  /**
   * @param {string[]} tokens
   * @param {string[] | null} [tokens_pair]
   * @param {any} [options]
   * @returns {{tokens: string[], token_type_ids?: number[]}}
   */
  post_process(tokens, tokens_pair = null, { add_special_tokens = true } = {}) {
    mustBeTokens(tokens, 'tokens');
    if (tokens_pair) mustBeTokens(tokens_pair, 'tokens_pair');
    const handle = alone({
      pre_tokenizer: { type: 'Split', pattern: { String: NONE }, behavior: 'Removed', invert: false },
      post_processor: this.config,
      model: wordsOnly([...tokens, ...(tokens_pair ?? [])], specialTokens(this.config)),
    });
    const [text, pair] = [tokens.join(NONE), tokens_pair ? tokens_pair.join(NONE) : null];
    const result = { tokens: native().tokenize(handle, text, pair, !!add_special_tokens) };
    if (!JSON.parse(native().info(handle)).type_ids) return result;
    const request = { addSpecialTokens: !!add_special_tokens, typeIds: true, flat: false };
    const batch = native().encodeBatch(handle, [text], pair === null ? null : [pair], request);
    return { ...result, token_type_ids: Array.from(/** @type {any} */ (batch).tokenTypeIds) };
  }

  /**
   * @param {string[]} tokens
   * @param {...any} rest
   */
  _call(tokens, ...rest) {
    return this.post_process(tokens, ...rest);
  }
}

/**
 * @param {any} config of a post-processor
 * @returns {Map<string, number>} the tokens that it adds
 */
function specialTokens(config) {
  const found = new Map();
  for (const part of config.processors ?? [config]) {
    for (const [token, id] of [part.sep, part.cls].filter(Array.isArray)) found.set(token, id);
    for (const { ids, tokens } of Object.values(part.special_tokens ?? {})) {
      tokens.forEach((/** @type {string} */ token, /** @type {number} */ i) => found.set(token, ids[i]));
    }
  }
  return found;
}

class Decoder extends Part {
  /** @param {string[]} tokens */
  decode(tokens) {
    mustBeTokens(tokens, 'tokens');
    const model = wordsOnly(tokens);
    const handle = alone({ decoder: this.config, model });
    const ids = tokens.map((token) => model.vocab[token]);
    return native().decode(handle, ids, false, false);
  }

  /** @param {string[]} tokens */
  _call(tokens) {
    return this.decode(tokens);
  }
}

const CLASSES = {
  normalizer: Normalizer,
  pre_tokenizer: PreTokenizer,
  post_processor: PostProcessor,
  decoder: Decoder,
};

/**
 * `tokenizer.normalizer` and the others as properties. Another one, or none, can take the place of each.
 *
 * @param {any} tokenizer
 */
function showParts(tokenizer) {
  /** @type {import('./state').State} */
  const state = tokenizer[STATE];
  const there = { ...state.info, post_processor: state.info.has_post_processor };
  for (const [name, Class] of Object.entries(CLASSES)) {
    let current = there[/** @type {keyof typeof CLASSES} */ (name)] ? new Class(() => state.json()[name]) : null;
    Object.defineProperty(tokenizer, name, {
      get: () => current,
      set(value) {
        if (value === current) return;
        if (value !== null && !(value instanceof Class)) {
          throw wrongType(name, `null or the ${name} of a tokenizer`, value);
        }
        const json = { ...state.json() };
        // What goes keeps its settings: it may come back.
        if (current) current.config;
        state.rebuild({ ...json, [name]: value?.config ?? null });
        current = value;
      },
      enumerable: true,
      configurable: true,
    });
  }
}

module.exports = { alone, mustBeTokens, showParts };
