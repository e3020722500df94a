/**
 * Writes what transformers.js answers to the scenarios: expected.v2.json, expected.v3.json, expected.v4.json.
 *
 *   npm install --ignore-scripts @xenova/transformers@2.17.2 hf3@npm:@huggingface/transformers@3.8.1 \
 *     hf4@npm:@huggingface/transformers@4.3.1          in an empty folder
 *   node --import ./__test__/oracle-js/stubs.mjs __test__/oracle-js/write.mjs <that folder>
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { answer } from './answer.mjs';
import { general } from './scenarios.mjs';
import { models } from './models.mjs';
import { parts } from './parts.mjs';
import { programs } from './programs.mjs';

const [, , folder] = process.argv;
if (!folder) {
  console.error('usage: node --import ./__test__/oracle-js/stubs.mjs __test__/oracle-js/write.mjs <folder>');
  process.exit(2);
}
const entries = {
  v2: '@xenova/transformers/src/transformers.js',
  v3: 'hf3/dist/transformers.node.mjs',
  v4: 'hf4/dist/transformers.node.mjs',
};
for (const [level, entry] of Object.entries(entries)) {
  const file = resolve(folder, 'node_modules', entry);
  const module = await import(pathToFileURL(file).href);
  /** @type {Record<string, any>} */
  const expected = {};
  for (const scenario of [...general, ...models, ...parts, ...programs]) {
    if (scenario.levels && !scenario.levels.includes(level)) continue;
    expected[scenario.name] = answer(module, scenario);
  }
  const lines = Object.entries(expected).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  writeFileSync(new URL(`expected.${level}.json`, import.meta.url), `{\n${lines.join(',\n')}\n}\n`);
  console.log(level, lines.length);
}
