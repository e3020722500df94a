// What every command needs before it can work: Rust, the npm packages, the built addon. Does only what is missing.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { root, run } from './run.mjs';
import { requireRust } from './toolchain.mjs';

/** npm writes this file when an install is complete. */
const installed = join(root, 'node_modules', '.package-lock.json');

function isInstalled() {
  if (!existsSync(installed)) return false;
  return statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

/**
 * @param {{ quiet?: boolean }} [options] `quiet` prints one line a step
 */
export async function setup({ quiet = false } = {}) {
  requireRust();
  if (!isInstalled()) {
    if (quiet) console.log('Installing the npm packages …');
    run('npm', ['ci', '--no-audit', '--no-fund'], { quiet });
  }
  if (quiet) console.log('Building the addon (minutes the first time, seconds afterwards) …');
  build({ quiet });
}
