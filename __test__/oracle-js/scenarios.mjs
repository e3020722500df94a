/**
 * What programs do with a tokenizer, run on transformers.js itself to write the expectations and on this
 * package to
 * compare. A scenario gets a tokenizer made by its constructor and the module.
 *
 * @module
 */

import { tokenizers } from '../data/tokenizers.mjs';

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} [on] the tokenizer of `../data/tokenizers.mjs`; bert if absent
 * @property {object} [config] changes to its tokenizer_config.json
 * @property {string[]} [levels] all if absent
 * @property {(tokenizer: any, module: any) => any} run
 * @property {Record<string, string>} [differs] level: why this package answers otherwise (then its own answer
 * is
 *   checked by `ours`)
 * @property {(result: any) => void} [ours]
 */

const CHAT = [
  { role: 'user', content: 'hello' },
  { role: 'assistant', content: 'hello, how are you?' },
  { role: 'user', content: 'this is a test.' },
];
const CHATML =
  "{% for message in messages %}{{ '<' + message['role'] + '>' + message['content'] }}{% endfor %}" +
  '{% if add_generation_prompt %}<assistant>{% endif %}';

/** @param {string} vocab as JSON, which has names that an object in code cannot have */
function wordLevel(vocab) {
  const nothing = { normalizer: null, post_processor: null, decoder: null };
  const model = { type: 'WordLevel', unk_token: 'a', vocab: JSON.parse(vocab) };
  return { added_tokens: [], pre_tokenizer: { type: 'WhitespaceSplit' }, ...nothing, model };
}

