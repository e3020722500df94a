// The scenarios can be set up, and what is to go wrong in them does, for a client without any care.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CONNECTION_FAULT_KINDS, FAULT_KINDS } from './hub/index.mjs';
import { SCENARIOS, startScenario, TOKEN, TOKENIZER } from './hub/scenarios.mjs';
import { askSocket } from './support/socket.mjs';

/** What is in the comparison of clients. */
const ROWS = [
  'cross-origin redirect',
  'GET answers 401/500 after good HEAD',
  'truncated, Content-Length set',
  'truncated, close-delimited',
  'same-size wrong bytes',
  'X-Repo-Commit: ../../../x',
  'ETag: "../../x" or "/abs/path"',
  'filename ../../x',
  'revision ../../x',
  'repo id "a/b?x=1#"',
  'server never answers',
  '1 byte/s drip',
  '429 r=0;t=2',
  'Content-Length 2^60',
  'SIGKILL mid-download',
  'disk full',
  'read-only cache, file cached, online',
  'lock held >10 s by other process',
  'N processes, same file',
  'GET vs HEAD commit skew',
  'gated/403',
  'RevisionNotFound / RepoNotFound',
];

test('every row of the comparison has a scenario, and no two have one name', () => {
  const rows = new Set(SCENARIOS.map(({ row }) => row));
  for (const row of ROWS) assert.ok(rows.has(row), row);
  assert.equal(new Set(SCENARIOS.map(({ name }) => name)).size, SCENARIOS.length);
  for (const { name, outcome, codes } of SCENARIOS) {
    assert.equal(outcome === 'fails', codes !== undefined && codes.length > 0, name);
  }
});

test('the README names every kind of fault', () => {
  const readme = readFileSync(new URL('hub/README.md', import.meta.url), 'utf8');
  for (const kind of [...FAULT_KINDS.keys(), ...CONNECTION_FAULT_KINDS.keys()]) {
    assert.ok(readme.includes(`| \`${kind}\` |`), kind);
  }
});

/**
 * HEAD and GET of a file, following redirects on loopback without a thought, but for the token.
 *
 * @param {string} url
 * @param {string} path
 */
async function blunder(url, path) {
  for (const method of ['HEAD', 'GET']) {
    let target = new URL(path, url);
    for (let hops = 0; hops < 4; hops += 1) {
      /** @type {Record<string, string>} */
      const headers = { Host: target.host };
      if (target.origin === url) headers.Authorization = `Bearer ${TOKEN}`;
      const loopback = target.origin.replace('localhost', '127.0.0.1');
      const options = { method, headers, untilSilent: true, upTo: 100_000 };
      const { status, headers: answer } = await askSocket(
        loopback,
        `${target.pathname}${target.search}`,
        options,
      );
      if (status < 300 || status >= 400 || !URL.canParse(answer.location, target.href)) break;
      target = new URL(answer.location, target);
      if (target.protocol !== 'http:' || target.port === '1') break;
      if (!['localhost', '127.0.0.1'].includes(target.hostname)) break;
    }
  }
}

const plain = SCENARIOS.filter(({ options }) => !options?.tls);
for (const scenario of plain) {
  test(scenario.name, async () => {
    const { hub, begin } = await startScenario(scenario);
    try {
      const faults = begin();
      if (faults.length === 0) return;
      await blunder(hub.url, `/${scenario.load?.id ?? 'org/model'}/resolve/main/tokenizer.json`);
      const [first] = faults;
      assert.ok(first.hits > 0, `struck ${faults.map(({ hits }) => hits)}`);
    } finally {
      await hub.close();
    }
  });
}

test('without faults, every repository of a scenario serves its tokenizer', async () => {
  const [scenario] = SCENARIOS;
  const { hub } = await startScenario(scenario);
  try {
    for (const id of ['org/model', 'org/large', 'org/direct', 'org/gated']) {
      const headers = { Authorization: `Bearer ${TOKEN}` };
      const response = await fetch(new URL(`/${id}/resolve/main/tokenizer.json`, hub.url), { headers });
      assert.equal(await response.text(), TOKENIZER, id);
    }
  } finally {
    await hub.close();
  }
});
