'use strict';

/**
 * The parts of a tokenizer, each at work alone: what levels v2 and v3 show as functions. A part runs in the addon as
 * the only one of a tokenizer whose other parts do nothing.
 */

const { Callable } = require('./callable.js');
const { native } = require('./native.js');
const inside = require('./inside.js');
const { lazily } = require('./lazily.js');
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

/** What transformers.js calls the class of a part, where it is not the type's name. */
const NAMES = /** @type {Record<string, Record<string, string>>} */ ({
  Normalizer: { Sequence: 'NormalizerSequence', Strip: 'StripNormalizer' },
  PreTokenizer: {
    Sequence: 'PreTokenizerSequence',
    WhitespaceSplit: 'WhitespaceSplit',
    BertPreTokenizer: 'BertPreTokenizer',
  },
  PostProcessor: { Sequence: 'PostProcessorSequence', ByteLevel: 'ByteLevelPostProcessor' },
  Decoder: { Sequence: 'DecoderSequence', ByteFallback: 'ByteFallback', BPEDecoder: 'BPEDecoder' },
});

/** Kinds that take their class's name after the type. */
const SUFFIXED = new Set(['PreTokenizer', 'Decoder']);

const TYPES = /** @type {Record<string, string>} */ ({
  Normalizer:
    'BertNormalizer Precompiled Sequence Replace NFC NFD NFKC NFKD Strip StripAccents Lowercase Prepend Nmt ByteLevel',
  PreTokenizer:
    'BertPreTokenizer Sequence Whitespace WhitespaceSplit Metaspace ByteLevel Split Punctuation Digits Replace ' +
    'FixedLength CharDelimiterSplit UnicodeScripts',
  PostProcessor: 'TemplateProcessing ByteLevel RobertaProcessing BertProcessing Sequence',
  Decoder: 'WordPiece Metaspace ByteLevel Replace ByteFallback Fuse Strip Sequence CTC BPEDecoder',
});

/** Settings that a part shows as properties. */
const FIELDS = /** @type {Record<string, string[]>} */ ({
  'PreTokenizer ByteLevel': ['add_prefix_space', 'trim_offsets', 'use_regex'],
  'PreTokenizer Replace': ['content'],
  'PostProcessor TemplateProcessing': ['single', 'pair'],
  'PostProcessor BertProcessing': ['cls', 'sep'],
  'PostProcessor RobertaProcessing': ['cls', 'sep'],
  'Decoder WordPiece': ['cleanup'],
  'Decoder Metaspace': ['replacement'],
  'Decoder CTC': ['pad_token', 'word_delimiter_token', 'cleanup'],
  'Decoder BPEDecoder': ['suffix'],
  'Decoder Strip': ['content', 'start', 'stop'],
});

/** How the parts of a sequence are called, in transformers.js and in the file. */
const MEMBERS = /** @type {Record<string, [string, string]>} */ ({
  Normalizer: ['normalizers', 'normalizers'],
  PreTokenizer: ['tokenizers', 'pretokenizers'],
  PostProcessor: ['processors', 'processors'],
  Decoder: ['decoders', 'decoders'],
});

/**
 * @param {any} config
 * @param {string} name
 */
function settingOf(config, name) {
  if (name === 'use_regex') return config.use_regex ?? true;
  // [token, id]
  return name === 'cls' || name === 'sep' ? config[name][0] : config[name];
}

/** What all parts have. */
class Part extends Callable {
  static kind = '';

  /** Properties that go before the settings. @type {((self: any, config: any) => void) | undefined} */
  static first;

  /** @type {any} */
  config;

  /** @type {any} */
  #handle;

  /** @param {any} config this part of tokenizer.json */
  constructor(config) {
    super();
    this.config = config;
    const { kind } = new.target;
    new.target.first?.(this, config);
    const type = `${kind} ${config.type}`;
    for (const name of FIELDS[type] ?? []) /** @type {any} */ (this)[name] = settingOf(config, name);
    for (const [name, make] of Object.entries(inside.FIELDS[type] ?? {})) lazily(this, name, () => make(config));
    if (config.type !== 'Sequence') return;
    const parts = MEMBERS[kind];
    const Class = KINDS[kind];
    lazily(this, parts[0], () => config[parts[1]].map((/** @type {any} */ each) => Class.fromConfig(each)));
  }

