/**
 * What a Hub was asked, so that a test can look.
 *
 * @module
 */
/** @import { IncomingHttpHeaders } from 'node:http' */
/** @import { RouteName } from './route.mjs' */

/**
 * @typedef {'hub' | 'cdn' | 'stranger'} Origin The Hub, its CDN, and a server that has no business with
 *   either.
 *
 * @typedef {object} RequestRecord
 * @property {Origin} origin Which server was asked.
 * @property {string} method
 * @property {string} url As sent: path and query.
 * @property {string} path
 * @property {URLSearchParams} query
 * @property {IncomingHttpHeaders} headers
 * @property {string | null} token The bearer token that came along.
 * @property {RouteName} route
 * @property {string} [repository] As written in the URL; for the CDN, the repository it belongs to.
 * @property {string} [revision]
 * @property {string} [file]
 * @property {string} body
 * @property {number | null} status Of the answer; `null` while there is none, and where a fault sent none.
 * @property {string[]} faults The kinds of the faults that altered the answer.
 *
 * @typedef {Partial<Pick<RequestRecord, 'origin' | 'method' | 'route' | 'repository' | 'revision' | 'file' |
 *   'token' | 'status'>> & { path?: string | RegExp, when?: (request: RequestRecord) => boolean }} Match What
 *   a request must be like; every field that is given counts. A fault is matched before there is a status.
 */

/**
 * @param {Match} match
 * @param {RequestRecord} request
 * @returns {boolean}
 */
export function matches(match, request) {
  const { path, when, ...fields } = match;
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && request[/** @type {keyof typeof fields} */ (name)] !== value) return false;
  }
  if (path instanceof RegExp ? !path.test(request.path) : path !== undefined && path !== request.path)
    return false;
  return when?.(request) ?? true;
}
