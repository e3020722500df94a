/**
 * The kinds of faults: how each alters an answer.
 *
 * @module
 */
/** @import { Answer } from './answer.mjs' */
/** @import { Cdn } from './cdn.mjs' */
/** @import { ConnectionFaultKind } from './connection-faults.mjs' */
/** @import { Ending } from './deliver.mjs' */
/** @import { Fault } from './faults.mjs' */
/** @import { RequestRecord } from './record.mjs' */
/** @import { Repository } from './repository.mjs' */
import { gzipSync } from 'node:zlib';
import { redirect, refusal, text } from './answer.mjs';

/**
 * @typedef {ConnectionFaultKind | 'absolute-redirect' | 'bad-commit' | 'bad-etag' | 'bad-location' |
 *   'captive-portal' | 'corrupt' | 'cookie' | 'cross-origin-redirect' | 'delay' | 'downgrade' | 'drip' |
 *   'empty' | 'endless' | 'expired-link' | 'garbage' | 'gzip' | 'gzip-bomb' | 'hang' | 'header' |
 *   'header-bomb' | 'no-length' | 'other-host-redirect' | 'range-ignored' | 'range-wrong' | 'rate-limit' |
 *   'redirect' | 'redirect-chain' | 'redirect-loop' | 'reset' | 'run' | 'status' | 'truncate' |
 *   'wrong-length'} FaultKind
 *
 * @typedef {object} FaultOptions Each kind uses some of these; the README says which.
 * @property {number} [status]
 * @property {string} [message]
 * @property {string} [code] X-Error-Code.
 * @property {Record<string, string>} [headers]
 * @property {number} [bytes] How many bytes of the body still come.
 * @property {'length' | 'close' | 'chunked'} [framing] How the end of the body is told.
 * @property {Ending} [ending]
 * @property {number} [offset] Which byte is changed.
 * @property {number} [interval] Milliseconds.
 * @property {number} [delay] Milliseconds.
 * @property {number} [size] Bytes.
 * @property {string | null} [value] `null`: leave the header out.
 * @property {string} [location]
 * @property {number} [hops]
 * @property {number} [seconds]
 * @property {string} [policy] A window name for RateLimit.
 * @property {() => void | Promise<void>} [action]
 *
 * @typedef {object} Surroundings Where a request came in.
 * @property {string} url Of the Hub.
 * @property {string} strangerUrl
 * @property {Cdn} cdn
 * @property {Repository} [repository]
 *
 * @typedef {Surroundings & { fault: Fault, request: RequestRecord }} Situation
 *
 * @typedef {object} Kind
 * @property {(request: RequestRecord, answer: Answer) => boolean} [applies] Whether it can strike here at
 *   all: a body cannot be cut where there is none. Without it, everywhere.
 * @property {(answer: Answer, situation: Situation) => Answer | Promise<Answer>} alter
 */

/** Kinds that alter the bytes of a file. @type {Kind['applies']} */
const onContent = ({ method }, answer) => method === 'GET' && answer.content === true;
/** Kinds that put a redirect in place of what `resolve` answers. @type {Kind['applies']} */
const onResolve = ({ route, origin }, { status }) => origin === 'hub' && route === 'resolve' && status < 400;

/**
 * @param {Answer} answer
 * @param {Answer['delivery']} delivery
 * @returns {Answer}
 */
const sendAs = (answer, delivery) => ({ ...answer, delivery: { ...answer.delivery, ...delivery } });

/**
 * @param {Answer} answer
 * @param {string[]} names
 * @param {string | null} value
 * @returns {Answer} With the named headers, as far as they are there, set to a value or left out.
 */
function setHeaders(answer, names, value) {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const headers = Object.entries(answer.headers).flatMap(([name, old]) => {
    if (!wanted.has(name.toLowerCase())) return [[name, old]];
    return value === null ? [] : [[name, value]];
  });
  return { ...answer, headers: Object.fromEntries(headers) };
}

/** @param {number | undefined} given @param {Answer} answer */
const half = (given, { body }) => given ?? Math.floor(body.length / 2);

/** @param {Answer} answer @param {string} name */
const has = (answer, name) => Object.keys(answer.headers).some((one) => one.toLowerCase() === name);

