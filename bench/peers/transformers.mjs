/** transformers.js of both names, and this package: one API. */
import { register } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { MODELS } from '../models.mjs';

const MODULES = {
  // What package.json names for `import`.
  autotokenizer: '../../lib/esm/index.mjs',
  huggingface: '@huggingface/transformers',
  xenova: '@xenova/transformers',
};

/** @xenova/transformers imports an image library whose binary is downloaded at install; no tokenizer needs it. */
const WITHOUT_IMAGES = `
  export async function resolve(name, context, next) {
    return name === 'sharp' ? { url: 'data:text/javascript,export default {}', shortCircuit: true } : next(name, context);
  }`;

/**
 * @param {string} name
 * @param {string} folder
 * @param {{ cache?: boolean }} [options] Whether it is loaded through the cache that it keeps of the Hub.
 * @returns {Promise<import('./index.mjs').Adapter>}
 */
export async function open(name, folder, { cache = false } = {}) {
  if (name === 'xenova') register(`data:text/javascript,${encodeURIComponent(WITHOUT_IMAGES)}`);
  const api = await import(MODULES[name]);
  const { AutoTokenizer, env } = api;
  const id = join(basename(dirname(folder)), basename(folder));
  env.allowRemoteModels = false;
  env.localModelPath = MODELS;
  const options = { local_files_only: true };
  if (cache && name === 'autotokenizer') {
    Object.assign(env, { allowRemoteModels: true, allowLocalModels: false });
    Object.assign(options, { cache_dir: join(MODELS, 'hub'), local_files_only: false });
    process.env.HF_HUB_OFFLINE = '1';
  }
  const tokenizer = await AutoTokenizer.from_pretrained(id, options);
  const plain = { skip_special_tokens: true, clean_up_tokenization_spaces: false };
  return {
    encode: (text) => tokenizer.encode(text),
    decode: (ids) => tokenizer.decode(ids, plain),
    batch: (texts) => tokenizer(texts, { padding: true }),
    stream: streamOf(api, tokenizer, name),
    other: otherCalls(tokenizer),
    ...(tokenizer.call_async && { callAsync: (text) => tokenizer.call_async(text) }),
    inside: () => (tokenizer.engine ? JSON.stringify(tokenizer.engine) : null),
  };
}

const SENTENCE = 'The quick brown fox jumps over the lazy dog, and 13 wizards quietly watch it from the hill. ';

/** The same for each model: not all have one. */
const CHAT = `{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}`;

/**
 * What programs call besides `encode`, each with what is usual; each answers with what can be compared.
 *
 * @param {any} tokenizer
 * @returns {Record<string, () => unknown>}
 */
function otherCalls(tokenizer) {
  const ids = Array.from(tokenizer.encode(SENTENCE.repeat(5))).slice(0, 100);
  const conversation = ['system', 'user', 'assistant', 'user'].map((role) => ({ role, content: SENTENCE }));
  const lists = Array(8).fill(ids);
  return {
    call: () => tokenizer(SENTENCE),
    tokenize: () => tokenizer.tokenize(SENTENCE),
    decodeFew: () => tokenizer.decode(ids.slice(0, 20)),
    batchDecode: () => tokenizer.batch_decode(lists),
    chat: () =>
      tokenizer.apply_chat_template(conversation, {
        chat_template: CHAT,
        add_generation_prompt: true,
        tokenize: false,
      }),
  };
}

/** @param {any} api @param {any} tokenizer @param {string} name */
function streamOf({ TextStreamer }, tokenizer, name) {
  if (name === 'autotokenizer') {
    if (typeof tokenizer.decode_stream !== 'function') return undefined;
    return () => {
      const stream = tokenizer.decode_stream({ skip_special_tokens: true });
      let text = '';
      return {
        push: (id) => {
          text += stream.push(id) ?? '';
        },
        end: () => text + (stream.flush() ?? ''),
      };
    };
  }
  if (!TextStreamer) return undefined;
  return () => {
    let text = '';
    const streamer = new TextStreamer(tokenizer, {
      skip_prompt: false,
      callback_function: (piece) => {
        text += piece;
      },
      decode_kwargs: { skip_special_tokens: true },
      skip_special_tokens: true,
    });
    return {
      push: (id) => streamer.put([[BigInt(id)]]),
      end: () => {
        streamer.end();
        return text;
      },
    };
  };
}
