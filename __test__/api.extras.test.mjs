// What the plain package adds: options as in Python transformers (whose answers are in oracle-js), async
// twins, streams.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import plain, { LlamaTokenizer, PreTrainedTokenizer, Tensor, TextStreamer, BertTokenizer } from '../index.js';
import v2 from '../v2.js';
import v3 from '../v3.js';
import v4 from '../v4.js';
import { tokenizers } from './data/tokenizers.mjs';
import { calls, chats } from './oracle-js/extras.mjs';
import { streamed, streams } from './oracle-js/streams.mjs';

/**
 * @param {string} name
 * @param {object} [changes]
 * @returns {any}
 */
function make(name, changes = {}) {
  const { json, config } = tokenizers[name]();
  return new PreTrainedTokenizer(json, { ...config, ...changes });
}

const expected = JSON.parse(readFileSync(new URL('oracle-js/expected.extras.json', import.meta.url), 'utf8'));

const expectedStreams = JSON.parse(readFileSync(new URL('oracle-js/expected.streams.json', import.meta.url), 'utf8'));

describe('options of Python transformers', () => {
  calls.forEach(({ on, text, options }, i) => {
    test(`${on}: ${JSON.stringify(text)} ${JSON.stringify(options)}`, () => {
      const tokenizer = make(on);
      const given = { ...options, return_tensor: false, return_word_ids: true, return_token_type_ids: true };
      const { token_type_ids, ...answer } = expected.calls[i];
      // As in transformers.js, a post-processor that knows no types gives none; Python gives zeros.
      assert.deepEqual(tokenizer(text, given), on === 'gpt2' ? answer : { ...answer, token_type_ids });
    });
  });

  test('truncation and padding by the batch call give the same as with offsets', () => {
    const bert = make('bert');
    for (const truncation of ['python', 'only_first', true]) {
      const options = {
        truncation,
        max_length: 5,
        padding: true,
        pad_to_multiple_of: 4,
        padding_side: 'left',
        return_tensor: false,
      };
      const { offset_mapping, ...full } = bert(['hello world how are you', 'a'], {
        ...options,
        return_offsets_mapping: true,
      });
      assert.deepEqual(bert(['hello world how are you', 'a'], options), full);
      assert.equal(offset_mapping.length, 2);
    }
  });

  test('offsets count code points, or UTF-16 units where asked to', () => {
    const bert = make('bert');
    const text = 'a 😀 world';
    const spans = (/** @type {string | undefined} */ offset_unit) =>
      bert(text, { return_offsets_mapping: true, return_tensor: false, offset_unit }).offset_mapping;
    assert.deepEqual(spans(undefined).at(-2), [4, 9]);
    assert.equal(text.slice(...spans('utf16').at(-2)), 'world');
  });

  test('tensors where arrays are not asked for', () => {
    const { offset_mapping, input_ids } = make('bert')(['hello world'], { return_offsets_mapping: true });
    assert.ok(offset_mapping instanceof Tensor);
    assert.deepEqual(offset_mapping.dims, [...input_ids.dims, 2]);
  });

  test('wrong values name argument and value', () => {
    const bert = make('bert');
    const fails = (/** @type {object} */ options) => () => bert('hello', options);
    assert.throws(
      fails({ padding: true, padding_side: 'middle' }),
      /options.padding_side must be 'left' or 'right', but got 'middle'/,
    );
    assert.throws(fails({ is_split_into_words: true }), /text must be an array of words/);
    assert.throws(() => bert(5), { name: 'TypeError', message: 'text must be a string, but got 5' });
    assert.throws(() => bert(['a', {}]), {
      name: 'TypeError',
      message: 'text[1] must be a string, but got an object',
    });
    assert.throws(() => bert.encode(null), {
      name: 'TypeError',
      message: 'text must be a string, but got null',
    });
    assert.throws(() => bert.encode('a', { text_pair: 7 }), {
      name: 'TypeError',
      message: 'text_pair must be a string, but got 7',
    });
  });
});

