// Types of what is inside `lib`; the public types are in ../plain.d.ts.

/** A native object; only functions of `Native` look inside. */
export type External = object;

export interface AddedTokenInfo {
  id: number;
  content: string;
  special: boolean;
  lstrip: boolean;
  rstrip: boolean;
  single_word: boolean;
  normalized: boolean;
}

export interface Info {
  engine: string;
  reason?: string | null;
  model_type: string;
  vocab_size: number;
  added_tokens: AddedTokenInfo[];
  has_post_processor: boolean;
  type_ids: boolean;
  decoder_end_of_word_suffix: string | null;
  normalizer: string | null;
  pre_tokenizer: string | null;
  decoder: string | null;
}

export interface NativeTruncation {
  maxLength: number;
  stride: number;
  strategy: string;
  direction: string;
}

export interface BatchOptions {
  addSpecialTokens: boolean;
  truncation?: NativeTruncation;
  cut?: number;
  padding?: { length?: number; atMost?: number; id: number; left: boolean; multipleOf?: number };
  typeIds: boolean;
  flat: boolean;
}

/** What only `encodeFull` takes. */
export interface FullRequest extends BatchOptions {
  /** Whether `encodeFull` must serve. */
  full?: boolean;
  overflow?: boolean;
  specialTokensMask?: boolean;
  offsets?: boolean;
  utf16?: boolean;
  wordIds?: boolean;
  words?: number[];
  pairWords?: number[];
}

/** What a subclass makes of texts. */
export interface Adapted {
  texts?: string[];
  pairs?: any[] | null;
  /** Written over the language that the post-processor puts. */
  language?: { id: number; distance: number; fromEnd: boolean };
  /** A token before each text; -1 for none. */
  prefixes?: number[];
  /** The same of second texts. */
  pairPrefixes?: number[];
  /** These tokens as they are shown, of texts and of second texts. */
  prefixTokens?: (string | null)[][];
}

/** Rows one after the other: a matrix, or with `lengths` of their own. */
export interface Batch {
  inputIds: any;
  attentionMask: any;
  tokenTypeIds?: any;
  specialTokensMask?: any;
  offsetMapping?: any;
  wordIds?: Float64Array;
  lengths: Uint32Array;
  samples: Uint32Array;
  /** The length that all rows of `encodeFull` have. */
  width?: number;
  /** The matrix of `encodeBatch`. */
  rows?: number;
  columns?: number;
}

/** One call of a tokenizer, ready to run on this thread or off it. */
export interface CallPlan {
  texts: string[];
  pairs: (string | null)[] | null;
  /** null where JavaScript must make the rows. */
  request: FullRequest | null;
  finish(batch: Batch | null): any;
  slow(): any;
}

export interface LoadRequest {
  model: string;
  revision?: string;
  subfolder?: string;
  cacheDir?: string;
  localModelPath?: string;
  allowLocal: boolean;
  allowRemote: boolean;
  localFilesOnly: boolean;
  token?: string | boolean;
  remoteHost?: string;
  tokenVariables: string[];
  variables: Record<string, string>;
  forceDownload: boolean;
  strict: boolean;
  preload?: boolean;
  progress: boolean;
  userAgent: string;
  files: { name: string; required: boolean }[];
  engine?: string;
  targetLang?: string;
}

export interface NativeEvent {
  status: 'initiate' | 'download' | 'progress' | 'done' | 'warning' | 'end';
  file?: string;
  loaded?: number;
  total?: number;
  code?: string;
  message?: string;
}

export interface LoadResult {
  tokenizer: External;
  files: Record<string, string | null>;
  commit: string | null;
  source: 'local' | 'cache' | 'network';
  folder: string | null;
}

/** The addon's functions for short calls, and the array that they share. */
export interface HotPath {
  ids: Uint32Array;
  encode(slot: number, text: string, addSpecialTokens: boolean): number;
  count(slot: number, text: string, addSpecialTokens: boolean): number;
  decode(slot: number, count: number, skip: boolean, cleanUp: boolean): string;
}

/** A streaming decoder; null where no text is certain. */
export interface NativeStream {
  push(id: number): string | null;
  flush(): string | null;
}

