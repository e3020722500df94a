/** How long the event loop stands still while a large text is encoded. */

/**
 * A timer that should fire every millisecond notes the longest time that it did not.
 *
 * @param {import('../peers/index.mjs').Adapter} adapter
 * @param {string} text
 * @returns {Promise<{ wall: number, blocked: number, asynchronous: boolean }>} Seconds.
 */
export async function blocking({ callAsync, batch, encode }, text) {
  const call = callAsync ?? ((value) => batch?.([value]) ?? encode(value));
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  longest = 0;
  const start = performance.now();
  await call(text);
  const wall = performance.now() - start;
  // The turn that delivers the result counts too.
  await new Promise((resolve) => setTimeout(resolve, 5));
  clearInterval(timer);
  return { wall: wall / 1e3, blocked: longest / 1e3, asynchronous: Boolean(callAsync) };
}
