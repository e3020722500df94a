'use strict';

/**
 * What a tokenizer does once there is one. Importing this package is to cost little, so that none of it is read until a
 * program makes a first call.
 */

/** @type {typeof import('./work.js') | undefined} */
let read;

/** @returns {typeof import('./work.js')} */
const work = () => (read ??= require('./work.js'));

module.exports = { work };
