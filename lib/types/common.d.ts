// Types that every level shares.

/** An event of loading; of each file, in this order. */
export type ProgressInfo =
  | { status: 'initiate' | 'download' | 'done'; name: string; file: string }
  | { status: 'progress'; name: string; file: string; progress: number; loaded: number; total: number }
  /**
   * Something that went otherwise than wanted, as a cached copy in place of the Hub's; also on the console. It is
   * about all files, so `file` is empty.
   */
  | { status: 'warning'; name: string; file: ''; code: string; message: string };

export type ProgressCallback = (info: ProgressInfo) => void;

/** Options of the functions that reach the Hub. */
export interface HubOptions {
  /** Branch, tag or commit. Default: `main`. */
  revision?: string;
  /** A token, `false` to send none, or `true` for `HF_TOKEN` and its other places, the default unless disabled. */
  token?: string | boolean | null;
  /** The old name of `token`. */
  use_auth_token?: string | boolean | null;
  /** Another folder than the one that all Hugging Face tools share. */
  cache_dir?: string | null;
  /** Opens no connection. */
  local_files_only?: boolean;
  /** Downloads even what is in the cache. */
  force_download?: boolean;
  /** Refuses a cached copy where the Hub denies access or cannot be reached. */
  strict?: boolean;
  /** Draws progress bars on stderr, where that is a terminal. */
  progress?: boolean;
  /** Ends the call. */
  signal?: AbortSignal | null;
}

export interface PretrainedTokenizerOptions extends HubOptions {
  // Programs for version 2 have it as a Function.
  progress_callback?: ProgressCallback | Function | null;
  /** Folder inside the repository. */
  subfolder?: string;
  /** The language of a vocabulary that has several (MMS). */
  target_lang?: string;
  /** Not used. */
  config?: any;
}

export type BatchEncodingArrayItem<TText> = TText extends readonly string[] ? number[][] : number[];

/** A Tensor, or arrays in the shape of the text. */
export type BatchEncodingItem<TText, TReturnTensor extends boolean, TTensor> = TReturnTensor extends true
  ? TTensor
  : BatchEncodingArrayItem<TText>;

export interface BatchEncoding<TItem> {
  input_ids: TItem;
  attention_mask: TItem;
  /** For tokenizers that tell a first text from a second. */
  token_type_ids?: TItem;
}

export interface TokenizerCallOptions<TText, TReturnTensor extends boolean = true> {
  text_pair?: (TText extends readonly string[] ? readonly string[] : string) | null;
  padding?: boolean | 'max_length';
  add_special_tokens?: boolean;
  truncation?: boolean | null;
  max_length?: number | null;
  return_tensor?: TReturnTensor;
  return_token_type_ids?: boolean | null;
}

export interface EncodeOptions {
  text_pair?: string | null;
  add_special_tokens?: boolean;
  return_token_type_ids?: boolean | null;
}

export interface TokenizeOptions {
  pair?: string | null;
  add_special_tokens?: boolean;
}

export interface DecodeOptions {
  skip_special_tokens?: boolean;
  clean_up_tokenization_spaces?: boolean | null;
  /** Whisper only. */
  decode_with_timestamps?: boolean;
  /** Whisper only. */
  time_precision?: number;
}

export type MessageContent =
  | { type: 'text'; text: string; [key: string]: any }
  | { type: 'image'; image?: any; [key: string]: any }
  | { type: string & {}; [key: string]: any };

export interface Message {
  role: 'user' | 'assistant' | 'system' | (string & {});
  content?: string | MessageContent[] | null;
  [key: string]: any;
}

export interface ApplyChatTemplateOptions<
  TTokenize extends boolean = true,
  TReturnTensor extends boolean = true,
  TReturnDict extends boolean = true,
> {
  /** A template, or the name of one of the tokenizer's. */
  chat_template?: string | null;
  /** JSON schemas of functions. */
  tools?: object[] | null;
  documents?: Record<string, string>[] | null;
  add_generation_prompt?: boolean;
  tokenize?: TTokenize;
  padding?: boolean | 'max_length';
  truncation?: boolean | null;
  max_length?: number | null;
  return_tensor?: TReturnTensor;
  return_dict?: TReturnDict;
  /** Options of the call that makes the ids. */
  tokenizer_kwargs?: Record<string, any>;
  /** Values for the template. */
  [key: string]: any;
}

export type ApplyChatTemplateReturn<
  TText,
  TTokenize extends boolean,
  TReturnTensor extends boolean,
  TReturnDict extends boolean,
  TTensor,
> = TTokenize extends false
  ? string
  : TReturnDict extends false
    ? BatchEncodingItem<TText, TReturnTensor, TTensor>
    : BatchEncoding<BatchEncodingItem<TText, TReturnTensor, TTensor>>;

export interface GetChatTemplateOptions {
  chat_template?: string | null;
  tools?: object[] | null;
}

