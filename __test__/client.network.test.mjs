// Proxies and certificates, as variables name them.
/** @import { AddressInfo, Socket } from 'node:net' */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { startHub } from './hub/index.mjs';
import { TOKENIZER } from './hub/scenarios.mjs';
import { ask } from './support/client.mjs';
import { makeHome } from './support/run.mjs';

const files = { 'tokenizer.json': TOKENIZER, 'tokenizer_config.json': '{}' };
const repositories = [
  { id: 'org/model', files },
  { id: 'org/large', files, lfs: ['tokenizer.json'] },
];

/**
 * A proxy on loopback: it forwards plain requests, and tunnels the rest.
 *
 * @param {{ password?: string }} [options]
 */
async function startProxy({ password } = {}) {
  /** @type {string[]} */
  const seen = [];
  /** @type {Set<Socket>} */
  const sockets = new Set();
  const wanted = password && `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    if (wanted && request.headers['proxy-authorization'] !== wanted) {
      seen.push('refused');
      response.writeHead(407, { 'Proxy-Authenticate': 'Basic' }).end();
      return;
    }
    seen.push(`${request.method} ${new URL(request.url ?? '').host}`);
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const onwards = forward(request.url ?? '', { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    request.pipe(onwards);
  });
  server.on('connect', (request, /** @type {Socket} */ client) => {
    seen.push(`CONNECT ${request.url}`);
    const [host, port] = (request.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {AddressInfo} */ (server.address());
  return {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    seen,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A SOCKS proxy, versions 4 and 5, without passwords. */
async function startSocks() {
  /** @type {number[]} */
  const seen = [];
  /** @type {Set<Socket>} */
  const sockets = new Set();
  const server = createTcpServer((client) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    let received = Buffer.alloc(0);
    let greeted = false;
    /** @param {number} port @param {Buffer} yes */
    const join = (port, yes) => {
      seen.push(port);
      client.off('data', listen);
      const target = connect(port, '127.0.0.1', () => {
        client.write(yes);
        target.pipe(client).pipe(target);
      });
      sockets.add(target);
      target.on('error', () => target.destroy());
    };
    /** @param {Buffer} data */
    const listen = (data) => {
      received = Buffer.concat([received, data]);
      if (received[0] === 4 && received.length > 8) {
        join(received.readUInt16BE(2), Buffer.from([0, 90, 0, 0, 0, 0, 0, 0]));
      } else if (received[0] === 5 && !greeted) {
        greeted = true;
        received = Buffer.alloc(0);
        client.write(Buffer.from([5, 0]));
      } else if (received[0] === 5 && received.length > 8) {
        join(received.readUInt16BE(received.length - 2), Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
      }
    };
    client.on('data', listen);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {AddressInfo} */ (server.address());
  return {
    host: `127.0.0.1:${port}`,
    seen,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** @typedef {import('./hub/index.mjs').Hub} Hub */
/** @type {Hub} */
let hub;
/** @type {Hub} */
let secure;
/** @type {Awaited<ReturnType<typeof startProxy>>} */
let proxy;
/** @type {Awaited<ReturnType<typeof makeHome>>} */
let home;
let folders = 0;

before(async () => {
  [hub, secure, home] = await Promise.all([
    startHub({ repositories, tokens: ['hf_token'] }),
    startHub({ repositories, tls: true, tokens: ['hf_token'] }),
    makeHome(),
  ]);
});
after(async () => {
  await Promise.all([hub.close(), secure.close()]);
  await home.remove();
});
beforeEach(async () => {
  hub.forget();
  secure.forget();
  // A new one for each test: an open tunnel is used again.
  proxy = await startProxy();
});
afterEach(() => proxy.close());

/**
 * Loads with an empty cache.
 *
 * @param {Hub} from
 * @param {Record<string, string>} variables
 * @param {string} [id]
 */
function load(from, variables, id = 'org/model') {
  const cache = join(home.path, `cache${folders++}`);
  return ask(
    home.path,
    { HF_ENDPOINT: from.url, HF_HUB_CACHE: cache, HF_TOKEN: 'hf_token', ...variables },
    (client) => client.AutoTokenizer.from_pretrained(id),
  );
}

/** @param {Awaited<ReturnType<typeof load>>} outcome */
function assertLoaded({ value, error, warnings }) {
  assert.equal(error, undefined);
  assert.deepEqual(warnings, []);
  assert.deepEqual(value.encode('word1 word2'), [1, 2]);
}

describe('proxies', () => {
  for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']) {
    test(`${name} for http`, async () => {
      assertLoaded(await load(hub, { [name]: proxy.url }));
      assert.equal(proxy.seen.length, hub.requests.length);
      assert.ok(proxy.seen.every((line) => /^(HEAD|GET) /.test(line)));
    });
  }

  for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY']) {
    test(`${name} for https, by a tunnel that it cannot look into; the CDN too`, async () => {
      const variables = { [name]: proxy.url, NODE_EXTRA_CA_CERTS: secure.caFile };
      assertLoaded(await load(secure, variables, 'org/large'));
      const hosts = new Set(proxy.seen);
      assert.deepEqual(
        hosts,
        new Set([secure.url, secure.cdnUrl].map((url) => `CONNECT ${new URL(url).host}`)),
      );
    });
  }

  test('an address without http:// is understood', async () => {
    assertLoaded(await load(hub, { HTTP_PROXY: proxy.host }));
    assert.ok(proxy.seen.length > 0);
  });

  test('HTTPS_PROXY is not for http, HTTP_PROXY not for https, and lower case wins', async () => {
    assertLoaded(await load(hub, { HTTPS_PROXY: proxy.url }));
    assertLoaded(await load(secure, { HTTP_PROXY: proxy.url, SSL_CERT_FILE: secure.caFile }));
    assert.deepEqual(proxy.seen, []);
    assertLoaded(await load(hub, { HTTP_PROXY: 'http://127.0.0.1:1', http_proxy: proxy.url }));
    assert.ok(proxy.seen.length > 0);
  });

  for (const value of ['127.0.0.1', '*', 'example.com, 127.0.0.0/8', 'localhost,127.0.0.1']) {
    test(`NO_PROXY=${value} goes past it`, async () => {
      assertLoaded(await load(hub, { HTTP_PROXY: proxy.url, NO_PROXY: value }));
      assert.deepEqual(proxy.seen, []);
      assertLoaded(await load(hub, { HTTP_PROXY: proxy.url, no_proxy: value }));
      assert.deepEqual(proxy.seen, []);
    });
  }

  test('NO_PROXY for another host changes nothing', async () => {
    assertLoaded(await load(hub, { HTTP_PROXY: proxy.url, NO_PROXY: 'example.com,10.0.0.0/8,27.0.0.1' }));
    assert.ok(proxy.seen.length > 0);
  });

  test('a proxy that asks for a password', async () => {
    const closed = await startProxy({ password: 's3cret' });
    try {
      assertLoaded(await load(hub, { HTTP_PROXY: `http://user:s3cret@${closed.host}` }));
      assert.ok(!closed.seen.includes('refused'));
      const { error } = await load(hub, { HTTP_PROXY: closed.url });
      assert.equal(error.code, 'ERR_HUB_NETWORK');
      assert.match(error.message, /proxy asks for a user name and password/);
    } finally {
      closed.close();
    }
  });

  test('a proxy that is not there, or no address', async () => {
    const { error } = await load(hub, { HTTP_PROXY: 'http://127.0.0.1:1' });
    assert.equal(error.code, 'ERR_HUB_NETWORK');
    const { error: nonsense } = await load(hub, { HTTP_PROXY: 'gopher://x' });
    assert.equal(nonsense.code, 'ERR_HUB_INVALID_OPTION');
    assert.match(nonsense.message, /HTTP_PROXY/);
    assert.equal(hub.requests.length, 0);
  });
});