describe('what is no length, count or option', () => {
  const OUT = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' };
  const TYPE = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };

  test('lengths and counts beside the options of Python', () => {
    const bert = make('bert', { model_max_length: undefined });
    const extras = [{ return_offsets_mapping: true }, { padding_side: 'left' }, { truncation: 'longest_first' }];
    for (const extra of extras) {
      const call = (/** @type {object} */ options) => () =>
        bert('hello world', { truncation: true, return_tensor: false, ...extra, ...options });
      for (const max_length of [-1, -Infinity, NaN, 1.5]) {
        assert.throws(call({ max_length }), { ...OUT, message: /^options\.max_length must be .* but got / });
      }
      for (const max_length of [{}, true, 5n, 'many', '']) {
        const { name } = max_length === 'many' ? OUT : TYPE;
        assert.throws(call({ max_length }), { name });
      }
      for (const name of ['stride', 'pad_to_multiple_of']) {
        for (const value of [-1, 1.5, 2 ** 33]) {
          const message = new RegExp(`^options\\.${name} must be `);
          assert.throws(call({ padding: true, max_length: 4, [name]: value }), { ...OUT, message });
        }
        assert.throws(call({ padding: true, max_length: 4, [name]: '8' }), TYPE);
      }
      // Text is the number in it, and what is longer than any list cuts nothing.
      const [short, whole] = [3, 512].map((max_length) => call({ max_length })().input_ids);
      assert.deepEqual([short.length, whole.length], [3, 4]);
      assert.deepEqual(call({ max_length: '3' })().input_ids, short);
      for (const max_length of [2 ** 32 + 1, 2 ** 53, Infinity]) {
        assert.deepEqual(call({ max_length })().input_ids, whole, String(max_length));
      }
    }
    assert.throws(() => bert('a', { return_offsets_mapping: true, offset_unit: 'bytes' }), TYPE);
  });

  test('a length of the tokenizer', () => {
    const bert = make('bert', { model_max_length: -1 });
    const options = { truncation: true, return_offsets_mapping: true };
    assert.throws(() => bert('hello', options), { ...OUT, message: /^tokenizer\.model_max_length must be / });
  });

  test('options that are no object', async () => {
    const bert = make('bert');
    for (const options of /** @type {any[]} */ ([5, true, 'text', () => {}])) {
      const calls = [
        () => bert.add_tokens(['x'], options),
        () => bert.decode_stream(options),
        () => bert.convert_ids_to_tokens([5], options),
      ];
      if (typeof options !== 'string') calls.push(() => bert.count_tokens('hello', options));
      for (const call of calls) assert.throws(call, TYPE);
      const later = [
        bert.call_async('hello', options),
        bert.batch_decode_async([[5]], options),
        plain.whoami(options),
        plain.checkAccess('org/model', options),
        plain.snapshot('org/model', options),
        plain.download('org/model', 'x', options),
        plain.preload('org/model', options),
        plain.scanCache(options),
        plain.deleteFromCache('org/model', options),
      ];
      if (typeof options !== 'string') later.push(bert.encode_async('hello', options));
      for (const call of later) await assert.rejects(call, TYPE);
    }
    // None at all is none.
    assert.equal(bert.count_tokens('hello', null), bert.count_tokens('hello'));
    assert.deepEqual(await bert.encode_async('hello', null), bert.encode('hello'));
    assert.deepEqual(await bert.batch_decode_async([[5]], null), ['hello']);
    assert.deepEqual(bert.convert_ids_to_tokens([5], null), ['hello']);
    assert.equal(bert.decode_stream(null).push(5), 'hello');
    assert.equal(bert.count_tokens('hello', 'world'), bert.encode('hello', 'world').length);
  });

  test('switches of the Hub that only this package has', async () => {
    for (const name of ['strict', 'force_download']) {
      for (const value of ['false', 1, {}]) {
        await assert.rejects(plain.scanCache({ [name]: value }), {
          ...TYPE,
          message: new RegExp(`^options\\.${name} must be a boolean`),
        });
      }
    }
  });

  test('added tokens', () => {
    const bert = make('bert');
    const before = bert.encode('hello <p> x');
    for (const name of ['lstrip', 'rstrip', 'single_word', 'normalized', 'special']) {
      assert.throws(() => bert.add_tokens([{ content: 'x', [name]: 'yes' }]), TYPE);
    }
    for (const tokens of [
      ['<p>'],
      { pad_token: ['<p>'] },
      { pad_token: 5 },
      { pad_token: '<p>', additional_special_tokens: ['x', 5] },
      { pad_token: '<p>', other_token: 'x' },
    ]) {
      assert.throws(() => bert.add_special_tokens(tokens), TYPE);
    }
    // Nothing of what was refused is there.
    assert.deepEqual(bert.encode('hello <p> x'), before);
    assert.equal(bert.pad_token, '[PAD]');
  });
});

test('rows are not filled up where there is no padding token', () => {
  const tokenizer = make('gpt2');
  tokenizer.pad_token_id = undefined;
  const texts = ['a b c', 'a'];
  for (const more of [{}, { return_tensor: false }, { return_offsets_mapping: true }]) {
    const options = { padding: true, ...more };
    assert.throws(() => tokenizer(texts, options), {
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
      message: /^tokenizer\.pad_token_id must be an id, but got undefined/,
    });
  }
  assert.equal(tokenizer(['a', 'b'], { padding: true }).input_ids.dims[0], 2);
});

