// What this package throws. `code` is stable; messages are for people.

/**
 * Everything this package throws has this class, but for wrong arguments (TypeError) and texts of
 * transformers.js.
 */
export class AutoTokenizerError extends Error {
  code: string | undefined;
}

/** A tokenizer.json or tokenizer_config.json that cannot be used, or a call that the engine refuses. */
export class TokenizerError extends AutoTokenizerError {}

/** A chat template that does not parse, fails, or raises. */
export class ChatTemplateError extends AutoTokenizerError {}

/** What went wrong on the way to a file of the Hub, the cache or a folder. */
export class HubError extends AutoTokenizerError {
  /** The HTTP status, if the Hub answered. */
  status: number | undefined;
  repo_id: string | undefined;
  revision: string | undefined;
  file: string | undefined;
  /** Never with a query: signed addresses are secrets. */
  url: string | undefined;
  /** For the Hub's support. */
  request_id: string | undefined;
  /** What the Hub said. */
  server_message: string | undefined;
  /** What to do. */
  hint: string | undefined;
  /** Where the token came from, such as `HF_TOKEN`. Never the token. */
  token_source: string | undefined;
}

/** A file that cannot be had: no access, or not there. */
export class ModelFileNotFoundError extends HubError {}
/** The repository is gated or private and no token was found. */
export class TokenMissingError extends ModelFileNotFoundError {}
/** The token's user has no access. */
export class AccessDeniedError extends ModelFileNotFoundError {}
/** The Hub does not know the token, or it cannot be a token. */
export class TokenInvalidError extends ModelFileNotFoundError {}
/** `HF_OIDC_RESOURCE` is set, and this CI's identity could not be exchanged for a token. */
export class OidcError extends HubError {}
export class RepositoryNotFoundError extends ModelFileNotFoundError {}
export class RevisionNotFoundError extends ModelFileNotFoundError {}
export class FileNotFoundError extends ModelFileNotFoundError {}
export class RepositoryDisabledError extends HubError {}
export class NetworkError extends HubError {}
export class HubTimeoutError extends NetworkError {}
/** Only local files were allowed and one is not there. */
export class OfflineError extends HubError {}
export class RateLimitError extends HubError {}
export class HubServerError extends HubError {}
export class HubProtocolError extends HubError {}
/** What arrived is not what the Hub announced, or no tokenizer. */
export class IntegrityError extends HubError {}
export class CacheError extends HubError {}
/** An id, a revision, a path or an option that cannot be right. */
export class HubArgumentError extends HubError {}
/** A signal ended the call; `cause` is its reason. */
export class HubAbortError extends HubError {}
