'use strict';

/** Transcripts of overlapping pieces of audio, joined where they agree most. */

/** @typedef {[number, number | null]} Span start and end of a token */

/**
 * Slides `right` along `left` and finds the overlap in which the largest share of tokens agrees; longer ones
 * win.
 *
 * @param {number[]} left
 * @param {number[]} right
 * @param {(leftIndex: number, rightIndex: number) => boolean} inOrder whether the times allow a match
 * @returns {{leftStart: number, leftStop: number, rightStart: number, rightStop: number} | null}
 */
function bestOverlap(left, right, inOrder) {
  let best = null;
  let bestScore = 0;
  for (let shift = 1; shift < left.length + right.length; ++shift) {
    const leftStart = Math.max(0, left.length - shift);
    const leftStop = Math.min(left.length, left.length + right.length - shift);
    const rightStart = Math.max(0, shift - left.length);
    const rightStop = Math.min(right.length, shift);
    let matches = 0;
    for (let i = 0; i < leftStop - leftStart; ++i) {
      if (left[leftStart + i] === right[rightStart + i] && inOrder(leftStart + i, rightStart + i)) ++matches;
    }
    // The small second term favours long overlaps among perfect ones.
    const score = matches / shift + shift / 10000;
    if (matches > 1 && score > bestScore) {
      bestScore = score;
      best = { leftStart, leftStop, rightStart, rightStop };
    }
  }
  return best;
}

/**
 * @param {number[][]} sequences
 * @param {Span[][] | null} times of each token, or nothing
 * @param {import('../internal').AsrRules} rules
 * @returns {[number[], Span[]]}
 */
function joinSequences(sequences, times, rules) {
  const timed = Array.isArray(times) && times.length > 0 ? times : null;
  /** @type {number[]} */
  const tokens = [];
  /** @type {Span[]} */
  const spans = [];
  let left = sequences[0];
  let leftTimes = timed?.[0] ?? [];

  for (let next = 1; next < sequences.length; ++next) {
    const right = sequences[next];
    const rightTimes = timed?.[next] ?? [];
    const before = leftTimes;
    const { inOrder: timesInOrder } = rules;
    const inOrder =
      timed && timesInOrder
        ? (/** @type {number} */ l, /** @type {number} */ r) => timesInOrder(before[l], rightTimes[r])
        : () => true;
    const overlap = bestOverlap(left, right, inOrder);

    // Both sides are surest in their middle, so each gives half of the overlap.
    const leftCut = overlap ? Math.floor((overlap.leftStart + overlap.leftStop) / 2) : left.length;
    let rightCut = overlap ? Math.floor((overlap.rightStart + overlap.rightStop) / 2) : 0;
    if (!overlap && timed && rules.forwardOnly && left.length > 0) {
      const [last] = leftTimes[left.length - 1];
      const later = rightTimes.findIndex(([start]) => start >= last);
      rightCut = later === -1 ? right.length : later;
    }
    tokens.push(...left.slice(0, leftCut));
    spans.push(...leftTimes.slice(0, leftCut));
    left = right.slice(rightCut);
    leftTimes = rightTimes.slice(rightCut);
  }
  return [
    [...tokens, ...left],
    [...spans, ...leftTimes],
  ];
}

module.exports = { joinSequences };