  /**
   * @this {any}
   * @param {any} config
   * @returns {any} the part that `config` describes
   */
  static fromConfig(config) {
    if (config === null) return null;
    const { kind } = this;
    const { type } = config;
    if (typeof type !== 'string' || !TYPES[kind].split(' ').includes(type)) {
      throw new Error(`Unknown ${kind} type: ${type}`);
    }
    const name = NAMES[kind][type] ?? (SUFFIXED.has(kind) ? `${type}${kind}` : type);
    return new (named(KINDS[kind], name))(config);
  }

  /**
   * @param {() => any} parts
   * @returns {import('./internal').External}
   */
  handle(parts) {
    return (this.#handle ??= alone(parts()));
  }
}

/** @type {Map<string, any>} */
const namedClasses = new Map();

/** Decoders that have a method for it. */
const WITH_STRINGS = new Set(['ByteLevelDecoder', 'CTCDecoder']);

/**
 * The text of tokens none of which was added.
 *
 * @this {any}
 * @param {string[]} tokens
 * @returns {string}
 */
function convert_tokens_to_string(tokens) {
  return new this.constructor(this.config).decode(tokens);
}

/**
 * @param {any} Base
 * @param {string} name as transformers.js has it
 */
function named(Base, name) {
  const key = `${Base.kind}:${name}`;
  let Class = namedClasses.get(key);
  if (!Class) {
    Class = class extends Base {};
    Object.defineProperty(Class, 'name', { value: name, configurable: true });
    if (WITH_STRINGS.has(name)) Object.assign(Class.prototype, { convert_tokens_to_string });
    namedClasses.set(key, Class);
  }
  return Class;
}

class Normalizer extends Part {
  static kind = 'Normalizer';

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
  static kind = 'PreTokenizer';

  /**
   * @param {string} text
   * @param {{section_index?: number}} [options] which piece between added tokens this is
   */
  pre_tokenize_text(text, { section_index = 0 } = {}) {
    if (typeof text !== 'string') throw wrongType('text', 'a string', text);
    const { config } = this;
    const later = section_index > 0 && config.prepend_scheme === 'first';
    const settings = later ? { ...config, add_prefix_space: false, prepend_scheme: 'never' } : config;
    const parts = () => ({ pre_tokenizer: settings, model: SHOWS_PIECES });
    return native().tokenize(later ? alone(parts()) : this.handle(parts), text, null, false);
  }

  /**
   * @param {string | string[]} text
   * @param {any} [options]
   */
  pre_tokenize(text, options) {
    return [text].flat().flatMap((each) => this.pre_tokenize_text(each, options));
  }

  /**
   * @param {string | string[]} text
   * @param {any} [options]
   */
  _call(text, options) {
    return this.pre_tokenize(text, options);
  }
}

class PostProcessor extends Part {
  static kind = 'PostProcessor';

  /**
   * @param {string[]} tokens
   * @param {string[] | null} [tokens_pair]
   * @param {any} [options] at level v4 `add_special_tokens` itself
   * @returns {{tokens: string[], token_type_ids?: number[]}}
   */
  post_process(tokens, tokens_pair = null, options = {}) {
    const { add_special_tokens = true } = typeof options === 'boolean' ? { add_special_tokens: options } : options;
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
  static kind = 'Decoder';

  /**
   * @param {any} self
   * @param {any} config
   */
  static first(self, config) {
    self.added_tokens = [];
    self.end_of_word_suffix = null;
    self.trim_offsets = config.trim_offsets;
  }

  /**
   * @param {string[]} tokens
   * @returns {string[]} what the decoder makes of them, before they are joined
   */
  decode_chain(tokens) {
    mustBeTokens(tokens, 'tokens');
    const { config } = this;
    if (config.type === 'ByteLevel') return this.#betweenAdded(tokens);
    // Of what CTC decodes, the outer blanks go.
    const decoder = config.type === 'CTC' ? { ...config, trim: true } : config;
    const handle = this.handle(() => ({ decoder, model: SHOWS_PIECES }));
    return native().decodeChain(handle, tokens);
  }

  /**
   * Added tokens are no bytes: they stay as they are.
   *
   * @param {string[]} tokens
   */
  #betweenAdded(tokens) {
    const handle = this.handle(() => ({ decoder: this.config, model: SHOWS_PIECES }));
    /** @type {any} */
    const { added_tokens } = this;
    const added = new Set(added_tokens.map((/** @type {any} */ { content }) => content));
    /** @type {string[]} */
    const texts = [];
    /** @type {string[]} */
    let run = [];
    const end = () => {
      // Not spread out: a call takes no hundred thousand arguments.
      if (run.length > 0) for (const text of native().decodeChain(handle, run)) texts.push(text);
      run = [];
    };
    for (const token of tokens) {
      if (added.has(token)) {
        end();
        texts.push(token);
      } else {
        run.push(token);
      }
    }
    end();
    return texts;
  }

