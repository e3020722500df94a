// The functions of the Hub and its cache: accounts, access, snapshots, downloads that go on, what is stored.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startHub } from './hub/index.mjs';
import { TOKENIZER } from './hub/scenarios.mjs';
import { ask, filesBelow, problemsOf } from './support/client.mjs';
import { makeHome, runCode } from './support/run.mjs';

const main = pathToFileURL(fileURLToPath(new URL('../index.js', import.meta.url))).href;
const MEGABYTE = 1 << 20;
/** No two pieces of it are alike, so that a piece in the wrong place would be found. */
const LARGE = Buffer.alloc(50 * MEGABYTE);
for (let at = 0; at < LARGE.length; at += 4) LARGE.writeUInt32LE((at * 2654435761) >>> 0, at);

const files = {
  'tokenizer.json': TOKENIZER,
  'tokenizer_config.json': '{"tokenizer_class":"PreTrainedTokenizer"}',
  'onnx/model.onnx': 'onnx',
  'onnx/sub/model.data': 'data',
  'weights.bin': 'weights',
  'README.md': '# readme',
};

/** @type {import('./hub/index.mjs').Hub} */
let hub;
/** @type {Awaited<ReturnType<typeof makeHome>>} */
let home;
let cache = '';

before(async () => {
  hub = await startHub({
    repositories: [
      { id: 'org/model', files, lfs: ['weights.bin'] },
      { id: 'org/gated', files, gated: 'manual', authorized: ['ann'] },
      { id: 'org/private', files, private: true },
      { id: 'org/huge', files: { 'huge.bin': LARGE }, lfs: ['huge.bin'] },
    ],
    tokens: [
      { value: 'hf_ann', user: 'ann', orgs: ['friends'], role: 'write', name: 'laptop' },
      { value: 'hf_ben', user: 'ben' },
      {
        value: 'hf_fine',
        user: 'ann',
        role: 'fineGrained',
        scoped: [{ entity: { type: 'user', name: 'ann' }, permissions: ['repo.content.read'] }],
      },
      { value: 'hf_finer', user: 'ann', role: 'fineGrained', canReadGatedRepos: true },
      { value: 'hf_old', user: 'ann', expired: true },
    ],
  });
});
after(() => hub.close());
beforeEach(async (context) => {
  hub.clearFaults();
  hub.forget();
  home = await makeHome();
  cache = join(home.hfHome, 'hub');
  /** @type {any} */ (context).after?.(home.remove);
});

/**
 * @param {(client: any) => Promise<any>} call
 * @param {Record<string, string>} [variables]
 */
const asked = (call, variables = {}) => ask(home.path, { HF_ENDPOINT: hub.url, ...variables }, call);

/** @param {(client: any) => Promise<any>} call */
async function value(call) {
  const outcome = await asked(call);
  if (outcome.error) throw outcome.error;
  assert.deepEqual(outcome.warnings, []);
  return outcome.value;
}

describe('whoami', () => {
  test('tells the name, the organisations, and the token: its role and origin, never itself', async () => {
    const account = await value((client) => client.whoami({ token: 'hf_ann' }));
    assert.equal(account.name, 'ann');
    assert.deepEqual(
      account.orgs.map((/** @type {any} */ org) => org.name),
      ['friends'],
    );
    assert.equal(account.token.name, 'laptop');
    assert.equal(account.token.role, 'write');
    assert.ok(!JSON.stringify(account).includes('hf_ann'));
  });

  test('says in plain words whether the token can read gated repositories', async () => {
    /** @param {string} token */
    const gated = async (token) => {
      const { token: found } = await value((client) => client.whoami({ token }));
      return [found.can_read_gated, found.gated];
    };
    for (const [token, expected, words] of /** @type {[string, boolean, RegExp][]} */ ([
      ['hf_ann', true, /can read every gated repository/],
      ['hf_finer', true, /can read public gated repositories/],
      ['hf_fine', false, /cannot read gated repositories: allow/],
    ])) {
      const [can, sentence] = await gated(token);
      assert.equal(can, expected);
      assert.match(sentence, words);
    }
    const { token } = await value((client) => client.whoami({ token: 'hf_fine' }));
    assert.deepEqual(token.scopes, ['user ann: repo.content.read']);
  });

  test('fails with the reason', async () => {
    assert.equal((await asked((client) => client.whoami())).error.code, 'ERR_HUB_TOKEN_MISSING');
    assert.equal(
      (await asked((client) => client.whoami({ token: 'hf_x' }))).error.code,
      'ERR_HUB_TOKEN_INVALID',
    );
    const { error } = await asked((client) => client.whoami({ token: 'hf_old' }));
    assert.equal(error.code, 'ERR_HUB_TOKEN_INVALID');
    assert.doesNotMatch(error.message, /to file/);
    assert.match(error.server_message, /expired/);
  });
});

