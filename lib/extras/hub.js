'use strict';

/** Functions of the Hub and its cache, with the settings of `env` and the options of from_pretrained. */

const { work } = require('../later.js');

/**
 * @param {any} value
 * @param {string} name
 */
function text(value, name) {
  if (typeof value !== 'string' || value === '') throw work().wrongType(name, 'a string', value);
  return value;
}

/**
 * @param {any} value
 * @param {string} name
 * @returns {string[] | undefined}
 */
function list(value, name) {
  if (value === null) return undefined;
  const patterns = Array.isArray(value) ? value : [value];
  for (const pattern of patterns) text(pattern, name);
  return patterns;
}

/** @param {import('../internal').Api} api */
function createHub(api) {
  /**
   * One call with the settings of now: events go to `progress_callback`, warnings to the console.
   *
   * @template T
   * @param {string} id
   * @param {any} given options
   * @param {object} more of the request
   * @param {(request: any, onEvent: any, cancelled: any) => Promise<T>} run
   * @returns {Promise<T>}
   */
  const call = async (id, given, more, run) => {
    const options = work().optionsOf(given);
    const request = { ...work().commonRequest(api, options), ...more };
    return work().withEvents(api, id, options, (onEvent, signal) =>
      work().cancellable(signal, (cancelled) => run(request, onEvent, cancelled)),
    );
  };

  return {
    /**
     * Whose token is sent, and what it may do.
     *
     * @param {any} [options]
     */
    whoami: async (options = {}) => JSON.parse(await call('', options, {}, work().native().whoami)),

    /**
     * Whether a repository can be read; rejects with the reason if not.
     *
     * @param {any} id
     * @param {any} [options]
     */
    checkAccess: async (id, options = {}) =>
      call(id, options, { model: text(id, 'id') }, work().native().checkAccess),

    /**
     * All files of a repository, or those that patterns name, in the cache.
     *
     * @param {any} id
     * @param {any} [options]
     */
    snapshot: async (id, options = {}) => {
      const { allow_patterns = null, ignore_patterns = null } = work().optionsOf(options);
      const patterns = {
        allowPatterns: list(allow_patterns, 'options.allow_patterns'),
        ignorePatterns: list(ignore_patterns, 'options.ignore_patterns'),
      };
      return call(id, options, { model: text(id, 'id'), ...patterns }, work().native().snapshot);
    },

    /**
     * One file of a repository in the cache.
     *
     * @param {any} id
     * @param {any} file
     * @param {any} [options]
     * @returns {Promise<string>} its path
     */
    download: async (id, file, options = {}) => {
      const files = [{ name: text(file, 'file'), required: true }];
      const saved = await call(id, options, { model: text(id, 'id'), files }, work().native().download);
      return Object.values(saved.files)[0] ?? '';
    },

    /**
     * Tokenizers that are to be there when they are needed. Each is built once, so that one that cannot be used
     * is found now; a cache that cannot be written is an error.
     *
     * @param {any} ids
     * @param {any} [options]
     */
    preload: async (ids, options = {}) => {
      const all = Array.isArray(ids) ? ids : [ids];
      const given = work().optionsOf(options);
      await Promise.all(all.map((id) => work().load(api, id, given, { preload: true })));
    },

    /** @param {any} [options] */
    scanCache: async (options = {}) => JSON.parse(await call('', options, {}, work().native().scanCache)),

    /**
     * @param {any} id
     * @param {any} [options]
     * @returns {Promise<number>} how many bytes that freed
     */
    deleteFromCache: async (id, options = {}) =>
      call(id, options, { model: text(id, 'id') }, work().native().deleteFromCache),
  };
}

module.exports = { createHub };
