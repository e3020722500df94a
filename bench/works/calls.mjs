/** Short texts, batches, decoding and streaming. */
import { PARTS } from '../corpora.mjs';
import { summary } from '../measure/stats.mjs';
import { takeTurns } from '../session.mjs';

/** @typedef {import('../session.mjs').Session} Session */
/** @typedef {import('../options.mjs').Options} Options */

const BATCH = 256;
const STREAMED = 2000;

/** How many ids are decoded at once. */
export const DECODED = 100_000;

/** @param {Session} session @param {string} what */
const has = ({ loaded, peer }, what) =>
  peer.side === 'js' ? loaded.has.includes(what) : what === 'decode' && peer.side === 'rust';

/**
 * @param {Session[]} sessions
 * @param {number} rounds
 * @param {(session: Session, round: number) => Promise<number | null>} measure
 */
async function collect(sessions, rounds, measure) {
  /** @type {Record<string, number[]>} */
  const values = {};
  await takeTurns(sessions, rounds, async (session, round) => {
    const value = await measure(session, round);
    if (value !== null) (values[session.peer.name] ??= []).push(value);
  });
  return Object.fromEntries(Object.entries(values).map(([name, list]) => [name, summary(list)]));
}

/** Calls of `encode('Hello world!')` for each second of CPU time. @param {Session[]} all @param {Options} options */
export function short(all, { rounds, quick }) {
  const sessions = all.filter(({ peer }) => peer.side === 'js');
  return collect(sessions, rounds + 1, async ({ child }, round) => {
    const { cpu, count } = await child.ask({ do: 'short', text: 'Hello world!', budget: quick ? 0.05 : 0.2 });
    return round === 0 ? null : count / cpu;
  });
}

/** What is measured besides `encode`, as `MEASURES` calls them. */
const OTHER = ['call', 'tokenize', 'decodeFew', 'batchDecode', 'chat'];

/** Other calls for each second of CPU time. @param {Session[]} all @param {Options} options */
export async function other(all, { rounds, quick }) {
  const sessions = all.filter((session) => has(session, 'other'));
  /** @type {Record<string, any>} */
  const results = {};
  for (const call of OTHER) {
    results[call] = await collect(sessions, rounds + 1, async ({ child }, round) => {
      const { cpu, count, missing } = await child.ask({ do: 'other', call, budget: quick ? 0.05 : 0.2 });
      return round === 0 || missing ? null : count / cpu;
    });
  }
  return results;
}

/**
 * MB for each second on the wall, of 256 texts of 1 KB made into padded tensors.
 *
 * @param {Session[]} all
 * @param {Record<string, string>} files
 * @param {Options} options
 */
export function batch(all, files, { rounds }) {
  const sessions = all.filter((session) => has(session, 'batch'));
  return collect(sessions, rounds + 1, async ({ child }, round) => {
    const part = PARTS[round % PARTS.length];
    const { wall, bytes } = await child.ask({ do: 'batch', corpus: files.chats, part, limit: BATCH });
    return round === 0 ? null : bytes / wall / 1e6;
  });
}

/**
 * Million ids decoded for each second of CPU time.
 *
 * @param {Session[]} all
 * @param {number[]} ids
 * @param {Options} options
 */
export function decode(all, ids, { rounds, quick }) {
  const sessions = all.filter((session) => has(session, 'decode'));
  return collect(sessions, rounds + 1, async ({ child }, round) => {
    const { cpu, tokens } = await child.ask({ do: 'decode', ids, budget: quick ? 0.05 : 0.2 });
    return round === 0 ? null : tokens / cpu / 1e6;
  });
}

/**
 * Microseconds of CPU time for each id of a text that is streamed.
 *
 * @param {Session[]} all
 * @param {number[]} ids
 * @param {Options} options
 */
export function stream(all, ids, { rounds, quick }) {
  const sessions = all.filter((session) => has(session, 'stream'));
  return collect(sessions, rounds + 1, async ({ child }, round) => {
    const { cpu, tokens } = await child.ask({
      do: 'stream',
      ids: ids.slice(0, STREAMED),
      budget: quick ? 0.05 : 0.2,
    });
    return round === 0 ? null : (cpu / tokens) * 1e6;
  });
}

/**
 * How long the event loop stands still, in milliseconds, while 8 MB are encoded.
 *
 * @param {Session[]} all
 * @param {Record<string, string>} files
 */
export async function blocking(all, files) {
  const sessions = all.filter((session) => has(session, 'batch') || has(session, 'callAsync'));
  const results = {};
  await takeTurns(sessions, 1, async ({ peer, child }) => {
    const answer = await child.ask({ do: 'blocking', corpus: files.documents, part: '0', repeat: 8 });
    results[peer.name] = {
      blocked: answer.blocked * 1e3,
      wall: answer.wall * 1e3,
      asynchronous: answer.asynchronous,
    };
  });
  return results;
}
