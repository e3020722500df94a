'use strict';

/** createApi(level): everything a program imports, at one level. All of lib/ begins here. */

const path = require('node:path');
const { pickLevel, requirerOf } = require('./pick-level.js');
const { classes: errorClasses } = require('./error-classes.js');
const levels = require('./levels/index.js');
const { createEnv, LogLevel } = require('./env.js');
const { createTensor } = require('./tensor/index.js');
const { createTokenizerClass } = require('./tokenizer.js');
const { createClasses } = require('./models/index.js');
const { createAutoTokenizer } = require('./auto.js');
const { createExports } = require('./exports.js');

const ROOT = path.dirname(__dirname);

/** One api a level, so that `require('autotokenizer/v3')` is the same everywhere. @type {Map<string, any>} */
const apis = new Map();

/**
 * @param {string} name v2, v3, v4 or plain
 * @param {{Tensor?: any, env?: any}} [shared] parts of the real package that are to be used
 * @returns {import('./internal').Api}
 */
function create(name, shared = {}) {
  const level = levels[name];
  const env = shared.env ?? createEnv(level, ROOT);
  const warn = (/** @type {string} */ message) => {
    if ((env.logLevel ?? LogLevel.WARNING) <= LogLevel.WARNING) console.warn(message);
  };
  const tensors = createTensor(level.tensor);
  /** @type {Map<string, import('./internal').Api>} */
  const others = new Map();
  /** @type {any} */
  const api = {
    level,
    env,
    warn,
    Tensor: shared.Tensor ?? tensors.Tensor,
    at(/** @type {string} */ other) {
      if (!others.has(other)) others.set(other, create(other, { env }));
      return others.get(other);
    },
  };
  api.classes = createClasses(api, createTokenizerClass(api));
  api.exports = createExports(api, createAutoTokenizer(api), tensors);
  return api;
}

/**
 * @param {string} name v2, v3, v4 or plain
 * @returns {Record<string, any>} the exports of that level
 */
function createApi(name) {
  if (!apis.has(name)) apis.set(name, create(name));
  return apis.get(name).exports;
}

module.exports = { createApi, create, pickLevel, requirerOf, errorClasses, ROOT };