/** @type {Map<string, Kind>} */
export const FAULT_KINDS = new Map(
  Object.entries(
    /** @type {Record<string, Kind>} */ ({
      status: {
        alter: (_answer, { fault: { status = 500, message = 'Internal Error', code, headers } }) =>
          refusal({ status, message, code, headers }),
      },
      'rate-limit': {
        alter: (_answer, { fault: { seconds = 1, headers, policy = 'resolvers' } }) =>
          refusal({
            status: 429,
            message:
              'We had to rate limit your IP. To continue using our service, create a HF account or login.',
            headers: headers ?? {
              RateLimit: `"${policy}";r=0;t=${seconds}`,
              'RateLimit-Policy': `"fixed window";"${policy}";q=3000;w=300`,
            },
          }),
      },
      'captive-portal': {
        alter: () => ({
          status: 200,
          headers: { 'Content-Type': 'text/html' },
          body: Buffer.from('<!DOCTYPE html><html><body><h1>Welcome to Airport Wi-Fi</h1></body></html>'),
        }),
      },
      garbage: {
        alter: (answer) => sendAs(answer, { raw: Buffer.from('\x00\x01\x02 this is not HTTP\r\n\r\n') }),
      },

      // Bodies
      truncate: {
        applies: onContent,
        alter: (answer, { fault: { bytes, framing, ending } }) =>
          sendAs(answer, { stopAfter: half(bytes, answer), framing, then: ending ?? 'close' }),
      },
      reset: {
        alter: (answer, { fault: { bytes }, request }) =>
          onContent?.(request, answer) && bytes !== 0
            ? sendAs(answer, { stopAfter: half(bytes, answer), then: 'reset' })
            : sendAs(answer, { instead: 'reset' }),
      },
      hang: {
        alter: (answer, { fault: { bytes }, request }) =>
          bytes !== undefined && onContent?.(request, answer)
            ? sendAs(answer, { stopAfter: bytes, then: 'hang' })
            : sendAs(answer, { instead: 'hang' }),
      },
      delay: {
        alter: (answer, { fault: { delay = 1000 } }) => sendAs(answer, { delay }),
      },
      drip: {
        applies: onContent,
        alter: (answer, { fault: { bytes = 1, interval = 1000 } }) =>
          sendAs(answer, { drip: { bytes, interval } }),
      },
      corrupt: {
        applies: (request, answer) => onContent?.(request, answer) === true && answer.body.length > 0,
        alter: (answer, { fault: { offset } }) => {
          const body = Buffer.from(answer.body);
          body[offset ?? Math.floor(body.length / 2)] ^= 1;
          return { ...answer, body };
        },
      },
      empty: {
        applies: onContent,
        alter: (answer) => ({ ...answer, body: Buffer.alloc(0) }),
      },
      endless: {
        applies: onContent,
        alter: (answer, { fault: { framing = 'chunked', size } }) =>
          sendAs(answer, { endless: true, framing, ...(size === undefined ? {} : { stopAfter: size }) }),
      },
      'no-length': {
        applies: onContent,
        alter: (answer, { fault: { framing = 'close' } }) => sendAs(answer, { framing }),
      },
      'wrong-length': {
        applies: (_request, answer) => answer.content === true,
        alter: (answer, { fault: { size = 2 ** 60 } }) => {
          // BigInt, since 2^60 as a number prints well but 2^63 would not.
          const contentLength = BigInt(size).toString();
          return sendAs(setHeaders(answer, ['X-Linked-Size'], contentLength), { contentLength });
        },
      },
      gzip: {
        applies: onContent,
        alter: (answer) => ({
          ...answer,
          headers: { ...answer.headers, 'Content-Encoding': 'gzip' },
          body: gzipSync(answer.body),
        }),
      },
      'gzip-bomb': {
        applies: onContent,
        alter: (answer, { fault: { size = 64 * 1024 * 1024 } }) => ({
          ...answer,
          headers: { ...answer.headers, 'Content-Encoding': 'gzip' },
          body: gzipSync(Buffer.alloc(size, ' '), { level: 9 }),
        }),
      },
      'range-ignored': {
        applies: (_request, { whole, status }) => whole !== undefined && status !== 200,
        alter: ({ whole, headers }) => {
          const { 'Content-Range': _range, ...others } = headers;
          return { status: 200, headers: others, body: whole ?? Buffer.alloc(0), content: true };
        },
      },
      'range-wrong': {
        applies: (_request, { status }) => status === 206,
        alter: (answer) =>
          setHeaders(answer, ['Content-Range'], `bytes 0-${answer.body.length - 1}/${answer.body.length}`),
      },

      // Headers
      header: {
        alter: (answer, { fault: { headers = {} } }) => ({
          ...answer,
          headers: { ...answer.headers, ...headers },
        }),
      },
      cookie: {
        alter: (answer) => ({
          ...answer,
          headers: { ...answer.headers, 'Set-Cookie': 'session=abc; Path=/' },
        }),
      },
      'header-bomb': {
        alter: (answer, { fault: { size = 1024 * 1024 } }) =>
          sendAs({ ...answer, headers: { ...answer.headers, 'X-Filler': 'a'.repeat(size) } }, {}),
      },
      'bad-etag': {
        applies: (_request, answer) => has(answer, 'etag') || has(answer, 'x-linked-etag'),
        alter: (answer, { fault: { value = '../../../escaped' } }) =>
          sendAs(setHeaders(answer, ['ETag', 'X-Linked-ETag'], value === null ? null : `"${value}"`), {}),
      },
      'bad-commit': {
        applies: (_request, answer) => has(answer, 'x-repo-commit'),
        alter: (answer, { fault: { value = '../../../escaped' } }) =>
          sendAs(setHeaders(answer, ['X-Repo-Commit'], value), {}),
      },

      // Redirects
      redirect: {
        applies: onResolve,
        alter: (answer, { fault: { status = 302, location = '/' } }) =>
          redirect(status, location, keep(answer)),
      },
      'bad-location': {
        applies: onResolve,
        alter: (answer, { fault: { status = 302, location = 'file:///etc/passwd' } }) =>
          sendAs(redirect(status, location, keep(answer)), {}),
      },
      'redirect-loop': {
        applies: onResolve,
        alter: (_answer, { request, fault: { status = 302 } }) => redirect(status, request.url),
      },
      'redirect-chain': {
        applies: onResolve,
        alter: (answer, { request, fault: { status = 302, hops = 100 } }) => {
          const hop = Number(request.query.get('hop'));
          return hop >= hops ? answer : redirect(status, `${request.path}?hop=${hop + 1}`);
        },
      },
      'absolute-redirect': {
        applies: ({ route, origin }, { status }) =>
          origin === 'hub' && route === 'resolve' && status >= 300 && status < 400,
        alter: (answer, { url }) =>
          setHeaders(answer, ['Location'], new URL(answer.headers.Location, url).href),
      },
      'cross-origin-redirect': {
        applies: onResolve,
        alter: (answer, { request, strangerUrl, fault: { status = 302 } }) =>
          redirect(status, `${strangerUrl}${request.url}`, keep(answer)),
      },
      'other-host-redirect': {
        applies: ({ headers, ...request }, answer) =>
          onResolve?.({ headers, ...request }, answer) === true && !headers.host?.startsWith('localhost'),
        alter: (answer, { request, url, fault: { status = 302 } }) =>
          redirect(status, `${url.replace('127.0.0.1', 'localhost')}${request.url}`, keep(answer)),
      },
      downgrade: {
        applies: onResolve,
        alter: (answer, { request, url, strangerUrl, fault: { status = 302 } }) => {
          if (!url.startsWith('https:'))
            throw new Error('A downgrade needs a Hub that was started with tls: true');
          return redirect(status, `${strangerUrl}${request.url}`, keep(answer));
        },
      },
      'expired-link': {
        applies: ({ route }, { headers: { Location } }) =>
          route === 'resolve' && /^https?:/.test(Location ?? ''),
        alter: (answer, { request, cdn, repository }) => {
          const stored = repository?.commit(request.revision ?? '')?.files.get(request.file ?? '');
          if (!stored || !repository) return text(500, 'nothing to sign');
          return setHeaders(answer, ['Location'], cdn.sign(repository.id, stored, { lifetime: -60 }));
        },
      },

      // Anything else, such as pushing a commit between two requests.
      run: {
        alter: async (answer, { fault: { action } }) => {
          await action?.();
          return answer;
        },
      },
    }),
  ),
);

/**
 * @param {Answer} answer
 * @returns {Record<string, string>} What tells a client which file it is about to get.
 */
function keep({ headers }) {
  const kept = ['ETag', 'X-Repo-Commit', 'X-Linked-ETag', 'X-Linked-Size'];
  return Object.fromEntries(kept.flatMap((name) => (name in headers ? [[name, headers[name]]] : [])));
}
