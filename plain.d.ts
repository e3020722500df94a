// autotokenizer: level v4 of transformers.js, and what no level has.
import type * as common from './lib/types/common';
import type { TensorSinceV3, DataArray, DataType, TensorFunctions, TensorOperators } from './lib/types/tensor';

export * from './lib/types/errors';
export {
  BaseStreamer,
  DecodeStream,
  TextStreamer,
  WhisperTextStreamer,
  checkAccess,
  deleteFromCache,
  download,
  preload,
  scanCache,
  snapshot,
  whoami,
} from './lib/types/common';
export type {
  Account,
  AsrChunk,
  AsrOptions,
  AsrResult,
  AsrSequence,
  CacheReport,
  DecodeOptions,
  EncodeOptions,
  HubOptions,
  Message,
  MessageContent,
  ProgressCallback,
  ProgressInfo,
  SavedFiles,
  TextStreamerOptions,
  TokenizeOptions,
} from './lib/types/common';
export type { DataArray, DataType } from './lib/types/tensor';
export { cos_sim, dot, log_softmax, magnitude, max, min, round, softmax } from './lib/types/tensor';

export interface Tensor extends TensorSinceV3 {
  remainder(value: number | bigint): this;
  remainder_(value: number | bigint): this;
  repeat(...repeats: number[]): this;
  tile(...dims: number[]): this;
}
export const Tensor: {
  new (type: DataType, data: DataArray, dims?: readonly number[]): Tensor;
  readonly prototype: Tensor;
};

type Functions = TensorFunctions<Tensor>;
export const cat: Functions['cat'];
export const stack: Functions['stack'];
export const mean: Functions['mean'];
export const std_mean: Functions['std_mean'];
export const mean_pooling: Functions['mean_pooling'];
export const layer_norm: Functions['layer_norm'];
export const quantize_embeddings: Functions['quantize_embeddings'];
export const permute: Functions['permute'];
export const full: Functions['full'];
export const full_like: Functions['full_like'];
export const ones: Functions['ones'];
export const ones_like: Functions['ones_like'];
export const rand: Functions['rand'];
export const randn: Functions['randn'];
export const zeros: Functions['zeros'];
export const zeros_like: Functions['zeros_like'];
export const interpolate: Functions['interpolate'];

type Operators = TensorOperators<Tensor>;
export const interpolate_4d: Operators['interpolate_4d'];
export const matmul: Operators['matmul'];
export const rfft: Operators['rfft'];
export const topk: Operators['topk'];
export const slice: Operators['slice'];

export interface PretrainedTokenizerOptions extends common.PretrainedTokenizerOptions {
  /** Levels v2 and v3 only. */
  legacy?: boolean | null;
  /** Not used. */
  quantized?: boolean;
}

export type BatchEncodingItem<TText, TReturnTensor extends boolean = true> = common.BatchEncodingItem<
  TText,
  TReturnTensor,
  Tensor
>;
export type BatchEncoding<TItem> = common.BatchEncoding<TItem>;

/** Options that no level of transformers.js has; as in Python transformers. */
export interface TokenizerCallOptions<TText, TReturnTensor extends boolean = true> extends Omit<
  common.TokenizerCallOptions<any, TReturnTensor>,
  'text_pair' | 'truncation'
> {
  text_pair?: (TText extends readonly (infer _)[] ? readonly string[] | readonly string[][] : string) | null;
  /**
   * A strategy, or 'python' for `longest_first`, keeps the special tokens; `true` cuts the end off, as
   * transformers.js.
   */
  truncation?: boolean | 'python' | 'longest_first' | 'only_first' | 'only_second' | null;
  truncation_side?: 'left' | 'right';
  padding_side?: 'left' | 'right';
  pad_to_multiple_of?: number | null;
  /** Tokens that neighbouring parts share; needs truncation. */
  stride?: number;
  /** Also gives what truncation cut off, as rows of their own. */
  return_overflowing_tokens?: boolean;
  return_offsets_mapping?: boolean;
  /** What offsets count: code points as Python, or units of JavaScript strings. */
  offset_unit?: 'codepoint' | 'utf16';
  return_special_tokens_mask?: boolean;
  return_word_ids?: boolean;
  return_length?: boolean;
  /** The text is an array of words, or of arrays of words. */
  is_split_into_words?: boolean;
}

