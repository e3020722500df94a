/**
 * `/{id}/resolve/{revision}/{file}` and the resolve-cache it redirects to.
 *
 * @module
 */
/** @import { Answer, FileRequest } from './answer.mjs' */
/** @import { Cdn } from './cdn.mjs' */
/** @import { Commit, Repository, StoredFile } from './repository.mjs' */
import { file, redirect, refusal } from './answer.mjs';
import { sha256 } from './git.mjs';

/**
 * @param {string} revision
 * @returns {Answer}
 */
export function noRevision(revision) {
  return refusal({ status: 404, code: 'RevisionNotFound', message: `Invalid rev id: ${revision}` });
}

/**
 * @param {Commit} commit
 * @returns {Answer}
 */
export function noEntry(commit) {
  return refusal({
    status: 404,
    code: 'EntryNotFound',
    message: 'Entry not found',
    headers: { 'X-Repo-Commit': commit.id },
  });
}

/** @param {string} path */
function encodePath(path) {
  return path.split('/').map(encodeURIComponent).join('/');
}

/**
 * @param {FileRequest & { path: string }} request
 * @param {Repository} repository
 * @param {string} revision
 * @param {string} path
 * @param {Cdn} cdn
 * @returns {Answer}
 */
export function resolve(request, repository, revision, path, cdn) {
  const commit = repository.commit(revision);
  if (!commit) return noRevision(revision);
  const stored = commit.files.get(path);
  if (!stored) return noEntry(commit);
  if (repository.delivery === 'direct') return content(request, commit, stored);
  if (!stored.lfs) {
    const query = `${encodeURIComponent(request.path)}=&etag=${encodeURIComponent(`"${stored.etag}"`)}`;
    const location = `/api/resolve-cache/models/${repository.id}/${commit.id}/${encodePath(path)}?${query}`;
    return redirect(307, location, {
      ETag: `"${stored.etag}"`,
      'X-Repo-Commit': commit.id,
      'Accept-Ranges': 'bytes',
    });
  }
  return redirect(302, cdn.sign(repository.id, stored), {
    ...linked(stored),
    'X-Repo-Commit': commit.id,
    'Accept-Ranges': 'bytes',
    ...(repository.xet ? xet(repository, commit, stored) : {}),
  });
}

/**
 * The bytes of a file of a commit, with what a client needs to check them.
 *
 * @param {FileRequest} request
 * @param {Commit} commit
 * @param {StoredFile} stored
 * @returns {Answer}
 */
function content(request, commit, stored) {
  const name = stored.path.split('/').at(-1) ?? stored.path;
  return file(request, stored.bytes, {
    ETag: `"${stored.etag}"`,
    'X-Repo-Commit': commit.id,
    'Content-Disposition': `inline; filename*=UTF-8''${encodeURIComponent(name)};`,
    ...(stored.lfs ? linked(stored) : {}),
  });
}

/**
 * @param {FileRequest} request
 * @param {Repository} repository
 * @param {string} commitId
 * @param {string} path
 * @returns {Answer}
 */
export function resolveCache(request, repository, commitId, path) {
  const commit = repository.commit(commitId);
  if (!commit) return noRevision(commitId);
  const stored = commit.files.get(path);
  if (!stored) return noEntry(commit);
  const answer = content(request, commit, stored);
  answer.headers['Cache-Control'] = 'public, max-age=31536000, immutable';
  return answer;
}

/** @param {StoredFile} stored */
function linked(stored) {
  return { 'X-Linked-ETag': `"${stored.etag}"`, 'X-Linked-Size': String(stored.bytes.length) };
}

/**
 * What a Hub with xet storage adds. A client without xet follows Location and ignores these.
 *
 * @param {Repository} repository
 * @param {Commit} commit
 * @param {StoredFile} stored
 */
function xet(repository, commit, stored) {
  const hash = sha256(Buffer.from(`xet ${stored.sha256}`));
  return {
    'X-Xet-Hash': hash,
    Link:
      `</api/models/${repository.id}/xet-read-token/${commit.id}>; rel="xet-auth", ` +
      `<https://cas-server.example.invalid/reconstruction/${hash}>; rel="xet-reconstruction-info"`,
  };
}
