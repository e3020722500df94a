'use strict';

/** autotokenizer itself: level v4, and what no level has. */

const v4 = require('./v4.js');

/** @type {import('../internal').Level} */
module.exports = {
  ...v4,
  name: 'plain',
};
