/** A peer that has loaded a model, in a process of its own. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './measure/child.mjs';
import { folderOf } from './models.mjs';
import { PYTHON, RUST_PROGRAM } from './setup.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * @typedef {object} Session
 * @property {import('./peers/index.mjs').Peer} peer
 * @property {Child} child
 * @property {Record<string, any>} loaded What it answered to being loaded.
 */

/** @param {import('./peers/index.mjs').Peer} peer @returns {string[]} */
function command({ name, side }) {
  if (side === 'rust') return [RUST_PROGRAM, '--serve', name.slice('rust:'.length)];
  if (side === 'python') return [PYTHON, join(here, 'peers/gigatoken_peer.py')];
  return [process.execPath, '--expose-gc', '--max-old-space-size=8192', join(here, 'peer.mjs'), name];
}

/**
 * @param {import('./peers/index.mjs').Peer} peer
 * @param {import('./models.mjs').Model} model
 * @param {{ env?: Record<string, string>, cache?: boolean }} [options]
 * @returns {Promise<Session>}
 */
export async function open(peer, model, { env = {}, cache = false } = {}) {
  const child = new Child(command(peer), env);
  try {
    const loaded = await child.ask({ do: 'load', folder: folderOf(model), cache });
    return { peer, child, loaded };
  } catch (error) {
    child.end();
    throw error;
  }
}

/**
 * Asks every session in turn, round by round; who is first changes. A session that fails is asked no more.
 *
 * @param {Session[]} sessions
 * @param {number} rounds
 * @param {(session: Session, round: number) => Promise<void | 'enough'>} ask
 */
export async function takeTurns(sessions, rounds, ask) {
  const out = new Set();
  for (let round = 0; round < rounds; ++round) {
    for (let turn = 0; turn < sessions.length; ++turn) {
      const session = sessions[(round + turn) % sessions.length];
      if (out.has(session)) continue;
      try {
        if ((await ask(session, round)) === 'enough') out.add(session);
      } catch (error) {
        console.log(`    ${session.peer.name}: ${error.message}`);
        out.add(session);
      }
    }
  }
}
