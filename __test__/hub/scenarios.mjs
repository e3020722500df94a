/**
 * Situations that a Hub client must survive, by name: what goes wrong, what is asked for meanwhile, and what
 * a client that can be trusted does. Each client of the field fails at some of them.
 *
 * @module
 */
/** @import { FaultHandle } from './faults.mjs' */
/** @import { Hub, HubOptions } from './server.mjs' */
import { startHub } from './server.mjs';
import { limits } from './scenarios/limits.mjs';
import { names } from './scenarios/names.mjs';
import { processes } from './scenarios/processes.mjs';
import { redirects } from './scenarios/redirects.mjs';
import { transfers } from './scenarios/transfers.mjs';

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} row The row of the comparison with other clients that it belongs to; several may share
 *   one.
 * @property {HubOptions} [options] Of the Hub, besides the repositories and the token of all scenarios.
 * @property {(hub: Hub) => FaultHandle[]} setup Makes it go wrong. Returns the faults that must strike.
 * @property {Load} [load] What the client is asked for; `org/model` with the token without it.
 * @property {Around} [around] What must be arranged outside the Hub.
 * @property {Record<string, string>} [variables] For the client's environment, so that a test need not wait.
 * @property {'loads' | 'fails'} outcome
 * @property {string[]} [codes] With `fails`: the error is one of these.
 * @property {string} expectation In words, with what else a test is to look at.
 *
 * @typedef {object} Load
 * @property {string} [id]
 * @property {string} [revision]
 * @property {string} [subfolder]
 * @property {string | false} [token]
 * @property {boolean} [again] Load once before anything goes wrong, and then again in the same cache.
 *
 * @typedef {'killed' | 'disk-full' | 'read-only-cache' | 'lock-held' | 'many-processes'} Around
 */

/** The token that every scenario's client has, marked so that it can be looked for. */
export const TOKEN = 'hf_MARKEDTOKENMARKEDTOKENMARKEDTOKEN';

/** A small tokenizer.json that is valid, and long enough to be cut. */
export const TOKENIZER = JSON.stringify({
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: null,
  decoder: null,
  model: {
    type: 'WordLevel',
    vocab: Object.fromEntries(Array.from({ length: 500 }, (_, id) => [id === 0 ? '[UNK]' : `word${id}`, id])),
    unk_token: '[UNK]',
  },
});

const files = {
  'tokenizer.json': TOKENIZER,
  'tokenizer_config.json': '{"tokenizer_class":"PreTrainedTokenizer"}',
};

/** @type {Scenario[]} */
export const SCENARIOS = [...redirects, ...transfers, ...names, ...limits, ...processes];

/**
 * Starts a Hub in a scenario. `org/model` sends its files by the resolve-cache, `org/large` by the CDN,
 * `org/direct` at once; `org/gated` is open to the token, `org/closed` is gated and is not, `org/private` is
 * hidden from it.
 *
 * @param {Scenario} scenario
 * @returns {Promise<{ hub: Hub, begin: () => FaultHandle[] }>} `begin` makes it go wrong; call it after the
 *   first of two loads.
 */
export async function startScenario(scenario) {
  const hub = await startHub({
    ...scenario.options,
    repositories: [
      { id: 'org/model', files },
      { id: 'org/large', files, lfs: ['tokenizer.json'] },
      { id: 'org/direct', files, delivery: 'direct' },
      { id: 'org/gated', files, gated: 'auto', authorized: ['tester'] },
      { id: 'org/closed', files, gated: 'manual' },
      { id: 'org/private', files, private: true },
      ...(scenario.options?.repositories ?? []),
    ],
    tokens: [TOKEN, ...(scenario.options?.tokens ?? [])],
  });
  return { hub, begin: () => scenario.setup(hub) };
}
