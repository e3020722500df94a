'use strict';

module.exports = { promptMembers: {} };
