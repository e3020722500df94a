// The loopback Hub speaks the protocol of the real one: files, redirects, ranges, revisions, the JSON API.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { startHub } from './hub/index.mjs';

const CONFIG = '{"model_type":"test"}\n';
const WEIGHTS = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));

/** @type {import('./hub/index.mjs').Hub} */
let hub;
before(async () => {
  hub = await startHub({
    pageSize: 3,
    repositories: [
      {
        id: 'org/model',
        formerly: ['old-org/old-model', 'model'],
        files: {
          'config.json': CONFIG,
          'weights.bin': WEIGHTS,
          'sub/deep/a b#?é.json': '1',
          'empty.txt': '',
        },
      },
      { id: 'gpt2', files: { 'config.json': CONFIG }, delivery: 'direct' },
      { id: 'org/xet', files: { 'weights.bin': WEIGHTS }, xet: true },
    ],
  });
});
after(() => hub.close());

/** @param {string} path @param {RequestInit} [options] */
const ask = (path, options) => fetch(new URL(path, hub.url), { redirect: 'manual', ...options });
/** @param {string} path @param {RequestInit} [options] @returns {Promise<any>} */
const askJson = async (path, options) => (await ask(path, options)).json();
/** @param {Response} response @param {string} name */
const header = (response, name) => response.headers.get(name);
const sha1 = (/** @type {string} */ text) => createHash('sha1').update(text).digest('hex');

test("a small file is a relative 307, whose Content-Length is not the file's", async () => {
  for (const method of ['HEAD', 'GET']) {
    const response = await ask('/org/model/resolve/main/config.json', { method });
    const commit = hub.repository('org/model').commit('main')?.id;
    assert.equal(response.status, 307);
    const location = header(response, 'location') ?? '';
    assert.match(location, new RegExp(`^/api/resolve-cache/models/org/model/${commit}/config\\.json\\?`));
    assert.equal(header(response, 'x-repo-commit'), commit);
    assert.equal(header(response, 'etag'), `"${sha1(`blob ${CONFIG.length}\0${CONFIG}`)}"`);
    assert.equal(header(response, 'x-linked-size'), null);
    assert.notEqual(header(response, 'content-length'), String(CONFIG.length));

    const target = await ask(location, { method });
    assert.equal(target.status, 200);
    assert.equal(header(target, 'x-repo-commit'), commit);
    assert.equal(header(target, 'content-length'), String(CONFIG.length));
    assert.equal(await target.text(), method === 'GET' ? CONFIG : '');
  }
});

test('an LFS file is a 302 to the CDN on another origin, with its sha256 and its size', async () => {
  const response = await ask('/org/model/resolve/main/weights.bin', { method: 'HEAD' });
  assert.equal(response.status, 302);
  assert.equal(header(response, 'x-linked-etag'), `"${createHash('sha256').update(WEIGHTS).digest('hex')}"`);
  assert.equal(header(response, 'x-linked-size'), '1000');
  assert.equal(header(response, 'x-xet-hash'), null);
  const location = new URL(header(response, 'location') ?? '');
  assert.equal(location.origin, hub.cdnUrl);
  assert.notEqual(location.origin, hub.url);
  assert.match(location.search, /Signature=[0-9a-f]{64}/);

  const file = await fetch(location);
  assert.deepEqual(Buffer.from(await file.arrayBuffer()), WEIGHTS);
  assert.notEqual(header(file, 'etag'), header(response, 'x-linked-etag'));
});

test('the CDN wants a valid signature and no token', async () => {
  const location = new URL(header(await ask('/org/model/resolve/main/weights.bin'), 'location') ?? '');
  assert.equal((await fetch(location, { headers: { Authorization: 'Bearer hf_x' } })).status, 400);
  for (const [name, value] of [
    ['Signature', 'f'.repeat(64)],
    ['Expires', '9999999999'],
  ]) {
    const altered = new URL(location);
    altered.searchParams.set(name, value);
    assert.equal((await fetch(altered)).status, 403, name);
  }
});

