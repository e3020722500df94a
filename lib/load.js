'use strict';

/** from_pretrained: arguments and env in, one native call, events out. */

const { existsSync } = require('node:fs');
const path = require('node:path');
const { native, cancellable, onAbort, isSignal } = require('./native.js');
const { snapshotVariables, remoteHost } = require('./settings.js');
const { moreTemplates } = require('./templates.js');
const { wrap, wrongType, show, classes } = require('./errors.js');

const FILES = [
  { name: 'tokenizer.json', required: true },
  { name: 'tokenizer_config.json', required: true },
  { name: 'chat_template.jinja', required: false },
];

/**
 * @param {any} id
 * @param {import('./internal').Level} level
 */
function checkId(id, level) {
  if (typeof id === 'string' && id !== '') return;
  const problem = `pretrained_model_name_or_path must be a model id like 'org/name' or a folder, but got ${show(id)}`;
  const first = id === undefined || id === null || id === '' ? level.missingId(id) : 'part.replace is not a function';
  const error = new TypeError(`${first}\n${problem}`);
  throw Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
}

/**
 * @param {any} env
 * @param {boolean} localFilesOnly
 */
function checkEnv(env, localFilesOnly) {
  if (!env.allowLocalModels && localFilesOnly) {
    throw Error(
      'Invalid configuration detected: local models are disabled (`env.allowLocalModels=false`) but you have ' +
        'requested to only use local models (`local_files_only=true`).',
    );
  }
  if (!env.allowLocalModels && !env.allowRemoteModels) {
    throw Error(
      'Invalid configuration detected: both local and remote models are disabled. Fix by setting ' +
        '`env.allowLocalModels` or `env.allowRemoteModels` to `true`.',
    );
  }
  if (env.useCustomCache) {
    if (!env.customCache) throw Error('`env.useCustomCache=true`, but `env.customCache` is not defined.');
    throw Object.assign(
      new Error(
        '`env.customCache` is not supported: the cache is the folder that Python uses too. Set env.cacheDir.',
      ),
      { code: 'ERR_HUB_INVALID_OPTION' },
    );
  }
}

/**
 * @param {string} name
 * @param {any} value
 * @param {string} type
 */
function optional(name, value, type) {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== type)
    throw wrongType(`options.${name}`, type === 'string' ? 'a string' : `a ${type}`, value);
  return value;
}

/**
 * @param {any} options
 * @returns {string | boolean | undefined}
 */