describe('other proxies', () => {
  /** @type {Awaited<ReturnType<typeof startSocks>>} */
  let socks;
  before(async () => {
    socks = await startSocks();
  });
  after(() => socks.close());

  for (const kind of ['socks5', 'socks5h', 'socks4', 'socks4a']) {
    test(`${kind}://, for http and https`, async () => {
      socks.seen.length = 0;
      const variables = { ALL_PROXY: `${kind}://${socks.host}`, NODE_EXTRA_CA_CERTS: secure.caFile };
      assertLoaded(await load(hub, variables));
      assertLoaded(await load(secure, variables));
      const ports = new Set(socks.seen);
      assert.deepEqual(ports, new Set([hub.url, secure.url].map((url) => Number(new URL(url).port))));
    });
  }

  test('a SOCKS proxy that is not there', async () => {
    const { error } = await load(hub, { ALL_PROXY: 'socks5://user:s3cret@127.0.0.1:1' });
    assert.equal(error.code, 'ERR_HUB_NETWORK');
    assert.doesNotMatch(inspect(error, { showHidden: true, depth: 9 }), /s3cret/);
    assert.equal(hub.requests.length, 0);
  });

  test('HTTP_PROXY is not believed in a CGI program, where a client can set it', async () => {
    const cgi = { REQUEST_METHOD: 'GET' };
    assertLoaded(await load(hub, { HTTP_PROXY: proxy.url, ...cgi }));
    assert.deepEqual(proxy.seen, []);
    assertLoaded(await load(hub, { http_proxy: proxy.url, ...cgi }));
    assert.ok(proxy.seen.length > 0);
  });
});

