// How a program gets this package under the names of transformers.js: by folder, by link, by --import.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const data = pathToFileURL(join(root, '__test__/data/tokenizers.mjs')).href;

/** @type {string} */
let folder;

before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'register-')));
});
after(() => rm(folder, { recursive: true }));

/**
 * @param {string} file
 * @param {string} source
 */
async function write(file, source) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, source);
}

/**
 * Runs a program and gives what it printed, as JSON.
 *
 * @param {string} file
 * @param {string[]} [flags]
 * @param {NodeJS.ProcessEnv} [env]
 */
function run(file, flags = [], env = {}) {
  const options = {
    encoding: /** @type {const} */ ('utf8'),
    env: { ...process.env, AUTOTOKENIZER_API_LEVEL: undefined, ...env },
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, file], options);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** A copy of what is published, without the binary, which is linked. @param {string} target */
async function copyPackage(target) {
  await mkdir(target, { recursive: true });
  for (const name of ['index.js', 'v2.js', 'v3.js', 'v4.js', 'package.json', 'lib']) {
    await cp(join(root, name), join(target, name), { recursive: true });
  }
  await writeFile(
    join(target, 'binding.js'),
    `module.exports = require(${JSON.stringify(join(root, 'binding.js'))});\n`,
  );
}

const LEVEL = 'console.log(JSON.stringify([env.apiLevel, env.version]));';
const PLAIN = [null, '4.3.1'];
const V2 = ['v2', '2.17.2'];
const V4 = ['v4', '4.3.1'];

describe('the level follows the name of the installation', () => {
  test('npm and yarn: the folder has the name', async () => {
    const app = join(folder, 'npm');
    await copyPackage(join(app, 'node_modules/@xenova/transformers'));
    await copyPackage(join(app, 'node_modules/@huggingface/transformers'));
    await copyPackage(join(app, 'node_modules/autotokenizer'));
    for (const [name, level] of /** @type {const} */ ([
      ['@xenova/transformers', V2],
      ['@huggingface/transformers', V4],
      ['autotokenizer', PLAIN],
    ])) {
      await write(join(app, 'app.mjs'), `import { env, pipeline } from '${name}'; pipeline.name; ${LEVEL}`);
      await write(join(app, 'app.cjs'), `const { env } = require('${name}'); ${LEVEL}`);
      assert.deepEqual(run(join(app, 'app.mjs')), level);
      assert.deepEqual(run(join(app, 'app.cjs')), level);
    }
  });

  test('pnpm: the name is that of a link', async () => {
    for (const [name, level] of /** @type {const} */ ([
      ['@xenova/transformers', V2],
      ['@huggingface/transformers', V4],
      ['autotokenizer', PLAIN],
    ])) {
      const app = join(folder, `pnpm-${level[0]}`);
      const store = join(app, 'node_modules/.pnpm/autotokenizer@0.1.0/node_modules/autotokenizer');
      await copyPackage(store);
      await mkdir(dirname(join(app, 'node_modules', name)), { recursive: true });
      await symlink(store, join(app, 'node_modules', name));
      await write(join(app, 'src/app.mjs'), `import { env } from '${name}'; ${LEVEL}`);
      await write(join(app, 'src/app.cjs'), `const { env } = require('${name}'); ${LEVEL}`);
      assert.deepEqual(run(join(app, 'src/app.mjs')), level);
      assert.deepEqual(run(join(app, 'src/app.cjs')), level);
    }
  });

  test('a library: its own links tell, not those of the program', async () => {
    const library = join(folder, 'library');
    const store = join(library, 'store/autotokenizer');
    await copyPackage(store);
    await mkdir(join(library, 'node_modules/@xenova'), { recursive: true });
    await symlink(store, join(library, 'node_modules/@xenova/transformers'));
    await write(join(library, 'index.cjs'), "module.exports = require('@xenova/transformers');");
    const program = join(folder, 'program/app.cjs');
    await write(program, `const { env } = require(${JSON.stringify(join(library, 'index.cjs'))}); ${LEVEL}`);
    assert.deepEqual(run(program), V2);
    // To know who requires it, nothing that is deprecated is used.
    assert.deepEqual(run(program, ['--pending-deprecation', '--throw-deprecation']), V2);
  });

  test('where links disagree, the variable tells', async () => {
    const app = join(folder, 'both');
    const store = join(app, 'node_modules/.pnpm/autotokenizer@0.1.0/node_modules/autotokenizer');
    await copyPackage(store);
    for (const name of ['@xenova/transformers', '@huggingface/transformers']) {
      await mkdir(dirname(join(app, 'node_modules', name)), { recursive: true });
      await symlink(store, join(app, 'node_modules', name));
    }
    await write(join(app, 'app.mjs'), `import { env } from '@xenova/transformers'; ${LEVEL}`);
    assert.deepEqual(run(join(app, 'app.mjs')), PLAIN);
    assert.deepEqual(run(join(app, 'app.mjs'), [], { AUTOTOKENIZER_API_LEVEL: 'v2' }), V2);
  });

  test('a level that does not exist', () => {
    const { pickLevel } = require('../lib/pick-level.js');
    process.env.AUTOTOKENIZER_API_LEVEL = 'v9';
    try {
      assert.throws(
        () => pickLevel('/somewhere', undefined),
        /AUTOTOKENIZER_API_LEVEL must be one of v2, v3, v4, plain, but is 'v9'/,
      );
    } finally {
      delete process.env.AUTOTOKENIZER_API_LEVEL;
    }
  });
});

