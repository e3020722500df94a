// Real models against Python's tokenizers and transformers: ids, tokens, offsets, decoded text. One of each family, or
// with AUTOTOKENIZER_LONG every one at hand. The models of the npm packages are compared by `cargo test`, with
// expectations that are in the repository.
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
  if (!existsSync(fixtures)) return { path: '', skip: `no real models in ${fixtures}` };
  return findPython('tokenizers');
}
const python = await oracle();

/** Words of the names of the models to compare; none for all. */
const few = ['openai-community/gpt2', 'meta-llama/Llama-2-7b-hf', 'bert-base-uncased', 't5-small-hub'];
const names = process.env.AUTOTOKENIZER_LONG ? [] : few;

/** Half an hour: Python encodes several thousand texts with each model. */
const timeout = 30 * 60 * 1000;

test('real models are encoded and decoded as Python does', { skip: python.skip, timeout }, async () => {
  const { PATH, HOME, CARGO_HOME, RUSTUP_HOME, CARGO_TARGET_DIR } = process.env;
  const env = { PATH, HOME, CARGO_HOME, RUSTUP_HOME, CARGO_TARGET_DIR, AUTOTOKENIZER_FIXTURES: fixtures };
  const result = await run(python.path, { args: [script, ...names], env, limit: timeout });
  assert.equal(result.code, 0, `${result.stdout}\n${result.stderr}`.slice(-4000));
});
