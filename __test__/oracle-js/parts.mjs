/**
 * The parts of a tokenizer as levels v2 and v3 show them: called alone, replaced, and overridden by a program.
 *
 * @module
 */

import { tokenizers } from '../data/tokenizers.mjs';

const levels = ['v2', 'v3'];

/** @typedef {import('./scenarios.mjs').Scenario} Scenario */

const TEXT = 'hello world! how are you';

/** @type {Scenario[]} */
const called = ['bert', 'gpt2', 'llama', 'marian', 'whisper'].flatMap((on) => [
  {
    name: `parts of ${on}: normalizer and pre-tokenizer`,
    on,
    levels,
    run: ({ normalizer, pre_tokenizer }) => [
      normalizer?.('Hello Wörld'),
      normalizer?.normalize('Hello  World'),
      pre_tokenizer?.(TEXT),
      pre_tokenizer?.pre_tokenize([TEXT, 'hello']),
      typeof normalizer,
      typeof pre_tokenizer,
    ],
  },
  {
    name: `parts of ${on}: model`,
    on,
    levels,
    run: ({ model, pre_tokenizer }) => [
      typeof model,
      model(pre_tokenizer ? pre_tokenizer('hello world') : ['hello']),
      model.encode(['hello']),
      model.unk_token,
      model.unk_token_id,
      model.end_of_word_suffix,
      model.continuing_subword_suffix,
      model.byte_fallback,
      model.fuse_unk,
      model.max_input_chars_per_word,
      model.config.type,
    ],
  },
  {
    name: `parts of ${on}: post-processor`,
    on,
    levels,
    run: ({ post_processor }) => [
      post_processor(['a', 'b']),
      post_processor(['a', 'a', '__proto__'], ['c']),
      post_processor.post_process([], ['c']),
    ],
  },
  {
    name: `parts of ${on}: decoder`,
    on,
    levels,
    run: (t) => [t.decoder(t._encode_text(TEXT)), t.decoder.decode(t._encode_text('hello')), t.decoder(['x', 'y'])],
  },
  {
    name: `parts of ${on}: without post-processor`,
    on,
    levels,
    run: (t) => ((t.post_processor = null), [t.encode('hello world'), t.post_processor]),
  },
  {
    name: `parts of ${on}: own _encode_text`,
    on,
    levels,
    run: (t) => {
      t._encode_text = (/** @type {any} */ text) => text && ['hello', text];
      return [t.encode('a'), t(['a', 'b'], { padding: true }), t._encode_plus('a'), t.tokenize?.('zz')];
    },
  },
]);

/** @type {Scenario[]} */
const changed = [
  {
    name: 'parts: without normalizer',
    levels,
    run: (t) => ((t.normalizer = null), [t.encode('HELLO hello'), t.normalizer]),
  },
  {
    name: 'parts: normalizer put back',
    levels,
    run: (t) => {
      const { normalizer } = t;
      t.normalizer = null;
      t.normalizer = normalizer;
      return t.encode('HELLO hello');
    },
  },
  {
    name: 'parts: normalizer of another tokenizer',
    levels,
    run: (t, m) => {
      const { json, config } = tokenizers.bert();
      const cased = new m.BertTokenizer({ ...json, normalizer: { type: 'NFC' } }, config);
      const before = cased.encode('HELLO');
      cased.normalizer = t.normalizer;
      return [before, cased.encode('HELLO')];
    },
  },
  {
    name: 'parts: model with ignore_merges',
    on: 'whisper',
    levels,
    run: (t) => {
      const before = t.encode(' there fox');
      t.model.ignore_merges = true;
      t.model.clear_cache?.();
      return [before, t.encode(' test fox')];
    },
  },
  {
    name: 'parts: without decoder',
    on: 'gpt2',
    levels,
    run: (t) => ((t.decoder = null), t.decode(t.encode('hello world'))),
  },
  {
    name: 'parts: without pre-tokenizer',
    on: 'marian',
    levels,
    run: (t) => ((t.pre_tokenizer = null), t.encode('hello')),
  },
  {
    name: 'own _encode_text in a class',
    levels,
    run: (t, m) => {
      class Shouted extends m.BertTokenizer {
        _encode_text(/** @type {any} */ text) {
          return super._encode_text(text?.toLowerCase().replaceAll('!', ' hello') ?? null);
        }
      }
      const { json, config } = tokenizers.bert();
      const own = /** @type {any} */ (new (/** @type {any} */ (Shouted))(json, config));
      return [t.encode('WORLD!'), own.encode('WORLD!'), own(['WORLD!', 'x'], { padding: true })];
    },
  },
  {
    name: 'own _encode_plus',
    run: (t) => {
      t._encode_plus = () => ({ input_ids: [7, 8], attention_mask: [1, 1] });
      return [t.encode('hello'), t('hello', { return_tensor: false }), t(['hello', 'world'])];
    },
  },
  {
    name: 'own special tokens',
    levels,
    run: (t) => {
      const ids = t.encode('hello world');
      const skip = { skip_special_tokens: true };
      t.special_tokens.push('world');
      const more = [t.decode(ids, skip), t.batch_decode([ids], skip), t.decode(ids)];
      t.special_tokens = ['[SEP]'];
      return [more, t.decode(ids, skip), t.batch_decode([ids], skip)];
    },
  },
  {
    name: 'added_tokens_splitter',
    levels: ['v3'],
    run: ({ added_tokens_splitter: splitter }) => [
      splitter.split('a[MASK]b [SEP] [SEP'),
      splitter.split('hello'),
      splitter.split('[CLS][PAD]'),
    ],
  },
];

