// Writes what version 2 of transformers.js renders by its default templates.
//
//     node __test__/chat/oracle-v2.mjs <folder with node_modules/@xenova/transformers 2.17.2>

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// The tokenizers alone: the rest wants a library for images.
const source = join(resolve(process.argv[2]), 'node_modules/@xenova/transformers/src/tokenizers.js');
const upstream = await import(pathToFileURL(source).href);
console.warn = () => {};

const vocabulary = {
  model: { type: 'BPE', vocab: { '<s>': 0, '</s>': 1, '<unk>': 2 }, merges: [] },
  added_tokens: ['<s>', '</s>', '<unk>'].map((content, id) => ({ id, content, special: true })),
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
};
const classes = [
  'PreTrainedTokenizer', 'GPT2Tokenizer', 'BloomTokenizer', 'WhisperTokenizer', 'LlamaTokenizer', 'CodeLlamaTokenizer',
  'GemmaTokenizer', 'BlenderbotTokenizer', 'BlenderbotSmallTokenizer', 'BertTokenizer', 'Qwen2Tokenizer',
];
const turns = (/** @type {string[]} */ ...texts) => texts.map((content, index) => ({ role: index % 2 ? 'assistant' : 'user', content }));
const system = { role: 'system', content: ' Be "kind" & don\'t shout. ' };
const conversations = [
  turns('Hello!'),
  turns(' Hello! ', ' Hi.\n', 'Bye, 世界 <b>'),
  [system, ...turns('Hello!', 'Hi.', 'Bye.')],
  turns('<<SYS>>\nown\n<</SYS>>\n\nHello!', 'Hi.'),
  [...turns('Hello!'), { role: 'user', content: 'again' }],
  [{ role: 'assistant', content: 'first' }],
  [{ role: 'user', content: '' }, { role: 'assistant', content: ' ' }],
];

const cases = [];
for (const name of classes) {
  for (const use_default_system_prompt of name.includes('Llama') ? [false, true] : [false]) {
    const config = { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>', use_default_system_prompt };
    const tokenizer = new upstream[name](vocabulary, config);
    for (const messages of conversations) {
      for (const add_generation_prompt of [false, true]) {
        /** @type {{ text?: string, raised?: string }} */
        const result = {};
        try {
          result.text = tokenizer.apply_chat_template(messages, { tokenize: false, add_generation_prompt });
        } catch (error) {
          result.raised = /** @type {Error} */ (error).message;
        }
        cases.push({ class: name, use_default_system_prompt, messages, add_generation_prompt, ...result });
      }
    }
  }
}
const target = new URL('expectations/defaults.json', import.meta.url);
writeFileSync(target, `${JSON.stringify({ cases }, null, 0)}\n`);
console.log(`${cases.length} cases`);