describe('chats as Python transformers has them', () => {
  chats.forEach(({ on, template, conversation, options }, i) => {
    test(`${on}: ${JSON.stringify(options)}, ${conversation.length} of ${Array.isArray(conversation[0]) ? 'chats' : 'messages'} (${i})`, () => {
      const got = make(on).apply_chat_template(conversation, {
        chat_template: template,
        return_tensor: false,
        tokenizer_kwargs: { return_token_type_ids: true },
        ...options,
      });
      const answer = expected.chats[i];
      // As in transformers.js, a post-processor that knows no types gives none; Python gives zeros.
      if (on === 'gpt2') delete answer.token_type_ids;
      assert.deepEqual(got, answer);
    });
  });

  test('tensors where arrays are not asked for', () => {
    const { conversation, template } = chats[4];
    const got = make('bert').apply_chat_template(conversation, {
      chat_template: template,
      return_assistant_tokens_mask: true,
    });
    assert.deepEqual(got.assistant_masks.dims, got.input_ids.dims);
    assert.ok(got.assistant_masks instanceof Tensor);
  });

  test('options that exclude each other', () => {
    const bert = make('bert');
    const { conversation, template } = chats[0];
    const fails = (/** @type {object} */ options) => () =>
      bert.apply_chat_template(conversation, { chat_template: template, ...options });
    assert.throws(fails({ continue_final_message: true, add_generation_prompt: true }), /are not compatible/);
    assert.throws(
      fails({ continue_final_message: true, return_assistant_tokens_mask: true }),
      /not compatible with return_assistant_tokens_mask/,
    );
    assert.throws(
      fails({ return_assistant_tokens_mask: true, return_dict: false }),
      /incompatible with `return_dict: false`/,
    );
  });

  test('a message\'s reasoning goes by all its names, as in Python; not at the levels', () => {
    const chat_template = '{{ messages[0].reasoning_content }}';
    const chat = [{ role: 'assistant', content: 'a', reasoning: 'because' }];
    const { json, config } = tokenizers.bert();
    const says = (/** @type {any} */ { PreTrainedTokenizer }) =>
      new PreTrainedTokenizer(json, config).apply_chat_template(chat, { chat_template, tokenize: false });
    assert.deepEqual([plain, v2, v3, v4].map(says), ['because', '', '', '']);
  });

  test('errors of templates have a class and a code', () => {
    const bert = make('bert');
    const fails = (/** @type {string} */ chat_template) => () =>
      bert.apply_chat_template(chats[0].conversation, { chat_template });
    assert.throws(fails('{% if %}'), { name: 'ChatTemplateError', code: 'ERR_CHAT_TEMPLATE_SYNTAX' });
    assert.throws(fails("{{ raise_exception('no!') }}"), {
      name: 'ChatTemplateError',
      code: 'ERR_CHAT_TEMPLATE_RAISED',
      message: 'no!',
    });
  });
});

describe('encode', () => {
  test('takes the arguments of every level', () => {
    const bert = make('bert');
    const both = bert.encode('hello', { text_pair: 'world' });
    assert.deepEqual(bert.encode('hello', 'world'), both);
    assert.deepEqual(bert.encode('hello', null, { add_special_tokens: false }), [5]);
    assert.deepEqual(bert.encode('hello', { add_special_tokens: false }), [5]);
  });

  test('texts longer than the shared array', () => {
    const llama = make('llama');
    const ids = llama.encode('hello world '.repeat(5000), { add_special_tokens: false });
    assert.equal(ids.length, llama.count_tokens('hello world '.repeat(5000), { add_special_tokens: false }));
    assert.ok(ids.length > 10_000);
    assert.ok(ids.every(Number.isInteger));
  });

  test('twins off the event loop give the same', async () => {
    const bert = make('bert');
    assert.deepEqual(await bert.encode_async('hello world'), bert.encode('hello world'));
    const options = { padding: true, return_tensor: false };
    assert.deepEqual(
      await bert.call_async(['hello world', 'a'], options),
      bert(['hello world', 'a'], options),
    );
    assert.deepEqual(await bert.batch_decode_async([[2, 5, 3], [6]]), bert.batch_decode([[2, 5, 3], [6]]));
    await assert.rejects(bert.call_async([]), /text array must be non-empty/);
  });

  test('a signal ends them with its reason', async () => {
    const bert = make('bert');
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(bert.encode_async('hello', { signal }), /enough/);
    await assert.rejects(bert.call_async(['hello'], { signal }), /enough/);
    await assert.rejects(bert.batch_decode_async([[5]], { signal }), /enough/);
    const controller = new AbortController();
    const running = bert.encode_async('hello world '.repeat(200_000), { signal: controller.signal });
    controller.abort(new Error('later'));
    await assert.rejects(running, /later/);
    await assert.rejects(bert.encode_async('hello', { signal: 5 }), { name: 'TypeError' });
  });
});