describe('checkAccess', () => {
  test('resolves where files can be read, and rejects with the reason where not', async () => {
    /** @param {string} id @param {string | false} token */
    const code = async (id, token) =>
      (await asked((client) => client.checkAccess(id, { token }))).error?.code;
    assert.equal(await code('org/model', false), undefined);
    assert.equal(await code('org/gated', 'hf_ann'), undefined);
    assert.equal(await code('org/gated', 'hf_finer'), undefined);
    assert.equal(await code('org/gated', 'hf_ben'), 'ERR_HUB_ACCESS_DENIED');
    assert.equal(await code('org/gated', 'hf_fine'), 'ERR_HUB_ACCESS_DENIED');
    assert.equal(await code('org/gated', false), 'ERR_HUB_TOKEN_MISSING');
    assert.equal(await code('org/private', 'hf_ann'), 'ERR_HUB_REPO_NOT_FOUND');
    assert.equal(await code('org/nothing', 'hf_ann'), 'ERR_HUB_REPO_NOT_FOUND');
    assert.ok(hub.requests.every(({ route }) => route === 'auth-check'));
  });

  test('takes the login page of a network for no answer', async () => {
    hub.fault({ kind: 'captive-portal' });
    const { error } = await asked((client) => client.checkAccess('org/model', { token: 'hf_ann' }));
    assert.deepEqual([error.code, error.name], ['ERR_HUB_PROTOCOL', 'HubProtocolError']);
    assert.match(error.message, /A web page came where 127\.0\.0\.1 answers a program/);
    assert.match(error.hint, /Log in to this network/);
    for (const call of ['whoami', 'snapshot']) {
      const id = call === 'snapshot' ? ['org/model'] : [];
      const outcome = await asked((client) => client[call](...id, { token: 'hf_ann' }));
      assert.equal(outcome.error.code, 'ERR_HUB_PROTOCOL');
      assert.equal(outcome.error.hint, error.hint);
    }
  });
});

