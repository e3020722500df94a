'use strict';

// The API of @xenova/transformers 2.
module.exports = require('./lib/api.js').createApi('v2');

// Never runs: Node.js reads here which names an ES module can import.
0 && (module.exports = { ...require('./lib/upstream/v2.js'), ...require('./lib/upstream/ours.js') });
