// Every convention of the environment and every field of `env`: folders, the Hub's address, offline, limits.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { startHub } from './hub/index.mjs';
import { TOKENIZER } from './hub/scenarios.mjs';
import { ask, filesBelow, ours, problemsOf } from './support/client.mjs';
import { findPython, runPython } from './support/python.mjs';
import { makeHome } from './support/run.mjs';

const python = await findPython('hub');
const fork = { skip: python.skip || (process.platform === 'win32' && 'Python has no fork here') };
const files = {
  'tokenizer.json': TOKENIZER,
  'tokenizer_config.json': '{"tokenizer_class":"PreTrainedTokenizer"}',
};
const COMMIT = /^[0-9a-f]{40}$/;

/** @type {import('./hub/index.mjs').Hub} */
let hub;
/** @type {Awaited<ReturnType<typeof makeHome>>} */
let home;

before(async () => {
  hub = await startHub({
    repositories: [
      { id: 'org/model', files },
      { id: 'org/other', files },
    ],
  });
});
after(() => hub.close());
beforeEach(async (context) => {
  hub.clearFaults();
  hub.forget();
  home = await makeHome();
  /** @type {any} */ (context).after?.(home.remove);
});

/**
 * @param {Record<string, string>} [variables]
 * @param {object} [options]
 * @param {string} [id]
 */
function load(variables = {}, options = {}, id = 'org/model') {
  return ask(home.path, { HF_ENDPOINT: hub.url, ...variables }, (client) =>
    client.AutoTokenizer.from_pretrained(id, options),
  );
}

/** @param {Awaited<ReturnType<typeof load>>} outcome */
function assertLoaded({ value, error, warnings }) {
  assert.equal(error, undefined);
  assert.deepEqual(warnings, []);
  assert.deepEqual(value.encode('word1 word2'), [1, 2]);
}

/**
 * Calls with fields of `env` set.
 *
 * @param {Record<string, any>} fields
 * @param {() => Promise<any>} call
 */
function withEnv(fields, call) {
  const before = Object.fromEntries(Object.keys(fields).map((name) => [name, ours.env[name]]));
  Object.assign(ours.env, fields);
  try {
    return call();
  } finally {
    Object.assign(ours.env, before);
  }
}

describe('the cache folder', () => {
  test('is chosen as huggingface_hub chooses it', fork, async () => {
    const at = (/** @type {string} */ name) => join(home.path, name);
    const places = /** @type {Record<string, string>[]} */ (
      /** @type {unknown} */ ([
        { HF_HUB_CACHE: at('a'), HUGGINGFACE_HUB_CACHE: at('b'), HF_HOME: at('c'), XDG_CACHE_HOME: at('d') },
        { HUGGINGFACE_HUB_CACHE: at('b'), HF_HOME: at('c'), XDG_CACHE_HOME: at('d') },
        { HF_HOME: at('c'), XDG_CACHE_HOME: at('d') },
        { HF_HOME: '', XDG_CACHE_HOME: at('d') },
        { HF_HOME: '' },
        { HF_HUB_CACHE: '~/tilde' },
        { HF_HOME: '~/tilde/$FOLDER/${FOLDER}/$NONE', FOLDER: 'more' },
      ])
    );
    const code = `
import json, os, sys
for variables in json.loads(sys.argv[1]):
    sys.stdout.flush()
    if os.fork() == 0:
        os.environ.update(variables)
        for name, value in variables.items():
            if not value:
                del os.environ[name]
        from huggingface_hub.constants import HF_HUB_CACHE
        print(HF_HUB_CACHE)
        sys.stdout.flush()
        os._exit(0)
    os.wait()
`;
    const { stdout, stderr } = await runPython(python, code, {
      home: home.path,
      args: [JSON.stringify(places)],
    });
    const theirs = stdout.trim().split('\n');
    assert.equal(theirs.length, places.length, stderr);
    for (const [index, variables] of places.entries()) {
      const { value } = await ask(home.path, variables, (client) => client.scanCache());
      assert.equal(value.root, theirs[index], JSON.stringify(variables));
    }
  });

  test('a call, and env.cacheDir, choose another', async () => {
    assertLoaded(await load({ HF_HUB_CACHE: join(home.path, 'a') }, { cache_dir: join(home.path, 'own') }));
    assert.deepEqual(await readdir(home.path), ['own']);
    assertLoaded(await withEnv({ cacheDir: join(home.path, 'field') }, () => load()));
    assert.deepEqual((await readdir(home.path)).sort(), ['field', 'own']);
    assert.deepEqual(await problemsOf(join(home.path, 'field')), []);
  });

  test('HF_HUB_DISABLE_SYMLINKS puts the files themselves into the snapshot', async () => {
    assertLoaded(await load({ HF_HUB_DISABLE_SYMLINKS: '1' }));
    const cache = join(home.hfHome, 'hub');
    const names = (await filesBelow(cache)).filter((file) => file.includes('/snapshots/'));
    assert.equal(names.length, 2);
    for (const name of names) assert.ok((await lstat(join(cache, name))).isFile());
    hub.forget();
    assertLoaded(await load({ HF_HUB_DISABLE_SYMLINKS: '1' }));
    assert.deepEqual(hub.received({ method: 'GET' }), []);
    assertLoaded(await load());
    assert.deepEqual(hub.received({ method: 'GET' }), []);
  });
});

