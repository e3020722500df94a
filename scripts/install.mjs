// Runs after `npm install autotokenizer`. The package carries binaries for common platforms; where none fits and
// Rust is here, the addon is built from the sources in the package. In a checkout of the repository it does nothing:
// there `npm run build` builds.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { root } from './run.mjs';
import { rustProblem } from './toolchain.mjs';

const require = createRequire(import.meta.url);

function loads() {
  try {
    require('../binding.js');
    return true;
  } catch {
    return false;
  }
}

function library(/** @type {string} */ folder) {
  const names = { darwin: 'libautotokenizer.dylib', win32: 'autotokenizer.dll' };
  return join(folder, 'release', names[/** @type {'darwin'} */ (process.platform)] ?? 'libautotokenizer.so');
}

/** The name under which binding.js looks for this platform's binary. */
function binaryName() {
  const musl = process.platform === 'linux' && !(/** @type {any} */ (process.report?.getReport())?.header?.glibcVersionRuntime);
  const abi = { linux: musl ? '-musl' : '-gnu', win32: '-msvc' }[/** @type {'linux'} */ (process.platform)] ?? '';
  return `autotokenizer.${process.platform}-${process.arch}${abi}.node`;
}

function buildFromSource() {
  const target = mkdtempSync(join(tmpdir(), 'autotokenizer-'));
  try {
    const cargo = ['build', '--release', '--locked', '--package', 'autotokenizer', '--target-dir', target];
    const result = spawnSync('cargo', cargo, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
    if (result.status !== 0) return false;
    copyFileSync(library(target), join(root, binaryName()));
    return loads();
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

const isDependency = root.split(sep).includes('node_modules');
if (isDependency && !loads()) {
  const where = `${process.platform}-${process.arch}`;
  const problem = existsSync(join(root, 'Cargo.toml')) ? rustProblem() : 'The package has no sources to build from.';
  if (problem !== null) {
    console.error(`autotokenizer has no binary for ${where}, and cannot build one.\n${problem}`);
    process.exit(1);
  }
  console.error(`autotokenizer has no binary for ${where}; building one with Rust (some minutes) …`);
  if (!buildFromSource()) {
    console.error(`autotokenizer could not be built for ${where}; the output above says why.`);
    process.exit(1);
  }
}
