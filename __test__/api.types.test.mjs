// The declarations say what the package does: programs of __test__/types compile, and their errors are
// errors.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const compiler = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
const skip = existsSync(compiler) ? false : 'typescript is not installed: `npm install` first';

test('programs of every level compile, as ES modules and CommonJS, with isolatedModules', { skip }, () => {
  const project = fileURLToPath(new URL('types/tsconfig.json', import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, [compiler, '--project', project], {
    encoding: 'utf8',
  });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});
