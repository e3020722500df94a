'use strict';

/** The names a program can import: ours, and a stub for each name that only the real package has. */

const { classes: errorClasses } = require('./error-classes.js');
const { stub } = require('./stub.js');
const { DecodeStream } = require('./extras/stream.js');
const { createHub } = require('./extras/hub.js');
const streamers = require('./extras/streamers.js');

/**
 * @param {string} level
 * @returns {string[]}
 */
function upstreamNames(level) {
  if (level === 'v2') return require('./upstream/v2.list.js');
  return level === 'v3' ? require('./upstream/v3.list.js') : require('./upstream/v4.list.js');
}

/**
 * @param {import('./internal').Api} api
 * @param {any} AutoTokenizer
 * @param {Record<string, any>} tensors Tensor and its functions
 * @returns {Record<string, any>}
 */
function createExports(api, AutoTokenizer, tensors) {
  const { level, classes } = api;
  const upstream = upstreamNames(level.upstream);
  // A function of tensors that came later is not there earlier.
  const there = Object.entries(tensors).filter(
    ([name]) => level.name === 'plain' || upstream.includes(name),
  );
  // Without a prototype at first: a thousand names are put into an object like that sooner.
  /** @type {Record<string, any>} */
  const ours = { __proto__: null, AutoTokenizer, ...classes, env: api.env, ...Object.fromEntries(there), ...errorClasses };
  ours.Tensor = api.Tensor;
  Object.assign(ours, { DecodeStream, ...streamers }, createHub(api));
  for (const [alias, name] of level.aliases) ours[alias] = classes[name];
  if (level.models) ours.TokenizerModel = level.models();
  Object.assign(ours, level.exports(api));
  for (let i = 0; i < upstream.length; ++i) ours[upstream[i]] ??= stub(upstream[i], level);
  return Object.setPrototypeOf(ours, Object.prototype);
}

module.exports = { createExports };