describe('ids and tokens', () => {
  test('convert_ids_to_tokens', () => {
    const bert = make('bert');
    assert.equal(bert.convert_ids_to_tokens(5), 'hello');
    assert.deepEqual(bert.convert_ids_to_tokens([2, 5n, 10 ** 9, -1]), [
      '[CLS]',
      'hello',
      undefined,
      undefined,
    ]);
    assert.deepEqual(bert.convert_ids_to_tokens([2, 5], { skip_special_tokens: true }), ['hello']);
  });

  test('vocab_size leaves added tokens out, count_tokens counts', () => {
    const bert = make('bert');
    assert.equal(bert.vocab_size, Object.keys(tokenizers.bert().json.model.vocab).length);
    assert.equal(bert.count_tokens('hello world'), 4);
    assert.equal(bert.count_tokens('hello world', { add_special_tokens: false }), 2);
    assert.match(bert.engine, /^(compiled|reference)$/);
  });

  test('added tokens are tokens from then on', () => {
    const bert = make('bert');
    // As Python's tokenizers counts: a token of the vocabulary becomes an added token too.
    assert.equal(bert.add_tokens(['foobar', 'hello']), 2);
    const id = bert.convert_tokens_to_ids('foobar');
    assert.deepEqual(bert.encode('hello foobar', { add_special_tokens: false }), [5, id]);
    assert.equal(bert.add_special_tokens({ eos_token: '<eos>', additional_special_tokens: ['<tool>'] }), 2);
    assert.equal(bert.eos_token, '<eos>');
    assert.equal(bert.eos_token_id, bert.convert_tokens_to_ids('<eos>'));
    assert.ok(bert.all_special_tokens.includes('<tool>'));
    assert.equal(bert.decode([5, bert.eos_token_id], { skip_special_tokens: true }), 'hello');
    assert.throws(() => bert.add_special_tokens({ nope_token: 'x' }), { name: 'TypeError' });
  });

  test('tokens that are added do not reach calls and streams of before', async () => {
    const bert = make('bert');
    bert.add_tokens(['first']);
    const unknown = [bert.unk_token_id];
    const options = { add_special_tokens: false };
    const stream = bert.decode_stream();
    // Twice: the second time nobody but this call has what was made by the first one.
    for (const word of ['second', 'third']) {
      const before = bert.encode_async(word, options);
      const batch = bert.call_async([word], { ...options, return_tensor: false });
      bert.add_tokens([word]);
      const after = bert.encode_async(word, options);
      assert.deepEqual(bert.encode(word, options), [bert.convert_tokens_to_ids(word)]);
      assert.deepEqual(await before, unknown);
      assert.deepEqual((await batch).input_ids, [unknown]);
      assert.deepEqual(await after, [bert.convert_tokens_to_ids(word)]);
    }
    assert.equal(stream.push(bert.convert_tokens_to_ids('third')), '');
    assert.equal(bert.decode_stream().push(bert.convert_tokens_to_ids('third')), 'third');
  });

  test('save_pretrained writes what can be loaded', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'saved-'));
    t.after(() => rm(folder, { recursive: true }));
    const { json, config } = tokenizers.llama();
    const llama = new LlamaTokenizer(json, { ...config, chat_template: 'x' });
    const files = await llama.save_pretrained(join(folder, 'new'));
    assert.deepEqual(files.map((/** @type {string} */ file) => file.split('/').at(-1)).sort(), [
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const read = async (/** @type {string} */ name) =>
      JSON.parse(await readFile(join(folder, 'new', name), 'utf8'));
    const again = new LlamaTokenizer(await read('tokenizer.json'), await read('tokenizer_config.json'));
    assert.deepEqual(again.encode('hello world'), llama.encode('hello world'));
    assert.equal(again.chat_template, 'x');
  });
});

