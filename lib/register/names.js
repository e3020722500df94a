'use strict';

/** The packages that are redirected. */

const fs = require('node:fs');
const path = require('node:path');

/** Level of a package whose version is not known. @type {Record<string, string>} */
const LEVELS = { '@xenova/transformers': 'v2', '@huggingface/transformers': 'v4' };

/**
 * @param {string} name
 * @param {string | undefined} file of the real package
 * @returns {string}
 */
function levelOf(name, file) {
  for (
    let folder = file && path.dirname(file);
    folder && folder !== path.dirname(folder);
    folder = path.dirname(folder)
  ) {
    try {
      const { name: found, version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
      if (found === name) return /^3\./.test(version) ? 'v3' : LEVELS[name];
    } catch {
      // Not the package's own folder yet.
    }
  }
  return LEVELS[name];
}

/** @param {string} specifier */
function isRedirected(specifier) {
  return Object.hasOwn(LEVELS, specifier);
}

module.exports = { levelOf, isRedirected };