test('xet storage is told of in headers, beside the ordinary redirect', async () => {
  const response = await ask('/org/xet/resolve/main/weights.bin', { method: 'HEAD' });
  assert.equal(response.status, 302);
  assert.match(header(response, 'x-xet-hash') ?? '', /^[0-9a-f]{64}$/);
  assert.match(header(response, 'link') ?? '', /rel="xet-auth".*rel="xet-reconstruction-info"/);
});

test('an id without an organisation works, and direct delivery is a plain 200', async () => {
  const response = await ask('/gpt2/resolve/main/config.json');
  assert.equal(response.status, 200);
  assert.equal(await response.text(), CONFIG);
  assert.match(header(response, 'x-repo-commit') ?? '', /^[0-9a-f]{40}$/);
});

test('names are percent-decoded once; an empty file is a file', async () => {
  const odd = await fetch(new URL('/org/model/resolve/main/sub/deep/a%20b%23%3F%C3%A9.json', hub.url));
  assert.equal(await odd.text(), '1');
  const empty = await fetch(new URL('/org/model/resolve/main/empty.txt', hub.url));
  assert.equal(empty.status, 200);
  assert.equal(await empty.text(), '');
});

test('renamed repositories and other capitals are relative 307 redirects, in the API too', async () => {
  for (const [from, to] of [
    ['/old-org/old-model/resolve/main/config.json', '/org/model/resolve/main/config.json'],
    ['/Org/MODEL/resolve/main/config.json?x=1', '/org/model/resolve/main/config.json?x=1'],
    ['/model/resolve/main/config.json', '/org/model/resolve/main/config.json'],
    ['/api/models/old-org/old-model/revision/main', '/api/models/org/model/revision/main'],
    ['/api/models/model', '/api/models/org/model'],
  ]) {
    const response = await ask(from);
    assert.equal(response.status, 307, from);
    assert.equal(header(response, 'location'), to);
  }
});

test('ranges: 206, the last bytes, 416, If-Range; and 304 for a known ETag', async () => {
  const path = '/api/resolve-cache/models/org/model/';
  const url = `${path}${hub.repository('org/model').commit('main')?.id}/config.json`;
  const etag = header(await ask(url), 'etag') ?? '';
  const part = await ask(url, { headers: { Range: 'bytes=2-4' } });
  assert.equal(part.status, 206);
  assert.equal(header(part, 'content-range'), `bytes 2-4/${CONFIG.length}`);
  assert.equal(await part.text(), CONFIG.slice(2, 5));
  const tail = await ask(url, { headers: { Range: 'bytes=-3', 'If-Range': etag } });
  assert.equal(await tail.text(), CONFIG.slice(-3));
  const changed = await ask(url, { headers: { Range: 'bytes=5-', 'If-Range': '"other"' } });
  assert.equal(changed.status, 200);
  const beyond = await ask(url, { headers: { Range: 'bytes=9999-' } });
  assert.equal(beyond.status, 416);
  assert.equal(header(beyond, 'content-range'), `bytes */${CONFIG.length}`);
  assert.equal((await ask(url, { headers: { 'If-None-Match': etag } })).status, 304);

  const location = header(await ask('/org/model/resolve/main/weights.bin'), 'location') ?? '';
  const fromCdn = await fetch(location, { headers: { Range: 'bytes=990-' } });
  assert.equal(fromCdn.status, 206);
  assert.deepEqual(Buffer.from(await fromCdn.arrayBuffer()), WEIGHTS.subarray(990));
});

test('what is missing is named: revision, file', async () => {
  const noRevision = await ask('/org/model/resolve/v9/config.json');
  assert.equal(noRevision.status, 404);
  assert.equal(header(noRevision, 'x-error-code'), 'RevisionNotFound');
  assert.equal(header(noRevision, 'x-error-message'), 'Invalid rev id: v9');
  assert.match(header(noRevision, 'x-request-id') ?? '', /^Root=1-/);
  const noEntry = await ask('/org/model/resolve/main/nope.json');
  assert.equal(noEntry.status, 404);
  assert.equal(header(noEntry, 'x-error-code'), 'EntryNotFound');
  assert.match(header(noEntry, 'x-repo-commit') ?? '', /^[0-9a-f]{40}$/);
  assert.equal(await noEntry.text(), 'Entry not found');
  const inApi = await ask('/api/models/org/model/tree/v9');
  assert.deepEqual(await inApi.json(), { error: 'Invalid rev id: v9' });
});