/** What parts of one package have more than those of the other. */
const INSIDE = new Set(['config', 'addPrefixSpace']);

/**
 * @param {any} part
 * @returns {any}
 */
function shown(part) {
  if (part instanceof Map) return [...part];
  // A place without a token is no `null`.
  if (Array.isArray(part)) return Array.from(part, shown);
  if (typeof part !== 'function') return part;
  const keys = Object.keys(part).filter((key) => !INSIDE.has(key));
  return [part.constructor.name, Object.fromEntries(keys.sort().map((key) => [key, shown(part[key])]))];
}

/**
 * @param {any} part
 * @returns {any} the class that has `fromConfig`
 */
const factory = (part) => Object.getPrototypeOf(part.constructor);

/** @param {any} part */
const patternOf = ({ pattern }) => pattern && [pattern.source, pattern.flags];

const CHAINS = [
  ['he', '##y', '▁a', 'b', 'b', '<pad>', '9', '!'],
  ['Ġx', '<|endoftext|>', 'y'],
  ['<0x41>', '<0x42>', 'c'],
  [],
  ['▁a'],
];

const ALL = ['bert', 'gpt2', 'llama', 'nllb', 'marian', 'whisper', 'vits', 'letters', 'languages', 'ctc'];

/** @type {Scenario[]} */
const inside = ALL.flatMap((on) => [
  { name: `parts of ${on}: inside of the model`, on, levels, run: (t) => shown(t.model) },
  { name: `parts of ${on}: inside of the decoder`, on, levels, run: (t) => t.decoder && shown(t.decoder) },
  {
    name: `parts of ${on}: inside of the pre-tokenizer`,
    on,
    levels,
    run: ({ pre_tokenizer }) =>
      pre_tokenizer && [pre_tokenizer, ...(pre_tokenizer.tokenizers ?? [])].map((part) => [shown(part), patternOf(part)]),
  },
  {
    name: `parts of ${on}: added tokens`,
    on,
    levels,
    run: (t) => t.added_tokens.map((/** @type {any} */ token) => [token.constructor.name, Object.entries(token)]),
  },
  {
    name: `parts of ${on}: names of classes`,
    on,
    levels,
    run: ({ normalizer, pre_tokenizer, post_processor }) =>
      [normalizer, pre_tokenizer, post_processor].map((part) => {
        if (!part) return part;
        const { normalizers, tokenizers: several } = part;
        return [part.constructor.name, factory(part).name, normalizers?.length, several?.length];
      }),
  },
  {
    name: `parts of ${on}: a model made anew`,
    on,
    levels,
    run: ({ model, ...t }, m) => {
      const Model = factory(model);
      const made = Model.fromConfig(model.config, t.config ?? t._tokenizer_config);
      return [
        made instanceof Model,
        made instanceof (m.TokenizerModel ?? Model),
        made.encode(['hello']),
        made.convert_tokens_to_ids(['hello', 'a', 'no such token']),
        made.convert_ids_to_tokens([2, 5n, 10 ** 6, -1, 1.5, null]),
        Object.keys(made).filter((key) => !INSIDE.has(key)).sort(),
      ];
    },
  },
  {
    name: `parts of ${on}: parts made anew`,
    on,
    levels,
    run: ({ normalizer, post_processor, decoder }) => [
      normalizer && factory(normalizer).fromConfig(normalizer.config)('Hello  World'),
      post_processor && factory(post_processor).fromConfig(post_processor.config)(['a'], ['b']),
      decoder?.config.type && factory(decoder).fromConfig(decoder.config)(['a', 'b']),
      decoder && factory(decoder).fromConfig(null),
    ],
  },
  {
    name: `parts of ${on}: decode_chain`,
    on,
    levels,
    run: ({ decoder }) =>
      decoder &&
      CHAINS.map((tokens) => {
        // Of what is outside its alphabet, see row 31 of docs/compatibility.md.
        const bytes = decoder.constructor.name === 'ByteLevelDecoder';
        return decoder.decode_chain(tokens.filter((token) => !bytes || !token.includes('▁')));
      }),
  },
  {
    name: `parts of ${on}: own decode_chain`,
    on,
    levels,
    run: (t) => {
      if (!t.decoder) return null;
      const ids = [2, 5, 6];
      t.decoder.decode_chain = (/** @type {string[]} */ tokens) => tokens.map((token) => `(${token})`);
      return [t.decode(ids), t.batch_decode([ids, [5]]), t.decoder(['x', 'y']), t.decoder.decode(['z'])];
    },
  },
  {
    name: `parts of ${on}: any function as decoder`,
    on,
    levels,
    run: (t) => {
      t.decoder = (/** @type {string[]} */ tokens) => tokens.join('+');
      return [t.decode([2, 5, 6]), t.batch_decode([[5, 6]], { skip_special_tokens: true })];
    },
  },
  {
    name: `parts of ${on}: own ids and tokens`,
    on,
    levels,
    run: (t) => {
      t.model.convert_tokens_to_ids = (/** @type {string[]} */ tokens) => tokens.map((_, i) => i + 3);
      t.model.convert_ids_to_tokens = (/** @type {number[]} */ ids) => Array.from(ids, (id) => `t${id}`);
      return [
        t.encode('hello'),
        t(['hello', 'a'], { padding: true, return_tensor: false }),
        t.decode([5, 6]),
        t.batch_decode([[7], [8, 9]], { skip_special_tokens: true }),
      ];
    },
  },
  {
    name: `parts of ${on}: own post-processor and normalizer`,
    on,
    levels,
    run: (t) => {
      t.post_processor = (/** @type {string[]} */ tokens) => ({ tokens: [...tokens, 'a'] });
      const before = t.encode('a');
      t.normalizer = () => 'a';
      return [before, t.encode('x'), t._encode_text('y'), t(['x', 'y']).input_ids];
    },
  },
]);

