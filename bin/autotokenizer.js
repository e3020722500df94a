#!/usr/bin/env node
'use strict';

const { main } = require('../lib/cli/index.js');

// A reader that has seen enough, as `head`, is no error.
process.stdout.on('error', (error) => {
  if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPIPE') throw error;
  process.exit();
});

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
