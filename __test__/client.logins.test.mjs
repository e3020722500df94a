// The token of a login in a browser, renewed before it ends: as huggingface_hub does it, and who may be in between.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startHub } from './hub/index.mjs';
import { TOKENIZER } from './hub/scenarios.mjs';
import { ask } from './support/client.mjs';
import { findPython, runPython } from './support/python.mjs';
import { makeHome, runCode } from './support/run.mjs';

const python = await findPython('hub');
const files = {
  'tokenizer.json': TOKENIZER,
  'tokenizer_config.json': '{"tokenizer_class":"PreTrainedTokenizer"}',
};
const OLD = 'hf_oauth_MARKEDOLDMARKEDOLD';
const NEW = 'hf_oauth_MARKEDNEWMARKEDNEW';
const REFRESH = 'MARKEDREFRESHMARKEDREFRESH';
const NEXT = 'MARKEDNEXTMARKEDNEXT';
const DAY = 24 * 3600;
const now = () => Math.floor(Date.now() / 1000);
/** In so many seconds. */
const login = (/** @type {number} */ seconds, more = '') =>
  `[browser]\nhf_token = ${OLD}\nrefresh_token = ${REFRESH}\nexpires_at = ${now() + seconds}\n${more}\n`;

/** @type {import('./hub/index.mjs').Hub} */
let hub;
/** @type {Awaited<ReturnType<typeof makeHome>>[]} */
const homes = [];

before(async () => {
  hub = await startHub({
    repositories: [{ id: 'org/model', files }],
    tokens: [
      { value: OLD, user: 'old' },
      { value: 'hf_plain', user: 'plain' },
    ],
  });
});
beforeEach(() => register());
afterEach(async () => {
  hub.clearFaults();
  hub.forget();
  await Promise.all(homes.splice(0).map(({ remove }) => remove()));
});
after(() => hub.close());

/** @param {Partial<import('./hub/oauth.mjs').LoginOptions>} [more] */
function register(more) {
  const token = { value: NEW, user: 'new' };
  hub.login({ refreshToken: REFRESH, token, next: NEXT, expiresIn: 30 * DAY, ...more });
}

/**
 * A home with the files of `hf auth login`.
 *
 * @param {string} stored
 * @param {{ token?: string, folder?: string }} [options]
 */
async function makeLogin(stored, { token = OLD, folder = 'huggingface' } = {}) {
  const home = await makeHome();
  homes.push(home);
  await mkdir(join(home.path, folder), { recursive: true });
  await writeFile(join(home.path, folder, 'token'), token);
  if (stored !== '') await writeFile(join(home.path, folder, 'stored_tokens'), stored);
  return home.path;
}

/** @param {string} home @param {Record<string, string>} [variables] */
const whoami = (home, variables) =>
  ask(home, { HF_ENDPOINT: hub.url, ...variables }, (client) => client.whoami());

/** What there is afterwards, with the times as how long they are away. @param {string} folder */
async function left(folder) {
  const names = (await readdir(folder)).sort();
  const read = async (/** @type {string} */ name) => {
    const text = await readFile(join(folder, name), 'utf8').catch(() => null);
    // A minute is long for two clients one after the other, and short for a token.
    return text?.replace(/(?<=^expires_at = )\d{10}$/gm, (at) => `${Math.round((Number(at) - now()) / 60)} minutes`);
  };
  return { names, token: await read('token'), stored: await read('stored_tokens') };
}

const requests = () =>
  hub.received({ route: 'oauth' }).map(({ method, url, headers, body }) => ({
    ...{ method, url, type: headers['content-type'], authorization: headers.authorization, body },
  }));

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {() => string} stored
 * @property {string} [token] In the token file.
 * @property {Record<string, string>} [variables]
 * @property {string} [folder]
 * @property {Partial<import('./hub/oauth.mjs').LoginOptions> | null} [grant] `null`: the Hub knows of none.
 * @property {import('./hub/index.mjs').Fault} [fault]
 * @property {number} [asked] How often the Hub is to be asked for a token; once without it.
 */

