// No token and no signature of an address leaves the client: every failure is provoked with marked ones, and
// all that comes out of the process or lies on disk afterwards is searched.
/** @import { Scenario } from './hub/scenarios.mjs' */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { SCENARIOS, startScenario, TOKEN } from './hub/scenarios.mjs';
import { filesBelow, inBatches } from './support/client.mjs';
import { makeHome } from './support/run.mjs';

/** Fails in every way it is told to, and shows whatever there is to be seen of it. */
const PROGRAM = `
  import { createRequire } from 'node:module';
  import { createInterface } from 'node:readline';
  import { inspect } from 'node:util';
  const client = createRequire(import.meta.url)(process.argv[1]);
  process.on('warning', (warning) => console.error(inspect(warning, { showHidden: true })));
  const see = (value) => {
    const seen = [inspect(value, { showHidden: true, depth: 12, getters: true }), String(value)];
    seen.push(JSON.stringify(value, (key, inner) => (typeof inner === 'bigint' ? String(inner) : inner)));
    for (let error = value; error instanceof Error; error = error.cause) {
      seen.push(error.message, error.stack);
      for (const name of Reflect.ownKeys(error)) seen.push(String(name), inspect(error[name], { depth: 12 }));
    }
    console.log(seen.join('\\n'));
  };
  const base = { ...process.env };
  for await (const line of createInterface({ input: process.stdin })) {
    const { number, variables, calls } = JSON.parse(line);
    Promise.all(calls.map(([name, ...args]) => {
      for (const name of Object.keys(process.env)) if (!(name in base)) delete process.env[name];
      Object.assign(process.env, base, variables);
      const [owner, method] = name === 'load' ? [client.AutoTokenizer, 'from_pretrained'] : [client, name];
      args.push({ ...args.pop(), progress_callback: see });
      return owner[method](...args).then((value) => name !== 'load' && see(value), see);
    })).then(() => console.log('DONE ' + number + '.'));
  }`;

const main = fileURLToPath(new URL('../index.js', import.meta.url));
const REDIRECTED = 'passwordInALocation';
const PROXY = 'passwordOfAProxy';

/** @typedef {[name: string, ...args: any[]]} Call */

/** The one process in which all goes wrong. */
class Victim {
  output = '';
  #number = 0;
  /** @type {Map<string, () => void>} */
  #waiting = new Map();
  #child;

