// A program written for @huggingface/transformers 3: it compiles with that package's declarations, those of levels v3
// and v4, and where the name does not tell the level.
import {
  AutoTokenizer,
  PreTrainedTokenizer,
  Tensor,
  TextStreamer,
  WhisperTokenizer,
  cat,
  env,
  full,
  interpolate_4d,
  layer_norm,
  matmul,
  mean_pooling,
  ones,
  ones_like,
  quantize_embeddings,
  slice,
  stack,
  topk,
  zeros,
} from '@huggingface/transformers';

env.useFSCache = true;
env.cacheDir = './.cache';

let tokenizer: PreTrainedTokenizer | null = null;
tokenizer ??= await AutoTokenizer.from_pretrained('org/name', {
  revision: 'main',
  progress_callback: (info: any) => {
    if (info.status === 'progress') console.log(info.file, info.progress, info.loaded, info.total);
  },
});

const { input_ids, attention_mask } = tokenizer(['a', 'b'], { padding: true, truncation: true });
const feeds = { input_ids, attention_mask, position_ids: ones_like(attention_mask) };
const dims: number[] = input_ids.dims;
const data: number[] = Array.from(input_ids.data as BigInt64Array).map(Number);
const longest: number = Math.max(...(input_ids.dims as number[]));
const lists: number[][] = tokenizer(['a', 'b'], { return_tensor: false }).input_ids as number[][];
const flat: number[] = tokenizer('a', { return_tensor: false }).input_ids as number[];
const pair = tokenizer('a', { text_pair: 'b', max_length: 8, padding: 'max_length', truncation: true });
const ids: number[] = tokenizer.encode('a', { text_pair: 'b', add_special_tokens: false });
const tokens: string[] = tokenizer.tokenize('a', { pair: 'b', add_special_tokens: true });
const text: string = tokenizer.decode(ids, { skip_special_tokens: true });
const fromTensor: string = tokenizer.decode(input_ids.slice(0) as Tensor, { skip_special_tokens: true });
const texts: string[] = tokenizer.batch_decode(input_ids.slice([0, 1]) as Tensor, { skip_special_tokens: true });

const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hello!' },
];
const prompt = tokenizer.apply_chat_template(messages, { tokenize: false, add_generation_prompt: true }) as string;
const chat = tokenizer.apply_chat_template(messages, {
  add_generation_prompt: true,
  return_dict: true,
}) as { input_ids: Tensor; attention_mask: Tensor };
const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
const withTools = tokenizer.apply_chat_template(messages, { tools, tokenize: false }) as string;
const template: string = tokenizer.get_chat_template();

const streamer = new TextStreamer(tokenizer, {
  skip_prompt: true,
  skip_special_tokens: true,
  callback_function: (piece: string) => console.log(piece),
});
const eos = tokenizer.eos_token_id;
const stop = tokenizer.pad_token_id ?? tokenizer.eos_token_id;
tokenizer.padding_side = 'left';
tokenizer.chat_template = template;
const special: number[] = tokenizer.all_special_ids;

const hidden = new Tensor('float32', new Float32Array(12), [1, 3, 4]);
const pooled: Tensor = mean_pooling(hidden, attention_mask);
const normal = layer_norm(pooled, [pooled.dims[1]!]).slice(null, [0, 2]).normalize(2, -1);
const bits = quantize_embeddings(normal, 'ubinary').tolist();
const both = stack([hidden, cat([hidden], 0)], 0);
const filled = [full([2], 1), ones([2]), zeros([2, 3]), hidden.mean(), hidden.to('float16')];
const ops: Promise<Tensor>[] = [
  matmul(hidden, hidden),
  interpolate_4d(hidden, { size: [2, 2] }) as Promise<Tensor>,
  slice(hidden, [0], [1], [0]) as Promise<Tensor>,
];
const [values, indices] = await topk(hidden, 2);

class Mine extends PreTrainedTokenizer {
  extra = 1;
}
const mine: PreTrainedTokenizer = new Mine({}, {});
const whisper = (await AutoTokenizer.from_pretrained('org/whisper')) as WhisperTokenizer;
const begin: number = whisper.timestamp_begin;
function count(t: PreTrainedTokenizer, value: string): number {
  return t(value).input_ids.dims[1] as number;
}
export {
  begin, bits, both, chat, count, data, dims, eos, feeds, filled, flat, fromTensor, indices, lists, longest, mine, ops,
  pair, prompt, special, stop, streamer, text, texts, tokens, values, withTools,
};