/** @type {Case[]} */
const CASES = [
  { name: 'no file of logins', stored: () => '', asked: 0 },
  { name: 'a token that was pasted', stored: () => `[pasted]\nhf_token = ${OLD}\n`, asked: 0 },
  { name: 'a token that is in no login', stored: () => login(0), token: 'hf_plain', asked: 0 },
  { name: 'two days are left', stored: () => login(2 * DAY), asked: 0 },
  { name: 'an hour is left', stored: () => login(3600) },
  { name: 'nothing is left', stored: () => login(-3600) },
  { name: 'a line end in the token file', stored: () => login(0), token: `  ${OLD}\r\n` },
  { name: 'a lifetime shorter than the margin', stored: () => login(0), grant: { expiresIn: 3600 } },
  { name: 'a lifetime as text', stored: () => login(0), grant: { expiresIn: '360000' } },
  { name: 'no lifetime', stored: () => login(0), grant: { expiresIn: undefined } },
  { name: 'the same refresh token again', stored: () => login(0), grant: { next: undefined } },
  { name: 'no refresh token', stored: () => login(0).replace(/refresh_token.*\n/, ''), asked: 0 },
  { name: 'no time at which it ends', stored: () => login(0).replace(/expires_at.*\n/, ''), asked: 0 },
  { name: 'nonsense for that time', stored: () => login(0).replace(/\d{10}/, 'soon'), asked: 0 },
  { name: 'the session has ended', stored: () => login(0), grant: null },
  {
    name: 'a client of its own',
    stored: () => login(0),
    variables: { HF_DEVICE_CODE_OAUTH_CLIENT_ID: 'own' },
    grant: { clientId: 'own' },
  },
  { name: 'the client of another', stored: () => login(0), grant: { clientId: 'other' } },
  {
    name: 'the Hub fails',
    stored: () => login(0),
    fault: { kind: 'status', status: 500, match: { route: 'oauth' } },
  },
  {
    name: 'a login page in its place',
    stored: () => login(0),
    fault: { kind: 'captive-portal', match: { route: 'oauth' } },
  },
  {
    name: 'a token file elsewhere',
    stored: () => login(0),
    folder: 'elsewhere',
    variables: { HF_TOKEN_PATH: '~/elsewhere/token' },
  },
  {
    name: 'other logins, which stay',
    stored: () => `[zoe]\nhf_token = hf_z\n\n${login(0)}[Ann é]\nhf_token: hf_a\nmore=x\n`,
  },
  {
    name: 'what the format allows',
    stored: () =>
      `# a comment\n; another\n[DEFAULT]\nhf_token = hf_d\nnote = of all\n  and more\n\n[a]\nhf_token=x\nKEY : a = b\n  c\n\n\n  d\n` +
      `\n[empty]\n[with] ]\nv =\n\n${login(0, '  # no comment in a value\n')}\n[z]\nhf_token = %(x)s\nurl = a:b=c\n`,
  },
  {
    name: 'line ends of Windows',
    stored: () => `${login(0)}[z]\nhf_token = hf_z\nmore =\n`.replaceAll('\n', '\r\n'),
  },
  { name: 'an indented section', stored: () => `  [a]\n  x = 1\n\n ${login(0)}`, },
  ...[
    'hf_token = first\n',
    '[browser]\n',
    '[b]\nx = 1\nX = 2\n',
    '[b]\nno field\n',
    '[b]\n = x\n',
    '\ufeff',
    '[]\n',
  ].map((text) => ({
    name: `not understood: ${JSON.stringify(text)}`,
    stored: () => `${text}${login(0)}`,
    asked: 0,
  })),
];

