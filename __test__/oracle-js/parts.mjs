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

export const parts = [...called, ...changed];
