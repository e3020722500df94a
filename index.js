'use strict';

// The level of the API follows the name under which this package is installed; see docs/compatibility.md.
const { createApi, pickLevel, requirerOf } = require('./lib/api.js');

module.exports = createApi(pickLevel(__dirname, requirerOf(module, require.cache)));

// Never runs: Node.js reads here which names an ES module can import.
0 &&
  (module.exports = {
    ...require('./lib/upstream/v2.js'),
    ...require('./lib/upstream/v3.js'),
    ...require('./lib/upstream/v4.js'),
    ...require('./lib/upstream/ours.js'),
  });