describe('the address of the Hub', () => {
  test('HF_ENDPOINT, with or without slashes at its end, or a path', async () => {
    assertLoaded(await load({ HF_ENDPOINT: `${hub.url}//` }));
    hub.forget();
    const { error } = await load({ HF_ENDPOINT: `${hub.url}/mirror` }, { cache_dir: join(home.path, 'x') });
    assert.ok(error);
    assert.equal(hub.requests[0].path, '/mirror/org/model/resolve/main/tokenizer.json');
  });

  test('env.remoteHost goes before it', async () => {
    assertLoaded(
      await withEnv({ remoteHost: `${hub.url}/` }, () => load({ HF_ENDPOINT: 'http://127.0.0.1:1' })),
    );
  });

  test('must be one', async () => {
    for (const HF_ENDPOINT of ['nonsense', 'ftp://host', 'https://user:password@host', 'https://host?x=1']) {
      const { error } = await load({ HF_ENDPOINT });
      assert.equal(error.code, 'ERR_HUB_INVALID_OPTION');
      assert.match(error.message, /HF_ENDPOINT/);
    }
  });

  test('over plain http to another machine no token is sent', async () => {
    const name = 'http://hub.example';
    const { error, warnings } = await ask(
      home.path,
      { HF_ENDPOINT: name, HF_TOKEN: 'hf_x', HTTP_PROXY: hub.url },
      (client) => client.AutoTokenizer.from_pretrained('org/model'),
    );
    assert.ok(error);
    assert.match(warnings.join(), /HF_TOKEN is not sent to http:\/\/hub\.example/);
    assert.ok(hub.requests.length > 0);
    assert.ok(hub.requests.every(({ headers }) => headers.authorization === undefined));
  });
});

