// A CI's identity in exchange for a token: as huggingface_hub does it, and what is done where that fails.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { startCi } from './hub/ci.mjs';
import { startHub } from './hub/index.mjs';
import { TOKENIZER } from './hub/scenarios.mjs';
import { ask, ours } from './support/client.mjs';
import { findPython, runPython } from './support/python.mjs';
import { makeHome } from './support/run.mjs';

const python = await findPython('hub');
const files = {
  'tokenizer.json': TOKENIZER,
  'tokenizer_config.json': '{"tokenizer_class":"PreTrainedTokenizer"}',
};
/** Marked, so that it can be looked for. */
const ID_TOKEN = 'eyMARKEDIDTOKEN.MARKEDIDTOKEN.MARKEDIDTOKEN';
const REQUEST_TOKEN = 'MARKEDREQUESTTOKENMARKEDREQUESTTOKEN';
const EXCHANGED = 'hf_jwt_MARKEDEXCHANGEDMARKEDEXCHANGED';

/** @type {import('./hub/index.mjs').Hub} */
let hub;
/** @type {import('./hub/ci.mjs').Ci} */
let ci;
/** @type {Awaited<ReturnType<typeof makeHome>>} */
let home;
let count = 0;

before(async () => {
  hub = await startHub({
    repositories: [
      { id: 'org/model', files },
      { id: 'org/gated', files, gated: 'manual', authorized: ['robot'] },
    ],
    tokens: ['option', 'variable'].map((user) => ({ value: `hf_${user}`, user })),
  });
  ci = await startCi({ idToken: ID_TOKEN, requestToken: REQUEST_TOKEN });
  home = await makeHome();
});
after(async () => {
  await Promise.all([hub.close(), ci.close()]);
  await home.remove();
});
/** What is exchanged is remembered by the process: each test has a resource of its own. */
let resource = '';
beforeEach(() => {
  resource = trusted();
});
afterEach(() => {
  hub.clearFaults();
  hub.forget();
  ci.requests.length = 0;
  ci.instead = null;
});

/** @param {Partial<import('./hub/oauth.mjs').IdentityOptions>} [more] @returns {string} A resource. */
function trusted(more) {
  const name = `org/model${++count}`;
  hub.trust({ idToken: ID_TOKEN, resource: name, token: { value: EXCHANGED, user: 'robot' }, ...more });
  return name;
}

const given = () => ({ HF_ENDPOINT: hub.url, HF_OIDC_RESOURCE: resource, HF_OIDC_ID_TOKEN: ID_TOKEN });
const inActions = () => ({ HF_ENDPOINT: hub.url, HF_OIDC_RESOURCE: resource, ...ci.variables });

/** @param {Record<string, string>} variables @param {object} [options] */
const whoami = (variables, options) => ask(home.path, variables, (client) => client.whoami(options));

/** What was asked to have a token: what a client is free to choose left out. */
const asked = () => ({
  ci: ci.requests.map(({ method, path, query, headers }) => ({
    ...{ method, path, audience: query.audience, authorization: headers.authorization },
  })),
  hub: hub.received({ route: 'oauth' }).map(({ method, url, headers, body }) => ({
    ...{ method, url, type: headers['content-type'], authorization: headers.authorization },
    body: JSON.parse(body),
  })),
});