/** What those options add to the result. */
export interface BatchEncodingExtras<TText, TReturnTensor extends boolean> {
  special_tokens_mask?: BatchEncodingItem<TText, TReturnTensor>;
  offset_mapping?: TReturnTensor extends true
    ? Tensor
    : TText extends readonly string[]
      ? [number, number][][]
      : [number, number][];
  word_ids?: (number | null)[] | (number | null)[][];
  length?: number[];
  /** Which text a row is a part of. */
  overflow_to_sample_mapping?: number[];
}

type CallResult<TText, TReturnTensor extends boolean> = BatchEncoding<
  BatchEncodingItem<TText, TReturnTensor>
> &
  BatchEncodingExtras<TText, TReturnTensor>;
type Text = string | readonly string[] | readonly string[][];

export type ApplyChatTemplateOptions<
  TTokenize extends boolean = true,
  TReturnTensor extends boolean = true,
  TReturnDict extends boolean = true,
> = common.ApplyChatTemplateOptions<TTokenize, TReturnTensor, TReturnDict> & {
  /** Leaves the last message open; a string names its field. Not with add_generation_prompt. */
  continue_final_message?: boolean | string;
  /** Adds `assistant_masks`: 1 for what the assistant said, by the template's `generation` tag. */
  return_assistant_tokens_mask?: boolean;
};
export type ApplyChatTemplateReturn<
  TTokenize extends boolean,
  TReturnTensor extends boolean,
  TReturnDict extends boolean,
  TText = string,
> = common.ApplyChatTemplateReturn<TText, TTokenize, TReturnTensor, TReturnDict, Tensor>;

/** A tokenizer is a function: `tokenizer(text, options)`. */
export interface PreTrainedTokenizer {
  <TText extends Text, TReturnTensor extends boolean = true>(
    text: TText,
    options?: TokenizerCallOptions<TText, TReturnTensor>,
  ): CallResult<TText, TReturnTensor>;
}

export class PreTrainedTokenizer {
  /** From the objects of a tokenizer.json and a tokenizer_config.json. */
  constructor(tokenizerJSON: object, tokenizerConfig: object);

  /** From a model of the Hub, `org/name`, or a folder. */
  static from_pretrained<T extends new (...args: any[]) => any>(
    this: T,
    pretrained_model_name_or_path: string,
    options?: PretrainedTokenizerOptions,
  ): Promise<InstanceType<T>>;

  config: any;
  return_token_type_ids: boolean;
  padding_side: 'left' | 'right';
  pad_token: string | null;
  pad_token_id: number | undefined;
  mask_token: string | null;
  mask_token_id: number | undefined;
  sep_token: string | null;
  sep_token_id: number | undefined;
  unk_token: string | null;
  unk_token_id: number | undefined;
  bos_token: string | null;
  bos_token_id: number | undefined;
  eos_token: string | null;
  eos_token_id: number | undefined;
  all_special_ids: number[];
  chat_template: string | Record<string, string> | null;
  all_special_tokens: string[];
  readonly model_max_length: number;
  readonly add_bos_token: boolean | undefined;
  readonly add_eos_token: boolean | undefined;

