// Each kind of fault does what it says. What is read here is read from the socket, so that no HTTP library
// smooths it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { CONNECTION_FAULT_KINDS, FAULT_KINDS, startHub } from './hub/index.mjs';
import { askSocket, parseAnswer } from './support/socket.mjs';

/** @typedef {import('./hub/index.mjs').Hub} Hub */

const TEXT = '0123456789'.repeat(10);
const RESOLVE = '/org/model/resolve/main/file.txt';
const UNTIL_SILENT = { untilSilent: true };
const PLAIN = '/org/plain/resolve/main/file.txt';

/** @type {Hub} */
let hub;
/** @type {Hub} */
let secureHub;
/** @type {import('./hub/index.mjs').HubOptions} */
const settings = {
  repositories: [
    { id: 'org/model', files: { 'file.txt': TEXT, 'file.bin': TEXT } },
    { id: 'org/plain', files: { 'file.txt': TEXT }, delivery: 'direct' },
  ],
};
before(async () => {
  [hub, secureHub] = await Promise.all([startHub(settings), startHub({ ...settings, tls: true })]);
});
beforeEach(() => {
  hub.clearFaults();
  hub.forget();
});
after(() => Promise.all([hub.close(), secureHub.close()]));

/** @param {string} path @param {import('./support/socket.mjs').AskOptions & { url?: string }} [options] */
const ask = (path, { url = hub.url, ...options } = {}) => askSocket(url, path, options);

