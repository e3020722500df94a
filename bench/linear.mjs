/**
 * How work grows with the length of hard texts, in instructions, which nothing else on the machine changes:
 *
 *     node bench/linear.mjs [MODEL…]        (needs valgrind, and what `npm run bench` has built)
 *
 * Prints for each model and kind of text the instructions a byte at three lengths, and the exponents between them.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALL, folderOf } from './models.mjs';
import { RUST_PROGRAM } from './setup.mjs';

const LENGTHS = [20_000, 100_000, 1_000_000];

/** Xorshift, so that texts are the same each time. @param {number} state */
function random(state) {
  return (/** @type {number} */ end) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % end;
  };
}

/** @param {string} characters */
const anyOf = (characters) => {
  const all = [...characters];
  return (/** @type {(end: number) => number} */ below) => all[below(all.length)];
};

/** @param {number} first @param {number} count */
const codes = (first, count) => (/** @type {(end: number) => number} */ below) =>
  String.fromCodePoint(first + below(count));

/** What a text is made of, step by step. @type {Record<string, (below: (end: number) => number) => string>} */
const KINDS = {
  'one letter': () => 'a',
  letters: codes(0x61, 26),
  'Cyrillic letters': codes(0x430, 32),
  'letters of any Latin alphabet': codes(0xc0, 0x190),
  symbols: anyOf('!@#$%^&*()-=+[]{};:,.<>/?|~'),
  digits: codes(0x30, 10),
  blanks: () => ' ',
  whitespace: anyOf(' \n\t\r\u00a0'),
  'Chinese characters': codes(0x4e00, 0x51a5),
  Hangul: codes(0xac00, 11_172),
  emoji: codes(0x1f300, 0x300),
  'combining marks': (below) => `e${Array.from({ length: below(6) }, () => codes(0x300, 0x70)(below)).join('')}`,
  quotes: anyOf("'st'"),
  'new words': (below) => `${Array.from({ length: 1 + below(10) }, () => codes(0x61, 26)(below)).join('')} `,
};

/** @param {string} kind @param {number} bytes */
function textOf(kind, bytes) {
  const below = random(88_172_645);
  let text = '';
  for (let length = 0; length < bytes;) {
    const step = KINDS[kind](below);
    text += step;
    length += Buffer.byteLength(step);
  }
  return text;
}

/** Instructions of a process that loads `folder` and encodes `limit` texts of `corpus`. */
function instructions(folder, corpus, limit) {
  const requests = [
    { do: 'load', folder },
    { do: 'pass', corpus, part: 'text', limit },
  ];
  const flags = ['--tool=callgrind', '--callgrind-out-file=/dev/null', RUST_PROGRAM, '--serve', 'autotokenizer'];
  const { stderr, error } = spawnSync('valgrind', flags, {
    input: requests.map((request) => `${JSON.stringify(request)}\n`).join(''),
    encoding: 'utf8',
  });
  const count = /refs:\s+([\d,]+)/.exec(stderr ?? '')?.[1];
  if (!count) throw new Error(`valgrind counted nothing: ${error?.message ?? stderr}`);
  return Number(count.replaceAll(',', ''));
}

const wanted = process.argv.slice(2);
const models = ALL.filter(({ id }) => wanted.length === 0 || wanted.includes(id.replace('bench/', '')));
const folder = await mkdtemp(join(tmpdir(), 'linear-'));
try {
  for (const model of models) {
    console.log(`\n| ${model.title} | instructions a byte: ${LENGTHS.map((bytes) => `${bytes / 1e3} KB`).join(', ')} | exponents |`);
    console.log('| --- | --: | --: |');
    for (const kind of Object.keys(KINDS)) {
      const counts = [];
      for (const bytes of LENGTHS) {
        const corpus = join(folder, 'corpus.json');
        await writeFile(corpus, JSON.stringify({ text: [textOf(kind, bytes)] }));
        const [all, none] = [1, 0].map((limit) => instructions(folderOf(model), corpus, limit));
        counts.push(all - none);
      }
      const each = counts.map((count, index) => Math.round(count / LENGTHS[index]));
      const grows = counts.slice(1).map((count, index) =>
        (Math.log(count / counts[index]) / Math.log(LENGTHS[index + 1] / LENGTHS[index])).toFixed(2),
      );
      console.log(`| ${kind} | ${each.join(', ')} | ${grows.join(', ')} |`);
    }
  }
} finally {
  await rm(folder, { recursive: true });
}
