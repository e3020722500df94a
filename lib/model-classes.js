'use strict';

/** The classes of `tokenizer.model`, which levels v2 and v3 export. */

const { Callable } = require('./callable.js');
const { work } = require('./later.js');
const { lazily } = require('./lazily.js');

/** @type {typeof import('./parts.js') | undefined} */
let read;

/** @returns {typeof import('./parts.js')} */
const parts = () => (read ??= require('./parts.js'));

/**
 * Where a model is part of a tokenizer: that tokenizer.
 *
 * @typedef {import('./state').State | null} Owner
 */

/**
 * @param {any} config a model
 * @returns {string} what kind it is, where tokenizer.json does not say it
 */
function typeOf({ type, vocab, merges, continuing_subword_prefix, unk_token }) {
  if (type) return type;
  if (Array.isArray(vocab)) return 'Unigram';
  if (merges) return 'BPE';
  return continuing_subword_prefix !== undefined && unk_token !== undefined ? 'WordPiece' : '';
}

/** `tokenizer.model`. Nothing is worked out before somebody looks at it. */
class TokenizerModel extends Callable {
  /** @type {any} */
  #handle;
  /** @type {any} */
  #more;
  /** @type {{ids: Map<string, number>, tokens: string[]} | undefined} */
  #made;

  /**
   * @param {any} config this part of tokenizer.json, or what gives it
   * @param {any} [more] tokenizer_config.json
   * @param {Owner} [owner]
   */
  constructor(config, more = {}, owner = null) {
    super();
    /** @type {any} */
    const self = this;
    this.#more = more;
    lazily(self, 'config', () => (owner ? owner.json().model : config));
    lazily(self, 'vocab', () => this.#table(owner).tokens);
    lazily(self, 'tokens_to_ids', () => this.#table(owner).ids);
    lazily(self, 'unk_token_id', () => this.#idOf(self.unk_token));
    lazily(self, 'unk_token', () => self.config.unk_token);
    lazily(self, 'end_of_word_suffix', () => undefined);
    lazily(self, 'fuse_unk', () => self.config.fuse_unk ?? false);
    this.addFields(self, (name) => this.#named(name));
  }

  /**
   * @param {any} config
   * @param {any} [more]
   * @returns {any} the model that `config` describes
   */
  static fromConfig(config, more = {}) {
    if (!config.vocab) throw new Error(`Unknown TokenizerModel type: ${config.type}`);
    return new (classOf(this, config))(config, more);
  }

  /**
   * Properties that this kind of model has besides.
   *
   * @param {any} _self
   * @param {(name: string) => {token: any, id: number | undefined}} _named a token of tokenizer_config.json
   */
  addFields(_self, _named) {}

  /** @returns {any} the model's vocabulary, which may be one of several */
  get #vocabulary() {
    const { vocab } = /** @type {any} */ (this).config;
    const { target_lang } = this.#more;
    return target_lang && typeof vocab[target_lang] === 'object' ? vocab[target_lang] : vocab;
  }

  /**
   * Tokens as the file lists them, then those added; both ways at once, since listing them is what takes long.
   *
   * @param {Owner} owner
   * @returns {{ids: Map<string, number>, tokens: string[]}}
   */
  #table(owner) {
    if (this.#made) return this.#made;
    const vocab = this.#vocabulary;
    /** @type {[string, number][]} */
    const entries = Array.isArray(vocab) ? vocab.map(([token], id) => [token, id]) : Object.entries(vocab);
    const tokens = new Array(entries.length);
    for (const [token, id] of entries) tokens[id] = token;
    const ids = new Map(entries);
    for (const { content, id } of owner?.info.added_tokens ?? []) {
      tokens[id] = content;
      ids.set(content, id);
    }
    return (this.#made = { ids, tokens });
  }

  /**
   * @param {any} token
   * @returns {number | undefined} its id in the model, where added tokens are not
   */
  #idOf(token) {
    // Without a token there is none: `null` and `undefined` are words of many vocabularies.
    if (typeof token !== 'string') return undefined;
    const vocab = this.#vocabulary;
    if (!Array.isArray(vocab)) return Object.hasOwn(vocab, token) ? vocab[token] : undefined;
    const id = vocab.map(([each]) => each).lastIndexOf(token);
    return id === -1 ? undefined : id;
  }

  /** @param {string} name */
  #named(name) {
    const token = this.#more[name] === undefined ? undefined : work().tokenFromConfig(this.#more, name);
    return { token, id: this.#idOf(token) };
  }

  /**
   * @this {any}
   * @param {string[]} tokens
   * @returns {number[]}
   */
  convert_tokens_to_ids(tokens) {
    return tokens.map((token) => this.tokens_to_ids.get(token) ?? this.unk_token_id);
  }

  /**
   * @this {any}
   * @param {(number | bigint)[]} ids
   * @returns {string[]}
   */
  convert_ids_to_tokens(ids) {
    return ids.map((/** @type {any} */ id) => this.vocab[id] ?? this.unk_token);
  }

  /**
   * @param {string[]} tokens words, as the pre-tokenizer makes them
   * @returns {string[]}
   */
  encode(tokens) {
    parts().mustBeTokens(tokens, 'tokens');
    this.#handle ??= parts().alone({ model: /** @type {any} */ (this).config }, this.#more.target_lang);
    return tokens.flatMap((token) => work().native().tokenize(this.#handle, token, null, false));
  }

  /** @param {string[]} tokens */
  _call(tokens) {
    return this.encode(tokens);
  }
}

/**
 * @param {any} Base TokenizerModel, as a program sees it
 * @param {any} config
 */
function classOf(Base, config) {
  const { kinds } = Base;
  return kinds[typeOf(config)] ?? kinds.vocabulary;
}

/**
 * The models of one level.
 *
 * @param {object} style
 * @param {boolean} style.camelCase how properties of Unigram are named
 * @param {(merge: string[]) => string} style.mergeKey what a merge is called in `bpe_ranks`
 * @param {object} style.more other properties of BPE
 * @param {object} style.members and methods
 * @param {(capacity: number) => any} style.createCache for a program to clear: what words were merged to is kept elsewhere
 * @returns {any} TokenizerModel
 */
function createModels({ camelCase, mergeKey, more, members, createCache }) {
  class Model extends TokenizerModel {
    /** @type {Record<string, any>} */
    static kinds = {};
  }

  class WordPieceTokenizer extends Model {
    /** @param {any} self */
    addFields(self) {
      lazily(self, 'max_input_chars_per_word', () => self.config.max_input_chars_per_word ?? 100);
    }
  }

  class Unigram extends Model {
    /**
     * @param {any} self
     * @param {(name: string) => {token: any, id: number | undefined}} named
     */
    addFields(self, named) {
      const name = (/** @type {string} */ key) =>
        camelCase ? key.replace(/_./g, (letter) => letter[1].toUpperCase()) : key;
      lazily(self, 'unk_token_id', () => self.config.unk_id);
      lazily(self, 'unk_token', () => self.config.vocab[self.config.unk_id]?.[0]);
      lazily(self, 'fuse_unk', () => true);
      lazily(self, 'scores', () => {
        const scores = self.config.vocab.map((/** @type {any} */ [, score]) => score);
        scores[self.config.unk_id] = self[name('unk_score')];
        return scores;
      });
      self[name('bos_token')] = ' ';
      lazily(self, name('bos_token_id'), () => self.tokens_to_ids.get(' '));
      lazily(self, name('eos_token'), () => named('eos_token').token);
      lazily(self, name('eos_token_id'), () => named('eos_token').id);
      if (camelCase) lazily(self, 'unkToken', () => self.unk_token);
      lazily(self, 'minScore', () => {
        let least = Infinity;
        for (const [, score] of self.config.vocab) least = Math.min(least, score);
        return least;
      });
      lazily(self, name('unk_score'), () => self.minScore - 10);
      lazily(self, 'trie', () => require('./inside.js').trieOf(self.vocab));
    }

    /** @param {string} normalized */
    tokenize(normalized) {
      return this.encode([normalized]);
    }
  }

  class BPE extends Model {
    /** @param {any} self */
    addFields(self) {
      lazily(self, 'end_of_word_suffix', () => self.config.end_of_word_suffix);
      lazily(self, 'merges', () =>
        self.config.merges.map((/** @type {any} */ pair) => (Array.isArray(pair) ? pair : pair.split(' '))),
      );
      lazily(self, 'bpe_ranks', () => {
        const ranks = new Map();
        for (const pair of self.merges) ranks.set(mergeKey(pair), ranks.size);
        return ranks;
      });
      lazily(self, 'continuing_subword_suffix', () => self.config.continuing_subword_suffix ?? null);
      lazily(self, 'byte_fallback', () => self.config.byte_fallback ?? false);
      if (self.byte_fallback) lazily(self, 'text_encoder', () => new TextEncoder());
      lazily(self, 'ignore_merges', () => self.config.ignore_merges ?? false);
      Object.assign(self, more);
      lazily(self, 'cache', () => createCache(self.cache_capacity));
    }

    /** @param {string} token */
    bpe(token) {
      return require('./inside.js').bpe(/** @type {any} */ (this), token, mergeKey);
    }
  }
  Object.assign(BPE.prototype, members);

  class LegacyTokenizerModel extends Model {
    /**
     * @param {any} self
     * @param {(name: string) => {token: any, id: number | undefined}} named
     */
    addFields(self, named) {
      for (const name of ['bos_token', 'eos_token', 'pad_token', 'unk_token']) {
        lazily(self, name, () => named(name).token);
        lazily(self, `${name}_id`, () => named(name).id);
      }
    }

    /** @param {string[]} tokens */
    encode(tokens) {
      parts().mustBeTokens(tokens, 'tokens');
      // Words are tokens; those of a WordLevel that it does not know are not.
      return /** @type {any} */ (this).config.type ? super.encode(tokens) : tokens;
    }
  }

  Model.kinds = { WordPiece: WordPieceTokenizer, Unigram, BPE, vocabulary: LegacyTokenizerModel };
  Object.defineProperty(Model, 'name', { value: 'TokenizerModel', configurable: true });
  Object.defineProperty(Model, 'length', { value: 1, configurable: true });
  return Model;
}

module.exports = { TokenizerModel, classOf, createModels };
