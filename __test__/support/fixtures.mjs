/**
 * Real tokenizer files, which lie beside the repository and not in it.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const beside = fileURLToPath(new URL('../../../shared/fixtures/models', import.meta.url));

/** The folder that holds `<org>/<name>/tokenizer.json`; `AUTOTOKENIZER_FIXTURES` names another. */
const root = process.env.AUTOTOKENIZER_FIXTURES ? resolve(process.env.AUTOTOKENIZER_FIXTURES) : beside;

/**
 * @typedef {object} Fixtures
 * @property {string} path The folder of all models, or of the one asked for.
 * @property {string | false} skip Why a test that needs it is skipped.
 */

/**
 * @param {string} [model] Such as `meta-llama/Llama-2-7b-hf`.
 * @returns {Fixtures}
 */
export function findFixtures(model = '') {
  const path = join(root, ...model.split('/'));
  const skip = existsSync(path)
    ? false
    : `no real tokenizer files${model && ` of ${model}`} here; AUTOTOKENIZER_FIXTURES can name their folder`;
  return { path, skip };
}
