/**
 * Writes what transformers.js and its onnxruntime-node answer to the operations: expected.operators.json.
 *
 *   node __test__/oracle-js/write-operators.mjs <folder>      the folder of write.mjs
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { operations, outcome } from './operators.mjs';

const ENTRIES = {
  v2: '@xenova/transformers/src/transformers.js',
  v3: 'hf3/dist/transformers.node.mjs',
  v4: 'hf4/dist/transformers.node.mjs',
};
const STUBS = new URL('stubs.mjs?only=sharp', import.meta.url).href;
const [, self, folder, level] = process.argv;
if (!folder) {
  console.error('usage: node __test__/oracle-js/write-operators.mjs <folder>');
  process.exit(2);
}

/** @param {keyof typeof ENTRIES} name */
async function answers(name) {
  const module = await import(pathToFileURL(resolve(folder, 'node_modules', ENTRIES[name])).href);
  /** @type {Record<string, any>} */
  const expected = {};
  for (const operation of operations) {
    if (!(operation.levels ?? ['v3', 'v4']).includes(name) || operation.differs?.[name]) continue;
    const result = await outcome(module, operation);
    // Nobody is to say what ONNX Runtime says.
    if (result.error && !operation.says) result.error.message = '';
    expected[operation.name] = result;
  }
  return expected;
}

// One process for each: two ONNX Runtimes in one take each other's library.
if (level) {
  process.stdout.write(JSON.stringify(await answers(/** @type {keyof typeof ENTRIES} */ (level))));
} else {
  /** @type {Map<string, Map<string, string[]>>} name, answer, and the levels that gave it */
  const all = new Map();
  for (const name of Object.keys(ENTRIES)) {
    const { stdout, status } = spawnSync(process.execPath, ['--import', STUBS, self, folder, name], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${name} ended with ${status}`);
    for (const [operation, answer] of Object.entries(JSON.parse(stdout))) {
      const text = JSON.stringify(answer);
      if (!all.has(operation)) all.set(operation, new Map());
      const given = /** @type {Map<string, string[]>} */ (all.get(operation));
      given.set(text, [...(given.get(text) ?? []), name]);
    }
  }
  const lines = [...all].map(([operation, given]) => {
    const answers = [...given].map(([text, levels]) => `"${levels.join(' ')}":${text}`);
    return `${JSON.stringify(operation)}: {${answers.join(',')}}`;
  });
  writeFileSync(
    fileURLToPath(new URL('expected.operators.json', import.meta.url)),
    `{\n${lines.join(',\n')}\n}\n`,
  );
  console.log(lines.length);
}
