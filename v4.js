'use strict';

// The API of @huggingface/transformers 4.
module.exports = require('./lib/api.js').createApi('v4');

// Never runs: Node.js reads here which names an ES module can import.
0 && (module.exports = { ...require('./lib/upstream/v4.js'), ...require('./lib/upstream/ours.js') });
