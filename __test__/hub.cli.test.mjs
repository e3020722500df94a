// The loopback Hub by hand.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runNode } from './support/run.mjs';

const program = fileURLToPath(new URL('hub/main.mjs', import.meta.url));
const folder = fileURLToPath(new URL('hub', import.meta.url));

test('explains itself', async () => {
  const help = await runNode(program, { args: ['--help'] });
  assert.deepEqual([help.code, help.stderr], [0, '']);
  assert.match(help.stdout, /^Usage: /);
  for (const args of [[], ['--nope']]) {
    const wrong = await runNode(program, { args });
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /Usage: /);
  }
});

test('serves a folder to those who may read it, and lists what it is asked', async () => {
  const args = [
    '--folder',
    folder,
    '--id',
    'org/name',
    '--gated',
    '--token',
    'hf_a',
    '--other-token',
    'hf_b',
  ];
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  /** @returns {Promise<string>} */
  const next = async () => (await lines.next()).value ?? '';
  try {
    const url = /^HF_ENDPOINT=(http:\/\/127\.0\.0\.1:\d+)$/.exec(await next())?.[1] ?? '';
    assert.match(await next(), /^# org\/name: \d+ files at [0-9a-f]{12}, gated \(auto\)$/);
    for (const [token, status] of [
      ['hf_a', 307],
      ['hf_b', 403],
      ['hf_c', 401],
    ]) {
      const headers = { Authorization: `Bearer ${token}` };
      const address = new URL('/org/name/resolve/main/README.md', url);
      assert.equal((await fetch(address, { headers, redirect: 'manual' })).status, status);
      assert.equal(await next(), `${status} hub GET  /org/name/resolve/main/README.md  (token)`);
    }
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
});

test('a name that no header can hold does not bring the Hub down', async () => {
  const { startHub } = await import('./hub/index.mjs');
  const hub = await startHub({ repositories: [{ id: 'o/m', files: { 'ä€.json': '1' } }] });
  try {
    assert.equal(await (await fetch(new URL('/o/m/resolve/main/ä€.json', hub.url))).text(), '1');
    const missing = await fetch(new URL('/o/m/resolve/€/x', hub.url));
    assert.equal(missing.headers.get('x-error-message'), 'Invalid rev id: ?');
  } finally {
    await hub.close();
  }
});
