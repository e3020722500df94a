// Large, strange and repeated input: no crash, no hang, no leak.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import vm from 'node:vm';
import { fileURLToPath } from 'node:url';
import { PreTrainedTokenizer, Tensor } from '../index.js';
import { tokenizers } from './data/tokenizers.mjs';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {string} name
 * @returns {any}
 */
function make(name) {
  const { json, config } = tokenizers[name]();
  return new PreTrainedTokenizer(json, config);
}

test('a text of 10 MB', () => {
  const text = 'hello world '.repeat(10_000_000 / 12);
  assert.equal(
    make('bert').encode(text, { add_special_tokens: false }).length,
    2 * Math.floor(text.length / 12),
  );
});

test('100,000 texts', () => {
  const { input_ids } = make('bert')(Array(100_000).fill('hello'), { padding: true });
  assert.deepEqual(input_ids.dims, [100_000, 3]);
  assert.equal(input_ids.data[299_999], 3n);
});

// Where more than 2 GB were free to copy a text to, Node.js copied nothing and said that all was well.
const large = freemem() < 6e9 && 'there are no 6 GB of free memory';
test('texts of more than 2 GB together are read to the last one', { skip: large }, () => {
  const bert = make('bert');
  const texts = Array(17).fill('a'.repeat(134_300_000));
  const { input_ids } = bert([...texts, 'hello'], { return_tensor: false, add_special_tokens: false });
  assert.deepEqual(input_ids.slice(-2), [[bert.unk_token_id], bert.encode('hello', { add_special_tokens: false })]);
});

test('lone surrogates are U+FFFD', () => {
  const gpt2 = make('gpt2');
  assert.deepEqual(gpt2.encode('a\uD83Db'), gpt2.encode('a\uFFFDb'));
  assert.deepEqual(gpt2(['a\uD83D'], { return_tensor: false }), gpt2(['a\uFFFD'], { return_tensor: false }));
});

test('ids that are none are left out', () => {
  const bert = make('bert');
  const { decode } = bert;
  assert.equal(typeof decode, 'function');
  for (const strange of [
    -1,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    1e300,
    5.5,
    NaN,
    Infinity,
    -5n,
    2n ** 70n,
    'five',
    null,
    {},
  ]) {
    assert.equal(bert.decode([5, strange, 6]), 'hello world', String(strange));
    assert.deepEqual(bert.batch_decode([[5, strange, 6]]), ['hello world']);
  }
  assert.equal(bert.decode([5n, 6n]), 'hello world');
  assert.throws(() => bert.batch_decode('x'), { name: 'TypeError' });
  assert.throws(() => bert.batch_decode(null), { name: 'TypeError' });
});

test('files that are none', () => {
  const { json, config } = tokenizers.bert();
  const cases = [
    [null, config, /Tokenizer must be a valid object/],
    [{}, config, /Tokenizer must contain a "model" property/],
    [json, null, /Config must be a valid object/],
    [{ ...json, model: { type: 'Nope' } }, config, /tokenizer.json/],
    [{ ...json, model: null }, config, /tokenizer.json/],
  ];
  for (const [tokenizer, settings, message] of cases) {
    assert.throws(
      () => new PreTrainedTokenizer(/** @type {any} */ (tokenizer), /** @type {any} */ (settings)),
      message,
    );
  }
  const { PreTrainedTokenizer: Old } = require('../v2.js');
  assert.throws(() => new Old(/** @type {any} */ (null), {}), { code: 'ERR_TOKENIZER_FILE' });
});

test('a worker that ends while it encodes', async () => {
  const source = `
    const { workerData, parentPort } = require('node:worker_threads');
    const { PreTrainedTokenizer } = require(${JSON.stringify(`${root}index.js`)});
    const tokenizer = new PreTrainedTokenizer(workerData.json, workerData.config);
    tokenizer.encode_async('hello world '.repeat(100000));
    tokenizer.call_async(Array(10000).fill('hello'));
    parentPort.postMessage('started');`;
  const worker = new Worker(source, { eval: true, workerData: tokenizers.bert() });
  await new Promise((resolve) => {
    worker.once('message', resolve);
  });
  await worker.terminate();
  assert.deepEqual(make('bert').encode('hello'), [2, 5, 3]);
});

