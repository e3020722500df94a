/**
 * A server on a free port of loopback, that ends when told to, whatever its connections are doing.
 *
 * @module
 */
/** @import { RequestListener } from 'node:http' */
/** @import { AddressInfo, Socket } from 'node:net' */
/** @import { Certificate } from './certificate.mjs' */
/** @import { Fault } from './faults.mjs' */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import { CONNECTION_FAULT_KINDS } from './connection-faults.mjs';

/**
 * @param {object} options
 * @param {Certificate} [options.certificate] Speak https.
 * @param {RequestListener} options.onRequest
 * @param {() => Fault | undefined} options.onConnection Called for each connection; returns what goes wrong
 *   with it.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function listen({ certificate, onRequest, onConnection }) {
  const settings = { maxHeaderSize: 64 * 1024, keepAliveTimeout: 60_000 };
  const http = certificate
    ? createHttpsServer({ ...settings, key: certificate.key, cert: certificate.cert }, onRequest)
    : createHttpServer(settings, onRequest);
  // What a client does wrong (a broken handshake, an ended connection) is no failure of the Hub.
  http.on('tlsClientError', () => {});
  http.on('clientError', (_error, socket) => socket.destroy());

  /** @type {Set<Socket>} */
  const sockets = new Set();
  const tcp = createServer({ noDelay: true }, async (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    const fault = onConnection();
    const strike = CONNECTION_FAULT_KINDS.get(fault?.kind ?? '');
    if (!strike || (await strike(socket, fault ?? {}))) http.emit('connection', socket);
  });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = /** @type {AddressInfo} */ (tcp.address());
  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    close: async () => {
      const closed = once(tcp, 'close');
      tcp.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
