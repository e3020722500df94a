/**
 * The JSON API: who a token belongs to, and what a repository holds.
 *
 * @module
 */
/** @import { Answer } from './answer.mjs' */
/** @import { Commit, Repository, StoredFile } from './repository.mjs' */
/** @import { Caller } from './tokens.mjs' */
import { json, refusal } from './answer.mjs';
import { sha256, treeId } from './git.mjs';
import { noEntry, noRevision } from './resolve.mjs';

/** @param {string} text @returns {string} An id as the Hub's database makes them. */
const objectId = (text) => sha256(Buffer.from(text)).slice(0, 24);

/**
 * `GET /api/whoami-v2`
 *
 * @param {Caller} caller
 * @returns {Answer}
 */
export function whoami(caller) {
  if (caller.kind !== 'token') {
    const message = caller.kind === 'refused' ? caller.message : 'Invalid username or password.';
    return refusal({ status: 401, message });
  }
  const { token } = caller;
  return json(200, {
    type: 'user',
    id: objectId(`user ${token.user}`),
    name: token.user,
    fullname: token.user,
    email: `${token.user}@example.invalid`,
    emailVerified: true,
    canPay: false,
    isPro: false,
    periodEnd: null,
    avatarUrl: `/avatars/${objectId(token.user)}.svg`,
    orgs: token.orgs.map((name) => ({
      type: 'org',
      id: objectId(`org ${name}`),
      name,
      fullname: name,
      email: null,
      canPay: false,
      periodEnd: null,
      isEnterprise: false,
      avatarUrl: `/avatars/${objectId(name)}.svg`,
      roleInOrg: 'read',
    })),
    auth: {
      type: 'access_token',
      accessToken: {
        displayName: token.name,
        role: token.role,
        createdAt: '2023-07-18T12:00:00.000Z',
        ...(token.role === 'fineGrained'
          ? {
              fineGrained: {
                canReadGatedRepos: token.canReadGatedRepos,
                global: token.global,
                scoped: token.scoped.map(({ entity, permissions }) => ({
                  entity: { _id: objectId(entity.name), ...entity },
                  permissions,
                })),
              },
            }
          : {}),
      },
    },
  });
}

/**
 * `GET /api/models/{id}[/revision/{revision}]`
 *
 * @param {Repository} repository
 * @param {string} revision
 * @param {URLSearchParams} query
 * @returns {Answer}
 */
export function info(repository, revision, query) {
  const commit = repository.commit(revision);
  if (!commit) return noRevision(revision);
  const blobs = query.has('blobs') && query.get('blobs') !== 'false';
  return json(200, {
    _id: objectId(repository.id),
    id: repository.id,
    modelId: repository.id,
    ...(repository.namespace ? { author: repository.namespace } : {}),
    sha: commit.id,
    lastModified: commit.date.toISOString(),
    createdAt: '2023-07-18T12:00:00.000Z',
    private: repository.private,
    gated: repository.gated,
    disabled: repository.disabled,
    downloads: 0,
    likes: 0,
    tags: ['transformers'],
    library_name: 'transformers',
    siblings: sorted(commit).map((file) => ({
      rfilename: file.path,
      ...(blobs ? { size: file.bytes.length, blobId: file.blobId, ...lfs(file) } : {}),
    })),
  });
}

/**
 * `GET /api/models/{id}/tree/{revision}[/{folder}]`, in pages.
 *
 * @param {{ path: string, query: URLSearchParams, base: string }} request
 * @param {Repository} repository
 * @param {string} revision
 * @param {string} folder
 * @param {number} pageSize
 * @returns {Answer}
 */