test('memory is given back', () => {
  const program = `
    import { PreTrainedTokenizer } from ${JSON.stringify(`${root}index.js`)};
    import { tokenizers } from ${JSON.stringify(`${root}__test__/data/tokenizers.mjs`)};
    const { json, config } = tokenizers.llama();
    const turn = () => {
      const tokenizer = new PreTrainedTokenizer(json, config);
      for (let i = 0; i < 20; ++i) tokenizer.decode(tokenizer.encode('hello world ' + i));
      tokenizer(Array(20).fill('hello world'), { padding: true });
      tokenizer.decode_stream().push(5);
    };
    const rest = async () => { for (let i = 0; i < 5; ++i) { gc(); await new Promise((r) => setTimeout(r, 10)); } };
    const used = async (turns) => { for (let i = 0; i < turns; ++i) { turn(); if (i % 100 === 0) await rest(); } await rest(); return process.memoryUsage().rss; };
    const before = await used(300);
    const after = await used(1200);
    console.log((after - before) / 2 ** 20);`;
  const flags = ['--expose-gc', '--input-type=module', '-e', program];
  const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
  assert.ok(stdout, stderr);
  // One tokenizer takes some 100 KB: without giving back it would be 120 MB.
  assert.ok(Number(stdout) < 40, `${stdout} MB more after 1,200 tokenizers`);
});

test('large tensors have the right ids, can be transferred, and are given back', () => {
  const program = `
    import { PreTrainedTokenizer } from ${JSON.stringify(`${root}index.js`)};
    import { tokenizers } from ${JSON.stringify(`${root}__test__/data/tokenizers.mjs`)};
    const { json, config } = tokenizers.bert();
    const tokenizer = new PreTrainedTokenizer(json, config);
    const text = 'hello world '.repeat(150_000);
    const ids = tokenizer.encode(text);
    const turn = () => tokenizer(text);
    const rest = async () => { for (let i = 0; i < 5; ++i) { gc(); await new Promise((r) => setTimeout(r, 10)); } };
    const used = async (turns) => { for (let i = 0; i < turns; ++i) { turn(); await rest(); } return process.memoryUsage().rss; };
    const { input_ids, attention_mask } = turn();
    const same = input_ids.data.length === ids.length && ids.every((id, i) => input_ids.data[i] === BigInt(id));
    const all = attention_mask.data.every((one) => one === 1n);
    const moved = structuredClone(input_ids.data, { transfer: [input_ids.data.buffer] });
    const before = await used(5);
    const after = await used(40);
    console.log(JSON.stringify([ids.length, same && all && moved.length === ids.length, (after - before) / 2 ** 20]));`;
  const flags = ['--expose-gc', '--input-type=module', '-e', program];
  const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
  assert.ok(stdout, stderr);
  const [count, right, more] = JSON.parse(stdout);
  assert.equal(count, 300_002);
  assert.ok(right);
  // 40 calls make 190 MB.
  assert.ok(more < 60, `${more} MB more after 40 calls`);
});

