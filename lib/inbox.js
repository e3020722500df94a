'use strict';

/** Texts on their way to the addon's threads. */

const { native } = require('./native.js');

/** UTF-16 units that are handed over at a time: less than a millisecond's work. */
const STEP = 1 << 18;

/** @typedef {(string | null | undefined)[]} Texts */

/**
 * @param {Texts} texts
 * @returns {(string | null)[]}
 */
const nulls = (texts) => texts.map((text) => text ?? null);

/**
 * @param {number} unit
 * @returns {boolean} whether it is the first half of a surrogate pair
 */
const isHigh = (unit) => unit >= 0xd800 && unit < 0xdc00;

/** @type {import('./internal').External[]} */
const kept = [];

/**
 * Texts for a call that takes them out at once. The inbox is kept for the next one: the addon's side of one that is
 * not goes with the event loop, of which a program that encodes in a loop never sees a turn.
 *
 * @param {Texts} texts
 * @param {0 | 1} [which] 1 for second texts
 * @returns {import('./internal').External}
 */
function inboxOf(texts, which = 0) {
  const inbox = (kept[which] ??= native().inbox());
  native().setTexts(inbox, nulls(texts));
  return inbox;
}

/**
 * Texts for a call that takes them later. The event loop turns between parts of long ones.
 *
 * @param {Texts} texts
 * @returns {Promise<import('./internal').External>}
 */
async function handOver(texts) {
  const inbox = native().inbox();
  /** @type {(string | null)[]} */
  let part = [];
  let room = STEP;
  for (const text of nulls(texts)) {
    let rest = text;
    let continued = false;
    while (rest !== null && rest.length > room) {
      const cut = isHigh(rest.charCodeAt(room - 1)) ? room - 1 : room;
      part.push(rest.slice(0, cut));
      native().putTexts(inbox, part, continued && part.length === 1);
      rest = rest.slice(cut);
      continued = true;
      part = [];
      room = STEP;
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (continued) native().putTexts(inbox, [rest], true);
    else part.push(rest);
    room -= rest?.length ?? 0;
  }
  native().putTexts(inbox, part, false);
  return inbox;
}

module.exports = { inboxOf, handOver };
