/**
 * Scenarios: what happens to the process, to its cache and to its neighbours, while the Hub behaves, or is
 * slow enough for it to happen. A test has to arrange the rest, as `around` says.
 *
 * @module
 */
/** @import { Scenario } from '../scenarios.mjs' */

/** @type {Scenario[]} */
export const processes = [
  {
    name: 'killed inside a download',
    row: 'SIGKILL mid-download',
    setup: (hub) => [
      hub.fault({
        kind: 'hang',
        bytes: 1000,
        times: 1,
        match: { method: 'GET', file: 'tokenizer.json', origin: 'cdn' },
      }),
    ],
    load: { id: 'org/large' },
    around: 'killed',
    outcome: 'loads',
    expectation:
      'Kill the first process once the Hub hangs. The second loads; no reader ever sees half a file.',
  },
  {
    name: 'a full disk',
    row: 'disk full',
    setup: () => [],
    around: 'disk-full',
    outcome: 'loads',
    expectation: 'Loads from memory with a warning, or fails with ERR_HUB_CACHE; the temporary file is gone.',
  },
  {
    name: 'a read-only cache that has the files',
    row: 'read-only cache, file cached, online',
    setup: () => [],
    load: { again: true },
    around: 'read-only-cache',
    outcome: 'loads',
    expectation: 'Nothing needs to be written.',
  },
  {
    name: 'a read-only cache that has an older commit',
    row: 'read-only cache, file cached, online',
    setup: (hub) => {
      hub
        .repository('org/model')
        .push({ 'tokenizer_config.json': '{"tokenizer_class":"PreTrainedTokenizerFast"}' });
      return [];
    },
    load: { again: true },
    around: 'read-only-cache',
    outcome: 'loads',
    expectation: 'The new commit from memory, with a warning.',
  },
  {
    name: 'another process holds the lock',
    row: 'lock held >10 s by other process',
    setup: () => [],
    around: 'lock-held',
    outcome: 'loads',
    expectation:
      'Waits for the lock, can be aborted, and does not depend on it: a lock is only an optimisation.',
  },
  {
    name: 'many processes, one file',
    row: 'N processes, same file',
    setup: (hub) => [
      hub.fault({ kind: 'drip', bytes: 500, interval: 20, match: { method: 'GET', origin: 'cdn' } }),
    ],
    load: { id: 'org/large' },
    around: 'many-processes',
    outcome: 'loads',
    expectation: 'All load; the CDN sees one GET of each file.',
  },
];
