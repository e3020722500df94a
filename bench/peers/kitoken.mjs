/** `kitoken`: Rust as WASM. It has no post-processor, so special tokens are put around the text as the model asks. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @param {string} _name
 * @param {string} folder
 * @returns {Promise<import('./index.mjs').Adapter>}
 */
export async function open(_name, folder) {
  const { Kitoken } = await import('kitoken/node');
  const file = await readFile(join(folder, 'tokenizer.json'));
  const tokenizer = Kitoken.from_tokenizers(file);
  const text = new TextDecoder();
  return {
    encode: (value) => tokenizer.encode(value, true),
    decode: (ids) => text.decode(tokenizer.decode(Uint32Array.from(ids))),
  };
}