/** @type {Scenario[]} */
const call = [
  { name: 'call: one text', run: (t) => t('hello world') },
  { name: 'call: one text, arrays', run: (t) => t('hello world', { return_tensor: false }) },
  { name: 'call: keys in order', run: (t) => Object.keys(t('hello', { return_tensor: false })) },
  { name: 'call: texts', run: (t) => t(['hello world', 'how are'], {}) },
  { name: 'call: texts, ragged arrays', run: (t) => t(['hello world', 'how'], { return_tensor: false }) },
  { name: 'call: texts, ragged tensor', run: (t) => t(['hello world', 'how']) },
  { name: 'call: empty text', run: (t) => t('', { add_special_tokens: false }) },
  { name: 'call: empty text with special tokens', run: (t) => t('') },
  {
    name: 'call: no special tokens',
    run: (t) => t('hello world', { add_special_tokens: false, return_tensor: false }),
  },
  { name: 'call: pair', run: (t) => t('hello', { text_pair: 'how are you', return_tensor: false }) },
  {
    name: 'call: pairs',
    run: (t) => t(['hello', 'you'], { text_pair: ['how', 'are you'], padding: true, return_tensor: false }),
  },
  {
    name: 'call: without type ids',
    run: (t) => t('hello', { return_token_type_ids: false, return_tensor: false }),
  },
  {
    name: 'call: type ids where there are none',
    on: 'gpt2',
    run: (t) => t('hello', { return_token_type_ids: true, return_tensor: false }),
  },
  {
    name: 'call: type ids asked for',
    on: 'llama',
    run: (t) => t('hello', { return_token_type_ids: true, return_tensor: false }),
  },
  {
    name: 'call: unknown options',
    run: (t) => t('hello', { return_offsets_mapping: true, return_tensors: 'np', return_tensor: false }),
  },
  { name: 'call: padding', run: (t) => t(['hello world', 'how'], { padding: true }) },
  {
    name: 'call: padding, arrays',
    run: (t) => t(['hello world', 'how'], { padding: true, return_tensor: false }),
  },
  {
    name: 'call: padding_side left',
    run: (t) => (
      (t.padding_side = 'left'),
      t(['hello world', 'how'], { padding: true, return_tensor: false })
    ),
  },
  {
    name: 'call: padding max_length',
    run: (t) => t(['hello world', 'how'], { padding: 'max_length', max_length: 6, return_tensor: false }),
  },
  {
    name: 'call: padding to less than the text',
    run: (t) => [
      t('hello world', { padding: 'max_length', max_length: 3 }),
      t(['hello world', 'how are'], { padding: 'max_length', max_length: 3 }),
    ],
  },
  {
    name: 'call: padding to less than the texts, which differ',
    run: (t) => t(['hello world', 'how are you'], { padding: 'max_length', max_length: 3 }),
  },
  {
    name: 'call: padding max_length of the model',
    run: (t) => t('hello', { padding: 'max_length', return_tensor: false }),
  },
  {
    name: 'call: padding max_length without a limit',
    on: 'gpt2',
    run: (t) => t('hello', { padding: 'max_length', return_tensor: false }),
  },
  {
    name: 'call: padding and max_length',
    run: (t) => t(['hello world how are you', 'how'], { padding: true, max_length: 4, return_tensor: false }),
  },
  {
    name: 'call: padding and longer max_length',
    run: (t) => t(['hello world', 'how'], { padding: true, max_length: 8, return_tensor: false }),
  },
  {
    name: 'call: max_length alone',
    run: (t) => t(['hello world how are you', 'how'], { max_length: 4, return_tensor: false }),
  },
  {
    name: 'call: truncation',
    run: (t) =>
      t(['hello world how are you', 'how'], { truncation: true, max_length: 4, return_tensor: false }),
  },
  {
    name: 'call: truncation by strategy',
    run: (t) =>
      t('hello world how are you', { truncation: 'only_first', max_length: 4, return_tensor: false }),
  },
  {
    name: 'call: truncation to the model',
    run: (t) => t('a b c d e a b c d e a b c d e a b c d e', { truncation: true, return_tensor: false }),
  },
  {
    name: 'call: padding and truncation',
    run: (t) => t(['hello world how are you', 'how'], { padding: true, truncation: true, max_length: 4 }),
  },
  {
    name: 'call: padding and truncation, longer',
    run: (t) =>
      t(['hello world', 'how'], { padding: true, truncation: true, max_length: 8, return_tensor: false }),
  },
  {
    name: 'call: padding, truncation false',
    run: (t) =>
      t(['hello world how are you', 'how'], {
        padding: true,
        truncation: false,
        max_length: 4,
        return_tensor: false,
      }),
  },
  {
    name: 'call: padding beyond the model',
    run: (t) => t(['a b c d e a b c d e a b c d e a b c d e', 'a'], { padding: true, return_tensor: false }),
  },
  {
    name: 'call: padding beyond the model, tensor',
    run: (t) => t(['a b c d e a b c d e a b c d e a b c d e', 'a'], { padding: true }),
  },
  {
    name: 'call: max_length 0',
    run: (t) => t('hello', { truncation: true, max_length: 0, return_tensor: false }),
  },
  {
    name: 'call: negative max_length',
    run: (t) => t('hello', { truncation: true, max_length: -1, return_tensor: false }),
  },
  {
    name: 'call: no pad token, tensor',
    on: 'llama',
    config: { pad_token: null, eos_token: null },
    run: (t) => t(['hello', 'hello world'], { padding: true }),
  },
  {
    name: 'call: no pad token, arrays',
    on: 'llama',
    config: { pad_token: null, eos_token: null },
    run: (t) => t(['hello', 'hello world'], { padding: true, return_tensor: false }),
  },
  {
    name: 'call: pads with the end of text',
    on: 'llama',
    run: (t) => t(['hello', 'hello world'], { padding: true, return_tensor: false }),
  },
  {
    name: 'call: no model_max_length',
    config: { model_max_length: undefined },
    run: (t) => t(['hello world', 'how'], { truncation: true, max_length: 3, return_tensor: false }),
  },
  {
    name: 'call: no model_max_length, padding and truncation',
    config: { model_max_length: undefined },
    run: (t) => t('hello world', { padding: true, truncation: true }),
  },
  {
    name: 'call: no model_max_length, padding',
    config: { model_max_length: undefined },
    run: (t) => t(['hello world', 'how'], { padding: true, return_tensor: false }),
  },
  { name: 'call: no texts', run: (t) => t([]) },
  { name: 'call: null', run: (t) => t(null) },
  { name: 'call: undefined', run: (t) => t(undefined) },
  { name: 'call: [null]', run: (t) => t([null]) },
  { name: 'call: [undefined]', run: (t) => t([undefined]) },
  { name: 'call: text_pair no array', run: (t) => t(['hello'], { text_pair: 'how' }) },
  { name: 'call: text_pair of another length', run: (t) => t(['hello'], { text_pair: ['how', 'are'] }) },
  { name: 'call: text_pair an array', run: (t) => t('hello', { text_pair: ['how'] }) },
];

