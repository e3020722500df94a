// Takes each fix of the Hub client's ten points (mutations/hub.mjs) out of the source, one at a time, and looks whether a
// test notices: what no test notices is not held by any.
//
//   node scripts/mutations.mjs                  all of them, which takes an hour
//   node scripts/mutations.mjs 6 redirect       those of point 6, and those with `redirect` in their names
//   node scripts/mutations.mjs --rust           those that Rust tests are to notice; --js: the others
//   node scripts/mutations.mjs --check          only whether each still fits the source
//
// It works on a copy of the last commit in target/mutations, so that it cannot leave a broken source behind.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';
import { MUTATIONS } from './mutations/hub.mjs';

/** @typedef {import('./mutations/hub.mjs').Mutation} Mutation */

/** Both halves may run at the same time. */
const half = ['--rust', '--js'].filter((option) => process.argv.includes(option));
const tree = join(root, 'target/mutations', half.length === 1 ? half[0].slice(2) : 'all');
/** Many times what tests take: all of a program, and those that are asked first. */
const LIMIT_MS = 75_000;
const FEW_LIMIT_MS = 30_000;

/**
 * Quick to compile matters more than quick to run. No other build has these settings, so that none takes what was built
 * from a mutation for its own.
 *
 * @param {'dev' | 'release'} profile
 */
const quick = (profile) =>
  ['autotokenizer', 'autotokenizer-hub', 'autotokenizer-engine', 'autotokenizer-chat'].flatMap((name) =>
    [`opt-level=${/engine|chat/.test(name) ? 1 : 0}`, 'debug=0'].flatMap((setting) => [
      '--config',
      `profile.${profile}.package.${name}.${setting}`,
    ]),
  );

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(2);
}

