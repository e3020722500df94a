'use strict';

/**
 * TextStreamer and WhisperTextStreamer with the interface of transformers.js, in linear time but where a program decodes
 * itself: that takes whole texts, up to a line's end each.
 */

const { DecodeStream } = require('./stream.js');
const { work } = require('../later.js');
const { STATE, OUR_DECODING } = require('../state.js');

const CJK =
  /[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\u{20000}-\u{2A6DF}\u{2A700}-\u{2CEAF}\u{2F800}-\u{2FA1F}]$/u;

/** @param {string} text */
const toStdout = (text) => process.stdout.write(text);

/** Whether text comes of a program's own code, which knows whole texts only. @param {any} tokenizer */
function decodesItself(tokenizer) {
  const state = tokenizer?.[STATE];
  if (!state) return typeof tokenizer?.decode === 'function';
  const isOurs = OUR_DECODING.has(tokenizer.decode) && OUR_DECODING.has(tokenizer.decode_single);
  // Ends of words become spaces in whole texts only: a stream of ids has them as Python's has.
  return !isOurs || work().hasOwnDecoding(state) || !!state.info.decoder_end_of_word_suffix;
}

/** The new text of ids that are decoded again and again, as transformers.js does. */
class Again {
  /** @type {any[]} */
  #ids = [];
  #given = 0;

  /**
   * @param {any} tokenizer
   * @param {any} options
   */
  constructor(tokenizer, options) {
    this.tokenizer = tokenizer;
    this.options = options;
  }

  /** @param {any} ids */
  push(ids) {
    // One by one: a prompt may have more ids than a call can have arguments.
    for (const id of ids) this.#ids.push(id);
    const text = this.#text();
    // A character may be unfinished.
    return text.endsWith('\uFFFD') ? '' : this.#after(text);
  }

  flush() {
    const rest = this.#ids.length > 0 ? this.#after(this.#text()) : '';
    this.#ids = [];
    this.#given = 0;
    return rest;
  }

  /** @param {string} text */
  #after(text) {
    const rest = text.slice(this.#given);
    this.#given = Math.max(this.#given, text.length);
    return rest;
  }

  /** @returns {string} */
  #text() {
    return this.tokenizer.decode(this.#ids, this.options);
  }
}

class BaseStreamer {
  /** @param {any} value */
  put(value) {
    throw Error('Not implemented');
  }

  end() {
    throw Error('Not implemented');
  }
}

/** Prints text as soon as whole words are there. */
class TextStreamer extends BaseStreamer {
  /** @type {InstanceType<typeof DecodeStream> | Again} */
  #stream;
  /** What it was made for. */
  #skips = false;
  /** Text that is not printed yet. */
  #rest = '';

  /**
   * @param {any} tokenizer
   * @param {any} [options]
   */
  constructor(tokenizer, options = {}) {
    super();
    const {
      skip_prompt = false,
      callback_function = null,
      token_callback_function = null,
      skip_special_tokens = true,
      decode_kwargs = {},
      ...kwargs
    } = options;
    this.tokenizer = tokenizer;
    this.skip_prompt = skip_prompt;
    /** @type {any} */
    this.callback_function = callback_function ?? toStdout;
    this.token_callback_function = token_callback_function;
    /** @type {any} */
    this.decode_kwargs = { skip_special_tokens, ...decode_kwargs, ...kwargs };
    this.next_tokens_are_prompt = true;
    this.special_ids = new Set((tokenizer?.all_special_ids ?? []).map(BigInt));
    this.#stream = this.#start();
  }

