'use strict';

/** The one place that loads the native addon, and the little that its calls need on this side. */

const { existsSync } = require('node:fs');
const path = require('node:path');

/** @type {import('./internal').Binding | undefined} */
let binding;

/** @returns {string} what this machine is, as the names of the binaries have it */
function target() {
  const { platform, arch } = process;
  if (platform !== 'linux') return `${platform}-${arch}`;
  /** @type {any} */
  const report = process.report?.getReport();
  return `${platform}-${arch}-${report?.header?.glibcVersionRuntime ? 'gnu' : 'musl'}`;
}

/**
 * binding.js tries one place after the other, and what it throws has the first failure innermost. Where a binary is there
 * and does not load, that is the reason, and not that others are missing.
 *
 * @param {any} cause
 * @returns {any}
 */
function reasonOf(cause) {
  const inner = cause?.cause ? reasonOf(cause.cause) : cause;
  return inner?.code === 'MODULE_NOT_FOUND' ? cause : inner;
}

/** @param {unknown} cause */
function unavailable(cause) {
  const found = reasonOf(cause);
  const reason = found instanceof Error ? found.message.split('\n')[0] : String(found);
  const error = new Error(
    `autotokenizer has no native binary that loads on ${target()} (Node.js ${process.versions.node}).\n` +
      `Reason: ${reason}\n` +
      (existsSync(path.join(__dirname, 'native.js'))
        ? ''
        : 'A bundler put its code elsewhere, away from the binary: leave the package out of the bundle (`external`).\n') +
      'Build it with `npm run build` in the package folder (Rust is needed, see https://rustup.rs), ' +
      'or set NAPI_RS_NATIVE_LIBRARY_PATH to a binary built for this machine.',
    { cause },
  );
  return Object.assign(error, { code: 'ERR_NATIVE_UNAVAILABLE' });
}

/**
 * The binary that most servers need, if it is here and loads: binding.js takes milliseconds to find out which of thirty
 * platforms this is.
 */
function beside() {
  const { platform, arch, env } = process;
  if (platform !== 'linux' || arch !== 'x64' || env.NAPI_RS_NATIVE_LIBRARY_PATH) return undefined;
  try {
    return require(/** @type {string} */ ('../autotokenizer.linux-x64-gnu.node'));
  } catch {
    return undefined;
  }
}

/** @returns {import('./internal').Binding} */
function load() {
  if (typeof process === 'undefined' || !process.env || !process.versions?.node) {
    throw new Error(
      'autotokenizer runs on servers (Node.js, Bun, Deno) only: in a browser your Hub token would be in ' +
        "every visitor's hands. Tokenize on the server, or use @huggingface/transformers in the page.",
    );
  }
  try {
    // @ts-ignore -- made by the build, so it may be absent when types are checked
    return /** @type {any} */ (beside() ?? require('../binding.js'));
  } catch (cause) {
    throw unavailable(cause);
  }
}

/** @returns {import('./internal').Binding} */
function native() {
  return (binding ??= load());
}

/** Room for the ids of most texts. */
const ROOM = 4096;

/** @type {import('./internal').HotPath | undefined} */
let hot;

/** How often its array was used: what a program's own code does between two steps of ours may use it too. */
let uses = 0;

/**
 * What short calls use. Its array is filled by the addon, or for it, and read before the next call: one for the thread.
 *
 * @returns {import('./internal').HotPath}
 */
function hotPath() {
  ++uses;
  return (hot ??= native().hotPath(ROOM));
}

const hotPathUses = () => uses;

/** An empty list of more than this many places is made a dictionary by V8. */
const LIST = 1 << 25;

/** V8 ends the process where a list grows beyond 112 million places. */
const LONGEST_LIST = 1e8;

/**
 * @param {number} count
 * @returns {any[]} to be filled from its start with so many values
 */
function roomFor(count) {
  if (count > LONGEST_LIST) {
    throw new RangeError(`Invalid array length: ${count} values are more than a list can have`);
  }
  return count > LIST ? [] : new Array(count);
}

/**
 * @param {ArrayLike<number>} ids
 * @param {number} start
 * @param {number} count
 * @returns {number[]}
 */
function listOf(ids, start, count) {
  const result = roomFor(count);
  for (let i = 0; i < count; ++i) result[i] = ids[start + i];
  return result;
}

/**
 * The ids of a text that has more than fit into the scratch array, in which the first ones are.
 *
 * @param {import('./internal').Binding} addon
 * @param {Uint32Array} ids
 * @param {number} count
 * @returns {number[]}
 */
function longList(addon, ids, count) {
  const result = roomFor(count);
  for (let start = 0, part = ROOM; ; part = addon.moreIds(start)) {
    for (let i = 0; i < part; ++i) result[start + i] = ids[i];
    start += part;
    if (start >= count) return result;
  }
}

