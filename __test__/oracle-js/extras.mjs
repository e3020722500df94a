/**
 * Calls with the options of Python transformers that no level of transformers.js has. `extras.py` answers
 * them with
 * Python, `api.extras.test.mjs` with this package.
 *
 * @module
 */

const LONG = 'hello world how are you this is a very long text';

const TEMPLATE =
  '{% for message in messages %}{% if message.role == "assistant" %}{% generation %}{{ message.content }}' +
  '{% endgeneration %}{% else %}{{ message.role }}: {{ message.content }}{% endif %}\n{% endfor %}' +
  '{% if add_generation_prompt %}bot:{% endif %}';
const TRIMMING = '{% for message in messages %}[{{ message.content | trim }}]{% endfor %}';
const ASKED = [
  { role: 'user', content: 'hello' },
  { role: 'assistant', content: 'hello, how are you?' },
];
const LONGER = [...ASKED, { role: 'user', content: 'a test' }, { role: 'assistant', content: 'é 😀 world' }];
const OPEN = [
  { role: 'user', content: 'hello' },
  { role: 'assistant', content: 'how are ' },
];
const PARTS = [
  { role: 'user', content: 'hello' },
  { role: 'assistant', content: [{ type: 'text', text: 'how ' }] },
];

/** @type {{on: string, template: string, conversation: any, options: Record<string, any>}[]} */
export const chats = [
  { on: 'bert', template: TEMPLATE, conversation: ASKED, options: { tokenize: false } },
  {
    on: 'bert',
    template: TEMPLATE,
    conversation: [ASKED, LONGER],
    options: { tokenize: false, add_generation_prompt: true },
  },
  { on: 'bert', template: TEMPLATE, conversation: [ASKED, LONGER], options: { padding: true } },
  {
    on: 'bert',
    template: TEMPLATE,
    conversation: [ASKED, LONGER],
    options: { padding: true, return_dict: false },
  },
  { on: 'bert', template: TEMPLATE, conversation: LONGER, options: { return_assistant_tokens_mask: true } },
  { on: 'gpt2', template: TEMPLATE, conversation: LONGER, options: { return_assistant_tokens_mask: true } },
  {
    on: 'bert',
    template: TEMPLATE,
    conversation: [LONGER, ASKED],
    options: { return_assistant_tokens_mask: true, padding: true },
  },
  {
    on: 'bert',
    template: TEMPLATE,
    conversation: OPEN,
    options: { tokenize: false, continue_final_message: true },
  },
  {
    on: 'bert',
    template: TRIMMING,
    conversation: OPEN,
    options: { tokenize: false, continue_final_message: true },
  },
  {
    on: 'bert',
    template: TEMPLATE,
    conversation: [OPEN, ASKED],
    options: { tokenize: false, continue_final_message: true },
  },
  {
    on: 'bert',
    template:
      '{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}{{ m.content[0].text }}{% endif %}|{% endfor %}',
    conversation: PARTS,
    options: { tokenize: false, continue_final_message: true },
  },
];

/** @type {{on: string, text: any, options: Record<string, any>}[]} */
export const calls = [
  {
    on: 'bert',
    text: 'hello, wörld! café 中文 testing',
    options: { return_offsets_mapping: true, return_special_tokens_mask: true },
  },
  { on: 'bert', text: 'hello 😀 world', options: { return_offsets_mapping: true } },
  {
    on: 'bert',
    text: ['hello world', 'how'],
    options: { return_offsets_mapping: true, return_special_tokens_mask: true, padding: true },
  },
  { on: 'bert', text: 'hello world', options: { text_pair: 'how are you', return_offsets_mapping: true } },
  {
    on: 'bert',
    text: LONG,
    options: { truncation: true, max_length: 7, stride: 2, return_overflowing_tokens: true },
  },
  {
    on: 'bert',
    text: [LONG, 'how are you', 'a b c d e a b c'],
    options: { truncation: true, max_length: 6, stride: 1, return_overflowing_tokens: true, padding: true },
  },
  { on: 'bert', text: LONG, options: { truncation: 'longest_first', max_length: 6 } },
  { on: 'bert', text: LONG, options: { truncation: 'only_first', max_length: 6 } },
  {
    on: 'bert',
    text: 'hello world how are',
    options: { text_pair: LONG, truncation: 'longest_first', max_length: 9 },
  },
  { on: 'bert', text: 'hello', options: { text_pair: LONG, truncation: 'only_second', max_length: 9 } },
  { on: 'bert', text: LONG, options: { text_pair: 'hello', truncation: 'only_first', max_length: 9 } },
  {
    on: 'bert',
    text: LONG,
    options: { truncation: 'longest_first', max_length: 6, truncation_side: 'left' },
  },
  { on: 'bert', text: ['hello world', 'how are you'], options: { padding: true, pad_to_multiple_of: 8 } },
  {
    on: 'bert',
    text: ['hello world', 'how are you'],
    options: { padding: 'max_length', max_length: 10, pad_to_multiple_of: 8 },
  },
  { on: 'bert', text: ['hello world', 'how'], options: { padding: true, padding_side: 'left' } },
  {
    on: 'bert',
    text: ['hello', 'worlds', ',', 'testing'],
    options: { is_split_into_words: true, return_offsets_mapping: true },
  },
  { on: 'bert', text: [['hello', 'worlds'], ['a']], options: { is_split_into_words: true, padding: true } },
  { on: 'gpt2', text: 'hello world é 😀', options: { return_offsets_mapping: true } },
  {
    on: 'llama',
    text: ['hello world', 'hello'],
    options: { return_offsets_mapping: true, padding: true, padding_side: 'right' },
  },
  { on: 'llama', text: 'hello world hello world', options: { truncation: 'longest_first', max_length: 4 } },
  {
    on: 'nllb',
    text: 'hello world hello',
    options: { truncation: 'longest_first', max_length: 4, return_special_tokens_mask: true },
  },
];
