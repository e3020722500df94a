'use strict';

/** Small asynchronous calls of one tick go to the addon's threads together: a hop for each would cost 20 µs. */

const { native, cancellable, listOf, onAbort } = require('../native.js');
const { wrap } = require('../errors.js');
const { handOver } = require('../inbox.js');
const { hold, release } = require('../in-use.js');

/** As many texts and UTF-16 units make one task: so many lists are quickly made of the answer. */
const MOST_CALLS = 512;
const MOST_UNITS = 1 << 16;

/**
 * @typedef {object} Call
 * @property {string} text
 * @property {string | null} pair
 * @property {AbortSignal | null} signal
 * @property {(ids: number[]) => void} resolve
 * @property {(error: unknown) => void} reject
 */

/** @typedef {{handle: import('../internal').External, special: boolean, calls: Call[], units: number}} Group */

/** What was asked for in this tick. @type {Group[]} */
let waiting = [];

/**
 * The ids of a text, some time later.
 *
 * @param {import('../internal').External} handle
 * @param {string} text
 * @param {string | null} pair
 * @param {boolean} special
 * @param {AbortSignal | null} signal
 * @returns {Promise<number[]>}
 */
function enqueue(handle, text, pair, special, signal) {
  return new Promise((resolve, reject) => {
    groupFor(handle, special, text.length).calls.push({ text, pair, signal, resolve, reject });
  });
}

/**
 * @param {import('../internal').External} handle
 * @param {boolean} special
 * @param {number} units
 * @returns {Group}
 */
function groupFor(handle, special, units) {
  let group = waiting.find(
    (each) =>
      each.handle === handle &&
      each.special === special &&
      each.calls.length < MOST_CALLS &&
      each.units + units <= MOST_UNITS,
  );
  if (!group) {
    if (waiting.length === 0) queueMicrotask(send);
    group = { handle, special, calls: [], units: 0 };
    hold(handle);
    waiting.push(group);
  }
  group.units += units;
  return group;
}

function send() {
  const groups = waiting;
  waiting = [];
  for (const group of groups) void run(group);
}

/** @param {Group} group of which the handle is held */
async function run({ handle, special, calls }) {
  const open = new Set(calls);
  const controller = new AbortController();
  const listeners = calls.flatMap((call) => {
    const { signal } = call;
    if (!signal) return [];
    const end = () => {
      open.delete(call);
      call.reject(signal.reason);
      // The task goes on for the others.
      if (open.size === 0) controller.abort();
    };
    if (!signal.aborted) return [onAbort(signal, end)];
    end();
    return [];
  });
  try {
    const sent = [...open];
    if (sent.length > 0) await encode(handle, special, sent, open, controller.signal);
  } catch (error) {
    if (calls.length === 1) calls[0].reject(wrap(error));
    // One text failed: each alone, so that the others have their ids.
    else {
      for (const call of open) {
        hold(handle);
        void run({ handle, special, calls: [call], units: 0 });
      }
    }
  } finally {
    release(handle);
    for (const remove of listeners) remove();
  }
}

/**
 * @param {import('../internal').External} handle
 * @param {boolean} special
 * @param {Call[]} calls
 * @param {Set<Call>} open
 * @param {AbortSignal} signal
 */
async function encode(handle, special, calls, open, signal) {
  const texts = await handOver(calls.map((call) => call.text));
  const paired = calls.some((call) => call.pair !== null);
  const pairs = paired ? await handOver(calls.map((call) => call.pair)) : null;
  const { ids, counts } = await cancellable(signal, (cancelled) =>
    native().encodeManyAsync(handle, texts, pairs, special, cancelled),
  );
  let start = 0;
  calls.forEach((call, i) => {
    if (open.has(call)) call.resolve(listOf(ids, start, counts[i]));
    start += counts[i];
  });
}

module.exports = { enqueue };
