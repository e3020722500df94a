// The rows of docs/compatibility.md: where transformers.js differs from Python `tokenizers`, what is right here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { tokenizers } from './data/tokenizers.mjs';

const require = createRequire(import.meta.url);
/** Written by oracle/compatibility.py. */
const rows = JSON.parse(readFileSync(new URL('./oracle/compatibility.json', import.meta.url), 'utf8'));
/** Written by oracle/whisper.py. */
const transcripts = JSON.parse(readFileSync(new URL('./oracle/whisper.json', import.meta.url), 'utf8'));
/** Written by chat/oracle.py. @type {{template: string, text?: string, message?: string}[]} */
const snippets = JSON.parse(
  readFileSync(new URL('./chat/expectations/snippets.json', import.meta.url), 'utf8'),
).cases;
const document = readFileSync(new URL('../docs/compatibility.md', import.meta.url), 'utf8');

/** Templates for which transformers.js's own engine gives something else. */
const TEMPLATES = [
  '{{ true is defined }}',
  '{{ x is defined }}',
  '{{ none }}',
  '{% for c in "aé😀" %}[{{ c }}]{% endfor %}',
  '{{ x.y.z is defined }}',
  "{{ raise_exception('no & <way>') }}",
  '{% foo %}',
];

for (const level of ['..', '../v2', '../v3', '../v4']) {
  const { ChatTemplateError, MarianTokenizer, PreTrainedTokenizer, VitsTokenizer, WhisperTokenizer } =
    require(level);
  const config = { clean_up_tokenization_spaces: false };
  describe(level === '..' ? 'plain' : level.slice(3), () => {
    for (const { row, title, tokenizer: json, results } of rows) {
      test(`${row}: ${title}`, () => {
        const tokenizer = new PreTrainedTokenizer(json, config);
        for (const { text, pair, ids, tokens, decoded, without_last, type_ids } of results) {
          const batch = tokenizer(text, { text_pair: pair ?? null, return_tensor: false });
          assert.deepEqual(batch.input_ids, ids, JSON.stringify(text));
          if (pair !== undefined) {
            const typed = tokenizer(text, { text_pair: pair, return_token_type_ids: true, return_tensor: false });
            if (typed.token_type_ids) assert.deepEqual(typed.token_type_ids, type_ids);
            continue;
          }
          assert.deepEqual(tokenizer.encode(text), ids);
          // The levels leave out the blanks that an added token takes.
          if (level === '..') assert.deepEqual(tokenizer.tokenize(text), tokens);
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
      for (const id of [999_999, -1, 1.5, Number.NaN, null]) {
        assert.equal(tokenizer.decode([1, id]), tokenizer.decode([1]));
      }
    });

    test('37: a lone surrogate is U+FFFD', () => {
      const { tokenizer: json } = rows.find((/** @type {any} */ { row }) => row === 32);
      const tokenizer = new PreTrainedTokenizer(json, config);
      assert.deepEqual(tokenizer.encode('a\ud800a'), tokenizer.encode('a\ufffda'));
    });

    test('a text that is none is a TypeError that shows it', () => {
      const tokenizer = new PreTrainedTokenizer(rows[0].tokenizer, config);
      for (const text of [42, {}, true, new String('abc')]) {
        for (const call of [() => tokenizer(text), () => tokenizer.encode(text)]) assert.throws(call, TypeError);
      }
    });

    test('options that are null are as if not given', () => {
      const tokenizer = new PreTrainedTokenizer(rows[0].tokenizer, config);
      assert.deepEqual(tokenizer('abc', null), tokenizer('abc'));
      assert.deepEqual(tokenizer.encode('abc', null), tokenizer.encode('abc'));
      tokenizer.chat_template = '{{ messages[0].content }}';
      const chat = [{ role: 'user', content: 'abc' }];
      const ids = tokenizer.encode('abc', null, { add_special_tokens: false });
      const { input_ids = tokenizer.apply_chat_template(chat, null) } = tokenizer.apply_chat_template(chat, null);
      assert.deepEqual(input_ids.tolist()[0].map(Number), ids);
    });

    test('what is no batch of ids is a TypeError that names it', () => {
      const tokenizer = new PreTrainedTokenizer(rows[0].tokenizer, config);
      for (const batch of [null, undefined, 42, 'x', {}]) {
        assert.throws(() => tokenizer.batch_decode(batch), { name: 'TypeError', message: /^batch must be/ });
        assert.throws(() => tokenizer.decode_single(batch, {}), { message: /^token_ids must be/ });
      }
    });

    test('accents go with their letters where the config says so', () => {
      const { json, config: gpt2 } = tokenizers.gpt2();
      const flagged = new PreTrainedTokenizer(json, { ...gpt2, do_lowercase_and_remove_accent: true });
      assert.deepEqual(flagged.encode('HÉLLÖ'), flagged.encode('hello'));
      assert.deepEqual(flagged.encode('hello'), new PreTrainedTokenizer(json, gpt2).encode('hello'));
    });

    test('blanks are what tokenizer.json says, whatever the config does', () => {
      const { json, config: gpt2 } = tokenizers.gpt2();
      const flagged = new PreTrainedTokenizer(json, { ...gpt2, remove_space: true });
      assert.deepEqual(flagged.encode('  hello  '), new PreTrainedTokenizer(json, gpt2).encode('  hello  '));
    });

    test('no model_max_length is no limit', () => {
      const { json, config: gpt2 } = tokenizers.gpt2();
      if (level === '../v2') return;
      const tokenizer = new PreTrainedTokenizer(json, { ...gpt2, model_max_length: null });
      const { input_ids } = tokenizer('hello', { truncation: true, return_tensor: false });
      assert.deepEqual(input_ids, tokenizer.encode('hello'));
    });

    test('what is no tokenizer.json is a TokenizerError', () => {
      const { json, config: bert } = tokenizers.bert();
      const files = [{ ...json, model: null }, { ...json, normalizer: { type: 'Foo' } }, { ...json, decoder: { type: 'Foo' } }];
      if (/v[23]$/.test(level)) files.push(null, undefined, 'x', {}, []);
      for (const file of files) {
        assert.throws(() => new PreTrainedTokenizer(file, bert), { name: 'TokenizerError', code: 'ERR_TOKENIZER_FILE' });
      }
    });

    test('TextStreamer shows special tokens at once', () => {
      const { TextStreamer } = require(level);
      const { json, config: gpt2 } = tokenizers.gpt2();
      const tokenizer = new PreTrainedTokenizer(json, gpt2);
      const end = tokenizer.all_special_ids[0];
      const ids = [...tokenizer.encode('hello'), end, ...tokenizer.encode(' world')];
      /** @type {string[]} */
      const shown = [];
      const callback_function = (/** @type {string} */ text) => shown.push(text);
      const streamer = new TextStreamer(tokenizer, { skip_special_tokens: false, callback_function });
      // The first are the prompt.
      streamer.put([[ids[0]]]);
      for (const id of ids.slice(1)) streamer.put([[BigInt(id)]]);
      streamer.end();
      assert.ok(shown.includes('<|endoftext|>'), String(shown));
      assert.equal(shown.join(''), tokenizer.decode(ids));
      for (const name of ['token_cache', 'print_len']) assert.ok(!(name in streamer));
    });

    test('sums of int64 are BigInts', () => {
      const { Tensor } = require(level);
      const tensor = new Tensor('int64', [1n, 2n, 3n, 4n], [2, 2]);
      assert.deepEqual(tensor.sum().tolist(), 10n);
      assert.deepEqual(tensor.sum(0).tolist(), [4n, 6n]);
      if (level !== '../v2') assert.deepEqual(tensor.max(1).tolist(), [2n, 4n]);
    });

    test('ids of Whisper can be BigInts', () => {
      const { json, config: given } = tokenizers.whisper();
      const tokenizer = new WhisperTokenizer(json, given);
      const ids = tokenizer.encode(' hello there', level === '../v2' ? null : {}, { add_special_tokens: false });
      const tell = (/** @type {any[]} */ tokens) => tokenizer._decode_asr([{ tokens }], { time_precision: 0.02 });
      assert.deepEqual(tell(ids.map(BigInt)), tell(ids));
    });

    test('what is in `_tokenizer` is for looking and calling', { skip: /v[23]$/.test(level) && 'only level v4 has it' }, () => {
      const { json, config: nllb } = tokenizers.nllb();
      const tokenizer = new PreTrainedTokenizer(json, nllb);
      const ids = tokenizer.encode('hello world');
      const { _tokenizer: inner } = tokenizer;
      assert.equal(inner.pre_tokenizer.strRep, inner.pre_tokenizer.config.replacement);
      assert.equal(inner.model.minScore, Math.min(...json.model.vocab.map((/** @type {any} */ [, score]) => score)));
      inner.pre_tokenizer = null;
      inner.model = null;
      inner.decoder = () => '';
      assert.equal(inner.decoder(), '');
      assert.deepEqual(tokenizer.encode('hello world'), ids);
      assert.notEqual(tokenizer.decode(ids), '');
    });

    test('templates are kept elsewhere', () => {
      const tokenizer = new PreTrainedTokenizer(rows[0].tokenizer, config);
      tokenizer.apply_chat_template([], { chat_template: 'a', tokenize: false });
      assert.equal(tokenizer._compiled_template_cache.size, 0);
    });

    test('a file of VITS is decoded as such in any class', () => {
      const { json: file, config: given } = tokenizers.vits();
      const blanks = { type: 'Replace', pattern: { Regex: '(?=.)|(?<!^)$' }, content: 'k' };
      const json = { ...file, normalizer: blanks };
      const ids = [0, 6, 0, 7, 0, 8, 0];
      const vits = new VitsTokenizer(json, given);
      assert.equal(new PreTrainedTokenizer(json, given).decode(ids), vits.decode(ids));
    });

    test('1.0 is the number 1 in templates, as JavaScript has it', () => {
      const tokenizer = new PreTrainedTokenizer(rows[0].tokenizer, config);
      const options = { chat_template: '{{ x }} {{ y }} {{ x | tojson }}', tokenize: false, x: 1.0, y: 1.5 };
      assert.equal(tokenizer.apply_chat_template([{ role: 'user', content: 'a' }], options), '1 1.5 1');
    });

    test('Whisper ids that end in a time stamp, or have two side by side, become text', () => {
      const { json, config: given } = tokenizers.whisper();
      const tokenizer = new WhisperTokenizer(json, given);
      for (const { ids, skip, text } of transcripts.decoded) {
        const options = {
          decode_with_timestamps: true,
          skip_special_tokens: skip,
          clean_up_tokenization_spaces: false,
        };
        // Level v2 writes `<|0|>` for `<|0.00|>`.
        const shorter = (/** @type {string} */ time) => `|${Number(time.slice(1, -1))}|`;
        const wanted = level === '../v2' ? text.replace(/\|\d+\.\d\d\|/g, shorter) : text;
        assert.equal(tokenizer.decode(ids, options), wanted, JSON.stringify(ids));
      }
    });

    test('Whisper transcripts are joined where they agree', () => {
      const { json, config: given } = tokenizers.whisper();
      const tokenizer = new WhisperTokenizer(json, given);
      for (const { sequences, times, tokens, spans, alone } of transcripts.joined) {
        assert.deepEqual(tokenizer.findLongestCommonSequence(sequences), [alone, []]);
        // Level v2 does not look at the times, level v4 allows for some disorder.
        if (level !== '../v3') continue;
        assert.deepEqual(tokenizer.findLongestCommonSequence(sequences, times), [tokens, spans]);
      }
    });

    test("templates give Python's text, and fail with its message", () => {
      const tokenizer = new PreTrainedTokenizer(rows[0].tokenizer, config);
      const chat = [{ role: 'user', content: 'a' }];
      for (const template of TEMPLATES) {
        const { text, message } = /** @type {any} */ (snippets.find((each) => each.template === template));
        const render = () => tokenizer.apply_chat_template(chat, { chat_template: template, tokenize: false });
        if (text !== undefined) assert.equal(render(), text);
        else {
          assert.throws(render, (/** @type {any} */ error) => {
            assert.ok(error instanceof ChatTemplateError && error instanceof Error);
            assert.equal(error.message.replace(/^line 1: /, ''), message);
            return true;
          });
        }
      }
    });

    const skip = !/v[23]$/.test(level) && 'the parts of this level cannot be replaced';
    test('a part can be left out, or a function', { skip }, () => {
      for (const part of ['normalizer', 'pre_tokenizer', 'post_processor', 'decoder']) {
        const { json, config: bert } = tokenizers.bert();
        const tokenizer = new PreTrainedTokenizer(json, bert);
        assert.throws(() => (tokenizer[part] = {}), TypeError);
        assert.equal(typeof tokenizer[part], 'function');
        tokenizer[part] = null;
        assert.equal(tokenizer[part], null);
      }
    });

    test('data of the model are for looking at', { skip }, () => {
      const { json, config: bert } = tokenizers.bert();
      const tokenizer = new PreTrainedTokenizer(json, bert);
      const before = tokenizer.encode('hello');
      tokenizer.model.tokens_to_ids.clear();
      tokenizer.model.vocab.length = 0;
      assert.deepEqual(tokenizer.encode('hello'), before);
      assert.equal(tokenizer.decode([5]), 'hello');
    });

    test('what transformers.js keeps for itself is partly there', { skip }, () => {
      const { json, config: gpt2 } = tokenizers.gpt2();
      // JavaScript cannot read it; transformers.js knows just this one and a few others.
      const pattern = { Regex: "(?i:'s|'t)|[^x]++" };
      const pre_tokenizer = { type: 'Split', pattern, behavior: 'Isolated', invert: false };
      const tokenizer = new PreTrainedTokenizer({ ...json, pre_tokenizer }, gpt2);
      assert.equal(tokenizer.pre_tokenizer.pattern, null);
      tokenizer.encode('hello');
      assert.equal(tokenizer.model.cache.size ?? tokenizer.model.cache.cache.size, 0);
      assert.equal(tokenizer.model._add_node, undefined);
      assert.equal(tokenizer.added_tokens_splitter?.trie, undefined);
    });

    test('of an empty text nothing is made', { skip }, () => {
      const { json, config: llama } = tokenizers.llama();
      assert.equal(new PreTrainedTokenizer(json, llama).normalizer(''), '');
    });

    test("all of Marian's languages are known", () => {
      const { json, config: marian } = tokenizers.marian();
      const codes = json.model.vocab.map((/** @type {[string, number]} */ [token]) => token);
      assert.deepEqual(
        new MarianTokenizer(json, marian).supported_language_codes,
        codes.filter((/** @type {string} */ token) => token.startsWith('>>')),
      );
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

test('every row is in docs/compatibility.md, and every row there has its test', () => {
  const inDocument = [...document.matchAll(/^\| (\d+) \|/gm)].map(([, row]) => Number(row));
  const tested = [...new Set(rows.map((/** @type {any} */ { row }) => row)), 5, 34, 37];
  assert.deepEqual(inDocument, tested.sort((a, b) => a - b));
});
