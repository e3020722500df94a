/** Puts a run together with the one before, so that sides and models can be measured at different times. */

/**
 * What was measured now replaces what was measured then; the rest stays.
 *
 * @param {any} before
 * @param {any} now
 * @returns {any}
 */
export function keep(before, now) {
  // Of a run whose every value was measured again nothing is left, not its name either.
  const sides = (/** @type {any} */ { runs }) => new Set(runs.flatMap((/** @type {any} */ run) => run.sides));
  const models = new Set(now.models.map((/** @type {any} */ { id }) => id));
  const again = before.models.every((/** @type {any} */ { id }) => models.has(id));
  if (again && [...sides(before)].every((side) => sides(now).has(side))) return now;
  return {
    ...now,
    machine: { ...now.machine, load: [...before.machine.load, ...now.machine.load] },
    runs: [...before.runs, ...now.runs],
    peers: union(before.peers, now.peers, 'name'),
    models: union(before.models, now.models, 'id'),
    byModel: merged(before.byModel, now.byModel),
    installed: now.installed ?? before.installed,
  };
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
