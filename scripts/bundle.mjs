// Writes lib/bundle.js: lib/main.js and all that it requires in one file, which Node.js loads in half the time.
// Nothing is shortened, so that stack traces read as those of lib/. A part of every build.
import { buildSync } from 'esbuild';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './run.mjs';

export const BUNDLE = join(root, 'lib/bundle.js');

/**
 * @param {{ write?: boolean }} [options]
 * @returns {string} what the file has, or would have
 */
export function bundle({ write = true } = {}) {
  const { outputFiles } = buildSync({
    entryPoints: [join(root, 'lib/main.js')],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // What the build of the addon makes stays where it is.
    external: ['../binding.js', '*.node'],
    write: false,
  });
  const [{ text }] = outputFiles;
  if (write) writeFileSync(BUNDLE, text);
  return text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) bundle();
