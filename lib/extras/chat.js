'use strict';

/** Chats in batches, chats whose last message goes on, and the mask of what the assistant said. */

const { templateOf, contextOf, render, tokenized } = require('../chat.js');

const BOTH =
  'continue_final_message and add_generation_prompt are not compatible. Use continue_final_message when ' +
  'you want the model to continue the final message, and add_generation_prompt when you want to add a header ' +
  'that will prompt it to start a new assistant message instead.';

/**
 * @param {any} conversation
 * @returns {boolean}
 */
function isBatch(conversation) {
  return (
    Array.isArray(conversation) &&
    (Array.isArray(conversation[0]) || Array.isArray(conversation[0]?.messages))
  );
}

/** @param {any} options */
function check(options) {
  const {
    continue_final_message,
    add_generation_prompt,
    return_assistant_tokens_mask,
    return_dict = true,
  } = options;
  if (continue_final_message && add_generation_prompt) throw Error(BOTH);
  if (continue_final_message && return_assistant_tokens_mask) {
    throw Error('continue_final_message is not compatible with return_assistant_tokens_mask.');
  }
  if (return_assistant_tokens_mask && !return_dict) {
    throw Error('`return_assistant_tokens_mask: true` is incompatible with `return_dict: false`');
  }
}

/**
 * 1 for each token that has a character of the assistant's.
 *
 * @param {any} offsets of the tokens
 * @param {number[]} spans of the assistant's text, flattened
 */
function assistantMask(offsets, spans) {
  return offsets.map((/** @type {[number, number]} */ [start, end]) => {
    for (let i = 0; i < spans.length; i += 2) {
      if (end > start && start < spans[i + 1] && end > spans[i]) return 1;
    }
    return 0;
  });
}

/**
 * @param {import('../internal').Api} api
 * @param {any} tokenizer
 * @param {{text: string, generation: number[]}[]} rendered
 * @param {boolean} batched
 * @param {any} options
 */
function withMask(api, tokenizer, rendered, batched, options) {
  const {
    padding = false,
    truncation = false,
    max_length = null,
    return_tensor = true,
    tokenizer_kwargs = {},
  } = options;
  const result = tokenizer._call(
    rendered.map(({ text }) => text),
    {
      add_special_tokens: false,
      padding,
      truncation,
      max_length,
      ...tokenizer_kwargs,
      return_tensor: false,
      return_offsets_mapping: true,
      offset_unit: 'utf16',
    },
  );
  const { offset_mapping, ...rest } = result;
  const masks = offset_mapping.map((/** @type {any} */ offsets, /** @type {number} */ i) =>
    assistantMask(offsets, rendered[i].generation),
  );
  const all = { ...rest, assistant_masks: masks };
  /** @type {any} */
  const shaped = {};
  for (const [key, value] of Object.entries(all)) {
    const rows = /** @type {any[][]} */ (value);
    if (return_tensor) {
      const flat = BigInt64Array.from(rows.flat().map(BigInt));
      shaped[key] = new api.Tensor('int64', flat, [rows.length, rows[0].length]);
    } else {
      shaped[key] = batched ? rows : rows[0];
    }
  }
  return shaped;
}

/**
 * @param {import('../internal').Api} api
 * @param {any} tokenizer
 * @param {any} conversation
 * @param {any} options
 * @returns {{value: any} | null} null where apply_chat_template of level v4 serves
 */
function chatWithExtras(api, tokenizer, conversation, options) {
  const { continue_final_message = false, return_assistant_tokens_mask = false, ...rest } = options;
  const batched = isBatch(conversation);
  if (!batched && !continue_final_message && !return_assistant_tokens_mask) return null;
  check(options);
  const template = templateOf(api, tokenizer, rest);
  const field = continue_final_message === true ? 'content' : continue_final_message || undefined;
  const rendered = (batched ? conversation : [conversation]).map((/** @type {any} */ chat) => {
    const context = contextOf(api, tokenizer, chat.messages ?? chat, rest);
    return render(api, template, context, !!return_assistant_tokens_mask, field);
  });
  const texts = rendered.map((/** @type {any} */ { text }) => text);
  if (rest.tokenize !== false && return_assistant_tokens_mask) {
    return { value: withMask(api, tokenizer, rendered, batched, rest) };
  }
  return { value: tokenized(api, tokenizer, batched ? texts : texts[0], rest) };
}

module.exports = { chatWithExtras };
