// Which token is sent: every place where one may be, their order, and one token for each call.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startHub } from './hub/index.mjs';
import { TOKENIZER } from './hub/scenarios.mjs';
import { ask, ours } from './support/client.mjs';
import { findPython, runPython } from './support/python.mjs';
import { makeHome } from './support/run.mjs';

const python = await findPython('hub');
const fork = { skip: python.skip || (process.platform === 'win32' && 'Python has no fork here') };
const files = {
  'tokenizer.json': TOKENIZER,
  'tokenizer_config.json': '{"tokenizer_class":"PreTrainedTokenizer"}',
};
const USERS = ['ann', 'ben', 'cem', 'dee', 'eva', 'fay'];

/** @type {import('./hub/index.mjs').Hub} */
let hub;
/** @type {Awaited<ReturnType<typeof makeHome>>} */
let home;
/** @type {Record<string, string>} */
const paths = {};

before(async () => {
  hub = await startHub({
    repositories: [
      { id: 'org/model', files },
      { id: 'org/gated', files, gated: 'manual', authorized: ['ann'] },
      ...USERS.map((user) => ({ id: `${user}/model`, files, private: true })),
    ],
    tokens: [
      ...USERS.map((user) => ({ value: `hf_${user}`, user })),
      ...['option', 'first', 'second', 'third', 'path', 'login', 'own'].map((user) => ({
        value: `hf_${user}`,
        user,
      })),
    ],
  });
  home = await makeHome();
  await mkdir(home.hfHome);
  for (const [name, text] of Object.entries({
    'huggingface/token': 'hf_login\n',
    tokenFile: '  hf_path\r\n',
    emptyFile: '\n',
  })) {
    paths[name] = join(home.path, name);
    await writeFile(paths[name], text);
  }
});
after(async () => {
  await hub.close();
  await home.remove();
});

/**
 * Who the Hub says we are, and where the token came from; `null` without a token.
 *
 * @param {Record<string, string>} variables
 * @param {object} [options]
 */
async function who(variables, options) {
  const { value, error } = await ask(home.path, { HF_ENDPOINT: hub.url, ...variables }, (client) =>
    client.whoami(options),
  );
  if (error?.code === 'ERR_HUB_TOKEN_MISSING') return null;
  if (error) throw error;
  return `${value.name}: ${value.token.source}`;
}

