// The redirection for import: a module made here, which exports ours and passes on the rest of the real
// package.
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const { levelOf, isRedirected } = require('./names.js');
const SCHEME = 'autotokenizer-register:';

/** @param {string} file */
const ownUrl = (file) => new URL(file, import.meta.url).href;

/**
 * @param {string} specifier
 * @param {any} context
 * @param {(specifier: string, context?: any) => Promise<any>} next
 */
export async function resolve(specifier, context, next) {
  // The module made here imports the real package by its address.
  if (!isRedirected(specifier) || context.parentURL?.startsWith(SCHEME)) return next(specifier, context);
  try {
    const { url } = await next(specifier, context);
    const level = levelOf(specifier, fileURLToPath(url));
    return { url: `${SCHEME}${level}?${encodeURIComponent(url)}`, format: 'module', shortCircuit: true };
  } catch (error) {
    if (/** @type {any} */ (error).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return next(ownUrl(`../esm/${levelOf(specifier, undefined)}.mjs`), context);
  }
}

/**
 * @param {string} url
 * @param {any} context
 * @param {(url: string, context?: any) => Promise<any>} next
 */
export async function load(url, context, next) {
  if (!url.startsWith(SCHEME)) return next(url, context);
  const [level, encoded] = url.slice(SCHEME.length).split('?');
  const real = JSON.stringify(decodeURIComponent(encoded));
  const { namesOf } = require('./combine.js');
  const lines = [
    `import * as real from ${real};`,
    `import combining from ${JSON.stringify(pathToFileURL(require.resolve('./combine.js')).href)};`,
    `export * from ${real};`,
    `const ours = combining.combine(${JSON.stringify(level)}, real);`,
    ...namesOf(level).map((/** @type {string} */ name) => `export const ${name} = ours.${name};`),
  ];
  return { format: 'module', source: lines.join('\n'), shortCircuit: true };
}
