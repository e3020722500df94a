/**
 * A Hugging Face Hub on loopback.
 *
 * @module
 */
/** @import { IncomingMessage, ServerResponse } from 'node:http' */
/** @import { Answer } from './answer.mjs' */
/** @import { Certificate } from './certificate.mjs' */
/** @import { Fault, FaultHandle } from './faults.mjs' */
/** @import { Match, Origin, RequestRecord } from './record.mjs' */
/** @import { RepositoryOptions } from './repository.mjs' */
/** @import { Route } from './route.mjs' */
/** @import { Token, TokenOptions } from './tokens.mjs' */
import { randomBytes, randomUUID } from 'node:crypto';
import { refuse } from './access.mjs';
import { redirect, refusal, text } from './answer.mjs';
import { info, pathsInfo, refs, tree, whoami } from './api.mjs';
import { Cdn } from './cdn.mjs';
import { makeCertificate } from './certificate.mjs';
import { deliver } from './deliver.mjs';
import { Faults } from './faults.mjs';
import { listen } from './listen.mjs';
import { Grants } from './oauth.mjs';
import { matches } from './record.mjs';
import { Repositories, Repository } from './repository.mjs';
import { resolve, resolveCache } from './resolve.mjs';
import { parseRoute } from './route.mjs';
import { bearer, Tokens } from './tokens.mjs';

/**
 * @typedef {object} HubOptions
 * @property {RepositoryOptions[]} [repositories]
 * @property {(TokenOptions | string)[]} [tokens]
 * @property {boolean} [tls] Speak https, with a certificate made for this Hub; `hub.caFile` is what to trust.
 * @property {(request: RequestRecord) => void} [onAnswer] Called when an answer is about to be sent.
 * @property {number} [pageSize] Entries on one page of a tree; 1000 without it, as on the real Hub.
 */

/** The Hub, its CDN on another origin, and a stranger on a third. Made by {@link startHub}. */
export class Hub {
  #repositories = new Repositories();
  #tokens = new Tokens();
  #grants = new Grants(this.#tokens);
  #faults = new Faults();
  #cdn = new Cdn();
  #pageSize;
  #onAnswer;
  /** @type {Certificate | undefined} */
  #certificate;
  /** @type {Awaited<ReturnType<typeof listen>>[]} */
  #servers = [];
  /** What HF_ENDPOINT is to be. */
  url = '';
  cdnUrl = '';
  /** A third server. It answers everything, without asking for a token, as an attacker's would. */
  strangerUrl = '';
  /** Every request so far, to any of the three. @type {RequestRecord[]} */
  requests = [];
  /** How many connections each of the three has accepted. @type {Record<Origin, number>} */
  connections = { hub: 0, cdn: 0, stranger: 0 };

  /** @param {HubOptions} options */
  constructor({ repositories = [], tokens = [], tls = false, onAnswer, pageSize = 1000 }) {
    for (const repository of repositories) this.#repositories.add(repository);
    for (const token of tokens) this.#tokens.add(token);
    this.#pageSize = pageSize;
    this.#onAnswer = onAnswer;
    if (tls) this.#certificate = makeCertificate();
  }

  /** @param {string} id @returns {Repository} To push to, to open and to close. */
  repository(id) {
    const repository = this.#repositories.find(id);
    if (!repository) throw new Error(`The test Hub has no repository ${id}`);
    return repository;
  }

  /** @param {RepositoryOptions} options */
  addRepository(options) {
    return this.#repositories.add(options);
  }

  /** @param {string} id */
  removeRepository(id) {
    return this.#repositories.remove(id);
  }

  /** @param {string} value @returns {Token} To expire, to revoke. */
  token(value) {
    const token = this.#tokens.find(value);
    if (!token) throw new Error('The test Hub has no such token');
    return token;
  }

  /** @param {TokenOptions | string} options */
  addToken(options) {
    return this.#tokens.add(options);
  }

  /** @param {import('./oauth.mjs').IdentityOptions} identity Of a CI, to be exchanged for a token. */
  trust(identity) {
    this.#grants.trust(identity);
  }

  /** @param {import('./oauth.mjs').LoginOptions} login In a browser, with a refresh token. */
  login(login) {
    this.#grants.login(login);
  }

  /**
   * Makes something go wrong; see the README for the kinds.
   *
   * @param {Fault} fault
   * @returns {FaultHandle}
   */
  fault(fault) {
    return this.#faults.add(fault);
  }

