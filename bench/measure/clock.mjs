/** Seconds on the wall, and seconds of all threads of the process. @typedef {{ wall: number, cpu: number }} Taken */

/**
 * Runs `work`, after the rubbish of what ran before is gone, and says what it took.
 *
 * @template T
 * @param {() => T | Promise<T>} work
 * @returns {Promise<{ result: T } & Taken>}
 */
export async function time(work) {
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  let result = work();
  if (result instanceof Promise) result = await result;
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  return { result, wall, cpu: (user + system) / 1e6 };
}
