/**
 * Who is measured.
 *
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} title
 * @property {'js' | 'rust' | 'python'} side Who it is compared with.
 * @property {string} [package] The npm package whose version and size are shown.
 * @property {string} [adapter] The module of this folder that drives it.
 * @property {string[]} [models] The only models that it has.
 * @property {boolean} [ours]
 */

/** @type {Peer[]} */
export const PEERS = [
  { name: 'autotokenizer', title: 'autotokenizer', side: 'js', adapter: 'transformers.mjs', ours: true },
  {
    name: 'huggingface',
    title: '@huggingface/transformers',
    side: 'js',
    package: '@huggingface/transformers',
    adapter: 'transformers.mjs',
  },
  {
    name: 'xenova',
    title: '@xenova/transformers',
    side: 'js',
    package: '@xenova/transformers',
    adapter: 'transformers.mjs',
  },
  {
    name: 'tokenizers',
    title: 'npm tokenizers',
    side: 'js',
    package: 'tokenizers',
    adapter: 'tokenizers.mjs',
  },
  { name: 'kitoken', title: 'kitoken', side: 'js', package: 'kitoken', adapter: 'kitoken.mjs' },
  {
    name: 'gpt-tokenizer',
    title: 'gpt-tokenizer',
    side: 'js',
    package: 'gpt-tokenizer',
    adapter: 'gpt.mjs',
    models: ['bench/gpt-4o'],
  },
  {
    name: 'ai-tokenizer',
    title: 'ai-tokenizer',
    side: 'js',
    package: 'ai-tokenizer',
    adapter: 'gpt.mjs',
    models: ['bench/gpt-4o'],
  },
  {
    name: 'tiktoken',
    title: 'tiktoken (WASM)',
    side: 'js',
    package: 'tiktoken',
    adapter: 'gpt.mjs',
    models: ['bench/gpt-4o'],
  },
  { name: 'rust:autotokenizer', title: 'autotokenizer', side: 'rust', ours: true },
  { name: 'rust:reference', title: 'tokenizers 0.23.2', side: 'rust' },
  { name: 'rust:next', title: 'tokenizers 1.0.0-rc.3', side: 'rust' },
  { name: 'rust:fastokens', title: 'fastokens 0.3.5', side: 'rust' },
  { name: 'rust:splintr', title: 'splintr 0.22.0', side: 'rust' },
  { name: 'python:gigatoken', title: 'gigatoken 0.10.0 (Python)', side: 'python' },
];

/**
 * What an adapter makes of a peer; what a peer does not have is left out.
 *
 * @typedef {object} Adapter
 * @property {(text: string) => ArrayLike<number> | Promise<ArrayLike<number>>} encode With special tokens.
 * @property {(ids: number[]) => string | Promise<string>} [decode] Without special tokens, without clean-up.
 * @property {(texts: string[]) => unknown} [batch] Padded to tensors.
 * @property {(text: string) => Promise<unknown>} [callAsync] Off the JS thread.
 * @property {() => { push: (id: number) => void, end: () => string }} [stream] The text of ids that come one by one.
 * @property {Record<string, () => unknown>} [other] What else programs call, by the names of `MEASURES`.
 * @property {() => string | null} [inside] Which of its engines serves.
 */
