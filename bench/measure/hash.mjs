/**
 * FNV-1a over whole numbers, as in `rust/src/serve.rs`: two results are compared without sending them.
 *
 * @param {ArrayLike<number | bigint>} numbers
 * @param {number} [start] The hash so far.
 * @returns {number}
 */
export function hash(numbers, start = 0x811c9dc5) {
  let result = start;
  for (let i = 0; i < numbers.length; ++i) result = Math.imul(result ^ Number(numbers[i]), 0x01000193);
  return result >>> 0;
}

/** @param {string} text @returns {number} */
export function hashText(text) {
  let result = 0x811c9dc5;
  for (let i = 0; i < text.length; ++i) result = Math.imul(result ^ text.charCodeAt(i), 0x01000193);
  return result >>> 0;
}