describe('names that are not ours', () => {
  const levels = [
    ['v2', 'v2'],
    ['v3', 'v3'],
    ['v4', 'v4'],
    ['plain', 'index'],
  ];
  // An ES module gets the second of the two, unless it imports a file.
  for (const [level, entry] of levels.flatMap(([level, name]) => [
    [level, `${name}.js`],
    [level, `lib/esm/${name}.mjs`],
  ])) {
    test(`${entry}: every name of transformers.js links, and throws when used`, async () => {
      const names = Object.keys(require(`../lib/upstream/${level === 'plain' ? 'v4' : level}.js`));
      assert.ok(names.length > 500);
      const file = join(folder, `names-${level}-${entry.endsWith('.mjs')}.mjs`);
      const url = pathToFileURL(join(root, entry)).href;
      await write(
        file,
        `
        import { ${names.join(', ')} } from '${url}';
        import * as all from '${url}';
        const seen = {};
        for (const use of [() => pipeline('x'), () => new AutoModel(), () => AutoProcessor.from_pretrained('x'), () => { all.AutoModel.x = 1; }]) {
          try { use(); } catch (error) { seen[error.code] = error.message; }
        }
        class Sub extends AutoModel {}
        console.log(JSON.stringify([seen, Object.keys(all).length, [${names.join(', ')}].every((value) => value !== undefined)]));
      `,
      );
      const [seen, count, defined] = run(file);
      assert.deepEqual(Object.keys(seen), ['ERR_NOT_IN_AUTOTOKENIZER']);
      assert.match(
        seen.ERR_NOT_IN_AUTOTOKENIZER,
        level === 'v2' ? /@xenova\/transformers@2/ : /@huggingface\/transformers@[34]/,
      );
      assert.ok(count >= names.length);
      assert.ok(defined);
    });
  }
});

test('every name of the CommonJS module is one of the ES module, with the same value', async () => {
  for (const entry of ['index', 'v2', 'v3', 'v4']) {
    const there = require(join(root, `${entry}.js`));
    for (const file of [`${entry}.js`, `lib/esm/${entry}.mjs`]) {
      const module = await import(pathToFileURL(join(root, file)).href);
      assert.equal(module.default, there, file);
      const other = Object.keys(there).filter((name) => module[name] !== there[name]);
      assert.deepEqual(other, [], file);
    }
  }
});

