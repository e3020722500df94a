/**
 * Who may read what, and what the Hub says to those who may not.
 *
 * @module
 */
/** @import { Answer } from './answer.mjs' */
/** @import { Repository } from './repository.mjs' */
/** @import { Caller, Token } from './tokens.mjs' */
import { refusal } from './answer.mjs';

/**
 * The answer to an anonymous caller for what does not exist and for what is private: the same, so nothing is
 * told.
 */
const ANONYMOUS = { status: 401, message: 'Invalid username or password.' };
const NOT_FOUND = { status: 404, code: 'RepoNotFound', message: 'Repository not found' };
const DISABLED = { status: 403, message: 'Access to this resource is disabled.' };

/**
 * @typedef {'info' | 'content' | 'write'} Purpose Information about a gated repository is public, its content
 *   is not.
 */

/**
 * @param {Repository | undefined} repository
 * @param {Caller} caller
 * @param {Purpose} purpose
 * @returns {Answer | null} What to answer, or `null` where access is granted.
 */
export function refuse(repository, caller, purpose) {
  if (caller.kind === 'refused') {
    const code = repository?.gated && purpose !== 'info' ? 'GatedRepo' : undefined;
    return refusal({ status: 401, code, message: caller.message });
  }
  if (!repository || (repository.private && !mayRead(repository, caller))) {
    return refusal(caller.kind === 'anonymous' ? ANONYMOUS : NOT_FOUND);
  }
  if (repository.disabled) return refusal(DISABLED);
  if (purpose !== 'info' && repository.gated) {
    const message = gate(repository, caller);
    if (message)
      return refusal({ status: caller.kind === 'anonymous' ? 401 : 403, code: 'GatedRepo', message });
  }
  if (purpose === 'write' && !mayWrite(repository, caller)) {
    if (caller.kind === 'anonymous') return refusal(ANONYMOUS);
    return refusal({
      status: 403,
      message: "You don't have the required permissions to write to this repository",
    });
  }
  return null;
}

/**
 * @param {Token} token
 * @param {Repository} repository
 */
function owns(token, repository) {
  return token.user === repository.namespace || token.orgs.includes(repository.namespace);
}

/**
 * @param {Token} token
 * @param {Repository} repository
 * @param {string[]} permissions One of them is enough.
 */
function hasScope(token, repository, permissions) {
  return token.scoped.some(
    ({ entity, permissions: granted }) =>
      (entity.name === repository.id || entity.name === repository.namespace) &&
      granted.some((permission) => permissions.includes(permission)),
  );
}

/**
 * @param {Repository} repository
 * @param {Caller} caller
 */
function mayRead(repository, caller) {
  if (caller.kind !== 'token') return false;
  const { token } = caller;
  if (!owns(token, repository) && !repository.authorized.has(token.user)) return false;
  return token.role !== 'fineGrained' || hasScope(token, repository, ['repo.content.read', 'repo.write']);
}

/**
 * @param {Repository} repository
 * @param {Caller} caller
 */
function mayWrite(repository, caller) {
  if (caller.kind !== 'token' || !owns(caller.token, repository)) return false;
  const { token } = caller;
  return (
    token.role === 'write' || (token.role === 'fineGrained' && hasScope(token, repository, ['repo.write']))
  );
}

/**
 * @param {Repository} repository
 * @param {Caller} caller
 * @returns {string | null} Why a gated repository stays closed.
 */
function gate(repository, caller) {
  const { id } = repository;
  if (caller.kind !== 'token') {
    return (
      `Access to model ${id} is restricted. You must have access to it and be authenticated to access it. ` +
      'Please log in.'
    );
  }
  const { token } = caller;
  if (
    token.role === 'fineGrained' &&
    !token.canReadGatedRepos &&
    !hasScope(token, repository, ['repo.content.read', 'repo.write'])
  ) {
    return (
      'Please enable access to public gated repositories in your fine-grained token settings to view this ' +
      'repository.'
    );
  }
  if (owns(token, repository) || repository.authorized.has(token.user)) return null;
  if (repository.pending.has(token.user)) {
    return `Your request to access model ${id} is awaiting a review from the repo authors.`;
  }
  if (repository.rejected.has(token.user)) {
    return `Your request to access model ${id} has been rejected by the repo's authors.`;
  }
  return (
    `Access to model ${id} is restricted and you are not in the authorized list. ` +
    `Visit https://huggingface.co/${id} to ask for access.`
  );
}
