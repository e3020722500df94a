// The Llama-2 files that tests and the demo serve are the published ones.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findFixtures } from './support/fixtures.mjs';
import { llama2TokenizerConfig, llama2TokenizerJson, writeLlama2 } from './support/llama2.mjs';
import { findPython, runPython } from './support/python.mjs';
import { makeHome } from './support/run.mjs';

const original = findFixtures('meta-llama/Llama-2-7b-hf');
const python = await findPython('tokenizers');

test('built from llama-tokenizer-js, they are whole', async () => {
  const file = JSON.parse(await llama2TokenizerJson());
  assert.equal(Object.keys(file.model.vocab).length, 32000);
  assert.equal(file.model.merges.length, 61249);
  assert.equal(file.model.vocab['▁Hello'], 15043);
  assert.deepEqual(file.model.merges.slice(0, 3), ['▁ t', 'e r', 'i n']);
  for (const merge of file.model.merges) {
    const [left, right] = merge.split(' ');
    for (const piece of [left, right, left + right]) assert.ok(piece in file.model.vocab, merge);
  }
});

test('they equal the published files, byte for byte', { skip: original.skip }, async () => {
  assert.ok((await llama2TokenizerJson()) === readFileSync(join(original.path, 'tokenizer.json'), 'utf8'));
  assert.equal(llama2TokenizerConfig(), readFileSync(join(original.path, 'tokenizer_config.json'), 'utf8'));
});

test(
  "Python's tokenizers and transformers read them and give the known ids",
  { skip: python.skip },
  async () => {
    const home = await makeHome();
    try {
      const folder = await writeLlama2(join(home.path, 'llama'));
      const code = `
import json, sys
from tokenizers import Tokenizer
from transformers import AutoTokenizer
one = Tokenizer.from_file(sys.argv[1] + "/tokenizer.json")
two = AutoTokenizer.from_pretrained(sys.argv[1])
text = "Hello world!"
blanks = one.encode(" " * 20 + "x").ids[:3]
print(json.dumps([one.encode(text).ids, two(text)["input_ids"], blanks, one.decode([15043, 3186])]))
`;
      const result = await runPython(python, code, { args: [folder], home: home.path });
      assert.equal(result.code, 0, result.stderr);
      const ids = [1, 15043, 3186, 29991];
      // Runs of blanks are where the order of merges of equal score could show. With the prefix here are 21:
      // a piece of 16, one of 4, and the last one belongs to the word.
      assert.deepEqual(JSON.parse(result.stdout), [ids, ids, [1, 462, 268], 'Hello world']);
    } finally {
      await home.remove();
    }
  },
);
