'use strict';

/**
 * A property that is worked out when somebody looks, and that a program can set.
 *
 * @param {any} object
 * @param {string} name
 * @param {() => any} make
 */
function lazily(object, name, make) {
  const define = (/** @type {any} */ value) =>
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  Object.defineProperty(object, name, {
    get: () => define(make())[name],
    set: define,
    enumerable: true,
    configurable: true,
  });
}

module.exports = { lazily };
