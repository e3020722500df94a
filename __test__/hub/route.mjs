/**
 * Which part of the Hub a path belongs to.
 *
 * @module
 */

/**
 * @typedef {'resolve' | 'resolve-cache' | 'cdn' | 'whoami' | 'info' | 'tree' | 'paths-info' | 'refs' |
 *   'auth-check' | 'oauth' | 'unknown'} RouteName
 *
 * @typedef {object} Route
 * @property {RouteName} name
 * @property {string} [repository] The id as written in the path.
 * @property {string} [revision]
 * @property {string} [file] A file, or for `tree` a folder.
 * @property {boolean} [write] For `auth-check`.
 */

/** What may follow a repository's id in the API. */
const ACTIONS = new Set(['revision', 'tree', 'paths-info', 'refs', 'auth-check']);

/**
 * @param {string} path Still percent-encoded.
 * @returns {Route}
 */
export function parseRoute(path) {
  try {
    const segments = path.split('/').slice(1).map(decodeURIComponent);
    if (path === '/oauth/token') return { name: 'oauth' };
    if (segments[0] === 'api') return parseApi(segments.slice(1));
    const at = segments.indexOf('resolve', 1);
    if (at < 1 || at > 2 || segments.length < at + 3) return { name: 'unknown' };
    return {
      name: 'resolve',
      repository: segments.slice(0, at).join('/'),
      revision: segments[at + 1],
      file: segments.slice(at + 2).join('/'),
    };
  } catch {
    return { name: 'unknown' };
  }
}

/**
 * @param {string[]} segments Those after `api`.
 * @returns {Route}
 */
function parseApi(segments) {
  if (segments.length === 1 && segments[0] === 'whoami-v2') return { name: 'whoami' };
  if (segments[0] === 'resolve-cache' && segments[1] === 'models') {
    const at = segments.findIndex((segment, index) => index > 2 && /^[0-9a-f]{40}$/.test(segment));
    if (at < 0) return { name: 'unknown' };
    return {
      name: 'resolve-cache',
      repository: segments.slice(2, at).join('/'),
      revision: segments[at],
      file: segments.slice(at + 1).join('/'),
    };
  }
  if (segments[0] !== 'models' || segments.length < 2) return { name: 'unknown' };
  const at = segments.length > 2 && ACTIONS.has(segments[2]) ? 2 : 3;
  const repository = segments.slice(1, at).join('/');
  const [action, revision, ...rest] = segments.slice(at);
  switch (action) {
    case undefined:
      return { name: 'info', repository, revision: 'main' };
    case 'revision':
      return { name: 'info', repository, revision };
    case 'tree':
      return { name: 'tree', repository, revision, file: rest.join('/') };
    case 'paths-info':
      return { name: 'paths-info', repository, revision };
    case 'refs':
      return { name: 'refs', repository };
    case 'auth-check':
      return { name: 'auth-check', repository, write: revision === 'write' };
    default:
      return { name: 'unknown' };
  }
}