/** @type {Scenario[]} */
const own = [
  {
    name: 'parts: own pre-tokenizer',
    levels,
    run: (t) => {
      /** @type {any[]} */
      const seen = [];
      t.pre_tokenizer.pre_tokenize_text = (/** @type {string} */ text, /** @type {any} */ options) => {
        seen.push([text, options]);
        return ['hello'];
      };
      return [t.encode('one [SEP] two'), t._encode_text('[MASK]three'), seen];
    },
  },
  {
    name: 'parts: own encode of the model',
    on: 'gpt2',
    levels,
    run: (t) => {
      t.model.encode = (/** @type {string[]} */ tokens) => tokens.map((token) => token.slice(-1));
      return [t.encode('hello world'), t._encode_text('hello<|endoftext|>you')];
    },
  },
  {
    name: 'parts: another model',
    levels,
    run: (t) => {
      const { tokens_to_ids, vocab } = t.model;
      const convert_tokens_to_ids = (/** @type {string[]} */ tokens) => tokens.map((token) => tokens_to_ids.get(token));
      const convert_ids_to_tokens = () => ['you', '##s'];
      const model = () => ['world'];
      t.model = Object.assign(model, { tokens_to_ids, vocab, convert_tokens_to_ids, convert_ids_to_tokens });
      return [t.encode('hello'), t.decode([5])];
    },
  },
  {
    name: 'parts: of an unknown kind',
    levels,
    run: (t) =>
      ['model', 'normalizer', 'pre_tokenizer', 'post_processor', 'decoder'].map((name) => {
        try {
          return factory(t[name]).fromConfig({ type: 'Foo' });
        } catch (error) {
          return String(error);
        }
      }),
  },
  {
    name: 'parts: own properties in order',
    levels: ['v3'],
    run: (t) => Object.keys(t),
  },
];

const WORDS = ['hello', 'hellohello', 'hell', 'oooo', 'Ġworld', 'Ġworldw', 'h', '', 'é😀', '▁hello▁world', 'a b'];