  /** @param {string[]} tokens */
  decode(tokens) {
    return this.decode_chain(tokens).join('');
  }

  /** @param {string[]} tokens */
  _call(tokens) {
    return this.decode(tokens);
  }
}

/** VITS: every second token; between them are blanks. */
class VitsDecoder extends Decoder {
  constructor() {
    super({});
  }

  /** @param {string[]} tokens */
  decode_chain(tokens) {
    return [tokens.filter((_, i) => i % 2 === 1).join('')];
  }
}

/** @type {Record<string, any>} */
const KINDS = { Normalizer, PreTokenizer, PostProcessor, Decoder };

const CLASSES = {
  normalizer: Normalizer,
  pre_tokenizer: PreTokenizer,
  post_processor: PostProcessor,
  decoder: Decoder,
};

/** @typedef {keyof typeof CLASSES} PartName */

/** What a part does when it is called, by way of methods that a program can make its own. */
/** @type {Record<string, [string, any][]>} */
const METHODS = Object.fromEntries(
  Object.entries({
    normalizer: ['_call', 'normalize'],
    pre_tokenizer: ['_call', 'pre_tokenize', 'pre_tokenize_text'],
    post_processor: ['_call', 'post_process'],
    decoder: ['_call', 'decode', 'decode_chain'],
  }).map(([part, names]) => {
    /** @type {any} */
    const prototype = CLASSES[/** @type {PartName} */ (part)].prototype;
    return [part, names.map((name) => /** @type {[string, any]} */ ([name, prototype[name]]))];
  }),
);

/**
 * @param {import('./state').State} state
 * @param {PartName} name
 * @returns {boolean} whether a program's own code is in this part
 */
function isOwnPart(state, name) {
  /** @type {any} */
  const part = state.parts?.[name];
  if (!part) return false;
  const isPart = part instanceof CLASSES[name];
  /** @type {Record<string, any>} */
  const members = part;
  return !isPart || METHODS[name].some(([method, ours]) => members[method] !== ours);
}

/**
 * @param {import('./state').State} state
 * @param {PartName} name
 * @param {any[]} added_tokens
 * @returns {any} the part as tokenizer.json has it
 */
function makePart(state, name, added_tokens) {
  const part = CLASSES[name].fromConfig(state.json()[name] ?? null);
  if (part instanceof Decoder) {
    Object.assign(part, { added_tokens });
    lazily(part, 'end_of_word_suffix', () => state.json().model.end_of_word_suffix);
  }
  return part;
}

/**
 * `tokenizer.normalizer` or another as a property. Another part, a function, or none can take its place.
 *
 * @param {any} tokenizer
 * @param {PartName} name
 */
function showPart(tokenizer, name) {
  /** @type {import('./state').State} */
  const state = tokenizer[STATE];
  /** @type {any} */
  const parts = (state.parts ??= {});
  const Class = CLASSES[name];
  const show = () => {
    if (!(name in parts)) parts[name] = makePart(state, name, tokenizer.added_tokens);
    return parts[name];
  };
  Object.defineProperty(tokenizer, name, {
    get: show,
    set(value) {
      if (value === show()) return;
      if (value !== null && typeof value !== 'function') throw wrongType(name, 'null or a function', value);
      // A function has no settings that the addon could work by: it is called.
      if (value === null || value instanceof Class) {
        state.rebuild({ ...state.json(), [name]: value?.config.type ? value.config : null });
      }
      parts[name] = value;
    },
    enumerable: true,
    configurable: true,
  });
}

module.exports = { alone, mustBeTokens, isOwnPart, makePart, showPart, VitsDecoder };