  _call<TText extends Text, TReturnTensor extends boolean = true>(
    text: TText,
    options?: TokenizerCallOptions<TText, TReturnTensor>,
  ): CallResult<TText, TReturnTensor>;
  _encode_text(text: string | null): string[] | null;
  /** One row; what follows the text is as in encode. */
  _encode_plus(
    text: string,
    ...rest: any[]
  ): { input_ids: number[]; attention_mask: number[]; token_type_ids?: number[] };
  encode(text: string, options?: common.EncodeOptions): number[];
  encode(text: string, text_pair: string | null, options?: { add_special_tokens?: boolean }): number[];
  tokenize(text: string, options?: common.TokenizeOptions): string[];
  decode(token_ids: number[] | bigint[] | Tensor, decode_args?: common.DecodeOptions): string;
  decode_single(token_ids: number[] | bigint[], decode_args: common.DecodeOptions): string;
  batch_decode(batch: number[][] | bigint[][] | Tensor, decode_args?: common.DecodeOptions): string[];
  /** An unknown token has no id. */
  convert_tokens_to_ids<T extends string | string[]>(
    tokens: T,
  ): T extends string ? number | undefined : (number | undefined)[];
  get_vocab(): Map<string, number>;
  get_chat_template(options?: common.GetChatTemplateOptions): string;
  apply_chat_template<
    TTokenize extends boolean = true,
    TReturnTensor extends boolean = true,
    TReturnDict extends boolean = true,
  >(
    conversation: common.Message[],
    options?: ApplyChatTemplateOptions<TTokenize, TReturnTensor, TReturnDict>,
  ): ApplyChatTemplateReturn<TTokenize, TReturnTensor, TReturnDict>;
  apply_chat_template<
    TTokenize extends boolean = true,
    TReturnTensor extends boolean = true,
    TReturnDict extends boolean = true,
  >(
    conversations: common.Message[][],
    options?: ApplyChatTemplateOptions<TTokenize, TReturnTensor, TReturnDict>,
  ): TTokenize extends false
    ? string[]
    : ApplyChatTemplateReturn<TTokenize, TReturnTensor, TReturnDict, string[]>;

  /** Which engine serves this model. */
  readonly engine: 'compiled' | 'reference';
  /** How many tokens the model has, added ones not counted. */
  readonly vocab_size: number;
  truncation_side: 'left' | 'right';
  convert_ids_to_tokens(ids: number | bigint): string | undefined;
  convert_ids_to_tokens(
    ids: readonly (number | bigint)[],
    options?: { skip_special_tokens?: boolean },
  ): (string | undefined)[];
  /** How many of the tokens were new. */
  add_tokens(tokens: NewToken | readonly NewToken[], options?: { special_tokens?: boolean }): number;
  /** Such as `{ pad_token: '<pad>', additional_special_tokens: ['<tool>'] }`. */
  add_special_tokens(tokens: Record<string, NewToken | readonly NewToken[]>): number;
  /** `encode(text).length` without the array. */
  count_tokens(text: string, options?: common.EncodeOptions): number;
  /** Off the event loop. */
  encode_async(text: string, options?: common.EncodeOptions & Background): Promise<number[]>;
  call_async<TText extends Text, TReturnTensor extends boolean = true>(
    text: TText,
    options?: TokenizerCallOptions<TText, TReturnTensor> & Background,
  ): Promise<CallResult<TText, TReturnTensor>>;
  batch_decode_async(
    batch: number[][] | bigint[][] | Tensor,
    options?: common.DecodeOptions & Background,
  ): Promise<string[]>;
  decode_stream(options?: { skip_special_tokens?: boolean }): common.DecodeStream;
  /** Writes tokenizer.json and tokenizer_config.json and gives their paths. */
  save_pretrained(folder: string): Promise<string[]>;
}

export type NewToken =
  | string
  | {
      content: string;
      special?: boolean;
      lstrip?: boolean;
      rstrip?: boolean;
      single_word?: boolean;
      normalized?: boolean;
    };

export interface Background {
  signal?: AbortSignal | null;
}