/** @type {Scenario[]} */
const wheels = [
  ...['gpt2', 'llama', 'whisper'].map((on) => ({
    name: `parts of ${on}: bpe`,
    on,
    levels,
    run: (/** @type {any} */ { model }) => WORDS.map((word) => model.bpe(word)),
  })),
  {
    name: 'parts: bpe with ends of words',
    levels,
    run: (t) => {
      const { json, config } = tokenizers.gpt2();
      const own = { end_of_word_suffix: '</w>', continuing_subword_suffix: '@@' };
      const vocab = { ...json.model.vocab, 'o</w>': 300 };
      const model = { ...json.model, ...own, vocab, merges: ['h e', 'l l', 'l o</w>', 'he l'] };
      return WORDS.map((word) => factory(t.model).fromConfig(model, config).bpe(word));
    },
  },
  {
    name: 'parts: characters of bytes',
    on: 'gpt2',
    levels,
    run: ({ pre_tokenizer, decoder }) => [
      Object.entries(pre_tokenizer.byte_encoder),
      Object.entries(decoder.byte_decoder),
      pre_tokenizer.text_encoder.encode('é'),
      decoder.text_decoder.decode(Uint8Array.of(0xc3, 0xa9, 0xff)),
    ],
  },
  {
    name: 'parts: cache',
    on: 'gpt2',
    levels,
    run: ({ model }) => {
      model.cache.clear();
      const { cache } = model;
      for (const word of ['a', 'b', 'c']) (cache.put ?? cache.set).call(cache, word, [word]);
      const read = [cache.get('a'), cache.get('z')];
      const { capacity } = cache;
      model.cache = new Map();
      return [read, capacity, cache.cache && [...cache.cache.keys()], model.cache.size];
    },
  },
  {
    name: 'parts: trie',
    on: 'nllb',
    levels,
    run: ({ model: { trie } }) => {
      const found = ['▁hello', '▁he', 'hello', 'x', ''].map((text) => [...trie.commonPrefixSearch(text)]);
      trie.push('▁h');
      trie.extend(['▁he', '▁']);
      return [found, [...trie.commonPrefixSearch('▁hello')]];
    },
  },
  ...['gpt2', 'ctc'].map((on) => ({
    name: `parts of ${on}: convert_tokens_to_string`,
    on,
    levels,
    run: (/** @type {any} */ { decoder }) => [
      decoder.convert_tokens_to_string(['h', 'h', 'e', on === 'ctc' ? '|' : 'Ġworld', 'e']),
      decoder.convert_tokens_to_string([]),
    ],
  })),
  {
    name: 'parts: patterns',
    levels,
    run: ({ pre_tokenizer }) =>
      [
        { type: 'Split', pattern: { String: 'a.b' }, behavior: 'Isolated', invert: false },
        { type: 'Split', pattern: { String: 'a.b' }, behavior: 'Removed', invert: true },
        { type: 'Split', pattern: { Regex: '\\p{L}+|\\#' }, behavior: 'Isolated', invert: true },
        { type: 'Punctuation' },
        { type: 'Digits', individual_digits: true },
        { type: 'Digits', individual_digits: false },
        { type: 'Replace', pattern: { String: 'a' }, content: 'b' },
        { type: 'ByteLevel', use_regex: false },
        { type: 'Metaspace', replacement: '_', str_rep: '-', add_prefix_space: true, prepend_scheme: 'first' },
      ].map((config) => {
        const part = factory(pre_tokenizer).fromConfig(config);
        return [shown(part), patternOf(part)];
      }),
  },
];

const BLOOM = '.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c';

/** Of cl100k_base, o200k_base, and others of OpenAI; of Bloom. */
const UNREADABLE = [
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
  ` ?[^(\\s|[${BLOOM}])]+`,
];

for (const [i, Regex] of UNREADABLE.entries()) {
  wheels.push({
    name: `parts: pattern ${i} that JavaScript cannot read`,
    levels: i === 0 ? levels : ['v3'],
    run: ({ pre_tokenizer }) =>
      [true, false].map((invert) =>
        patternOf(factory(pre_tokenizer).fromConfig({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert })),
      ),
  });
}

/** Data of a model, but for what is named otherwise than at level v3. */
const DATA = ['vocab', 'tokens_to_ids', 'unk_token', 'unk_token_id', 'end_of_word_suffix', 'fuse_unk', 'merges'];

