// What only @huggingface/transformers 3 has: it compiles with that package's declarations and those of level v3.
import { AutoTokenizer, PreTrainedTokenizer, TokenizerModel } from '@huggingface/transformers';

const tokenizer: PreTrainedTokenizer = await AutoTokenizer.from_pretrained('org/name', { legacy: false });
const model: TokenizerModel = tokenizer.model;
const id: number | undefined = model.tokens_to_ids.get('hello');
const ids: number[] = model.convert_tokens_to_ids(['hello']);
const tokens: string[] = model.convert_ids_to_tokens([1, 2]);
const words: string[] | undefined = tokenizer.pre_tokenizer?.pre_tokenize('hello world');
const normal: string | undefined = tokenizer.normalizer?.normalize('Hello');
const text: string | undefined = tokenizer.decoder?.decode(['hello']);
const chain: string[] | undefined = tokenizer.decoder?.decode_chain(['hello']);
const again: TokenizerModel = TokenizerModel.fromConfig(model.config, {});
const special: string[] = tokenizer.special_tokens;
tokenizer.special_tokens = [...special, 'hello'];
const added = tokenizer.added_tokens.map(({ content }) => content);
tokenizer.clean_up_tokenization_spaces = false;
tokenizer.model_max_length = 512;
const chat = tokenizer.apply_chat_template([{ role: 'user', content: 'hello' }], { return_tensor: false }) as number[];
export { added, again, chain, chat, id, ids, normal, text, tokens, words };