/** @type {Scenario[]} */
const text = [
  { name: 'encode', run: (t) => t.encode('hello world') },
  {
    name: 'encode: options',
    levels: ['v3', 'v4'],
    run: (t) => t.encode('hello', { text_pair: 'how', add_special_tokens: true }),
  },
  {
    name: 'encode: no special tokens',
    levels: ['v3', 'v4'],
    run: (t) => t.encode('hello', { add_special_tokens: false }),
  },
  {
    name: 'encode: pair, then options',
    levels: ['v2'],
    run: (t) => t.encode('hello', 'how', { add_special_tokens: false }),
  },
  {
    name: 'encode: null pair',
    levels: ['v2'],
    run: (t) => t.encode('hello', null, { add_special_tokens: false }),
  },
  { name: 'tokenize', levels: ['v3', 'v4'], run: (t) => t.tokenize('hello worlds, testing') },
  {
    name: 'tokenize: special tokens',
    levels: ['v3', 'v4'],
    run: (t) => t.tokenize('hello', { pair: 'you', add_special_tokens: true }),
  },
  { name: 'decode', run: (t) => t.decode([2, 5, 6, 14, 7, 8, 9, 16, 3]) },
  {
    name: 'decode: skip special tokens',
    run: (t) => t.decode([2, 5, 6, 3, 0, 0], { skip_special_tokens: true }),
  },
  {
    name: 'decode: no clean-up',
    on: 'gpt2',
    run: (t) => t.decode(t.encode("I 'm here . don 't"), { clean_up_tokenization_spaces: false }),
  },
  {
    name: 'decode: clean-up by default',
    on: 'gpt2',
    run: (t) => t.decode(t.encode("I 'm here . hello , world ! do n't ? ' it 's")),
  },
  {
    name: 'decode: clean-up off in the config',
    on: 'llama',
    run: (t) => t.decode(t.encode('hello , world')),
  },
  { name: 'decode: bigints', run: (t) => t.decode([2n, 5n, 3n]) },
  { name: 'decode: tensor', run: (t) => t.decode(t('hello world').input_ids) },
  { name: 'decode: tensor of two', run: (t) => t.decode(t(['hello', 'world']).input_ids) },
  {
    name: 'decode: tensor of three dimensions',
    run: (t, { Tensor }) => t.decode(new Tensor('int64', [1n], [1, 1, 1])),
  },
  { name: 'decode: row of a tensor', run: (t) => t.decode(t(['hello', 'world']).input_ids[1]) },
  { name: 'decode: []', run: (t) => t.decode([]) },
  { name: 'decode: typed array', run: (t) => t.decode(new BigInt64Array([5n])) },
  { name: 'decode: number', run: (t) => t.decode(5) },
  { name: 'decode: string', run: (t) => t.decode('hello') },
  { name: 'decode: nested', run: (t) => t.decode([[5]]) },
  { name: 'decode: fraction', run: (t) => t.decode([5.5]) },
  { name: 'decode: undefined', run: (t) => t.decode(undefined) },
  { name: 'decode_single', run: (t) => t.decode_single([2, 5, 3], {}) },
  { name: 'decode_single: no options', run: (t) => t.decode_single([2, 5, 3]) },
  { name: 'batch_decode', run: (t) => t.batch_decode([[2, 5, 3], [6]], { skip_special_tokens: true }) },
  { name: 'batch_decode: tensor', run: (t) => t.batch_decode(t(['hello', 'world']).input_ids) },
  { name: 'batch_decode: []', run: (t) => t.batch_decode([]) },
  { name: 'batch_decode: [[]]', run: (t) => t.batch_decode([[]]) },
  {
    name: 'convert_tokens_to_ids',
    levels: ['v4'],
    run: (t) => [
      t.convert_tokens_to_ids('hello'),
      t.convert_tokens_to_ids('nope'),
      t.convert_tokens_to_ids(['hello', '[CLS]']),
    ],
  },
  {
    name: 'get_vocab: tokens named like members of objects',
    levels: ['v4'],
    run: (t, m) => {
      const odd = new m.PreTrainedTokenizer(wordLevel('{"a":0,"7":1,"__proto__":2,"constructor":3}'), {});
      return [[...odd.get_vocab()].sort(), odd.encode('__proto__ 7 constructor')];
    },
  },
  {
    name: 'tokenize: added tokens that take the blanks beside them',
    run: (t, m) => {
      const { json, config } = tokenizers.bert();
      const [mask] = json.added_tokens.slice(4);
      Object.assign(mask, { lstrip: true, rstrip: true });
      const own = new m.BertTokenizer(json, config);
      const text = 'hello  [MASK]  you [MASK][MASK] hello';
      const options = { pair: 'a [MASK]', add_special_tokens: true };
      return [own._encode_text(text), own.tokenize?.(text), own.tokenize?.(text, options), own.encode(text)];
    },
  },
  { name: '_encode_text', run: (t) => [t._encode_text('hello world'), t._encode_text(null)] },
  { name: 'get_vocab: in order', levels: ['v4'], run: (t) => [...t.get_vocab()] },
  {
    name: '_tokenizer',
    levels: ['v4'],
    run: ({ _tokenizer: inner }) => [
      inner.encode('hello world'),
      inner.encode('hello', { text_pair: 'you', add_special_tokens: false, return_token_type_ids: true }),
      inner.get_vocab().size,
      inner.get_vocab(false).size,
    ],
  },
  {
    name: 'get_vocab',
    levels: ['v4'],
    run: (t) => [t.get_vocab() instanceof Map, t.get_vocab().size, t.get_vocab().get('hello')],
  },
  {
    name: 'model',
    levels: ['v2', 'v3'],
    run: (t) => [
      t.model.convert_tokens_to_ids(['hello', 'nope']),
      t.model.convert_ids_to_tokens([5, 6]),
      t.model.tokens_to_ids.get('world'),
      t.model.vocab[5],
      t.model.unk_token,
    ],
  },
  {
    name: 'getToken',
    levels: ['v2', 'v3'],
    run: (t) => [t.getToken('pad_token', 'eos_token'), t.getToken('nope')],
  },
];

