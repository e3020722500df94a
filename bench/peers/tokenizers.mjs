/** npm `tokenizers`: the native binding of the reference; all of it is asynchronous. */
import { join } from 'node:path';

/**
 * @param {string} _name
 * @param {string} folder
 * @returns {Promise<import('./index.mjs').Adapter>}
 */
export async function open(_name, folder) {
  const { Tokenizer } = await import('tokenizers');
  const tokenizer = Tokenizer.fromFile(join(folder, 'tokenizer.json'));
  tokenizer.disablePadding();
  tokenizer.disableTruncation();
  return {
    encode: async (text) => (await tokenizer.encode(text)).getIds(),
    decode: (ids) => tokenizer.decode(ids, true),
    batch: async (texts) => tensorsOf(await tokenizer.encodeBatch(texts)),
    callAsync: async (text) => tensorsOf([await tokenizer.encode(text)]),
  };
}

/** What a model takes, as transformers.js makes it; the binding itself only has arrays. */
function tensorsOf(encodings) {
  const columns = Math.max(...encodings.map((encoding) => encoding.getLength()));
  const ids = new BigInt64Array(encodings.length * columns);
  const mask = new BigInt64Array(encodings.length * columns);
  encodings.forEach((encoding, row) => {
    const values = encoding.getIds();
    for (let i = 0; i < values.length; ++i) {
      ids[row * columns + i] = BigInt(values[i]);
      mask[row * columns + i] = 1n;
    }
  });
  return { input_ids: ids, attention_mask: mask };
}