test('a push moves main; commits, branches, tags, pull requests and short ids stay', async () => {
  const repository = hub.addRepository({ id: 'org/moving', files: { 'a.json': 'one' }, delivery: 'direct' });
  const first = repository.commit('main')?.id ?? '';
  repository.tag('v1');
  repository.branch('refs/pr/1');
  const second = repository.push({ 'a.json': 'two', 'b.json': 'new' }).id;
  repository.push({ 'a.json': 'feature' }, { branch: 'feature/x' });
  assert.notEqual(first, second);
  for (const [revision, text] of [
    ['main', 'two'],
    [second, 'two'],
    [first, 'one'],
    ['v1', 'one'],
    [first.slice(0, 7), 'one'],
    ['feature%2Fx', 'feature'],
    ['refs%2Fpr%2F1', 'one'],
  ]) {
    assert.equal(await (await ask(`/org/moving/resolve/${revision}/a.json`)).text(), text, revision);
  }
  repository.push({ 'b.json': null });
  assert.equal((await ask('/org/moving/resolve/main/b.json')).status, 404);
  const refs = await askJson('/api/models/org/moving/refs');
  assert.deepEqual(
    refs.branches.map((/** @type {{ name: string }} */ { name }) => name),
    ['main', 'feature/x'],
  );
  assert.deepEqual(refs.tags, [{ name: 'v1', ref: 'refs/tags/v1', targetCommit: first }]);
  assert.equal(refs.pullRequests[0].ref, 'refs/pr/1');
});

test('model information, the tree in pages, paths-info', async () => {
  const info = await askJson('/api/models/org/model?blobs=true');
  assert.equal(info.id, 'org/model');
  assert.deepEqual([info.private, info.gated, info.disabled], [false, false, false]);
  assert.equal(info.siblings.length, 4);
  assert.equal(
    info.siblings.find((/** @type {any} */ one) => one.rfilename === 'weights.bin').lfs.size,
    1000,
  );

  /** @type {{ type: string, path: string }[]} */
  const entries = [];
  let pages = 0;
  for (let url = '/api/models/org/model/tree/main?recursive=true'; url; pages += 1) {
    const page = await ask(url);
    entries.push(.../** @type {typeof entries} */ (await page.json()));
    url = /<(.*)>; rel="next"/.exec(header(page, 'link') ?? '')?.[1] ?? '';
  }
  assert.equal(pages, 2);
  assert.deepEqual(
    entries.map(({ type, path }) => `${type} ${path}`),
    [
      'directory sub',
      'directory sub/deep',
      'file config.json',
      'file empty.txt',
      'file sub/deep/a b#?é.json',
      'file weights.bin',
    ],
  );
  const top = await askJson('/api/models/org/model/tree/main/sub');
  assert.deepEqual(
    top.map((/** @type {{ path: string }} */ { path }) => path),
    ['sub/deep'],
  );

  const body = new URLSearchParams([
    ['paths', 'config.json'],
    ['paths', 'nope'],
  ]);
  const infos = await askJson('/api/models/org/model/paths-info/main', { method: 'POST', body });
  assert.deepEqual(
    infos.map((/** @type {{ path: string }} */ { path }) => path),
    ['config.json'],
  );
});

test('what is not a Hub path is a 404, and other methods are a 405', async () => {
  for (const path of [
    '/',
    '/org',
    '/a/b/c/resolve/main/x',
    '/org/model/resolve/main',
    '/api/nope',
    '/%ff/resolve/a/b',
  ]) {
    assert.equal((await ask(path)).status, 404, path);
  }
  assert.equal((await ask('/org/model/resolve/main/config.json', { method: 'POST' })).status, 405);
});