test('a loop that never lets the event loop turn does not fill the memory with tensors', () => {
  const program = `
    import { PreTrainedTokenizer } from ${JSON.stringify(`${root}index.js`)};
    import { tokenizers } from ${JSON.stringify(`${root}__test__/data/tokenizers.mjs`)};
    const { json, config } = tokenizers.bert();
    const tokenizer = new PreTrainedTokenizer(json, config);
    const texts = Array(100).fill('hello world '.repeat(1500));
    let bytes = 0;
    for (let i = 0; i < 200; ++i) bytes += 2 * tokenizer(texts, { padding: true }).input_ids.data.byteLength;
    console.log(JSON.stringify([bytes / 2 ** 20, process.resourceUsage().maxRSS / 2 ** 10]));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  assert.ok(stdout, stderr);
  const [made, most] = JSON.parse(stdout);
  assert.ok(made > 900, `${made} MB of tensors`);
  assert.ok(most < 500, `${most} MB at the most, for ${made} MB of tensors`);
});

/**
 * @param {string} program an ES module that has `make` and prints JSON
 * @param {string[]} [flags]
 * @returns {any} what it printed
 */
function output(program, flags = []) {
  const start = `
    import { readdirSync } from 'node:fs';
    import { createRequire } from 'node:module';
import { availableParallelism, freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
    import { setImmediate as turn } from 'node:timers/promises';
    import { PreTrainedTokenizer } from ${JSON.stringify(`${root}index.js`)};
    import { tokenizers } from ${JSON.stringify(`${root}__test__/data/tokenizers.mjs`)};
    const make = (name, change = () => {}, Class = PreTrainedTokenizer) => {
      const { json, config } = tokenizers[name]();
      change(json);
      return new Class(json, config);
    };`;
  const args = [...flags, '--input-type=module', '-e', start + program];
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${signal} ${stderr}`);
  return JSON.parse(stdout);
}

test('tokens added one by one, without a turn of the event loop, need no memory for what was before', () => {
  const [more, ids, last] = output(`
    const tokenizer = make('bert', (json) => {
      const { vocab } = json.model;
      const first = Object.keys(vocab).length;
      for (let i = 0; i < 40_000; ++i) vocab['word' + i] = first + i;
    });
    const add = (from, to) => {
      for (let i = from; i < to; ++i) tokenizer.add_tokens(['<' + i + '>']);
    };
    add(0, 10);
    const before = process.memoryUsage().rss;
    add(10, 210);
    const more = (process.memoryUsage().rss - before) / 2 ** 20;
    const ids = tokenizer.encode('<0> <209>', { add_special_tokens: false });
    console.log(JSON.stringify([more, ids, tokenizer.convert_tokens_to_ids('<209>')]));`);
  assert.equal(ids.length, 2);
  assert.equal(ids[1], last);
  assert.equal(ids[1] - ids[0], 209);
  assert.ok(more < 150, `${Math.round(more)} MB more`);
});

test('a program that loads the package again goes on using what it loaded before', () => {
  for (const addonToo of [false, true]) {
    const [before, first, second, long] = output(`
      const require = createRequire(${JSON.stringify(import.meta.url)});
      const load = () => {
        for (const file of Object.keys(require.cache)) {
          if (${addonToo} || !file.endsWith('.node')) delete require.cache[file];
        }
        return require('../index.js').PreTrainedTokenizer;
      };
      const old = make('bert', undefined, load());
      const before = old.encode('hello');
      const young = make('bert', undefined, load());
      const long = 'world '.repeat(10_000);
      young.encode('world world');
      const first = old.encode('hello hello');
      const second = young.encode('world world');
      console.log(JSON.stringify([before, first, second, old.encode(long).filter((id) => id === before[1]).length]));`);
    const { vocab } = tokenizers.bert().json.model;
    const [cls, sep, hello, world] = ['[CLS]', '[SEP]', 'hello', 'world'].map((token) => vocab[token]);
    assert.deepEqual(before, [cls, hello, sep]);
    assert.deepEqual(first, [cls, hello, hello, sep]);
    assert.deepEqual(second, [cls, world, world, sep]);
    assert.equal(long, 0);
  }
});

test('calls that nobody waits for any more take no threads of their own', { skip: process.platform !== 'linux' }, () => {
  const most = output(`
    const tokenizer = make('bert');
    const text = 'hello world '.repeat(20_000);
    let most = 0;
    for (let i = 0; i < 300; ++i) {
      const controller = new AbortController();
      const call = tokenizer.call_async([text, text], { signal: controller.signal });
      for (let turns = 0; turns < 4; ++turns) await turn();
      controller.abort();
      await call.catch(() => {});
      most = Math.max(most, readdirSync('/proc/self/task').length);
    }
    console.log(most);`);
  // Beside the 16, or 4 for a core, those of Node.js, of the runtime and of the batch.
  assert.ok(most < 40 + 8 * availableParallelism(), `${most} threads`);
});

test('one signal for many calls is no leak for Node.js', () => {
  const [warnings, left, aborted, other] = output(`
    const { getEventListeners } = await import('node:events');
    const warnings = [];
    process.on('warning', ({ name, message }) => warnings.push(name + message));
    const tokenizer = make('bert');
    const controller = new AbortController();
    const { signal } = controller;
    const calls = () =>
      Array.from({ length: 20 }, () => [
        tokenizer.encode_async('hello', { signal }),
        tokenizer.call_async('hello', { signal }),
        tokenizer.batch_decode_async([[5]], { signal }),
        PreTrainedTokenizer.from_pretrained('no/where', { signal, local_files_only: true }).catch(() => {}),
      ]).flat();
    await Promise.all(calls());
    const left = getEventListeners(signal, 'abort').length;
    const pending = Promise.allSettled(calls());
    const other = tokenizer.encode_async('hello', { signal: new AbortController().signal });
    controller.abort();
    const aborted = (await pending).filter(({ status }) => status === 'rejected').length;
    await turn();
    console.log(JSON.stringify([warnings, left, aborted, await other]));`);
  assert.deepEqual(warnings, []);
  assert.equal(left, 0);
  // Those of batch_decode_async may have come to their end before.
  assert.ok(aborted >= 40, `${aborted}`);
  assert.equal(other.length, 3);
});

test('V8 collects tokenizers that were dropped, since it knows how large they are', () => {
  const folder = mkdtempSync(join(tmpdir(), 'autotokenizer-'));
  const dropped = output(`
    const { writeFileSync } = await import('node:fs');
    const folder = ${JSON.stringify(folder)};
    const { json, config } = tokenizers.bert();
    for (let i = 0; i < 100_000; ++i) json.model.vocab['word' + i] = 1000 + i;
    const text = JSON.stringify(json);
    writeFileSync(folder + '/tokenizer_config.json', JSON.stringify(config));
    let collected = 0;
    const registry = new FinalizationRegistry(() => ++collected);
    for (let i = 0; i < 120; ++i) {
      // Another one each time: equal ones share their memory.
      writeFileSync(folder + '/tokenizer.json', text.replace('word99999', 'last' + i));
      registry.register(await PreTrainedTokenizer.from_pretrained(folder, { local_files_only: true }));
    }
    await turn();
    console.log(collected);`);
  rmSync(folder, { recursive: true });
  // These take 200 MB.
  assert.ok(dropped > 30, `${dropped} of 120`);
});

test('a list that JavaScript cannot have is an error, not the end of the process', () => {
  const message = output(
    `
    const { listOf } = createRequire(${JSON.stringify(import.meta.url)})('../lib/native.js');
    try {
      listOf({ length: 2 ** 27 }, 0, 2 ** 27);
    } catch (error) {
      console.log(JSON.stringify(String(error)));
    }`,
    ['--max-old-space-size=100'],
  );
  assert.match(message, /^RangeError: Invalid array length: 134217728 values/);
});

test('200,000 rows of a program of its own', () => {
  class Own extends PreTrainedTokenizer {
    /**
     * @param {any} text
     * @param {...any} rest
     */
    _encode_plus(text, ...rest) {
      return super._encode_plus(text, ...rest);
    }
  }
  const { json, config } = tokenizers.bert();
  const { input_ids } = new Own(json, config)(Array(200_000).fill('hello'), { padding: true });
  assert.deepEqual(input_ids.dims, [200_000, 3]);
});

test('a runtime without process.env is refused with the reason', () => {
  const source = readFileSync(new URL('../lib/native.js', import.meta.url), 'utf8');
  for (const process of [undefined, {}, { env: {} }]) {
    const module = { exports: /** @type {any} */ ({}) };
    vm.runInNewContext(`(function (module, require, process) {${source}})`)(module, require, process);
    assert.throws(() => module.exports.native(), /runs on servers .* in a browser your Hub token/s);
  }
});

test('typed arrays of another realm make tensors', () => {
  const foreign = vm.runInNewContext('new BigInt64Array([1n, 2n])');
  assert.ok(!(foreign instanceof BigInt64Array));
  const tensor = new Tensor('int64', foreign, [2]);
  assert.deepEqual(tensor.tolist(), [1n, 2n]);
  assert.equal(tensor.sum().item(), 3n);
});
