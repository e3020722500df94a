'use strict';

/** @type {Record<string, import('../internal').Level>} */
module.exports = {
  get v2() {
    return require('./v2.js');
  },
  get v3() {
    return require('./v3.js');
  },
  get v4() {
    return require('./v4.js');
  },
  get plain() {
    return require('./plain.js');
  },
};