/**
 * The ids of one text. The addon writes into an array that this thread keeps; copying it in JavaScript is several
 * times cheaper than having the addon build the result.
 *
 * @param {import('./state').State} state
 * @param {string} text
 * @param {string | null} pair
 * @param {boolean} addSpecialTokens
 * @returns {number[]}
 */
function encode(state, text, pair, addSpecialTokens) {
  const { ids, encode: encodeText } = hotPath();
  const count =
    pair === null
      ? encodeText(state.slot, text, addSpecialTokens)
      : native().encodePair(state.handle, text, pair, addSpecialTokens);
  return count < 0 ? longList(native(), ids, -count) : listOf(ids, 0, count);
}

/** So many numbers are made big integers one by one. */
const FEW = 64;

/** Whether the low half of a 64-bit number comes first, as on every platform that is built for. */
const LOW_FIRST = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * The ids of one text as a row of 64-bit integers, as encodeBatch makes it: its call costs several times as much.
 *
 * @param {import('./state').State} state
 * @param {string} text
 * @param {boolean} addSpecialTokens
 * @param {number | undefined} cut
 * @param {import('./internal').BatchOptions['padding']} padding
 * @returns {{ inputIds: BigInt64Array, attentionMask: BigInt64Array } | null} null where it does not fit
 */
function encodeWide(state, text, addSpecialTokens, cut, padding) {
  const { ids, encode: encodeText } = hotPath();
  const answer = encodeText(state.slot, text, addSpecialTokens);
  const count = Math.abs(answer);
  const tokens = cut === undefined ? count : Math.min(count, cut);
  const columns = padding?.length ?? Math.min(tokens, padding?.atMost ?? tokens);
  const start = padding?.left ? columns - tokens : 0;
  const fits = tokens <= columns;
  const inputIds = new BigInt64Array(fits ? columns : 0);
  const attentionMask = new BigInt64Array(inputIds.length);
  if (fits) {
    if (padding && tokens < columns) inputIds.fill(BigInt(padding.id));
    attentionMask.fill(1n, start, start + tokens);
    // A few big integers are made sooner than a second view of the array; many are not.
    const halves = tokens > FEW ? new Uint32Array(inputIds.buffer) : null;
    for (let done = 0, part = ROOM; done < tokens; part = native().moreIds(done)) {
      const end = Math.min(part, tokens - done);
      const to = start + done;
      if (halves) for (let i = 0; i < end; ++i) halves[2 * (to + i)] = ids[i];
      else for (let i = 0; i < end; ++i) inputIds[to + i] = BigInt(ids[i]);
      done += part;
      if (done >= tokens) break;
    }
  }
  // What was cut off is not kept.
  if (answer < 0) native().moreIds(count);
  return fits ? { inputIds, attentionMask } : null;
}

/** What waits for each signal, and its listener. @type {WeakMap<AbortSignal, {ends: Set<() => void>, listener: () => void}>} */
const waiting = new WeakMap();

/**
 * Calls `end` when `signal` is aborted. A signal gets one listener for all calls of a time: Node.js takes more than ten
 * for a leak, and says so.
 *
 * @param {AbortSignal} signal
 * @param {() => void} end a function of its own for each call
 * @returns {() => void} to be called when it is no longer wanted
 */
function onAbort(signal, end) {
  const { ends, listener } = waiting.get(signal) ?? listen(signal);
  ends.add(end);
  return () => {
    if (!ends.delete(end) || ends.size > 0) return;
    signal.removeEventListener('abort', listener);
    waiting.delete(signal);
  };
}

/** @param {AbortSignal} signal */
function listen(signal) {
  /** @type {Set<() => void>} */
  const ends = new Set();
  const listener = () => {
    waiting.delete(signal);
    const all = [...ends];
    ends.clear();
    for (const end of all) end();
  };
  const entry = { ends, listener };
  signal.addEventListener('abort', listener, { once: true });
  waiting.set(signal, entry);
  return entry;
}

/**
 * Runs an asynchronous native call that `signal` can end.
 *
 * @template T
 * @param {AbortSignal | null | undefined} signal
 * @param {(cancelled: import('./internal').External | undefined) => Promise<T>} run
 * @returns {Promise<T>}
 */
async function cancellable(signal, run) {
  if (!signal) return run(undefined);
  signal.throwIfAborted();
  const token = native().cancellation();
  const remove = onAbort(signal, () => native().cancel(token));
  try {
    return await run(token);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    remove();
  }
}

/**
 * Also for the class of another realm, as test runners have it.
 *
 * @param {any} value
 * @returns {value is AbortSignal}
 */
function isSignal(value) {
  return typeof value?.addEventListener === 'function' && typeof value.aborted === 'boolean';
}

module.exports = {
  native,
  ROOM,
  hotPath,
  hotPathUses,
  listOf,
  roomFor,
  encode,
  encodeWide,
  LOW_FIRST,
  cancellable,
  onAbort,
  isSignal,
};
