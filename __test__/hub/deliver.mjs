/**
 * Sending an answer: in the ordinary way, or in one of the broken ways of a broken network.
 *
 * @module
 */
/** @import { IncomingMessage, ServerResponse } from 'node:http' */
/** @import { Socket } from 'node:net' */
/** @import { Answer } from './answer.mjs' */
import { once } from 'node:events';
import { STATUS_CODES } from 'node:http';
import { setImmediate as turn, setTimeout as timeout } from 'node:timers/promises';

/**
 * @typedef {object} Delivery How an answer is sent, where not in the ordinary way.
 * @property {number} [delay] Milliseconds before anything is sent.
 * @property {Ending} [instead] Send nothing at all; do this.
 * @property {Buffer} [raw] Send these bytes in place of an HTTP answer.
 * @property {'length' | 'close' | 'chunked'} [framing] How the end of the body is told; `length` without it.
 * @property {string} [contentLength] What Content-Length says, true or not.
 * @property {number} [stopAfter] Send only so many bytes of the body, then do `then`.
 * @property {Ending} [then] `close` without it.
 * @property {{ bytes: number, interval: number }} [drip] Send the body in pieces, with milliseconds between
 *   them.
 * @property {boolean} [endless] Repeat the body for ever.
 *
 * @typedef {'close' | 'reset' | 'hang'} Ending The end of the stream, a TCP reset, or silence.
 */

/**
 * Waits, but keeps no process alive that has nothing else to do.
 *
 * @param {number} milliseconds
 */
const pause = (milliseconds) => timeout(milliseconds, undefined, { ref: false });

/**
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 * @param {Answer} answer
 * @returns {Promise<void>}
 */
export async function deliver(request, response, answer) {
  const { status, headers, body, delivery } = answer;
  if (delivery) return deliverBroken(request.socket, answer, delivery, request.method === 'HEAD');
  response.writeHead(status, { ...headers, ...(status === 304 ? {} : { 'Content-Length': body.length }) });
  response.end(request.method === 'HEAD' || status === 304 ? undefined : body);
}

/**
 * Writes to the socket itself, since an HTTP library rightly refuses to say something false.
 *
 * @param {Socket} socket
 * @param {Answer} answer
 * @param {Delivery} delivery
 * @param {boolean} headOnly
 */
async function deliverBroken(socket, answer, delivery, headOnly) {
  if (delivery.delay) await pause(delivery.delay);
  if (delivery.instead) return end(socket, delivery.instead);
  if (delivery.raw) return void socket.end(delivery.raw);
  await write(socket, head(answer, delivery));
  if (headOnly) return end(socket, 'close');

  const stopAfter = delivery.stopAfter ?? Number.POSITIVE_INFINITY;
  const { bytes: step, interval } = delivery.drip ?? { bytes: 64 * 1024, interval: 0 };
  let sent = 0;
  do {
    for (let at = 0; at < answer.body.length && sent < stopAfter; at += step) {
      const piece = answer.body.subarray(at, Math.min(at + step, at + stopAfter - sent));
      if (!(await write(socket, delivery.framing === 'chunked' ? chunk(piece) : piece))) return;
      sent += piece.length;
      if (interval) await pause(interval);
      // Writing to loopback never waits: let the other side, which may be in this process, read.
      else await turn();
    }
  } while (delivery.endless && sent < stopAfter && answer.body.length > 0);

  // A reset makes the other side's system throw away what has come but was not read yet.
  if (delivery.then === 'reset') await pause(100);
  if (sent >= stopAfter) return end(socket, delivery.then ?? 'close');
  if (delivery.framing === 'chunked') await write(socket, Buffer.from('0\r\n\r\n'));
  end(socket, delivery.then ?? 'close');
}

/**
 * @param {Answer} answer
 * @param {Delivery} delivery
 */
function head({ status, headers, body }, { framing = 'length', contentLength }) {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (framing === 'length') lines.push(`Content-Length: ${contentLength ?? body.length}`);
  if (framing === 'chunked') lines.push('Transfer-Encoding: chunked');
  lines.push('Connection: close', '', '');
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

/** @param {Buffer} piece */
function chunk(piece) {
  return Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
}

/**
 * @param {Socket} socket
 * @param {Buffer} bytes
 * @returns {Promise<boolean>} False when the other side has gone.
 */
async function write(socket, bytes) {
  if (socket.destroyed || !socket.writable) return false;
  if (!socket.write(bytes)) {
    await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {});
  }
  return !socket.destroyed;
}

/**
 * @param {Socket} socket
 * @param {Ending} ending
 */
function end(socket, ending) {
  if (ending === 'close') socket.end();
  else if (ending === 'reset') reset(socket);
  // `hang`: the socket stays open and silent until the other side, or the end of the Hub, closes it.
}

/**
 * A TCP reset, also below TLS.
 *
 * @param {Socket} socket
 */
export function reset(socket) {
  const below = /** @type {Socket & { _parent?: Socket }} */ (socket)._parent;
  (below ?? socket).resetAndDestroy();
  socket.destroy();
}