describe('as huggingface_hub does it', { skip: python.skip }, () => {
  /** What Python's client says twice. @param {Record<string, string>} env */
  async function theirs(env) {
    hub.forget();
    ci.requests.length = 0;
    const code = 'from huggingface_hub import get_token\nprint(get_token()); print(get_token())';
    const { stdout, stderr } = await runPython(python, code, { home: home.path, env });
    assert.equal(stdout, `${EXCHANGED}\n${EXCHANGED}\n`, stderr);
    const seen = asked();
    hub.forget();
    ci.requests.length = 0;
    return seen;
  }

  for (const [name, variables] of /** @type {const} */ ([
    ['HF_OIDC_ID_TOKEN', given],
    ['GitHub Actions', inActions],
    ['both, of which the first counts', () => ({ ...inActions(), ...given() })],
  ])) {
    test(`the requests: ${name}`, async () => {
      const wanted = await theirs(variables());
      assert.equal(wanted.hub.length, 1);
      for (let time = 0; time < 2; time += 1) {
        const { value, error } = await whoami(variables());
        assert.equal(value?.name, 'robot', error);
        assert.equal(value.token.source, 'the OIDC exchange of HF_OIDC_RESOURCE');
      }
      assert.deepEqual(asked(), wanted);
      assert.ok(hub.received({ route: 'whoami' }).every(({ token }) => token === EXCHANGED));
    });
  }

  for (const expiresIn of [3600, '3600', null, 300, 1, 0, -5]) {
    test(`how long a token is kept: expires_in ${JSON.stringify(expiresIn)}`, async () => {
      for (const variables of [given, inActions]) {
        resource = trusted({ expiresIn });
        const wanted = await theirs(variables());
        // Python's clock goes on between its calls, and so does ours: what lasts a second is not compared.
        if (expiresIn === 1 && variables === given) continue;
        await whoami(variables());
        await whoami(variables());
        assert.equal(asked().hub.length, wanted.hub.length);
        assert.equal(asked().ci.length, wanted.ci.length);
      }
    });
  }
});

