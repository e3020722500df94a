// Builds the addon: autotokenizer.<platform>.node, its loader binding.js and the declarations binding.d.ts; and
// lib/bundle.js and its parts, which are lib/ in a few files.
//
//   node scripts/build.mjs            thin LTO, for development and tests
//   node scripts/build.mjs --dist     fat LTO, as published: slower to build, smaller, a little faster
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, run } from './run.mjs';
import { requireRust } from './toolchain.mjs';

/** @param {{ dist?: boolean, quiet?: boolean }} [options] */
export function build({ dist = false, quiet = false } = {}) {
  requireRust();
  const napi = fileURLToPath(new URL('../node_modules/@napi-rs/cli/dist/cli.js', import.meta.url));
  const profile = dist ? 'dist' : 'release';
  const options = ['--platform', '--profile', profile, '--js', 'binding.js', '--dts', 'binding.d.ts', '--no-const-enum'];
  // A shipped binary should not carry the builder's folders in its panic messages. Folders may have blanks in their names.
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
  const remapped = [`${root}=.`, `${cargoHome}=cargo`].map((folder) => `--remap-path-prefix=${folder}`);
  const flags = [...remapped, ...(process.env.RUSTFLAGS?.split(/\s+/).filter(Boolean) ?? [])];
  /** @type {Record<string, string>} */
  const env = dist ? { CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f') } : {};
  run(process.execPath, [napi, 'build', ...options, '--', '--locked'], { quiet, env });
  run(process.execPath, ['scripts/bundle.mjs'], { quiet });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build({ dist: process.argv.includes('--dist') });
