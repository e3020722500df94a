'use strict';

/** Methods of PreTrainedTokenizer that no level of transformers.js has. */

const { work } = require('../later.js');
const { STATE } = require('../state.js');
const { DecodeStream } = require('./stream.js');

/**
 * @param {any} options
 * @returns {AbortSignal | null}
 */
function signalOf({ signal = null } = {}) {
  if (signal !== null && !work().isSignal(signal)) throw work().wrongType('options.signal', 'an AbortSignal', signal);
  signal?.throwIfAborted();
  return signal;
}

/**
 * @template T
 * @param {any} options
 * @param {(cancelled: import('../internal').External | undefined) => Promise<T>} run
 * @returns {Promise<T>}
 */
async function inBackground(options, run) {
  try {
    return await work().cancellable(signalOf(options), run);
  } catch (error) {
    throw work().wrap(error);
  }
}

/**
 * Options after a text: text alone is its pair, as encode takes it.
 *
 * @param {any} options
 */
function afterText(options) {
  return typeof options === 'string' ? { text_pair: options } : work().optionsOf(options);
}

/** @param {import('../internal').Api} api */
function createMembers(api) {
  return {
    /** @returns {string} `compiled` or `reference` */
    get engine() {
      return /** @type {any} */ (this)[STATE].info.engine;
    },

    /** @returns {number} how many tokens the model has, added ones not counted */
    get vocab_size() {
      const state = /** @type {any} */ (this)[STATE];
      const { vocab } = state.json().model;
      return (state.vocabSize ??= Array.isArray(vocab) ? vocab.length : Object.keys(vocab).length);
    },

    /**
     * @this {any}
     * @param {any} ids
     * @param {any} [options]
     */
    convert_ids_to_tokens(ids, options = {}) {
      const { handle, info } = this[STATE];
      const { skip_special_tokens = false } = work().optionsOf(options);
      if (!Array.isArray(ids)) return tokenOf(handle, ids);
      const special = skip_special_tokens
        ? new Set(
            info.added_tokens.filter((/** @type {any} */ t) => t.special).map((/** @type {any} */ t) => t.id),
          )
        : new Set();
      return ids.filter((id) => !special.has(Number(id))).map((id) => tokenOf(handle, id));
    },

    /**
     * @this {any}
     * @param {any} tokens texts, or {content, lstrip, rstrip, single_word, normalized, special}
     * @param {any} [options]
     * @returns {number} how many were new
     */
    add_tokens(tokens, options = {}) {
      return require('./add-tokens.js').addTokens(this, tokens, !!work().optionsOf(options).special_tokens);
    },

    /**
     * @this {any}
     * @param {any} tokens such as {pad_token: '<pad>', additional_special_tokens: ['<tool>']}
     * @returns {number} how many were new
     */
    add_special_tokens(tokens) {
      return require('./add-tokens.js').addSpecialTokens(this, tokens);
    },

    /**
     * @this {any}
     * @param {any} text
     * @param {any} [options]
     * @returns {number}
     */
    count_tokens(text, options = {}) {
      const { text_pair, add_special_tokens } = api.level.encodeArguments(afterText(options), undefined);
      const state = this[STATE];
      if (
        state.adapt !== null ||
        typeof text !== 'string' ||
        (text_pair !== null && typeof text_pair !== 'string')
      ) {
        return work().encodeOne(api, state, text, text_pair, add_special_tokens).length;
      }
      if (text_pair === null) return work().hotPath().count(state.slot, text, !!add_special_tokens);
      return work().native().countPair(state.handle, text, text_pair, !!add_special_tokens);
    },

    /**
     * @this {any}
     * @param {any} text
     * @param {any} [options]
     * @returns {Promise<number[]>}
     */
    async encode_async(text, options = {}) {
      const given = afterText(options);
      const { text_pair, add_special_tokens } = api.level.encodeArguments(given, undefined);
      work().mustBeText(text, 'text');
      const pair = work().pairOf(text_pair);
      const signal = signalOf(given);
      const state = this[STATE];
      if (state.adapt === null) return work().enqueue(state.handle, text, pair, !!add_special_tokens, signal);
      const request = { addSpecialTokens: !!add_special_tokens, typeIds: false, flat: false };
      const batch = await inBackground(given, (cancelled) =>
        work().encodeLater(state, [text], pair === null ? null : [pair], request, cancelled),
      );
      const { inputIds } = /** @type {any} */ (batch);
      return work().listOf(inputIds, 0, inputIds.length);
    },

    /**
     * @this {any}
     * @param {any} text
     * @param {any} [options]
     */
    async call_async(text, options = {}) {
      const given = work().optionsOf(options);
      signalOf(given);
      const { texts, pairs, request, finish, slow } = work().plan(api, this, text, given);
      if (request === null) return slow();
      const state = this[STATE];
      return finish(
        await inBackground(given, (cancelled) => work().encodeLater(state, texts, pairs, request, cancelled)),
      );
    },

    /**
     * @this {any}
     * @param {any} batch
     * @param {any} [options]
     * @returns {Promise<string[]>}
     */
    async batch_decode_async(batch, options = {}) {
      const state = this[STATE];
      const lists = batch instanceof api.Tensor ? batch.tolist() : batch;
      const given = work().optionsOf(options);
      const { skip, cleanUp, without } = work().decodeOptions(state, this, given);
      const rows = work().batchRows(lists, without);
      signalOf(given);
      if (rows === null) return this.batch_decode(batch, given);
      return inBackground(given, (cancelled) =>
        work().native().decodeBatchAsync(state.handle, rows.ids, rows.counts, skip, cleanUp, cancelled),
      );
    },

    /**
     * @this {any}
     * @param {{skip_special_tokens?: boolean}} [options]
     */
    decode_stream(options = {}) {
      return new DecodeStream(this, options);
    },

    /**
     * Writes tokenizer.json and tokenizer_config.json.
     *
     * @this {any}
     * @param {any} folder
     * @returns {Promise<string[]>} the files
     */
    async save_pretrained(folder) {
      const fs = require('node:fs/promises');
      const path = require('node:path');
      if (typeof folder !== 'string' || folder === '') throw work().wrongType('folder', 'a path', folder);
      await fs.mkdir(folder, { recursive: true });
      const config = { ...this.config };
      if (this.chat_template && typeof this.chat_template === 'object') {
        const named = Object.entries(this.chat_template);
        config.chat_template = named.map(([name, template]) => ({ name, template }));
      } else if (this.chat_template) {
        config.chat_template = this.chat_template;
      }
      const json = JSON.parse(work().native().toJson(this[STATE].handle));
      const contents = { 'tokenizer.json': json, 'tokenizer_config.json': config };
      return Promise.all(
        Object.entries(contents).map(async ([name, value]) => {
          const file = path.join(folder, name);
          await fs.writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
          return file;
        }),
      );
    },
  };
}

/**
 * @param {import('../internal').External} handle
 * @param {any} id
 */
function tokenOf(handle, id) {
  const number = typeof id === 'bigint' ? Number(id) : id;
  if (typeof number !== 'number') throw work().wrongType('ids', 'an id or an array of ids', id);
  if (!Number.isInteger(number) || number < 0 || number >= 2 ** 32) return undefined;
  return work().native().idToToken(handle, number) ?? undefined;
}

module.exports = { createMembers };