describe('when it is done', () => {
  test('before all other places, unless the call says which token', async () => {
    const variables = { ...given(), HF_TOKEN: 'hf_variable' };
    assert.equal((await whoami(variables, { token: 'hf_option' })).value.name, 'option');
    assert.equal((await whoami(variables, { token: false })).error.code, 'ERR_HUB_TOKEN_MISSING');
    const disabled = { ...variables, HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' };
    assert.equal((await whoami(disabled)).error.code, 'ERR_HUB_TOKEN_MISSING');
    assert.equal((await whoami({ ...variables, HF_OIDC_RESOURCE: '' })).value.name, 'variable');
    const fork = { ...variables, AUTOTOKENIZER_TOKEN_VARIABLES: 'HF_TOKEN' };
    assert.equal((await whoami(fork)).value.name, 'variable');
    assert.deepEqual(asked().hub, []);
    assert.equal((await whoami(variables)).value.name, 'robot');
    assert.equal((await whoami(variables, { token: '' })).value.name, 'robot');
  });

  test('for files too, and GitHub Actions keeps what else is in its address', async () => {
    const load = await ask(home.path, inActions(), (client) => client.AutoTokenizer.from_pretrained('org/gated'));
    assert.deepEqual(load.value.encode('word1 word2'), [1, 2]);
    assert.deepEqual(ci.requests[0].query, { 'api-version': '2.0', audience: hub.url });
    const content = hub.requests.filter(({ route }) => route !== 'oauth');
    assert.ok(content.length > 0);
    assert.ok(content.every(({ token }) => token === EXCHANGED));
  });

  test('once for many calls at once, and not for one identity with the token of another', async () => {
    hub.fault({ kind: 'delay', delay: 100, match: { route: 'oauth' } });
    const calls = await Promise.all(Array.from({ length: 20 }, () => whoami(given())));
    assert.ok(calls.every(({ value }) => value?.name === 'robot'));
    assert.equal(asked().hub.length, 1);
    const { error } = await whoami({ ...given(), HF_OIDC_ID_TOKEN: 'eySomebodyElse' });
    assert.equal(error.code, 'ERR_HUB_OIDC');
    const { error: other } = await whoami({ ...given(), HF_OIDC_RESOURCE: 'org/other' });
    assert.equal(other.code, 'ERR_HUB_OIDC');
  });

  test('never offline', async () => {
    const variables = { ...given(), HF_HUB_OFFLINE: '1' };
    assert.equal((await whoami(variables)).error.code, 'ERR_HUB_OFFLINE');
    const load = (/** @type {Record<string, string>} */ env, /** @type {object} */ options) =>
      ask(home.path, env, (client) => client.AutoTokenizer.from_pretrained('org/model', options));
    assert.ok((await load({ HF_ENDPOINT: hub.url }, {})).value);
    hub.forget();
    assert.ok((await load(variables, {})).value);
    assert.ok((await load(given(), { local_files_only: true })).value);
    assert.equal(hub.connections.hub, 0);
  });

  test('a call that is aborted does not wait for it', async () => {
    const fault = hub.fault({ kind: 'hang', match: { route: 'oauth' } });
    const controller = new AbortController();
    const { error } = await ask(home.path, given(), (client) => {
      const timer = setInterval(() => fault.hits > 0 && controller.abort(), 5);
      return client.whoami({ signal: controller.signal }).finally(() => clearInterval(timer));
    });
    assert.equal(error.code, 'ERR_HUB_ABORTED');
  });
});

describe('when it fails', () => {
  const SECRETS = [ID_TOKEN, REQUEST_TOKEN, EXCHANGED];
  const base64 = (/** @type {string} */ text) => Buffer.from(text).toString('base64').replace(/=+$/, '');
  /** As it is, and as it stands in a Basic header. @param {string} secret */
  const forms = (secret) => [secret, ...['', 'x', 'xy'].map((user) => base64(user + secret))];
  const all = SECRETS.flatMap(forms);

  /** @param {any} value */
  function assertHidden(value) {
    const seen = [inspect(value, { showHidden: true, depth: 12, getters: true }), JSON.stringify(value)];
    for (let error = value; error instanceof Error; error = error.cause) {
      seen.push(error.message, String(error.stack), ...Object.values(error).map(String));
    }
    for (const secret of all) assert.ok(!seen.join('\n').includes(secret), seen.join('\n'));
  }

  /**
   * @param {Record<string, string>} variables
   * @param {RegExp} expected
   */
  async function assertFails(variables, expected) {
    const { error, warnings } = await whoami({ HF_TOKEN: 'hf_variable', ...variables });
    assert.equal(error?.code, 'ERR_HUB_OIDC');
    assert.ok(error instanceof ours.OidcError && error instanceof ours.HubError);
    assert.match(error.message, /^HF_OIDC_RESOURCE is set, but this CI's identity could not be exchanged/);
    assert.match(error.message, expected);
    assertHidden([error, warnings]);
    // What is asked for explicitly is not replaced by something else.
    assert.deepEqual(hub.received({ route: 'whoami' }), []);
    assert.ok(hub.requests.every(({ token }) => token === null));
    return error;
  }

  test('nobody says who this is', async () => {
    const { HF_OIDC_ID_TOKEN: _, ...variables } = given();
    await assertFails(variables, /no GitHub Actions.*HF_OIDC_ID_TOKEN is not set[^]*unset HF_OIDC_RESOURCE/);
    await assertFails({ ...variables, ...ci.variables, GITHUB_ACTIONS: '1' }, /no GitHub Actions/);
    await assertFails({ ...variables, GITHUB_ACTIONS: 'true' }, /permissions: id-token: write/);
    const { ACTIONS_ID_TOKEN_REQUEST_TOKEN: __, ...half } = ci.variables;
    await assertFails({ ...variables, ...half }, /permissions: id-token: write/);
    assert.equal(hub.connections.hub, 0);
  });

  test('GitHub Actions does not say it', async () => {
    await assertFails({ ...inActions(), ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'other' }, /127\.0\.0\.1 answered 401/);
    /** @type {[{ status: number, body: string, headers?: Record<string, string> }, RegExp][]} */
    const answers = [
      [{ status: 200, body: '{}' }, /without a token/],
      [{ status: 200, body: '<html>' }, /without a token/],
      [{ status: 302, body: '', headers: { Location: `${hub.url}/x` } }, /redirected \(302\)/],
      [{ status: 403, body: '', headers: { 'X-Error-Message': `no ${REQUEST_TOKEN}` } }, /403/],
    ];
    for (const [answer, expected] of answers) {
      ci.instead = () => answer;
      const { status } = await assertFails(inActions(), expected);
      assert.equal(status, answer.status);
    }
    assert.equal(hub.connections.hub, 0);
  });

  test('the Hub does not trust it', async () => {
    const variables = { ...given(), HF_OIDC_RESOURCE: 'org/unknown' };
    const error = await assertFails(variables, /400 \(invalid_grant: No trusted publisher[^]*trusted-publishers/);
    assert.equal(error.status, 400);
    assert.equal(error.server_message, 'invalid_grant: No trusted publisher of the resource matches.');
    assert.equal(error.url, `${hub.url}/oauth/token`);
    assert.ok(error.request_id);
  });

  test('the Hub answers something else', async () => {
    const match = /** @type {const} */ ({ route: 'oauth' });
    /** @type {[import('./hub/index.mjs').Fault, RegExp][]} */
    const faults = [
      [{ kind: 'captive-portal', match }, /without a token/],
      [{ kind: 'status', status: 404, message: 'Not found', match }, /404 \(Not found\)/],
      [{ kind: 'garbage', match }, /not HTTP/],
      [{ kind: 'reset', bytes: 0, match, times: 20 }, /broke off|reset/],
    ];
    for (const [fault, expected] of faults) {
      hub.fault(fault);
      await assertFails(given(), expected);
      hub.clearFaults();
    }
    hub.fault({ kind: 'hang', match });
    await assertFails({ ...given(), HF_HUB_DOWNLOAD_TIMEOUT: '0.3' }, /did not answer for 0\.3 s/);
  });

  test('the Hub redirects: with the identity nobody is followed', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const headers = { Location: `${hub.strangerUrl}/oauth/token` };
      hub.fault({ kind: 'status', status, headers, match: { route: 'oauth' } });
      await assertFails(given(), new RegExp(`redirected \\(${status}\\)`));
      hub.clearFaults();
    }
    assert.equal(hub.connections.stranger, 0);
  });

  test('the Hub fails for a moment: it is asked again', async () => {
    hub.fault({ kind: 'status', status: 503, times: 2, match: { route: 'oauth' } });
    assert.equal((await whoami(given())).value?.name, 'robot');
    assert.equal(asked().hub.length, 3);
  });

  test('over plain http to another machine nothing is sent', async () => {
    const proxy = { HTTP_PROXY: hub.url };
    await assertFails({ ...given(), ...proxy, HF_ENDPOINT: 'http://hub.example' }, /over https/);
    for (const place of ['http://ci.example/x', 'ftp://127.0.0.1/x', 'nonsense', 'https://me:pass@127.0.0.1/x']) {
      const variables = { ...inActions(), ...proxy, ACTIONS_ID_TOKEN_REQUEST_URL: place };
      await assertFails(variables, /ACTIONS_ID_TOKEN_REQUEST_URL is no https address/);
    }
    assert.equal(hub.connections.hub, 0);
  });

  test('a server that repeats the secrets shows none', async () => {
    for (const [name, secret] of SECRETS.flatMap((one) => forms(one).map((form) => [one, form]))) {
      resource = trusted();
      const message = `not ${secret}, nor Basic ${secret}`;
      const headers = { 'X-Request-Id': secret };
      hub.fault({ kind: 'status', status: 403, message, headers, match: { route: 'oauth' } });
      if (name === REQUEST_TOKEN) await assertFails(inActions(), /403/);
      if (name === ID_TOKEN) {
        await assertFails(inActions(), /403/);
        await assertFails(given(), /403/);
      }
      hub.clearFaults();
      hub.fault({ kind: 'status', status: 418, message, headers, match: { route: 'whoami' } });
      // The second time the token is remembered.
      for (let time = 0; time < 2; time += 1) {
        const { error, warnings } = await whoami(inActions());
        assert.equal(error.status, 418);
        assertHidden([error, warnings]);
      }
      hub.clearFaults();
      hub.forget();
    }
  });

  test('what is given out is no token', async () => {
    resource = trusted({ token: { value: 'hf_two words', user: 'robot' } });
    await assertFails(given(), /blank inside/);
    resource = trusted({ token: { value: '', user: 'robot' } });
    await assertFails(given(), /without a token/);
  });

  test('a cached copy is no reason to go on without the token that is wanted', async () => {
    const home_ = join(home.path, 'cached');
    const load = (/** @type {Record<string, string>} */ variables) =>
      ask(home_, variables, (client) => client.AutoTokenizer.from_pretrained('org/model'));
    assert.ok((await load({ HF_ENDPOINT: hub.url })).value);
    const { error } = await load({ ...given(), HF_OIDC_RESOURCE: 'org/unknown' });
    assert.equal(error.code, 'ERR_HUB_OIDC');
  });
});