export class T5Tokenizer extends PreTrainedTokenizer {}
export class DistilBertTokenizer extends PreTrainedTokenizer {}
export class CamembertTokenizer extends PreTrainedTokenizer {}
export class DebertaTokenizer extends PreTrainedTokenizer {}
export class DebertaV2Tokenizer extends PreTrainedTokenizer {}
export class BertTokenizer extends PreTrainedTokenizer {}
export class HerbertTokenizer extends PreTrainedTokenizer {}
export class ConvBertTokenizer extends PreTrainedTokenizer {}
export class RoFormerTokenizer extends PreTrainedTokenizer {}
export class XLMTokenizer extends PreTrainedTokenizer {}
export class ElectraTokenizer extends PreTrainedTokenizer {}
export class MobileBertTokenizer extends PreTrainedTokenizer {}
export class SqueezeBertTokenizer extends PreTrainedTokenizer {}
export class AlbertTokenizer extends PreTrainedTokenizer {}
export class GPT2Tokenizer extends PreTrainedTokenizer {}
export class BartTokenizer extends PreTrainedTokenizer {}
export class RobertaTokenizer extends PreTrainedTokenizer {}
export class CodeGenTokenizer extends PreTrainedTokenizer {}
export class CLIPTokenizer extends PreTrainedTokenizer {}
export class SiglipTokenizer extends PreTrainedTokenizer {}
export class BloomTokenizer extends PreTrainedTokenizer {}
export class CodeLlamaTokenizer extends PreTrainedTokenizer {}
export class XLMRobertaTokenizer extends PreTrainedTokenizer {}
export class MPNetTokenizer extends PreTrainedTokenizer {}
export class FalconTokenizer extends PreTrainedTokenizer {}
export class GPTNeoXTokenizer extends PreTrainedTokenizer {}
export class EsmTokenizer extends PreTrainedTokenizer {}
export class Wav2Vec2CTCTokenizer extends PreTrainedTokenizer {}
export class BlenderbotTokenizer extends PreTrainedTokenizer {}
export class BlenderbotSmallTokenizer extends PreTrainedTokenizer {}
export class SpeechT5Tokenizer extends PreTrainedTokenizer {}
export class NougatTokenizer extends PreTrainedTokenizer {}
export class VitsTokenizer extends PreTrainedTokenizer {}
export class Qwen2Tokenizer extends PreTrainedTokenizer {}
export class GemmaTokenizer extends PreTrainedTokenizer {}
export class CohereTokenizer extends PreTrainedTokenizer {}
export class MgpstrTokenizer extends PreTrainedTokenizer {}
export class CohereAsrTokenizer extends PreTrainedTokenizer {}

export class LlamaTokenizer extends PreTrainedTokenizer {}

/** Tokenizers of translation models, whose languages are tokens. */
declare class TranslationTokenizer extends PreTrainedTokenizer {
  languageRegex: RegExp;
  language_codes: string[];
  lang_to_token(code: string): string;
  /** Also sets `generate_kwargs.forced_bos_token_id`. */
  _build_translation_inputs(
    raw_inputs: string | string[],
    tokenizer_options: TokenizerCallOptions<any, boolean>,
    generate_kwargs: common.GenerateLanguages,
  ): any;
}
export class MBartTokenizer extends TranslationTokenizer {}
export class MBart50Tokenizer extends MBartTokenizer {}
export class NllbTokenizer extends TranslationTokenizer {}
export class M2M100Tokenizer extends TranslationTokenizer {}

export class MarianTokenizer extends PreTrainedTokenizer {
  languageRegex: RegExp;
  supported_language_codes: string[];
}

export class WhisperTokenizer extends PreTrainedTokenizer {
  _decode_asr(sequences: readonly common.AsrSequence[], options?: common.AsrOptions): common.AsrResult;
  readonly timestamp_begin: number;
}

export { PreTrainedTokenizer as TokenizersBackend };

export class AutoTokenizer {
  private constructor();
  /** From a model of the Hub, `org/name`, or a folder; the class is the one that the model names. */
  static from_pretrained(
    pretrained_model_name_or_path: string,
    options?: PretrainedTokenizerOptions,
  ): Promise<PreTrainedTokenizer>;
}

export const env: common.EnvironmentSinceV4;

export const LogLevel: Readonly<{ DEBUG: 10; INFO: 20; WARNING: 30; ERROR: 40; NONE: 50 }>;
