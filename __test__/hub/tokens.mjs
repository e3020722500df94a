/**
 * Access tokens: who a request comes from.
 *
 * @module
 */

/**
 * @typedef {object} Scope What a fine-grained token may do with one repository, user or organisation.
 * @property {{ type: 'model' | 'user' | 'org', name: string }} entity
 * @property {string[]} permissions Such as `repo.content.read`, `repo.write`.
 *
 * @typedef {object} TokenOptions
 * @property {string} value What is sent, such as `hf_…`.
 * @property {string} [user] The user it belongs to; `tester` without it.
 * @property {string[]} [orgs] Organisations of that user.
 * @property {string} [name] The name the user gave it.
 * @property {'read' | 'write' | 'fineGrained'} [role] `read` without it.
 * @property {boolean} [canReadGatedRepos] For a fine-grained token.
 * @property {Scope[]} [scoped] For a fine-grained token.
 * @property {string[]} [global] For a fine-grained token.
 * @property {boolean} [expired]
 * @property {boolean} [revoked] As if it had never been made.
 *
 * @typedef {Required<TokenOptions>} Token
 *
 * @typedef {{ kind: 'anonymous' } | { kind: 'refused', message: string } | { kind: 'token', token: Token }}
 *   Caller
 */

export const INVALID_CREDENTIALS = 'Invalid credentials in Authorization header';

/** The tokens a Hub knows. */
export class Tokens {
  /** @type {Map<string, Token>} */
  #byValue = new Map();

  /**
   * @param {TokenOptions | string} options A string stands for a token of the role `read`.
   * @returns {Token} May be changed at any time: `expired`, `revoked`, `role`…
   */
  add(options) {
    const given = typeof options === 'string' ? { value: options } : options;
    /** @type {Token} */
    const token = {
      user: 'tester',
      orgs: [],
      name: 'test token',
      role: 'read',
      canReadGatedRepos: false,
      scoped: [],
      global: [],
      expired: false,
      revoked: false,
      ...given,
    };
    this.#byValue.set(token.value, token);
    return token;
  }

  /** @param {string} value @returns {Token | undefined} */
  find(value) {
    return this.#byValue.get(value);
  }

  /** @returns {string[]} */
  values() {
    return [...this.#byValue.keys()];
  }

  /**
   * @param {string | undefined} authorization The header.
   * @returns {Caller}
   */
  identify(authorization) {
    if (authorization === undefined) return { kind: 'anonymous' };
    const token = this.#byValue.get(bearer(authorization) ?? '');
    if (!token || token.revoked) return { kind: 'refused', message: INVALID_CREDENTIALS };
    if (token.expired) return { kind: 'refused', message: `User Access Token "${token.name}" is expired` };
    return { kind: 'token', token };
  }
}

/**
 * @param {string | undefined} authorization
 * @returns {string | null} The token in the header.
 */
export function bearer(authorization) {
  return /^Bearer +(.*)$/i.exec(authorization ?? '')?.[1] ?? null;
}
