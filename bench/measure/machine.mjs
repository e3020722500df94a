import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** @param {string} command @param {string[]} args @returns {string | null} */
function firstLine(command, args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')[0]
      .trim();
  } catch {
    return null;
  }
}

/** What the numbers were measured on. */
export function machine() {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    rust: firstLine('rustc', ['--version']),
  };
}

/** @returns {number} How many processes wanted a core, over the last minute. */
export function load() {
  return Math.round(loadavg()[0] * 10) / 10;
}

/** What the addon is made of. */
const SOURCES = ['crates', 'src', 'Cargo.toml', 'Cargo.lock'];

/**
 * Which sources are measured: the commit, and whether what is measured may differ from it.
 *
 * @param {string} root
 * @returns {string | null} `null` where there is no history to ask.
 */
export function sources(root) {
  const git = (...args) => firstLine('git', ['-C', root, ...args]);
  const commit = git('log', '-1', '--format=%h', '--', ...SOURCES);
  if (!commit) return null;
  const committed = Number(git('log', '-1', '--format=%ct', '--', ...SOURCES)) * 1000;
  const addon = readdirSync(root).find((name) => name.endsWith('.node'));
  const older = addon && statSync(`${root}/${addon}`).mtimeMs < committed;
  const notes = [
    git('status', '--porcelain', '--', ...SOURCES) && 'with changes',
    older && 'with an older addon',
  ];
  return [commit, ...notes.filter(Boolean)].join(' ');
}