describe('certificates', () => {
  test('of a private authority are not trusted by themselves', async () => {
    const { error } = await load(secure, {});
    assert.equal(error.code, 'ERR_HUB_NETWORK');
    assert.match(error.message, /certificate is from an unknown issuer/);
    assert.match(error.message, /SSL_CERT_FILE or NODE_EXTRA_CA_CERTS/);
    assert.equal(secure.requests.length, 0);
  });

  test('SSL_CERT_FILE and NODE_EXTRA_CA_CERTS name a file', async () => {
    assertLoaded(await load(secure, { SSL_CERT_FILE: secure.caFile }));
    assertLoaded(await load(secure, { NODE_EXTRA_CA_CERTS: secure.caFile }, 'org/large'));
  });

  test('SSL_CERT_DIR names a folder of them, as OpenSSL lays it out', async () => {
    const folder = join(home.path, 'certificates');
    await mkdir(folder);
    await copyFile(secure.caFile, join(folder, '0123abcd.0'));
    assertLoaded(await load(secure, { SSL_CERT_DIR: folder }));
  });

  test('both may be set', async () => {
    const other = await startHub({ repositories, tls: true });
    try {
      const variables = { SSL_CERT_FILE: other.caFile, NODE_EXTRA_CA_CERTS: secure.caFile };
      assertLoaded(await load(secure, variables));
      assertLoaded(await load(other, { ...variables, HF_TOKEN: '' }));
      assert.match((await load(secure, { SSL_CERT_FILE: other.caFile })).error.message, /certificate/);
    } finally {
      await other.close();
    }
  });

  test('a file that cannot be read is announced, and nothing else is trusted for it', async () => {
    const broken = join(home.path, 'broken.pem');
    await writeFile(broken, 'nothing');
    for (const file of [broken, join(home.path, 'missing.pem')]) {
      for (const name of ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS']) {
        const { error, warnings } = await load(secure, { [name]: file });
        assert.match(error.message, /certificate is from an unknown issuer/);
        assert.ok(
          warnings.some((text) => text.includes(name) && text.includes(file)),
          warnings.join(),
        );
      }
    }
  });
});
