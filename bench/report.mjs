/**
 * Tables and charts from `bench/results.json`: `node bench/report.mjs [results.json [folder]]`. Numbers and page cannot
 * drift, since nobody writes the page by hand.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { charts } from './report/charts.mjs';
import { page, summaryBlock } from './report/page.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const [START, END] = ['<!-- bench -->', '<!-- /bench -->'];

/**
 * Writes docs/benchmarks.md with its charts, bench/summary.md, and the README's block where the README has the marks.
 *
 * @param {any} results
 * @param {string} [docs]
 */
export async function writeReport(results, docs = join(root, 'docs')) {
  await mkdir(docs, { recursive: true });
  const drawn = charts(results);
  for (const [name, svg] of Object.entries(drawn)) await writeFile(join(docs, name), svg);
  await writeFile(join(docs, 'benchmarks.md'), tidied(page(results, Object.keys(drawn))));
  if (docs !== join(root, 'docs')) return;
  const block = summaryBlock(results);
  await writeFile(join(root, 'bench/summary.md'), block);
  const readme = join(root, 'README.md');
  if (!existsSync(readme)) return;
  const text = await readFile(readme, 'utf8');
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) return;
  await writeFile(readme, `${text.slice(0, start + START.length)}\n${block}${text.slice(end)}`);
}

/** @param {string} text */
function tidied(text) {
  return text.replaceAll(/[ \t]+\n/g, '\n').replaceAll(/\n{3,}/g, '\n\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file = join(root, 'bench/results.json'), folder] = process.argv.slice(2);
  await writeReport(JSON.parse(await readFile(file, 'utf8')), folder);
}
