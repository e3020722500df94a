/**
 * Scenarios: names that climb out of the cache, from the server and from the caller; and what is not there.
 *
 * @module
 */
/** @import { Scenario } from '../scenarios.mjs' */

const INSIDE = 'Nothing is written outside the cache folder (look around it), and nothing inside.';

/** @type {Scenario[]} */
export const names = [
  ...['../../../escaped', 'refs/../../x', '', null, 'A'.repeat(40), '0'.repeat(39)].map(
    (value) =>
      /** @type {Scenario} */ ({
        name: `X-Repo-Commit is ${JSON.stringify(value)}`,
        row: 'X-Repo-Commit: ../../../x',
        setup: (hub) => [hub.fault({ kind: 'bad-commit', value })],
        outcome: 'fails',
        codes: ['ERR_HUB_PROTOCOL'],
        expectation: INSIDE,
      }),
  ),
  ...[
    '../../escaped',
    '/tmp/escaped',
    '..\\..\\escaped',
    'C:\\escaped',
    '',
    null,
    'a'.repeat(10_000),
  ].flatMap((value) =>
    ['org/model', 'org/large'].map(
      (id) =>
        /** @type {Scenario} */ ({
          name: `ETag is ${JSON.stringify(value)?.slice(0, 30)}, ${id}`,
          row: 'ETag: "../../x" or "/abs/path"',
          setup: (hub) => [hub.fault({ kind: 'bad-etag', value, match: { origin: 'hub' } })],
          load: { id },
          outcome: 'fails',
          codes: ['ERR_HUB_PROTOCOL'],
          expectation: `${INSIDE} (Keeping the file under a name of the client's own would be right too.)`,
        }),
    ),
  ),
  ...['../..', '/etc', 'a/../../b', '..\\..', 'C:\\', 'con', 'a\0b'].map(
    (subfolder) =>
      /** @type {Scenario} */ ({
        name: `the subfolder is ${JSON.stringify(subfolder)}`,
        row: 'filename ../../x',
        setup: () => [],
        load: { subfolder },
        outcome: 'fails',
        codes: ['ERR_HUB_INVALID_PATH', 'ERR_HUB_INVALID_OPTION', 'ERR_HUB_FILE_NOT_FOUND'],
        expectation: `${INSIDE} What climbs or is absolute is refused before any request.`,
      }),
  ),
  ...['../../x', '..', '/abs', 'a\0b', 'refs/heads/../../../x', '..\\x'].map(
    (revision) =>
      /** @type {Scenario} */ ({
        name: `the revision is ${JSON.stringify(revision)}`,
        row: 'revision ../../x',
        setup: () => [],
        load: { revision },
        outcome: 'fails',
        codes: ['ERR_HUB_INVALID_REVISION'],
        expectation: `${INSIDE} No request is made.`,
      }),
  ),
  ...['a/b?x=1#', 'a/b/c', '../x', 'a/..', 'a b/c', 'https://example.com/a', 'a\0b', 'a/b%2e', '-a/b'].map(
    (id) =>
      /** @type {Scenario} */ ({
        name: `the id is ${JSON.stringify(id)}`,
        row: 'repo id "a/b?x=1#"',
        setup: () => [],
        load: { id },
        outcome: 'fails',
        codes: ['ERR_HUB_INVALID_REPO_ID', 'ERR_HUB_REPO_NOT_FOUND', 'ERR_HUB_FILE_NOT_FOUND'],
        expectation: `${INSIDE} No request is made. (What may be a folder's path is looked for as one.)`,
      }),
  ),
  {
    name: 'a gated repository without a token',
    row: 'gated/403',
    setup: () => [],
    load: { id: 'org/gated', token: false },
    outcome: 'fails',
    codes: ['ERR_HUB_TOKEN_MISSING'],
    expectation: "The error carries status 401, the Hub's sentence, the request id, and what to do.",
  },
  {
    name: 'a gated repository, the token without access',
    row: 'gated/403',
    setup: () => [],
    load: { id: 'org/closed' },
    outcome: 'fails',
    codes: ['ERR_HUB_ACCESS_DENIED'],
    expectation:
      "Status 403, the Hub's sentence, where to ask for access, and where the token came from (not it).",
  },
  {
    name: 'a wrong token',
    row: 'gated/403',
    setup: () => [],
    load: { id: 'org/gated', token: 'hf_WRONGMARKEDTOKEN' },
    outcome: 'fails',
    codes: ['ERR_HUB_TOKEN_INVALID'],
    expectation: 'Although X-Error-Code is GatedRepo: the message says that the credentials are invalid.',
  },
  {
    name: 'access taken away after the first load',
    row: 'gated/403',
    setup: (hub) => {
      hub.repository('org/gated').authorized.clear();
      return [];
    },
    load: { id: 'org/gated', again: true },
    outcome: 'loads',
    expectation:
      'The cached copy, with a warning and an event that say so; with `strict`, ERR_HUB_ACCESS_DENIED.',
  },
  {
    name: 'a private repository, the token without access',
    row: 'RevisionNotFound / RepoNotFound',
    setup: () => [],
    load: { id: 'org/private' },
    outcome: 'fails',
    codes: ['ERR_HUB_REPO_NOT_FOUND'],
    expectation: 'The hint says that it may be private.',
  },
  {
    name: 'a repository that does not exist',
    row: 'RevisionNotFound / RepoNotFound',
    setup: () => [],
    load: { id: 'org/nothing' },
    outcome: 'fails',
    codes: ['ERR_HUB_REPO_NOT_FOUND'],
    expectation: 'Not taken for a missing file.',
  },
  {
    name: 'a repository that does not exist, without a token',
    row: 'RevisionNotFound / RepoNotFound',
    setup: () => [],
    load: { id: 'org/nothing', token: false },
    outcome: 'fails',
    codes: ['ERR_HUB_REPO_NOT_FOUND', 'ERR_HUB_TOKEN_MISSING'],
    expectation: 'The Hub does not tell; the hint says both: a wrong name, or a token is needed.',
  },
  {
    name: 'a revision that does not exist',
    row: 'RevisionNotFound / RepoNotFound',
    setup: () => [],
    load: { revision: 'v9' },
    outcome: 'fails',
    codes: ['ERR_HUB_REVISION_NOT_FOUND'],
    expectation: 'Names the revision.',
  },
];
