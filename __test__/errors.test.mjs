// The errors that a user meets first: typed, with what to do, and never with the token.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { startHub } from './hub/index.mjs';
import { listen } from './hub/listen.mjs';
import { llama2Files } from './support/llama2.mjs';
import { makeHome } from './support/run.mjs';

const { AutoTokenizer } = createRequire(import.meta.url)('..');
const gated = 'meta-llama/Llama-2-7b-hf';
const secret = 'hf_neverToBeShown';

/** @type {import('./hub/index.mjs').Hub} */
let hub;
/** @type {Awaited<ReturnType<typeof makeHome>>} */
let home;

before(async () => {
  const files = await llama2Files();
  hub = await startHub({
    repositories: [
      { id: gated, files, gated: 'manual', authorized: ['member'] },
      { id: 'org/private', files, private: true },
      { id: 'org/open', files },
      { id: 'org/empty', files: { 'README.md': 'nothing here' } },
      { id: 'org/disabled', files, disabled: true },
    ],
    tokens: [{ value: secret, user: 'outsider' }],
  });
  home = await makeHome();
  for (const name of ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HF_ACCESS_TOKEN', 'HF_TOKEN_PATH']) delete process.env[name];
  process.env.HF_HOME = home.hfHome;
  process.env.HF_ENDPOINT = hub.url;
});
after(async () => {
  await hub.close();
  await home.remove();
});

/**
 * @param {string} id
 * @param {Record<string, any>} [options]
 * @returns {Promise<any>} What loading throws.
 */
async function failure(id, options = {}) {
  const error = await AutoTokenizer.from_pretrained(id, options).then(
    () => assert.fail(`${id} loaded`),
    (/** @type {any} */ thrown) => thrown,
  );
  for (const text of [error.message, String(error), inspect(error, { showHidden: true, depth: 9 }), JSON.stringify(error), error.stack]) {
    assert.ok(!text.includes(secret), text);
  }
  assert.ok(error instanceof Error);
  return error;
}

describe('access', () => {
  test('a gated repository without a token', async () => {
    const error = await failure(gated);
    assert.equal(error.code, 'ERR_HUB_TOKEN_MISSING');
    assert.equal(error.status, 401);
    assert.equal(error.repo_id, gated);
    assert.match(error.message, /^Unauthorized access to file: ".*"\.\n/);
    assert.match(error.message, /HF_TOKEN/);
    assert.match(error.server_message, /restricted/);
    assert.ok(error.request_id);
  });

  test('a gated repository with a token that has no access', async () => {
    const error = await failure(gated, { token: secret });
    assert.equal(error.code, 'ERR_HUB_ACCESS_DENIED');
    assert.equal(error.status, 403);
    assert.match(error.message, /^Forbidden access to file: ".*"\.\n/);
    // Where to ask for access.
    assert.ok(error.message.includes(`${hub.url}/${gated}`), error.message);
  });

  test('a token that the Hub does not know', async () => {
    process.env.HF_TOKEN = 'hf_mistyped';
    try {
      const error = await failure(gated);
      assert.equal(error.code, 'ERR_HUB_TOKEN_INVALID');
      assert.match(error.token_source, /\bHF_TOKEN$/);
      assert.match(error.message, /HF_TOKEN/);
      assert.ok(!error.message.includes('hf_mistyped'));
    } finally {
      delete process.env.HF_TOKEN;
    }
  });

  test('a token that no header can carry', async () => {
    const error = await failure(gated, { token: 'hf_a\u0007b' });
    assert.equal(error.code, 'ERR_HUB_TOKEN_MALFORMED');
  });

  test('a private repository without a token cannot be told from one that does not exist', async () => {
    const [hidden, missing] = [await failure('org/private'), await failure('org/missing')];
    assert.equal(hidden.code, missing.code);
    assert.equal(hidden.status, 401);
    assert.match(hidden.message, /private/);
    assert.match(hidden.message, /does not exist/);
  });

  test('a disabled repository', async () => {
    assert.equal((await failure('org/disabled')).code, 'ERR_HUB_REPO_DISABLED');
  });
});

describe('what does not exist', () => {
  test('a repository', async () => {
    const error = await failure('org/missing', { token: secret });
    assert.equal(error.code, 'ERR_HUB_REPO_NOT_FOUND');
    assert.equal(error.status, 404);
    assert.match(error.message, /^Could not locate file: ".*"\.\n/);
  });

  test('a revision', async () => {
    const error = await failure('org/open', { revision: 'v9' });
    assert.equal(error.code, 'ERR_HUB_REVISION_NOT_FOUND');
    assert.equal(error.revision, 'v9');
  });

  test('a file', async () => {
    const error = await failure('org/empty');
    assert.equal(error.code, 'ERR_HUB_FILE_NOT_FOUND');
    assert.equal(error.file, 'tokenizer.json');
    assert.match(error.message, /tokenizer\.json/);
  });
});

describe('no network', () => {
  test('nobody listens', async () => {
    const server = await listen({ onRequest() {}, onConnection: () => undefined });
    await server.close();
    process.env.HF_ENDPOINT = server.url;
    try {
      const error = await failure('org/open');
      assert.equal(error.code, 'ERR_HUB_NETWORK');
      assert.match(error.message, /127\.0\.0\.1/);
      assert.match(error.message, /refused/i);
    } finally {
      process.env.HF_ENDPOINT = hub.url;
    }
  });

  test('offline, and not in the cache', async () => {
    process.env.HF_HUB_OFFLINE = '1';
    try {
      const error = await failure('org/open');
      assert.equal(error.code, 'ERR_HUB_OFFLINE');
      assert.match(error.message, /HF_HUB_OFFLINE/);
    } finally {
      delete process.env.HF_HUB_OFFLINE;
    }
  });
});
