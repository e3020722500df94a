'use strict';

/** `env`: the settings object of transformers.js, with what this package adds. Read at each call. */

const path = require('node:path');

const LogLevel = Object.freeze({ DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40, NONE: 50 });

const DEFAULT_HOST = 'https://huggingface.co/';
const STAGING_HOST = 'https://hub-ci.huggingface.co/';
const REMOTE_PATH = '{model}/resolve/{revision}';

/** Names of variables that loading may read; everything else in process.env stays out of the addon. */
const MATTERS = new RegExp(
  '^(HF_|HUGGING_?FACE_|TRANSFORMERS_|AUTOTOKENIZER_|SSL_CERT_)|' +
    '^(HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|LOCALAPPDATA|XDG_CACHE_HOME|NODE_EXTRA_CA_CERTS|CI|REQUEST_METHOD)$|' +
    '^(HTTPS?|ALL|NO)_PROXY$',
  'i',
);

/** What GitHub Actions gives to a job that may show who it is: read only where that is wanted. */
const IDENTITY = ['GITHUB_ACTIONS', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];

/** Folders and files, whose names may begin with another variable: `$SCRATCH/huggingface`. */
const PATHS = ['HF_HOME', 'HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'XDG_CACHE_HOME', 'HF_TOKEN_PATH'];

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

/**
 * @param {any} env
 * @param {Record<string, string | undefined>} variables
 * @returns {string[]} names of the variables that may hold the token; empty for the usual ones
 */
function tokenVariables(env, variables) {
  if (Array.isArray(env.tokenVariables)) return env.tokenVariables.map(String);
  const named = variables.AUTOTOKENIZER_TOKEN_VARIABLES ?? '';
  return named
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

/**
 * The variables of this thread as they are now: a worker has its own copy, and programs set them at run time.
 *
 * @param {any} env
 */
function snapshotVariables(env) {
  const source = process.env;
  const names = tokenVariables(env, source);
  const inPaths = PATHS.flatMap((name) => [...(source[name] ?? '').matchAll(/\$\{?(\w+)/g)]);
  const identity = source.HF_OIDC_RESOURCE ? IDENTITY : [];
  const wanted = new Set([...names, ...identity, ...inPaths.map(([, used]) => used)]);
  /** @type {Record<string, string>} */
  const variables = {};
  for (const name of Object.keys(source)) {
    const value = source[name];
    if (value !== undefined && (MATTERS.test(name) || wanted.has(name))) variables[name] = value;
  }
  return { variables, names };
}

/**
 * What `env.remotePathTemplate` has before a Hub's own paths.
 *
 * @param {any} env
 * @returns {string}
 */
function remotePrefix(env) {
  const template = String(env.remotePathTemplate ?? '').replace(/^\/+|\/+$/g, '');
  if (template === '' || template === REMOTE_PATH) return '';
  const prefix = template.endsWith(`/${REMOTE_PATH}`) ? template.slice(0, -REMOTE_PATH.length - 1) : '{';
  if (!env.allowRemoteModels) return '';
  if (!/[{}?#\\]|(^|\/)\.{0,2}(\/|$)/.test(prefix)) return prefix;
  throw Object.assign(
    new Error(
      '`env.remotePathTemplate` must end in "{model}/resolve/{revision}/", with or without folders before it: ' +
        'files are asked for by the commit, as a Hub has them.',
    ),
    { code: 'ERR_HUB_INVALID_OPTION' },
  );
}

/**
 * @param {any} env
 * @returns {string | undefined} the Hub to ask, or undefined where nobody chose one (the variables then
 * decide)
 */
function remoteHost(env) {
  const prefix = remotePrefix(env);
  const chosen = env.remoteHost === DEFAULT_HOST || !env.remoteHost ? undefined : String(env.remoteHost);
  if (prefix === '') return chosen;
  const staging = /^(1|on|yes|true)$/i.test(process.env.HUGGINGFACE_CO_STAGING ?? '');
  const host = chosen ?? (staging ? STAGING_HOST : process.env.HF_ENDPOINT?.trim() || DEFAULT_HOST);
  return `${host.replace(/\/+$/, '')}/${prefix}`;
}

module.exports = { createEnv, snapshotVariables, remoteHost, LogLevel };
