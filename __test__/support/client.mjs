/**
 * Our client under test: calls with variables of their own in this process, loads in processes of their own,
 * and a look at what is left on disk.
 *
 * @module
 */
/** @import { Hub, RequestRecord } from '../hub/index.mjs' */
/** @import { RunOptions, RunResult } from './run.mjs' */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runCode } from './run.mjs';

const main = fileURLToPath(new URL('../../index.js', import.meta.url));

/** The package, at the level of a new program. @type {any} */
export const ours = createRequire(import.meta.url)(main);

/** Variables that loading reads; a call sees those that it is given and no others. */
const MATTERS = new RegExp(
  '^(HF_|HUGGING_?FACE_|TRANSFORMERS_|SSL_CERT_|AUTOTOKENIZER_)|' +
    '^(HOME|USERPROFILE|XDG_CACHE_HOME|NODE_EXTRA_CA_CERTS|REQUEST_METHOD|(https?|all|no)_proxy)$|' +
    '^(GITHUB_ACTIONS|ACTIONS_ID_TOKEN_REQUEST_(URL|TOKEN))$',
  'i',
);

/** @type {AsyncLocalStorage<string[]>} */
const storage = new AsyncLocalStorage();
const { warn } = console;
console.warn = (...values) => {
  const warnings = storage.getStore();
  if (warnings) warnings.push(values.join(' '));
  else warn(...values);
};

/**
 * @typedef {object} Outcome
 * @property {any} [value] What the call resolved with.
 * @property {any} [error] What it rejected with.
 * @property {string[]} warnings
 */

/**
 * Calls the package with the variables given, which it reads before the call returns. Calls may overlap: each
 * gets its own warnings.
 *
 * @param {string} home
 * @param {Record<string, string>} variables
 * @param {(client: any) => Promise<any>} call
 * @returns {Promise<Outcome>}
 */
export async function ask(home, variables, call) {
  /** @type {Outcome} */
  const outcome = { warnings: [] };
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (MATTERS.test(name)) delete process.env[name];
  Object.assign(
    process.env,
    { HOME: home, USERPROFILE: home, HF_HOME: join(home, 'huggingface') },
    variables,
  );
  let promise;
  try {
    promise = storage.run(outcome.warnings, () => call(ours));
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
  try {
    outcome.value = await promise;
  } catch (error) {
    outcome.error = error;
  }
  return outcome;
}

/**
 * Loads a tokenizer in a process of its own and prints the ids of a text as JSON.
 *
 * @param {string} id
 * @param {RunOptions & { options?: object, text?: string }} settings `options` are those of from_pretrained.
 * @returns {Promise<RunResult>}
 */
export function loadInProcess(id, { options = {}, text = 'word1 word2', ...settings }) {
  return runCode(loader(id, options, text), settings);
}

/**
 * @param {string} id
 * @param {object} [options] of from_pretrained
 * @param {string} [text]
 * @returns {string} The program that {@link loadInProcess} runs.
 */
export function loader(id, options = {}, text = 'word1 word2') {
  return `
    import { AutoTokenizer } from ${JSON.stringify(pathToFileURL(main).href)};
    const tokenizer = await AutoTokenizer.from_pretrained(${JSON.stringify(id)}, ${JSON.stringify(options)});
    console.log(JSON.stringify(tokenizer.encode(${JSON.stringify(text)})));`;
}

/**
 * All files and links below a folder, links not followed; nothing if there is no such folder.
 *
 * @param {string} folder
 * @returns {Promise<string[]>} Paths relative to it, with `/`.
 */
export async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      // The older name of it is what early versions of Node.js 20 have.
      const parent = entry.parentPath ?? /** @type {any} */ (entry).path;
      return relative(folder, join(parent, entry.name)).replaceAll(sep, '/');
    })
    .sort();
}

/**
 * What is wrong with a cache folder, whoever wrote it: bytes that are not those of their name, half files,
 * links that lead nowhere, references without a snapshot, files that have no place there.
 *
 * @param {string} folder The cache, such as `~/.cache/huggingface/hub`.
 * @param {{ leftovers?: boolean }} [allowed] `leftovers`: what a killed process was writing may be there.
 * @returns {Promise<string[]>}
 */
export async function problemsOf(folder, { leftovers = false } = {}) {
  const problems = [];
  for (const file of await filesBelow(folder)) {
    const [top, kind, ...rest] = file.split('/');
    const path = join(folder, file);
    if (top === 'CACHEDIR.TAG' || top === '.locks') continue;
    if (!top.startsWith('models--')) problems.push(`${file} has no place here`);
    else if (kind === 'blobs') {
      if (/\.incomplete$/.test(file)) {
        // When one file fails, the other downloads are broken off, and clear up behind the answer.
        if (!leftovers && !(await vanishes(path))) problems.push(`${file} was left behind`);
        continue;
      }
      const digest = await digestOf(path, rest[0].length);
      if (digest !== rest[0]) problems.push(`${file} has the digest ${digest}`);
    } else if (kind === 'refs') {
      const commit = await readFile(path, 'utf8');
      const found = await stat(join(folder, top, 'snapshots', commit)).catch(() => null);
      if (!/^[0-9a-f]{40}$/.test(commit) || !found?.isDirectory()) problems.push(`${file} says ${commit}`);
    } else if (kind === 'snapshots') {
      const blob = (await lstat(path)).isSymbolicLink() ? join(dirname(path), await readlink(path)) : path;
      if (!blob.startsWith(join(folder, top) + sep)) problems.push(`${file} leads to ${blob}`);
      if (!(await stat(blob).catch(() => null))?.isFile()) problems.push(`${file} leads nowhere`);
    } else if (kind !== '.no_exist' && kind !== 'trees') problems.push(`${file} has no place here`);
  }
  return problems;
}

/**
 * @param {string} file
 * @returns {Promise<boolean>} Whether it goes away by itself.
 */
async function vanishes(file) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (!(await stat(file).catch(() => null))) return true;
    await pause(50);
  }
  return false;
}

/**
 * @param {string} file
 * @param {number} length Of the digest in hexadecimal: 40 is a git blob id, 64 is sha256.
 */
async function digestOf(file, length) {
  const bytes = await readFile(file);
  if (length === 64) return createHash('sha256').update(bytes).digest('hex');
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/**
 * How often the bytes of each file were sent, wherever a redirect led.
 *
 * @param {Hub} hub
 * @returns {Record<string, number>} by name
 */
export function timesSent(hub) {
  /** @type {Record<string, number>} */
  const times = {};
  for (const request of hub.requests) {
    if (isContent(request)) times[request.file ?? ''] = (times[request.file ?? ''] ?? 0) + 1;
  }
  return times;
}

/** @param {RequestRecord} request */
const isContent = ({ method, status, file }) =>
  method === 'GET' && file !== undefined && (status === 200 || status === 206);

/**
 * Runs `work` on every item, so many at a time.
 *
 * @template T, R
 * @param {T[]} items
 * @param {number} atOnce
 * @param {(item: T, index: number) => Promise<R>} work
 * @returns {Promise<R[]>}
 */
export async function inBatches(items, atOnce, work) {
  /** @type {R[]} */
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++)
      results[index] = await work(items[index], index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
