/**
 * Scenarios: redirects that lead astray.
 *
 * @module
 */
/** @import { Scenario } from '../scenarios.mjs' */

const DROPPED = 'The token goes to the Hub only: `hub.received({ origin: "stranger" })` has none.';

/** @type {Scenario[]} */
export const redirects = [
  {
    name: 'a redirect to another port',
    row: 'cross-origin redirect',
    setup: (hub) => [hub.fault({ kind: 'cross-origin-redirect', match: { file: 'tokenizer.json' } })],
    load: { id: 'org/gated' },
    outcome: 'loads',
    expectation: `${DROPPED} What the stranger sends is checked against the Hub's ETag like any CDN's.`,
  },
  {
    name: 'a redirect to another host on the same port',
    row: 'cross-origin redirect',
    setup: (hub) => [hub.fault({ kind: 'other-host-redirect', match: { file: 'tokenizer.json' } })],
    load: { id: 'org/gated' },
    outcome: 'fails',
    codes: ['ERR_HUB_TOKEN_MISSING', 'ERR_HUB_REDIRECT', 'ERR_HUB_PROTOCOL'],
    expectation: 'No request whose Host is localhost carries the token, and so the gate stays closed.',
  },
  {
    name: 'a redirect to a stranger for GET only',
    row: 'cross-origin redirect',
    setup: (hub) => [
      hub.fault({ kind: 'cross-origin-redirect', match: { file: 'tokenizer.json', method: 'GET' } }),
    ],
    load: { id: 'org/gated' },
    outcome: 'loads',
    expectation: `${DROPPED} The bytes are checked against what HEAD said.`,
  },
  {
    name: 'a redirect to a stranger who sends other bytes',
    row: 'cross-origin redirect',
    setup: (hub) => [
      hub.fault({ kind: 'cross-origin-redirect', match: { file: 'tokenizer.json', origin: 'hub' } }),
      hub.fault({ kind: 'corrupt', match: { file: 'tokenizer.json', origin: 'stranger' } }),
    ],
    load: { id: 'org/gated' },
    outcome: 'fails',
    codes: ['ERR_HUB_INTEGRITY'],
    expectation: `${DROPPED} The bytes do not match and never become a file of the cache.`,
  },
  {
    name: 'a redirect from https to http',
    row: 'downgrade redirect',
    options: { tls: true },
    setup: (hub) => [hub.fault({ kind: 'downgrade', match: { file: 'tokenizer.json' } })],
    load: { id: 'org/gated' },
    outcome: 'fails',
    codes: ['ERR_HUB_REDIRECT'],
    expectation: 'Refused without a request: `hub.connections.stranger` is 0.',
  },
  {
    name: 'a redirect to itself',
    row: 'redirect loop',
    setup: (hub) => [hub.fault({ kind: 'redirect-loop', match: { file: 'tokenizer.json' } })],
    outcome: 'fails',
    codes: ['ERR_HUB_REDIRECT'],
    expectation:
      'Given up after a bounded number of requests (at most some twenty), with an error that says so.',
  },
  {
    name: 'a hundred redirects',
    row: 'redirect loop',
    setup: (hub) => [hub.fault({ kind: 'redirect-chain', hops: 100, match: { file: 'tokenizer.json' } })],
    outcome: 'fails',
    codes: ['ERR_HUB_REDIRECT'],
    expectation: 'Given up after a bounded number of requests.',
  },
  {
    name: 'an absolute redirect on the same origin',
    row: 'absolute redirect (mirrors)',
    setup: (hub) => [hub.fault({ kind: 'absolute-redirect', match: { file: 'tokenizer.json' } })],
    load: { id: 'org/gated' },
    outcome: 'loads',
    expectation: 'Followed with the token, as a relative one is.',
  },
  ...[
    'file:///etc/passwd',
    '/../../../../etc/passwd',
    'javascript:alert(1)',
    'http://user:password@127.0.0.1:1/x',
    '//[::1',
    '\\\\server\\share',
    '',
  ].map(
    (location) =>
      /** @type {Scenario} */ ({
        name: `a redirect to ${JSON.stringify(location)}`,
        row: 'traversal in Location',
        setup: (hub) => [hub.fault({ kind: 'bad-location', location, match: { file: 'tokenizer.json' } })],
        outcome: 'fails',
        codes: ['ERR_HUB_REDIRECT', 'ERR_HUB_PROTOCOL', 'ERR_HUB_NETWORK', 'ERR_HUB_FILE_NOT_FOUND'],
        expectation:
          'No file of the machine is read, no credentials of the URL are sent or printed; a typed error.',
      }),
  ),
  {
    name: 'a signed address that is no longer valid',
    row: 'expired CDN address',
    setup: (hub) => [hub.fault({ kind: 'expired-link', times: 1, match: { method: 'GET' } })],
    load: { id: 'org/large' },
    outcome: 'loads',
    expectation:
      'The CDN\'s 403 is not taken for the Hub\'s "no access": a fresh address is asked for, once.',
  },
];
