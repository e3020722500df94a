// The rows of docs/compatibility.md: where transformers.js differs from Python `tokenizers`, what is right here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { tokenizers } from './data/tokenizers.mjs';

const require = createRequire(import.meta.url);
/** Written by oracle/compatibility.py. */
const rows = JSON.parse(readFileSync(new URL('./oracle/compatibility.json', import.meta.url), 'utf8'));
const document = readFileSync(new URL('../docs/compatibility.md', import.meta.url), 'utf8');

for (const level of ['..', '../v2', '../v3', '../v4']) {
  const { MarianTokenizer, PreTrainedTokenizer } = require(level);
  const config = { clean_up_tokenization_spaces: false };
  describe(level === '..' ? 'plain' : level.slice(3), () => {
    for (const { row, title, tokenizer: json, results } of rows) {
      test(`${row}: ${title}`, () => {
        const tokenizer = new PreTrainedTokenizer(json, config);
        for (const { text, pair, ids, decoded, without_last } of results) {
          const batch = tokenizer(text, { text_pair: pair ?? null, return_tensor: false });
          assert.deepEqual(batch.input_ids, ids, JSON.stringify(text));
          if (pair !== undefined) continue;
          assert.deepEqual(tokenizer.encode(text), ids);
          assert.equal(tokenizer.decode(ids), decoded);
          if (without_last !== null) assert.equal(tokenizer.decode(ids.slice(0, -1)), without_last);
        }
      });
    }

    test('5: added tokens keep the ids of the file, with gaps', () => {
      const json = structuredClone(rows[0].tokenizer);
      json.added_tokens[1].id = 100;
      const tokenizer = new PreTrainedTokenizer(json, config);
      assert.deepEqual(tokenizer.encode('abc'), [100]);
      assert.equal(tokenizer.decode([100]), 'abc');
    });

    test('34: an id that no token has is left out', () => {
      const tokenizer = new PreTrainedTokenizer(rows[0].tokenizer, config);
      assert.equal(tokenizer.decode([1, 999_999]), tokenizer.decode([1]));
    });

    test('37: a lone surrogate is U+FFFD', () => {
      const { tokenizer: json } = rows.find((/** @type {any} */ { row }) => row === 32);
      const tokenizer = new PreTrainedTokenizer(json, config);
      assert.deepEqual(tokenizer.encode('a\ud800a'), tokenizer.encode('a\ufffda'));
    });

    test('a text that is none is a TypeError that shows it', () => {
      const tokenizer = new PreTrainedTokenizer(rows[0].tokenizer, config);
      for (const text of [42, {}, true]) {
        for (const call of [() => tokenizer(text), () => tokenizer.encode(text)]) assert.throws(call, TypeError);
      }
    });

    test('1.0 is the number 1 in templates, as JavaScript has it', () => {
      const tokenizer = new PreTrainedTokenizer(rows[0].tokenizer, config);
      const options = { chat_template: '{{ x }} {{ y }} {{ x | tojson }}', tokenize: false, x: 1.0, y: 1.5 };
      assert.equal(tokenizer.apply_chat_template([{ role: 'user', content: 'a' }], options), '1 1.5 1');
    });

    test("Marian's target language goes before the text", () => {
      const { json, config: marian } = tokenizers.marian();
      const tokenizer = new MarianTokenizer(json, marian);
      const language = json.model.vocab.findIndex((/** @type {[string, number]} */ [token]) => token === '>>fra<<');
      assert.ok(language > 0);
      assert.deepEqual(tokenizer.encode('>>fra<< hello'), [language, ...tokenizer.encode('hello')]);
    });
  });
}

test('every row is in docs/compatibility.md', () => {
  for (const { row } of rows) assert.match(document, new RegExp(`^\\| ${row} \\|`, 'm'));
});
