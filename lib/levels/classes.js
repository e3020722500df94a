'use strict';

/** Tokenizer classes that every level has, and what they extend where it is not PreTrainedTokenizer. */

const NAMES = [
  'T5',
  'DistilBert',
  'Camembert',
  'Deberta',
  'DebertaV2',
  'Bert',
  'Herbert',
  'ConvBert',
  'RoFormer',
  'XLM',
  'Electra',
  'MobileBert',
  'SqueezeBert',
  'Albert',
  'GPT2',
  'Bart',
  'MBart',
  'MBart50',
  'Roberta',
  'Whisper',
  'CodeGen',
  'CLIP',
  'Siglip',
  'Marian',
  'Bloom',
  'Nllb',
  'M2M100',
  'Llama',
  'CodeLlama',
  'XLMRoberta',
  'MPNet',
  'Falcon',
  'GPTNeoX',
  'Esm',
  'Wav2Vec2CTC',
  'Blenderbot',
  'BlenderbotSmall',
  'SpeechT5',
  'Nougat',
  'Vits',
  'Qwen2',
  'Gemma',
  'Cohere',
];

/** @type {Record<string, string | null>} */
const COMMON_CLASSES = {};
for (const name of NAMES) COMMON_CLASSES[`${name}Tokenizer`] = name === 'MBart50' ? 'MBartTokenizer' : null;

const { CohereTokenizer, ...beforeCohere } = COMMON_CLASSES;

/** The same of levels v2 and v3, in order. @type {Record<string, string | null>} */
const CLASSES_WITH_GROK = { ...beforeCohere, Grok1Tokenizer: null, CohereTokenizer };

module.exports = { COMMON_CLASSES, CLASSES_WITH_GROK };
