'use strict';

/** What loading takes from `env` and from the environment, as they are now. */

const { DEFAULT_HOST, REMOTE_PATH } = require('./env.js');

const STAGING_HOST = 'https://hub-ci.huggingface.co/';

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

module.exports = { snapshotVariables, remoteHost };
