// `npm test`: installs what is missing, builds, and runs every test.
//
//   npm test -- js            only the JavaScript tests
//   npm test -- rust          only the Rust tests
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';
import { setup } from './setup.mjs';

const only = process.argv.slice(2);
const wanted = (/** @type {string} */ part) => only.length === 0 || only.includes(part);

await setup();
if (wanted('rust')) run('cargo', ['test', '--workspace', '--locked', '--quiet']);
if (wanted('js')) {
  const tests = readdirSync(join(root, '__test__')).filter((name) => name.endsWith('.test.mjs'));
  run(process.execPath, ['--test', '--test-timeout=900000', ...tests.map((name) => join('__test__', name))]);
}
