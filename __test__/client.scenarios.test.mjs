// Every situation of hub/scenarios.mjs against this package: what it does, asks, and leaves on disk.
/** @import { Hub } from './hub/index.mjs' */
/** @import { Scenario } from './hub/scenarios.mjs' */
/** @import { Outcome } from './support/client.mjs' */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { SCENARIOS, startScenario, TOKEN } from './hub/scenarios.mjs';
import { ask, filesBelow, problemsOf } from './support/client.mjs';
import { makeHome } from './support/run.mjs';

/** Nobody who asks more often than this for one tokenizer is still in control. */
const MANY_REQUESTS = 60;

/**
 * @typedef {object} Seen What a scenario led to.
 * @property {Hub} hub
 * @property {Outcome} outcome
 * @property {number[]} times When each answer was about to be sent.
 * @property {(options?: object) => Promise<Outcome>} load Loads again, in the same cache.
 */

/** What only one scenario is to show. @type {Record<string, (seen: Seen) => unknown>} */
const FURTHER = {
  'a redirect from https to http': ({ hub }) => assert.equal(hub.connections.stranger, 0),
  'a redirect to itself': ({ hub }) => assert.ok(hub.requests.length <= 30),
  'a hundred redirects': ({ hub }) => assert.ok(hub.requests.length <= 30),
  'an absolute redirect on the same origin': ({ hub }) =>
    assert.ok(hub.received({ file: 'tokenizer.json' }).every(({ token }) => token === TOKEN)),
  'a redirect to another host on the same port': ({ hub }) => {
    const elsewhere = hub.requests.filter(({ headers }) => headers.host?.startsWith('localhost'));
    assert.ok(elsewhere.every(({ token }) => token === null));
  },
  'a signed address that is no longer valid': ({ hub }) =>
    assert.deepEqual(
      hub.received({ origin: 'cdn' }).map(({ status }) => status),
      [403, 200],
    ),
  'main moves between HEAD and GET': ({ hub, outcome }) => {
    assert.deepEqual(outcome.value.encode('word1 word2'), [1, 2]);
    const revisions = hub.received({ method: 'GET', route: 'resolve' }).map(({ revision }) => revision);
    assert.equal(new Set(revisions).size, 1);
    assert.match(revisions[0] ?? '', /^[0-9a-f]{40}$/);
  },
  '429 with RateLimit': ({ times }) => assert.ok(times[1] - times[0] >= 2000, 'it did not wait'),
  '429 with Retry-After in seconds': ({ times }) => assert.ok(times[1] - times[0] >= 1000, 'it did not wait'),
  '429 that asks for an hour': ({ hub, outcome }) => {
    assert.equal(hub.requests.length, 1);
    assert.match(outcome.error.message, /\b(3600|3601) s\b/);
  },
  'a certificate that is not trusted': ({ hub, outcome }) => {
    assert.equal(hub.requests.length, 0);
    assert.match(outcome.error.message, /certificate/);
  },
  'the Hub never answers, and the files are cached': ({ outcome }) =>
    assert.match(outcome.warnings.join('\n'), /cached copy/),
  'a login page with status 200, and the files are cached': async ({ outcome, load }) => {
    assert.match(outcome.warnings.join('\n'), /does not answer as a Hub does[^]*cached copy/);
    /** @type {any[]} */
    const events = [];
    await load({ progress_callback: (/** @type {any} */ event) => events.push(event) });
    const told = events.filter(({ status }) => status === 'warning');
    assert.deepEqual(
      told.map(({ code }) => code),
      ['ERR_HUB_PROTOCOL'],
    );
    assert.equal((await load({ strict: true })).error?.code, 'ERR_HUB_PROTOCOL');
  },
  'a gated repository without a token': ({ outcome: { error } }) => {
    assert.equal(error.status, 401);
    assert.match(error.server_message, /restricted/);
    assert.match(error.request_id, /^Root=/);
    assert.match(error.hint, /HF_TOKEN/);
  },
  'a gated repository, the token without access': ({ hub, outcome: { error } }) => {
    assert.equal(error.status, 403);
    assert.match(error.server_message, /authorized list/);
    assert.ok(error.hint.includes(`${hub.url}/org/closed`));
    assert.match(error.token_source, /HF_TOKEN/);
  },
  'access taken away after the first load': async ({ outcome, load }) => {
    assert.match(outcome.warnings.join('\n'), /no access[^]*cached copy/);
    const { error } = await load({ strict: true });
    assert.equal(error?.code, 'ERR_HUB_ACCESS_DENIED');
  },
  'a private repository, the token without access': ({ outcome: { error } }) =>
    assert.match(error.hint, /private/),
  'a repository that does not exist, without a token': ({ outcome: { error } }) => {
    assert.match(error.hint, /spelling/);
    assert.match(error.hint, /HF_TOKEN/);
  },
  'a revision that does not exist': ({ outcome: { error } }) => assert.match(error.message, /v9/),
};

