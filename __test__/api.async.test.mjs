// The async twins: the same answers as on the JS thread, while the event loop turns.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { MarianTokenizer, NllbTokenizer, PreTrainedTokenizer } from '../index.js';
import { tokenizers } from './data/tokenizers.mjs';

const require = createRequire(import.meta.url);
const addon = require('../lib/native.js').native();

/** @param {string} name @param {any} [Class] @returns {any} */
function make(name, Class = PreTrainedTokenizer) {
  const { json, config } = tokenizers[name]();
  return new Class(json, config);
}

const bert = make('bert');

describe('call_async answers as the call does', () => {
  const texts = ['hello world', 'how are you 😀 hello', ''];
  const pairs = ['you', 'hello', 'a'];
  const full = { return_offsets_mapping: true, return_word_ids: true, return_special_tokens_mask: true };
  /** @type {[any, any][]} */
  const cases = [
    ['hello', {}],
    [texts, { padding: true }],
    [texts, { return_tensor: false }],
    [texts, { text_pair: pairs, padding: true, ...full }],
    [texts, { ...full, return_tensor: false, offset_unit: 'utf16' }],
    [texts, { truncation: 'python', max_length: 4, padding: 'max_length', padding_side: 'left', ...full }],
    ['hello world how are you', { truncation: true, max_length: 4, stride: 1, return_overflowing_tokens: true }],
    ['hello world', { ...full, return_length: true }],
    [
      [
        ['hello', 'world 😀'],
        ['you'],
      ],
      { is_split_into_words: true, return_tensor: false, offset_unit: 'utf16', ...full },
    ],
    [[['hello']], { is_split_into_words: true, text_pair: [['how', 'are']], ...full }],
  ];
  for (const [text, options] of cases) {
    test(`${JSON.stringify(text)} ${JSON.stringify(options)}`, async () => {
      assert.deepEqual(plainly(await bert.call_async(text, options)), plainly(bert(text, options)));
    });
  }

  test('texts of which some have a second text', async () => {
    const options = { text_pair: ['you', null, undefined], padding: true };
    assert.deepEqual(plainly(await bert.call_async(texts, options)), plainly(bert(texts, options)));
  });

  test('rows longer than the model takes are neither cut nor filled up to, unless asked', async () => {
    const { json, config } = tokenizers.bert();
    const small = new PreTrainedTokenizer(json, { ...config, model_max_length: 5 });
    const rows = ['you', 'hello world how are you', 'hello world'];
    const options = { padding: true, return_tensor: false };
    const { input_ids } = small(rows, options);
    const lengths = (/** @type {any} */ ids) => ids.map((/** @type {any[]} */ { length }) => length);
    // As transformers.js: up to the model's length, and a longer row stays as it is.
    assert.deepEqual(lengths(input_ids), [5, 7, 5]);
    assert.deepEqual((await small.call_async(rows, options)).input_ids, input_ids);
    assert.throws(() => small(rows, { padding: true }), /Unable to create tensor/);
    assert.deepEqual(lengths(small(rows, { ...options, truncation: true }).input_ids), [5, 5, 5]);
    const left = small(rows, { ...options, padding_side: 'left', return_offsets_mapping: true });
    assert.deepEqual(lengths(left.input_ids), [5, 7, 5]);
  });

  test('errors are the same', async () => {
    for (const [text, options] of [
      [texts, {}],
      [[5], {}],
      [['a'], { text_pair: 'b' }],
    ]) {
      const error = await failure(() => bert(text, options));
      assert.equal((await failure(() => bert.call_async(text, options))).message, error.message);
    }
  });

  test('subclasses of programs go their own way', async () => {
    class Own extends PreTrainedTokenizer {
      /** @param {any} text @param {any[]} rest */
      _encode_plus(text, ...rest) {
        const row = /** @type {any} */ (super._encode_plus)(text, ...rest);
        row.input_ids.push(7);
        row.attention_mask.push(1);
        return row;
      }
    }
    const own = make('bert', Own);
    const { input_ids } = await own.call_async('hello', { return_tensor: false });
    assert.deepEqual(input_ids, [...bert.encode('hello'), 7]);
  });
});