  #start() {
    this.#skips = !!this.decode_kwargs.skip_special_tokens;
    if (decodesItself(this.tokenizer)) return new Again(this.tokenizer, this.decode_kwargs);
    return new DecodeStream(this.tokenizer, this.decode_kwargs);
  }

  /** @param {string} text */
  #tidy(text) {
    if (this.#stream instanceof Again) return text;
    const wanted = work().decodeOptions(this.tokenizer[STATE], this.tokenizer, this.decode_kwargs).cleanUp;
    return wanted ? work().cleanUp(text) : text;
  }

  /** @returns {string} everything that is held back */
  #drain() {
    const text = this.#tidy(this.#rest + this.#stream.flush());
    this.#rest = '';
    // It starts anew by itself; a new one is for options that a program has changed.
    if (!!this.decode_kwargs.skip_special_tokens !== this.#skips) this.#stream = this.#start();
    return text;
  }

  /** @param {any} value one list of ids */
  put(value) {
    if (value.length > 1) throw Error(`${this.constructor.name} only supports batch size of 1`);
    const isPrompt = this.next_tokens_are_prompt;
    this.next_tokens_are_prompt = false;
    if (isPrompt && this.skip_prompt) return;

    const ids = value[0];
    this.token_callback_function?.(ids);
    if (ids.length === 1 && this.special_ids.has(BigInt(ids[0]))) {
      if (!this.decode_kwargs.skip_special_tokens) this.#putSpecial(ids);
      return;
    }
    this.#rest = this.#tidy(this.#rest + this.#stream.push(ids));
    this.on_finalized_text(isPrompt ? this.#drain() : this.#printable(), false);
  }

  /** @param {any} ids */
  #putSpecial(ids) {
    this.on_finalized_text(this.#drain(), false);
    this.on_finalized_text(this.tokenizer.decode(Array.from(ids), this.decode_kwargs), false);
  }

  /** @returns {string} what cannot change any more: up to a line's end, a CJK character or a space */
  #printable() {
    const isLine = this.#rest.endsWith('\n');
    // As in transformers.js, what follows a line's end is a text of its own.
    if (isLine && this.#stream instanceof Again) this.#stream.flush();
    const whole = isLine || CJK.test(this.#rest);
    const end = whole ? this.#rest.length : this.#rest.lastIndexOf(' ') + 1;
    const text = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end);
    return text;
  }

  end() {
    const text = this.#drain();
    this.next_tokens_are_prompt = true;
    this.on_finalized_text(text, true);
  }

  /**
   * @param {string} text
   * @param {boolean} stream_end
   */
  on_finalized_text(text, stream_end) {
    if (text.length > 0) this.callback_function?.(text);
    if (stream_end && this.callback_function === toStdout) this.callback_function('\n');
  }
}

/** Also reports where chunks of a transcript start and end. */
class WhisperTextStreamer extends TextStreamer {
  /**
   * @param {any} tokenizer
   * @param {any} [options]
   */
  constructor(tokenizer, options = {}) {
    const {
      on_chunk_start = null,
      on_chunk_end = null,
      on_finalize = null,
      time_precision = 0.02,
      ...rest
    } = options;
    super(tokenizer, rest);
    this.timestamp_begin = tokenizer.timestamp_begin;
    this.on_chunk_start = on_chunk_start;
    this.on_chunk_end = on_chunk_end;
    this.on_finalize = on_finalize;
    this.time_precision = time_precision;
    this.waiting_for_timestamp = false;
  }

  /** @param {any} value */
  put(value) {
    if (value.length > 1) throw Error('WhisperTextStreamer only supports batch size of 1');
    const [ids] = value;
    const step = ids.length === 1 ? Number(ids[0]) - this.timestamp_begin : -1;
    if (!(step >= 0)) {
      super.put(value);
      return;
    }
    const report = this.waiting_for_timestamp ? this.on_chunk_end : this.on_chunk_start;
    report?.(step * this.time_precision);
    this.waiting_for_timestamp = !this.waiting_for_timestamp;
    this.token_callback_function?.(ids);
  }

  end() {
    super.end();
    this.on_finalize?.();
  }
}

module.exports = { BaseStreamer, TextStreamer, WhisperTextStreamer };
