import { AutoTokenizer } from '@xenova/transformers';
const tokenizer = await AutoTokenizer.from_pretrained('meta-llama/Llama-2-7b-hf');
console.log(tokenizer.encode('Hello world!'));        // [ 1, 15043, 3186, 29991 ]
