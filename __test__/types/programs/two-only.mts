// What only @xenova/transformers 2 has: it compiles with that package's declarations and those of level v2.
import { AutoTokenizer, Grok1Tokenizer, PreTrainedTokenizer, TokenizerModel, WhisperTokenizer } from '@xenova/transformers';

const tokenizer: PreTrainedTokenizer = await AutoTokenizer.from_pretrained('org/name', { legacy: false } as any);
const messages: { role: string; content: string }[] = [{ role: 'user', content: 'hello' }];
const chat = tokenizer.apply_chat_template(messages, { tokenize: true, return_tensor: false }) as number[];
const template: string = tokenizer.default_chat_template;
const token: string | null = tokenizer.getToken('pad_token', 'eos_token');
const model: TokenizerModel = tokenizer.model;
const id: number | undefined = model.tokens_to_ids.get('hello');
const ids: number[] = model.convert_tokens_to_ids(['hello']);
const tokens: string[] = model.convert_ids_to_tokens([1, 2]);
const pieces: string[] = model.encode(['hello']);
const words: string[] | undefined = tokenizer.pre_tokenizer?.pre_tokenize('hello world');
const normal: string | undefined = tokenizer.normalizer?.normalize('Hello');
const text: string | undefined = tokenizer.decoder?.decode(['hello']);
const chain: string[] | undefined = tokenizer.decoder?.decode_chain(['hello']);
const again: TokenizerModel = TokenizerModel.fromConfig(model.config, {});
const special: string[] = tokenizer.special_tokens;
tokenizer.special_tokens.push('hello');
const more: string[] = tokenizer.additional_special_tokens;
const added = tokenizer.added_tokens.map(({ content }) => content);
tokenizer.clean_up_tokenization_spaces = false;
tokenizer.model_max_length = 512;
const whisper = new WhisperTokenizer({}, {});
const prompt = whisper.get_decoder_prompt_ids({ language: 'english', task: 'transcribe', no_timestamps: true });
const Class = AutoTokenizer.TOKENIZER_CLASS_MAPPING.GPT2Tokenizer;
const grok: PreTrainedTokenizer = new Grok1Tokenizer({}, {});
export { Class, added, again, chain, chat, grok, id, ids, more, normal, pieces, prompt, special, template, text, token, tokens, words };