  clearFaults() {
    this.#faults.clear();
  }

  /**
   * The recorded requests that are like this.
   *
   * @param {Match} match
   */
  received(match) {
    return this.requests.filter((request) => matches(match, request));
  }

  /** Forgets the requests and connections so far. */
  forget() {
    this.requests.length = 0;
    this.connections = { hub: 0, cdn: 0, stranger: 0 };
  }

  /** @returns {string[]} All tokens and signatures: what no client may ever print. */
  secrets() {
    return [...this.#tokens.values(), ...this.#grants.secrets(), ...this.#cdn.signatures()];
  }

  /** A file with the certificate to trust (`NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE`), with `tls: true`. */
  get caFile() {
    if (!this.#certificate) throw new Error('The test Hub was not started with tls: true');
    return this.#certificate.file;
  }

  /** Starts the three servers. */
  async start() {
    const secure = this.#certificate;
    const origins = /** @type {[Origin, Certificate | undefined][]} */ ([
      ['hub', secure],
      ['cdn', secure],
      ['stranger', undefined],
    ]);
    this.#servers = await Promise.all(
      origins.map(([origin, certificate]) =>
        listen({
          certificate,
          onRequest: (request, response) => {
            this.#serve(origin, request, response).catch((error) => {
              // The client went away, or (which is to be seen) there is a mistake in the Hub.
              if (!request.socket.destroyed) process.emitWarning(error);
              request.socket.destroy();
            });
          },
          onConnection: () => {
            this.connections[origin] += 1;
            return this.#faults.onConnection(origin);
          },
        }),
      ),
    );
    [this.url, this.cdnUrl, this.strangerUrl] = this.#servers.map((server) => server.url);
    this.#cdn.url = this.cdnUrl;
    return this;
  }

  /** Stops the servers, and ends every connection they still hold. */
  async close() {
    await Promise.all(this.#servers.map((server) => server.close()));
    this.#certificate?.remove();
  }

  [Symbol.asyncDispose]() {
    return this.close();
  }

  /**
   * @param {Origin} origin
   * @param {IncomingMessage} message
   * @param {ServerResponse} response
   */
  async #serve(origin, message, response) {
    const request = this.#record(origin, message);
    this.requests.push(request);
    const body = await read(message);
    request.body = body;
    const repository = this.#repositories.find(request.repository ?? '');
    const surroundings = { url: this.url, strangerUrl: this.strangerUrl, cdn: this.#cdn, repository };
    let answer;
    try {
      const plain = this.#answer(request, repository, body);
      answer = await this.#faults.alter(request, plain, surroundings);
    } catch (error) {
      // A mistake in the Hub or in a test's fault must be seen as one.
      answer = text(599, `The test Hub itself failed: ${error instanceof Error ? error.stack : error}`);
    }
    if (!answer.delivery?.instead) request.status = answer.status;
    this.#onAnswer?.(request);
    await deliver(message, response, answer);
  }

  /**
   * @param {Origin} origin
   * @param {IncomingMessage} message
   * @returns {RequestRecord}
   */
  #record(origin, { method = 'GET', url = '/', headers }) {
    const [path, ...query] = url.split('?');
    /** @type {Route} */
    const { name: route, ...route_ } =
      origin === 'cdn' ? { name: 'cdn', ...this.#cdn.find(path) } : parseRoute(path);
    return {
      origin,
      method,
      url,
      path,
      query: new URLSearchParams(query.join('?')),
      headers,
      token: bearer(headers.authorization),
      route,
      repository: route_.repository,
      revision: route_.revision,
      file: route_.file,
      body: '',
      status: null,
      faults: [],
    };
  }

  /**
   * What a Hub without faults answers.
   *
   * @param {RequestRecord} request
   * @param {Repository | undefined} repository
   * @param {string} body
   * @returns {Answer}
   */
  #answer(request, repository, body) {
    if (request.origin === 'cdn') return this.#cdn.answer(request);
    const answer =
      request.origin === 'stranger'
        ? this.#answerAsStranger(request, repository)
        : this.#answerAsHub(request, repository, body);
    // The Hub says errors in JSON to programs that use the API, and as text where a file was asked for.
    const asText =
      request.route === 'resolve' &&
      answer.status >= 400 &&
      !request.headers.accept?.includes('application/json');
    const worded = asText ? { ...answer, ...plainText(answer) } : answer;
    return { ...worded, headers: { ...worded.headers, ...common(request) } };
  }

  /**
   * @param {RequestRecord} request
   * @param {Repository | undefined} repository
   * @param {string} body
   * @returns {Answer}
   */
  #answerAsHub(request, repository, body) {
    const { route, revision = 'main', file = '', method, headers, query, path } = request;
    const caller = this.#tokens.identify(headers.authorization);
    if (route === 'unknown')
      return refusal({ status: 404, message: "Sorry, we can't find the page you are looking for." });
    const allowed = route === 'paths-info' || route === 'oauth' ? ['POST'] : ['GET', 'HEAD'];
    if (!allowed.includes(method)) {
      return refusal({ status: 405, message: 'Method not allowed', headers: { Allow: allowed.join(', ') } });
    }
    if (route === 'whoami') return whoami(caller);
    if (route === 'oauth') return this.#grants.answer(body, headers['content-type'] ?? '');

    const isWrite = route === 'auth-check' && path.endsWith('/write');
    const isContent = ['resolve', 'resolve-cache', 'auth-check'].includes(route);
    const refused = refuse(repository, caller, isWrite ? 'write' : isContent ? 'content' : 'info');
    if (refused) return refused;
    if (!repository) throw new Error('unreachable: access to what does not exist was granted');
    if (repository.id !== request.repository) {
      return redirect(307, renamed(request.url, request.repository ?? '', repository.id));
    }
    switch (route) {
      case 'resolve':
        return resolve(request, repository, revision, file, this.#cdn);
      case 'resolve-cache':
        return resolveCache(request, repository, revision, file);
      case 'info':
        return info(repository, revision, query);
      case 'tree':
        return tree({ path, query, base: this.url }, repository, revision, file, this.#pageSize);
      case 'paths-info':
        return pathsInfo(repository, revision, body, headers['content-type'] ?? '');
      case 'refs':
        return refs(repository);
      case 'auth-check':
        return text(200, 'OK');
      default:
        throw new Error(`no handler for ${route}`);
    }
  }

  /**
   * Whatever the Hub would send to somebody with access, to anybody.
   *
   * @param {RequestRecord} request
   * @param {Repository | undefined} repository
   * @returns {Answer}
   */
  #answerAsStranger(request, repository) {
    const { revision = 'main', file = '' } = request;
    const commit = repository?.commit(revision);
    return repository && commit
      ? resolveCache(request, repository, commit.id, file)
      : text(404, 'nothing here');
  }
}

