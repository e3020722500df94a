// The types of the plain package, read as a program reads them.
import {
  AccessDeniedError,
  AutoTokenizer,
  BertTokenizer,
  HubError,
  LogLevel,
  PreTrainedTokenizer,
  Tensor,
  TextStreamer,
  TokenizersBackend,
  WhisperTokenizer,
  cat,
  env,
  rfft,
  slice,
  topk,
  whoami,
} from '../../index.js';
import type { BatchEncoding, ProgressInfo } from '../../index.js';
import { same } from './expect.mjs';

const tokenizer = await AutoTokenizer.from_pretrained('org/name', {
  revision: 'main',
  token: false,
  subfolder: 'sub',
  signal: new AbortController().signal,
  progress_callback: (info: ProgressInfo) =>
    info.status === 'progress' ? info.loaded / info.total : info.file,
});
same<typeof tokenizer, PreTrainedTokenizer>();
same<Awaited<ReturnType<typeof BertTokenizer.from_pretrained>>, any>();

// A call gives tensors, or arrays in the shape of the text.
const tensors = tokenizer('text');
same<typeof tensors.input_ids, Tensor>();
const one = tokenizer('text', { return_tensor: false });
same<typeof one.input_ids, number[]>();
const many = tokenizer(['a', 'b'], { return_tensor: false, padding: true, text_pair: ['c', 'd'] });
same<typeof many.input_ids, number[][]>();
const either = tokenizer('text', { return_tensor: Math.random() > 0.5 });
same<typeof either.input_ids, Tensor | number[]>();
const method = tokenizer._call(['a'], { truncation: true, max_length: 8, padding: 'max_length' });
same<typeof method.attention_mask, Tensor>();
const typeIds: Tensor | undefined = tensors.token_type_ids;
const fixed: BatchEncoding<number[]> = one;
// @ts-expect-error -- an array of texts has an array of second texts
tokenizer(['a'], { text_pair: 'b' });
// @ts-expect-error -- no text
tokenizer(5);
// @ts-expect-error -- no such padding
tokenizer('a', { padding: 'longest' });

// What no level has.
const full = tokenizer('text', {
  return_tensor: false,
  return_offsets_mapping: true,
  stride: 2,
  truncation: 'python',
  max_length: 8,
  return_overflowing_tokens: true,
  pad_to_multiple_of: 8,
  padding_side: 'left',
  offset_unit: 'utf16',
});
same<typeof full.offset_mapping, [number, number][] | undefined>();
tokenizer([['two', 'words']], { is_split_into_words: true });
const counted: number = tokenizer.count_tokens('text');
const background: Promise<number[]> = tokenizer.encode_async('text', {
  signal: new AbortController().signal,
});
const later = await tokenizer.call_async(['a'], { return_tensor: false });
same<typeof later.input_ids, number[][]>();
const stream = tokenizer.decode_stream({ skip_special_tokens: true });
const piece: string = stream.push(5n) + stream.push([1, 2]) + stream.flush();
const engine: 'compiled' | 'reference' = tokenizer.engine;
tokenizer.add_tokens(['new', { content: 'other', special: true }]);

const ids: number[] = tokenizer.encode('text', { text_pair: 'other' });
const sameIds: number[] = tokenizer.encode('text', 'other', { add_special_tokens: false });
const text: string = tokenizer.decode(ids, { skip_special_tokens: true });
tokenizer.decode(tensors.input_ids);
const texts: string[] = tokenizer.batch_decode(tensors.input_ids);
const id: number | undefined = tokenizer.convert_tokens_to_ids('token');
const listed: (number | undefined)[] = tokenizer.convert_tokens_to_ids(['token']);

// Chats: text, tensors, arrays, with names or without.
const chat = [{ role: 'user', content: 'hello' }];
const prompt = tokenizer.apply_chat_template(chat, {
  tokenize: false,
  add_generation_prompt: true,
  enable_thinking: false,
});
same<typeof prompt, string>();
const dictionary = tokenizer.apply_chat_template(chat);
same<typeof dictionary.input_ids, Tensor>();
const array = tokenizer.apply_chat_template(chat, { return_tensor: false, return_dict: false });
same<typeof array, number[]>();
const tensor = tokenizer.apply_chat_template(chat, { return_dict: false });
same<typeof tensor, Tensor>();
const prompts = tokenizer.apply_chat_template([chat, chat], { tokenize: false });
same<typeof prompts, string[]>();

const value: bigint | number = tensors.input_ids[0]![0]!.item();
const joined: Tensor = cat([tensors.input_ids, tensors.input_ids.repeat(1, 1)], 0);
new Tensor('int64', new BigInt64Array(2), [1, 2]).to('int32').slice([0, 1], null);
const [, best] = await topk(await slice(joined, [0], [5], [-1], [2]), 1);
const waves: Promise<Tensor> = rfft(joined, best);
const whisper = new WhisperTokenizer({}, {});
const [transcript, { chunks }] = whisper._decode_asr([{ tokens: [1n] }], { time_precision: 0.02 });
const again: typeof PreTrainedTokenizer = TokenizersBackend;
env.logLevel = LogLevel.ERROR;
env.tokenVariables = ['OTHER_TOKEN'];
new TextStreamer(tokenizer, { callback_function: (part) => part.length });
try {
  await whoami();
} catch (error) {
  if (error instanceof AccessDeniedError) same<typeof error.status, number | undefined>();
  if (error instanceof HubError) console.log(error.code, error.hint);
}
export {
  again,
  background,
  chunks,
  counted,
  engine,
  fixed,
  id,
  joined,
  listed,
  piece,
  sameIds,
  text,
  texts,
  transcript,
  typeIds,
  value,
  waves,
};
