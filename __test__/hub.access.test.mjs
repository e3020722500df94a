// The loopback Hub lets in, turns away and keeps silent as the real one does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startHub } from './hub/index.mjs';

const FILES = { 'config.json': '{}' };
const NO_LOGIN = 'Invalid username or password.';
const BAD_TOKEN = 'Invalid credentials in Authorization header';

/** @type {import('./hub/index.mjs').Hub} */
let hub;
before(async () => {
  hub = await startHub({
    repositories: [
      { id: 'org/public', files: FILES },
      {
        id: 'org/gated',
        gated: 'manual',
        files: FILES,
        authorized: ['alice'],
        pending: ['paul'],
        rejected: ['rita'],
      },
      { id: 'org/private', private: true, files: FILES },
      { id: 'org/disabled', disabled: true, files: FILES },
    ],
    tokens: [
      { value: 'alice', user: 'alice' },
      { value: 'bob', user: 'bob' },
      { value: 'paul', user: 'paul' },
      { value: 'rita', user: 'rita' },
      { value: 'member', user: 'mia', orgs: ['org'] },
      { value: 'writer', user: 'mia', orgs: ['org'], role: 'write' },
      { value: 'old', user: 'alice', name: 'laptop', expired: true },
      { value: 'gone', user: 'alice', revoked: true },
      { value: 'fine', user: 'alice', role: 'fineGrained' },
      { value: 'fine-gated', user: 'alice', role: 'fineGrained', canReadGatedRepos: true },
      {
        value: 'fine-scoped',
        user: 'mia',
        orgs: ['org'],
        role: 'fineGrained',
        scoped: [{ entity: { type: 'model', name: 'org/private' }, permissions: ['repo.content.read'] }],
      },
    ],
  });
});
after(() => hub.close());

/** @param {string} path @param {string | null} token */
async function ask(path, token) {
  const headers = token === null ? undefined : { Authorization: `Bearer ${token}` };
  const response = await fetch(new URL(path, hub.url), { redirect: 'manual', headers });
  return {
    status: response.status,
    code: response.headers.get('x-error-code'),
    message: response.headers.get('x-error-message'),
    response,
  };
}

const RESTRICTED = /^Access to model org\/gated is restricted\. .* Please log in\.$/;
const NOT_LISTED = /^Access to model org\/gated is restricted and you are not in the authorized list\./;

/** @type {[string, string | null, number, string | null, string | RegExp | null][]} */
const cases = [
  ['public', null, 307, null, null],
  ['public', 'bob', 307, null, null],
  ['public', 'nonsense', 401, null, BAD_TOKEN],
  ['public', 'gone', 401, null, BAD_TOKEN],
  ['public', 'old', 401, null, 'User Access Token "laptop" is expired'],
  ['gated', null, 401, 'GatedRepo', RESTRICTED],
  ['gated', 'nonsense', 401, 'GatedRepo', BAD_TOKEN],
  ['gated', 'bob', 403, 'GatedRepo', NOT_LISTED],
  ['gated', 'paul', 403, 'GatedRepo', /awaiting a review/],
  ['gated', 'rita', 403, 'GatedRepo', /has been rejected/],
  ['gated', 'alice', 307, null, null],
  ['gated', 'member', 307, null, null],
  ['gated', 'fine', 403, 'GatedRepo', /enable access to public gated repositories/],
  ['gated', 'fine-gated', 307, null, null],
  ['private', null, 401, null, NO_LOGIN],
  ['private', 'bob', 404, 'RepoNotFound', 'Repository not found'],
  ['private', 'member', 307, null, null],
  ['private', 'fine', 404, 'RepoNotFound', 'Repository not found'],
  ['private', 'fine-scoped', 307, null, null],
  ['nonexistent', null, 401, null, NO_LOGIN],
  ['nonexistent', 'bob', 404, 'RepoNotFound', 'Repository not found'],
  ['disabled', null, 403, null, 'Access to this resource is disabled.'],
];

for (const [name, token, status, code, message] of cases) {
  test(`${name}, ${token ?? 'no token'}: ${status}${code ? ` ${code}` : ''}`, async () => {
    const answer = await ask(`/org/${name}/resolve/main/config.json`, token);
    assert.deepEqual([answer.status, answer.code], [status, code]);
    if (message instanceof RegExp) assert.match(answer.message ?? '', message);
    else assert.equal(answer.message, message);
    const check = await ask(`/api/models/org/${name}/auth-check`, token);
    assert.deepEqual(
      [check.status, check.code],
      [status === 307 ? 200 : status, code],
      'auth-check says the same',
    );
    if (check.status !== 200) assert.deepEqual(await check.response.json(), { error: answer.message });
  });
}

test('the resolve-cache is as closed as the repository', async () => {
  const { response } = await ask('/org/gated/resolve/main/config.json', 'alice');
  const location = response.headers.get('location') ?? '';
  assert.equal((await ask(location, 'alice')).status, 200);
  assert.equal((await ask(location, null)).status, 401);
  assert.equal((await ask(location, 'bob')).status, 403);
});

test('information about a gated repository is public', async () => {
  for (const path of ['', '/revision/main', '/tree/main', '/refs']) {
    assert.equal((await ask(`/api/models/org/gated${path}`, null)).status, 200, path);
  }
});

test('auth-check/write wants a token that may write', async () => {
  assert.equal((await ask('/api/models/org/public/auth-check/write', 'writer')).status, 200);
  assert.equal((await ask('/api/models/org/public/auth-check/write', 'member')).status, 403);
  assert.equal((await ask('/api/models/org/public/auth-check/write', null)).status, 401);
});

test("whoami names the user, the organisations, and the token's role and scopes", async () => {
  /** @param {string} token @returns {Promise<any>} */
  const whoami = async (token) => (await ask('/api/whoami-v2', token)).response.json();
  const member = await whoami('member');
  assert.deepEqual([member.type, member.name, member.orgs[0].name], ['user', 'mia', 'org']);
  assert.equal(member.auth.accessToken.role, 'read');
  const fine = await whoami('fine-scoped');
  assert.equal(fine.auth.accessToken.role, 'fineGrained');
  assert.equal(fine.auth.accessToken.fineGrained.canReadGatedRepos, false);
  assert.deepEqual(fine.auth.accessToken.fineGrained.scoped[0].permissions, ['repo.content.read']);
  for (const [token, message] of [
    [null, NO_LOGIN],
    ['nonsense', BAD_TOKEN],
  ]) {
    const answer = await ask('/api/whoami-v2', token);
    assert.deepEqual([answer.status, answer.message], [401, message]);
  }
});

test('access can be given and taken while the Hub runs', async () => {
  const path = '/org/gated/resolve/main/config.json';
  hub.repository('org/gated').authorized.add('bob');
  assert.equal((await ask(path, 'bob')).status, 307);
  hub.token('bob').revoked = true;
  assert.equal((await ask(path, 'bob')).status, 401);
  hub.token('bob').revoked = false;
  hub.repository('org/gated').authorized.delete('bob');
  assert.equal((await ask(path, 'bob')).status, 403);
});
