// Python's huggingface_hub takes the loopback Hub for the real one: it downloads, and it raises its typed
// errors.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startHub } from './hub/index.mjs';
import { findPython, runPython } from './support/python.mjs';
import { makeHome } from './support/run.mjs';

const python = await findPython('hub');
const options = { skip: python.skip };
const FILES = {
  'config.json': '{"a":1}',
  'sub/dir/vocab.txt': 'a\nb\n',
  'weights.bin': Buffer.alloc(5000, 'w'),
};

/** @type {import('./hub/index.mjs').Hub} */
let hub;
/** @type {import('./hub/index.mjs').Hub} */
let secureHub;
/** @type {import('./hub/index.mjs').HubOptions} */
const settings = {
  repositories: [
    { id: 'org/public', formerly: ['old/name'], files: FILES },
    { id: 'org/gated', gated: 'auto', files: FILES, authorized: ['alice'] },
    { id: 'org/private', private: true, files: FILES },
    { id: 'org/disabled', disabled: true, files: FILES },
    { id: 'gpt2', files: FILES, delivery: 'direct' },
  ],
  tokens: [
    { value: 'hf_alice', user: 'alice', orgs: ['friends'], name: 'laptop' },
    { value: 'hf_bob', user: 'bob' },
    { value: 'hf_old', user: 'alice', expired: true },
  ],
};
before(async () => {
  [hub, secureHub] = await Promise.all([
    startHub({ ...settings, pageSize: 2 }),
    startHub({ ...settings, tls: true }),
  ]);
});
after(() => Promise.all([hub.close(), secureHub.close()]));

const PREAMBLE = `
import json, sys
from huggingface_hub import HfApi, hf_hub_download, snapshot_download, scan_cache_dir
api = HfApi()
def outcome(call):
    try:
        return call()
    except Exception as error:
        return type(error).__name__
def show(value):
    print(json.dumps(value, default=str))
`;

/**
 * @param {string} code
 * @param {{ to?: import('./hub/index.mjs').Hub, env?: Record<string, string>, home?: string }} [options]
 * @returns {Promise<any>} What the code showed.
 */
async function ask(code, { to = hub, env = {}, home } = {}) {
  const result = await runPython(python, PREAMBLE + code, {
    home,
    env: {
      HF_ENDPOINT: to.url,
      HF_HUB_DISABLE_XET: '1',
      HF_HUB_DISABLE_PROGRESS_BARS: '1',
      HF_HUB_DISABLE_TELEMETRY: '1',
      ...env,
    },
  });
  assert.equal(result.code, 0, result.stderr);
  return JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '');
}

test(
  'hf_hub_download: small and LFS files, renamed and no-organisation ids, revisions',
  options,
  async () => {
    const repository = hub.repository('org/public');
    const first = repository.commit('main')?.id;
    repository.tag('v1');
    repository.push({ 'config.json': '{"a":2}' });
    const seen = await ask(`
def read(*args, **kwargs):
    return open(hf_hub_download(*args, **kwargs), "rb").read().decode()
show([
    read("org/public", "config.json"),
    read("org/public", "config.json", revision="v1"),
    read("org/public", "config.json", revision="${first}"),
    read("org/public", "vocab.txt", subfolder="sub/dir"),
    len(read("org/public", "weights.bin")),
    read("old/name", "config.json"),
    read("gpt2", "config.json"),
    len(scan_cache_dir().warnings),
])`);
    assert.deepEqual(seen, ['{"a":2}', '{"a":1}', '{"a":1}', 'a\nb\n', 5000, '{"a":2}', '{"a":1}', 0]);
  },
);

test(
  'snapshot_download and list_repo_tree: every file of a commit, over several pages',
  options,
  async () => {
    const code = `
import os
folder = snapshot_download("org/gated")
paths = [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]
show([sorted(os.path.relpath(path, folder) for path in paths),
  sorted(entry.path for entry in api.list_repo_tree("org/gated", recursive=True))])`;
    const [files, tree] = await ask(code, { env: { HF_TOKEN: 'hf_alice' } });
    assert.deepEqual(files, ['config.json', 'sub/dir/vocab.txt', 'weights.bin']);
    assert.deepEqual(tree, ['config.json', 'sub', 'sub/dir', 'sub/dir/vocab.txt', 'weights.bin']);
  },
);