/** What binding.js exports, as far as it is used. */
export interface Binding {
  cancellation(): External;
  cancel(token: External): void;
  load(
    request: LoadRequest,
    onEvent: (event: NativeEvent) => void,
    cancelled?: External,
  ): Promise<LoadResult>;
  fromJson(json: string, engine?: string | null, targetLang?: string | null): External;
  info(t: External): string;
  slot(t: External): number;
  typesAreZero(t: External): boolean;
  hotPath(room: number): HotPath;
  encodePair(t: External, text: string, pair: string, addSpecialTokens: boolean): number;
  moreIds(start: number): number;
  countPair(t: External, text: string, pair: string, addSpecialTokens: boolean): number;
  inbox(): External;
  putTexts(inbox: External, texts: (string | null)[], continued: boolean): void;
  setTexts(inbox: External, texts: (string | null)[]): void;
  encodeManyAsync(
    t: External,
    texts: External,
    pairs: External | null,
    addSpecialTokens: boolean,
    cancelled?: External,
  ): Promise<{ ids: Uint32Array; counts: Uint32Array }>;
  encodeFull(t: External, texts: External, pairs: External | null, options: FullRequest): Batch;
  encodeFullAsync(
    t: External,
    texts: External,
    pairs: External | null,
    options: FullRequest,
    cancelled?: External,
  ): Promise<Batch>;
  encodeBatch(t: External, texts: string[], pairs: any[] | null, options: BatchOptions): Batch | null;
  encodeBatchAsync(
    t: External,
    texts: External,
    pairs: External | null,
    options: BatchOptions,
    cancelled?: External,
  ): Promise<Batch | null>;
  decodeBatchAsync(
    t: External,
    ids: Uint32Array,
    counts: Uint32Array,
    skip: boolean,
    cleanUp: boolean,
    cancelled?: External,
  ): Promise<string[]>;
  tokenize(t: External, text: string, pair: string | null, addSpecialTokens: boolean): string[];
  decode(t: External, ids: Uint32Array | number[], skip: boolean, cleanUp: boolean): string;
  decodeBatch(
    t: External,
    ids: Uint32Array,
    counts: Uint32Array,
    skip: boolean,
    cleanUp: boolean,
  ): string[];
  tokenToId(t: External, token: string): number | null;
  idToToken(t: External, id: number): string | null;
  shown(t: External, ids: number[]): (string | null)[];
  decodeChain(t: External, tokens: string[]): string[];
  vocab(t: External): { tokens: string[]; ids: Uint32Array };
  addTokens(t: External, tokens: object[]): { tokenizer: External; added: number };
  addTokensHere(t: External, tokens: object[]): number;
  toJson(t: External): string;
  decodeStream(t: External, skip: boolean): NativeStream;
  renderChat(
    template: string,
    context: string,
    trackGeneration: boolean,
    continueFinalMessage: string | undefined,
    aliasReasoning: boolean,
  ): { text: string; generation: number[] };
  defaultChatTemplate(tokenizerClass: string, useDefaultSystemPrompt: boolean): string | null;
  whoami(request: object, onEvent: (event: NativeEvent) => void, cancelled?: External): Promise<string>;
  checkAccess(request: object, onEvent: (event: NativeEvent) => void, cancelled?: External): Promise<void>;
  snapshot(request: object, onEvent: (event: NativeEvent) => void, cancelled?: External): Promise<any>;
  download(request: object, onEvent: (event: NativeEvent) => void, cancelled?: External): Promise<any>;
  scanCache(request: object): Promise<string>;
  deleteFromCache(request: object): Promise<number>;
}

/** Options of `tokenizer(text, options)` after defaults. */
export interface CallOptions {
  text_pair: any;
  add_special_tokens: boolean;
  padding: any;
  truncation: any;
  max_length: any;
  return_tensor: boolean;
  return_token_type_ids: boolean | null;
}

/** How long rows may be: `upTo`, or the longest row where that is shorter. */
export interface Lengths {
  upTo: number;
  longest: boolean;
  truncation: any;
}

export interface Rows {
  input_ids: number[][];
  attention_mask: number[][];
  token_type_ids?: number[][];
}

