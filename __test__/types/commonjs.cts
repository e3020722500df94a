// The same from CommonJS.
import auto = require('../../index.js');
import v2 = require('../../v2.js');

async function main(): Promise<[number[], auto.Tensor, v2.Tensor]> {
  const tokenizer = await auto.AutoTokenizer.from_pretrained('org/name');
  const old: v2.PreTrainedTokenizer = await v2.BertTokenizer.from_pretrained('org/name');
  return [tokenizer.encode('text'), tokenizer('text').input_ids, old('text').input_ids];
}
export = main;
