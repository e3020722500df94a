/**
 * Python packages as oracles: an environment of their own for each set, made once under `target/python`.
 *
 * @module
 */
/** @import { RunOptions, RunResult } from './run.mjs' */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { run } from './run.mjs';

/** What is installed, by the name of the set. */
const REQUIREMENTS = {
  hub: ['huggingface_hub==2.4.0'],
  olah: ['olah==0.5.4'],
  tokenizers: ['tokenizers==0.23.2', 'transformers==5.23.0', 'jinja2==3.1.6'],
};

/** @typedef {keyof typeof REQUIREMENTS} PythonSet */

/**
 * @typedef {object} Python
 * @property {string} path The interpreter that has the packages; empty where there is none.
 * @property {string | false} skip Why a test that needs it is skipped.
 */

const execute = promisify(execFile);
const folder = fileURLToPath(new URL('../../target/python', import.meta.url));
const isWindows = process.platform === 'win32';
/** A set that takes longer than this to install has been given up by the process that began it. */
const INSTALL_LIMIT = 10 * 60 * 1000;

/**
 * The Python that has a set of packages. `AUTOTOKENIZER_PYTHON_HUB` and its like name interpreters that have them
 * already; `off` there skips the tests.
 *
 * @param {PythonSet} name
 * @returns {Promise<Python>}
 */
export async function findPython(name) {
  const variable = `AUTOTOKENIZER_PYTHON_${name.toUpperCase()}`;
  const given = process.env[variable];
  if (given === 'off') return { path: '', skip: `${variable}=off` };
  if (given) return { path: given, skip: false };
  const base = await findBase();
  if (!base) return { path: '', skip: 'no Python 3.10 or newer on this machine' };
  try {
    return { path: await install(name, base), skip: false };
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { path: '', skip: `Python's ${REQUIREMENTS[name].join(', ')} could not be installed: ${reason}` };
  }
}

/**
 * Runs Python code, with nothing of this process's environment.
 *
 * @param {Python} python
 * @param {string} code
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function runPython(python, code, { args = [], env = {}, ...options } = {}) {
  return run(python.path, {
    ...options,
    args: ['-c', code, ...args],
    env: { PYTHONIOENCODING: 'utf-8', PYTHONDONTWRITEBYTECODE: '1', ...env },
  });
}

/** @returns {Promise<string | null>} */
async function findBase() {
  const check = 'import sys, venv; print(sys.executable if sys.version_info >= (3, 10) else "")';
  for (const command of ['python3', 'python']) {
    try {
      const { stdout } = await execute(command, ['-c', check]);
      if (stdout.trim()) return stdout.trim();
    } catch {
      // Not there, or without venv: try the next.
    }
  }
  return null;
}

/**
 * @param {PythonSet} name
 * @param {string} base
 * @returns {Promise<string>} The interpreter.
 */
async function install(name, base) {
  const home = join(folder, name);
  const path = isWindows ? join(home, 'Scripts', 'python.exe') : join(home, 'bin', 'python');
  const marker = join(home, 'installed.txt');
  const wanted = [base, ...REQUIREMENTS[name]].join('\n');
  const isReady = async () => existsSync(path) && (await readFile(marker, 'utf8').catch(() => '')) === wanted;
  if (await isReady()) return path;

  await mkdir(folder, { recursive: true });
  const lock = join(folder, `${name}.lock`);
  await acquire(lock);
  try {
    if (await isReady()) return path;
    await rm(home, { recursive: true, force: true });
    await execute(base, ['-m', 'venv', home]);
    const options = ['--quiet', '--disable-pip-version-check', '--retries', '2', '--no-input'];
    await execute(path, ['-m', 'pip', 'install', ...options, ...REQUIREMENTS[name]], {
      timeout: INSTALL_LIMIT,
    });
    await writeFile(marker, wanted);
    return path;
  } finally {
    await rm(lock, { force: true });
  }
}

/**
 * Test files run in processes of their own, and several may want the same set.
 *
 * @param {string} lock
 */
async function acquire(lock) {
  for (;;) {
    try {
      const file = await open(lock, 'wx');
      await file.close();
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const since = await stat(lock).then(
      (info) => info.mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - since > INSTALL_LIMIT) await rm(lock, { force: true });
    await pause(200);
  }
}
