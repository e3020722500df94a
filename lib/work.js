'use strict';

/** All that later.js reads at a first call, in one object. */

module.exports = {
  ...require('./native.js'),
  ...require('./errors.js'),
  ...require('./create-state.js'),
  ...require('./tokens.js'),
  ...require('./load.js'),
  ...require('./encode.js'),
  ...require('./own-text.js'),
  ...require('./batch.js'),
  ...require('./call.js'),
  ...require('./decode.js'),
  ...require('./chat.js'),
  ...require('./clean-up.js'),
  ...require('./extras/call.js'),
  ...require('./extras/chat.js'),
  ...require('./extras/queue.js'),
};