export function tree({ path, query, base }, repository, revision, folder, pageSize) {
  const commit = repository.commit(revision);
  if (!commit) return noRevision(revision);
  const prefix = folder ? `${folder.replace(/\/+$/, '')}/` : '';
  const recursive = ['true', '1'].includes(query.get('recursive')?.toLowerCase() ?? '');
  const entries = listing(commit, prefix, recursive);
  if (prefix && entries.length === 0) return noEntry(commit);

  const limit = Math.min(Number(query.get('limit')) || pageSize, pageSize);
  const start = Number(Buffer.from(query.get('cursor') ?? '', 'base64url').toString()) || 0;
  /** @type {Record<string, string>} */
  const headers = { 'X-Repo-Commit': commit.id };
  if (start + limit < entries.length) {
    const next = new URLSearchParams(query);
    next.set('cursor', Buffer.from(String(start + limit)).toString('base64url'));
    headers.Link = `<${base}${path}?${next}>; rel="next"`;
  }
  return json(200, entries.slice(start, start + limit), headers);
}

/**
 * `POST /api/models/{id}/paths-info/{revision}`
 *
 * @param {Repository} repository
 * @param {string} revision
 * @param {string} body A form or JSON.
 * @param {string} type Its Content-Type.
 * @returns {Answer}
 */
export function pathsInfo(repository, revision, body, type) {
  const commit = repository.commit(revision);
  if (!commit) return noRevision(revision);
  /** @type {string[]} */
  let paths;
  try {
    const given = type.includes('json') ? JSON.parse(body).paths : new URLSearchParams(body).getAll('paths');
    paths = [given].flat().map(String);
  } catch {
    return refusal({ status: 400, message: 'Invalid JSON' });
  }
  const all = new Map(listing(commit, '', true).map((entry) => [entry.path, entry]));
  return json(
    200,
    paths.flatMap((path) => all.get(path) ?? []),
  );
}

/**
 * `GET /api/models/{id}/refs`
 *
 * @param {Repository} repository
 * @returns {Answer}
 */
export function refs(repository) {
  const { branches, tags } = repository.refs();
  const row =
    (/** @type {string} */ prefix) =>
    (/** @type {[string, string]} */ [name, targetCommit]) => ({
      name,
      ref: name.startsWith('refs/') ? name : `${prefix}${name}`,
      targetCommit,
    });
  const isPull = (/** @type {[string, string]} */ [name]) => name.startsWith('refs/pr/');
  return json(200, {
    branches: [...branches].filter((one) => !isPull(one)).map(row('refs/heads/')),
    tags: [...tags].map(row('refs/tags/')),
    converts: [],
    pullRequests: [...branches].filter(isPull).map(row('')),
  });
}

/**
 * @param {Commit} commit
 * @param {string} prefix
 * @param {boolean} recursive
 * @returns {{ type: 'file' | 'directory', path: string, oid: string, size: number }[]}
 */
function listing(commit, prefix, recursive) {
  /** @type {{ type: 'file' | 'directory', path: string, oid: string, size: number }[]} */
  const files = [];
  /** @type {Map<string, Map<string, string>>} */
  const folders = new Map();
  for (const file of sorted(commit)) {
    if (!file.path.startsWith(prefix)) continue;
    const parts = file.path.slice(prefix.length).split('/');
    for (let depth = 1; depth < (recursive ? parts.length : Math.min(parts.length, 2)); depth += 1) {
      const folder = prefix + parts.slice(0, depth).join('/');
      const inside = folders.get(folder) ?? new Map();
      folders.set(folder, inside.set(file.path.slice(folder.length + 1), file.blobId));
    }
    if (recursive || parts.length === 1) {
      files.push({ type: 'file', oid: file.blobId, size: file.bytes.length, ...lfs(file), path: file.path });
    }
  }
  const directories = [...folders].map(([path, inside]) => ({
    type: /** @type {const} */ ('directory'),
    oid: treeId(inside),
    size: 0,
    path,
  }));
  return [...directories, ...files];
}

/** @param {Commit} commit @returns {StoredFile[]} */
function sorted(commit) {
  return [...commit.files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @param {StoredFile} file */
function lfs({ lfs: stored, sha256: oid, bytes }) {
  return stored
    ? { lfs: { oid, sha256: oid, size: bytes.length, pointerSize: pointerSize(bytes.length) } }
    : {};
}

/** @param {number} size */
function pointerSize(size) {
  return 'version https://git-lfs.github.com/spec/v1\noid sha256:\nsize \n'.length + 64 + String(size).length;
}
