/**
 * Numbers that look random and are the same in every run.
 *
 * @param {number} seed
 * @returns {() => number} From 0 up to 1.
 */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @template T
 * @param {T[]} values
 * @param {number} seed
 * @returns {T[]} In another order.
 */
export function shuffled(values, seed) {
  const next = random(seed);
  const result = [...values];
  for (let i = result.length - 1; i > 0; --i) {
    const j = Math.floor(next() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
