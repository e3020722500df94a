'use strict';

/** What levels v3 and v4 have in common. */

const { work } = require('../later.js');

/** @type {import('../internal').Level['lengths']} */
function lengths(options, modelMaxLength, warn) {
  const { padding } = options;
  let { truncation, max_length } = options;
  const most = modelMaxLength ?? Infinity;
  if (max_length === null) {
    max_length = most;
  } else if (truncation === null && padding === true) {
    warn(
      '`max_length` is ignored when `padding: true` and there is no truncation strategy. ' +
        "To pad to max length, use `padding: 'max_length'`.",
    );
    max_length = most;
  } else if (truncation === null && padding === false) {
    warn(
      'Truncation was not explicitly activated but `max_length` is provided a specific value, please use ' +
        '`truncation: true` to explicitly truncate examples to max length.',
    );
    truncation = true;
  }
  return { upTo: Math.min(max_length, most), longest: padding === true, truncation };
}

/** encode(text, options). @type {import('../internal').Level['encodeArguments']} */
function encodeArguments(options) {
  const { text_pair = null, add_special_tokens = true } = options ?? {};
  return { text_pair, add_special_tokens };
}

/** @type {import('../internal').Level['spreadArguments']} */
function spreadArguments(text_pair, options) {
  return [{ text_pair, ...options }];
}

/** @type {import('../internal').Level['missingFolder']} */
function missingFolder(file, id) {
  return `Local file missing at "${file}" and download aborted due to invalid model ID "${id}".`;
}

/** Which chat template is taken. @type {import('../internal').Level['chat']['resolve']} */
function resolve(tokenizer, template, tools) {
  return work().chooseTemplate(tokenizer, template, tools);
}

/** Members of WhisperTokenizer. */
const timestampMembers = {
  get timestamp_begin() {
    return /** @type {any} */ (this).first_timestamp_id();
  },
};

/** `env.backends.onnx`: for programs to set; nothing here looks at it. */
const onnxSettings = () => ({ wasm: { proxy: false }, webgl: {}, webgpu: { powerPreference: 'high-performance' } });

module.exports = { resolve, onnxSettings, lengths, encodeArguments, spreadArguments, missingFolder, timestampMembers };
