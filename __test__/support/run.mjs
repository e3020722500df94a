/**
 * Programs run as a user runs them: each in a process of its own, with nothing of this one's environment.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a process needs to run at all; everything else must be given. */
const NEEDED = ['PATH', 'SYSTEMROOT', 'TEMP', 'TMP', 'TMPDIR'];

/**
 * @typedef {object} RunOptions
 * @property {string[]} [args]
 * @property {Record<string, string | undefined>} [env] The variables the program sees, besides HOME and
 *   HF_HOME; `undefined` takes one of those away.
 * @property {string} [home] A home folder to use again. Without it, a fresh one, removed after the run.
 * @property {string} [cwd] The home folder without it.
 * @property {string} [input] For standard input.
 * @property {AbortSignal} [signal] Kills the program with SIGKILL.
 * @property {number} [limit] After so many milliseconds the program is taken for stuck and killed; 120,000
 *   without it.
 *
 * @typedef {object} RunResult
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 * @property {string} stdout
 * @property {string} stderr
 * @property {boolean} stuck Whether it was killed for taking too long.
 */

/**
 * A folder to be a program's home.
 *
 * @returns {Promise<{ path: string, hfHome: string, remove: () => Promise<void> }>}
 */
export async function makeHome() {
  const path = await mkdtemp(join(tmpdir(), 'autotokenizer-'));
  return {
    path,
    hfHome: join(path, 'huggingface'),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/**
 * @param {string} command
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export async function run(command, options = {}) {
  const { args = [], env = {}, input, signal, limit = 120_000 } = options;
  const fresh = options.home === undefined ? await makeHome() : null;
  const home = options.home ?? fresh?.path ?? '';
  /** @type {Record<string, string>} */
  const variables = {};
  for (const name of NEEDED) if (process.env[name] !== undefined) variables[name] = process.env[name];
  Object.assign(variables, { HOME: home, USERPROFILE: home, HF_HOME: join(home, 'huggingface') });
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete variables[name];
    else variables[name] = value;
  }
  try {
    return await /** @type {Promise<RunResult>} */ (
      new Promise((resolve, reject) => {
        const child = spawn(command, args, { cwd: options.cwd ?? home, env: variables, stdio: 'pipe' });
        const result = { stdout: '', stderr: '', stuck: false };
        child.stdout.setEncoding('utf8').on('data', (text) => {
          result.stdout += text;
        });
        child.stderr.setEncoding('utf8').on('data', (text) => {
          result.stderr += text;
        });
        const kill = () => child.kill('SIGKILL');
        signal?.addEventListener('abort', kill, { once: true });
        if (signal?.aborted) kill();
        const timer = setTimeout(() => {
          result.stuck = true;
          kill();
        }, limit);
        child.once('error', reject);
        child.once('close', (code, killed) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', kill);
          resolve({ ...result, code, signal: killed });
        });
        child.stdin.on('error', () => {});
        child.stdin.end(input);
      })
    );
  } finally {
    await fresh?.remove();
  }
}

/**
 * Runs a Node program.
 *
 * @param {string} program A file.
 * @param {RunOptions & { nodeOptions?: string[] }} [options]
 * @returns {Promise<RunResult>}
 */
export function runNode(program, { nodeOptions = [], args = [], ...options } = {}) {
  return run(process.execPath, { ...options, args: [...nodeOptions, program, ...args] });
}

/**
 * Runs Node code that is given as text; `import` works from the folder `cwd`.
 *
 * @param {string} code An ES module.
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function runCode(code, { args = [], ...options } = {}) {
  return run(process.execPath, { ...options, args: ['--input-type=module', '--eval', code, ...args] });
}
