'use strict';

// The API of @huggingface/transformers 3.
module.exports = require('./lib/api.js').createApi('v3');

// Never runs: Node.js reads here which names an ES module can import.
0 && (module.exports = { ...require('./lib/upstream/v3.js'), ...require('./lib/upstream/ours.js') });
