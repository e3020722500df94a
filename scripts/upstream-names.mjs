// Lists the names that the three majors of transformers.js export, so that importing any of them links, and writes
// the entries for ES modules, which export all of them.
//
//   node scripts/upstream-names.mjs <folder>     a folder whose node_modules has @xenova/transformers 2,
//                                                and @huggingface/transformers 3 and 4 as `hf3` and `hf4`
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [, , folder] = process.argv;
if (!folder) {
  console.error('usage: node scripts/upstream-names.mjs <folder with node_modules>');
  process.exit(2);
}
const out = fileURLToPath(new URL('../lib/upstream/', import.meta.url));

/**
 * The names that an ES module exports, followed through `export * from`.
 *
 * @param {string} file
 * @param {Set<string>} [names]
 */
function exported(file, names = new Set()) {
  const source = readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  const declared = /^export\s+(?:async\s+)?(?:class|const|let|var|function\*?)\s+([\w$]+)/gm;
  for (const [, name] of source.matchAll(declared)) names.add(name);
  for (const [, list] of source.matchAll(/export\s*\{([^}]*)\}/g)) {
    for (const item of list.split(',')) {
      const name = item
        .trim()
        .split(/\s+as\s+/)
        .at(-1);
      if (name && name !== 'default') names.add(name);
    }
  }
  for (const [, path] of source.matchAll(/^export\s+\*\s+from\s+['"](\.[^'"]+)['"]/gm)) {
    exported(join(dirname(file), path), names);
  }
  return names;
}

const entries = {
  v2: '@xenova/transformers/src/transformers.js',
  v3: 'hf3/dist/transformers.node.mjs',
  v4: 'hf4/dist/transformers.node.mjs',
};
for (const [level, entry] of Object.entries(entries)) {
  const names = [...exported(join(folder, 'node_modules', entry))].sort();
  // One literal: a thousand assignments take Node.js ten milliseconds, and it reads the names from both.
  const lines = names.map((name) => `  ${name}: name,`);
  const head = `'use strict';\n\n// Written by scripts/upstream-names.mjs: what ${entry} exports.\n`;
  writeFileSync(join(out, `${level}.js`), `${head}const name = 0;\nmodule.exports = {\n${lines.join('\n')}\n};\n`);
  // For our own use a list, which takes no time to read.
  const list = `module.exports =\n  '${names.join(' ')}'.split(' ');\n`;
  writeFileSync(join(out, `${level}.list.js`), `${head}${list}`);
  console.log(level, names.length);
}

// Node.js reads the names of a CommonJS module with a parser in JavaScript, which takes longer for these than all the
// rest of loading. An ES module that names them itself is read by V8.
const require = createRequire(import.meta.url);
const named = (/** @type {string} */ file) => Object.keys(require(join(out, file)));
const esm = fileURLToPath(new URL('../lib/esm/', import.meta.url));
mkdirSync(esm, { recursive: true });
for (const [entry, levels] of Object.entries({ index: ['v2', 'v3', 'v4'], v2: ['v2'], v3: ['v3'], v4: ['v4'] })) {
  const names = [...new Set([...levels, 'ours'].flatMap((level) => named(`${level}.js`)))].sort();
  const [taken, level] = entry === 'index' ? ['ROOT, createApi, pickLevel', 'pickLevel(ROOT)'] : ['createApi', `'${entry}'`];
  const lines = [
    '// Written by scripts/upstream-names.mjs: the entry for ES modules. Imported as a whole, since Node.js looks for names in',
    '// CommonJS with a slow parser; with `import`, since bundlers follow nothing else.',
    `import main from '../api.js';`,
    '',
    `const { ${taken} } = main;`,
    `const api = createApi(${level});`,
    'export default api;',
    `export const {\n${names.map((name) => `  ${name},\n`).join('')}} = api;`,
  ];
  writeFileSync(join(esm, `${entry}.mjs`), `${lines.join('\n')}\n`);
  console.log(`${entry}.mjs`, names.length);
}