describe('HUGGINGFACE_CO_STAGING', () => {
  const staging = (/** @type {string} */ value) => ({ HUGGINGFACE_CO_STAGING: value });
  const folder = () => join(home.path, '.cache', 'huggingface_staging');

  test('is another Hub with a cache and a token file of its own, as in huggingface_hub', fork, async () => {
    const at = (/** @type {string} */ name) => join(home.path, name);
    const places = /** @type {Record<string, string>[]} */ (
      /** @type {unknown} */ ([
        {},
        { HF_ENDPOINT: 'http://127.0.0.1:1/other', HF_TOKEN_PATH: at('token') },
        { HUGGINGFACE_HUB_CACHE: at('b'), HF_HOME: at('c'), XDG_CACHE_HOME: at('d') },
      ])
    );
    const values = ['1', 'On', 'TRUE', '0', 'false'];
    const cases = places.flatMap((place) => values.map((value) => ({ ...staging(value), ...place })));
    const code = `
import json, os, sys
for variables in json.loads(sys.argv[1]):
    sys.stdout.flush()
    if os.fork() == 0:
        os.environ.update(variables)
        from huggingface_hub.constants import ENDPOINT, HUGGINGFACE_HUB_CACHE, HF_TOKEN_PATH
        print(json.dumps([ENDPOINT, HUGGINGFACE_HUB_CACHE, HF_TOKEN_PATH]))
        sys.stdout.flush()
        os._exit(0)
    os.wait()
`;
    const { stdout, stderr } = await runPython(python, code, {
      home: home.path,
      args: [JSON.stringify(cases)],
    });
    const theirs = stdout.trim().split('\n');
    assert.equal(theirs.length, cases.length, stderr);
    /** @type {string[]} */
    const asked = [];
    const proxy = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (data) => {
        asked.push(String(data).split(' ')[1]);
        socket.destroy();
      });
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (proxy.address());
    try {
      for (const [index, variables] of cases.entries()) {
        const [endpoint, cache, token] = JSON.parse(theirs[index]);
        await mkdir(dirname(token), { recursive: true });
        await writeFile(token, 'hf_somebody');
        const { value } = await ask(home.path, variables, (client) => client.scanCache());
        assert.equal(value.root, cache, JSON.stringify(variables));
        const network = { HTTPS_PROXY: `http://127.0.0.1:${port}`, ALL_PROXY: '' };
        asked.length = 0;
        const { error } = await ask(home.path, { ...variables, ...network }, (client) => client.whoami());
        if (endpoint.startsWith('https:')) assert.equal(asked[0], `${new URL(endpoint).host}:443`);
        else assert.match(error.url, new RegExp(`^${endpoint}/`));
        await rm(token);
        const without = await ask(home.path, { ...variables, ...network }, (client) => client.whoami());
        assert.equal(without.error.code, 'ERR_HUB_TOKEN_MISSING', JSON.stringify(variables));
      }
    } finally {
      proxy.close();
    }
  });

  test('does not put a file of the one into the cache of the other', async () => {
    assertLoaded(await withEnv({ remoteHost: hub.url }, () => load(staging('1'))));
    assert.deepEqual(await filesBelow(home.hfHome), []);
    assert.deepEqual(await problemsOf(join(folder(), 'hub')), []);
    assertLoaded(await load(staging('0')));
    assert.ok((await filesBelow(home.hfHome)).length > 0);
    const own = { ...staging('1'), HF_HUB_CACHE: join(home.path, 'own') };
    assertLoaded(await withEnv({ remoteHost: hub.url }, () => load(own)));
    assert.ok((await filesBelow(join(home.path, 'own'))).length > 0);
  });
});

describe('offline', () => {
  /** @type {[Record<string, string>, boolean][]} */
  const cases = [
    ...['1', 'ON', 'yes', 'True'].map((value) => /** @type {any} */ ([{ HF_HUB_OFFLINE: value }, true])),
    ...['0', 'false', '', 'no'].map((value) => /** @type {any} */ ([{ HF_HUB_OFFLINE: value }, false])),
    [{ TRANSFORMERS_OFFLINE: '1' }, true],
    [{ HF_HUB_OFFLINE: '', TRANSFORMERS_OFFLINE: '1' }, true],
    [{ HF_HUB_OFFLINE: '0', TRANSFORMERS_OFFLINE: '1' }, false],
  ];
  for (const [variables, offline] of cases) {
    test(`${JSON.stringify(variables)} ${offline ? 'opens no connection' : 'is not offline'}`, async () => {
      const { error, value } = await load(variables);
      if (!offline) return assert.ok(value, error);
      assert.equal(error.code, 'ERR_HUB_OFFLINE');
      assert.match(error.message, new RegExp(`${Object.keys(variables).at(-1)} is set`));
      for (const name of ['whoami', 'checkAccess', 'snapshot']) {
        const outcome = await ask(home.path, { HF_ENDPOINT: hub.url, ...variables }, (client) =>
          name === 'whoami' ? client.whoami({ token: 'hf_x' }) : client[name]('org/model'),
        );
        assert.equal(outcome.error.code, 'ERR_HUB_OFFLINE');
      }
      assert.equal(hub.connections.hub, 0);
      assertLoaded(await load());
      hub.forget();
      assertLoaded(await load(variables));
      assert.equal(hub.connections.hub, 0);
    });
  }

  test('local_files_only, and env.allowRemoteModels = false', async () => {
    assertLoaded(await load());
    hub.forget();
    assertLoaded(await load({}, { local_files_only: true }));
    assertLoaded(await withEnv({ allowRemoteModels: false }, () => load()));
    assert.equal((await load({}, { local_files_only: true }, 'org/other')).error.code, 'ERR_HUB_OFFLINE');
    assert.equal(hub.connections.hub, 0);
  });
});

