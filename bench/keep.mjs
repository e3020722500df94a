/** Puts a run together with the one before, so that sides and models can be measured at different times. */

/**
 * What was measured now replaces what was measured then; the rest stays.
 *
 * @param {any} before
 * @param {any} now
 * @returns {any}
 */
export function keep(before, now) {
  const runs = [...before.runs, ...now.runs];
  const left = runs.filter((run, place) => !isReplaced(run, runs.slice(place + 1)));
  if (left.every((run) => now.runs.includes(run))) return now;
  return {
    ...now,
    machine: { ...now.machine, load: [...before.machine.load, ...now.machine.load] },
    runs: left,
    peers: union(before.peers, now.peers, 'name'),
    models: union(before.models, now.models, 'id'),
    byModel: merged(before.byModel, now.byModel),
    installed: now.installed ?? before.installed,
  };
}

/**
 * Whether every value of a run was measured again later: then nothing is left of it, and its name goes too.
 *
 * @param {any} run
 * @param {any[]} later
 */
function isReplaced({ peers = [], models = [], works = [] }, later) {
  /** @param {string} peer @param {string} model @param {string} work */
  const isMeasured = (peer, model, work) =>
    later.some((run) => run.peers?.includes(peer) && run.models.includes(model) && run.works.includes(work));
  return (
    peers.length > 0 &&
    peers.every((peer) => models.every((model) => works.every((work) => isMeasured(peer, model, work))))
  );
}

/** @param {any[]} before @param {any[]} now @param {string} key */
function union(before, now, key) {
  return [
    ...before.map((old) => now.find((one) => one[key] === old[key]) ?? old),
    ...now.filter((one) => !before.some((old) => old[key] === one[key])),
  ];
}

/** Down to the peers of a work; a value itself is not mixed. @param {any} before @param {any} now @returns {any} */
function merged(before, now, depth = 0) {
  const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
  if (!isObject(before) || !isObject(now) || depth > 2) return now ?? before;
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  return Object.fromEntries([...keys].map((key) => [key, merged(before[key], now[key], depth + 1)]));
}
