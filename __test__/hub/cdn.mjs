/**
 * The CDN, on an origin of its own: large files, by signed addresses that work without a token.
 *
 * @module
 */
/** @import { Answer, FileRequest } from './answer.mjs' */
/** @import { StoredFile } from './repository.mjs' */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { file } from './answer.mjs';

/** How long a signed address works, in seconds. */
const LIFETIME = 3600;

/** What the CDN serves, and the signatures it accepts. */
export class Cdn {
  #key = randomBytes(32);
  /** @type {Map<string, { stored: StoredFile, repository: string }>} */
  #objects = new Map();
  /** @type {Set<string>} */
  #signatures = new Set();
  /** The origin, known once the server listens. */
  url = '';

  /** @returns {string[]} Every signature given out: none of them may appear in a log or an error. */
  signatures() {
    return [...this.#signatures];
  }

  /**
   * A signed address of a file.
   *
   * @param {string} repository
   * @param {StoredFile} stored
   * @param {{ lifetime?: number }} [options] Seconds; a negative number gives one that is no longer valid.
   * @returns {string}
   */
  sign(repository, stored, { lifetime = LIFETIME } = {}) {
    this.#objects.set(stored.sha256, { stored, repository });
    const folder = createHash('sha256').update(repository).digest('hex').slice(0, 24);
    const path = `/repos/${folder}/${stored.sha256}`;
    const name = stored.path.split('/').at(-1) ?? stored.path;
    const query = new URLSearchParams({
      'response-content-disposition': `inline; filename*=UTF-8''${encodeURIComponent(name)};`,
      Expires: String(Math.floor(Date.now() / 1000) + lifetime),
    });
    const signature = this.#signature(path, query);
    this.#signatures.add(signature);
    query.set('Signature', signature);
    query.set('Key-Pair-Id', 'K24J24Z295AEI9');
    return `${this.url}${path}?${query}`;
  }

  /**
   * The file that a path names, whatever the signature.
   *
   * @param {string} path
   * @returns {{ file: string, repository: string } | undefined}
   */
  find(path) {
    const object = this.#objects.get(path.split('/').at(-1) ?? '');
    return object && { file: object.stored.path, repository: object.repository };
  }

  /**
   * @param {FileRequest & { path: string, query: URLSearchParams }} request
   * @returns {Answer}
   */
  answer(request) {
    const { path, query, headers } = request;
    if (headers.authorization !== undefined) {
      // As S3 does. It also shows a client that sends its token where it must not.
      return refused(400, 'InvalidArgument', 'Only one auth mechanism allowed');
    }
    const object = this.#objects.get(path.split('/').at(-1) ?? '');
    const valid =
      object &&
      query.get('Signature') === this.#signature(path, query) &&
      Number(query.get('Expires')) >= Date.now() / 1000;
    if (!valid) return refused(403, 'AccessDenied', 'Access denied');
    const { stored } = object;
    return file(request, stored.bytes, {
      // Not the sha256: a CDN has ETags of its own, and a client must not compare them with the Hub's.
      ETag: `"${createHash('md5').update(stored.bytes).digest('hex')}"`,
      'Content-Disposition': query.get('response-content-disposition') ?? 'inline',
      'Cache-Control': 'public, max-age=604800, immutable',
      Server: 'AmazonS3',
    });
  }

  /**
   * @param {string} path
   * @param {URLSearchParams} query
   */
  #signature(path, query) {
    const signed = [path, query.get('Expires'), query.get('response-content-disposition')].join('\n');
    return createHmac('sha256', this.#key).update(signed).digest('hex');
  }
}

/**
 * @param {number} status
 * @param {string} code
 * @param {string} message
 * @returns {Answer}
 */
function refused(status, code, message) {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${error}`;
  return { status, headers: { 'Content-Type': 'application/xml' }, body: Buffer.from(body) };
}
