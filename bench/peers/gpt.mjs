/** Tokenizers for OpenAI's models alone, which carry their vocabulary. Special tokens in a text are read, as the others do. */

const OPEN = {
  'gpt-tokenizer': async () => {
    const { encode, decode } = await import('gpt-tokenizer/encoding/o200k_base');
    const options = { allowedSpecial: 'all' };
    return { encode: (text) => encode(text, options), decode };
  },
  'ai-tokenizer': async () => {
    const { default: Tokenizer } = await import('ai-tokenizer');
    const tokenizer = new Tokenizer(await import('ai-tokenizer/encoding/o200k_base'));
    return { encode: (text) => tokenizer.encode(text, 'all'), decode: (ids) => tokenizer.decode(ids) };
  },
  tiktoken: async () => {
    const { get_encoding } = await import('tiktoken');
    const tokenizer = get_encoding('o200k_base');
    const text = new TextDecoder();
    return {
      encode: (value) => tokenizer.encode(value, 'all'),
      decode: (ids) => text.decode(tokenizer.decode(Uint32Array.from(ids))),
    };
  },
};

/**
 * @param {string} name
 * @returns {Promise<import('./index.mjs').Adapter>}
 */
export function open(name) {
  return OPEN[name]();
}
