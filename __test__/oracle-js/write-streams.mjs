/**
 * Writes what transformers.js streams: expected.streams.json.
 *
 *   node --import ./__test__/oracle-js/stubs.mjs __test__/oracle-js/write-streams.mjs <folder>    the folder of write.mjs
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { streamed, streams } from './streams.mjs';

const [, , folder] = process.argv;
if (!folder) {
  console.error('usage: node --import ./__test__/oracle-js/stubs.mjs __test__/oracle-js/write-streams.mjs <folder>');
  process.exit(2);
}
const file = resolve(folder, 'node_modules/hf4/dist/transformers.node.mjs');
const module = await import(pathToFileURL(file).href);
const lines = streams().map((stream) => JSON.stringify(streamed(module, stream)));
writeFileSync(new URL('expected.streams.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`);
console.log(lines.length);