/** @param {string[]} args */
function git(...args) {
  const done = spawnSync('git', args, { cwd: root, maxBuffer: 1 << 28 });
  if (done.status !== 0) fail(`git ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
}

/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    stop();
    fail(`\n${signal}: ended; the source was not touched.`);
  });
}

/** With all that it started. */
function stop() {
  if (!child?.pid) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, limit?: number }} [options]
 * @returns {Promise<{ code: number | null, output: string }>} no code where it did not end in time
 */
function run(command, args, { cwd = tree, limit = 0 } = {}) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, CARGO_TARGET_DIR: join(root, 'target') };
    child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let late = false;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text));
    const timer = limit && setTimeout(() => ((late = true), stop()), limit);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer || undefined);
      child = undefined;
      resolve({ code: late ? null : code, output });
    });
  });
}

/** @param {Mutation} mutation @returns {[string, string, string][]} */
const edits = ({ file, from, to, more = [] }) => [[file, from, to], ...more];

/**
 * The texts of the files that a mutation changes; none but an error where it does not fit.
 *
 * @param {Mutation} mutation
 * @param {string} base
 */
function changed(mutation, base) {
  /** @type {Map<string, { before: string, after: string }>} */
  const texts = new Map();
  for (const [file, from, to] of edits(mutation)) {
    const before = texts.get(file)?.before ?? readFileSync(join(base, file), 'utf8');
    const text = texts.get(file)?.after ?? before;
    const times = text.split(from).length - 1;
    if (times !== 1) fail(`${mutation.point} ${mutation.name}: found ${times} times in ${file}, not once:\n${from}`);
    texts.set(file, { before, after: text.replace(from, () => to) });
  }
  return texts;
}

/** @returns {Promise<string[]>} the test programs of the hub crate; none if it does not compile */
async function rustPrograms() {
  const args = ['test', '-p', 'autotokenizer-hub', '--lib', '--test', 'hub', '--no-run', '--locked'];
  const built = await run('cargo', [...args, ...quick('dev'), '--message-format=json-render-diagnostics']);
  if (built.code !== 0) return [];
  return [...built.output.matchAll(/"executable":"([^"]+)"/g)].map(([, path]) => path);
}

/** @returns {Promise<boolean>} */
async function buildAddon() {
  const built = await run('cargo', ['build', '-p', 'autotokenizer', '--release', '--locked', ...quick('release')]);
  if (built.code !== 0) return false;
  const library = { win32: 'autotokenizer.dll', darwin: 'libautotokenizer.dylib' }[String(process.platform)];
  const from = join(root, 'target/release', library ?? 'libautotokenizer.so');
  for (const name of readdirSync(root).filter((name) => name.endsWith('.node'))) copyFileSync(from, join(tree, name));
  return true;
}

/**
 * @param {string[]} programs
 * @param {string[]} filters
 * @returns {Promise<string[]>} the tests that failed
 */
async function rustTests(programs, filters) {
  const failed = [];
  for (const program of programs) {
    const args = [...filters, '--test-threads=4'];
    const limit = filters.length > 0 ? FEW_LIMIT_MS : LIMIT_MS;
    const { code, output } = await run(program, args, { cwd: join(tree, 'crates/hub'), limit });
    failed.push(...[...output.matchAll(/^test (\S+) \.\.\. FAILED/gm)].map(([, name]) => name));
    if (code === null) failed.push('(no end)');
    else if (code !== 0 && failed.length === 0) failed.push('(abort)');
    if (failed.length > 0) break;
  }
  return failed;
}

/** @param {string[]} tests file names in __test__, or `name: pattern` @returns {Promise<string[]>} */
async function jsTests(tests) {
  const failed = [];
  for (const test of tests) {
    const [file, pattern] = test.split(': ');
    const args = ['--test', '--test-reporter=tap', ...(pattern ? [`--test-name-pattern=${pattern}`] : [])];
    const { code, output } = await run(process.execPath, [...args, `__test__/${file}`], { limit: LIMIT_MS });
    // The innermost first: what is around it fails for it.
    const names = [...output.matchAll(/^\s*not ok \d+ - (.+)$/gm)].map(([, name]) => name);
    if (code !== 0) failed.push(`${file}: ${code === null ? '(no end)' : (names[0] ?? '(abort)')}`);
  }
  return failed;
}

/** @param {Mutation} mutation @returns {Promise<string[] | undefined>} who notices; none if it does not compile */
async function noticed(mutation) {
  if (mutation.js) return (await buildAddon()) ? jsTests(mutation.js) : undefined;
  const programs = await rustPrograms();
  if (programs.length === 0) return undefined;
  const filters = mutation.rust ?? [];
  const failed = await rustTests(programs, filters);
  // Those that were not expected to know may know.
  return failed.length > 0 || filters.length === 0 ? failed : rustTests(programs, []);
}

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const wanted = MUTATIONS.filter(
  ({ point, name, js }) =>
    (half.length === 0 || half.includes(js ? '--js' : '--rust')) &&
    (words.length === 0 || words.some((word) => (/^\d+$/.test(word) ? point === +word : name.includes(word)))),
).sort((a, b) => Number(!!a.js) - Number(!!b.js));
for (const mutation of wanted) changed(mutation, root);
console.log(`${wanted.length} mutations fit the source.`);
if (process.argv.includes('--check')) process.exit(0);

if (String(git('status', '--porcelain')) !== '') fail('Commit first: the last commit is what is looked at.');
rmSync(tree, { recursive: true, force: true });
mkdirSync(join(tree, 'target'), { recursive: true });
// With the time of now: Cargo goes by it.
const unpacked = spawnSync('tar', ['-xm', '-C', tree], { input: git('archive', 'HEAD') });
if (unpacked.status !== 0) fail(`tar: ${unpacked.stderr}`);
copyFileSync(join(root, 'binding.js'), join(tree, 'binding.js'));
symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'), 'junction');
symlinkSync(join(root, 'target/python'), join(tree, 'target/python'), 'junction');

if (wanted.some((mutation) => !mutation.js)) {
  const failed = await rustTests(await rustPrograms(), []);
  if (failed.length > 0) fail(`Without a mutation these fail: ${failed.join(', ')}`);
}
const js = [...new Set(wanted.flatMap((mutation) => mutation.js ?? []))];
if (js.length > 0) {
  if (!(await buildAddon())) fail('The addon does not compile.');
  const failed = await jsTests(js);
  if (failed.length > 0) fail(`Without a mutation these fail: ${failed.join(', ')}`);
}

/** @type {[Mutation, string][]} */
const rows = [];
let wrong = 0;
for (const mutation of wanted) {
  const texts = changed(mutation, tree);
  for (const [file, { after }] of texts) writeFileSync(join(tree, file), after);
  const killers = await noticed(mutation);
  for (const [file, { before }] of texts) writeFileSync(join(tree, file), before);
  const unseen = mutation.unobservable;
  if (!killers || (killers.length > 0) === (unseen !== undefined)) wrong += 1;
  let verdict = 'SURVIVES';
  if (!killers) verdict = 'DOES NOT COMPILE';
  else if (killers.length > 0) verdict = killers.slice(0, 2).join(', ') + (killers.length > 2 ? ' …' : '');
  else if (unseen) verdict = `cannot be observed: ${unseen}`;
  rows.push([mutation, verdict]);
  console.log(`${mutation.point} ${mutation.name}: ${verdict}`);
}
rows.sort(([a], [b]) => a.point - b.point);
console.log('\n| point | without | noticed by |\n|---|---|---|');
for (const [{ point, name }, verdict] of rows) console.log(`| ${point} | ${name} | ${verdict} |`);
console.log(`\n${rows.length} mutations, ${wrong} of them not as they should be.`);
process.exit(wrong > 0 ? 1 : 0);