/** Every kind, with what shows that it works. @type {Record<string, () => Promise<void>>} */
const checks = {
  status: async () => {
    hub.fault({
      kind: 'status',
      status: 503,
      message: 'down',
      code: 'Down',
      headers: { 'Retry-After': '7' },
    });
    const { status, headers, body } = await ask(RESOLVE);
    assert.deepEqual([status, headers['retry-after'], headers['x-error-code']], [503, '7', 'Down']);
    assert.equal(body.toString(), '{"error":"down"}');
  },
  'rate-limit': async () => {
    hub.fault({ kind: 'rate-limit', seconds: 9, times: 1 });
    const { status, headers } = await ask(RESOLVE);
    assert.deepEqual([status, headers.ratelimit], [429, '"resolvers";r=0;t=9']);
    hub.fault({ kind: 'rate-limit', headers: { 'Retry-After': 'Fri, 31 Dec 1999 23:59:59 GMT' } });
    const dated = await ask(RESOLVE);
    assert.match(dated.headers['retry-after'], /1999/);
    assert.equal(dated.headers.ratelimit, undefined);
  },
  'captive-portal': async () => {
    hub.fault({ kind: 'captive-portal' });
    const { status, headers, body } = await ask(RESOLVE);
    assert.deepEqual(
      [status, headers['content-type'], headers['x-repo-commit']],
      [200, 'text/html', undefined],
    );
    assert.match(body.toString(), /^<!DOCTYPE html>/);
  },
  garbage: async () => {
    hub.fault({ kind: 'garbage' });
    assert.match((await ask(RESOLVE)).raw, /this is not HTTP/);
  },
  truncate: async () => {
    hub.fault({ kind: 'truncate', bytes: 30, times: 1 });
    const cut = await ask(PLAIN);
    assert.deepEqual(
      [cut.headers['content-length'], cut.body.toString(), cut.ending],
      ['100', TEXT.slice(0, 30), 'end'],
    );
    hub.fault({ kind: 'truncate', bytes: 30, framing: 'close', times: 1 });
    const silent = await ask(PLAIN);
    assert.deepEqual([silent.headers['content-length'], silent.body.length], [undefined, 30]);
    hub.fault({ kind: 'truncate', bytes: 30, framing: 'chunked', times: 1 });
    const chunked = await ask(PLAIN);
    assert.equal(chunked.body.toString(), `1e\r\n${TEXT.slice(0, 30)}\r\n`, 'no last chunk');
  },
  reset: async () => {
    hub.fault({ kind: 'reset', bytes: 30, times: 1 });
    const inside = await ask(PLAIN);
    assert.equal(inside.ending, 'reset');
    assert.deepEqual([inside.headers['content-length'], inside.body.length], ['100', 30]);
    hub.fault({ kind: 'reset', bytes: 0, times: 1 });
    const instead = await ask(PLAIN);
    assert.deepEqual([instead.ending, instead.raw], ['reset', '']);
  },
  hang: async () => {
    hub.fault({ kind: 'hang', times: 1 });
    const silent = await ask(PLAIN, UNTIL_SILENT);
    assert.deepEqual([silent.ending, silent.raw], ['open', '']);
    assert.equal(hub.requests[0].status, null);
    hub.fault({ kind: 'hang', bytes: 30, times: 1 });
    const inside = await ask(PLAIN, UNTIL_SILENT);
    assert.deepEqual([inside.ending, inside.body.length], ['open', 30]);
  },
  delay: async () => {
    hub.fault({ kind: 'delay', delay: 3_600_000, times: 1 });
    const late = await ask(PLAIN, UNTIL_SILENT);
    assert.deepEqual([late.ending, late.raw], ['open', '']);
    hub.fault({ kind: 'delay', delay: 1, times: 1 });
    assert.equal((await ask(PLAIN)).body.toString(), TEXT);
  },
  drip: async () => {
    hub.fault({ kind: 'drip', bytes: 1, interval: 3_600_000, times: 1 });
    const slow = await ask(PLAIN, UNTIL_SILENT);
    assert.deepEqual([slow.ending, slow.body.toString()], ['open', '0']);
    hub.fault({ kind: 'drip', bytes: 10, interval: 1, times: 1 });
    assert.equal((await ask(PLAIN)).body.toString(), TEXT);
  },
  corrupt: async () => {
    hub.fault({ kind: 'corrupt', offset: 2 });
    const { body, headers } = await ask(PLAIN);
    assert.deepEqual([body.length, headers['content-length']], [100, '100']);
    assert.equal(body.toString(), `01${String.fromCharCode('2'.charCodeAt(0) ^ 1)}${TEXT.slice(3)}`);
  },
  empty: async () => {
    hub.fault({ kind: 'empty' });
    const { status, body, headers } = await ask(PLAIN);
    assert.deepEqual([status, body.length, headers['content-length']], [200, 0, '0']);
  },
  endless: async () => {
    hub.fault({ kind: 'endless', framing: 'close' });
    const { body, headers } = await ask(PLAIN, { upTo: 10_000 });
    assert.equal(headers['content-length'], undefined);
    assert.ok(body.length > 9000, `${body.length} bytes`);
    assert.ok(body.toString().startsWith(TEXT + TEXT));
  },
  'no-length': async () => {
    hub.fault({ kind: 'no-length', times: 1 });
    const { body, headers, ending } = await ask(PLAIN);
    assert.deepEqual([body.toString(), headers['content-length'], ending], [TEXT, undefined, 'end']);
    hub.fault({ kind: 'no-length', framing: 'chunked', times: 1 });
    assert.equal((await ask(PLAIN)).body.toString(), `64\r\n${TEXT}\r\n0\r\n\r\n`);
  },
  'wrong-length': async () => {
    hub.fault({ kind: 'wrong-length' });
    assert.equal((await ask(PLAIN, { method: 'HEAD' })).headers['content-length'], '1152921504606846976');
    hub.clearFaults();
    hub.fault({ kind: 'wrong-length', size: 60 });
    const { body, headers } = await ask(PLAIN);
    assert.deepEqual([body.length, headers['content-length']], [100, '60']);
  },
  gzip: async () => {
    hub.fault({ kind: 'gzip' });
    const { body, headers } = await ask(PLAIN);
    assert.equal(headers['content-encoding'], 'gzip');
    assert.equal(gunzipSync(body).toString(), TEXT);
  },
  'gzip-bomb': async () => {
    hub.fault({ kind: 'gzip-bomb', size: 10_000_000 });
    const { body, headers } = await ask(PLAIN);
    assert.equal(headers['content-encoding'], 'gzip');
    assert.ok(body.length < 20_000);
    assert.equal(gunzipSync(body).length, 10_000_000);
  },
  'range-ignored': async () => {
    hub.fault({ kind: 'range-ignored' });
    for (const range of ['bytes=10-', 'bytes=5000-']) {
      const { status, body, headers } = await ask(PLAIN, { headers: { Range: range } });
      assert.deepEqual([status, body.toString(), headers['content-range']], [200, TEXT, undefined]);
    }
  },
  'range-wrong': async () => {
    hub.fault({ kind: 'range-wrong' });
    const { status, headers } = await ask(PLAIN, { headers: { Range: 'bytes=10-' } });
    assert.deepEqual([status, headers['content-range']], [206, 'bytes 0-89/90']);
  },
  header: async () => {
    hub.fault({ kind: 'header', headers: { 'X-Warning': 'x' } });
    assert.equal((await ask(PLAIN)).headers['x-warning'], 'x');
  },
  cookie: async () => {
    hub.fault({ kind: 'cookie' });
    assert.match((await ask(PLAIN)).headers['set-cookie'], /^session=/);
  },
  'header-bomb': async () => {
    hub.fault({ kind: 'header-bomb', size: 300_000 });
    assert.equal((await ask(PLAIN)).headers['x-filler'].length, 300_000);
  },
  'bad-etag': async () => {
    hub.fault({ kind: 'bad-etag', value: '../../x' });
    assert.equal((await ask(RESOLVE, { method: 'HEAD' })).headers.etag, '"../../x"');
    const lfs = await ask('/org/model/resolve/main/file.bin', { method: 'HEAD' });
    assert.equal(lfs.headers['x-linked-etag'], '"../../x"');
    hub.clearFaults();
    hub.fault({ kind: 'bad-etag', value: null });
    assert.equal((await ask(RESOLVE, { method: 'HEAD' })).headers.etag, undefined);
  },
  'bad-commit': async () => {
    hub.fault({ kind: 'bad-commit', value: '../x', times: 1 });
    assert.equal((await ask(RESOLVE, { method: 'HEAD' })).headers['x-repo-commit'], '../x');
    hub.fault({ kind: 'bad-commit', value: null });
    assert.equal((await ask(RESOLVE, { method: 'HEAD' })).headers['x-repo-commit'], undefined);
  },
  redirect: async () => {
    hub.fault({ kind: 'redirect', status: 308, location: '/elsewhere' });
    const { status, headers } = await ask(RESOLVE);
    assert.deepEqual([status, headers.location], [308, '/elsewhere']);
    assert.match(headers['x-repo-commit'], /^[0-9a-f]{40}$/);
  },
  'bad-location': async () => {
    hub.fault({ kind: 'bad-location', location: 'file:///etc/passwd' });
    const { status, headers } = await ask(RESOLVE);
    assert.deepEqual([status, headers.location], [302, 'file:///etc/passwd']);
  },
  'redirect-loop': async () => {
    hub.fault({ kind: 'redirect-loop' });
    assert.equal((await ask(`${RESOLVE}?a=1`)).headers.location, `${RESOLVE}?a=1`);
  },
  'redirect-chain': async () => {
    hub.fault({ kind: 'redirect-chain', hops: 3 });
    const response = await fetch(new URL(RESOLVE, hub.url));
    assert.equal(await response.text(), TEXT);
    assert.equal(hub.received({ route: 'resolve', status: 302 }).length, 3);
  },
  'absolute-redirect': async () => {
    hub.fault({ kind: 'absolute-redirect' });
    assert.ok((await ask(RESOLVE)).headers.location.startsWith(`${hub.url}/api/resolve-cache/`));
  },
  'cross-origin-redirect': async () => {
    hub.fault({ kind: 'cross-origin-redirect' });
    const { status, headers } = await ask(RESOLVE);
    assert.deepEqual([status, headers.location], [302, `${hub.strangerUrl}${RESOLVE}`]);
    const { headers: there, body } = await ask(RESOLVE, { url: hub.strangerUrl });
    assert.equal(body.toString(), TEXT, 'the stranger serves the file, to tempt');
    assert.equal(there['x-repo-commit'], headers['x-repo-commit']);
    assert.equal(hub.requests.at(-1)?.origin, 'stranger');
  },
  'other-host-redirect': async () => {
    hub.fault({ kind: 'other-host-redirect' });
    const { port } = new URL(hub.url);
    assert.equal((await ask(RESOLVE)).headers.location, `http://localhost:${port}${RESOLVE}`);
    assert.equal((await ask(RESOLVE, { headers: { Host: `localhost:${port}` } })).status, 307, 'only once');
  },
  downgrade: async () => {
    const fault = secureHub.fault({ kind: 'downgrade' });
    const { port } = new URL(secureHub.url);
    const socket = connectTls({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false });
    socket.write(`GET ${RESOLVE} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const pieces = await socket.toArray();
    assert.equal(parseAnswer(Buffer.concat(pieces)).headers.location, `${secureHub.strangerUrl}${RESOLVE}`);
    assert.ok(secureHub.strangerUrl.startsWith('http://'));
    fault.remove();
    hub.fault({ kind: 'downgrade' });
    assert.equal((await ask(RESOLVE)).status, 599, 'it needs https');
  },
  'expired-link': async () => {
    hub.fault({ kind: 'expired-link', times: 1 });
    const path = '/org/model/resolve/main/file.bin';
    assert.equal((await fetch(new URL(path, hub.url))).status, 403);
    assert.equal((await fetch(new URL(path, hub.url))).status, 200);
  },
  run: async () => {
    const repository = hub.addRepository({ id: 'org/run', files: { 'a.txt': 'old' }, delivery: 'direct' });
    hub.fault({
      kind: 'run',
      match: { method: 'HEAD' },
      action: () => void repository.push({ 'a.txt': 'new' }),
    });
    const head = await ask('/org/run/resolve/main/a.txt', { method: 'HEAD' });
    const get = await ask('/org/run/resolve/main/a.txt');
    assert.notEqual(head.headers['x-repo-commit'], get.headers['x-repo-commit']);
    assert.equal(get.body.toString(), 'new');
  },
  'connection-hang': async () => {
    hub.fault({ kind: 'connection-hang', times: 1 });
    const { raw, ending } = await ask(PLAIN, UNTIL_SILENT);
    assert.deepEqual([raw, ending], ['', 'open']);
    assert.equal((await ask(PLAIN)).status, 200);
  },
  'connection-reset': async () => {
    hub.fault({ kind: 'connection-reset', times: 1 });
    assert.equal((await ask(PLAIN)).ending, 'reset');
    assert.equal(hub.requests.length, 0);
  },
  'connection-slow': async () => {
    hub.fault({ kind: 'connection-slow', delay: 3_600_000, times: 1 });
    assert.equal((await ask(PLAIN, UNTIL_SILENT)).ending, 'open');
    hub.fault({ kind: 'connection-slow', delay: 1, times: 1 });
    assert.equal((await ask(PLAIN)).body.toString(), TEXT);
  },
  'connection-garbage': async () => {
    hub.fault({ kind: 'connection-garbage', match: { origin: 'hub' } });
    assert.match((await ask(PLAIN)).raw, /^SSH-2\.0/);
    assert.match((await ask('/', { url: hub.cdnUrl })).raw, /^HTTP/);
  },
};

describe('every kind of fault', () => {
  for (const kind of [...FAULT_KINDS.keys(), ...CONNECTION_FAULT_KINDS.keys()]) {
    test(kind, async () => {
      assert.ok(checks[kind], 'a new kind needs a check here');
      await checks[kind]();
    });
  }
});

test('a kind that does not exist is refused, with those that do', () => {
  assert.throws(
    () => hub.fault(/** @type {any} */ ({ kind: 'gremlin' })),
    /no fault of the kind 'gremlin'.*truncate/,
  );
});

test('a fault strikes where it matches, after `skip`, `times` times, until removed', async () => {
  const fault = hub.fault({
    kind: 'status',
    status: 500,
    match: { file: 'file.txt', method: 'GET' },
    skip: 1,
    times: 2,
  });
  const statuses = [];
  for (let i = 0; i < 4; i += 1) statuses.push((await ask(PLAIN)).status);
  assert.deepEqual(statuses, [200, 500, 500, 200]);
  assert.equal(fault.hits, 2);
  assert.deepEqual(
    hub.requests.map(({ faults }) => faults.length),
    [0, 1, 1, 0],
  );
  const other = hub.fault({ kind: 'status', match: { path: /plain/, repository: 'org/plain' } });
  assert.equal((await ask(RESOLVE)).status, 307);
  assert.equal((await ask(PLAIN, { method: 'HEAD' })).status, 500);
  other.remove();
  assert.equal((await ask(PLAIN)).status, 200);
});

test('a fault of the body waits for a body: redirects and HEAD do not use it up', async () => {
  const fault = hub.fault({ kind: 'truncate', match: { file: 'file.txt' }, times: 1, bytes: 5 });
  await ask(RESOLVE, { method: 'HEAD' });
  const { headers } = await ask(RESOLVE);
  assert.equal(fault.hits, 0);
  assert.equal((await ask(headers.location)).body.length, 5);
  assert.equal(fault.hits, 1);
});

test('faults add up', async () => {
  hub.fault({ kind: 'bad-etag', value: 'x' });
  hub.fault({ kind: 'truncate', bytes: 7 });
  const { headers, body } = await ask(PLAIN);
  assert.deepEqual([headers.etag, body.length], ['"x"', 7]);
});

test('a slow or silent handshake holds TLS back', async () => {
  const { port } = new URL(secureHub.url);
  const fault = secureHub.fault({ kind: 'connection-hang', match: { origin: 'hub' } });
  const socket = connectTls({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false });
  const outcome = await Promise.race([
    once(socket, 'secureConnect').then(() => 'secure'),
    pause(400, 'silent'),
  ]);
  assert.equal(outcome, 'silent');
  socket.destroy();
  fault.remove();
});

test('a Hub ends while it hangs, drips and sends for ever', async () => {
  const busy = await startHub(settings);
  busy.fault({ kind: 'hang', times: 1 });
  busy.fault({ kind: 'endless', times: 1 });
  const pending = [ask(PLAIN, { url: busy.url, ...UNTIL_SILENT }), ask(PLAIN, { url: busy.url, upTo: 1000 })];
  await Promise.all(pending.map((one) => one.catch(() => {})));
  const waiting = fetch(new URL(PLAIN, busy.url))
    .then((r) => r.text())
    .catch(() => 'ended');
  await busy.close();
  await waiting;
});

test('all secrets are known: tokens and the signatures that were given out', async () => {
  hub.addToken('hf_secret');
  const { headers } = await ask('/org/model/resolve/main/file.bin');
  const signature = new URL(headers.location).searchParams.get('Signature') ?? '';
  assert.ok(hub.secrets().includes('hf_secret') && hub.secrets().includes(signature));
});
