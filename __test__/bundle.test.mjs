// lib/bundle.js and its parts are lib/ in a few files: what is in them is what lib/ says, and a program cannot tell which
// of the two it has.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundle } from '../scripts/bundle.mjs';
import { runCode, runNode } from './support/run.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const data = pathToFileURL(join(root, '__test__/data/tokenizers.mjs')).href;

/** The package with the bundle, and without. */
const folders = { bundled: '', files: '' };

before(async () => {
  for (const kind of /** @type {const} */ (['bundled', 'files'])) {
    const folder = await realpath(await mkdtemp(join(tmpdir(), `bundle-${kind}-`)));
    folders[kind] = folder;
    for (const name of ['index.js', 'v2.js', 'v3.js', 'v4.js', 'package.json', 'lib']) {
      await cp(join(root, name), join(folder, name), { recursive: true });
    }
    const binding = JSON.stringify(join(root, 'binding.js'));
    await writeFile(join(folder, 'binding.js'), `module.exports = require(${binding});\n`);
    for (const [path, text] of Object.entries(bundle({ write: false }))) {
      const file = join(folder, 'lib', basename(path));
      if (kind === 'bundled') await writeFile(file, text);
      else await rm(file, { force: true });
    }
  }
});
after(() => Promise.all(Object.values(folders).map((folder) => rm(folder, { recursive: true }))));

/**
 * @param {'bundled' | 'files'} kind
 * @param {string} code what it prints is JSON
 */
async function answer(kind, code) {
  const { stdout, stderr } = await runCode(code, { cwd: folders[kind] });
  assert.ok(stdout, stderr);
  return JSON.parse(stdout);
}

test('the files in this checkout are made of lib/ as it is: `npm run build` makes them anew', async () => {
  for (const [path, text] of Object.entries(bundle({ write: false }))) {
    assert.ok((await readFile(path, 'utf8')) === text, `lib/ was changed after ${basename(path)} was made`);
  }
});

test('they are ASCII: one character beyond Latin-1 makes V8 keep a file in twice the memory, and read it slower', () => {
  for (const [path, text] of Object.entries(bundle({ write: false }))) assert.doesNotMatch(text, /[^\0-\x7f]/, path);
});

/** Every name of every entry: what it is, how it is called, and what it and its prototype have. */
const SHAPE = `
  const describe = (value) => {
    if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return String(value);
    try {
      const own = (object) => Reflect.ownKeys(object).map((key) => {
        const { value, get, enumerable } = Object.getOwnPropertyDescriptor(object, key);
        const signature = typeof value === 'function' ? [value.name, value.length] : [];
        return [String(key), typeof value, ...signature, typeof get, enumerable];
      });
      const prototype = Object.hasOwn(value, 'prototype') && value.prototype;
      return [typeof value, Object.getPrototypeOf(value)?.name, own(value), prototype ? own(prototype) : null];
    } catch (error) { return error.code; }
  };
  const shape = {};
  for (const entry of ['index', 'v2', 'v3', 'v4']) {
    const all = await import('./lib/esm/' + entry + '.mjs');
    for (const name of Object.keys(all)) shape[entry + ' ' + name] = describe(all[name]);
  }
  console.log(JSON.stringify(shape));`;

test('both have the same names, classes and functions', async () => {
  const [bundled, files] = await Promise.all([answer('bundled', SHAPE), answer('files', SHAPE)]);
  assert.ok(Object.keys(files).length > 3000);
  assert.deepEqual(bundled, files);
});

/** Files of this package that a program has loaded after importing it, and after a first call. */
const LOADED = `
  import { createRequire } from 'node:module';
  import { BertTokenizer } from './lib/esm/index.mjs';
  import { tokenizers } from '${data}';
  const here = () => Object.keys(createRequire(import.meta.url).cache)
    .filter((file) => file.startsWith(process.cwd())).map((file) => file.slice(process.cwd().length + 1)).sort();
  const imported = here();
  const { json, config } = tokenizers.bert();
  const tokenizer = new BertTokenizer(json, config);
  const { input_ids } = tokenizer('hello');
  const called = here();
  console.log(JSON.stringify([input_ids.tolist().flat().map(Number), imported, called, here()]));`;

test('a program that has them loads no other file of lib/, and what a tokenizer takes at a first call', async () => {
  const [ids, imported, called, loaded] = await answer('bundled', LOADED);
  const [same, few, , each] = await answer('files', LOADED);
  assert.deepEqual(ids, [2, 5, 3]);
  assert.deepEqual(same, ids);
  assert.deepEqual(imported, ['lib/api.js', 'lib/bundle.js']);
  const once = ['binding.js', 'lib/api.js', 'lib/bundle-work.js', 'lib/bundle.js'];
  assert.deepEqual(called, once);
  assert.deepEqual(loaded, [...once, 'lib/bundle-tensor.js'].sort());
  assert.ok(!few.includes('binding.js') && !few.includes('lib/encode.js'));
  assert.ok(each.includes('lib/main.js') && each.length > 40);
});

test('importing an earlier level loads what that level is, not what its tokenizers do', async () => {
  const code = `
    import { createRequire } from 'node:module';
    import { TokenizerModel } from './lib/esm/v2.mjs';
    import { TokenizerModel as later } from './lib/esm/v3.mjs';
    const here = Object.keys(createRequire(import.meta.url).cache).filter((file) => file.startsWith(process.cwd()));
    console.log(JSON.stringify([typeof TokenizerModel, here.map((file) => file.slice(process.cwd().length + 1)).sort()]));`;
  const [type, loaded] = await answer('bundled', code);
  assert.equal(type, 'function');
  assert.deepEqual(loaded, ['lib/api.js', 'lib/bundle-levels.js', 'lib/bundle.js']);
});

for (const [how, code] of Object.entries({
  imports: "import { BertTokenizer } from './lib/esm/index.mjs';",
  requires: "const { BertTokenizer } = require('./index.js');",
})) {
  test(`a bundler that puts all into one file finds what a program ${how}`, async () => {
    const cwd = folders.bundled;
    const outfile = join(cwd, `out-${how}/program.cjs`);
    await build({
      stdin: {
        contents: `${code}
          import(${JSON.stringify(data)}).then(({ tokenizers }) => {
            const { json, config } = tokenizers.bert();
            console.log(JSON.stringify(new BertTokenizer(json, config).encode('hello')));
          });`,
        resolveDir: cwd,
      },
      outfile,
      bundle: true,
      platform: 'node',
      external: [data],
      loader: { '.node': 'copy' },
      logLevel: 'error',
    });
    await rename(join(cwd, 'lib'), join(cwd, 'lib-away'));
    try {
      const { stdout, stderr } = await runNode(outfile);
      assert.equal(stdout, '[2,5,3]\n', stderr);
    } finally {
      await rename(join(cwd, 'lib-away'), join(cwd, 'lib'));
    }
  });
}

test('code that a bundler took away from the binary says so', async () => {
  const cwd = folders.bundled;
  const outfile = join(cwd, 'out-alone/program.cjs');
  const contents = `require('./index.js').AutoTokenizer.from_pretrained('org/name').catch(({ message }) => console.log(message));`;
  const external = ['*.node', join(root, 'binding.js')];
  await build({ stdin: { contents, resolveDir: cwd }, outfile, bundle: true, platform: 'node', external, logLevel: 'error' });
  await writeFile(outfile, (await readFile(outfile, 'utf8')).replaceAll(JSON.stringify(external[1]), '"./binding.js"'));
  const { stdout, stderr } = await runNode(outfile);
  assert.match(stdout, /A bundler put its code elsewhere.*`external`/, stderr);
});
