// What cannot be loaded or encoded: a typed error, nothing left in the cache, and the process alive.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startHub } from './hub/index.mjs';
import { llama2Files } from './support/llama2.mjs';
import { makeHome } from './support/run.mjs';

const { AutoTokenizer } = createRequire(import.meta.url)('..');

/** @type {import('./hub/index.mjs').Hub} */
let hub;
/** @type {Awaited<ReturnType<typeof makeHome>>} */
let home;
/** @type {Record<string, string>} */
let good;
/** @type {any} */
let tokenizer;

const html = '<!doctype html><title>Sign in</title>';
const malformed = {
  empty: '',
  HTML: html,
  truncated: '{"model": {"type": "BPE", "vocab": {"a": 0',
  'not UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
  'not an object': '[1, 2]',
  'a number': '7',
};

before(async () => {
  good = await llama2Files();
  hub = await startHub({ repositories: [{ id: 'org/good', files: good }] });
  home = await makeHome();
  process.env.HF_HOME = home.hfHome;
  process.env.HF_ENDPOINT = hub.url;
  tokenizer = await AutoTokenizer.from_pretrained('org/good');
});
after(async () => {
  await hub.close();
  await home.remove();
});

/** @param {Promise<any>} loading */
async function codeOf(loading) {
  const error = await loading.then(() => assert.fail('it loaded'), (thrown) => thrown);
  assert.ok(error instanceof Error);
  assert.equal(typeof (/** @type {any} */ (error)).code, 'string', String(error));
  return (/** @type {any} */ (error)).code;
}

/** Every file below a folder. @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.endsWith('.lock'))
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('a malformed file', () => {
  let count = 0;
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) {
    for (const [kind, content] of Object.entries(malformed)) {
      test(`${file}: ${kind}, from a Hub`, async () => {
        count += 1;
        const id = `bad/model-${count}`;
        hub.addRepository({ id, files: { ...good, [file]: content } });
        const code = await codeOf(AutoTokenizer.from_pretrained(id));
        assert.match(code, /^ERR_(HUB_FILE_INVALID|TOKENIZER_FILE)$/);
        const folder = join(home.hfHome, 'hub', `models--bad--model-${count}`);
        const left = filesBelow(folder).filter((path) => path.endsWith(file));
        if (code === 'ERR_HUB_FILE_INVALID') assert.deepEqual(left, []);
      });

      test(`${file}: ${kind}, from a folder`, async () => {
        const folder = await mkdtemp(join(tmpdir(), 'autotokenizer-bad-'));
        try {
          const files = Object.entries({ ...good, [file]: content });
          for (const [name, text] of files) await writeFile(join(folder, name), text);
          const code = await codeOf(AutoTokenizer.from_pretrained(folder));
          assert.match(code, /^ERR_(HUB_FILE_INVALID|TOKENIZER_FILE)$/);
        } finally {
          await rm(folder, { recursive: true });
        }
      });
    }
  }

  test('one that is missing from a folder is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'autotokenizer-bad-'));
    try {
      await writeFile(join(folder, 'tokenizer_config.json'), '{}');
      await assert.rejects(AutoTokenizer.from_pretrained(folder), /tokenizer\.json/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a name that is none', () => {
  const ids = ['../escape', 'org/../../etc', 'org/na\0me', 'a/b/c', 'https://example.com/model', 'org/mo del', 'org/model?x=1#', '.git', 'org/..'];
  for (const id of ids) {
    test(`id ${JSON.stringify(id)}`, async () => {
      hub.forget();
      await codeOf(AutoTokenizer.from_pretrained(id));
      assert.equal(hub.requests.length, 0);
    });
  }
  for (const id of [undefined, null, 7, {}, '', ['org/good']]) {
    test(`id ${JSON.stringify(id) ?? 'undefined'}`, () => assert.rejects(AutoTokenizer.from_pretrained(id), TypeError));
  }
  for (const revision of ['../../x', 'a/../../b', '/etc', 'x\0y', 'a\\..\\b', '..']) {
    test(`revision ${JSON.stringify(revision)}`, async () => {
      hub.forget();
      assert.equal(await codeOf(AutoTokenizer.from_pretrained('org/good', { revision })), 'ERR_HUB_INVALID_REVISION');
      assert.equal(hub.requests.length, 0);
    });
  }
  for (const subfolder of ['..', '../x', 'a/../../b', '/etc', 'x\0y', 'a\\..\\b', 'C:\\x']) {
    test(`subfolder ${JSON.stringify(subfolder)}`, async () => {
      hub.forget();
      assert.equal(await codeOf(AutoTokenizer.from_pretrained('org/good', { subfolder })), 'ERR_HUB_INVALID_PATH');
      assert.equal(hub.requests.length, 0);
    });
  }
});

describe('a text that is none', () => {
  test('tokenizer(null) and tokenizer(undefined) throw what transformers.js throws', () => {
    assert.throws(() => tokenizer(null), /text may not be null or undefined/);
    assert.throws(() => tokenizer(undefined), /text may not be null or undefined/);
    assert.throws(() => tokenizer([]), /text array must be non-empty/);
  });

  test('decode says what it wants', () => {
    for (const ids of [[], 'text', 7, null, [[1]], [1.5]]) {
      assert.throws(() => tokenizer.decode(ids), Error);
    }
  });

  test('a lone surrogate is U+FFFD', () => {
    assert.deepEqual(tokenizer.encode('a\ud800b'), tokenizer.encode('a\ufffdb'));
  });
});
