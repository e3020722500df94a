/**
 * Tokens that are given out for something else: a CI's identity (RFC 8693), or a refresh token (RFC 6749).
 *
 * @module
 */
/** @import { Answer } from './answer.mjs' */
/** @import { Tokens, TokenOptions } from './tokens.mjs' */
import { json } from './answer.mjs';

/**
 * @typedef {object} IdentityOptions A workflow that the Hub trusts.
 * @property {string} idToken What its CI signs.
 * @property {string} resource What it may have a token for.
 * @property {TokenOptions} token What it gets. Known to the Hub from then on.
 * @property {unknown} [expiresIn] Seconds, 3600 without it; `null` leaves the field out.
 *
 * @typedef {object} LoginOptions A login in a browser.
 * @property {string} refreshToken
 * @property {TokenOptions} token What it gets for that.
 * @property {string} [next] A refresh token that takes the place of this one, which is then of no more use.
 * @property {string} [clientId] The program that it was given to; Python's without it.
 * @property {unknown} [expiresIn] Seconds; without it the field is left out.
 */

const PYTHON = '26be6b09-91c5-47da-9861-d2d2bb7a7e36';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';

/** Who may have a token, and for what. */
export class Grants {
  #tokens;
  /** @type {IdentityOptions[]} */
  #identities = [];
  /** @type {Map<string, LoginOptions>} */
  #logins = new Map();
  /** @type {Set<string>} */
  #secrets = new Set();

  /** @param {Tokens} tokens Those of the Hub. */
  constructor(tokens) {
    this.#tokens = tokens;
  }

  /** @param {IdentityOptions} identity */
  trust(identity) {
    this.#identities.push(identity);
    for (const secret of [identity.idToken, identity.token.value]) this.#secrets.add(secret);
  }

  /** @param {LoginOptions} login */
  login(login) {
    this.#logins.set(login.refreshToken, login);
    for (const secret of [login.refreshToken, login.next ?? '', login.token.value]) {
      if (secret) this.#secrets.add(secret);
    }
  }

  /** @returns {string[]} */
  secrets() {
    return [...this.#secrets];
  }

  /**
   * `POST /oauth/token`
   *
   * @param {string} body
   * @param {string} type Its Content-Type.
   * @returns {Answer}
   */
  answer(body, type) {
    /** @type {Record<string, unknown>} */
    let asked;
    try {
      asked = type.includes('json') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    } catch {
      return refuse('invalid_request', 'The body is not understood.');
    }
    if (asked.grant_type === EXCHANGE) return this.#exchange(asked);
    if (asked.grant_type === 'refresh_token') return this.#refresh(asked);
    return refuse('unsupported_grant_type', 'This grant is not known.');
  }

  /** @param {Record<string, unknown>} asked @returns {Answer} */
  #exchange({ subject_token_type, subject_token, resource }) {
    if (subject_token_type !== ID_TOKEN) return refuse('invalid_request', 'No id token.');
    const found = this.#identities.find((one) => one.idToken === subject_token && one.resource === resource);
    if (!found) return refuse('invalid_grant', 'No trusted publisher of the resource matches.');
    this.#tokens.add(found.token);
    const { expiresIn = 3600 } = found;
    return json(200, {
      access_token: found.token.value,
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'bearer',
      ...(expiresIn === null ? {} : { expires_in: expiresIn }),
    });
  }

  /** @param {Record<string, unknown>} asked @returns {Answer} */
  #refresh({ refresh_token, client_id }) {
    const found = this.#logins.get(String(refresh_token));
    if (!found || client_id !== (found.clientId ?? PYTHON)) {
      return refuse('invalid_grant', 'The session has expired or was revoked.');
    }
    this.#tokens.add(found.token);
    if (found.next) this.#logins.delete(found.refreshToken);
    return json(200, {
      access_token: found.token.value,
      token_type: 'bearer',
      ...(found.next ? { refresh_token: found.next } : {}),
      ...(found.expiresIn === undefined ? {} : { expires_in: found.expiresIn }),
    });
  }
}

/** @param {string} error @param {string} description @returns {Answer} */
function refuse(error, description) {
  return json(400, { error, error_description: description });
}