describe('where a token comes from', () => {
  test('the option, the variables, the file that a variable names, the file of `hf auth login`', async () => {
    /** @type {Record<string, string>} */
    const variables = {
      HF_TOKEN: 'hf_first',
      HUGGING_FACE_HUB_TOKEN: 'hf_second',
      HF_ACCESS_TOKEN: 'hf_third',
      HF_TOKEN_PATH: '~/tokenFile',
    };
    assert.equal(await who(variables, { token: 'hf_option' }), 'option: the option `token`');
    assert.equal(await who(variables, { use_auth_token: 'hf_option' }), 'option: the option `token`');
    for (const expected of [
      'first: the environment variable HF_TOKEN',
      'second: the environment variable HUGGING_FACE_HUB_TOKEN',
      'third: the environment variable HF_ACCESS_TOKEN',
      `path: the file ${paths.tokenFile}`,
      `login: the file ${paths['huggingface/token']}`,
    ]) {
      assert.equal(await who(variables), expected);
      delete variables[Object.keys(variables)[0]];
    }
    assert.equal(await who({ HF_HOME: join(home.path, 'none') }), null);
  });

  test('what is empty is passed over at every step', async () => {
    const empty = { HF_TOKEN: '', HUGGING_FACE_HUB_TOKEN: ' \r\n', HF_ACCESS_TOKEN: 'hf_third' };
    assert.match((await who(empty)) ?? '', /^third/);
    assert.match((await who(empty, { token: '' })) ?? '', /^third/);
    assert.match((await who(empty, { token: null })) ?? '', /^third/);
    assert.match((await who({ HF_TOKEN: '', HF_TOKEN_PATH: paths.emptyFile })) ?? '', /^login/);
    assert.match((await who({ HF_TOKEN_PATH: join(home.path, 'missing') })) ?? '', /^login/);
  });

  test('line ends and blanks around it are no part of it', async () => {
    assert.match((await who({ HF_TOKEN: ' hf_first\r\n' })) ?? '', /^first/);
    assert.match((await who({}, { token: '\thf_option\n' })) ?? '', /^option/);
  });

  test('what no header can carry is an error that does not show it', async () => {
    for (const token of ['hf_fi rst', 'hf_fi\u0007rst', 'hf_först']) {
      await assert.rejects(who({ HF_TOKEN: token }), ({ code, message }) => {
        assert.equal(code, 'ERR_HUB_TOKEN_MALFORMED');
        assert.match(message, /HF_TOKEN/);
        assert.ok(!message.includes(token));
        return true;
      });
    }
  });

  test('quotes around it are sent, with a warning', async () => {
    hub.forget();
    const { error, warnings } = await ask(
      home.path,
      { HF_ENDPOINT: hub.url, HF_TOKEN: '"hf_first"' },
      (client) => client.whoami(),
    );
    assert.equal(error.code, 'ERR_HUB_TOKEN_INVALID');
    assert.match(warnings.join(), /HF_TOKEN has quotes/);
    assert.equal(hub.requests[0].token, '"hf_first"');
  });

  test('token: false sends none, and so does HF_HUB_DISABLE_IMPLICIT_TOKEN', async () => {
    const variables = { HF_TOKEN: 'hf_first' };
    assert.equal(await who(variables, { token: false }), null);
    for (const value of ['1', 'on', 'Yes', 'TRUE']) {
      assert.equal(await who({ ...variables, HF_HUB_DISABLE_IMPLICIT_TOKEN: value }), null);
    }
    for (const value of ['0', 'false', '']) {
      assert.match((await who({ ...variables, HF_HUB_DISABLE_IMPLICIT_TOKEN: value })) ?? '', /^first/);
    }
    const disabled = { ...variables, HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' };
    assert.match((await who(disabled, { token: 'hf_option' })) ?? '', /^option/);
    assert.match((await who(disabled, { token: true })) ?? '', /^first/);
    hub.forget();
    await ask(home.path, { HF_ENDPOINT: hub.url, ...disabled }, (client) =>
      client.AutoTokenizer.from_pretrained('org/model'),
    );
    assert.ok(hub.requests.length > 0);
    assert.ok(hub.requests.every(({ headers }) => headers.authorization === undefined));
  });

  test('a fork of the Hub has its own names: AUTOTOKENIZER_TOKEN_VARIABLES, env.tokenVariables', async () => {
    const variables = { HF_TOKEN: 'hf_first', OWN_TOKEN: 'hf_own' };
    const own = 'own: the environment variable OWN_TOKEN';
    assert.equal(await who({ ...variables, AUTOTOKENIZER_TOKEN_VARIABLES: 'OTHER, OWN_TOKEN' }), own);
    ours.env.tokenVariables = ['OWN_TOKEN'];
    try {
      assert.equal(await who(variables), own);
      // Neither the usual variable nor the file of `hf auth login` belongs to that Hub.
      assert.equal(await who({ HF_TOKEN: 'hf_first' }), null);
    } finally {
      ours.env.tokenVariables = null;
    }
  });

  test('the order is that of huggingface_hub', fork, async () => {
    const token = 'hf_first';
    /** @type {Record<string, string>[]} */
    const places = [
      { HF_TOKEN: token, HUGGING_FACE_HUB_TOKEN: 'hf_second', HF_TOKEN_PATH: paths.tokenFile },
      { HF_TOKEN: '', HUGGING_FACE_HUB_TOKEN: 'hf_second', HF_TOKEN_PATH: paths.tokenFile },
      { HF_TOKEN: ' \n', HF_TOKEN_PATH: '~/tokenFile' },
      { HF_TOKEN: 'hf_\nfirst\r\n' },
      { HF_TOKEN_PATH: '$HF_HOME/../tokenFile' },
      { HF_HOME: join(home.path, 'none') },
      {},
    ];
    // Each in a process of its own: Python reads the variables once, when the module is imported.
    const code = `
import json, os, sys
for variables in json.loads(sys.argv[1]):
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.environ.update(variables)
        from huggingface_hub import get_token
        print(json.dumps(get_token()))
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)
`;
    const { stdout, stderr } = await runPython(python, code, {
      home: home.path,
      args: [JSON.stringify(places)],
    });
    const theirs = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(theirs.length, places.length, stderr);
    for (const [index, variables] of places.entries()) {
      const found = await who({ HF_HOME: home.hfHome, ...variables });
      assert.equal(found && `hf_${found.split(':')[0]}`, theirs[index], JSON.stringify(variables));
    }
  });
});

describe('one token for each call', () => {
  test('one process serves several users at once', async () => {
    hub.forget();
    const calls = USERS.flatMap((user, index) => [
      { user, id: `${user}/model`, option: true },
      { user, id: `${user}/model`, option: false },
      { user, id: `${USERS[(index + 1) % USERS.length]}/model`, option: index % 2 === 0 },
    ]);
    const outcomes = await Promise.all(
      calls.map(({ user, id, option }, index) =>
        ask(home.path, { HF_ENDPOINT: hub.url, HF_TOKEN: option ? 'hf_first' : `hf_${user}` }, (client) =>
          client.AutoTokenizer.from_pretrained(id, {
            cache_dir: join(home.path, `cache${index}`),
            ...(option && { token: `hf_${user}` }),
          }),
        ),
      ),
    );
    for (const [index, { user, id }] of calls.entries()) {
      const { value, error } = outcomes[index];
      if (id === `${user}/model`) {
        assert.equal(error, undefined);
        assert.deepEqual(value.encode('word1 word2'), [1, 2]);
      } else assert.equal(error?.code, 'ERR_HUB_REPO_NOT_FOUND');
    }
    for (const { repository, token, status } of hub.requests) {
      if ((status ?? 0) < 400) assert.equal(`hf_${repository?.split('/')[0]}`, token);
    }
  });

  test('a shared cache serves a copy to others only with a warning, and never with strict', async () => {
    /** @param {string} token @param {object} [more] */
    const load = (token, more) =>
      ask(home.path, { HF_ENDPOINT: hub.url, HF_HOME: home.hfHome }, (client) =>
        client.AutoTokenizer.from_pretrained('org/gated', { token, ...more }),
      );
    assert.deepEqual((await load('hf_ann')).warnings, []);
    /** @type {any[]} */
    const events = [];
    const progress_callback = (/** @type {any} */ event) => events.push(event);
    const other = await load('hf_ben', { progress_callback });
    assert.match(other.warnings.join(), /no access[^]*cached copy/);
    const [warning, ...more] = events.filter(({ status }) => status === 'warning');
    assert.deepEqual(more, []);
    assert.deepEqual([warning.name, warning.file], ['org/gated', '']);
    assert.equal(warning.message, other.warnings[0]);
    assert.match(warning.code, /^[A-Z_]+$/);
    const { error } = await load('hf_ben', { strict: true });
    assert.equal(error.code, 'ERR_HUB_ACCESS_DENIED');
  });
});
