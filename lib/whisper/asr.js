'use strict';

/**
 * _decode_asr: the ids of overlapping pieces of audio to one text with time stamps. After the method of the
 * same name
 * in Python transformers.
 */

const { LANGUAGES } = require('./languages.js');

/** Time stamps go from 0 to 30 seconds in steps of 0.02. */
const STEPS = 1500;

const NO_END =
  'Whisper did not predict an ending timestamp, which can happen if audio is cut off in the middle of a ' +
  'word. Also make sure WhisperTimeStampLogitsProcessor was used during generation.';

/** @param {number} seconds */
const round = (seconds) => Math.round(seconds * 100) / 100;

/**
 * @typedef {object} Chunk
 * @property {string | null} language
 * @property {[number | null, number | null]} timestamp
 * @property {string} text
 * @property {any[]} [words]
 */

class Transcript {
  /**
   * @param {any} tokenizer
   * @param {import('../internal').AsrRules} rules
   * @param {any} options
   */
  constructor(tokenizer, rules, { return_timestamps, time_precision }) {
    this.tokenizer = tokenizer;
    this.rules = rules;
    this.timestamps = return_timestamps;
    this.byWord = return_timestamps === 'word';
    this.precision = time_precision;
    this.first = tokenizer.first_timestamp_id();
    this.special = new Set(tokenizer.all_special_ids);
    /** @type {string | null} */
    this.language = null;
    /** Seconds before the current piece. */
    this.offset = 0;
    /** @type {Chunk[]} */
    this.chunks = [];
    this.chunk = this.newChunk();
    /** Tokens of earlier pieces that wait for an end. @type {number[][]} */
    this.waiting = [];
    /** @type {[number, number | null][][]} */
    this.waitingTimes = [];
    /** @type {number[]} */
    this.tokens = [];
    /** @type {[number, number | null][]} */
    this.times = [];
    /** The next time stamp belongs to one that was skipped. */
    this.skip = false;
  }

  /** @returns {Chunk} */
  newChunk() {
    return { language: this.language, timestamp: [null, null], text: '' };
  }

  reset() {
    this.waiting = [];
    this.waitingTimes = [];
    this.tokens = [];
    this.times = [];
    this.chunk = this.newChunk();
  }

  keepCurrent() {
    this.waiting.push(this.tokens);
    if (this.byWord) this.waitingTimes.push(this.times);
  }

  /** @param {boolean} ended whether a time stamp ended the chunk */
  finishChunk(ended) {
    const [tokens, times] = this.tokenizer.findLongestCommonSequence(this.waiting, this.waitingTimes);
    this.chunk.text = tokens.length > 0 ? this.tokenizer.decode(tokens) : '';
    if (this.byWord) {
      this.chunk.words = this.tokenizer.collateWordTimestamps(tokens, times, this.language);
      if (ended && this.rules.clampToChunk) clamp(this.chunk);
    }
    this.chunks.push(this.chunk);
  }

  /** @param {any} output ids, their times and the stride of one piece of audio */
  add(output) {
    const ids = Array.from(output.tokens, Number);
    const times = this.byWord ? output.token_timestamps : null;
    const limits = this.enter(output, ids);
    this.tokens = [];
    this.times = [];
    ids.forEach((id, i) => {
      if (this.special.has(id)) this.addSpecial(id);
      else if (id >= this.first && !(this.rules.capped && id > this.first + STEPS))
        this.addTimestamp(id, limits);
      else this.addText(id, i, times);
    });
    this.leave(output);
  }

  /**
   * Which time stamps stand in the overlap with the piece before and the piece after.
   *
   * @param {any} output
   * @param {number[]} ids
   */
  enter(output, ids) {
    /** @type {{first: number, last: number | null}} */
    const limits = { first: this.first, last: null };
    if (!('stride' in output)) return limits;
    const [length, left, right] = output.stride;
    this.offset -= left;
    if (left) limits.first = left / this.precision + this.first;
    if (!right) return limits;
    for (const id of ids.toReversed()) {
      if (id < this.first) continue;
      // The last one of the piece is always skipped, the others only in the overlap.
      if (limits.last !== null && (id - this.first) * this.precision < length - right) break;
      limits.last = id;
    }
    return limits;
  }