/** Settings, read at each call. */
export interface Environment {
  readonly version: string;
  backends: { onnx: Record<string, any>; [name: string]: any };
  allowRemoteModels: boolean;
  /** The Hub to ask. As long as it is the default, `HF_ENDPOINT` decides. */
  remoteHost: string;
  remotePathTemplate: string;
  allowLocalModels: boolean;
  /** Where ids are looked up as folders first. */
  localModelPath: string;
  useFS: boolean;
  useBrowserCache: boolean;
  useFSCache: boolean;
  /** `null`: the folder that all Hugging Face tools share. */
  cacheDir: string | null;
  useCustomCache: boolean;
  customCache: any;
  /** Names of the variables that may hold the token, instead of `HF_TOKEN` and the like. */
  tokenVariables: string[] | null;
  /** Which engine serves; `null`: the faster one that knows the model. */
  engine: 'auto' | 'compiled' | 'reference' | null;
  /** Which major of transformers.js `from_pretrained` follows; `null`: that of the import. */
  apiLevel: 'v2' | 'v3' | 'v4' | 'plain' | null;
}

/** Settings that came with level v4. */
export interface EnvironmentSinceV4 extends Environment {
  logLevel: number;
  useWasmCache: boolean;
  cacheKey: string;
  experimental_useCrossOriginStorage: boolean;
  fetch: typeof globalThis.fetch;
}

export interface AsrSequence {
  tokens: readonly (number | bigint)[];
  token_timestamps?: readonly number[];
  /** Length of the piece, and how much of it the pieces before and after have too, in seconds. */
  stride?: readonly [number, number, number];
}

export interface AsrOptions {
  return_timestamps?: boolean | 'word';
  return_language?: boolean;
  /** Seconds a step; must be given. */
  time_precision?: number | null;
  force_full_sequences?: boolean;
}

export interface AsrChunk {
  language?: string | null;
  timestamp?: [number | null, number | null];
  text: string;
}

export type AsrResult = [string, { chunks?: AsrChunk[] }];

export interface GenerateLanguages {
  src_lang?: string;
  tgt_lang: string;
  forced_bos_token_id?: number;
  [key: string]: any;
}

/** Gives the text of each new id, whole characters only. */
export class DecodeStream {
  constructor(tokenizer: object, options?: { skip_special_tokens?: boolean });
  push(ids: number | bigint | Iterable<number | bigint>): string;
  flush(): string;
}

export abstract class BaseStreamer {
  put(value: readonly (readonly (number | bigint)[])[]): void;
  end(): void;
}

export interface TextStreamerOptions {
  skip_prompt?: boolean;
  skip_special_tokens?: boolean;
  callback_function?: ((text: string) => void) | null;
  token_callback_function?: ((tokens: any) => void) | null;
  decode_kwargs?: DecodeOptions;
  [key: string]: any;
}

export class TextStreamer extends BaseStreamer {
  constructor(tokenizer: object, options?: TextStreamerOptions);
  on_finalized_text(text: string, stream_end: boolean): void;
}

export class WhisperTextStreamer extends TextStreamer {
  constructor(
    tokenizer: object,
    options?: TextStreamerOptions & {
      on_chunk_start?: ((seconds: number) => void) | null;
      on_chunk_end?: ((seconds: number) => void) | null;
      on_finalize?: (() => void) | null;
      time_precision?: number;
    },
  );
}

/** Whose token is sent, and what it may do; never the token. */
export interface Account {
  name: string;
  fullname: string | null;
  /** `user`, `org` or `app`. */
  kind: string;
  orgs: { name: string; role: string | null }[];
  token: {
    name: string | null;
    role: string | null;
    created_at: string | null;
    expires_at: string | null;
    /** Where it was found, such as `HF_TOKEN`. */
    source: string;
    scopes: string[];
    /** Whether it can read gated repositories that the account has access to; `null` if the Hub does not say. */
    can_read_gated: boolean | null;
    /** The same as a sentence. */
    gated: string;
  };
}

/** Where the files of a repository are. */
export interface SavedFiles {
  commit: string;
  source: 'cache' | 'network';
  folder: string;
  /** Each file's path by its name. */
  files: Record<string, string | null | undefined>;
}

/** What a cache folder holds; sizes are bytes on disk. */
export interface CacheReport {
  root: string;
  size: number;
  repos: {
    id: string;
    kind: string;
    folder: string;
    size: number;
    revisions: {
      commit: string;
      refs: string[];
      folder: string;
      size: number;
      files: { name: string; path: string; blob: string; size: number }[];
    }[];
  }[];
  /** What broken-off downloads have left, with sizes. */
  incomplete: [string, number][];
  warnings: string[];
}

export interface SnapshotOptions extends HubOptions {
  allow_patterns?: string | string[];
  ignore_patterns?: string | string[];
  progress_callback?: ProgressCallback;
}

export interface DownloadOptions extends HubOptions {
  subfolder?: string;
  progress_callback?: ProgressCallback;
}

export function whoami(options?: HubOptions): Promise<Account>;
/** Resolves where a repository can be read, rejects with the reason where not. */
export function checkAccess(id: string, options?: HubOptions): Promise<void>;
/** All files of a repository, or those that patterns name, in the cache. */
export function snapshot(id: string, options?: SnapshotOptions): Promise<SavedFiles>;
/** One file of a repository in the cache; gives its path. */
export function download(id: string, file: string, options?: DownloadOptions): Promise<string>;
/** Puts tokenizers in the cache. */
export function preload(ids: string | readonly string[], options?: PretrainedTokenizerOptions): Promise<void>;
export function scanCache(options?: { cache_dir?: string }): Promise<CacheReport>;
/** Removes a repository, or one revision of it, and gives how many bytes that freed. */
export function deleteFromCache(
  id: string,
  options?: { cache_dir?: string; revision?: string },
): Promise<number>;
