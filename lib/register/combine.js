'use strict';

/**
 * Our tokenizers with the rest of the real package: its Tensor, so that its models take what they give, and
 * its env.
 */

const { create, errorClasses } = require('../api.js');

/**
 * What of ours replaces the real package's.
 *
 * @param {string} level
 * @param {any} real the exports of the real package
 * @returns {Record<string, any>}
 */
function combine(level, real) {
  const initial = real.env?.cacheDir;
  // The real package's own default folder is not a wish of the program.
  const env = Object.create(real.env ?? null, {
    cacheDir: { get: () => (real.env?.cacheDir === initial ? null : real.env.cacheDir), enumerable: true },
  });
  const api = create(level, { Tensor: real.Tensor, env });
  /** @type {Record<string, any>} */
  const ours = { AutoTokenizer: api.exports.AutoTokenizer, ...api.classes, ...errorClasses };
  for (const [alias, name] of api.level.aliases) ours[alias] = api.classes[name];
  return ours;
}

/**
 * @param {string} level
 * @returns {string[]}
 */
function namesOf(level) {
  const { level: strategy, classes } = create(level);
  const aliases = strategy.aliases.map(([alias]) => alias);
  return ['AutoTokenizer', ...Object.keys(classes), ...aliases, ...Object.keys(errorClasses)];
}

module.exports = { combine, namesOf };
