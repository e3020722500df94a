// A program written for @xenova/transformers 2: it compiles with that package's declarations, those of level v2, and
// where the name does not tell the level.
import {
  AutoTokenizer,
  BertTokenizer,
  LlamaTokenizer,
  NllbTokenizer,
  PreTrainedTokenizer,
  Tensor,
  WhisperTokenizer,
  cat,
  cos_sim,
  dot,
  env,
  mean_pooling,
  softmax,
} from '@xenova/transformers';

env.allowLocalModels = true;
env.allowRemoteModels = false;
env.localModelPath = './models';
env.cacheDir = './.cache';
env.remoteHost = 'https://hub.example/';
env.remotePathTemplate = '{model}/resolve/{revision}/';

class Embedder {
  static tokenizer: Promise<PreTrainedTokenizer> | null = null;
  private ready: PreTrainedTokenizer | undefined;

  static get(progress_callback?: Function): Promise<PreTrainedTokenizer> {
    return (this.tokenizer ??= AutoTokenizer.from_pretrained('Xenova/all-MiniLM-L6-v2', { progress_callback }));
  }

  async count(text: string): Promise<number> {
    const tokenizer = (this.ready ??= await Embedder.get());
    return tokenizer.encode(text).length;
  }
}

const tokenizer = await AutoTokenizer.from_pretrained('org/name', {
  quantized: true,
  revision: 'main',
  cache_dir: './cache',
  local_files_only: false,
  config: null,
  progress_callback: (progress: any) => console.log(progress.status, progress.file, progress.progress),
});
const bert: PreTrainedTokenizer = await BertTokenizer.from_pretrained('org/name');
const { input_ids, attention_mask } = await tokenizer('text');
const inputs = tokenizer(['one', 'two'], { padding: true, truncation: true, max_length: 8 });
const pair = tokenizer('one', { text_pair: 'two', return_token_type_ids: true });
const pairs = tokenizer(['one'], { text_pair: ['two'], padding: 'max_length', max_length: 8 });
const lists = tokenizer(['one', 'two'], { return_tensor: false, add_special_tokens: false });
const rows: number[][] = lists.input_ids;
const row: number[] = tokenizer('one', { return_tensor: false }).input_ids;
const feeds: Record<string, { data: BigInt64Array; dims: number[] }> = {};
for (const [name, value] of Object.entries(inputs)) {
  const tensor = value as Tensor;
  feeds[name] = { data: tensor.data as BigInt64Array, dims: tensor.dims };
}
const numbers: number[] = Array.from(input_ids.data as BigInt64Array, Number);
const nested: any[] = input_ids.tolist();
const [first] = input_ids.dims;
const shape: string = inputs.input_ids.dims.join('x');
const both: Tensor = cat([input_ids, input_ids], 0);
const sub = input_ids.slice(0, [0, 2]);
const size: number = attention_mask.size;
const hidden = new Tensor('float32', new Float32Array(12), [1, 3, 4]);
const pooled = mean_pooling(hidden, pair.attention_mask).normalize(2, -1).tolist();
const similarity: number = cos_sim([1, 2], [3, 4]) + dot([1], [2]) + softmax([1, 2])[0]!;

const ids: number[] = tokenizer.encode('text', null, { add_special_tokens: false });
const second: number[] = tokenizer.encode('one', 'two');
const text: string = tokenizer.decode(ids, { skip_special_tokens: true, clean_up_tokenization_spaces: false });
const again: string = tokenizer.decode([...ids], {});
const texts: string[] = tokenizer.batch_decode(rows, { skip_special_tokens: true });
const fromTensor: string[] = tokenizer.batch_decode(inputs.input_ids, { skip_special_tokens: true });
const single: string = tokenizer.decode_single(ids, {});
const prompt = tokenizer.apply_chat_template([{ role: 'user', content: 'hello' }], {
  tokenize: false,
  add_generation_prompt: true,
}) as string;

tokenizer.padding_side = 'left';
tokenizer.pad_token_id = 0;
const limit: number = Math.min(512, tokenizer.model_max_length);
const known = [tokenizer.pad_token, tokenizer.mask_token_id, tokenizer.unk_token, tokenizer.sep_token_id];
const special: number[] = tokenizer.all_special_ids;

class Marked extends PreTrainedTokenizer {
  override _encode_text(value: any) {
    return super._encode_text(value === null ? null : value.trim());
  }
}
const marked = new Marked({}, {});
const more: number[] = marked.encode('one');
const nllb = (await AutoTokenizer.from_pretrained('org/nllb')) as NllbTokenizer;
const translation = nllb._build_translation_inputs('hello', {}, { src_lang: 'eng_Latn', tgt_lang: 'fra_Latn' });
const whisper = (await WhisperTokenizer.from_pretrained('org/whisper')) as WhisperTokenizer;
const [heard, { chunks }] = whisper._decode_asr([{ tokens: [1n] as any, stride: [30, 0, 5] }], {
  time_precision: 0.02,
  return_timestamps: true,
  force_full_sequences: false,
}) as any;
const llama = new LlamaTokenizer({}, {});
export {
  Embedder, again, bert, both, chunks, feeds, first, fromTensor, heard, known, limit, llama, more, nested,
  numbers, pairs, pooled, prompt, second, shape, similarity, single, size, special, sub, text, texts, translation, row,
};