  /** @param {string} home */
  constructor(home) {
    const env = {
      ...{ PATH: process.env.PATH, HOME: home, TMPDIR: home },
      ...{ RUST_LOG: 'trace', RUST_BACKTRACE: 'full', HF_DEBUG: '1' },
    };
    const args = ['--input-type=module', '--trace-warnings', '--eval', PROGRAM, main];
    this.#child = spawn(process.execPath, args, { cwd: home, env });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.output += text;
        for (const [, number] of this.output.slice(-text.length - 20).matchAll(/DONE (\d+)\./g)) {
          this.#waiting.get(number)?.();
        }
      });
    }
  }

  /** @param {Record<string, string>} variables @param {Call[]} calls */
  suffer(variables, calls) {
    const number = String(++this.#number);
    return /** @type {Promise<void>} */ (
      new Promise((resolve, reject) => {
        this.#waiting.set(number, resolve);
        this.#child.once('exit', (code) => reject(new Error(`exit ${code}\n${this.output.slice(-2000)}`)));
        this.#child.stdin.write(`${JSON.stringify({ number, variables, calls })}\n`);
      })
    );
  }

  async end() {
    const ended = once(this.#child, 'close');
    this.#child.stdin.end();
    await ended;
  }
}

/**
 * @param {string} text
 * @param {Iterable<string>} secrets
 * @returns {string[]} What stands around those that were found.
 */
function find(text, secrets) {
  const found = [];
  for (const secret of secrets) {
    const at = text.indexOf(secret);
    if (at >= 0) found.push(text.slice(Math.max(0, at - 200), at + secret.length + 40));
  }
  return found;
}

/** As a Basic header has it; the length of the user's name decides which letters the token becomes. */
const BASIC = ['', 'a:', 'me:', 'user:'].map((user) => Buffer.from(user + TOKEN).toString('base64'));

/** As JSON, URLs and HTML can write it. */
const SPELLED = ['\\u00', '%', '&#x'].map((start) =>
  [...Buffer.from(TOKEN)].map((byte) => `${start}${byte.toString(16)}${start === '&#x' ? ';' : ''}`).join(''),
);

/** @type {import('./hub/index.mjs').Fault[]} */
const REPEATED = [
  { kind: 'status', status: 401, message: `the token ${TOKEN} is not known` },
  { kind: 'status', status: 418, message: `Bearer ${TOKEN}`, headers: { 'X-Request-Id': TOKEN } },
  { kind: 'status', status: 403, message: `see http://user:${REDIRECTED}@h/x?Signature=${REDIRECTED}` },
  { kind: 'bad-location', location: `http://user:${REDIRECTED}@127.0.0.1:1/x?token=${TOKEN}` },
  ...BASIC.flatMap((basic) => [
    { kind: /** @type {const} */ ('status'), status: 403, message: `Basic ${basic}` },
    { kind: /** @type {const} */ ('status'), status: 418, headers: { 'X-Request-Id': basic } },
    { kind: /** @type {const} */ ('bad-location'), location: `http://127.0.0.1:1/x/${basic}` },
  ]),
  ...SPELLED.flatMap((spelled) => [
    { kind: /** @type {const} */ ('status'), status: 403, message: `no ${spelled}.` },
    { kind: /** @type {const} */ ('status'), status: 418, headers: { 'X-Request-Id': spelled } },
    { kind: /** @type {const} */ ('bad-location'), location: `http://127.0.0.1:1/x/${spelled}` },
  ]),
  { kind: 'header', headers: { ETag: `"${TOKEN}"`, 'X-Repo-Commit': TOKEN, 'Set-Cookie': TOKEN } },
];
/** @type {Scenario[]} */
const MORE = REPEATED.map((fault, index) => ({
  name: `a server that repeats the secret, ${index}`,
  row: 'secrets',
  setup: (hub) => [hub.fault(fault)],
  outcome: 'fails',
  codes: [],
  expectation: 'Masked.',
}));

describe('no secret is shown', { timeout: 280_000 }, () => {
  /** @type {Awaited<ReturnType<typeof makeHome>>} */
  let home;
  /** @type {Victim} */
  let victim;
  /** @type {Set<string>} */
  const secrets = new Set([
    ...[TOKEN, REDIRECTED, PROXY, ...SPELLED],
    ...BASIC.map((basic) => basic.replace(/=+$/, '')),
  ]);
  /** @type {string[]} */
  const onDisk = [];

  before(async () => {
    home = await makeHome();
    victim = new Victim(home.path);
  });
  after(() => home.remove());

  /** @param {Scenario} scenario @param {number} index */
  async function suffer(scenario, index) {
    const { hub, begin } = await startScenario(scenario);
    const { id = 'org/model', again, ...options } = scenario.load ?? {};
    const folder = join(home.path, String(index));
    const variables = {
      HF_ENDPOINT: hub.url,
      HF_TOKEN: TOKEN,
      HF_HOME: folder,
      ...(scenario.options?.tls && { NODE_EXTRA_CA_CERTS: hub.caFile }),
      ...scenario.variables,
    };
    try {
      if (again) await victim.suffer(variables, [['load', id, options]]);
      begin();
      /** @type {Call[]} */
      const calls = [['load', id, options]];
      // What waits is asked for once only.
      if (!scenario.variables) {
        calls.push(['checkAccess', id, options], ['snapshot', id, options], ['whoami', {}]);
        calls.push(['download', id, 'tokenizer.json', options]);
        calls.push(['load', id, { ...options, token: TOKEN, strict: true }]);
      }
      await victim.suffer(variables, calls);
    } finally {
      for (const secret of hub.secrets()) secrets.add(secret);
      await hub.close();
    }
    for (const file of await filesBelow(folder)) {
      const text = await readFile(join(folder, file), 'latin1').catch(() => '');
      onDisk.push(...find(`${file}\n${text}`, secrets));
    }
  }

  test('in all scenarios', async () => {
    const scenarios = SCENARIOS.filter(({ around, name }) => !around && !name.includes('bomb'));
    scenarios.sort((a, b) => Number(b.variables !== undefined) - Number(a.variables !== undefined));
    await inBatches([...scenarios, ...MORE], 10, suffer);
    assert.deepEqual(find(victim.output, secrets), []);
    assert.deepEqual(onDisk, []);
    // It did go wrong, and signatures were given out.
    const codes = new Set([...victim.output.matchAll(/code: '(ERR_HUB_\w+)'/g)].map(([, code]) => code));
    for (const { codes: expected } of scenarios) {
      if (expected)
        assert.ok(
          expected.some((code) => codes.has(code)),
          expected.join(),
        );
    }
    assert.ok(secrets.size > 20, `${secrets.size} secrets`);
    assert.match(victim.output, /status: 'progress'/);
  });

  test('in mistakes of the caller', async () => {
    const { hub } = await startScenario({ ...SCENARIOS[0], setup: () => [] });
    const variables = { HF_ENDPOINT: hub.url, HF_HOME: join(home.path, 'mistakes') };
    const id = 'org/gated';
    try {
      const tokens = [
        `${TOKEN}\u0007x`,
        `${TOKEN} ${TOKEN}`,
        `${TOKEN}é`,
        `"${TOKEN}"`,
        { value: TOKEN },
        [TOKEN],
      ];
      for (const token of tokens) {
        await victim.suffer(variables, [
          ['load', id, { token }],
          ['whoami', { token }],
        ]);
        if (typeof token === 'string')
          await victim.suffer({ ...variables, HF_TOKEN: token }, [['load', id, {}]]);
      }
      const proxy = `http://user:${PROXY}@127.0.0.1:1`;
      /** @type {Record<string, string>[]} */
      const mistakes = [
        { HTTP_PROXY: proxy },
        { HTTP_PROXY: `nonsense://${PROXY}` },
        { HF_ENDPOINT: `https://user:${PROXY}@example.com` },
        { HF_ENDPOINT: `https://example.com/?x=${PROXY}` },
        { HF_ENDPOINT: 'http://example.invalid' },
      ];
      for (const more of mistakes) {
        await victim.suffer({ ...variables, HF_TOKEN: TOKEN, ...more }, [
          ['load', id, {}],
          ['whoami', {}],
        ]);
      }
      assert.deepEqual(find(victim.output, secrets), []);
      assert.match(victim.output, /ERR_HUB_TOKEN_MALFORMED/);
      assert.match(victim.output, /ERR_HUB_INVALID_OPTION/);
    } finally {
      await hub.close();
    }
  });

  test('and what is shown would have been found', async () => {
    const before = victim.output.length;
    await victim.suffer({}, [['load', `org/${TOKEN}`, { local_files_only: true }]]);
    await victim.end();
    assert.notDeepEqual(find(victim.output.slice(before), [TOKEN]), []);
  });
});
