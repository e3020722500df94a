/**
 * Small tokenizers of every layout whose class has behaviour of its own, made by hand.
 *
 * @module
 */

/** The 256 characters that byte-level BPE writes bytes with, in the order of GPT-2. */
function byteAlphabet() {
  const shown = (/** @type {number} */ b) =>
    (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || (b >= 174 && b <= 255);
  const bytes = Array.from({ length: 256 }, (_, b) => b);
  const kept = bytes.filter(shown);
  const moved = bytes.filter((b) => !shown(b)).map((_, i) => 256 + i);
  return [...kept, ...moved].map((code) => String.fromCodePoint(code));
}

/**
 * @param {number} id
 * @param {string} content
 * @param {object} [more]
 */
function added(id, content, more = {}) {
  return {
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
    ...more,
  };
}

/** @param {string[]} tokens */
const vocabulary = (tokens) => Object.fromEntries(tokens.map((token, id) => [token, id]));

/**
 * @param {object[]} pieces
 * @param {object[]} pairPieces
 * @param {Record<string, number>} special
 */
function template(pieces, pairPieces, special) {
  const special_tokens = Object.fromEntries(
    Object.entries(special).map(([token, id]) => [token, { id: token, ids: [id], tokens: [token] }]),
  );
  return { type: 'TemplateProcessing', single: pieces, pair: pairPieces, special_tokens };
}

const token = (/** @type {string} */ id, type_id = 0) => ({ SpecialToken: { id, type_id } });
const sequence = (/** @type {string} */ id, type_id = 0) => ({ Sequence: { id, type_id } });

function bert() {
  const tokens = [
    '[PAD]',
    '[UNK]',
    '[CLS]',
    '[SEP]',
    '[MASK]',
    'hello',
    'world',
    'how',
    'are',
    'you',
    '##s',
    '##ing',
    'test',
    '.',
    ',',
    '!',
    '?',
    "'",
    'don',
    't',
    'i',
    'm',
    'a',
    'b',
    'c',
    'd',
    'e',
    '##e',
    '##d',
    'café',
    'cafe',
    '中',
    '文',
    'long',
    'text',
    'is',
    'this',
    'very',
  ];
  return {
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: tokens.slice(0, 5).map((content, id) => added(id, content)),
      normalizer: {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: null,
        lowercase: true,
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: template(
        [token('[CLS]'), sequence('A'), token('[SEP]')],
        [token('[CLS]'), sequence('A'), token('[SEP]'), sequence('B', 1), token('[SEP]', 1)],
        { '[CLS]': 2, '[SEP]': 3 },
      ),
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: vocabulary(tokens),
      },
    },
    config: {
      tokenizer_class: 'BertTokenizer',
      do_lower_case: true,
      model_max_length: 16,
      unk_token: '[UNK]',
      sep_token: '[SEP]',
      pad_token: '[PAD]',
      cls_token: '[CLS]',
      mask_token: '[MASK]',
    },
  };
}

/** Byte-level BPE with a few merges, without special tokens at the edges: as GPT-2. */
function gpt2() {
  const alphabet = byteAlphabet();
  const merges = ['h e', 'l l', 'he ll', 'hell o', 'Ġ w', 'Ġw o', 'r l', 'Ġwo rl', 'Ġworl d', 'Ġ t', 'Ġt e'];
  const tokens = [...alphabet, ...merges.map((merge) => merge.replace(' ', '')), '<|endoftext|>'];
  const end = tokens.length - 1;
  return {
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [added(end, '<|endoftext|>')],
      normalizer: null,
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
      post_processor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false },
      decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: '',
        end_of_word_suffix: '',
        fuse_unk: false,
        vocab: vocabulary(tokens),
        merges,
      },
    },
    config: {
      tokenizer_class: 'GPT2Tokenizer',
      model_max_length: 1e30,
      bos_token: '<|endoftext|>',
      eos_token: '<|endoftext|>',
      unk_token: '<|endoftext|>',
    },
  };
}

