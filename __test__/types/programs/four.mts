// A program written for @huggingface/transformers 4: it compiles with that package's declarations, those of level v4,
// and where the name does not tell the level.
import {
  AutoTokenizer,
  LogLevel,
  PreTrainedTokenizer,
  Tensor,
  TextStreamer,
  TokenizersBackend,
  WhisperTokenizer,
  env,
  type ProgressInfo,
} from '@huggingface/transformers';

env.logLevel = LogLevel.ERROR;
env.cacheDir = './.cache';

const tokenizer = await AutoTokenizer.from_pretrained('org/name', {
  progress_callback: (info: ProgressInfo) => {
    if (info.status === 'progress') console.log(info.file, info.progress);
  },
});
const inputs = tokenizer('text');
const shape: number[] = inputs.input_ids.dims;
const type: string = inputs.input_ids.type;
const lists: number[][] = tokenizer(['a', 'b'], { return_tensor: false, padding: true }).input_ids;
const list: number[] = tokenizer('a', { return_tensor: false }).input_ids;
const tensor: Tensor = tokenizer._call(['a', 'b'], { padding: true, truncation: true }).attention_mask;
const conversation = [{ role: 'user', content: 'Hello!' }];
const prompt: string = tokenizer.apply_chat_template(conversation, { tokenize: false, add_generation_prompt: true }) as string;
const chat = tokenizer.apply_chat_template(conversation, { add_generation_prompt: true, return_dict: true });
const ids: Tensor = (chat as { input_ids: Tensor }).input_ids;
const plain = tokenizer.apply_chat_template(conversation, { return_tensor: false, return_dict: false }) as number[];

const vocab: Map<string, number> = tokenizer.get_vocab();
const one: number | undefined = tokenizer.convert_tokens_to_ids('hello');
const many: (number | undefined)[] = tokenizer.convert_tokens_to_ids(['hello', 'world']);
const tokens: string[] = tokenizer.tokenize('text', { add_special_tokens: true });
const text: string = tokenizer.decode(tokenizer.encode('text', { add_special_tokens: false }));
const texts: string[] = tokenizer.batch_decode(inputs.input_ids, { skip_special_tokens: true });
const special: string[] = tokenizer.all_special_tokens;
const limit: number = tokenizer.model_max_length;
const streamer = new TextStreamer(tokenizer, { callback_function: (piece: string) => void piece });

class Own extends TokenizersBackend {}
const own: PreTrainedTokenizer = new Own({}, {});
const whisper: WhisperTokenizer = new WhisperTokenizer({}, {});
const stamps: string = whisper.decode([1, 2], { skip_special_tokens: true });
export {
  ids, limit, list, lists, many, one, own, plain, prompt, shape, special, stamps, streamer, tensor, text, texts, tokens,
  type, vocab,
};
