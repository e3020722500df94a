'use strict';

/** `env`: the settings object of transformers.js, with what this package adds. Read at each call. */

const path = require('node:path');

const LogLevel = Object.freeze({ DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40, NONE: 50 });

const DEFAULT_HOST = 'https://huggingface.co/';
const REMOTE_PATH = '{model}/resolve/{revision}';

/**
 * @param {import('./internal').Level} level
 * @param {string} root the package's folder
 */
function createEnv(level, root) {
  let apiLevel = level.name === 'plain' ? null : level.name;
  const env = {
    ...level.envStart(level.version, root),
    allowRemoteModels: true,
    remoteHost: DEFAULT_HOST,
    remotePathTemplate: `${REMOTE_PATH}/`,
    allowLocalModels: true,
    localModelPath: path.join(root, '/models/'),
    useFS: true,
    useBrowserCache: false,
    useFSCache: true,
    /** @type {string | null} null: the folder of every Hugging Face tool on this machine */
    cacheDir: null,
    useCustomCache: false,
    customCache: null,
  };
  Object.defineProperties(env, Object.getOwnPropertyDescriptors(level.env));
  // Our own settings are not enumerable: a program that copies or prints env sees what it knows.
  Object.defineProperties(env, {
    tokenVariables: { value: /** @type {string[] | null} */ (null), writable: true, configurable: true },
    engine: { value: /** @type {string | null} */ (null), writable: true, configurable: true },
    apiLevel: {
      get: () => apiLevel,
      set(value) {
        if (![null, 'v2', 'v3', 'v4', 'plain'].includes(value)) {
          throw new TypeError(`env.apiLevel must be 'v2', 'v3', 'v4' or null, but got ${String(value)}`);
        }
        apiLevel = value;
      },
      configurable: true,
    },
  });
  return env;
}

module.exports = { createEnv, LogLevel, DEFAULT_HOST, REMOTE_PATH };
