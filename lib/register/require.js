'use strict';

/** The redirection for require(). */

const Module = require('node:module');
const { createApi } = require('../api.js');
const { combine } = require('./combine.js');
const { levelOf, isRedirected } = require('./names.js');

/** @type {Map<string, any>} */
const combined = new Map();

/**
 * @param {string} request
 * @param {any} real
 * @param {string} file
 */
function together(request, real, file) {
  if (!combined.has(file)) {
    const ours = combine(levelOf(request, file), real);
    const all = { ...Object.getOwnPropertyDescriptors(real), ...Object.getOwnPropertyDescriptors(ours) };
    combined.set(file, Object.defineProperties({}, all));
  }
  return combined.get(file);
}

function patchRequire() {
  const internals = /** @type {any} */ (Module);
  const load = internals._load;
  internals._load = function (
    /** @type {string} */ request,
    /** @type {any} */ parent,
    /** @type {boolean} */ isMain,
  ) {
    if (!isRedirected(request)) return load.apply(this, arguments);
    let file;
    try {
      file = internals._resolveFilename(request, parent, isMain);
    } catch (error) {
      const { code } = /** @type {any} */ (error);
      if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
      return createApi(levelOf(request, undefined));
    }
    try {
      return together(request, load.apply(this, arguments), file);
    } catch (error) {
      // Version 2 has ES modules only, which require() does not load everywhere.
      if (/** @type {any} */ (error).code !== 'ERR_REQUIRE_ESM') throw error;
      return createApi(levelOf(request, file));
    }
  };
}

module.exports = { patchRequire };
