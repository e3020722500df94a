'use strict';

/** @param {any} Base */
function whisper(Base) {
  return class extends Base {};
}

module.exports = { whisper };