/** Pieces with a blank before words and bytes for the rest: as Llama 2. */
function llama() {
  const bytes = Array.from({ length: 256 }, (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`);
  const letters = [...'abcdehilorstuw!.,?▁HI'];
  const merges = ['▁ h', '▁h e', 'l l', '▁he ll', '▁hell o', '▁ w', 'o r', '▁w or', 'l d', '▁wor ld'];
  const tokens = [
    '<unk>',
    '<s>',
    '</s>',
    ...bytes,
    ...letters,
    ...merges.map((merge) => merge.replace(' ', '')),
  ];
  return {
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: ['<unk>', '<s>', '</s>'].map((content, id) => added(id, content)),
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Prepend', prepend: '▁' },
          { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
        ],
      },
      pre_tokenizer: null,
      post_processor: template(
        [token('<s>'), sequence('A')],
        [token('<s>'), sequence('A'), token('<s>', 1), sequence('B', 1)],
        { '<s>': 1 },
      ),
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
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
        vocab: vocabulary(tokens),
        merges,
      },
    },
    config: {
      tokenizer_class: 'LlamaTokenizer',
      add_bos_token: true,
      add_eos_token: false,
      model_max_length: 64,
      bos_token: { __type: 'AddedToken', content: '<s>', lstrip: false, normalized: true, rstrip: false },
      eos_token: { __type: 'AddedToken', content: '</s>', lstrip: false, normalized: true, rstrip: false },
      unk_token: { __type: 'AddedToken', content: '<unk>', lstrip: false, normalized: true, rstrip: false },
      pad_token: null,
      padding_side: 'right',
      clean_up_tokenization_spaces: false,
      legacy: true,
    },
  };
}

/**
 * Unigram pieces with languages at one edge.
 *
 * @param {{name: string, languages: string[], source: string, before: boolean}} options
 */
function translation({ name, languages, source, before }) {
  const pieces = [
    '<s>',
    '<pad>',
    '</s>',
    '<unk>',
    '▁',
    'h',
    'e',
    'l',
    'o',
    'w',
    'r',
    'd',
    '▁hello',
    '▁world',
  ];
  const all = [...pieces, ...languages];
  const special = all
    .map((content, id) => ({ content, id }))
    .filter(({ id }) => id < 4 || id >= pieces.length);
  const edges = before
    ? [token(source), sequence('A'), token('</s>')]
    : [sequence('A'), token('</s>'), token(source)];
  const pair = before
    ? [token(source), sequence('A'), sequence('B'), token('</s>')]
    : [sequence('A'), sequence('B'), token('</s>'), token(source)];
  return {
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: special.map(({ id, content }) => added(id, content)),
      normalizer: null,
      pre_tokenizer: {
        type: 'Metaspace',
        replacement: '▁',
        add_prefix_space: true,
        prepend_scheme: 'always',
      },
      post_processor: template(edges, pair, { [source]: all.indexOf(source), '</s>': 2 }),
      decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
      model: {
        type: 'Unigram',
        unk_id: 3,
        vocab: all.map((piece, i) => [piece, piece.length > 1 ? -1 : -5 - i / 100]),
      },
    },
    config: {
      tokenizer_class: name,
      model_max_length: 1024,
      bos_token: '<s>',
      eos_token: '</s>',
      pad_token: '<pad>',
      unk_token: '<unk>',
      sep_token: '</s>',
      cls_token: '<s>',
      additional_special_tokens: languages,
    },
  };
}

const nllb = () =>
  translation({
    name: 'NllbTokenizer',
    languages: ['eng_Latn', 'fra_Latn', 'hin_Deva'],
    source: 'eng_Latn',
    before: true,
  });
const mbart50 = () =>
  translation({
    name: 'MBart50Tokenizer',
    languages: ['en_XX', 'fr_XX', 'hi_IN'],
    source: 'en_XX',
    before: true,
  });
const mbart = () =>
  translation({
    name: 'MBartTokenizer',
    languages: ['en_XX', 'fr_XX', 'ro_RO'],
    source: 'en_XX',
    before: false,
  });
const m2m100 = () =>
  translation({
    name: 'M2M100Tokenizer',
    languages: ['__en__', '__fr__', '__ast__'],
    source: '__en__',
    before: true,
  });

function marian() {
  const pieces = [
    '</s>',
    '<unk>',
    '▁',
    'h',
    'e',
    'l',
    'o',
    'w',
    'r',
    'd',
    '▁hello',
    '▁world',
    '>>fra<<',
    '>>deu<<',
    '<pad>',
  ];
  return {
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [added(0, '</s>'), added(1, '<unk>'), added(14, '<pad>')],
      normalizer: null,
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'WhitespaceSplit' },
          { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
        ],
      },
      post_processor: template(
        [sequence('A'), token('</s>')],
        [sequence('A'), sequence('B'), token('</s>')],
        { '</s>': 0 },
      ),
      decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
      model: {
        type: 'Unigram',
        unk_id: 1,
        vocab: pieces.map((piece, i) => [piece, piece.length > 1 ? -1 : -5 - i / 100]),
      },
    },
    config: {
      tokenizer_class: 'MarianTokenizer',
      model_max_length: 512,
      eos_token: '</s>',
      unk_token: '<unk>',
      pad_token: '<pad>',
      source_lang: 'en',
      target_lang: 'mul',
    },
  };
}

/** Byte-level BPE with Whisper's special tokens; time stamps are ids above all of them. */
function whisper() {
  const { json } = gpt2();
  const base = Object.keys(json.model.vocab).slice(0, -1);
  const words = [
    'Ġhello',
    'Ġthere',
    'Ġthis',
    'Ġis',
    'Ġa',
    'Ġtest',
    'Ġof',
    'Ġsix',
    'Ġwords',
    'Ġfox',
    'Ġ"',
    'Ġ¿',
  ];
  const special = [
    '<|endoftext|>',
    '<|startoftranscript|>',
    '<|en|>',
    '<|fr|>',
    '<|ja|>',
    '<|zh|>',
    '<|translate|>',
    '<|transcribe|>',
    '<|startoflm|>',
    '<|startofprev|>',
    '<|nocaptions|>',
    '<|notimestamps|>',
  ];
  const tokens = [...base, ...words];
  return {
    json: {
      ...json,
      added_tokens: special.map((content, i) => added(tokens.length + i, content)),
      post_processor: template(
        [token('<|startoftranscript|>'), token('<|notimestamps|>'), sequence('A'), token('<|endoftext|>')],
        [
          token('<|startoftranscript|>'),
          token('<|notimestamps|>'),
          sequence('A'),
          sequence('B', 1),
          token('<|endoftext|>', 1),
        ],
        {
          '<|startoftranscript|>': tokens.length + 1,
          '<|notimestamps|>': tokens.length + 11,
          '<|endoftext|>': tokens.length,
        },
      ),
      model: { ...json.model, vocab: vocabulary([...tokens, ...special]) },
    },
    config: {
      tokenizer_class: 'WhisperTokenizer',
      model_max_length: 448,
      bos_token: '<|endoftext|>',
      eos_token: '<|endoftext|>',
      unk_token: '<|endoftext|>',
      pad_token: '<|endoftext|>',
      additional_special_tokens: special,
    },
  };
}

/** Characters only, with a blank between every two. */
function vits() {
  const tokens = [
    'k',
    "'",
    'z',
    'y',
    'u',
    'd',
    'h',
    'e',
    's',
    'w',
    '–',
    '3',
    'c',
    'p',
    '-',
    '1',
    'j',
    'm',
    'X',
    ' ',
  ];
  return {
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [added(0, 'k', { special: false }), added(20, '<unk>')],
      normalizer: { type: 'Sequence', normalizers: [{ type: 'Lowercase' }] },
      pre_tokenizer: { type: 'Split', pattern: { Regex: '' }, behavior: 'Isolated', invert: false },
      post_processor: null,
      decoder: null,
      model: { vocab: { ...vocabulary(tokens), '<unk>': 20 } },
    },
    config: {
      tokenizer_class: 'VitsTokenizer',
      model_max_length: 1e30,
      unk_token: '<unk>',
      pad_token: 'k',
      add_blank: true,
    },
  };
}

/** Every tokenizer here, by name. @type {Record<string, () => {json: any, config: any}>} */
/**
 * Words and numbers without a decoder, listed in another order than that of their ids.
 *
 * @param {object} model
 */
function bare(model) {
  return {
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [added(0, '<pad>'), added(9, '<more>'), added(8, '<most>')],
      normalizer: null,
      pre_tokenizer: { type: 'Split', pattern: { Regex: '' }, behavior: 'Isolated', invert: false },
      post_processor: null,
      decoder: null,
      model,
    },
    config: { tokenizer_class: 'PreTrainedTokenizer', pad_token: '<pad>', unk_token: '<unk>', eos_token: '<more>' },
  };
}

const listed = () => JSON.parse('{"b":3,"<pad>":0,"10":4,"__proto__":5,"<unk>":1,"a":2,"9":6}');
const letters = () => bare({ vocab: listed() });
const languages = () => {
  const { json, config } = bare({ vocab: { eng: { x: 0 }, fra: listed() } });
  return { json, config: { ...config, target_lang: 'fra' } };
};

/** CTC, as wav2vec2. */
const ctc = () => {
  const { json, config } = letters();
  const decoder = { type: 'CTC', pad_token: '<pad>', word_delimiter_token: '9', cleanup: true };
  return { json: { ...json, decoder }, config };
};

/** Every tokenizer here, by name. @type {Record<string, () => {json: any, config: any}>} */
export const tokenizers = {
  bert,
  gpt2,
  llama,
  nllb,
  mbart50,
  mbart,
  m2m100,
  marian,
  whisper,
  vits,
  letters,
  languages,
  ctc,
};
