/**
 * Scenarios: bytes that do not arrive as they should.
 *
 * @module
 */
/** @import { Scenario } from '../scenarios.mjs' */

const NOTHING_LEFT = 'Nothing of it is in the cache afterwards, and the next load works.';
const GET = { method: 'GET', file: 'tokenizer.json' };

/** @type {Scenario[]} */
export const transfers = [
  ...[401, 403, 500, 404].map(
    (status) =>
      /** @type {Scenario} */ ({
        name: `GET answers ${status} after a good HEAD`,
        row: 'GET answers 401/500 after good HEAD',
        setup: (hub) => [hub.fault({ kind: 'status', status, message: 'no', match: GET })],
        outcome: 'fails',
        codes: {
          401: [
            'ERR_HUB_TOKEN_INVALID',
            'ERR_HUB_TOKEN_MISSING',
            'ERR_HUB_ACCESS_DENIED',
            'ERR_HUB_REPO_NOT_FOUND',
          ],
          403: ['ERR_HUB_ACCESS_DENIED'],
          404: ['ERR_HUB_FILE_NOT_FOUND', 'ERR_HUB_REPO_NOT_FOUND'],
          500: ['ERR_HUB_SERVER'],
        }[status],
        expectation: `The body of the error is not taken for the file. ${NOTHING_LEFT}`,
      }),
  ),
  {
    name: 'two answers of 503, then the file',
    row: '5xx bursts',
    setup: (hub) => [hub.fault({ kind: 'status', status: 503, message: 'down', times: 2, match: GET })],
    outcome: 'loads',
    expectation: 'Asked again, with growing pauses.',
  },
  {
    name: 'a login page with status 200',
    row: 'captive portal',
    setup: (hub) => [hub.fault({ kind: 'captive-portal' })],
    outcome: 'fails',
    codes: ['ERR_HUB_PROTOCOL'],
    expectation: `What has no X-Repo-Commit does not come from a Hub. ${NOTHING_LEFT}`,
  },
  {
    name: 'a login page with status 200, and the files are cached',
    row: 'captive portal',
    setup: (hub) => [hub.fault({ kind: 'captive-portal' })],
    load: { again: true },
    outcome: 'loads',
    expectation: 'The cached copy, with a warning and an event, as without a network; with `strict`, an error.',
  },
  {
    name: 'bytes that are not HTTP',
    row: 'captive portal',
    setup: (hub) => [hub.fault({ kind: 'garbage', match: { file: 'tokenizer.json' } })],
    outcome: 'fails',
    codes: ['ERR_HUB_PROTOCOL', 'ERR_HUB_NETWORK'],
    expectation: 'A typed error.',
  },
  .../** @type {const} */ (['length', 'close', 'chunked']).flatMap((framing) =>
    ['org/model', 'org/large'].map(
      (id) =>
        /** @type {Scenario} */ ({
          name: `cut short every time (${framing}), ${id}`,
          row: framing === 'length' ? 'truncated, Content-Length set' : 'truncated, close-delimited',
          setup: (hub) => [hub.fault({ kind: 'truncate', framing, match: GET })],
          load: { id },
          outcome: 'fails',
          codes: ['ERR_HUB_INTEGRITY', 'ERR_HUB_NETWORK'],
          expectation: NOTHING_LEFT,
        }),
    ),
  ),
  {
    name: 'cut short once',
    row: 'truncated, Content-Length set',
    setup: (hub) => [hub.fault({ kind: 'truncate', times: 1, match: GET })],
    load: { id: 'org/large' },
    outcome: 'loads',
    expectation: 'Tried again, from where it stopped or from the start.',
  },
  {
    name: 'a reset inside the body',
    row: 'reset mid-body',
    setup: (hub) => [hub.fault({ kind: 'reset', times: 1, match: { ...GET, origin: 'cdn' } })],
    load: { id: 'org/large' },
    outcome: 'loads',
    expectation: 'Tried again.',
  },
  {
    name: 'a part asked for, the whole sent',
    row: 'reset mid-body',
    setup: (hub) => [
      hub.fault({ kind: 'truncate', times: 1, match: { ...GET, origin: 'cdn' } }),
      hub.fault({ kind: 'range-ignored', match: { ...GET, origin: 'cdn' } }),
    ],
    load: { id: 'org/large' },
    outcome: 'loads',
    expectation: 'The second answer is not appended to the first. (It strikes only a client that resumes.)',
  },
  {
    name: 'a part asked for, another sent',
    row: 'reset mid-body',
    setup: (hub) => [
      hub.fault({ kind: 'truncate', times: 1, match: { ...GET, origin: 'cdn' } }),
      hub.fault({ kind: 'range-wrong', match: { ...GET, origin: 'cdn' } }),
    ],
    load: { id: 'org/large' },
    outcome: 'loads',
    expectation:
      'Content-Range is looked at: started anew, or refused and the hash checked; never a wrong file.',
  },
  ...['org/model', 'org/large'].flatMap((id) => [
    /** @type {Scenario} */ ({
      name: `the right number of wrong bytes, ${id}`,
      row: 'same-size wrong bytes',
      setup: (hub) => [hub.fault({ kind: 'corrupt', match: GET })],
      load: { id },
      outcome: 'fails',
      codes: ['ERR_HUB_INTEGRITY'],
      expectation: `Found by git's sha1 or by sha256, after one more try. ${NOTHING_LEFT}`,
    }),
    /** @type {Scenario} */ ({
      name: `the right number of wrong bytes once, ${id}`,
      row: 'same-size wrong bytes',
      setup: (hub) => [hub.fault({ kind: 'corrupt', times: 1, match: GET })],
      load: { id },
      outcome: 'loads',
      expectation: 'Fetched once more, and right.',
    }),
  ]),
  {
    name: 'no bytes at all',
    row: 'truncated, Content-Length set',
    setup: (hub) => [hub.fault({ kind: 'empty', match: GET })],
    outcome: 'fails',
    codes: ['ERR_HUB_INTEGRITY', 'ERR_HUB_NETWORK'],
    expectation: NOTHING_LEFT,
  },
  {
    name: 'the whole body without a length',
    row: 'length-less',
    setup: (hub) => [hub.fault({ kind: 'no-length', match: GET })],
    outcome: 'loads',
    expectation: 'The hash says that it is whole.',
  },
  {
    name: 'compressed by somebody on the way',
    row: 'gzip',
    setup: (hub) => [hub.fault({ kind: 'gzip', match: GET })],
    outcome: 'loads',
    expectation: 'Decompressed before it is hashed. Refusing it with ERR_HUB_INTEGRITY would be right too.',
  },
  {
    name: 'main moves between HEAD and GET',
    row: 'GET vs HEAD commit skew',
    setup: (hub) => [
      hub.fault({
        kind: 'run',
        times: 1,
        match: { method: 'HEAD', file: 'tokenizer.json' },
        action: () => {
          hub.repository('org/direct').push({ 'tokenizer.json': '{}', 'tokenizer_config.json': '{}' });
        },
      }),
    ],
    load: { id: 'org/direct' },
    outcome: 'loads',
    expectation:
      'Every file is of the commit that HEAD named: each GET asks for that commit, not for `main`.',
  },
];