const PROPERTIES = [
  'pad_token',
  'pad_token_id',
  'mask_token',
  'mask_token_id',
  'sep_token',
  'sep_token_id',
  'unk_token',
  'unk_token_id',
  'bos_token',
  'bos_token_id',
  'eos_token',
  'eos_token_id',
  'cls_token',
  'all_special_ids',
  'all_special_tokens',
  'special_tokens',
  'additional_special_tokens',
  'remove_space',
  'clean_up_tokenization_spaces',
  'do_lowercase_and_remove_accent',
  'legacy',
  'model_max_length',
  'padding_side',
  'add_bos_token',
  'add_eos_token',
  'return_token_type_ids',
  'chat_template',
];

/** @type {Scenario[]} */
const object = [
  ...['bert', 'gpt2', 'llama', 'nllb', 'whisper'].map((on) => ({
    name: `properties of ${on}`,
    on,
    run: (/** @type {any} */ t) =>
      Object.fromEntries(PROPERTIES.map((key) => [key, t[key] === undefined ? 'undefined' : t[key]])),
  })),
  {
    name: 'a function',
    run: (t, m) => [
      typeof t,
      t instanceof m.PreTrainedTokenizer,
      t instanceof Function,
      t.call,
      t.apply,
      t.bind,
      t.length,
      t.name,
      JSON.stringify(t),
      t.constructor.name,
    ],
  },
  { name: 'methods', run: (t, m) => Object.getOwnPropertyNames(m.PreTrainedTokenizer.prototype).sort() },
  {
    name: 'special token of another kind',
    config: { pad_token: { content: '[PAD]' } },
    run: (t) => t.pad_token,
  },
  { name: 'padding side of the config', config: { padding_side: 'left' }, run: (t) => t.padding_side },
  { name: 'padding side of Llama', on: 'llama', run: (t) => t.padding_side },
];