  /** @param {any} output */
  leave(output) {
    if ('stride' in output) {
      const [length, , right] = output.stride;
      this.offset += length - right;
    }
    if (this.tokens.length > 0) this.keepCurrent();
    else if (this.waiting.every((tokens) => tokens.length === 0)) this.reset();
  }

  /** @param {number} id */
  addSpecial(id) {
    const language = LANGUAGES.get(this.tokenizer.decode([id]).slice(2, -2));
    if (language === undefined) return;
    if (this.language !== null && language !== this.language && !this.timestamps) {
      this.waiting.push(this.tokens);
      this.finishChunk(false);
      this.reset();
    }
    this.language = language;
    this.chunk.language = language;
  }

  /**
   * @param {number} id
   * @param {{first: number, last: number | null}} limits
   */
  addTimestamp(id, limits) {
    const time = round((id - this.first) * this.precision + this.offset);
    if (limits.last !== null && id >= limits.last) {
      this.skip = true;
    } else if (this.skip || (this.waiting.length > 0 && id < limits.first)) {
      this.skip = false;
    } else if (this.chunk.timestamp[0] === null) {
      this.chunk.timestamp[0] = time;
    } else if (time !== this.chunk.timestamp[0]) {
      this.chunk.timestamp[1] = time;
      this.keepCurrent();
      this.finishChunk(true);
      this.reset();
    }
  }

  /**
   * @param {number} id
   * @param {number} i
   * @param {number[] | null} times
   */
  addText(id, i, times) {
    this.tokens.push(id);
    if (times === null) return;
    const start = round(times[i] + this.offset);
    let end = null;
    if (i + 1 < times.length) {
      end = round(times[i + 1] + this.offset);
      if (this.rules.isShort?.(this.tokenizer.decode([id]))) {
        end = round(Math.min(start + this.precision, end));
      }
    }
    this.times.push([start, end]);
  }

  /** @param {boolean} forceFull */
  end(forceFull) {
    if (this.waiting.length === 0) return;
    if (forceFull && this.timestamps) throw new Error(NO_END);
    this.finishChunk(false);
  }
}

/** @param {Chunk} chunk */
function clamp({ words = [], timestamp: [, end] }) {
  for (const { timestamp } of words) {
    if (end !== null && timestamp[1] > end && end >= timestamp[0]) timestamp[1] = end;
  }
}

/**
 * @param {any} tokenizer
 * @param {import('../internal').AsrRules} rules
 * @param {any} sequences
 * @param {any} options
 * @returns {[string, any]}
 */
function decodeAsr(tokenizer, rules, sequences, options) {
  const { return_timestamps = false, return_language = false, time_precision = null } = options;
  const { force_full_sequences = true } = options;
  if (time_precision === null) throw Error('Must specify time_precision');
  const transcript = new Transcript(tokenizer, rules, { return_timestamps, time_precision });
  for (const output of sequences) transcript.add(output);
  transcript.end(force_full_sequences);

  const { chunks } = transcript;
  const text = chunks.map((chunk) => chunk.text).join('');
  const optional = Object.create(null);
  if (!return_timestamps && !return_language) return [text, optional];
  if (return_timestamps === 'word') return [text, { chunks: chunks.flatMap((chunk) => chunk.words ?? []) }];
  const shown = chunks.map(({ language, timestamp, ...rest }) => ({
    ...(return_language ? { language } : {}),
    ...(return_timestamps ? { timestamp } : {}),
    ...rest,
  }));
  return [text, { chunks: shown }];
}

module.exports = { decodeAsr };
