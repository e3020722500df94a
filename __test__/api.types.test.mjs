// The declarations say what the package does: programs of __test__/types compile, and their errors are
// errors. Those of __test__/types/programs compile with transformers.js's own declarations, too.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const programs = join(root, '__test__/types/programs');
const compiler = join(root, 'node_modules/typescript/bin/tsc');
const skip = existsSync(compiler) ? false : 'typescript is not installed: `npm install` first';
const XENOVA = '@xenova/transformers';
const HUGGINGFACE = '@huggingface/transformers';

/** @param {string} project */
function compile(project) {
  return spawnSync(process.execPath, [compiler, '--project', project], { encoding: 'utf8' }).stdout;
}

/**
 * A folder with programs, where the package is installed under a name, or where `paths` name what they find.
 *
 * @param {string[]} names of the programs
 * @param {object} where
 * @param {string} [where.installed]
 * @param {Record<string, string[]>} [where.paths]
 * @param {string} [where.code] of one more program
 * @returns {string} what the compiler says
 */
function compileIn(names, { installed, paths, code }) {
  const folder = mkdtempSync(join(tmpdir(), 'types-'));
  try {
    const files = names.map((name) => `${name}.mts`);
    for (const file of files) cpSync(join(programs, file), join(folder, file));
    if (code) {
      files.push('more.mts');
      writeFileSync(join(folder, 'more.mts'), code);
    }
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'), 'junction');
    if (installed) {
      const home = join(folder, 'node_modules', installed);
      mkdirSync(dirname(home), { recursive: true });
      for (const file of ['package.json', 'index.d.ts', 'plain.d.ts', 'v2.d.ts', 'v3.d.ts', 'v4.d.ts', 'lib/types'])
        cpSync(join(root, file), join(home, file), { recursive: true });
    }
    const compilerOptions = {
      ...{ strict: true, noEmit: true, noUncheckedIndexedAccess: true, skipLibCheck: false, isolatedModules: true },
      ...{ module: 'nodenext', moduleResolution: 'nodenext', target: 'ES2023', lib: ['ES2023'], types: ['node'] },
      ...(paths ? { paths } : {}),
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    return compile(join(folder, 'tsconfig.json'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {string} name
 * @param {string[]} members that are there
 * @param {string[]} others that are not
 */
function use(name, members, others) {
  return [
    `import { PreTrainedTokenizer } from '${name}';`,
    'const tokenizer = new PreTrainedTokenizer({}, {});',
    ...members.map((member) => `tokenizer.${member};`),
    ...others.map((member) => `// @ts-expect-error -- of another level\ntokenizer.${member};`),
    'class Own extends PreTrainedTokenizer {}',
    'export { Own };',
  ].join('\n');
}

test('programs of every level compile, as ES modules and CommonJS, with isolatedModules', { skip }, () => {
  assert.equal(compile(join(root, '__test__/types/tsconfig.json')), '');
});

describe('the name under which it is installed chooses the declarations', { skip }, () => {
  test(XENOVA, () => {
    const code = use(XENOVA, ['default_chat_template', 'getToken'], ['get_vocab', 'tokenize', 'count_tokens']);
    assert.equal(compileIn(['two', 'two-only'], { installed: XENOVA, code }), '');
  });

  test(HUGGINGFACE, () => {
    const code = use(HUGGINGFACE, ['get_vocab', 'tokenize'], ['default_chat_template', 'count_tokens']);
    assert.equal(compileIn(['four'], { installed: HUGGINGFACE, code }), '');
  });

  test('autotokenizer', () => {
    const code = use('autotokenizer', ['get_vocab', 'count_tokens'], ['default_chat_template', 'getToken']);
    assert.equal(compileIn([], { installed: 'autotokenizer', code }), '');
  });
});

describe('`paths` choose the declarations, and the plain ones do for most programs', { skip }, () => {
  for (const [file, names] of Object.entries({
    v2: ['two', 'two-only'],
    v3: ['three', 'three-only'],
    v4: ['three', 'four'],
    plain: ['two', 'three', 'four'],
  })) {
    test(`${file}.d.ts`, () => {
      const found = [join(root, `${file}.d.ts`)];
      assert.equal(compileIn(names, { paths: { [XENOVA]: found, [HUGGINGFACE]: found } }), '');
    });
  }
});
