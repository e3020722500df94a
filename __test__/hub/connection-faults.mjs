/**
 * Faults that strike before any HTTP is spoken: on the connection, and on the TLS handshake above it.
 *
 * @module
 */
/** @import { Socket } from 'node:net' */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * @typedef {'connection-hang' | 'connection-reset' | 'connection-slow' | 'connection-garbage'}
 *   ConnectionFaultKind
 *
 * @callback ConnectionFault
 * @param {Socket} socket
 * @param {{ delay?: number }} options
 * @returns {Promise<boolean>} Whether the connection may go on.
 */

/** @type {Record<ConnectionFaultKind, ConnectionFault>} */
const kinds = {
  // Accepts, and never says a word: with TLS, a handshake that never ends.
  'connection-hang': async () => false,
  'connection-reset': async (socket) => {
    socket.resetAndDestroy();
    return false;
  },
  // Says nothing for a while: with TLS, a slow handshake.
  'connection-slow': async (_socket, { delay = 1000 }) => {
    // Keeps no process alive that has nothing else to do.
    await pause(delay, undefined, { ref: false });
    return true;
  },
  // Speaks something that is neither TLS nor HTTP.
  'connection-garbage': async (socket) => {
    socket.end('SSH-2.0-OpenSSH_9.6\r\n');
    return false;
  },
};

/** @type {Map<string, ConnectionFault>} */
export const CONNECTION_FAULT_KINDS = new Map(Object.entries(kinds));
