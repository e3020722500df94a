// Writes lib/bundle.js and its parts: all that lib/main.js requires, in a few files, which Node.js loads in a fraction of
// the time. What importing the package takes is in bundle.js; the parts are read by what first needs them. Nothing is
// shortened but for comments, so that stack traces read as those of lib/. A part of every build.
import { transformSync } from 'esbuild';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './run.mjs';

const LIB = join(root, 'lib');

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * The files to write, with what each begins at; the first of them is made when the file is read, and with it all that
 * it requires at its top. All else is made when somebody asks. A module goes into the first file that needs it so;
 * those that only functions require, and nobody names here, go into the last.
 *
 * @type {Record<string, {now?: string, later: string[]}>}
 */
const FILES = {
  'bundle.js': { now: 'main.js', later: ['levels/plain.js', 'upstream/v4.list.js'] },
  'bundle-work.js': { now: 'work.js', later: [] },
  'bundle-tensor.js': {
    later: ['methods', 'functions', 'select', 'interpolate', 'resize', 'matmul', 'fourier'].map((name) => `tensor/${name}.js`),
  },
  'bundle-levels.js': {
    later: ['levels/v2.js', 'levels/v3.js', 'upstream/v2.list.js', 'upstream/v3.list.js', 'model-classes.js'],
  },
  'bundle-parts.js': { later: ['facades.js'] },
  'bundle-rest.js': { later: [] },
};

export const BUNDLES = Object.keys(FILES).map((file) => join(LIB, file));

/** The package's version: what is in the bundle need not be read. */
const VERSION = 'require("../package.json").version';

const REQUIRE = /\brequire\("(\.[^"]+)"\)/g;

/**
 * @typedef {object} Module
 * @property {string} file that it is in
 * @property {boolean} isNow made when that file is read
 * @property {string} code
 */

/**
 * @param {string} name of a module, such as levels/v4.js
 * @param {string} path that it requires
 * @returns {string | null} the name of the module it means, null for a file that is not in lib/
 */
function resolved(name, path) {
  const target = posix.join(posix.dirname(name), path);
  if (!target.startsWith('..')) return target;
  if (name.includes('/')) throw new Error(`${name} would not find ${path} from the bundle`);
  return null;
}

/**
 * @param {string} name
 * @returns {string} its code without comments, which says nothing beyond ASCII: V8 reads text of one byte sooner
 */
function read(name) {
  const source = readFileSync(join(LIB, name), 'utf8');
  const { code } = transformSync(source, { target: 'node20', charset: 'ascii', legalComments: 'none' });
  if (/[^\0-\x7f]/.test(code)) throw new Error(`${name} has characters beyond ASCII that are not escaped`);
  if (name.includes('/') && /\b__dirname\b(?!:)/.test(code)) throw new Error(`${name} would see another __dirname`);
  return code.replace(/^"use strict";\n/, '').replace(VERSION, JSON.stringify(version));
}

/**
 * @param {string} name
 * @param {string} code
 * @returns {{now: string[], later: string[]}} modules it requires at its top, and in functions
 */
function requirements(name, code) {
  const names = (/** @type {string} */ text) =>
    [...text.matchAll(REQUIRE)].flatMap(([, path]) => resolved(name, path) ?? []);
  // Statements of their own; work.js lists what it requires.
  const isTop = (/** @type {string} */ line) => name === 'work.js' || /^(const [^=]+|\}) = require\(/.test(line);
  const lines = code.split('\n');
  return { now: names(lines.filter(isTop).join('\n')), later: names(lines.filter((line) => !isTop(line)).join('\n')) };
}

/** @returns {Map<string, Module>} by name, each after those that it requires at its top */
function collect() {
  /** @type {Map<string, Module>} */
  const modules = new Map();
  /** @type {Set<string>} */
  const found = new Set();

  /**
   * @param {string} name
   * @param {string} file
   * @param {boolean} isNow
   * @param {string[]} [by]
   */
  const add = (name, file, isNow, by = []) => {
    if (by.includes(name)) throw new Error(`a circle: ${[...by, name].join(' requires ')}`);
    if (modules.has(name)) return;
    const code = read(name);
    const { now, later } = requirements(name, code);
    for (const other of now) add(other, file, isNow, [...by, name]);
    for (const other of later) found.add(other);
    modules.set(name, { file, isNow, code });
  };
  for (const [file, { now, later }] of Object.entries(FILES)) {
    if (now) add(now, file, true);
    for (const name of later) add(name, file, false);
  }
  const last = String(Object.keys(FILES).at(-1));
  // Grows while it is walked.
  for (const name of found) add(name, last, false);
  return modules;
}

/** @param {string} name of a module or file */
const variable = (name) => name.replace(/\W/g, '_');

/**
 * @param {string} file
 * @param {Map<string, Module>} modules
 * @returns {string} the text of that file
 */
function textOf(file, modules) {
  const [main, ...others] = Object.keys(FILES);
  const own = [...modules].filter(([, module]) => module.file === file);
  const parts = own.map(([name, { code, isNow }]) => {
    const body = code.replace(REQUIRE, (all, path) => {
      const target = resolved(name, path);
      if (target === null) return all;
      const { file: other, isNow: isMade } = /** @type {Module} */ (modules.get(target));
      return `${other === file ? '' : `from.${variable(other)}().`}${variable(target)}${isMade ? '' : '()'}`;
    });
    // V8 compiles a function in parentheses at once, where it would look it over first.
    const [open, close] = isNow ? ['(', ')()'] : file === main ? ['once((', '))'] : ['once(', ')'];
    return `// lib/${name}\nconst ${variable(name)} = ${open}function () {\nconst module = { exports: {} };\n${body}return module.exports;\n}${close};\n`;
  });
  const all = `{ ${own.map(([name]) => variable(name)).join(', ')} }`;
  const head = "'use strict';\n\n// Written by scripts/bundle.mjs.\n";
  if (file !== main) return `${head}module.exports = (function (from, once) {\n${parts.join('')}return ${all};\n});\n`;
  const from = others.map((other) => `  ${variable(other)}: once(() => require('./${other}')(from, once)),\n`);
  return (
    `${head}const once = (make) => {\n  let made;\n  return () => (made ??= make());\n};\n` +
    `const from = {\n  ${variable(main)}: () => modules,\n${from.join('')}};\n` +
    `${parts.join('')}const modules = ${all};\nmodule.exports = main_js;\n`
  );
}

/**
 * @param {{ write?: boolean }} [options]
 * @returns {Record<string, string>} what each file has, or would have
 */
export function bundle({ write = true } = {}) {
  const modules = collect();
  const texts = Object.fromEntries(BUNDLES.map((path) => [path, textOf(basename(path), modules)]));
  if (write) for (const [path, text] of Object.entries(texts)) writeFileSync(path, text);
  return texts;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) bundle();
