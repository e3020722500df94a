/**
 * A Hugging Face Hub on loopback, for tests and by hand. See README.md.
 *
 * @module
 */
export { Hub, startHub } from './server.mjs';
export { Repository } from './repository.mjs';
export { FAULT_KINDS } from './fault-kinds.mjs';
export { CONNECTION_FAULT_KINDS } from './connection-faults.mjs';
