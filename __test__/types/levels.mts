// Each level has the names of its major of transformers.js, and not those of the others.
import * as v2 from '../../v2.js';
import * as v3 from '../../v3.js';
import * as v4 from '../../v4.js';
import { same } from './expect.mjs';

const two = await v2.AutoTokenizer.from_pretrained('org/name', { legacy: false, quantized: true });
const ids2: number[] = two.encode('text', 'pair', { add_special_tokens: false });
// @ts-expect-error -- options come third at v2
two.encode('text', { text_pair: 'pair' });
// @ts-expect-error -- came with v3
two.tokenize('text');
const arrays2 = two('text', { return_tensor: false });
same<typeof arrays2.input_ids, number[]>();
two.getToken('pad_token');
const template: string = two.default_chat_template;
const prompt2 = two.apply_chat_template([{ role: 'user', content: 'a' }]);
same<typeof prompt2, v2.Tensor>();
new v2.WhisperTokenizer({}, {}).get_decoder_prompt_ids({ language: 'en' });
two('a').input_ids.indexOf(1n);
// @ts-expect-error -- came with v3
two('a').input_ids.div(2);
const resized2 = v2.interpolate(two('a').input_ids, [2, 2], 'bilinear', false);
same<typeof resized2, v2.Tensor>();
// @ts-expect-error -- came with v3
v2.matmul;
// @ts-expect-error -- came with v4
v2.LogLevel;
const mapping: typeof v2.PreTrainedTokenizer | undefined =
  v2.AutoTokenizer.TOKENIZER_CLASS_MAPPING['BertTokenizer'];
v2.Grok1Tokenizer;

const three = await v3.AutoTokenizer.from_pretrained('org/name', { legacy: null });
const ids3: number[] = three.encode('text', { text_pair: 'pair' });
const tokens: string[] = three.tokenize('text', { pair: 'other' });
const prompt3 = three.apply_chat_template([{ role: 'user', content: 'a' }], { return_tensor: false });
same<typeof prompt3, number[]>();
const map: Map<string, number> = three.model.tokens_to_ids;
three('a').input_ids.div(2).mean();
const product3 = await v3.matmul(v3.rand([2, 3]), v3.rand([3]));
same<typeof product3, v3.Tensor>();
const [greatest3, where3] = await v3.topk(product3, 1);
same<typeof greatest3 | typeof where3, v3.Tensor>();
// @ts-expect-error -- tensors of another level
v3.matmul(two('a').input_ids, product3);
// @ts-expect-error -- came with v4
three.get_vocab();
// @ts-expect-error -- v2 only
three.default_chat_template;

const four = await v4.AutoTokenizer.from_pretrained('org/name');
const prompt4 = four.apply_chat_template([{ role: 'user', content: 'a' }]);
same<typeof prompt4.input_ids, v4.Tensor>();
four('a').input_ids.tile(2);
const image = v4.interpolate(v4.rand([3, 4, 4]), [2, 2]);
same<typeof image, v4.Tensor>();
const map4 = await v4.interpolate_4d(image.unsqueeze(0), { size: [8, 8], mode: 'bicubic' });
same<typeof map4, v4.Tensor>();
// @ts-expect-error -- no such mode
v4.interpolate_4d(map4, { size: [8, 8], mode: 'area' });
// @ts-expect-error -- the axis is in a tensor
v4.rfft(image, 1);
// @ts-expect-error -- went with v4
four.model;
// @ts-expect-error -- the plain package only
four.count_tokens('text');
// @ts-expect-error -- the plain package only
four('text', { return_offsets_mapping: true });
// @ts-expect-error -- went with v4
v4.TokenizerModel;
export { ids2, ids3, map, mapping, template, tokens };
