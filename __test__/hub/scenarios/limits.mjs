/**
 * Scenarios: too slow, too often, too much.
 *
 * @module
 */
/** @import { Scenario } from '../scenarios.mjs' */

const SOON = { HF_HUB_ETAG_TIMEOUT: '1', HF_HUB_DOWNLOAD_TIMEOUT: '1' };
const GET = { method: 'GET', file: 'tokenizer.json' };

/** @type {Scenario[]} */
export const limits = [
  {
    name: 'the Hub never answers',
    row: 'server never answers',
    setup: (hub) => [hub.fault({ kind: 'hang' })],
    variables: SOON,
    outcome: 'fails',
    codes: ['ERR_HUB_TIMEOUT'],
    expectation: 'Given up after a bounded time, retries included; an AbortSignal ends it at once.',
  },
  {
    name: 'the Hub never answers the GET',
    row: 'server never answers',
    setup: (hub) => [hub.fault({ kind: 'hang', match: GET })],
    variables: SOON,
    outcome: 'fails',
    codes: ['ERR_HUB_TIMEOUT'],
    expectation: 'The same.',
  },
  {
    name: 'silence inside the body',
    row: 'server never answers',
    setup: (hub) => [hub.fault({ kind: 'hang', bytes: 100, match: { ...GET, route: 'resolve-cache' } })],
    variables: SOON,
    outcome: 'fails',
    codes: ['ERR_HUB_TIMEOUT'],
    expectation: 'The same; the temporary file is gone.',
  },
  {
    name: 'the Hub never answers, and the files are cached',
    row: 'server never answers',
    setup: (hub) => [hub.fault({ kind: 'hang' })],
    load: { again: true },
    variables: SOON,
    outcome: 'loads',
    expectation: 'The cached copy, with a warning.',
  },
  {
    name: 'one byte a second',
    row: '1 byte/s drip',
    setup: (hub) => [hub.fault({ kind: 'drip', match: GET })],
    variables: SOON,
    outcome: 'fails',
    codes: ['ERR_HUB_TIMEOUT'],
    expectation:
      'Each byte comes in time, and it is too slow all the same: a minimum rate or a total limit ends it.',
  },
  {
    name: 'a handshake that never ends',
    row: 'slow TLS',
    options: { tls: true },
    setup: (hub) => [hub.fault({ kind: 'connection-hang', match: { origin: 'hub' } })],
    variables: SOON,
    outcome: 'fails',
    codes: ['ERR_HUB_TIMEOUT', 'ERR_HUB_NETWORK'],
    expectation: 'The limit for connecting covers the handshake.',
  },
  {
    name: 'a slow handshake',
    row: 'slow TLS',
    options: { tls: true },
    setup: (hub) => [hub.fault({ kind: 'connection-slow', delay: 500, times: 1, match: { origin: 'hub' } })],
    outcome: 'loads',
    expectation: 'Waited for.',
  },
  {
    name: 'a certificate that is not trusted',
    row: 'slow TLS',
    options: { tls: true },
    setup: () => [],
    variables: { NODE_EXTRA_CA_CERTS: '', SSL_CERT_FILE: '' },
    outcome: 'fails',
    codes: ['ERR_HUB_NETWORK'],
    expectation: 'No request arrives; the error speaks of the certificate.',
  },
  {
    name: '429 with RateLimit',
    row: '429 r=0;t=2',
    setup: (hub) => [hub.fault({ kind: 'rate-limit', seconds: 2, times: 1 })],
    outcome: 'loads',
    expectation: 'Nothing is asked again before the two seconds are over.',
  },
  {
    name: '429 with Retry-After in seconds',
    row: '429 r=0;t=2',
    setup: (hub) => [hub.fault({ kind: 'rate-limit', headers: { 'Retry-After': '1' }, times: 1 })],
    outcome: 'loads',
    expectation: 'Waited for.',
  },
  {
    name: '429 with Retry-After as a date long past',
    row: '429 r=0;t=2',
    setup: (hub) => [
      hub.fault({
        kind: 'rate-limit',
        headers: { 'Retry-After': 'Fri, 31 Dec 1999 23:59:59 GMT' },
        times: 1,
      }),
    ],
    outcome: 'loads',
    expectation: 'Understood, and tried again.',
  },
  {
    name: '429 that asks for an hour',
    row: '429 r=0;t=2',
    setup: (hub) => [hub.fault({ kind: 'rate-limit', seconds: 3600 })],
    outcome: 'fails',
    codes: ['ERR_HUB_RATE_LIMITED'],
    expectation: 'Not waited for; the error says how long the Hub asked to wait.',
  },
  {
    name: 'Content-Length 2^60',
    row: 'Content-Length 2^60',
    setup: (hub) => [hub.fault({ kind: 'wrong-length', match: { file: 'tokenizer.json' } })],
    outcome: 'fails',
    codes: ['ERR_HUB_TOO_LARGE', 'ERR_HUB_INTEGRITY'],
    expectation: 'Nothing is allocated by what the header says.',
  },
  {
    name: 'more bytes than the file has',
    row: 'Content-Length 2^60',
    setup: (hub) => [hub.fault({ kind: 'endless', framing: 'chunked', match: GET })],
    outcome: 'fails',
    codes: ['ERR_HUB_TOO_LARGE', 'ERR_HUB_INTEGRITY'],
    expectation: 'Ended where the size is known to be exceeded, or at the limit.',
  },
  {
    name: 'a gzip bomb',
    row: 'gzip bomb',
    setup: (hub) => [hub.fault({ kind: 'gzip-bomb', size: 1 << 26, match: GET })],
    outcome: 'fails',
    codes: ['ERR_HUB_TOO_LARGE', 'ERR_HUB_INTEGRITY'],
    expectation: 'Memory and disk stay bounded.',
  },
  {
    name: 'a header of one megabyte',
    row: 'gzip bomb',
    setup: (hub) => [hub.fault({ kind: 'header-bomb', match: { file: 'tokenizer.json' } })],
    outcome: 'fails',
    codes: ['ERR_HUB_PROTOCOL', 'ERR_HUB_NETWORK'],
    expectation: 'Refused. (Ignoring the header and loading would be right too.)',
  },
];
