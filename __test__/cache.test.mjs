// The cache is huggingface_hub's: what one downloads is a hit for the other, and nothing is downloaded twice.
import assert from 'node:assert/strict';
import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startHub } from './hub/index.mjs';
import { llama2Files } from './support/llama2.mjs';
import { findPython, runPython } from './support/python.mjs';
import { makeHome, runCode } from './support/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const id = 'org/model';
const python = await findPython('hub');

/** @type {import('./hub/index.mjs').Hub} */
let hub;
/** @type {Awaited<ReturnType<typeof makeHome>>} */
let home;

before(async () => {
  hub = await startHub({ repositories: [{ id, files: await llama2Files() }] });
});
after(() => hub.close());
beforeEach(async () => {
  hub.forget();
  home = await makeHome();
});
afterEach(() => home.remove());

/**
 * Loads in a process of its own and prints the ids of 'Hello world!'.
 *
 * @param {object} [options] of from_pretrained
 * @param {Record<string, string>} [env]
 * @param {string} [model]
 */
async function load(options = {}, env = {}, model = id) {
  const code = `
    import { AutoTokenizer } from '@xenova/transformers';
    const tokenizer = await AutoTokenizer.from_pretrained('${model}', ${JSON.stringify(options)});
    console.log(JSON.stringify(tokenizer.encode('Hello world!')));`;
  const result = await runCode(code, { cwd: root, home: home.path, env: { HF_ENDPOINT: hub.url, ...env } });
  assert.equal(result.stderr, '');
  assert.equal(result.stdout, '[1,15043,3186,29991]\n');
}

const requests = () => hub.requests.map(({ method, file }) => `${method} ${file}`);

describe('a second run', () => {
  test('makes one HEAD and no download', async () => {
    await load();
    assert.ok(hub.received({ method: 'GET' }).length >= 2);
    hub.forget();
    await load();
    assert.deepEqual(requests(), ['HEAD tokenizer.json']);
  });

  test('opens no connection with local_files_only or HF_HUB_OFFLINE=1', async () => {
    await load();
    hub.forget();
    await load({ local_files_only: true });
    await load({}, { HF_HUB_OFFLINE: '1' });
    await load({}, { TRANSFORMERS_OFFLINE: '1' });
    assert.equal(hub.connections.hub, 0);
  });

  test('asks nothing for a commit that is cached', async () => {
    const revision = hub.repository(id).commit('main')?.id;
    await load({ revision });
    hub.forget();
    await load({ revision });
    assert.deepEqual(requests(), []);
  });

  test('downloads again what has changed, and only that', async () => {
    await load();
    hub.repository(id).push({ 'tokenizer_config.json': '{"tokenizer_class":"LlamaTokenizer"}' });
    hub.forget();
    await load();
    const downloaded = hub.requests.filter(({ method, status }) => method === 'GET' && status === 200);
    assert.deepEqual([...new Set(downloaded.map(({ file }) => file))], ['tokenizer_config.json']);
  });
});

test('all files come from one commit, though main moves between two requests', async () => {
  await load();
  const commits = new Set(hub.received({ method: 'GET', route: 'resolve' }).map(({ revision }) => revision));
  assert.deepEqual([...commits], [hub.repository(id).commit('main')?.id]);
});

test('files on disk are laid out as huggingface_hub lays them out', async () => {
  await load();
  const folder = join(home.hfHome, 'hub', 'models--org--model');
  const commit = hub.repository(id).commit('main')?.id ?? '';
  assert.equal(await readlink(join(folder, 'snapshots', commit, 'tokenizer.json')).then((link) => link.split('/')[2]), 'blobs');
  assert.deepEqual(await readdir(join(folder, 'refs')), ['main']);
  const blobs = await readdir(join(folder, 'blobs'));
  assert.deepEqual(blobs.filter((name) => !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name)), []);
});

describe('Python shares the cache', () => {
  const download = `
import sys
from huggingface_hub import hf_hub_download
for name in ["tokenizer.json", "tokenizer_config.json"]:
    print(hf_hub_download("${id}", name, local_files_only=sys.argv[1] == "local"))`;

  test('what Python downloaded is a hit', { skip: python.skip }, async () => {
    const result = await runPython(python, download, { args: ['remote'], home: home.path, env: { HF_ENDPOINT: hub.url } });
    assert.equal(result.code, 0, result.stderr);
    hub.forget();
    await load({}, { HF_HUB_OFFLINE: '1' });
    await load();
    assert.deepEqual(hub.received({ method: 'GET' }).filter(({ status }) => status === 200), []);
  });

  test('what we downloaded is a hit for Python, and its scan finds nothing wrong', { skip: python.skip }, async () => {
    await load();
    hub.forget();
    const result = await runPython(python, download, { args: ['local'], home: home.path, env: { HF_ENDPOINT: hub.url } });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(hub.received({ route: 'resolve' }), []);
    const scan = `
from huggingface_hub import scan_cache_dir
report = scan_cache_dir()
print(len(report.repos), [str(warning) for warning in report.warnings])`;
    const scanned = await runPython(python, scan, { home: home.path });
    assert.equal(scanned.stdout, '1 []\n', scanned.stderr);
  });
});

describe('folders', () => {
  test('an absolute and a relative one load without any request', async () => {
    const folder = join(home.path, 'my model');
    await mkdir(folder);
    for (const [name, text] of Object.entries(await llama2Files())) await writeFile(join(folder, name), text);
    await load({}, {}, folder);
    const code = `
      import { createRequire } from 'node:module';
      const { AutoTokenizer } = createRequire('${root}')('@xenova/transformers');
      const tokenizer = await AutoTokenizer.from_pretrained('./my model');
      console.log(JSON.stringify(tokenizer.encode('Hello world!')));`;
    const result = await runCode(code, { home: home.path, env: { HF_ENDPOINT: hub.url } });
    assert.equal(result.stdout, '[1,15043,3186,29991]\n', result.stderr);
    assert.equal(hub.requests.length, 0);
  });

  test('subfolder, revision and cache_dir are honoured', async () => {
    const files = Object.entries(await llama2Files()).map(([name, text]) => [`inner/${name}`, text]);
    const repository = hub.addRepository({ id: 'org/nested', files: { 'README.md': '' } });
    repository.push(Object.fromEntries(files), { branch: 'feature/x' });
    const cache = join(home.path, 'elsewhere');
    await load({ subfolder: 'inner', revision: 'feature/x', cache_dir: cache }, {}, 'org/nested');
    assert.ok((await readdir(cache)).includes('models--org--nested'));
  });
});
