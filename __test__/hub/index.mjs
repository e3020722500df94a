/**
 * A Hugging Face Hub on loopback, for tests and by hand. See README.md.
 *
 * @module
 */
/** @typedef {import('./faults.mjs').Fault} Fault */
/** @typedef {import('./record.mjs').RequestRecord} RequestRecord */
/** @typedef {import('./repository.mjs').RepositoryOptions} RepositoryOptions */
/** @typedef {import('./server.mjs').HubOptions} HubOptions */
/** @typedef {import('./tokens.mjs').TokenOptions} TokenOptions */
export { Hub, startHub } from './server.mjs';
export { Repository } from './repository.mjs';
export { FAULT_KINDS } from './fault-kinds.mjs';
export { CONNECTION_FAULT_KINDS } from './connection-faults.mjs';