describe('--import autotokenizer/register', () => {
  const flags = ['--import', pathToFileURL(join(root, 'register.mjs')).href];

  test('with the real package: its models, our tokenizers, its tensors', async () => {
    const app = join(folder, 'real');
    const real = join(app, 'node_modules/@xenova/transformers');
    await write(
      join(real, 'package.json'),
      '{ "name": "@xenova/transformers", "version": "2.17.2", "type": "module", "main": "index.js" }',
    );
    await write(
      join(real, 'index.js'),
      `
      export class Tensor { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } tolist() { return [Array.from(this.data)]; } }
      export const env = { cacheDir: '/nowhere', allowLocalModels: true, allowRemoteModels: true };
      export const pipeline = () => 'a real pipeline';
      export class AutoTokenizer { static real = true; }
    `,
    );
    await write(
      join(app, 'app.mjs'),
      `
      import { AutoTokenizer, BertTokenizer, pipeline, Tensor } from '@xenova/transformers';
      import { tokenizers } from '${data}';
      const { json, config } = tokenizers.bert();
      const tokenizer = new BertTokenizer(json, config);
      const { input_ids } = tokenizer('hello');
      console.log(JSON.stringify([AutoTokenizer.real ?? null, pipeline(), input_ids instanceof Tensor, tokenizer.decode(input_ids)]));
    `,
    );
    assert.deepEqual(run(join(app, 'app.mjs'), flags), [null, 'a real pipeline', true, '[CLS] hello [SEP]']);
  });

  test('require() too, and version 3 of the real package is level v3', async () => {
    const app = join(folder, 'cjs');
    const real = join(app, 'node_modules/@huggingface/transformers');
    await write(
      join(real, 'package.json'),
      '{ "name": "@huggingface/transformers", "version": "3.8.1", "main": "index.js" }',
    );
    await write(
      join(real, 'index.js'),
      'exports.pipeline = () => "real"; exports.env = { cacheDir: "x" }; exports.Tensor = class {};',
    );
    await write(
      join(app, 'app.cjs'),
      `
      const { pipeline, Grok1Tokenizer, AutoTokenizer } = require('@huggingface/transformers');
      console.log(JSON.stringify([pipeline(), typeof Grok1Tokenizer, 'TOKENIZER_CLASS_MAPPING' in AutoTokenizer]));
    `,
    );
    assert.deepEqual(run(join(app, 'app.cjs'), flags), ['real', 'function', true]);
  });

  test('without the real package: ours, and stubs', async () => {
    const app = join(folder, 'none');
    await write(
      join(app, 'app.mjs'),
      `
      import { env } from '@xenova/transformers';
      import { env as env4, pipeline } from '@huggingface/transformers';
      let code;
      try { await pipeline('x'); } catch (error) { code = error.code; }
      console.log(JSON.stringify([env.apiLevel, env4.apiLevel, code]));
    `,
    );
    await write(
      join(app, 'app.cjs'),
      `console.log(JSON.stringify(require('@xenova/transformers').env.apiLevel));`,
    );
    assert.deepEqual(run(join(app, 'app.mjs'), flags), ['v2', 'v4', 'ERR_NOT_IN_AUTOTOKENIZER']);
    assert.deepEqual(run(join(app, 'app.cjs'), flags), 'v2');
  });
});

test('what is said where no binary can be loaded', async () => {
  const app = join(folder, 'broken');
  await copyPackage(app);
  await writeFile(join(app, 'binding.js'), "throw new Error('Cannot find native binding.\\nmore');\n");
  await write(
    join(app, 'app.cjs'),
    `
    const { AutoTokenizer } = require('./index.js');
    AutoTokenizer.from_pretrained('org/name').catch((error) => console.log(JSON.stringify([error.code, error.message])));
  `,
  );
  const [code, message] = run(join(app, 'app.cjs'));
  assert.equal(code, 'ERR_NATIVE_UNAVAILABLE');
  for (const part of [process.platform, process.arch, 'Cannot find native binding.', 'npm run build'])
    assert.ok(message.includes(part), message);
});

test('where a binary is there and does not load, that is the reason', async () => {
  const app = join(folder, 'no-library');
  await copyPackage(app);
  await writeFile(join(app, 'no-library.node'), 'no library');
  await write(
    join(app, 'app.cjs'),
    `
    process.env.NAPI_RS_NATIVE_LIBRARY_PATH = ${JSON.stringify(join(app, 'no-library.node'))};
    const { AutoTokenizer } = require('./index.js');
    AutoTokenizer.from_pretrained('org/name').catch((error) => console.log(JSON.stringify([error.code, error.message])));
  `,
  );
  const [code, message] = run(join(app, 'app.cjs'));
  assert.equal(code, 'ERR_NATIVE_UNAVAILABLE');
  assert.match(message, /\nReason: .*no-library\.node/);
});

const BINARY = 'autotokenizer.linux-x64-gnu.node';

test('the binary of most servers is found without asking binding.js', { skip: !existsSync(join(root, BINARY)) }, async () => {
  const app = join(folder, 'beside');
  await copyPackage(app);
  await symlink(join(root, BINARY), join(app, BINARY));
  await writeFile(join(app, 'binding.js'), "throw new Error('binding.js was asked');\n");
  await write(
    join(app, 'app.mjs'),
    `
    import { BertTokenizer } from './lib/esm/index.mjs';
    import { tokenizers } from '${data}';
    const { json, config } = tokenizers.bert();
    try { console.log(JSON.stringify(new BertTokenizer(json, config).encode('hello'))); }
    catch (error) { console.log(JSON.stringify(error.message)); }
  `,
  );
  assert.deepEqual(run(join(app, 'app.mjs')), [2, 5, 3]);
  // Who names a binary, means it.
  const named = run(join(app, 'app.mjs'), [], { NAPI_RS_NATIVE_LIBRARY_PATH: '/another.node' });
  assert.match(named, /binding\.js was asked/);
});
