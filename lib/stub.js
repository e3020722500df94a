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

/**
 * Stands for a name of transformers.js that is not ours: importing it works, using it says where it is.
 *
 * @param {string} name
 * @param {import('./internal').Level} level
 */
function stub(name, level) {
  const fail = () => {
    const error = new Error(
      `\`${name}\` is not part of autotokenizer, which has the tokenizers of ${level.package} only.\n` +
        `Import it from ${level.package}: \`npm install ${level.package}@${level.version}\`. Where that name ` +
        'is taken by autotokenizer, install it beside under another: ' +
        `\`npm install models@npm:${level.package}@${level.version}\`.`,
    );
    throw Object.assign(error, { code: 'ERR_NOT_IN_AUTOTOKENIZER' });
  };
  return new Proxy(function () {}, {
    apply: fail,
    construct: fail,
    get(target, key) {
      if (key === 'name') return name;
      if (typeof key === 'symbol' || QUIET.has(key)) return Reflect.get(target, key);
      return fail();
    },
    set: fail,
  });
}

module.exports = { stub };