describe('languages', () => {
  test('a source language is in the ids of every call', async () => {
    const nllb = make('nllb', NllbTokenizer);
    const [english] = nllb.encode('hello');
    /** @type {any} */ (nllb)._build_translation_inputs('hello', {}, { src_lang: 'fra_Latn', tgt_lang: 'eng_Latn' });
    const french = nllb.convert_tokens_to_ids('fra_Latn');
    assert.equal(english, nllb.convert_tokens_to_ids('eng_Latn'));

    const left = { padding: true, padding_side: /** @type {const} */ ('left'), return_tensor: false };
    const rows = [
      nllb.encode('hello'),
      await nllb.encode_async('hello'),
      nllb(['hello'], { return_tensor: false }).input_ids[0],
      (await nllb.call_async(['hello'], { return_tensor: false })).input_ids[0],
      nllb(['hello'], { ...left }).input_ids[0],
      (await nllb.call_async(['hello'], { ...left, return_offsets_mapping: true })).input_ids[0],
    ];
    for (const row of rows) assert.deepEqual(row, [french, ...nllb.encode('hello').slice(1)]);
  });

  test("Marian's target language goes before the text", async (t) => {
    t.mock.method(console, 'warn', () => {});
    const marian = make('marian', MarianTokenizer);
    const ids = [12, ...marian.encode('hello')];
    assert.deepEqual(marian.encode('>>fra<< hello'), ids);
    assert.deepEqual(await marian.encode_async('>>fra<< hello'), ids);
    const options = { return_tensor: false };
    const texts = ['hello', '>>fra<< hello'];
    for (const more of [{}, { return_offsets_mapping: true }]) {
      const { input_ids } = await marian.call_async(texts, { ...options, ...more });
      assert.deepEqual(input_ids, [ids.slice(1), ids]);
    }
    // Words are those that the model makes of the text itself.
    const words = ['hello world hello', '>>fra<< hello', '', '>>fra<<', '>>deu<< hello world'].map((text) => text.split(' '));
    words[2] = [];
    const lines = words.map((row) => row.join(' '));
    const split = { ...options, is_split_into_words: true };
    assert.deepEqual(marian(words, split).input_ids, marian(lines, options).input_ids);
    assert.deepEqual(
      marian(words, { ...split, text_pair: words.toReversed() }).input_ids,
      marian(lines, { ...options, text_pair: lines.toReversed() }).input_ids,
    );
  });
});

describe('many small calls', () => {
  test('those of one tick share a few tasks, and each has its own ids', async (t) => {
    const tasks = t.mock.method(addon, 'encodeManyAsync');
    const texts = Array.from({ length: 2000 }, (_, i) => (i % 2 ? 'hello world' : `you ${i}`));
    const options = { text_pair: 'how' };
    const answers = await Promise.all(
      texts.map((text, i) => bert.encode_async(text, i % 3 === 0 ? options : { add_special_tokens: i % 3 === 1 })),
    );
    texts.forEach((text, i) => {
      const same = i % 3 === 0 ? options : { add_special_tokens: i % 3 === 1 };
      assert.deepEqual(answers[i], bert.encode(text, same));
    });
    assert.ok(tasks.mock.callCount() <= 10, `${tasks.mock.callCount()} tasks`);
  });

  test('a signal ends its own call only', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const calls = ['hello', 'world', 'you'].map((text, i) => bert.encode_async(text, i === 1 ? { signal } : {}));
    controller.abort(new Error('enough'));
    const [first, second, third] = await Promise.allSettled(calls);
    assert.equal(first.status === 'fulfilled' && first.value.length, 3);
    assert.match(String(second.status === 'rejected' && second.reason), /enough/);
    assert.equal(third.status, 'fulfilled');
  });
});

describe('the event loop turns meanwhile', () => {
  // Longer than what is handed over at a time, with a character on the seam.
  const long = `${'hello world '.repeat(21845)}abc😀 ${'hello you 😀 '.repeat(2000)}`;

  for (const [name, options] of Object.entries({
    tensors: {},
    offsets: { return_offsets_mapping: true, offset_unit: 'utf16' },
    overflow: { return_overflowing_tokens: true, truncation: true, max_length: 64, stride: 8, padding: true },
  })) {
    test(name, async () => {
      let turns = 0;
      let running = true;
      const turn = () => {
        ++turns;
        if (running) setImmediate(turn);
      };
      setImmediate(turn);
      const answer = await bert.call_async(long, options);
      running = false;
      assert.ok(turns > 0, `${turns} turns`);
      assert.deepEqual(plainly(answer), plainly(bert(long, options)));
    });
  }

  test('ids of a text handed over in parts', async () => {
    for (const text of [long, 'x'.repeat((1 << 18) - 1) + '😀y', '😀'.repeat(1 << 18), `${'a '.repeat(1 << 18)}\ud800`]) {
      assert.deepEqual(await bert.encode_async(text), bert.encode(text));
    }
  });
});

/** @param {any} result @returns {any} */
function plainly(result) {
  return Object.fromEntries(
    Object.entries(result).map(([key, value]) => [key, value?.dims ? [value.dims, value.data] : value]),
  );
}

/** @param {() => any} run @returns {Promise<any>} */
async function failure(run) {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
}