describe('snapshot', () => {
  test('takes all files, or those that patterns name', async () => {
    /** @param {object} options */
    const names = async (options) => {
      const cache_dir = join(home.path, String(Math.random()));
      const {
        files: found,
        commit,
        folder,
      } = await value((client) => client.snapshot('org/model', { ...options, cache_dir }));
      assert.equal(commit, hub.repository('org/model').commit('main')?.id);
      for (const name of Object.keys(found)) {
        assert.equal(found[name], join(folder, ...name.split('/')));
        assert.equal(await readFile(found[name], 'utf8'), /** @type {any} */ (files)[name]);
      }
      assert.deepEqual(await problemsOf(cache_dir), []);
      return Object.keys(found).sort();
    };
    assert.deepEqual(
      (await names({})).filter((name) => name in files),
      Object.keys(files).sort(),
    );
    assert.deepEqual(await names({ allow_patterns: ['*.json'] }), [
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    // As in Python, a star crosses slashes.
    assert.deepEqual(await names({ allow_patterns: ['onnx/*'] }), ['onnx/model.onnx', 'onnx/sub/model.data']);
    assert.deepEqual(await names({ allow_patterns: ['onnx/'], ignore_patterns: ['*.data'] }), [
      'onnx/model.onnx',
    ]);
    assert.deepEqual(await names({ allow_patterns: ['*.json', '*.md'], ignore_patterns: ['tokenizer*'] }), [
      'README.md',
    ]);
  });

  test('sends nothing twice, and works offline afterwards', async () => {
    const first = await value((client) => client.snapshot('org/model'));
    assert.equal(first.source, 'network');
    hub.forget();
    const second = await value((client) => client.snapshot('org/model'));
    assert.equal(second.source, 'cache');
    assert.deepEqual(
      hub.received({ method: 'GET' }).filter(({ route }) => route !== 'info'),
      [],
    );
    hub.forget();
    const third = await value((client) => client.snapshot('org/model', { local_files_only: true }));
    assert.deepEqual(third.files, first.files);
    assert.equal(hub.connections.hub, 0);
  });
});

describe('download', () => {
  test('gives the path, and tells how far it is', async () => {
    /** @type {any[]} */
    const events = [];
    const path = await value((client) =>
      client.download('org/model', 'weights.bin', {
        progress_callback: (/** @type {any} */ e) => events.push(e),
      }),
    );
    assert.equal(await readFile(path, 'utf8'), 'weights');
    assert.deepEqual(
      [...new Set(events.map(({ status }) => status))],
      ['initiate', 'download', 'progress', 'done'],
    );
    const last = events.filter(({ status }) => status === 'progress').at(-1);
    assert.deepEqual(last, {
      status: 'progress',
      name: 'org/model',
      file: 'weights.bin',
      progress: 100,
      loaded: 7,
      total: 7,
    });
    assert.ok(events.every(({ name, file }) => name === 'org/model' && file === 'weights.bin'));
  });

  test('a file of a folder and a revision; one that is not there', async () => {
    const revision = hub.repository('org/model').commit('main')?.id;
    const path = await value((client) =>
      client.download('org/model', 'sub/model.data', { subfolder: 'onnx', revision }),
    );
    assert.equal(await readFile(path, 'utf8'), 'data');
    const { error } = await asked((client) => client.download('org/model', 'none.bin'));
    assert.equal(error.code, 'ERR_HUB_FILE_NOT_FOUND');
    assert.equal(error.file, 'none.bin');
  });

  test('of 50 MB goes on where a killed process left it', async () => {
    const half = 25 * MEGABYTE;
    hub.fault({ kind: 'hang', bytes: half, times: 1, match: { origin: 'cdn', method: 'GET' } });
    const controller = new AbortController();
    const code = `
      import { download } from ${JSON.stringify(main)};
      console.log(await download('org/huge', 'huge.bin'));`;
    const running = runCode(code, {
      home: home.path,
      env: { HF_ENDPOINT: hub.url, HF_HUB_DOWNLOAD_TIMEOUT: '60' },
      signal: controller.signal,
    });
    const blobs = join(cache, 'models--org--huge', 'blobs');
    const arrived = async () => {
      const [name] = await readdir(blobs).catch(() => []);
      return name ? (await stat(join(blobs, name))).size : 0;
    };
    while ((await arrived()) < half - MEGABYTE) await pause(20);
    controller.abort();
    assert.equal((await running).signal, 'SIGKILL');
    const left = await arrived();
    assert.deepEqual(
      (await filesBelow(cache)).filter((file) => file.includes('/snapshots/')),
      [],
    );

    hub.forget();
    /** @type {number[]} */
    const loaded = [];
    const path = await value((client) =>
      client.download('org/huge', 'huge.bin', {
        progress_callback: (/** @type {any} */ event) =>
          event.status === 'progress' && loaded.push(event.loaded),
      }),
    );
    const [{ headers, status }, ...more] = hub.received({ origin: 'cdn', method: 'GET' });
    assert.equal(headers.range, `bytes=${left}-`);
    assert.equal(status, 206);
    assert.deepEqual(more, []);
    assert.ok(loaded[0] > left);
    assert.equal(loaded.at(-1), LARGE.length);
    const digest = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    assert.equal(digest, createHash('sha256').update(LARGE).digest('hex'));
    assert.deepEqual(await problemsOf(cache), []);
  });

  test('ended by an AbortSignal goes on as well; a changed half is found and fetched anew', async () => {
    const abort = new AbortController();
    const { error } = await asked((client) =>
      client.download('org/huge', 'huge.bin', {
        signal: abort.signal,
        progress_callback: (/** @type {any} */ event) => event.loaded > 10 * MEGABYTE && abort.abort(),
      }),
    );
    assert.equal(error.code, 'ERR_HUB_ABORTED');
    hub.forget();
    hub.fault({ kind: 'corrupt', times: 1, offset: MEGABYTE, match: { origin: 'cdn', method: 'GET' } });
    const path = await value((client) => client.download('org/huge', 'huge.bin'));
    const ranges = hub.received({ origin: 'cdn', method: 'GET' }).map(({ headers }) => headers.range);
    assert.match(ranges[0] ?? '', /^bytes=\d{7,}-$/);
    assert.equal(ranges[1], undefined);
    assert.ok(LARGE.equals(await readFile(path)));
    assert.deepEqual(await problemsOf(cache), []);
  });
});

describe('the cache', () => {
  test('scanCache tells what is there, deleteFromCache removes it', async () => {
    const empty = await value((client) => client.scanCache());
    assert.deepEqual(empty, { root: cache, size: 0, repos: [], incomplete: [], warnings: [] });

    await value((client) => client.snapshot('org/model', { allow_patterns: ['*.json', 'weights.bin'] }));
    const old = hub.repository('org/model').commit('main')?.id ?? '';
    hub.repository('org/model').push({ 'weights.bin': 'heavier weights' });
    await value((client) => client.snapshot('org/model', { allow_patterns: ['*.json', 'weights.bin'] }));
    await value((client) => client.download('org/gated', 'README.md', { token: 'hf_ann' }));

    const report = await value((client) => client.scanCache());
    assert.deepEqual(report.warnings, []);
    assert.deepEqual(
      report.repos.map((/** @type {any} */ repo) => repo.id),
      ['org/gated', 'org/model'],
    );
    const [, model] = report.repos;
    assert.equal(model.revisions.length, 2);
    assert.deepEqual(
      model.revisions.flatMap((/** @type {any} */ one) => one.refs),
      ['main'],
    );
    const kept = TOKENIZER.length + files['tokenizer_config.json'].length;
    assert.equal(model.size, kept + 'weights'.length + 'heavier weights'.length);
    assert.equal(report.size, model.size + files['README.md'].length);

    const freed = await value((client) => client.deleteFromCache('org/model', { revision: old }));
    assert.equal(freed, 'weights'.length);
    assert.deepEqual(await problemsOf(cache), []);
    const rest = await value((client) => client.snapshot('org/model', { local_files_only: true }));
    assert.equal(await readFile(rest.files['weights.bin'], 'utf8'), 'heavier weights');

    await value((client) => client.deleteFromCache('org/model'));
    const { repos } = await value((client) => client.scanCache());
    assert.deepEqual(
      repos.map((/** @type {any} */ repo) => repo.id),
      ['org/gated'],
    );
    const { error } = await asked((client) => client.deleteFromCache('org/model'));
    assert.equal(error.code, 'ERR_HUB_REPO_NOT_FOUND');
    hub.repository('org/model').push({ 'weights.bin': 'weights' });
  });

  test('deleteFromCache takes no path for an id', async () => {
    for (const id of ['../..', '/etc', 'a/b/c', '..']) {
      const { error } = await asked((client) => client.deleteFromCache(id));
      assert.equal(error.code, 'ERR_HUB_INVALID_REPO_ID');
    }
  });
});

describe('preload', () => {
  test('loads at build time what is used offline at run time', async () => {
    await value((client) => client.preload(['org/model', 'org/gated'], { token: 'hf_ann' }));
    hub.forget();
    const { value: tokenizer, error } = await asked(
      (client) => client.AutoTokenizer.from_pretrained('org/gated'),
      {
        HF_HUB_OFFLINE: '1',
      },
    );
    assert.equal(error, undefined);
    assert.deepEqual(tokenizer.encode('word1 word2'), [1, 2]);
    assert.equal(hub.connections.hub, 0);
  });

  test('fails if the cache cannot be written, where loading only warns', async () => {
    const cache_dir = join(home.path, 'file', 'cache');
    await writeFile(join(home.path, 'file'), '');
    const { error } = await asked((client) => client.preload('org/model', { cache_dir }));
    assert.equal(error.code, 'ERR_HUB_CACHE');
    assert.match(error.message, /cannot be written/);
    assert.equal(error.repo_id, 'org/model');
    const loaded = await asked((client) => client.AutoTokenizer.from_pretrained('org/model', { cache_dir }));
    assert.deepEqual(loaded.value.encode('word1'), [1]);
    assert.equal(loaded.warnings.length, 1);
  });

  test('fails if one of them cannot be had', async () => {
    const { error } = await asked((client) =>
      client.preload(['org/model', 'org/private'], { token: 'hf_ben' }),
    );
    assert.equal(error.code, 'ERR_HUB_REPO_NOT_FOUND');
  });
});
