// The command-line tool, and the progress bars that it draws on a terminal.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startHub } from './hub/index.mjs';
import { TOKENIZER } from './hub/scenarios.mjs';
import { findPython, runPython } from './support/python.mjs';
import { makeHome, runCode, runNode } from './support/run.mjs';

const program = fileURLToPath(new URL('../bin/autotokenizer.js', import.meta.url));
const main = fileURLToPath(new URL('../index.js', import.meta.url));
const python = await findPython('hub');
const terminal = { skip: python.skip || (process.platform === 'win32' && 'Python has no pseudo-terminals here') };
const files = {
  'tokenizer.json': TOKENIZER,
  'tokenizer_config.json': '{"tokenizer_class":"PreTrainedTokenizer"}',
  'weights.bin': Buffer.alloc(300_000, 7),
};

/** @type {import('./hub/index.mjs').Hub} */
let hub;
/** @type {Awaited<ReturnType<typeof makeHome>>} */
let home;
/** @type {Record<string, string>} */
let env;

before(async () => {
  hub = await startHub({
    repositories: [
      { id: 'org/model', files, lfs: ['weights.bin'] },
      { id: 'org/gated', files, gated: 'manual', authorized: ['ann'] },
    ],
    tokens: [{ value: 'hf_ann', user: 'ann', orgs: ['friends'], role: 'read', name: 'laptop' }],
  });
});
after(() => hub.close());
beforeEach(async (context) => {
  hub.clearFaults();
  hub.forget();
  home = await makeHome();
  env = { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_ann' };
  /** @type {any} */ (context).after?.(home.remove);
});

/**
 * @param {string[]} args
 * @param {import('./support/run.mjs').RunOptions} [options]
 */
async function cli(args, options = {}) {
  const result = await runNode(program, { args, env, home: home.path, ...options });
  if (!args.includes('--token')) assert.doesNotMatch(result.stdout + result.stderr, /hf_ann/);
  return result;
}

/** @param {string[]} args @param {import('./support/run.mjs').RunOptions} [options] */
async function printed(args, options) {
  const { code, stdout, stderr } = await cli(args, options);
  assert.deepEqual([code, stderr], [0, '']);
  return stdout;
}

describe('the command-line tool', () => {
  test('explains itself, and what is wrong with a command', async () => {
    assert.match(await printed(['--help']), /^Usage: autotokenizer/);
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    assert.equal(await printed(['--version']), `${version}\n`);
    for (const [args, reason] of /** @type {[string[], RegExp][]} */ ([
      [[], /no command/],
      [['fly'], /no command "fly"/],
      [['toString'], /no command "toString"/],
      [['preload'], /preload needs model ids/],
      [['whoami', 'me'], /whoami takes no operand/],
      [['cache', '--nope'], /--nope/],
      [['preload', 'org/model', '--include', '*.json'], /--include and --exclude are for download/],
      [['download', 'org/model', 'weights.bin', '--exclude', '*'], /--include and --exclude are for download/],
      [['encode', 'org/model', 'a', '--token', 'hf_ann'], /--token/],
    ])) {
      const { code, stdout, stderr } = await cli(args);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, reason);
    }
  });

  test('preloads what a program then uses without the network', async () => {
    assert.equal(await printed(['preload', 'org/model', 'org/gated']), 'In the cache: org/model, org/gated\n');
    hub.forget();
    assert.equal(await printed(['encode', 'org/gated', 'word1 word2', 'word2', '--offline']), '1 2\n2\n');
    assert.equal(hub.connections.hub, 0);
  });

  test('tells what went wrong, with the code that a program would see', async () => {
    env = { HF_ENDPOINT: hub.url };
    const { code, stdout, stderr } = await cli(['preload', 'org/gated']);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /is gated, and no token was sent/);
    assert.match(stderr, /\(ERR_HUB_TOKEN_MISSING\)/);
    const access = await cli(['access', 'org/model', 'org/gated']);
    assert.equal(access.code, 1);
    const word = await cli(['decode', 'org/model', 'one']);
    assert.deepEqual([word.code, word.stderr], [1, '"one" is no id\n(ERR_INVALID_ARG_TYPE)\n']);
  });

  test('says who one is, and what can be read', async () => {
    const account = await printed(['whoami']);
    assert.match(account, /^ann \(member of friends\)\n/);
    assert.match(account, /token "laptop", read, from the environment variable HF_TOKEN/);
    assert.equal(JSON.parse(await printed(['whoami', '--json'])).name, 'ann');
    assert.equal(await printed(['access', 'org/gated']), 'Readable: org/gated\n');
  });

  test('downloads files, shows the cache, and takes them away again', async () => {
    const [weights] = (await printed(['download', 'org/model', 'weights.bin'])).split('\n');
    assert.deepEqual(await readFile(weights), files['weights.bin']);
    const all = await printed(['download', 'org/model', '--exclude', '*.bin']);
    assert.match(all, /tokenizer\.json\n/);
    assert.doesNotMatch(all, /weights/);
    assert.match(await printed(['cache']), /KiB {2}org\/model {2}\(main\)\n/);
    const { repos } = JSON.parse(await printed(['cache', '--json']));
    assert.equal(repos[0].id, 'org/model');
    assert.match(await printed(['delete', 'org/model']), /KiB freed\n/);
    assert.deepEqual(JSON.parse(await printed(['cache', '--json'])).repos, []);
  });

  test('counts, encodes and decodes, also from standard input', async () => {
    assert.equal(await printed(['count', 'org/model'], { input: 'word1 word2 word1' }), '3\n');
    const file = join(home.path, 'text.txt');
    await writeFile(file, 'word1 word2');
    assert.equal(await printed(['count', 'org/model', file]), `2  ${file}\n`);
    assert.equal(await printed(['encode', 'org/model', '--json'], { input: 'word2' }), '[\n  [\n    2\n  ]\n]\n');
    assert.equal(await printed(['decode', 'org/model', '1', '2']), 'word1 word2\n');
  });
});

