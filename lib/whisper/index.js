'use strict';

/** WhisperTokenizer: time stamps in ids, transcripts, words. */

const { mixIn } = require('../mix-in.js');
const { STATE, OUR_DECODING } = require('../state.js');
const { work } = require('../later.js');

/** What few programs need takes no part in loading. */
const parts = {
  get asr() {
    return require('./asr.js');
  },
  get merge() {
    return require('./merge.js');
  },
  get words() {
    return require('./words.js');
  },
};

/**
 * @param {any} Base
 * @param {import('../internal').Api} api
 */
function whisper(Base, api) {
  const { rules, timestamp, members } = api.level.whisper;

  class WhisperTokenizer extends Base {
    /**
     * @param {any} sequences ids of overlapping pieces of audio
     * @param {any} [options]
     */
    _decode_asr(sequences, options = {}) {
      return parts.asr.decodeAsr(this, rules, sequences, options);
    }

    /**
     * @param {any} token_ids
     * @param {any} [decode_args]
     * @returns {string}
     */
    decode(token_ids, decode_args) {
      if (!decode_args?.decode_with_timestamps) return super.decode(token_ids, decode_args);
      const ids = token_ids instanceof api.Tensor ? work().tensorIds(token_ids) : token_ids;
      return this.decodeWithTimestamps(ids, decode_args);
    }

    /**
     * @param {any} token_ids
     * @param {any} [decode_args]
     */
    decodeWithTimestamps(token_ids, decode_args) {
      const precision = decode_args?.time_precision ?? 0.02;
      const first = /** @type {any} */ (this).all_special_ids.at(-1) + 1;
      let text = '';
      /** @type {number[]} */
      let segment = [];
      const flush = () => {
        if (segment.length > 0) text += super.decode(segment, decode_args);
        segment = [];
      };
      for (const given of token_ids) {
        const id = Number(given);
        if (id >= first) {
          flush();
          text += `<|${timestamp((id - first) * precision)}|>`;
        } else {
          // What is no number, `decode` says.
          segment.push(Number.isNaN(id) ? given : id);
        }
      }
      flush();
      return text;
    }

    /** @returns {number} the id of 0.00 */
    first_timestamp_id() {
      return (work().idOf(/** @type {any} */ (this)[STATE].handle, '<|notimestamps|>') ?? NaN) + 1;
    }

    /**
     * @param {number[][]} sequences
     * @param {any} [token_timestamp_sequences]
     */
    findLongestCommonSequence(sequences, token_timestamp_sequences = null) {
      return parts.merge.joinSequences(sequences, token_timestamp_sequences, rules);
    }

    /**
     * @param {number[]} tokens
     * @param {any} token_timestamps
     * @param {any} language
     */
    collateWordTimestamps(tokens, token_timestamps, language) {
      const [words, , indices] = this.combineTokensIntoWords(tokens, language);
      return words.map((/** @type {string} */ text, /** @type {number} */ i) => {
        const [first, last] = [indices[i][0], indices[i].at(-1)];
        return { text, timestamp: [token_timestamps[first][0], token_timestamps[last][1]] };
      });
    }

    /**
     * @param {number[]} tokens
     * @param {any} language
     * @param {string} [opening]
     * @param {string} [closing]
     * @returns {any[]} words, their tokens, the places of their tokens
     */
    combineTokensIntoWords(tokens, language, opening = '"\'“¡¿([{-', closing = '"\'.。,，!！?？:：”)]}、') {
      const split = parts.words.WITHOUT_SPACES.has(language ?? 'english')
        ? 'splitTokensOnUnicode'
        : 'splitTokensOnSpaces';
      const [words, wordTokens, indices] = this[split](tokens);
      return this.mergePunctuations(words, wordTokens, indices, opening, closing);
    }

    /** @param {number[]} tokens */
    splitTokensOnUnicode(tokens) {
      return parts.words.columns(this.characters(tokens));
    }

    /** @param {number[]} tokens */
    splitTokensOnSpaces(tokens) {
      const endOfText = work().idOf(/** @type {any} */ (this)[STATE].handle, '<|endoftext|>') ?? Infinity;
      return parts.words.columns(parts.words.joinBySpaces(this.characters(tokens), endOfText, rules.punctuation()));
    }

    /** @param {number[]} tokens */
    characters(tokens) {
      return parts.words.wholeCharacters(tokens, (ids) => this.decode(ids, { decode_with_timestamps: true }));
    }

    /**
     * @param {string[]} words
     * @param {number[][]} tokens
     * @param {number[][]} indices
     * @param {string} prepended
     * @param {string} appended
     */
    mergePunctuations(words, tokens, indices, prepended, appended) {
      return parts.words.columns(parts.words.joinPunctuation(parts.words.rowsOf(words, tokens, indices), prepended, appended));
    }
  }
  for (const name of ['first_timestamp_id', 'characters']) {
    Object.defineProperty(WhisperTokenizer.prototype, name, { enumerable: false });
  }
  OUR_DECODING.add(WhisperTokenizer.prototype.decode);
  mixIn(WhisperTokenizer.prototype, members);
  return WhisperTokenizer;
}

module.exports = { whisper };
