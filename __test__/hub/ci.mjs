/**
 * The part of GitHub Actions that tells others who a job is, on loopback.
 *
 * @module
 */
/** @import { IncomingHttpHeaders } from 'node:http' */
import { listen } from './listen.mjs';

/**
 * @typedef {object} CiRequest
 * @property {string} method
 * @property {string} path
 * @property {Record<string, string>} query
 * @property {IncomingHttpHeaders} headers
 *
 * @typedef {object} Ci
 * @property {Record<string, string>} variables What a job with `permissions: id-token: write` sees.
 * @property {CiRequest[]} requests
 * @property {((request: CiRequest) => { status: number, headers?: Record<string, string>, body: string }) |
 *   null} instead Answers in place of what is right.
 * @property {() => Promise<void>} close
 */

/**
 * @param {{ idToken: string, requestToken: string }} secrets What a job gets, and what it must show for it.
 * @returns {Promise<Ci>}
 */
export async function startCi({ idToken, requestToken }) {
  /** @type {Ci} */
  const ci = { variables: {}, requests: [], instead: null, close: async () => {} };
  const { url, close } = await listen({
    onConnection: () => undefined,
    onRequest: ({ method = '', url: asked = '', headers }, response) => {
      const { pathname, searchParams } = new URL(asked, 'http://ci');
      const request = { method, path: pathname, query: Object.fromEntries(searchParams), headers };
      ci.requests.push(request);
      const known = headers.authorization === `Bearer ${requestToken}` && pathname === '/idtoken';
      const answer = ci.instead?.(request) ?? {
        status: known ? 200 : 401,
        body: JSON.stringify(known ? { count: idToken.length, value: idToken } : { message: 'who are you?' }),
      };
      response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
      response.end(answer.body);
    },
  });
  ci.close = close;
  ci.variables = {
    GITHUB_ACTIONS: 'true',
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/idtoken?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
  };
  return ci;
}