function tokenOption(options) {
  const name = options.token === undefined || options.token === null ? 'use_auth_token' : 'token';
  const value = options[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  // The value is not shown: it may be a token in the wrong wrapping.
  throw wrongType(`options.${name}`, 'a string, or false to send none', Symbol(typeof value));
}

/**
 * What the hub functions and from_pretrained have in common.
 *
 * @param {import('./internal').Api} api
 * @param {any} options
 */
function commonRequest(api, options) {
  const { env, level } = api;
  const { variables, names } = snapshotVariables(env);
  return {
    revision: optional('revision', options.revision, 'string'),
    subfolder: optional('subfolder', options.subfolder, 'string'),
    cacheDir: optional('cache_dir', options.cache_dir, 'string') ?? cacheFolder(api),
    localModelPath: env.localModelPath ? String(env.localModelPath) : undefined,
    allowLocal: !!env.allowLocalModels,
    allowRemote: !!env.allowRemoteModels,
    localFilesOnly: !!options.local_files_only,
    token: tokenOption(options),
    remoteHost: remoteHost(env),
    tokenVariables: names,
    variables,
    forceDownload: optional('force_download', options.force_download, 'boolean') ?? false,
    strict: optional('strict', options.strict, 'boolean') ?? false,
    progress: optional('progress', options.progress, 'boolean') ?? false,
    userAgent: `autotokenizer/${packageVersion()}; api/${level.name}; node/${process.versions.node}`,
  };
}

/** @param {import('./internal').Api} api */
function cacheFolder({ env }) {
  return env.cacheDir ? String(env.cacheDir) : undefined;
}

/** @returns {string} */
function packageVersion() {
  return require('../package.json').version;
}

/**
 * Runs a native call that reports events: a callback that throws, or a signal, ends it.
 *
 * @template T
 * @param {import('./internal').Api} api
 * @param {string} id
 * @param {any} options
 * @param {(onEvent: (event: import('./internal').NativeEvent) => void, signal: AbortSignal | null) => Promise<T>}
 * run
 * @param {import('./errors').Place} [place]
 * @returns {Promise<T>}
 */
async function withEvents(api, id, options, run, place) {
  const callback = options.progress_callback ?? null;
  if (callback !== null && typeof callback !== 'function') {
    throw wrongType('options.progress_callback', 'a function', callback);
  }
  const { signal = null } = options;
  if (signal !== null && !isSignal(signal)) throw wrongType('options.signal', 'an AbortSignal', signal);

  if (signal?.aborted) throw aborted(signal);

  // What nobody can end needs none, and the first one of a process takes most of a millisecond.
  const controller = signal !== null || callback !== null ? new AbortController() : null;
  /** @type {{error: unknown} | null} */
  let failure = null;
  const abort = () => controller?.abort();
  const remove = signal && onAbort(signal, abort);

  /** @param {import('./internal').NativeEvent} event */
  const onEvent = (event) => {
    if (event.status === 'warning') api.warn(String(event.message));
    if (callback === null || failure !== null || event.status === 'end') return undefined;
    try {
      callback(publicEvent(event, id));
    } catch (error) {
      failure = { error };
      abort();
    }
    return undefined;
  };
  try {
    const result = await run(onEvent, controller?.signal ?? null);
    if (failure !== null) throw /** @type {{error: unknown}} */ (failure).error;
    return result;
  } catch (error) {
    if (failure !== null) throw /** @type {{error: unknown}} */ (failure).error;
    if (signal?.aborted) throw aborted(signal);
    throw wrap(error, api.level, place);
  } finally {
    remove?.();
  }
}

/**
 * @param {import('./internal').NativeEvent} event
 * @param {string} id
 */
function publicEvent({ status, file, loaded = 0, total, code, message }, id) {
  if (status === 'warning') return { status, name: id, file: '', code, message };
  if (status !== 'progress') return { status, name: id, file };
  const size = total ?? loaded;
  return { status, name: id, file, progress: size > 0 ? (loaded / size) * 100 : 100, loaded, total: size };
}

/** @param {AbortSignal} signal */
function aborted(signal) {
  return new classes.HubAbortError('This operation was aborted', {
    code: 'ERR_HUB_ABORTED',
    cause: signal.reason,
  });
}

/**
 * @param {string} text
 * @param {string} id
 * @returns {any} tokenizer_config.json
 */
function parseConfig(text, id) {
  let config;
  let reason = 'it holds no JSON object';
  try {
    // A byte order mark is no part of the text, as for TextDecoder.
    config = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    reason = /** @type {Error} */ (error).message;
  }
  if (config && typeof config === 'object' && !Array.isArray(config)) return config;
  throw new classes.TokenizerError(`tokenizer_config.json of ${id} cannot be used: ${reason}`, {
    code: 'ERR_TOKENIZER_FILE',
  });
}

/**
 * A repository's template files go before the template in tokenizer_config.json, as in Python transformers.
 *
 * @param {any} config
 * @param {Record<string, string | null>} files
 */
function addTemplates(config, files) {
  const main = files['chat_template.jinja'];
  const named = Object.entries(files).flatMap(([file, template]) => {
    const name = /^(?:additional_)?chat_templates\/(.+)\.jinja$/.exec(file)?.[1];
    return name && typeof template === 'string' ? [{ name, template }] : [];
  });
  if (named.length > 0) {
    const templates = typeof main === 'string' ? [{ name: 'default', template: main }, ...named] : named;
    config.chat_template = templates;
  } else if (typeof main === 'string') {
    config.chat_template = main;
  }
}

/**
 * @param {(name: string) => string} at where transformers.js looks for a file of this machine
 * @returns {string} the first that is not there
 */
function missingFile(at) {
  const files = FILES.filter(({ required }) => required).map(({ name }) => at(name));
  return files.find((file) => !existsSync(file)) ?? files[0];
}

/** What can be a repository. */
const REPOSITORY = /^(?!.*(--|\.\.|\.git$|\.ipynb$))(\b[\w\-.]+\b\/)?\b[\w\-.]{1,96}\b$/;

/**
 * At level v2 any name can be that of a folder among the local models.
 *
 * @param {import('./internal').Level} level
 * @param {import('./internal').LoadRequest} request
 * @returns {string} the id, or that folder
 */
function modelOf(level, { model, allowLocal, localModelPath }) {
  if (!level.pathsAreIds || !allowLocal || !localModelPath || REPOSITORY.test(model)) return model;
  const folder = path.join(localModelPath, model);
  return existsSync(folder) ? folder : model;
}

/**
 * @param {import('./internal').Api} api
 * @param {any} id
 * @param {any} options
 * @param {{preload?: boolean}} [more] of the request
 */
async function load(api, id, options, more = {}) {
  const { level, env } = api;
  checkId(id, level);
  checkEnv(env, !!options.local_files_only);
  const common = commonRequest(api, options);
  const request = {
    ...common,
    ...more,
    model: id,
    files: FILES,
    engine: env.engine ?? process.env.AUTOTOKENIZER_ENGINE ?? undefined,
    targetLang: optional('target_lang', options.target_lang, 'string'),
  };
  const onlyLocal = request.localFilesOnly || !request.allowRemote;
  const isPath = path.isAbsolute(id) || /^\.{1,2}([\\/]|$)/.test(id);
  const asPath = isPath && !level.pathsAreIds;
  const local = (/** @type {string} */ name) =>
    asPath ? `${id.replace(/\/$/, '')}/${name}` : path.join(request.localModelPath ?? '', id, name);
  /** Looked at where loading failed. */
  const place = {
    id,
    get folder() {
      return isPath ? missingFile((name) => path.join(id, name)) : undefined;
    },
    get local() {
      return onlyLocal ? missingFile(local) : undefined;
    },
  };
  request.model = modelOf(level, request);
  const loaded = await withEvents(
    api,
    id,
    options,
    async (onEvent, signal) => {
      const files = await cancellable(signal, (cancelled) => native().load(request, onEvent, cancelled));
      Object.assign(files.files, await moreTemplates(request, files, signal));
      return files;
    },
    place,
  );
  const config = parseConfig(loaded.files['tokenizer_config.json'] ?? '', id);
  addTemplates(config, loaded.files);
  return { handle: loaded.tokenizer, config, loaded };
}

module.exports = { load, commonRequest, withEvents };
