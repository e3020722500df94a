// Is the Rust that the addon needs here? If not, say which and how to get it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const manifest = new URL('../Cargo.toml', import.meta.url);

/** The oldest Rust that builds the addon, from Cargo.toml. */
export function requiredRust() {
  const version = /^rust-version\s*=\s*"([\d.]+)"/m.exec(readFileSync(manifest, 'utf8'))?.[1];
  if (!version) throw new Error('Cargo.toml names no rust-version.');
  return version;
}

/** @param {string} a @param {string} b */
function isOlder(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/**
 * What is wrong with the Rust on this machine, as a text for the user; `null` when nothing is.
 *
 * @returns {string | null}
 */
export function rustProblem() {
  const required = requiredRust();
  const tools = ['rustc', 'cargo'].map((tool) => ({
    tool,
    // The shell finds rustup's .exe and .cmd shims on Windows too.
    ...spawnSync(tool, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' }),
  }));
  for (const { tool, error, status, stdout, stderr } of tools) {
    if (error || status !== 0) {
      const detail = error ? `\`${tool}\` was not found` : `\`${tool} --version\` failed: ${stderr.trim()}`;
      return (
        `autotokenizer is built with Rust ${required} or newer, and ${detail}.\n` +
        'Install Rust from https://rustup.rs (one command, no root needed), open a new shell, and run this again.'
      );
    }
    const found = /(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? '0';
    if (isOlder(found, required)) {
      return (
        `autotokenizer is built with Rust ${required} or newer, and \`${tool}\` here is ${found}.\n` +
        'Run `rustup update stable`; if Rust did not come from rustup, install it from https://rustup.rs.'
      );
    }
  }
  return null;
}

/** Ends the process with an explanation when Rust is missing or too old. */
export function requireRust() {
  const problem = rustProblem();
  if (problem === null) return;
  console.error(`\n${problem}\n`);
  process.exit(1);
}