describe('local folders', () => {
  test('env.localModelPath is looked into first, unless env.allowLocalModels is false', async () => {
    const folder = join(home.path, 'models', 'org', 'model');
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const localModelPath = join(home.path, 'models');
    assertLoaded(await withEnv({ localModelPath }, () => load()));
    assert.equal(hub.connections.hub, 0);
    assertLoaded(await withEnv({ localModelPath, allowLocalModels: false }, () => load()));
    assert.ok(hub.requests.length > 0);
  });
});

describe('env.remotePathTemplate', () => {
  const usual = '{model}/resolve/{revision}/';

  test('puts folders before the paths of a Hub, at HF_ENDPOINT or env.remoteHost', async () => {
    /** @type {[template: string, fields: object, path: string][]} */
    const cases = [
      [usual, {}, '/org/model/resolve/main/tokenizer.json'],
      [`/${usual}`, {}, '/org/model/resolve/main/tokenizer.json'],
      [`a/b/${usual}`, {}, '/a/b/org/model/resolve/main/tokenizer.json'],
      [`/a/${usual}`, { remoteHost: `${hub.url}/c/` }, '/c/a/org/model/resolve/main/tokenizer.json'],
    ];
    for (const [remotePathTemplate, fields, path] of cases) {
      hub.forget();
      await withEnv({ remotePathTemplate, ...fields }, () => load());
      assert.equal(hub.requests[0]?.path, path);
    }
  });

  test('is an error where it names no Hub, unless the network is not used', async () => {
    for (const remotePathTemplate of ['{model}/', '{model}/{revision}/', `../${usual}`, `a/../${usual}`]) {
      const { error } = await withEnv({ remotePathTemplate }, () => load());
      assert.equal(error.code, 'ERR_HUB_INVALID_OPTION', remotePathTemplate);
      const fields = { remotePathTemplate, allowRemoteModels: false };
      assert.equal((await withEnv(fields, () => load())).error.code, 'ERR_HUB_OFFLINE');
    }
    assert.equal(hub.requests.length, 0);
  });
});

describe('fields of env that only transformers.js has a use for', () => {
  test('change nothing; a cache of the program is refused', async () => {
    const fields = { useFS: false, useFSCache: false, useBrowserCache: true };
    assertLoaded(await withEnv(fields, () => load()));
    assert.equal(hub.requests[0].path, '/org/model/resolve/main/tokenizer.json');
    const { error } = await withEnv({ useCustomCache: true, customCache: {} }, () => load());
    assert.equal(error.code, 'ERR_HUB_INVALID_OPTION');
  });
});

describe('limits and headers', () => {
  test('HF_HUB_ETAG_TIMEOUT limits the wait for what the Hub knows of a file', async () => {
    hub.fault({ kind: 'hang' });
    const { error } = await load({ HF_HUB_ETAG_TIMEOUT: '0.5' });
    assert.equal(error.code, 'ERR_HUB_TIMEOUT');
    assert.match(error.message, /0\.5 s/);
  });

  test('HF_HUB_DOWNLOAD_TIMEOUT limits the wait for its bytes, the first and the next', async () => {
    const match = { method: 'GET', file: 'tokenizer.json' };
    for (const bytes of [undefined, 100]) {
      hub.clearFaults();
      hub.fault({ kind: 'hang', ...(bytes && { bytes }), match });
      const { error } = await load({ HF_HUB_DOWNLOAD_TIMEOUT: '0.5' });
      assert.equal(error.code, 'ERR_HUB_TIMEOUT');
      assert.match(error.message, /0\.5 s/);
    }
  });

  test('requests say who asks; HF_HUB_USER_AGENT_ORIGIN adds to it', async () => {
    assertLoaded(await load());
    const { version } = ours.env;
    const agent = String(hub.requests[0].headers['user-agent']);
    assert.match(agent, /^autotokenizer\/\d+\.\d+\.\d+\S*; api\/plain; node\/\d/);
    assert.ok(version);
    hub.forget();
    assertLoaded(await load({ HF_HUB_USER_AGENT_ORIGIN: 'acme' }));
    assert.equal(hub.requests[0].headers['user-agent'], `${agent}; origin/acme`);
  });

  test('no telemetry: nothing is asked but for the files', async () => {
    assertLoaded(await load());
    assert.ok(hub.requests.every(({ route }) => route === 'resolve' || route === 'resolve-cache'));
    assert.match(hub.requests.find(({ method }) => method === 'GET')?.revision ?? '', COMMIT);
  });
});
