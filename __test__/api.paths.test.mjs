// What is done in more than one way, by how much there is, is the same in each.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PreTrainedTokenizer, Tensor } from '../index.js';
import { tokenizers } from './data/tokenizers.mjs';

/**
 * @param {string} name
 * @returns {any}
 */
function make(name) {
  const { json, config } = tokenizers[name]();
  return new PreTrainedTokenizer(json, config);
}

const NAMES = Object.keys(tokenizers);
const LONG = 'hello world, '.repeat(1500);
const TEXTS = ['', ' ', 'hello', 'hello world [MASK] <mask> </s> hello', 'émoji 😀 \ud800', LONG];

/** Padding to a length and cutting to one, shorter and longer than each text. */
const OPTIONS = [
  {},
  { add_special_tokens: false },
  { padding: true },
  { padding: 'max_length', max_length: 12 },
  { padding: 'max_length', max_length: 12, truncation: true },
  { padding: true, truncation: true, max_length: 5000 },
  { truncation: true, max_length: 2 },
  { truncation: true, max_length: 0 },
  { return_token_type_ids: true, padding: 'max_length', max_length: 9, truncation: true },
];

/** @param {any} answer @returns {any} the first row of each tensor, as numbers */
function firstRow(answer) {
  return Object.fromEntries(
    Object.entries(answer).map(([key, tensor]) => [key, tensor.tolist()[0].map(Number)]),
  );
}

describe('a single text has the row that it has in a batch', () => {
  for (const name of NAMES) {
    test(name, () => {
      const tokenizer = make(name);
      tokenizer.pad_token_id ??= 1;
      for (const side of ['left', 'right']) {
        tokenizer.padding_side = side;
        for (const options of OPTIONS) {
          for (const text of TEXTS) {
            let batch;
            try {
              batch = tokenizer([text, text], options);
            } catch (error) {
              assert.throws(() => tokenizer(text, options), { message: /** @type {Error} */ (error).message });
              continue;
            }
            const single = tokenizer(text, options);
            assert.deepEqual(firstRow(single), firstRow(batch), `${side} ${JSON.stringify(options)}`);
            const dims = Object.values(batch).map((tensor) => [1, tensor.dims[1]]);
            assert.deepEqual(
              Object.values(single).map((tensor) => tensor.dims),
              dims,
            );
            const lists = { ...options, return_tensor: false };
            const [row] = [tokenizer([text, text], lists)].map((answer) =>
              Object.fromEntries(Object.entries(answer).map(([key, rows]) => [key, rows[0]])),
            );
            assert.deepEqual(tokenizer(text, lists), row);
          }
        }
      }
    });
  }
});

describe('tokens are the same where the addon makes each of them anew, as it does beside an added token', () => {
  for (const name of NAMES) {
    test(name, () => {
      const tokenizer = make(name);
      /** @type {any[]} */
      const added = tokenizers[name]().json.added_tokens;
      const { content } = added.find(({ lstrip, rstrip }) => !lstrip && !rstrip);
      for (const text of ['hello', 'hello world', 'world xyzzy hello']) {
        const alone = tokenizer.tokenize(text);
        assert.deepEqual(tokenizer.tokenize(text), alone);
        assert.deepEqual(tokenizer.tokenize(text + content), [...alone, content]);
      }
    });
  }
});

describe('decoding', () => {
  test('lists of any length, alone and in batches', () => {
    for (const name of NAMES) {
      const tokenizer = make(name);
      const lists = TEXTS.map((text) => tokenizer.encode(text)).filter((ids) => ids.length > 0);
      for (const options of [{}, { skip_special_tokens: true }, { clean_up_tokenization_spaces: true }]) {
        const alone = lists.map((ids) => tokenizer.decode(ids, options));
        assert.deepEqual(tokenizer.batch_decode(lists, options), alone);
        // One after the other they fill more than the room for short lists.
        const many = Array.from({ length: 40 }, (_, i) => lists[i % lists.length]);
        assert.deepEqual(
          tokenizer.batch_decode(many, options),
          many.map((_, i) => alone[i % lists.length]),
        );
      }
      const ids = new Tensor('int64', BigInt64Array.from(lists[0].map(BigInt)), [1, lists[0].length]);
      assert.deepEqual(tokenizer.batch_decode(ids), [tokenizer.decode(lists[0])]);
    }
  });

  test('ids that encode something when they are looked at', () => {
    const tokenizer = make('bert');
    const [hello, world] = ['hello', 'world'].map(
      (text) => tokenizer.encode(text, { add_special_tokens: false })[0],
    );
    const ids = [hello, world, hello];
    Object.defineProperty(ids, 1, {
      get: () => {
        tokenizer.encode('world world world world');
        return world;
      },
    });
    assert.equal(tokenizer.decode(ids), 'hello world hello');
    assert.deepEqual(tokenizer.batch_decode([ids, ids]), ['hello world hello', 'hello world hello']);
  });
});
