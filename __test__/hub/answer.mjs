/**
 * Answers as data: what a request gets, before any fault alters it and before it is sent.
 *
 * @module
 */
/** @import { Delivery } from './deliver.mjs' */

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers Names as the Hub writes them.
 * @property {Buffer} body For HEAD too: it is left out when sent.
 * @property {boolean} [content] Whether the body is bytes of a stored file.
 * @property {Buffer} [whole] The whole file, where a part of it was asked for.
 * @property {Delivery} [delivery] How it is sent, where that is not the ordinary way.
 *
 * @typedef {object} FileRequest What of a request matters for sending a file.
 * @property {import('node:http').IncomingHttpHeaders} headers
 */

/**
 * @param {number} status
 * @param {string} text
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
export function text(status, text, headers = {}) {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
    body: Buffer.from(text),
  };
}

/**
 * @param {number} status
 * @param {unknown} value
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
export function json(status, value, headers = {}) {
  const body = Buffer.from(JSON.stringify(value));
  return { status, headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers }, body };
}

/**
 * An error as the Hub words it: in headers and, as JSON, in the body.
 *
 * @param {{ status: number, code?: string, message: string, headers?: Record<string, string> }} error
 * @returns {Answer}
 */
export function refusal({ status, code, message, headers = {} }) {
  return json(
    status,
    { error: message },
    {
      ...(code ? { 'X-Error-Code': code } : {}),
      // A header cannot hold every character that a name can.
      'X-Error-Message': message.replace(/[^\x20-\x7e]/g, '?'),
      ...(status === 401
        ? { 'WWW-Authenticate': 'Bearer realm="Authentication required", charset="UTF-8"' }
        : {}),
      ...headers,
    },
  );
}

const REASONS = /** @type {Record<number, string>} */ ({
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
});

/**
 * A redirect. Its body says where to, and so its Content-Length is the length of that sentence: a client that
 * takes it for the length of the file is wrong.
 *
 * @param {number} status
 * @param {string} location
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
export function redirect(status, location, headers = {}) {
  return text(status, `${REASONS[status]}. Redirecting to ${location}`, { Location: location, ...headers });
}

/**
 * A file, or the part of it that a Range header asks for.
 *
 * @param {FileRequest} request
 * @param {Buffer} bytes
 * @param {Record<string, string>} headers `ETag` among them, in quotes.
 * @returns {Answer}
 */
export function file(request, bytes, headers) {
  /** @type {Record<string, string>} */
  const all = { 'Content-Type': 'application/octet-stream', 'Accept-Ranges': 'bytes', ...headers };
  const etag = all.ETag;
  const known = request.headers['if-none-match'];
  if (known && known.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)) {
    return { status: 304, headers: all, body: Buffer.alloc(0) };
  }
  const ifRange = request.headers['if-range'];
  const range =
    ifRange === undefined || ifRange === etag ? parseRange(request.headers.range, bytes.length) : null;
  if (!range) return { status: 200, headers: all, body: bytes, content: true };
  if (range === 'unsatisfiable') {
    const headers416 = { ...headers, 'Content-Range': `bytes */${bytes.length}` };
    return { ...text(416, 'Range Not Satisfiable', headers416), whole: bytes };
  }
  const { first, last } = range;
  return {
    status: 206,
    headers: { ...all, 'Content-Range': `bytes ${first}-${last}/${bytes.length}` },
    body: bytes.subarray(first, last + 1),
    content: true,
    whole: bytes,
  };
}

/**
 * @param {string | undefined} header
 * @param {number} size
 * @returns {{ first: number, last: number } | 'unsatisfiable' | null} `null`: send everything.
 */
function parseRange(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (!match[1] && !match[2])) return null;
  const first = match[1] ? Number(match[1]) : Math.max(0, size - Number(match[2]));
  const last = match[1] && match[2] ? Math.min(Number(match[2]), size - 1) : size - 1;
  return first > last ? 'unsatisfiable' : { first, last };
}
