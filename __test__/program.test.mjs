// The one program of this project, tests/llama.js, as whole processes against a gated Hub.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startHub } from './hub/index.mjs';
import { llama2Files } from './support/llama2.mjs';
import { makeHome, runCode, runNode } from './support/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = fileURLToPath(new URL('../tests/llama.js', import.meta.url));
const id = 'meta-llama/Llama-2-7b-hf';
// What transformers.js's guide and Python transformers give for 'Hello world!'.
const printed = '[ 1, 15043, 3186, 29991 ]\n';
const token = 'hf_programTestToken';

/** @type {import('./hub/index.mjs').Hub} */
let hub;

before(async () => {
  hub = await startHub({
    repositories: [{ id, files: await llama2Files(), gated: 'manual', authorized: ['tester'] }],
    tokens: [{ value: token, user: 'tester' }, { value: 'hf_stranger', user: 'stranger' }],
  });
});
after(() => hub.close());

/** @param {Record<string, string>} env */
const llama = (env) => runNode(program, { env: { HF_ENDPOINT: hub.url, ...env } });

/** @param {import('./support/run.mjs').RunResult} result */
function assertPrinted(result) {
  assert.equal(result.stderr, '');
  assert.equal(result.stdout, printed);
  assert.equal(result.code, 0);
}

describe('tests/llama.js', () => {
  test('prints the ids with HF_TOKEN', async () => assertPrinted(await llama({ HF_TOKEN: token })));

  test('finds the token that `hf auth login` stored', async () => {
    const home = await makeHome();
    try {
      await mkdir(home.hfHome, { recursive: true });
      await writeFile(`${home.hfHome}/token`, `${token}\n`);
      assertPrinted(await runNode(program, { home: home.path, env: { HF_ENDPOINT: hub.url } }));
    } finally {
      await home.remove();
    }
  });

  test('works against a fork of the Hub with another variable', async () => {
    const env = { BA_ACCESS_TOKEN: token, AUTOTOKENIZER_TOKEN_VARIABLES: 'BA_ACCESS_TOKEN' };
    assertPrinted(await llama(env));
    // With that name configured, the usual one is not read.
    const other = await llama({ HF_TOKEN: token, AUTOTOKENIZER_TOKEN_VARIABLES: 'BA_ACCESS_TOKEN' });
    assert.equal(other.code, 1);
    assert.match(other.stderr, /ERR_HUB_TOKEN_MISSING/);
  });

  test('fails with an explanation without a token', async () => {
    const result = await llama({});
    assert.equal(result.code, 1);
    assert.equal(result.stdout, '');
    assert.match(result.stderr, /Unauthorized access to file: "http:.*\/resolve\/main\/tokenizer/);
    assert.match(result.stderr, /HF_TOKEN/);
    assert.match(result.stderr, /ERR_HUB_TOKEN_MISSING/);
  });
});

describe('a token set in the code', () => {
  const load = `
    const { AutoTokenizer } = await import('@xenova/transformers');
    const tokenizer = await AutoTokenizer.from_pretrained('${id}');
    console.log(tokenizer.encode('Hello world!'));`;

  test('on the main thread', async () => {
    const code = `process.env.HF_TOKEN = '${token}';${load}`;
    assertPrinted(await runCode(code, { cwd: root, env: { HF_ENDPOINT: hub.url } }));
  });

  test('after the import, before the call', async () => {
    const code = `
      import { AutoTokenizer } from '@xenova/transformers';
      process.env.HF_TOKEN = '${token}';
      process.env.HF_ENDPOINT = '${hub.url}';
      const tokenizer = await AutoTokenizer.from_pretrained('${id}');
      console.log(tokenizer.encode('Hello world!'));`;
    assertPrinted(await runCode(code, { cwd: root }));
  });

  test('in a worker thread with an env of its own', async () => {
    const code = `
      import { Worker } from 'node:worker_threads';
      const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(\`
        import { createRequire } from 'node:module';
        const { AutoTokenizer } = createRequire('${root}')('@xenova/transformers');
        process.env.HF_TOKEN = '${token}';
        const tokenizer = await AutoTokenizer.from_pretrained('${id}');
        console.log(tokenizer.encode('Hello world!'));
      \`)), { env: { ...process.env, HF_ENDPOINT: '${hub.url}' } });
      worker.on('error', (error) => { console.error(error); process.exitCode = 1; });`;
    assertPrinted(await runCode(code, { cwd: root }));
  });

  test('by env.remoteHost and env.tokenVariables, as for a fork', async () => {
    const code = `
      import { AutoTokenizer, env } from '@xenova/transformers';
      env.remoteHost = '${hub.url}/';
      env.tokenVariables = ['BA_ACCESS_TOKEN'];
      const tokenizer = await AutoTokenizer.from_pretrained('${id}');
      console.log(tokenizer.encode('Hello world!'));`;
    assertPrinted(await runCode(code, { cwd: root, env: { BA_ACCESS_TOKEN: token } }));
  });

  test('as an option, which wins over the variable', async () => {
    const code = `
      import { AutoTokenizer } from '@xenova/transformers';
      const tokenizer = await AutoTokenizer.from_pretrained('${id}', { token: '${token}' });
      console.log(tokenizer.encode('Hello world!'));`;
    assertPrinted(await runCode(code, { cwd: root, env: { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_stranger' } }));
  });
});
