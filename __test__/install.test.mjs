// The packed package, installed in a fresh project under the name that a program already imports.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startHub } from './hub/index.mjs';
import { llama2Files } from './support/llama2.mjs';
import { runCode, runNode } from './support/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const id = 'meta-llama/Llama-2-7b-hf';
const shell = process.platform === 'win32';
const execute = promisify(execFile);

/** @type {import('./hub/index.mjs').Hub} */
let hub;
/** @type {string} */
let folder;
/** @type {string} */
let tarball;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autotokenizer-install-'));
  hub = await startHub({
    repositories: [{ id, files: await llama2Files(), gated: 'auto', authorized: ['tester'] }],
    tokens: ['hf_install'],
  });
  // The addon is built already: `prepack` would build it again, with fat LTO.
  const { stdout } = await execute('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root, shell, maxBuffer: 1 << 26,
  });
  const packed = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
  const [{ filename }] = Array.isArray(packed) ? packed : Object.values(packed);
  tarball = join(folder, filename);
});
after(async () => {
  await hub?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** @param {string} alias */
async function install(alias) {
  const project = join(folder, alias.replace(/\W+/g, '-'));
  await mkdir(project, { recursive: true });
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  await execute('npm', ['install', '--no-audit', '--no-fund', `${alias}@file:${tarball}`], { cwd: project, shell });
  return project;
}

describe('the packed package', () => {
  test('runs the program under the name @xenova/transformers', async () => {
    const project = await install('@xenova/transformers');
    await copyFile(join(root, 'tests', 'llama.js'), join(project, 'llama.js'));
    const env = { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_install' };
    const result = await runNode(join(project, 'llama.js'), { env, cwd: project });
    assert.equal(result.stdout, '[ 1, 15043, 3186, 29991 ]\n', result.stderr);
    // It brought no other package along.
    assert.deepEqual(await readdir(join(project, 'node_modules')).then((names) => names.filter((n) => !n.startsWith('.'))), ['@xenova']);
    const version = await runCode("import { env } from '@xenova/transformers'; console.log(env.version)", { cwd: project });
    assert.equal(version.stdout, '2.17.2\n');
  });

  test('works from ES modules and CommonJS, as each level', async () => {
    const project = await install('@huggingface/transformers');
    const code = `
      import { createRequire } from 'node:module';
      import { env } from '@huggingface/transformers';
      import * as v2 from '@huggingface/transformers/v2';
      const require = createRequire(import.meta.url);
      console.log(env.version, v2.env.version, require('@huggingface/transformers').env === env);`;
    const result = await runCode(code, { cwd: project });
    assert.equal(result.stdout, '4.3.1 2.17.2 true\n', result.stderr);
  });

  test('carries the sources to build from, and no test', async () => {
    const { stdout } = await execute('tar', ['-tzf', tarball]);
    const names = stdout.split('\n');
    for (const name of ['package/Cargo.lock', 'package/src/lib.rs', 'package/crates/hub/src/lib.rs', 'package/lib/bundle.js', 'package/lib/bundle-work.js', 'package/LICENSE']) {
      assert.ok(names.includes(name), `${name} is missing`);
    }
    assert.deepEqual(names.filter((name) => /__test__|node_modules|\/target\/|\/tests\//.test(name)), []);
  });
});