/** @param {Answer} answer @returns {Pick<Answer, 'headers' | 'body'>} */
function plainText({ headers }) {
  const message = headers['X-Error-Message'] ?? '';
  return { headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }, body: Buffer.from(message) };
}

/**
 * @param {string} url
 * @param {string} from An id as it stands in the URL.
 * @param {string} to
 */
function renamed(url, from, to) {
  const [old, current] = [from, to].map((id) => `/${id.split('/').map(encodeURIComponent).join('/')}`);
  let at = url.indexOf(old);
  // Not the beginning of a longer name, as `/model` is of `/models`.
  while (at >= 0 && !['/', '?', undefined].includes(url[at + old.length])) at = url.indexOf(old, at + 1);
  return at < 0 ? url : url.slice(0, at) + current + url.slice(at + old.length);
}

/**
 * @param {RequestRecord} request
 * @returns {Record<string, string>} What comes with every answer of the Hub.
 */
function common({ route }) {
  const kind = route === 'resolve' || route === 'resolve-cache' ? 'resolvers' : 'api';
  const time = Math.floor(Date.now() / 1000).toString(16);
  return {
    'X-Request-Id': `Root=1-${time}-${randomBytes(12).toString('hex')};${randomUUID()}`,
    'X-Powered-By': 'huggingface-moon',
    Vary: 'Origin, Accept',
    RateLimit: `"${kind}";r=2999;t=300`,
    'RateLimit-Policy': `"fixed window";"${kind}";q=3000;w=300`,
  };
}

/** @param {IncomingMessage} message @returns {Promise<string>} */
async function read(message) {
  const pieces = [];
  for await (const piece of message) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/**
 * Starts a Hub on ports of its own.
 *
 * @param {HubOptions} [options]
 * @returns {Promise<Hub>}
 */
export function startHub(options = {}) {
  return new Hub(options).start();
}