/** @type {Scenario[]} */
const chat = [
  {
    name: 'chat: text',
    config: { chat_template: CHATML },
    run: (t) => t.apply_chat_template(CHAT, { tokenize: false }),
  },
  {
    name: 'chat: prompt',
    config: { chat_template: CHATML },
    run: (t) => t.apply_chat_template(CHAT, { tokenize: false, add_generation_prompt: true }),
  },
  { name: 'chat: ids', config: { chat_template: CHATML }, run: (t) => t.apply_chat_template(CHAT) },
  {
    name: 'chat: ids as arrays',
    config: { chat_template: CHATML },
    run: (t) => t.apply_chat_template(CHAT, { return_tensor: false }),
  },
  {
    name: 'chat: return_dict',
    config: { chat_template: CHATML },
    run: (t) => t.apply_chat_template(CHAT, { return_tensor: false, return_dict: true }),
  },
  {
    name: 'chat: no return_dict',
    config: { chat_template: CHATML },
    run: (t) => t.apply_chat_template(CHAT, { return_tensor: false, return_dict: false }),
  },
  {
    name: 'chat: tokenizer_kwargs',
    config: { chat_template: CHATML },
    run: (t) =>
      t.apply_chat_template(CHAT, { return_tensor: false, tokenizer_kwargs: { add_special_tokens: true } }),
  },
  {
    name: 'chat: template given',
    run: (t) =>
      t.apply_chat_template(CHAT, {
        tokenize: false,
        chat_template: '{{ messages[0].content }}{{ extra }}',
        extra: 'x',
      }),
  },
  {
    name: 'chat: special tokens',
    on: 'llama',
    run: (t) =>
      t.apply_chat_template(CHAT, {
        tokenize: false,
        chat_template: '{{ bos_token }}{{ eos_token }}{{ unk_token }}{{ pad_token }}',
      }),
  },
  {
    name: 'chat: named templates',
    config: {
      chat_template: [
        { name: 'default', template: 'D{{ messages | length }}' },
        { name: 'rag', template: 'R' },
        { name: 'tool_use', template: 'T' },
      ],
    },
    run: (t) => [
      t.apply_chat_template(CHAT, { tokenize: false }),
      t.apply_chat_template(CHAT, { tokenize: false, chat_template: 'rag' }),
      t.apply_chat_template(CHAT, { tokenize: false, tools: [] }),
      t.apply_chat_template(CHAT, { tokenize: false, chat_template: 'other' }),
    ],
  },
  {
    name: 'chat: named templates, no default',
    config: {
      chat_template: [
        { name: 'b', template: 'B' },
        { name: 'a', template: 'A' },
      ],
    },
    run: (t) => t.apply_chat_template(CHAT, { tokenize: false }),
  },
  {
    name: 'chat: tools',
    config: { chat_template: '{% if tools %}{{ tools[0].name }}{% else %}none{% endif %}{{ documents }}' },
    levels: ['v3', 'v4'],
    run: (t) => t.apply_chat_template(CHAT, { tokenize: false, tools: [{ name: 'f' }], documents: 'd' }),
  },
  {
    name: 'chat: get_chat_template',
    levels: ['v3', 'v4'],
    config: { chat_template: CHATML },
    run: (t) => [t.get_chat_template() === CHATML, t.get_chat_template({ chat_template: 'x' })],
  },
  { name: 'chat: no template', levels: ['v3', 'v4'], run: (t) => t.apply_chat_template(CHAT) },
  { name: 'chat: template no string', run: (t) => t.apply_chat_template(CHAT, { chat_template: 5 }) },
  { name: 'chat: bad list', config: { chat_template: [{ name: 'x' }] }, run: (t) => t.chat_template },
  ...['bert', 'gpt2', 'llama', 'whisper'].map((on) => ({
    name: `chat: default template of ${on}`,
    on,
    levels: ['v2'],
    run: (/** @type {any} */ t) => [
      t.apply_chat_template(CHAT, { tokenize: false }),
      t.apply_chat_template([{ role: 'system', content: 'S' }, ...CHAT], { tokenize: false }),
    ],
  })),
  {
    name: 'chat: default system prompt',
    on: 'llama',
    levels: ['v2'],
    config: { use_default_system_prompt: true },
    run: (t) => t.apply_chat_template(CHAT, { tokenize: false }),
  },
];