describe('as huggingface_hub does it', { skip: python.skip }, () => {
  for (const { name, stored, token, variables = {}, folder, grant, fault, asked = 1 } of CASES) {
    test(name, async () => {
      const text = stored();
      const [ownHome, pythonHome] = [
        await makeLogin(text, { token, folder }),
        await makeLogin(text, { token, folder }),
      ];
      const arrange = () => {
        hub.clearFaults();
        hub.forget();
        if (grant === null) register({ clientId: 'nobody' });
        else register(grant);
        if (fault) hub.fault(fault);
      };
      arrange();
      const code = 'from huggingface_hub import get_token\nprint(get_token()); print(get_token())';
      const env = { HF_ENDPOINT: hub.url, ...variables };
      const { stdout, stderr } = await runPython(python, code, { home: pythonHome, env });
      const theirs = requests();
      const used = stdout.trim().split('\n');
      assert.equal(theirs.length, asked, stderr);

      arrange();
      const outcomes = [await whoami(ownHome, variables), await whoami(ownHome, variables)];
      for (const { error } of outcomes) assert.equal(error, undefined);
      assert.deepEqual(
        hub.received({ route: 'whoami' }).map((request) => request.token),
        used,
      );
      assert.deepEqual(requests(), theirs);
      const place = folder ?? 'huggingface';
      assert.deepEqual(await left(join(ownHome, place)), await left(join(pythonHome, place)));
      // Each says something where, and only where, it cannot be renewed though it should.
      const failed = asked > 0 && used[0] === OLD;
      assert.equal(outcomes[0].warnings.length, failed ? 1 : 0, outcomes[0].warnings.join());
      assert.equal(/could not (be )?refresh/i.test(stderr), failed, stderr);
      assert.deepEqual(outcomes[1].warnings, []);
      if (process.platform !== 'win32' && asked > 0 && !failed) {
        for (const file of ['token', 'stored_tokens']) {
          assert.equal((await stat(join(ownHome, place, file))).mode & 0o777, 0o600);
        }
      }
    });
  }
});