test('requests and connections are recorded', async () => {
  hub.forget();
  const headers = { Authorization: 'Bearer hf_unknown' };
  await fetch(new URL('/org/model/resolve/main/weights.bin?x=1', hub.url));
  await ask('/org/model/resolve/main/config.json', { headers, method: 'HEAD' });
  const seen = hub.requests.map(({ origin, method, route, repository, revision, file, token, status }) => [
    origin,
    method,
    route,
    repository,
    revision,
    file,
    token,
    status,
  ]);
  assert.deepEqual(seen, [
    ['hub', 'GET', 'resolve', 'org/model', 'main', 'weights.bin', null, 302],
    ['cdn', 'GET', 'cdn', 'org/model', undefined, 'weights.bin', null, 200],
    ['hub', 'HEAD', 'resolve', 'org/model', 'main', 'config.json', 'hf_unknown', 401],
  ]);
  assert.equal(hub.requests[0].query.get('x'), '1');
  assert.equal(hub.received({ file: 'weights.bin', origin: 'cdn' }).length, 1);
  assert.equal(hub.received({ path: /resolve/ }).length, 2);
  assert.ok(hub.connections.cdn <= 1);
});

test("with TLS, a client that trusts the Hub's certificate, and only such a one, gets through", async () => {
  const secure = await startHub({
    tls: true,
    repositories: [{ id: 'org/model', files: { 'config.json': CONFIG } }],
  });
  try {
    const code = `fetch('${secure.url}/org/model/resolve/main/config.json')
      .then((r) => r.text()).then(console.log, (e) => console.log(e.cause.code))`;
    const runWith = (/** @type {Record<string, string>} */ env) =>
      new Promise((resolve) => {
        import('./support/run.mjs')
          .then(({ runCode }) => runCode(code, { env }))
          .then((r) => resolve(r.stdout.trim()));
      });
    assert.equal(await runWith({ NODE_EXTRA_CA_CERTS: secure.caFile }), CONFIG.trim());
    assert.equal(await runWith({}), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  } finally {
    await secure.close();
  }
});

const hasGit = spawnSync('git', ['--version']).status === 0;
test("ids of files, folders and commits are git's own", { skip: !hasGit && 'no git on this machine' }, () => {
  const files = { 'config.json': CONFIG, 'sub/a.txt': 'a', 'sub-file': 'b', 'sub.d/c': 'c' };
  const repository = hub.addRepository({ id: 'org/git', files });
  const second = repository.push({ 'sub/a.txt': 'changed' }, { message: 'change it' });
  const folder = mkdtempSync(join(tmpdir(), 'hub-git-'));
  try {
    const who = 'Test Hub';
    const env = {
      ...process.env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      GIT_AUTHOR_NAME: who,
      GIT_COMMITTER_NAME: who,
      GIT_AUTHOR_EMAIL: 'hub@example.invalid',
      GIT_COMMITTER_EMAIL: 'hub@example.invalid',
    };
    /** @param {string[]} args @param {Date} [date] */
    const git = (args, date) =>
      execFileSync('git', args, {
        cwd: folder,
        env: date
          ? { ...env, GIT_AUTHOR_DATE: date.toISOString(), GIT_COMMITTER_DATE: date.toISOString() }
          : env,
        encoding: 'utf8',
      }).trim();
    const commit = (
      /** @type {Record<string, string>} */ changes,
      /** @type {string} */ message,
      /** @type {Date} */ date,
    ) => {
      for (const [path, text] of Object.entries(changes)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      git(['-c', 'core.autocrlf=false', 'add', '-A']);
      git(['-c', 'commit.gpgsign=false', 'commit', '-q', '-m', message], date);
      return git(['rev-parse', 'HEAD']);
    };
    git(['init', '-q']);
    const first = repository.commit(second.parent ?? '');
    assert.ok(first);
    assert.equal(commit(files, first.message, first.date), first.id);
    assert.equal(commit({ 'sub/a.txt': 'changed' }, second.message, second.date), second.id);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
