// Without Rust, or with one that is too old, each command says which version is needed and how to get it.
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { requiredRust } from '../scripts/toolchain.mjs';
import { run } from './support/run.mjs';

const scripts = fileURLToPath(new URL('../scripts', import.meta.url));
const skip = process.platform === 'win32' && 'the stand-in for rustc is a shell script';

describe('a machine whose Rust is', { skip }, () => {
  /** @type {string} */
  let path;
  before(async () => {
    path = await mkdtemp(join(tmpdir(), 'autotokenizer-path-'));
    await symlink(process.execPath, join(path, 'node'));
  });
  after(() => rm(path, { recursive: true }));

  for (const script of ['demo.mjs', 'test.mjs', 'build.mjs']) {
    test(`missing: ${script}`, async () => {
      const result = await run(process.execPath, { args: [join(scripts, script)], env: { PATH: path } });
      assert.equal(result.code, 1);
      assert.match(result.stderr, /was not found/);
      assert.ok(result.stderr.includes(`Rust ${requiredRust()} or newer`));
      assert.ok(result.stderr.includes('https://rustup.rs'));
    });
  }

  test('too old', async () => {
    for (const tool of ['rustc', 'cargo']) {
      await writeFile(join(path, tool), `#!/bin/sh\necho "${tool} 1.70.0 (90c541806 2023-05-31)"\n`);
      await chmod(join(path, tool), 0o755);
    }
    const result = await run(process.execPath, { args: [join(scripts, 'demo.mjs')], env: { PATH: `${path}:/bin` } });
    assert.equal(result.code, 1);
    assert.match(result.stderr, /here is 1\.70\.0/);
    assert.match(result.stderr, /rustup update stable/);
  });
});
