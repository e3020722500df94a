/**
 * HTTP read from the socket itself, so that no library smooths over what a server does wrong.
 *
 * @module
 */
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** How long a server must be silent to count as silent, in milliseconds. */
const SILENCE = 400;

/**
 * @typedef {object} AskOptions
 * @property {string} [method]
 * @property {Record<string, string>} [headers]
 * @property {boolean} [untilSilent] Stop when nothing more comes for a while, too.
 * @property {number} [upTo] Stop after so many bytes.
 *
 * @typedef {object} SocketAnswer
 * @property {string} raw Everything, one character a byte.
 * @property {number} status 0 where it was not HTTP.
 * @property {Record<string, string>} headers Names in lower case.
 * @property {Buffer} body As sent: chunks are not put together.
 * @property {'end' | 'reset' | 'open'} ending
 */

/**
 * Sends one request, the path just as given, and reads what comes back.
 *
 * @param {string} origin
 * @param {string} path
 * @param {AskOptions} [options]
 * @returns {Promise<SocketAnswer>}
 */
export async function askSocket(origin, path, options = {}) {
  const { method = 'GET', headers = {}, untilSilent = false, upTo = Number.POSITIVE_INFINITY } = options;
  const { hostname: host, port } = new URL(origin);
  const socket = connect({ host, port: Number(port) });
  /** @type {Buffer[]} */
  const pieces = [];
  let size = 0;
  /** @type {Promise<SocketAnswer['ending']>} */
  const ending = new Promise((resolve) => {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const waitForSilence = () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        // On a busy machine something may have come while this process did not run: look again.
        const before = size;
        for (let i = 0; i < 5; i += 1) await turn();
        if (size === before) resolve('open');
      }, SILENCE);
    };
    if (untilSilent) socket.on('connect', waitForSilence);
    socket.on('data', (piece) => {
      pieces.push(piece);
      size += piece.length;
      if (size > upTo) resolve('open');
      else if (untilSilent) waitForSilence();
    });
    socket.on('end', () => resolve('end'));
    socket.on('error', () => resolve('reset'));
    socket.on('close', () => clearTimeout(timer));
  });
  const lines = Object.entries({ Host: `${host}:${port}`, Connection: 'close', ...headers });
  const fields = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`${method} ${path} HTTP/1.1\r\n${fields}\r\n`);
  const how = await ending;
  socket.destroy();
  return { ...parseAnswer(Buffer.concat(pieces)), ending: how };
}

/**
 * @param {Buffer} bytes
 * @returns {Omit<SocketAnswer, 'ending'>}
 */
export function parseAnswer(bytes) {
  const raw = bytes.toString('latin1');
  const cut = raw.indexOf('\r\n\r\n');
  if (!raw.startsWith('HTTP/1.1 ') || cut < 0) return { raw, status: 0, headers: {}, body: Buffer.alloc(0) };
  const [first, ...rest] = raw.slice(0, cut).split('\r\n');
  const headers = Object.fromEntries(
    rest.map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at).toLowerCase(), line.slice(at + 2)];
    }),
  );
  return { raw, status: Number(first.split(' ')[1]), headers, body: bytes.subarray(cut + 4) };
}