/** @type {Scenario[]} */
const tensor = [
  {
    name: 'tensor: shape',
    run: (t) => {
      const x = t('hello world').input_ids;
      return [x.dims, x.type, x.size, x.data.constructor.name, Object.keys(x)];
    },
  },
  {
    name: 'tensor: items',
    run: (t) => {
      const x = t(['hello', 'world']).input_ids;
      return [x[0].tolist(), x[-1].tolist(), x[1][1].item(), [...x].length, x[0][0].dims];
    },
  },
  {
    name: 'tensor: slices',
    run: (t, { Tensor }) => {
      const x = new Tensor('int64', [1n, 2n, 3n, 4n, 5n, 6n], [2, 3]);
      return [x.slice(0), x.slice(null, [0, 2]), x.slice(null, -1), x.slice([1, 2], [1, 3])];
    },
  },
  {
    name: 'tensor: negative range',
    run: (t, { Tensor }) => new Tensor('int64', [1n, 2n, 3n, 4n, 5n, 6n], [2, 3]).slice(null, [1, -1]),
  },
  {
    name: 'tensor: open range',
    levels: ['v3', 'v4'],
    run: (t, { Tensor }) => new Tensor('int64', [1n, 2n, 3n, 4n, 5n, 6n], [2, 3]).slice(null, [null, 2]),
  },
  { name: 'tensor: index out of range', run: (t, { Tensor }) => new Tensor('int64', [1n, 2n], [2, 1])[5] },
  { name: 'tensor: item of many', run: (t, { Tensor }) => new Tensor('int64', [1n, 2n], [2]).item() },
  { name: 'tensor: wrong size', run: (t, { Tensor }) => new Tensor('int64', [1n], [1, 2]) },
  { name: 'tensor: wrong type', run: (t, { Tensor }) => new Tensor('foo', [1n], [1]) },
  {
    name: 'tensor: to int32',
    levels: ['v3', 'v4'],
    run: (t, { Tensor }) => new Tensor('int64', [1n, 2n], [2]).to('int32'),
  },
  {
    name: 'tensor: to float32 and back',
    levels: ['v3', 'v4'],
    run: (t, { Tensor }) => new Tensor('float32', [1.5, -2.5], [2]).to('int64'),
  },
  {
    name: 'tensor: views',
    run: (t, { Tensor }) => {
      const x = new Tensor('float32', [1, 2, 3, 4, 5, 6], [2, 3]);
      return [
        x.view(3, 2),
        x.view(-1, 2),
        x.permute(1, 0),
        x.unsqueeze(0),
        x.unsqueeze(-1),
        x.flatten(),
        new Tensor('float32', [1, 2], [1, 2, 1]).squeeze(),
        new Tensor('float32', [1, 2], [1, 2, 1]).squeeze(0),
      ];
    },
  },
  {
    name: 'tensor: arithmetic',
    run: (t, { Tensor }) => {
      const x = new Tensor('float32', [1, -2, 3, 4], [2, 2]);
      return [
        x.mul(2),
        x.add(1),
        x.neg(),
        x.clamp(-1, 2),
        x.sum(),
        x.sum(0),
        x.sum(1, true),
        x.norm(),
        x.clone().normalize(),
        x.sigmoid(),
        x.stride(),
      ];
    },
  },
  {
    name: 'tensor: more arithmetic',
    levels: ['v3', 'v4'],
    run: (t, { Tensor }) => {
      const x = new Tensor('float32', [1, -2, 3, 4], [2, 2]);
      return [
        x.div(2),
        x.sub(1),
        x.gt(1),
        x.lt(1),
        x.mean(),
        x.mean(0),
        x.min(),
        x.max(1),
        x.argmax(),
        x.argmin(),
        x.map((/** @type {number} */ v) => v * 3),
      ];
    },
  },
  {
    name: 'tensor: sums of int64',
    levels: ['v3', 'v4'],
    differs: { v3: 'cannot add BigInts' },
    run: (t) => {
      const x = t(['hello', 'world']).attention_mask;
      return [x.sum(), x.sum(1)];
    },
  },
  {
    name: 'tensor: repeat',
    levels: ['v4'],
    run: (t, { Tensor }) => {
      const x = new Tensor('int64', [1n, 2n], [2]);
      return [x.repeat(2), x.repeat(2, 1), x.tile(2), x.remainder(2)];
    },
  },
  { name: 'tensor: indexOf', levels: ['v2', 'v3'], run: (t) => t('hello world').input_ids.indexOf(6) },
  {
    name: 'tensor: functions',
    run: (t, m) => {
      const x = new m.Tensor('float32', [1, 2, 3, 4], [2, 2]);
      return [
        m.cat([x, x]),
        m.cat([x, x], 1),
        m.stack([x, x]),
        m.stack([x, x], 1),
        m.mean(x, 1),
        m.std_mean(x, 1),
        m.layer_norm(x, [2]),
        m.ones([2]),
        m.ones_like(x),
        m.permute(x, [1, 0]),
        m.softmax([1, 2, 3]),
        m.cos_sim([1, 2], [2, 1]),
        m.dot([1, 2], [2, 1]),
      ];
    },
  },
  {
    name: 'tensor: mean_pooling',
    run: (t, m) =>
      m.mean_pooling(
        new m.Tensor('float32', [1, 2, 3, 4, 5, 6], [1, 3, 2]),
        new m.Tensor('int64', [1n, 1n, 0n], [1, 3]),
      ),
  },
  { name: 'tensor: methods', run: (t, { Tensor }) => Object.getOwnPropertyNames(Tensor.prototype).sort() },
  {
    name: 'tensor: structuredClone',
    run: (t) => {
      try {
        structuredClone(t('hello').input_ids);
      } catch (error) {
        return /** @type {Error} */ (error).name;
      }
      return null;
    },
  },
];

