'use strict';

// Looking at it must not throw: module loaders, inspectors and promises do.
const QUIET = new Set([
  'then',
  'name',
  'length',
  'prototype',
  'constructor',
  '__esModule',
  'toJSON',
  'displayName',
]);

/** What all of them stand on. */
const target = function () {};

/** What a stub does. There are a thousand of them, so that the functions are shared. */
class Stub {
  /**
   * @param {string} name
   * @param {import('./internal').Level} level
   */
  constructor(name, level) {
    this.name = name;
    this.level = level;
  }

  /** @returns {never} */
  fail() {
    const { name, level } = this;
    const error = new Error(
      `\`${name}\` is not part of autotokenizer, which has the tokenizers of ${level.package} only.\n` +
        `Import it from ${level.package}: \`npm install ${level.package}@${level.version}\`. Where that name ` +
        'is taken by autotokenizer, install it beside under another: ' +
        `\`npm install models@npm:${level.package}@${level.version}\`.`,
    );
    throw Object.assign(error, { code: 'ERR_NOT_IN_AUTOTOKENIZER' });
  }

  apply() {
    return this.fail();
  }

  construct() {
    return this.fail();
  }

  /**
   * @param {any} of
   * @param {string | symbol} key
   */
  get(of, key) {
    if (key === 'name') return this.name;
    if (typeof key === 'symbol' || QUIET.has(key)) return Reflect.get(of, key);
    return this.fail();
  }

  set() {
    return this.fail();
  }

  defineProperty() {
    return this.fail();
  }

  deleteProperty() {
    return this.fail();
  }

  setPrototypeOf() {
    return this.fail();
  }

  preventExtensions() {
    return this.fail();
  }
}

/**
 * Stands for a name of transformers.js that is not ours: importing it works, using it says where it is.
 *
 * @param {string} name
 * @param {import('./internal').Level} level
 * @returns {any}
 */
const stub = (name, level) => new Proxy(target, new Stub(name, level));

module.exports = { stub };