test('its API calls understand the answers', options, async () => {
  const seen = await ask(
    `
info = api.model_info("org/gated", files_metadata=True)
me = api.whoami()
refs = api.list_repo_refs("org/public")
paths = api.get_paths_info("org/public", ["weights.bin", "sub"])
show([info.gated, info.private, [(s.rfilename, s.size) for s in info.siblings],
  me["name"], me["orgs"][0]["name"], me["auth"]["accessToken"]["role"],
  [b.name for b in refs.branches], [(p.path, type(p).__name__) for p in paths],
  api.auth_check("org/gated")])`,
    { env: { HF_TOKEN: 'hf_alice' } },
  );
  assert.deepEqual(seen, [
    'auto',
    false,
    [
      ['config.json', 7],
      ['sub/dir/vocab.txt', 4],
      ['weights.bin', 5000],
    ],
    'alice',
    'friends',
    'read',
    ['main'],
    [
      ['weights.bin', 'RepoFile'],
      ['sub', 'RepoFolder'],
    ],
    null,
  ]);
});

/** What is tried, in Python, and its error. @type {[string, string, string][]} */
const refusals = [
  ['a gated repository without a token', 'get("org/gated", token=False)', 'GatedRepoError'],
  ['a gated repository, not on the list', 'get("org/gated", token="hf_bob")', 'GatedRepoError'],
  ['auth_check without a token', 'api.auth_check("org/gated", token=False)', 'GatedRepoError'],
  ['auth_check, not on the list', 'api.auth_check("org/gated", token="hf_bob")', 'GatedRepoError'],
  ['a private repository', 'get("org/private", token="hf_bob")', 'RepositoryNotFoundError'],
  ['a repository that does not exist', 'get("org/no", token="hf_bob")', 'RepositoryNotFoundError'],
  ['a disabled repository', 'api.auth_check("org/disabled", token="hf_bob")', 'DisabledRepoError'],
  ['a revision that does not exist', 'get("org/public", revision="v9")', 'RevisionNotFoundError'],
  ['a file that does not exist', 'get("org/public", "nope.json")', 'RemoteEntryNotFoundError'],
  ['a wrong token', 'api.auth_check("org/public", token="hf_wrong")', 'HfHubHTTPError'],
  ['an expired token', 'api.whoami(token="hf_old")', 'HfHubHTTPError'],
];

test('its typed errors are raised', options, async (t) => {
  const calls = refusals.map(([, call]) => `outcome(lambda: ${call})`).join(', ');
  const seen = await ask(`
def get(id, file="config.json", **kwargs):
    return hf_hub_download(id, file, **kwargs)
show([${calls}])`);
  for (const [at, [name, , error]] of refusals.entries()) {
    await t.test(`${name}: ${error}`, () => assert.equal(seen[at], error));
  }
});

test('over https, an anonymous 401 is a RepositoryNotFoundError', options, async () => {
  const env = { SSL_CERT_FILE: secureHub.caFile };
  const code = `
show([outcome(lambda: hf_hub_download("org/no", "config.json")),
  outcome(lambda: hf_hub_download("org/private", "config.json")),
  open(hf_hub_download("org/public", "weights.bin"), "rb").read().decode()[:3]])`;
  assert.deepEqual(await ask(code, { to: secureHub, env }), [
    'RepositoryNotFoundError',
    'RepositoryNotFoundError',
    'www',
  ]);
});

test(
  'a second download in the same cache asks once and downloads nothing; offline it asks nothing',
  options,
  async () => {
    const home = await makeHome();
    try {
      const code = 'show(open(hf_hub_download("org/public", "weights.bin"), "rb").read().decode()[:3])';
      await ask(code, { home: home.path });
      hub.forget();
      assert.equal(await ask(code, { home: home.path }), 'www');
      assert.deepEqual(
        hub.requests.map(({ method, origin }) => `${method} ${origin}`),
        ['HEAD hub'],
      );
      hub.forget();
      assert.equal(await ask(code, { home: home.path, env: { HF_HUB_OFFLINE: '1' } }), 'www');
      assert.equal(hub.connections.hub, 0);
    } finally {
      await home.remove();
    }
  },
);

test('it sends no token to the CDN', options, async () => {
  hub.forget();
  await ask('show(hf_hub_download("org/gated", "weights.bin"))', { env: { HF_TOKEN: 'hf_alice' } });
  assert.ok(hub.received({ origin: 'hub' }).every(({ token }) => token === 'hf_alice'));
  assert.deepEqual(
    hub.received({ origin: 'cdn' }).map(({ token, status }) => [token, status]),
    [[null, 200]],
  );
});
