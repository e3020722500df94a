/** Encoding real text: a first pass over text not seen before, then the same text again. */
import { PARTS, TITLES } from '../corpora.mjs';
import { summary } from '../measure/stats.mjs';
import { takeTurns } from '../session.mjs';

/** A pass that takes longer than this (seconds) is measured once, and not again over the same text. */
const LONG = 5;

/**
 * @param {import('../session.mjs').Session[]} sessions
 * @param {import('../session.mjs').Session} reference Whose ids are right.
 * @param {Record<string, string>} files
 * @param {import('../options.mjs').Options} options
 */
export async function encode(sessions, reference, files, { rounds, budget }) {
  /** @type {Record<string, Record<string, any>>} */
  const results = {};
  for (const corpus of Object.keys(TITLES)) {
    const file = files[corpus];
    /** @type {Map<string, { first: any[], again: any[] }>} */
    const passes = new Map(sessions.map(({ peer }) => [peer.name, { first: [], again: [] }]));
    const ask = (child, part, more) => child.ask({ do: 'pass', corpus: file, part, ...more });
    // Pages instead of documents, for which a slow peer would need minutes.
    const warm = corpus === 'documents' ? files.english : file;
    await takeTurns(sessions, 1, async ({ child }) => {
      await child.ask({ do: 'pass', corpus: warm, part: 'warm', budget });
    });
    await takeTurns(sessions, Math.min(rounds, PARTS.length - 1), async ({ peer, child }, round) => {
      const part = PARTS[round + 1];
      const first = await ask(child, part, { budget });
      passes.get(peer.name)?.first.push({ part, ...first });
      if (first.wall > LONG) return 'enough';
      const again = await ask(child, part, { limit: first.texts });
      passes.get(peer.name)?.again.push({ part, ...again });
      return undefined;
    });
    const oracle = passes.get(reference.peer.name)?.first ?? [];
    for (const [name, { first, again }] of passes) {
      if (first.length === 0) continue;
      (results[name] ??= {})[corpus] = {
        first: summary(first.map(rate)),
        again: summary(again.map(rate)),
        firstWall: summary(first.map(({ bytes, wall }) => bytes / wall / 1e6)),
        bytes: first.reduce((sum, { bytes }) => sum + bytes, 0),
        same: sameIds(first, oracle),
      };
    }
  }
  return results;
}

/** MB of text for each second of CPU time. @param {{ bytes: number, cpu: number }} pass */
function rate({ bytes, cpu }) {
  return bytes / Math.max(cpu, 1e-6) / 1e6;
}

/** Whether the measured passes had the reference's ids; `null` where no pass covers the same text. */
function sameIds(passes, oracle) {
  const pairs = passes.flatMap((pass) => {
    const right = oracle.find(({ part, texts }) => part === pass.part && texts === pass.texts);
    return right ? [[pass, right]] : [];
  });
  return pairs.length ? pairs.every(([pass, right]) => pass.hash === right.hash) : null;
}