/** @type {Scenario[]} */
const inner = ALL.flatMap((on) => [
  {
    name: `_tokenizer of ${on}: parts called`,
    on,
    levels: ['v4'],
    run: ({ _tokenizer: { normalizer, pre_tokenizer, model, post_processor, decoder } }) => {
      const pieces = ['hello', 'world'];
      return [
        [normalizer, pre_tokenizer, model, post_processor, decoder].map((part) => typeof part),
        normalizer?.('Hello  Wörld'),
        // Metaspace does not split there: row 13.
        on !== 'nllb' && pre_tokenizer?.(TEXT),
        pre_tokenizer?.('hello', { section_index: 1 }),
        model(pre_tokenizer ? pre_tokenizer('hello world') : pieces),
        model.encode(['hello']),
        post_processor?.(['a', 'b']).tokens,
        post_processor?.(['a', 'b'], null, false).tokens,
        // The ByteLevel post-processor loses it: row 28 of docs/compatibility.md.
        on !== 'gpt2' && post_processor?.(['a'], ['b']),
        on !== 'gpt2' && post_processor?.(['a'], ['b'], false),
        decoder?.(['a', 'b']),
        decoder?.decode_chain(['a', 'b']),
        decoder?.end_of_word_suffix,
        decoder?.added_tokens.length,
      ];
    },
  },
  {
    name: `_tokenizer of ${on}: inside`,
    on,
    levels: ['v4'],
    run: ({ _tokenizer: inner }) => [
      Object.keys(inner),
      inner.constructor.name,
      Object.keys(inner.tokenizer),
      DATA.map((name) => shown(inner.model[name])),
      [inner.model.scores, inner.model.bpe_ranks].map(shown),
      inner.model.vocab.length,
      inner.special_tokens,
      inner.all_special_ids,
      inner.added_tokens.map((/** @type {any} */ token) => Object.entries(token)),
      [...inner.added_tokens_map].map(([content, { id }]) => [content, id]),
      inner.splitter_unnormalized.split('a[MASK]b <s>c<|endoftext|>'),
      inner.splitter_normalized.split('a[MASK]b <s>'),
      [inner.remove_space, inner.clean_up_tokenization_spaces, inner.do_lowercase_and_remove_accent],
    ],
  },
  {
    name: `_tokenizer of ${on}: methods`,
    on,
    levels: ['v4'],
    run: ({ _tokenizer: inner }) => [
      Object.getOwnPropertyNames(Object.getPrototypeOf(inner)),
      inner.encode_text('hello'),
      inner.encode_text(null),
      inner.tokenize_helper('hello', {}).tokens,
      on !== 'gpt2' && inner.tokenize_helper('hello', { text_pair: 'you', add_special_tokens: false }),
      inner.token_to_id('hello'),
      inner.id_to_token(5),
      [...inner.get_added_tokens_decoder()].map(([id, token]) => [id, token.content]),
      inner.added_tokens.every((/** @type {any} */ token) => inner.get_added_tokens_decoder().get(token.id) === token),
    ],
  },
]);

/**
 * The model of a vocabulary that has words for nothing, as those of GPT-2 and its like.
 *
 * @param {any} m
 * @param {null | undefined} unk_token
 */
function withoutUnknown(m, unk_token) {
  const { json, config } = tokenizers.gpt2();
  const next = Math.max(...Object.values(json.model.vocab), ...json.added_tokens.map((/** @type {any} */ each) => each.id)) + 1;
  Object.assign(json.model.vocab, { undefined: next, null: next + 1 });
  Object.assign(json.model, { unk_token });
  return new m.PreTrainedTokenizer(json, config).model;
}

/** @type {Scenario[]} */
const nothing = [undefined, null].map((unk_token) => ({
  name: `model: unknown token ${unk_token}`,
  levels,
  run: (_, m) => {
    const model = withoutUnknown(m, unk_token);
    return [model.unk_token_id, model.convert_tokens_to_ids(['null', 'undefined', 'zzz'])];
  },
}));

/** @type {Scenario[]} */
const vocabularies = ['letters', 'languages', 'gpt2'].flatMap((on) => [
  {
    name: `tokens of ${on} in order`,
    on,
    run: (t) => (t.get_vocab ? [...t.get_vocab()] : [[...t.model.tokens_to_ids], Array.from(t.model.vocab)]),
    differs: on === 'gpt2' ? undefined : { v4: 'ids that no token has are the token `undefined`' },
    ours: (answer) => {
      const ids = answer.value.map((/** @type {[string, number]} */ [, id]) => id);
      if (String(ids) !== '0,1,2,3,4,5,6,8,9') throw new Error(String(ids));
    },
  },
  { name: `${on}: without a decoder`, on, run: (t) => ((t.decoder &&= null), text(t)) },
  {
    name: `${on}: as VITS`,
    on,
    config: { tokenizer_class: 'VitsTokenizer' },
    run: text,
  },
]);

/** @param {any} t */
function text(t) {
  const ids = [2, 3, 0, 4];
  return [t.decode(ids), t.decode(ids, { skip_special_tokens: true }), t.batch_decode([ids, [3, 2]])];
}

export const parts = [...called, ...changed, ...inside, ...own, ...wheels, ...inner, ...vocabularies, ...nothing];

