// Bytes are on the disk before a file has its name: a power cut leaves no empty file under the name of a whole one.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { startHub } from './hub/index.mjs';
import { TOKENIZER } from './hub/scenarios.mjs';
import { loader } from './support/client.mjs';
import { run } from './support/run.mjs';

/** strace shows what a program asks of the system; it may be missing, or not be allowed to. */
async function reason() {
  if (process.platform !== 'linux') return 'strace is for Linux';
  return promisify(execFile)('strace', ['-f', 'true']).then(
    () => false,
    (error) => `strace does not run here: ${String(error.message).split('\n')[0]}`,
  );
}

/** @type {import('./hub/index.mjs').Hub} */
let hub;
before(async () => {
  const files = { 'tokenizer.json': TOKENIZER, 'tokenizer_config.json': '{"a":1}' };
  hub = await startHub({ repositories: [{ id: 'org/model', files, lfs: ['tokenizer.json'] }] });
});
after(() => hub.close());

describe('what is cached', { skip: await reason() }, () => {
  test('is synced before it is renamed, and its folder afterwards', async () => {
    const calls = 'trace=fsync,fdatasync,rename,renameat,renameat2';
    const program = ['--input-type=module', '--eval', loader('org/model')];
    const args = ['-f', '-y', '-e', calls, process.execPath, ...program];
    const { code, stdout, stderr } = await run('strace', { args, env: { HF_ENDPOINT: hub.url } });
    assert.deepEqual([code, stdout], [0, '[1,2]\n'], stderr);
    /** @type {Set<string>} */
    const synced = new Set();
    /** @type {{ from: string, folder: string, wasSynced: boolean, lasts: boolean }[]} */
    const renamed = [];
    for (const line of stderr.split('\n')) {
      const sync = /f(?:data)?sync\(\d+<([^>]*)>/.exec(line);
      if (sync) {
        synced.add(sync[1]);
        for (const rename of renamed) rename.lasts ||= rename.folder === sync[1];
      }
      const rename = /rename\w*\(.*?"([^"]*)",.*?"([^"]*\/blobs\/[^"]*)"/.exec(line);
      if (rename) {
        const [, from, to] = rename;
        renamed.push({ from, folder: dirname(to), wasSynced: synced.has(from), lasts: false });
      }
    }
    assert.equal(renamed.length, 2, stderr);
    for (const { from, folder, wasSynced, lasts } of renamed) {
      assert.ok(wasSynced, `${from} was renamed before it was synced`);
      assert.ok(lasts, `${folder} was not synced after ${from} was renamed`);
    }
  });
});
