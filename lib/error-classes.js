'use strict';

/**
 * The classes of what this package throws. `code` is the stable part; the text of a message is for people.
 */

const HUB_FIELDS = [
  'status',
  'repo_id',
  'revision',
  'file',
  'url',
  'request_id',
  'server_message',
  'hint',
  'token_source',
];

class AutoTokenizerError extends Error {
  /**
   * @param {string} message
   * @param {{code?: string, cause?: unknown}} [details]
   */
  constructor(message, details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    /** @type {string | undefined} */
    this.code = details.code;
  }

  get name() {
    return this.constructor.name;
  }

  set name(value) {
    Object.defineProperty(this, 'name', { value, configurable: true, writable: true });
  }
}

/** A tokenizer.json or tokenizer_config.json that cannot be used, or a call that the engine refuses. */
class TokenizerError extends AutoTokenizerError {}

/** A chat template that does not parse, fails, or raises. */
class ChatTemplateError extends AutoTokenizerError {}

/** What went wrong on the way to a file of the Hub, the cache or a folder. */
class HubError extends AutoTokenizerError {
  /**
   * @param {string} message
   * @param {Record<string, any>} [details]
   */
  constructor(message, details = {}) {
    super(message, details);
    /** @type {number | undefined} */
    this.status = undefined;
    /** @type {string | undefined} */
    this.repo_id = undefined;
    /** @type {string | undefined} */
    this.revision = undefined;
    /** @type {string | undefined} */
    this.file = undefined;
    /** @type {string | undefined} */
    this.url = undefined;
    /** @type {string | undefined} */
    this.request_id = undefined;
    /** @type {string | undefined} */
    this.server_message = undefined;
    /** @type {string | undefined} */
    this.hint = undefined;
    /** @type {string | undefined} */
    this.token_source = undefined;
    for (const field of HUB_FIELDS) {
      if (details[field] !== undefined && details[field] !== null) Reflect.set(this, field, details[field]);
    }
  }
}

/** transformers.js 4's name for a file that cannot be had: no access, or not there. */
class ModelFileNotFoundError extends HubError {}
class TokenMissingError extends ModelFileNotFoundError {}
class AccessDeniedError extends ModelFileNotFoundError {}
class TokenInvalidError extends ModelFileNotFoundError {}
/** A CI's identity was to be exchanged for a token, and was not. */
class OidcError extends HubError {}
class RepositoryNotFoundError extends ModelFileNotFoundError {}
class RevisionNotFoundError extends ModelFileNotFoundError {}
class FileNotFoundError extends ModelFileNotFoundError {}
class RepositoryDisabledError extends HubError {}
class NetworkError extends HubError {}
class HubTimeoutError extends NetworkError {}
class OfflineError extends HubError {}
class RateLimitError extends HubError {}
class HubServerError extends HubError {}
class HubProtocolError extends HubError {}
class IntegrityError extends HubError {}
class CacheError extends HubError {}
class HubArgumentError extends HubError {}
class HubAbortError extends HubError {
  get name() {
    return 'AbortError';
  }
}

module.exports = {
  HUB_FIELDS,
  classes: {
    AutoTokenizerError,
    TokenizerError,
    ChatTemplateError,
    HubError,
    ModelFileNotFoundError,
    TokenMissingError,
    AccessDeniedError,
    TokenInvalidError,
    OidcError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
    FileNotFoundError,
    RepositoryDisabledError,
    NetworkError,
    HubTimeoutError,
    OfflineError,
    RateLimitError,
    HubServerError,
    HubProtocolError,
    IntegrityError,
    CacheError,
    HubArgumentError,
    HubAbortError,
  },
};