/** Runs a program on a pseudo-terminal, and gives what the terminal saw. */
const ON_TERMINAL = `
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
`;

/** @param {string[]} args of Node.js */
const onTerminal = (args, more = {}) =>
  runPython(python, ON_TERMINAL, {
    args: [process.execPath, ...args],
    home: home.path,
    env: { TERM: 'xterm', COLUMNS: '120', ...env, ...more },
  });

describe('progress bars', () => {
  beforeEach(() => {
    hub.fault({ kind: 'drip', bytes: 20_000, interval: 30, match: { method: 'GET', origin: 'cdn' } });
  });

  test('are drawn on a terminal, with size, rate and time left', terminal, async () => {
    const { stdout, code } = await onTerminal([program, 'download', 'org/model', 'weights.bin']);
    assert.equal(code, 0);
    assert.match(stdout, /weights\.bin .*of 292\.97 KiB {2}[\d.]+ [KM]iB\/s {2}\d+s left/);
    assert.match(stdout, /weights\.bin {2}292\.97 KiB in \d/);
  });

  test('are drawn for a program that asks for them, and for no other', terminal, async () => {
    /** @param {object} options */
    const code = (options) =>
      `require(${JSON.stringify(main)}).download('org/model', 'weights.bin', ${JSON.stringify(options)})`;
    assert.match((await onTerminal(['--eval', code({ progress: true })])).stdout, /KiB\/s/);
    for (const options of [{}, { progress: false }]) {
      const cache_dir = join(home.path, 'other');
      assert.equal((await onTerminal(['--eval', code({ ...options, cache_dir, force_download: true })])).stdout, '');
    }
  });

  test('leave nothing of a download that fails', terminal, async () => {
    hub.clearFaults();
    hub.fault({ kind: 'reset', bytes: 1000, match: { method: 'GET', origin: 'cdn' } });
    const { stdout, code } = await onTerminal([program, 'download', 'org/model', 'weights.bin']);
    assert.equal(code, 1);
    assert.doesNotMatch(stdout, / in \d/);
    assert.match(stdout, /\(ERR_HUB_NETWORK\)/);
  });

  test('--quiet and HF_HUB_DISABLE_PROGRESS_BARS switch them off', terminal, async () => {
    const args = [program, 'download', 'org/model', 'weights.bin', '--force'];
    assert.doesNotMatch((await onTerminal([...args, '--quiet'])).stdout, /left/);
    assert.doesNotMatch((await onTerminal(args, { HF_HUB_DISABLE_PROGRESS_BARS: '1' })).stdout, /left/);
  });

  test('are not drawn where stderr is no terminal', async () => {
    const { code, stderr } = await cli(['download', 'org/model', 'weights.bin']);
    assert.deepEqual([code, stderr], [0, '']);
  });

  test('are a boolean', async () => {
    const code = `import hub from ${JSON.stringify(main)}; await hub.preload('org/model', { progress: 'yes' })`;
    const { stderr } = await runCode(code, { env, home: home.path });
    assert.match(stderr, /TypeError.*options\.progress must be a boolean/);
  });
});
