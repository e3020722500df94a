import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** @param {string} command @param {string[]} args @returns {string | null} */
function firstLine(command, args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0].trim();
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
    commit: firstLine('git', ['rev-parse', '--short', 'HEAD']),
  };
}

/** @returns {number} How many processes wanted a core, over the last minute. */
export function load() {
  return Math.round(loadavg()[0] * 10) / 10;
}