/** @param {Scenario} scenario */
async function play(scenario) {
  /** @type {number[]} */
  const times = [];
  const options = { ...scenario.options, onAnswer: () => times.push(Date.now()) };
  const { hub, begin } = await startScenario({ ...scenario, options });
  const home = await makeHome();
  try {
    const { id = 'org/model', revision, subfolder, token, again } = scenario.load ?? {};
    const cache = join(home.path, 'a', 'b', 'cache');
    const variables = {
      HF_ENDPOINT: hub.url,
      HF_TOKEN: TOKEN,
      HF_HUB_CACHE: cache,
      ...(scenario.options?.tls && { NODE_EXTRA_CA_CERTS: hub.caFile }),
      ...scenario.variables,
    };
    /** @param {object} [more] */
    const load = (more) =>
      ask(home.path, variables, (client) =>
        client.AutoTokenizer.from_pretrained(id, { revision, subfolder, token, ...more }),
      );
    if (again) {
      const first = await load();
      assert.ok(first.value, first.error);
      assert.deepEqual(first.warnings, []);
      hub.forget();
      times.length = 0;
    }
    const faults = begin();
    const outcome = await load();

    if (scenario.outcome === 'loads') {
      if (outcome.error) throw outcome.error;
      assert.deepEqual(outcome.value.encode('word1 word2'), [1, 2]);
    } else {
      assert.ok(outcome.error, 'it loaded');
      assert.ok(
        scenario.codes?.includes(outcome.error.code),
        `${outcome.error.code}: ${outcome.error.message}`,
      );
    }
    if (scenario.row === 'reset mid-body') assert.ok(faults[0].hits > 0);
    else for (const fault of faults) assert.ok(fault.hits > 0, 'nothing went wrong');
    await FURTHER[scenario.name]?.({ hub, outcome, times, load });

    assert.ok(hub.requests.length <= MANY_REQUESTS, `${hub.requests.length} requests`);
    if (['revision ../../x', 'repo id "a/b?x=1#"'].includes(scenario.row))
      assert.equal(hub.requests.length, 0);
    const strangers = hub.requests.filter(({ origin }) => origin !== 'hub');
    assert.ok(
      strangers.every(({ token: sent, headers }) => sent === null && !headers.cookie && !headers.referer),
    );

    assert.deepEqual(await problemsOf(cache), []);
    const outside = (await filesBelow(home.path)).filter((file) => !file.startsWith('a/b/cache/'));
    assert.deepEqual(outside, [], 'outside the cache');
    if (scenario.outcome === 'fails') {
      const inside = (await filesBelow(cache)).filter((file) => /tokenizer\.json$/.test(file));
      assert.deepEqual(inside, [], 'in the cache');
      await recover(scenario, hub, load);
    }
  } finally {
    await hub.close();
    await home.remove();
  }
}

/**
 * What went wrong leaves nothing behind that the next load would stumble over.
 *
 * @param {Scenario} scenario
 * @param {Hub} hub
 * @param {(options?: object) => Promise<Outcome>} load
 */
async function recover(scenario, hub, load) {
  hub.clearFaults();
  const isWrongCall = scenario.setup(hub).length === 0;
  hub.clearFaults();
  if (isWrongCall) return;
  const { value, error } = await load();
  if (error) throw error;
  assert.deepEqual(value.encode('word1 word2'), [1, 2]);
}

// Those that wait go first, while the others are done.
const hurried = SCENARIOS.filter(({ around }) => !around).sort(
  (a, b) => Number(b.variables !== undefined) - Number(a.variables !== undefined),
);

describe('scenarios', { concurrency: 12 }, () => {
  for (const scenario of hurried) test(`${scenario.row}: ${scenario.name}`, () => play(scenario));
});

describe('a Hub that never answers', () => {
  test('is left at once by an AbortSignal', async () => {
    const scenario = SCENARIOS.find(({ name }) => name === 'the Hub never answers');
    assert.ok(scenario);
    const { hub, begin } = await startScenario(scenario);
    const home = await makeHome();
    try {
      const [fault] = begin();
      const controller = new AbortController();
      const { error } = await ask(home.path, { HF_ENDPOINT: hub.url }, (client) => {
        const loading = client.AutoTokenizer.from_pretrained('org/model', { signal: controller.signal });
        const timer = setInterval(() => {
          if (fault.hits > 0) controller.abort();
        }, 5);
        return loading.finally(() => clearInterval(timer));
      });
      assert.equal(error?.name, 'AbortError');
      assert.equal(error?.code, 'ERR_HUB_ABORTED');
      assert.equal(hub.requests.length, 1);
    } finally {
      await hub.close();
      await home.remove();
    }
  });
});
