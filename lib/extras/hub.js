'use strict';

/** Functions of the Hub and its cache, with the settings of `env` and the options of from_pretrained. */

const { native, cancellable } = require('../native.js');
const { wrap, wrongType } = require('../errors.js');
const { commonRequest, withEvents } = require('../load.js');

/**
 * @param {any} value
 * @param {string} name
 */
function text(value, name) {
  if (typeof value !== 'string' || value === '') throw wrongType(name, 'a string', value);
  return value;
}

/** @param {import('../internal').Api} api */
function createHub(api) {
  /**
   * @param {string} id
   * @param {any} options
   * @param {(onEvent: any, cancelled: any) => Promise<any>} run
   */
  const reporting = (id, options, run) =>
    withEvents(api, id, options, (onEvent, signal) =>
      cancellable(signal, (cancelled) => run(onEvent, cancelled)),
    );

  /** @param {() => Promise<any>} run */
  const plain = async (run) => {
    try {
      return await run();
    } catch (error) {
      throw wrap(error, api.level);
    }
  };

  return {
    /**
     * Whose token is sent, and where it came from.
     *
     * @param {any} [options]
     */
    whoami: async (options = {}) => {
      const request = commonRequest(api, options);
      const account = await reporting('', options, (onEvent, cancelled) =>
        native().whoami(request, onEvent, cancelled),
      );
      return JSON.parse(account);
    },

    /**
     * Whether a repository can be read; rejects with the reason if not.
     *
     * @param {any} id
     * @param {any} [options]
     */
    checkAccess: async (id, options = {}) => {
      const request = { ...commonRequest(api, options), model: text(id, 'id') };
      await reporting(id, options, (onEvent, cancelled) => native().checkAccess(request, onEvent, cancelled));
    },

    /**
     * All files of a repository, or those that patterns name, in the cache.
     *
     * @param {any} id
     * @param {any} [options]
     */
    snapshot: async (id, options = {}) => {
      const { allow_patterns = null, ignore_patterns = null } = options;
      const request = {
        ...commonRequest(api, options),
        model: text(id, 'id'),
        allowPatterns: allow_patterns ?? undefined,
        ignorePatterns: ignore_patterns ?? undefined,
      };
      return reporting(id, options, (onEvent, cancelled) => native().snapshot(request, onEvent, cancelled));
    },

    /**
     * One file of a repository in the cache.
     *
     * @param {any} id
     * @param {any} file
     * @param {any} [options]
     */
    download: async (id, file, options = {}) => {
      const files = [{ name: text(file, 'file'), required: true }];
      const request = { ...commonRequest(api, options), model: text(id, 'id'), files };
      const saved = await reporting(id, options, (onEvent, cancelled) =>
        native().download(request, onEvent, cancelled),
      );
      return saved.files[file];
    },

    /**
     * Tokenizers that are to be there when they are needed.
     *
     * @param {any} ids
     * @param {any} [options]
     */
    preload: async (ids, options = {}) => {
      const list = Array.isArray(ids) ? ids : [ids];
      await Promise.all(list.map((id) => api.exports.AutoTokenizer.from_pretrained(id, options)));
    },

    /** @param {any} [options] */
    scanCache: (options = {}) =>
      plain(async () => JSON.parse(await native().scanCache(commonRequest(api, options)))),

    /**
     * @param {any} id
     * @param {any} [options]
     */
    deleteFromCache: (id, options = {}) =>
      plain(() => native().deleteFromCache({ ...commonRequest(api, options), model: text(id, 'id') })),
  };
}

module.exports = { createHub };
