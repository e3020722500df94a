'use strict';

/**
 * What every entry takes of this folder. Node.js needs half a millisecond for each file that it loads, so the build puts
 * main.js and all that it requires into one, bundle.js; where there is none, the files themselves do the same.
 */

const { existsSync } = require('node:fs');
const path = require('node:path');

/** @type {typeof import('./main.js')} */
module.exports = existsSync(path.join(__dirname, 'bundle.js'))
  ? require(/** @type {string} */ ('./bundle.js'))
  : require('./main.js');