/** What differs between the majors of transformers.js. */
export interface Level {
  name: 'v2' | 'v3' | 'v4' | 'plain';
  package: string;
  version: string;
  /** Whose list of names in `upstream/` has what is not ours. */
  upstream: string;
  /** Exports that only this level has. */
  exports(api: Api): Record<string, any>;
  /** Tokenizer classes and, where it is not PreTrainedTokenizer, what they extend. */
  classes: Record<string, string | null>;
  /** AutoTokenizer.TOKENIZER_CLASS_MAPPING is there. */
  classMapping: boolean;
  /** `length` of tokenizer classes where a subclass would have another. */
  constructorLengths: Record<string, number>;
  /** TokenizerModel, where the level shows the parts of a tokenizer. */
  models: null | (() => any);
  /** More names of classes: [name, of]. */
  aliases: [string, string][];
  /** Methods and accessors of PreTrainedTokenizer.prototype beside the common ones. */
  members(api: Api): object;
  /** Throws where this level's constructor does. */
  validate(json: any, config: any): void;
  /** Own properties of a new tokenizer. */
  setUp(tokenizer: any, json: any, config: any): void;
  /** What follows the text in encode(). */
  encodeArguments(second: any, third: any): { text_pair: any; add_special_tokens: any };
  /** The other way round: what follows the text for a pair and options. */
  spreadArguments(pair: string | null, options: object): any[];
  /** The second text, or null where this level takes what is given for none. */
  textPair(pair: any): any;
  /** `return_tensor: null` is as if not given. */
  nullIsDefault: boolean;
  lengths(options: CallOptions, modelMaxLength: any, warn: (message: string) => void): Lengths;
  /** `tokenizer(text)` with what only plain has; null where nothing of it is asked for. */
  extras: null | ((api: Api, tokenizer: any, text: any, options: any) => CallPlan | null);
  chat: {
    /** apply_chat_template knows tools, documents and return_dict. */
    tools: boolean;
    /** The default of return_dict. */
    returnDict: boolean;
    /** A message's reasoning goes by all the names that Python knows for it. */
    aliasReasoning: boolean;
    /** Batched chats and the like; null where nothing of it is asked for. */
    extras: null | ((api: Api, tokenizer: any, conversation: any, options: any) => { value: any } | null);
    resolve(tokenizer: any, template: any, tools: any): any;
  };
  whisper: {
    /** `0` or `0.00` in `<|0.00|>`. */
    timestamp(seconds: number): string;
    rules: AsrRules;
    members: object;
  };
  llama: { legacy: boolean; defaultSystemPrompt: boolean };
  /** Whether `_encode_text` puts special tokens around the text. */
  textHasSpecial: boolean;
  /** An added token is shown with the blanks that it takes in, as in Python. */
  showsBlanks: boolean;
  /** `decode_single` says of what is no list of ids what `decode` says. */
  singleIsChecked: boolean;
  /** LlamaTokenizer pads on the left. */
  llamaPadsLeft: boolean;
  /** The property that lists special tokens. */
  specialTokens: 'special_tokens' | 'all_special_tokens';
  tensor: TensorRules;
  /** The first settings of `env`, made anew for each. */
  envStart(version: string, root: string): object;
  env: object;
  /** A path given for an id is looked for among the local models. */
  pathsAreIds: boolean;
  /** What from_pretrained says first when the id is missing or no string. */
  missingId(id: any): string;
  /** What it says first when the id is a path and nothing is there. */
  missingFolder(file: string, id: string): string;
  /** What tokenizer([null]) says. */
  badText(value: any): string;
  /** The file that an error of access names. */
  errorFile: string;
  /** `name` of an error. */
  errorName(error: any): string;
}

/** How _decode_asr reads time stamps. */
export interface AsrRules {
  /** Ids after the last time stamp (30 s) are text. */
  capped: boolean;
  /** Texts of one token that last no longer than one step: punctuation. */
  isShort: ((text: string) => boolean) | null;
  /** What stands alone between words; asked anew for each transcript. */
  punctuation: () => (text: string) => boolean;
  /** In an overlap only tokens match whose times are in order; null where times do not count. */
  inOrder: ((left: [number, number | null], right: [number, number | null]) => boolean) | null;
  /** Where nothing overlaps, what is before the end of the left side is left out. */
  forwardOnly: boolean;
  /** Ends of words stay within their chunk. */
  clampToChunk: boolean;
}

export interface TensorRules {
  /** dims, type and data are own fields; otherwise they are in `ort_tensor`. */
  fields: boolean;
  /** Methods that this level has not. */
  without: string[];
  /** slice([-2, null]) works. */
  negativeRanges: boolean;
  /** What `norm` of integers throws. */
  noFloats: (type: string) => Error;
  /** to() converts between BigInt and Number. */
  convertsBigInt: boolean;
  /** How far beyond the middle `interpolate_4d` still takes the lower of two nearest. */
  halfway: number;
}

export interface Api {
  level: Level;
  env: any;
  Tensor: any;
  warn(message: string): void;
  /** All classes of tokenizers by name. */
  classes: Record<string, any>;
  /** The api of another level with the same env. */
  at(level: string): Api;
  exports: Record<string, any>;
}
