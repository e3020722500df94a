/** Loading from a warm cache, each time in a process of its own. */
import { summary } from '../measure/stats.mjs';
import { open } from '../session.mjs';

/**
 * @param {import('../peers/index.mjs').Peer[]} peers
 * @param {import('../models.mjs').Model} model
 * @param {import('../options.mjs').Options} options
 */
export async function load(peers, model, { rounds }) {
  /** @type {Record<string, any[]>} */
  const answers = {};
  for (let round = 0; round < rounds; ++round) {
    for (const peer of peers) {
      try {
        const { child, loaded } = await open(peer, model, { cache: true });
        (answers[peer.name] ??= []).push(loaded);
        child.end();
      } catch (error) {
        if (round === 0) console.log(`    ${peer.name}: ${error.message}`);
      }
    }
  }
  const of = (list, get) => summary(list.map(get));
  return Object.fromEntries(
    Object.entries(answers).map(([name, list]) => [
      name,
      {
        cpu: of(list, ({ cpu }) => cpu * 1e3),
        wall: of(list, ({ wall }) => wall * 1e3),
        memory: of(list, ({ memory }) => memory / 1e6),
        peak: of(list, ({ peak }) => peak / 1e6),
      },
    ]),
  );
}