describe('streams', () => {
  test('no character is split', () => {
    const gpt2 = make('gpt2');
    const text = 'hello é 😀 world 中';
    const stream = gpt2.decode_stream();
    const parts = gpt2.encode(text).map((/** @type {number} */ id) => stream.push(id));
    assert.equal(parts.join('') + stream.flush(), text);
    assert.ok(parts.every((/** @type {string} */ part) => !part.includes('\uFFFD')));
  });

  for (const engine of /** @type {const} */ (['compiled', 'reference'])) {
    test(`skips special tokens that are normalized: ${engine}`, () => {
      const { json, config } = tokenizers.llama();
      for (const token of json.added_tokens) token.normalized = true;
      plain.env.engine = engine;
      try {
        const llama = new PreTrainedTokenizer(json, config);
        assert.equal(llama.engine, engine);
        const [hello, world, end] = ['▁hello', '▁world', '!'].map((token) => Number(llama.convert_tokens_to_ids(token)));
        const ids = [1, hello, world, end, 2];
        // What transformers.js makes of them: see oracle-js/expected.v4.json.
        assert.equal(llama.decode(ids, { skip_special_tokens: true }), 'hello world!');
        const stream = llama.decode_stream({ skip_special_tokens: true });
        assert.equal(stream.push(ids) + stream.flush(), 'hello world!');
      } finally {
        plain.env.engine = null;
      }
    });
  }

  test('ids in lists, bigints, and ids that are none', () => {
    const gpt2 = make('gpt2');
    const stream = gpt2.decode_stream({ skip_special_tokens: true });
    const ids = [...gpt2.encode('hello world'), gpt2.eos_token_id];
    assert.equal(
      stream.push(ids.map(BigInt)) + stream.push(-1) + stream.push(0.5) + stream.flush(),
      'hello world',
    );
    assert.throws(() => stream.push('5'), { name: 'TypeError' });
  });

  test('TextStreamer takes a prompt of more ids than a call can have arguments from a program that decodes itself', () => {
    const prompt = new Array(300_000).fill(7n);
    /** @type {string[]} */
    const pieces = [];
    const own = { all_special_ids: [], decode: (/** @type {any[]} */ ids) => ids.join('') };
    const streamer = new TextStreamer(/** @type {any} */ (own), { callback_function: (text) => pieces.push(text) });
    streamer.put([prompt]);
    streamer.end();
    assert.equal(pieces.join(''), '7'.repeat(prompt.length));
  });

  streams().forEach((stream, i) => {
    const special = stream.skip ? 'without special tokens' : 'with special tokens';
    const kinds = [stream.on, stream.own ?? [], special].flat().join(', ');
    test(`TextStreamer prints the pieces that transformers.js prints, which decodes all again: ${kinds} (${i})`, () => {
      for (const level of [plain, v3, v4]) assert.deepEqual(streamed(level, stream), expectedStreams[i]);
    });
  });

  test('what a program changes in decode_kwargs holds from the next text on', () => {
    const gpt2 = make('gpt2');
    const [end] = gpt2.all_special_ids;
    /** @type {string[]} */
    const parts = [];
    const streamer = new TextStreamer(gpt2, { callback_function: (part) => parts.push(part) });
    for (const skip_special_tokens of [true, false, true]) {
      /** @type {any} */ (streamer).decode_kwargs.skip_special_tokens = skip_special_tokens;
      streamer.end();
      streamer.put([gpt2.encode('hello').concat(end).map(BigInt)]);
      streamer.end();
    }
    assert.equal(parts.join(''), `hellohello${gpt2.decode([end])}hello`);
  });

  test('TextStreamer prints whole words, then the rest', () => {
    const gpt2 = make('gpt2');
    /** @type {string[]} */
    const parts = [];
    const streamer = new TextStreamer(gpt2, {
      skip_prompt: true,
      callback_function: (part) => parts.push(part),
    });
    const ids = gpt2.encode('hello world\nhello te');
    streamer.put([gpt2.encode('prompt').map(BigInt)]);
    for (const id of ids) streamer.put([[BigInt(id)]]);
    streamer.put([[BigInt(gpt2.eos_token_id)]]);
    streamer.end();
    assert.equal(parts.join(''), 'hello world\nhello te');
    assert.deepEqual(parts[0], 'hello ');
    assert.throws(() => streamer.put([[1n], [2n]]), /TextStreamer only supports batch size of 1/);
  });
});

test('subclasses of programs keep working', () => {
  class Loud extends BertTokenizer {
    /**
     * @param {any} text
     * @param {any} options
     * @returns {any}
     */
    _encode_plus(text, options) {
      return super._encode_plus(String(text).toLowerCase().replace('!', ''), options);
    }
  }
  const { json, config } = tokenizers.bert();
  const loud = new Loud(json, config);
  assert.deepEqual(loud(['hello!', 'hello'], { return_tensor: false }).input_ids, [
    [2, 5, 3],
    [2, 5, 3],
  ]);
  assert.ok(loud instanceof PreTrainedTokenizer);
});