describe('renewing a token', () => {
  test('is said to be of the file; the file is that of the next program', async () => {
    const home = await makeLogin(login(0));
    const { value, warnings } = await whoami(home);
    assert.equal(value.name, 'new');
    assert.equal(value.token.source, `the file ${join(home, 'huggingface', 'token')}`);
    assert.deepEqual(warnings, []);
    assert.equal(await readFile(join(home, 'huggingface', 'token'), 'utf8'), NEW);
    assert.equal((await whoami(home)).value.name, 'new');
    assert.equal(requests().length, 1);
  });

  test('happens once for many calls at once', async () => {
    const home = await makeLogin(login(0));
    const load = () =>
      ask(home, { HF_ENDPOINT: hub.url }, (client) => client.AutoTokenizer.from_pretrained('org/model'));
    const loads = await Promise.all(Array.from({ length: 20 }, load));
    for (const { value, error, warnings } of loads) {
      assert.deepEqual(value?.encode('word1 word2'), [1, 2], error);
      assert.deepEqual(warnings, []);
    }
    assert.equal(requests().length, 1);
    const others = hub.requests.filter(({ route }) => route !== 'oauth');
    assert.ok(others.every(({ token }) => token === NEW));
  });

  /** @param {boolean} together Half of them Python's. */
  async function manyProcesses(together) {
    const home = await makeLogin(login(0));
    hub.fault({ kind: 'delay', delay: 1000, match: { route: 'oauth' } });
    const main = pathToFileURL(fileURLToPath(new URL('../index.js', import.meta.url))).href;
    const env = { HF_ENDPOINT: hub.url };
    const our = () =>
      runCode(`import { whoami } from '${main}'; console.log((await whoami()).name)`, { home, env });
    const their = () =>
      runPython(python, 'from huggingface_hub import whoami\nprint(whoami()["name"])', { home, env });
    const run = (/** @type {number} */ index) => (together && index % 2 === 1 ? their() : our());
    const runs = await Promise.all(Array.from({ length: 8 }, (_, index) => run(index)));
    // A refresh token that is used twice would have ended the login.
    assert.equal(requests().length, 1);
    for (const { stdout, stderr, code } of runs) {
      assert.equal(code, 0, stderr);
      // Who reads between the two files still has the old one, in both clients.
      assert.match(stdout, /^(old|new)\n$/);
      assert.doesNotMatch(stderr, /MARKED|renew|refresh/);
    }
    assert.ok(runs.some(({ stdout }) => stdout === 'new\n'));
    const { names, token } = await left(join(home, 'huggingface'));
    assert.equal(token, NEW);
    assert.deepEqual(
      names.filter((name) => name.endsWith('.tmp')),
      [],
    );
  }

  test('happens once for many processes', () => manyProcesses(false));
  test('happens once for many processes, of Python too', { skip: python.skip }, () => manyProcesses(true));

  test('is finished although the call that began it is aborted', async () => {
    const home = await makeLogin(login(0));
    const controller = new AbortController();
    hub.fault({ kind: 'run', action: () => controller.abort(), match: { route: 'oauth' } });
    const { error } = await ask(home, { HF_ENDPOINT: hub.url }, (client) =>
      client.whoami({ signal: controller.signal }),
    );
    assert.equal(error.code, 'ERR_HUB_ABORTED');
    // The refresh token is used up: what came for it must not be lost.
    const written = async () => (await readFile(join(home, 'huggingface', 'token'), 'utf8')) === NEW;
    for (let tries = 0; tries < 200 && !(await written()); tries += 1) await pause(50);
    assert.ok(await written());
    assert.match((await left(join(home, 'huggingface'))).stored ?? '', new RegExp(`refresh_token = ${NEXT}`));
  });

  test('is not done where the token is not wanted, is another, or would go over the network in the clear', async () => {
    const home = await makeLogin(login(0));
    const load = (/** @type {Record<string, string>} */ variables, /** @type {object} */ options = {}) =>
      ask(home, { HF_ENDPOINT: hub.url, ...variables }, (client) =>
        client.AutoTokenizer.from_pretrained('org/model', options),
      );
    assert.ok((await load({}, { token: false })).value);
    assert.ok((await load({}, { token: OLD })).value);
    assert.ok((await load({ HF_TOKEN: 'hf_plain' })).value);
    assert.ok((await load({ HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' })).value);
    const clear = await load({ HF_ENDPOINT: 'http://hub.example', HTTP_PROXY: hub.url });
    assert.match(clear.warnings.join(), /is not sent to http:\/\/hub\.example/);
    assert.deepEqual(requests(), []);
    hub.forget();
    assert.ok((await load({ HF_HUB_OFFLINE: '1' })).value);
    assert.ok((await load({}, { local_files_only: true })).value);
    assert.equal(hub.connections.hub, 0);
    assert.equal(await readFile(join(home, 'huggingface', 'token'), 'utf8'), OLD);
  });

  test('where it fails, the old token is used, and a warning shows no secret', async () => {
    /** @type {[import('./hub/index.mjs').Fault, string, RegExp][]} */
    const faults = [
      [{ kind: 'status', status: 500, message: `no ${REFRESH}` }, 'TOKEN_NOT_RENEWED', /500 \(no \*{4}\)/],
      [{ kind: 'status', status: 400, message: btoa(`user:${REFRESH}`) }, 'TOKEN_NOT_RENEWED', /400 \(\*{4}\)/],
      [{ kind: 'status', status: 400, message: 'invalid_grant' }, 'LOGIN_ENDED', /has ended[^]*hf auth login/],
      [
        { kind: 'status', status: 307, headers: { Location: `${hub.strangerUrl}/oauth/token` } },
        'TOKEN_NOT_RENEWED',
        /redirected \(307\)/,
      ],
      [{ kind: 'hang' }, 'TOKEN_NOT_RENEWED', /did not answer for 0\.3 s/],
    ];
    for (const [fault, code, expected] of faults) {
      const home = await makeLogin(login(0));
      hub.clearFaults();
      hub.fault({ ...fault, match: { route: 'oauth' } });
      /** @type {any[]} */
      const events = [];
      const progress_callback = (/** @type {any} */ event) => events.push(event);
      const variables = { HF_ENDPOINT: hub.url, HF_HUB_DOWNLOAD_TIMEOUT: '0.3' };
      const { value, warnings } = await ask(home, variables, (client) => client.whoami({ progress_callback }));
      assert.equal(value.name, 'old');
      assert.match(warnings.join(), expected);
      assert.deepEqual(
        events.filter(({ status }) => status === 'warning').map((event) => event.code),
        [code],
      );
      assert.doesNotMatch(inspect([warnings, events], { depth: 9 }), /MARKED/);
      assert.equal((await left(join(home, 'huggingface'))).token, OLD);
    }
    assert.equal(hub.connections.stranger, 0);
  });
});
