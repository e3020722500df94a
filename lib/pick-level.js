'use strict';

/** Which level a program means: by the name under which it installed this package. */

const fs = require('node:fs');
const path = require('node:path');

/** @type {Record<string, string>} */
const LEVEL_OF_NAME = {
  '@xenova/transformers': 'v2',
  '@huggingface/transformers': 'v4',
  autotokenizer: 'plain',
};

const LEVELS = ['v2', 'v3', 'v4', 'plain'];

/**
 * npm and yarn put the package in a folder of the name it was installed under.
 *
 * @param {string} root the package's folder
 * @returns {string | undefined}
 */
function byFolder(root) {
  const parts = root.split(path.sep);
  for (const [name, level] of Object.entries(LEVEL_OF_NAME)) {
    const tail = ['node_modules', ...name.split('/')];
    if (level !== 'plain' && tail.every((part, i) => parts[parts.length - tail.length + i] === part))
      return level;
  }
  return undefined;
}

/** @param {string} folder */
function realpath(folder) {
  try {
    // Most are not there, and an error thrown for each takes milliseconds.
    if (!fs.existsSync(folder)) return undefined;
    return fs.realpathSync(folder);
  } catch {
    return undefined;
  }
}

/** @param {string} folder */
function upwards(folder) {
  const folders = [folder];
  for (let parent = path.dirname(folder); parent !== folders.at(-1); parent = path.dirname(parent))
    folders.push(parent);
  return folders;
}

/**
 * pnpm and `file:` links lead to a folder of another name: then the names that lead there tell, if they
 * agree.
 *
 * @param {string} root
 * @param {string[]} from folders of the program
 * @returns {string | undefined}
 */
function byLinks(root, from) {
  const levels = new Set();
  for (const folder of new Set(from.flatMap(upwards))) {
    if (folder === root) levels.add('plain');
    const modules = path.join(folder, 'node_modules');
    if (!fs.existsSync(modules)) continue;
    for (const [name, level] of Object.entries(LEVEL_OF_NAME)) {
      const linked = path.join(modules, name);
      if (linked === root || realpath(linked) === root) levels.add(level);
    }
  }
  return levels.size === 1 ? [...levels][0] : undefined;
}

/**
 * yarn's Plug'n'Play has no folders of names, but a table.
 *
 * @param {string} root
 * @param {string[]} from
 * @returns {string | undefined}
 */
function byPnp(root, from) {
  if (!process.versions.pnp) return undefined;
  /** @type {any} */
  const pnp = /** @type {any} */ (require('node:module')).findPnpApi?.(root);
  const levels = new Set();
  for (const folder of from) {
    for (const [name, level] of Object.entries(LEVEL_OF_NAME)) {
      try {
        const found =
          pnp.resolveVirtual?.(pnp.resolveToUnqualified(name, `${folder}${path.sep}`)) ??
          pnp.resolveToUnqualified(name, `${folder}${path.sep}`);
        if (path.resolve(found) === path.resolve(pnp.resolveVirtual?.(root) ?? root)) levels.add(level);
      } catch {
        // Not one of that folder's dependencies.
      }
    }
  }
  return levels.size === 1 ? [...levels][0] : undefined;
}

/**
 * The file that requires a module, if it is CommonJS. `module.parent` tells it too, but Node.js deprecates that; test
 * runners with a loader of their own have it as a property of each module, and no list of children.
 *
 * @param {NodeModule} module
 * @param {NodeJS.Dict<NodeModule> | undefined} cache what is loaded
 * @returns {string | undefined}
 */
function requirerOf(module, cache = {}) {
  if (Object.hasOwn(module, 'parent')) return /** @type {any} */ (module).parent?.filename;
  return Object.values(cache).find((other) => other?.children?.includes(module))?.filename;
}

/**
 * @param {string} root the package's folder
 * @param {string} [parent] the file that requires it, where it is known
 * @returns {string}
 */
function pickLevel(root, parent) {
  const named = byFolder(root);
  if (named) return named;
  const wanted = process.env.AUTOTOKENIZER_API_LEVEL;
  if (wanted) {
    if (LEVELS.includes(wanted)) return wanted;
    throw new TypeError(`AUTOTOKENIZER_API_LEVEL must be one of ${LEVELS.join(', ')}, but is '${wanted}'`);
  }
  // The program itself knows best; where it is not known, the folder it was started in.
  const main =
    process.argv[1] && path.isAbsolute(process.argv[1]) ? path.dirname(process.argv[1]) : process.cwd();
  const from = [parent ? path.dirname(parent) : (realpath(main) ?? main)];
  return byPnp(root, from) ?? byLinks(root, from) ?? 'plain';
}

module.exports = { pickLevel, requirerOf };
