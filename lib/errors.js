'use strict';

/** What this package throws: in which class, and what it says. */

const { HUB_FIELDS, classes } = require('./error-classes.js');

/** @type {Record<string, typeof classes.HubError>} */
const HUB_CLASSES = {
  ERR_HUB_TOKEN_MISSING: classes.TokenMissingError,
  ERR_HUB_ACCESS_DENIED: classes.AccessDeniedError,
  ERR_HUB_TOKEN_INVALID: classes.TokenInvalidError,
  ERR_HUB_TOKEN_MALFORMED: classes.TokenInvalidError,
  ERR_HUB_OIDC: classes.OidcError,
  ERR_HUB_REPO_NOT_FOUND: classes.RepositoryNotFoundError,
  ERR_HUB_REVISION_NOT_FOUND: classes.RevisionNotFoundError,
  ERR_HUB_FILE_NOT_FOUND: classes.FileNotFoundError,
  ERR_HUB_REPO_DISABLED: classes.RepositoryDisabledError,
  ERR_HUB_NETWORK: classes.NetworkError,
  ERR_HUB_TIMEOUT: classes.HubTimeoutError,
  ERR_HUB_OFFLINE: classes.OfflineError,
  ERR_HUB_RATE_LIMITED: classes.RateLimitError,
  ERR_HUB_SERVER: classes.HubServerError,
  ERR_HUB_PROTOCOL: classes.HubProtocolError,
  ERR_HUB_REDIRECT: classes.HubProtocolError,
  ERR_HUB_INTEGRITY: classes.IntegrityError,
  ERR_HUB_FILE_INVALID: classes.IntegrityError,
  ERR_HUB_TOO_LARGE: classes.IntegrityError,
  ERR_HUB_CACHE: classes.CacheError,
  ERR_HUB_INVALID_REPO_ID: classes.HubArgumentError,
  ERR_HUB_INVALID_REVISION: classes.HubArgumentError,
  ERR_HUB_INVALID_PATH: classes.HubArgumentError,
  ERR_HUB_INVALID_OPTION: classes.HubArgumentError,
  ERR_HUB_ABORTED: classes.HubAbortError,
};

/** What transformers.js says first for a status. @type {Record<number, string>} */
const FIRST_WORDS = {
  400: 'Bad request error occurred while trying to load file',
  401: 'Unauthorized access to file',
  403: 'Forbidden access to file',
  404: 'Could not locate file',
  408: 'Request timeout error occurred while trying to load file',
  500: 'Internal server error error occurred while trying to load file',
  502: 'Bad gateway error occurred while trying to load file',
  503: 'Service unavailable error occurred while trying to load file',
  504: 'Gateway timeout error occurred while trying to load file',
};

/**
 * @param {number} status
 * @returns {string}
 */
function firstWords(status) {
  return FIRST_WORDS[status] ?? `Error (${status}) occurred while trying to load file`;
}

/**
 * Where a local file was looked for.
 *
 * @typedef {object} Place
 * @property {string} [id]
 * @property {string} [local] the file, when only local ones are allowed
 * @property {string} [folder] the file, when the id is a path
 */

/** Access errors concern the whole repository: each level names the file that it asks for first. */
const WHOLE_REPOSITORY = new Set([401, 403]);

/**
 * @param {any} error what the addon threw
 * @param {import('./internal').Level} level
 * @param {Place} place
 */
function firstLine(error, level, place) {
  const { status, url, file, code } = error;
  // Without a file it is about an account, or all of a repository.
  if (status && url && file) {
    const asked =
      WHOLE_REPOSITORY.has(status) && url.endsWith(file)
        ? url.slice(0, -file.length) + level.errorFile
        : url;
    return `${firstWords(status)}: "${asked}".`;
  }
  if (place.local && (code === 'ERR_HUB_OFFLINE' || code === 'ERR_HUB_FILE_NOT_FOUND')) {
    return (
      '`local_files_only=true` or `env.allowRemoteModels=false` and file was not found locally at ' +
      `"${place.local}".`
    );
  }
  if (place.folder && code === 'ERR_HUB_FILE_NOT_FOUND')
    return level.missingFolder(place.folder, String(place.id));
  if (code === 'ERR_HUB_NETWORK' || code === 'ERR_HUB_TIMEOUT') return 'fetch failed';
  return '';
}

/**
 * What the addon threw, in the class that its code names. Anything without a code of ours is returned as it
 * is.
 *
 * @param {any} error
 * @param {import('./internal').Level} [level] needed for what the Hub says
 * @param {Place} [place]
 * @returns {any}
 */
function wrap(error, level, place = {}) {
  const code = error?.code;
  if (typeof code !== 'string' || error instanceof classes.AutoTokenizerError) return error;
  if (level && code.startsWith('ERR_HUB_')) {
    const Class = HUB_CLASSES[code] ?? classes.HubError;
    const lines = [firstLine(error, level, place), error.message, error.hint];
    const text = lines
      .filter((line, i) => line && !lines.slice(0, i).some((l) => l?.includes(line)))
      .join('\n');
    const wrapped = new Class(text, { ...pick(error), code });
    const name = level.errorName(wrapped);
    if (name !== wrapped.name) wrapped.name = name;
    return wrapped;
  }
  if (code.startsWith('ERR_CHAT_')) return new classes.ChatTemplateError(error.message, { code });
  if (code === 'ERR_TOKENIZER_ARGUMENT') return Object.assign(new TypeError(error.message), { code });
  if (code.startsWith('ERR_TOKENIZER_')) return new classes.TokenizerError(error.message, { code });
  return error;
}

/** @param {any} error */
function pick(error) {
  /** @type {Record<string, any>} */
  const fields = {};
  for (const field of HUB_FIELDS) fields[field] = error[field];
  return fields;
}

/**
 * @param {any} value
 * @returns {string} the value as an error message shows it
 */
function show(value) {
  if (typeof value === 'string') return value.length > 60 ? `'${value.slice(0, 57)}…'` : `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (typeof value === 'symbol') return String(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  return name && name !== 'Object' ? `an instance of ${name}` : 'an object';
}

/**
 * @param {string} argument
 * @param {string} expected
 * @param {any} value
 */
function wrongType(argument, expected, value) {
  const error = new TypeError(`${argument} must be ${expected}, but got ${show(value)}`);
  return Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
}

/**
 * @param {string} argument
 * @param {string} expected
 * @param {any} value
 */
function outOfRange(argument, expected, value) {
  const error = new RangeError(`${argument} must be ${expected}, but got ${show(value)}`);
  return Object.assign(error, { code: 'ERR_OUT_OF_RANGE' });
}

/**
 * The options of a function that is ours alone: none, or an object.
 *
 * @param {any} options
 * @returns {any}
 */
function optionsOf(options) {
  if (options === undefined || options === null) return {};
  if (typeof options !== 'object') throw wrongType('options', 'an object', options);
  return options;
}

module.exports = {
  wrap,
  wrongType,
  outOfRange,
  optionsOf,
  show,
  firstWords,
  classes,
};