/** @type {Scenario[]} */
const odd = ['bert', 'llama'].flatMap((on) => [
  {
    name: `odd: an empty second text (${on})`,
    on,
    run: (/** @type {any} */ t) => [
      t('hello', { text_pair: '', return_tensor: false }),
      t(['hello', 'hello', 'hello'], { text_pair: ['', 'world', null], return_tensor: false }),
      t._encode_plus('hello', ...(t.tokenize ? [{ text_pair: '' }] : [''])),
      t.encode('hello', ...(t.tokenize ? [{ text_pair: '' }] : [''])),
      t.tokenize?.('hello', { pair: '', add_special_tokens: true }),
    ],
  },
  {
    name: `odd: return_tensor that is null (${on})`,
    on,
    run: (/** @type {any} */ t) => [
      t('hello', { return_tensor: null }),
      t('hello', { return_tensor: undefined }),
      t('hello', { return_tensor: 0 }),
      t.apply_chat_template(CHAT, { chat_template: CHATML, return_tensor: null }),
    ],
  },
  {
    name: `odd: ids as text (${on})`,
    on,
    run: (/** @type {any} */ t) => [t.decode([5, '6', 7n]), t.batch_decode([[5, '6'], [7n]])],
  },
]);

export const general = [...call, ...odd, ...text, ...object, ...chat, ...tensor];
