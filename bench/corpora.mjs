/**
 * The texts to encode. Each corpus has a part to warm up with and parts that are measured; no text stands in two parts,
 * so each part is unseen when it comes first.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { random, shuffled } from './texts/random.mjs';
import { code, declarations, messages, prose } from './texts/sources.mjs';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'corpus');

/** The parts of a corpus: the first is not measured. */
export const PARTS = ['warm', '0', '1', '2', '3', '4'];

const PAGE = 16_000;
const PART = 500_000;
const CHAT = 1_000;
const DOCUMENT = 1_000_000;

/** @typedef {Record<string, string[]>} Corpus Texts by part. */

/** What each corpus is, as the page says it. */
export const TITLES = {
  english: 'English prose',
  languages: 'Many languages',
  code: 'Source code',
  chats: 'Chats of 1 KB',
  documents: 'Documents of 1 MB',
};

/** @param {string} text */
const bytes = (text) => Buffer.byteLength(text);

/** Makes the corpora, unless they are there. @returns {Promise<Record<string, string>>} Files by name. */
export async function assemble() {
  const names = Object.keys(TITLES);
  const files = Object.fromEntries(names.map((name) => [name, join(FOLDER, `${name}.json`)]));
  if (Object.values(files).every((file) => existsSync(file))) return files;
  await mkdir(FOLDER, { recursive: true });
  const pieces = { english: prose().map(paragraphsOf), languages: mixedLanguages(), code: mixedCode() };
  const pages = Object.entries(pieces).map(([name, texts]) => [
    name,
    pagesOf(texts.flat(), PARTS.length * PART),
  ]);
  const rest = pages.map(([, { left }]) => left);
  const corpora = Object.fromEntries(pages.map(([name, { taken }]) => [name, inParts(taken, PART)]));
  corpora.documents = documents(rest);
  corpora.chats = chats(rest);
  for (const name of names) await writeFile(files[name], JSON.stringify(corpora[name]));
  return files;
}

/** @param {string} file @returns {Promise<Corpus>} */
export async function read(file) {
  return JSON.parse(await readFile(file, 'utf8'));
}

/** @param {Corpus} corpus @returns {number} Bytes of the measured parts. */
export function sizeOf(corpus) {
  return PARTS.slice(1)
    .flatMap((part) => corpus[part] ?? [])
    .reduce((sum, text) => sum + bytes(text), 0);
}

/** @param {string} text Of one line or of many. @returns {string[]} Pieces of some hundred bytes that make no sense in halves. */
function paragraphsOf(text) {
  return text.match(/[\s\S]{1,1500}?(?:[.!?]["”’]?\s+|\n\n|$)/g)?.filter((piece) => piece !== '') ?? [];
}

/** The languages take turns, a few paragraphs each. @returns {string[]} */
function mixedLanguages() {
  return takingTurns(
    [...declarations(), ...messages()].map(({ paragraphs }) => paragraphs),
    3,
  ).map((texts) => `${texts.join('\n')}\n`);
}

/** The programming languages take turns, a file each. @returns {string[]} */
function mixedCode() {
  const files = Object.values(code()).map((texts, index) => shuffled(texts, index + 1));
  return takingTurns(files, 1).flatMap(([text]) => text.match(/[\s\S]{1,8000}(?:\n|$)/g) ?? []);
}

/**
 * @param {string[][]} lists
 * @param {number} count How many a list gives at its turn.
 * @returns {string[][]}
 */
function takingTurns(lists, count) {
  const turns = [];
  for (let start = 0; lists.some((list) => start < list.length); start += count) {
    for (const list of lists) if (start < list.length) turns.push(list.slice(start, start + count));
  }
  return turns;
}

/**
 * Joins pieces to pages of 16 KB.
 *
 * @param {string[]} pieces
 * @param {number} wanted Bytes.
 * @returns {{ taken: string[], left: string[] }} The pages, and the pieces that are not in one.
 */
function pagesOf(pieces, wanted) {
  const taken = [];
  const order = shuffledRuns(pieces);
  let size = 0;
  let index = 0;
  for (let page = ''; size < wanted && index < order.length; ++index) {
    page += order[index];
    if (bytes(page) < PAGE) continue;
    taken.push(page);
    size += bytes(page);
    page = '';
  }
  return { taken, left: order.slice(index) };
}

/** Runs of pieces stay together; where they stand changes, so that the parts are alike. @param {string[]} pieces */
function shuffledRuns(pieces) {
  const runs = [];
  for (let i = 0; i < pieces.length; i += 20) runs.push(pieces.slice(i, i + 20));
  return shuffled(runs, 7).flat();
}

/** @param {string[]} texts @param {number} size Bytes of a part. @returns {Corpus} */
function inParts(texts, size) {
  const corpus = Object.fromEntries(PARTS.map((part) => [part, /** @type {string[]} */ ([])]));
  let [index, filled] = [0, 0];
  for (const text of texts) {
    if (filled >= size && index < PARTS.length - 1) [index, filled] = [index + 1, 0];
    corpus[PARTS[index]].push(text);
    filled += bytes(text);
  }
  return corpus;
}

/** One document of prose, languages and code for each part. @param {string[][]} sources Their pieces are used up. */
function documents(sources) {
  const texts = PARTS.map(() => {
    let document = '';
    let size = 0;
    for (let turn = 0; size < DOCUMENT; ++turn) {
      const piece = sources[turn % sources.length].splice(0, 8).join('');
      if (piece === '' && sources.every((source) => source.length === 0)) break;
      document += piece;
      size += bytes(piece);
    }
    return document;
  });
  return Object.fromEntries(PARTS.map((part, index) => [part, [texts[index]]]));
}

/** Conversations that quote what is left of prose, languages and code. @param {string[][]} sources */
function chats(sources) {
  const next = random(11);
  const questions = [
    'Can you explain this?',
    'Translate it, please:',
    'What is wrong here?',
    'Summarise:',
    'Why?',
  ];
  const answers = ['Sure!', 'Of course. Here it is:', "I'm not certain, but", 'In short:', 'Let me think…'];
  const wanted = (PARTS.length * PART) / CHAT;
  const texts = Array.from({ length: wanted }, (_, number) => {
    let chat = `System: You are a helpful assistant (conversation ${number}).\n`;
    for (let turn = 0; bytes(chat) < CHAT - 60; ++turn) {
      const source = sources[Math.floor(next() ** 2 * sources.length)];
      const quote = [...(source.shift() ?? `Nothing more, ${number}.`)].slice(0, 100 + next() * 300).join('');
      const lines = turn % 2 ? answers : questions;
      chat += `${turn % 2 ? 'Assistant' : 'User'}: ${lines[Math.floor(next() * lines.length)]} ${quote.trim()}\n\n`;
    }
    return shortened(chat);
  });
  return inParts(texts, PART);
}

/** @param {string} text @returns {string} Its first kilobyte, in whole characters. */
function shortened(text) {
  return Buffer.from(text)
    .subarray(0, CHAT)
    .toString()
    .replace(/\uFFFD+$/, '');
}
