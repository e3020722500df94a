// The API of @xenova/transformers 2.
import type * as common from './lib/types/common';
import type { AnyTensor, DataArray, DataType, TensorFunctions } from './lib/types/tensor';

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

export interface Tensor extends AnyTensor {
  indexOf(item: number | bigint): number;
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
export const ones: Functions['ones'];
export const ones_like: Functions['ones_like'];
export const interpolate: Functions['interpolate'];

export interface PretrainedTokenizerOptions extends common.PretrainedTokenizerOptions {
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
export type TokenizerCallOptions<TText, TReturnTensor extends boolean = true> = common.TokenizerCallOptions<
  TText,
  TReturnTensor
>;

type CallResult<TText, TReturnTensor extends boolean> = BatchEncoding<
  BatchEncodingItem<TText, TReturnTensor>
>;
type Text = string | readonly string[];

export type ApplyChatTemplateOptions<
  TTokenize extends boolean = true,
  TReturnTensor extends boolean = true,
  TReturnDict extends boolean = false,
> = common.ApplyChatTemplateOptions<TTokenize, TReturnTensor, TReturnDict>;
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

  _tokenizer_config: any;
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
  all_special_ids: number[];
  chat_template: string | Record<string, string> | null;
  special_tokens: string[];
  additional_special_tokens: string[];
  added_tokens: AddedToken[];
  /** Another one, or `null`, can take its place; so it is with the next three. */
  normalizer: Normalizer | null;
  pre_tokenizer: PreTokenizer | null;
  post_processor: PostProcessor | null;
  decoder: Decoder | null;
  model: TokenizerModel;
  model_max_length: number;
  remove_space: boolean | undefined;
  clean_up_tokenization_spaces: boolean;
  do_lowercase_and_remove_accent: boolean;
  legacy: boolean;

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
  encode(
    text: string,
    text_pair?: string | null,
    options?: { add_special_tokens?: boolean; return_token_type_ids?: boolean | null },
  ): number[];
  decode(token_ids: number[] | bigint[] | Tensor, decode_args?: common.DecodeOptions): string;
  decode_single(token_ids: number[] | bigint[], decode_args: common.DecodeOptions): string;
  batch_decode(batch: number[][] | bigint[][] | Tensor, decode_args?: common.DecodeOptions): string[];
  getToken(...keys: string[]): string | null;
  readonly default_chat_template: string;
  apply_chat_template<
    TTokenize extends boolean = true,
    TReturnTensor extends boolean = true,
    TReturnDict extends boolean = false,
  >(
    conversation: common.Message[],
    options?: ApplyChatTemplateOptions<TTokenize, TReturnTensor, TReturnDict>,
  ): ApplyChatTemplateReturn<TTokenize, TReturnTensor, TReturnDict>;
}

export interface AddedToken {
  id: number;
  content: string;
  special: boolean;
  lstrip: boolean;
  rstrip: boolean;
  single_word: boolean;
  normalized: boolean;
}

/** A part of the tokenizer at work alone; `config` has its settings, as in tokenizer.json. */
export interface TokenizerPart {
  readonly config: any;
}

export interface Normalizer extends TokenizerPart {
  (text: string): string;
  normalize(text: string): string;
}

export interface PreTokenizer extends TokenizerPart {
  (text: string | string[]): string[];
  pre_tokenize(text: string | string[]): string[];
  pre_tokenize_text(text: string): string[];
}

export interface PostProcessor extends TokenizerPart {
  (tokens: string[], tokens_pair?: string[] | null, options?: PostProcessorOptions): PostProcessedOutput;
  post_process(tokens: string[], tokens_pair?: string[] | null, options?: PostProcessorOptions): PostProcessedOutput;
}

export interface PostProcessorOptions {
  add_special_tokens?: boolean;
}

export interface PostProcessedOutput {
  tokens: string[];
  token_type_ids?: number[];
}

export interface Decoder extends TokenizerPart {
  (tokens: string[]): string;
  decode(tokens: string[]): string;
  /** The text of the tokens before it is joined. */
  decode_chain(tokens: string[]): string[];
  readonly added_tokens: AddedToken[];
  readonly end_of_word_suffix: string | null | undefined;
}

export interface TokenizerModel {
  (tokens: string[]): string[];
}

export class TokenizerModel {
  private constructor();
  /** The model that this part of a tokenizer.json describes. */
  static fromConfig(config: any, tokenizerConfig?: any): TokenizerModel;
  readonly config: any;
  readonly tokens_to_ids: Map<string, number>;
  readonly vocab: string[];
  readonly unk_token: string | undefined;
  readonly unk_token_id: number | undefined;
  readonly end_of_word_suffix: string | null | undefined;
  readonly continuing_subword_suffix: string | null | undefined;
  readonly byte_fallback: boolean | undefined;
  readonly fuse_unk: boolean;
  readonly max_input_chars_per_word: number | undefined;
  // Of Unigram, BPE or a bare vocabulary only.
  readonly scores: number[] | undefined;
  readonly minScore: number | undefined;
  readonly unkScore: number | undefined;
  readonly bosToken: string | undefined;
  readonly bosTokenId: number | undefined;
  readonly eosToken: string | undefined;
  readonly eosTokenId: number | undefined;
  readonly unkToken: string | undefined;
  readonly bos_token: string | undefined;
  readonly bos_token_id: number | undefined;
  readonly eos_token: string | undefined;
  readonly eos_token_id: number | undefined;
  readonly pad_token: string | undefined;
  readonly pad_token_id: number | undefined;
  readonly merges: string[][] | undefined;
  readonly bpe_ranks: Map<string, number> | undefined;
  ignore_merges: boolean;
  encode(tokens: string[]): string[];
  convert_tokens_to_ids(tokens: string[]): number[];
  convert_ids_to_tokens(ids: number[] | bigint[]): string[];
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
export class BloomTokenizer extends GPT2Tokenizer {}
export class CodeLlamaTokenizer extends LlamaTokenizer {}
export class XLMRobertaTokenizer extends PreTrainedTokenizer {}
export class MPNetTokenizer extends PreTrainedTokenizer {}
export class FalconTokenizer extends PreTrainedTokenizer {}
export class GPTNeoXTokenizer extends PreTrainedTokenizer {}
export class EsmTokenizer extends PreTrainedTokenizer {}
export class Wav2Vec2CTCTokenizer extends PreTrainedTokenizer {}
export class BlenderbotTokenizer extends PreTrainedTokenizer {}
export class BlenderbotSmallTokenizer extends BlenderbotTokenizer {}
export class SpeechT5Tokenizer extends PreTrainedTokenizer {}
export class NougatTokenizer extends PreTrainedTokenizer {}
export class VitsTokenizer extends PreTrainedTokenizer {}
export class Qwen2Tokenizer extends PreTrainedTokenizer {}
export class GemmaTokenizer extends PreTrainedTokenizer {}
export class CohereTokenizer extends PreTrainedTokenizer {}
export class Grok1Tokenizer extends PreTrainedTokenizer {}

export class LlamaTokenizer extends PreTrainedTokenizer {
  DEFAULT_SYSTEM_PROMPT: string;
  use_default_system_prompt: boolean;
}

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
  get_decoder_prompt_ids(options?: {
    language?: string | null;
    task?: string | null;
    no_timestamps?: boolean;
  }): [number, number][];
}

export class AutoTokenizer {
  private constructor();
  static TOKENIZER_CLASS_MAPPING: Record<string, typeof PreTrainedTokenizer>;
  /** From a model of the Hub, `org/name`, or a folder; the class is the one that the model names. */
  static from_pretrained(
    pretrained_model_name_or_path: string,
    options?: PretrainedTokenizerOptions,
  ): Promise<PreTrainedTokenizer>;
}

export const env: common.Environment;
